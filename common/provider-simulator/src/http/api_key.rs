//! The API key of a request.

use crate::api::error::ApiError;

/// Prefix of a secret key of a test account. Keys of real accounts are rejected.
const START: &str = "sk_test_";

/// Checks the header `Authorization`.
///
/// # Errors
/// 401 unless the header is `Bearer sk_test_…`. The message does not repeat the given key.
pub(super) fn check(authorization: Option<&str>) -> Result<(), ApiError> {
    let Some(given) = authorization.and_then(|header| header.strip_prefix("Bearer ")) else {
        let message = "You did not provide an API key. Provide it in the Authorization header: 'Bearer YOUR_SECRET_KEY'.";
        return Err(ApiError::unauthorized(message));
    };
    if given.strip_prefix(START).is_none_or(str::is_empty) {
        return Err(ApiError::unauthorized(
            "Invalid API Key provided; here it starts with sk_test_.",
        ));
    }
    Ok(())
}
