//! Pages of lists of the API.

use crate::form::Form;

/// The path of a list of the API, at the cursor of a page.
pub(crate) fn with_cursor(path: &str, form: &Form) -> String {
    match form.given("cursor").filter(|cursor| cursor.bytes().all(|b| b.is_ascii_hexdigit())) {
        Some(cursor) => {
            let joined = if path.contains('?') { '&' } else { '?' };
            format!("{path}{joined}cursor={cursor}")
        }
        None => path.to_owned(),
    }
}

/// The path of a page, at the cursor of the API's next page.
pub(crate) fn next_of(path: &str, next: &str) -> Option<String> {
    let (_, query) = next.split_once('?')?;
    let cursor = query.split('&').find(|pair| pair.starts_with("cursor="))?;
    Some(format!("{path}?{cursor}"))
}
