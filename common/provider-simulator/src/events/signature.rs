//! The signature of a webhook.

use std::fmt::Write as _;

use contract::Timestamp;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::ids::seconds;

/// The header `Stripe-Signature`: `t=…,v1=…`, with a `v1` for each secret, as during the rotation
/// of a secret.
///
/// Each is the hex HMAC-SHA256 of `t`, a full stop and the raw body (Stripe, "verify webhook
/// signatures manually").
#[must_use]
pub fn signature(secrets: &[String], now: Timestamp, body: &str) -> String {
    let seconds = seconds(now);
    let mut header = format!("t={seconds}");
    for secret in secrets {
        // HMAC accepts keys of any length, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { continue };
        mac.update(format!("{seconds}.{body}").as_bytes());
        // Writing to a string cannot fail.
        let _ = write!(header, ",v1={:x}", mac.finalize().into_bytes());
    }
    header
}
