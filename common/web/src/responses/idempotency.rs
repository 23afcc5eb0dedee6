//! Idempotency keys: a repeated command has no effect, and the first response, byte for byte.
//!
//! Bodies are compared by their JSON value, so a client may serialize them again for a repeat.
//!
//! Source: the IETF draft `idempotency-key-header`; Stripe, which stores any first response.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use bytes::Bytes;
use contract::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Collection, Index, Loaded, Refusal, Stop, Tx};

use crate::parsing::canonical;
use crate::{Code, Problem, Response};

/// Time for which a response is stored for repeats.
pub const RESPONSES_KEPT: Duration = Duration::from_hours(24);

/// Maximum characters of a key; a UUID has 36.
pub const KEY_LENGTH_MAX: usize = 255;

/// The collection of records; every service with commands has it in its store.
pub static COLLECTION: Collection =
    Collection::indexed("idempotency_keys", &[Index { name: "by_age", fields: &["forgetAfter"] }]);

/// The first response to a command with an idempotency key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Requester, operation and key.
    #[serde(rename = "_id")]
    pub id: String,
    /// SHA-256 of the body's value, in hex.
    pub fingerprint: String,
    /// The stored response.
    #[serde(rename = "answer")]
    pub response: Response,
    /// When the record expires and the key may be used again.
    pub forget_after: Timestamp,
}

store::document!(Record, COLLECTION, |record| record.id,
    "forgetAfter" => record.forget_after,
);

/// One request with a command: its id, and its idempotency key if it has one.
#[derive(Debug, Clone)]
pub struct Call {
    /// The request's id.
    pub request_id: Arc<str>,
    keyed: Option<Arc<Keyed>>,
}

#[derive(Debug)]
struct Keyed {
    operation: String,
    key: String,
    body: Bytes,
    fingerprint: String,
}

impl Call {
    pub(crate) fn of(
        request: &HttpRequest,
        body: &Bytes,
        request_id: Arc<str>,
    ) -> Result<Self, Problem> {
        let mut keys = request.headers().get_all("Idempotency-Key");
        let Some(key) = keys.next() else {
            return Ok(Self { request_id, keyed: None });
        };
        let invalid =
            |rule: &str| Problem::new(Code::INVALID_REQUEST).error("Idempotency-Key", rule);
        if keys.next().is_some() {
            return Err(invalid("must be given once only"));
        }
        let key = key.to_str().ok().filter(|key| {
            (1..=KEY_LENGTH_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
        });
        let key = key.ok_or_else(|| invalid("must be 1 to 255 visible ASCII characters"))?;
        let operation = format!("{} {}", request.method(), request.path());
        let fingerprint = canonical::fingerprint(body);
        let keyed = Keyed { operation, key: key.to_owned(), body: body.clone(), fingerprint };
        Ok(Self { request_id, keyed: Some(Arc::new(keyed)) })
    }

    /// Whether the request has an idempotency key.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.keyed.is_some()
    }

    /// SHA-256 of the body's value, in hex; `None` without a key.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.keyed.as_ref().map(|keyed| keyed.fingerprint.as_str())
    }

    /// Checks that a repeat of this call has the same body as the first call.
    ///
    /// # Errors
    /// `idempotency_key_reused` for another body.
    pub fn repeats(&self, fingerprint: &str) -> Result<(), Problem> {
        self.keyed.as_ref().map_or(Ok(()), |keyed| same(fingerprint, keyed))
    }

    /// The `_id` of this call's record for `requester`; `None` without a key.
    #[must_use]
    pub fn record_id(&self, requester: &str) -> Option<String> {
        let keyed = self.keyed.as_ref()?;
        Some(format!("{requester} {} {}", keyed.operation, keyed.key))
    }
}

/// The first response to this call, if recorded; the rejection of a key with another body.
///
/// # Errors
/// As [`Tx::get`].
pub fn recorded(tx: &mut Tx<'_>, requester: &str, call: &Call) -> Loaded<Option<Response>> {
    let Some((keyed, id)) = call.keyed.as_ref().zip(call.record_id(requester)) else {
        return Ok(None);
    };
    Ok(tx.get::<Record>(&id)?.map(|record| match same(&record.fingerprint, keyed) {
        Ok(()) => record.response,
        Err(problem) => problem.into_response(&call.request_id),
    }))
}

/// Records the first response to this call, for which [`recorded`] found none; nothing without a
/// key.
pub fn record(tx: &mut Tx<'_>, requester: &str, call: &Call, response: &Response) {
    if let Some((keyed, id)) = call.keyed.as_ref().zip(call.record_id(requester)) {
        let forget_after = tx.now().plus(RESPONSES_KEPT);
        let fingerprint = keyed.fingerprint.clone();
        tx.insert(Record { id, fingerprint, response: response.clone(), forget_after });
    }
}

/// Decides a command once: a repeat returns the first response, also that of a refusal.
///
/// # Errors
/// As [`Tx::get`], and the decision's own refusal when there is no key.
pub fn once<R: Refusal + Into<Problem>>(
    tx: &mut Tx<'_>,
    requester: &str,
    call: &Call,
    decide: impl FnOnce(&mut Tx<'_>) -> Result<Response, Stop<R>>,
) -> Result<Response, Stop<R>> {
    if !call.has_key() {
        return decide(tx);
    }
    if let Some(response) = recorded(tx, requester, call)? {
        return Ok(response);
    }
    let savepoint = tx.savepoint();
    let response = match decide(tx) {
        Ok(response) => response,
        Err(Stop::Refused(refusal)) => {
            tx.roll_back_to(savepoint);
            refusal.into().into_response(&call.request_id)
        }
        Err(stop) => return Err(stop),
    };
    record(tx, requester, call, &response);
    Ok(response)
}

fn same(fingerprint: &str, keyed: &Keyed) -> Result<(), Problem> {
    // Records older than the comparison by value have the hash of the bytes.
    let is_same = fingerprint == keyed.fingerprint
        || fingerprint == format!("{:x}", Sha256::digest(&keyed.body));
    if is_same {
        Ok(())
    } else {
        Err(Problem::new(Code::IDEMPOTENCY_KEY_REUSED)
            .error("Idempotency-Key", "was used with another body before"))
    }
}
