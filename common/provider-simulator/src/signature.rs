//! The signature under a webhook.

use std::fmt::Write as _;

use contract::Timestamp;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::views::seconds;

/// The header `Stripe-Signature`: `t=…,v1=…`, with a `v1` for each secret, as while a secret is being rolled.
///
/// Each is the hex HMAC-SHA256 of `t`, a full stop and the raw body (Stripe, "verify webhook signatures manually").
#[must_use]
pub fn signature(secrets: &[String], now: Timestamp, body: &str) -> String {
    let seconds = seconds(now);
    let mut header = format!("t={seconds}");
    for secret in secrets {
        // A key of any length is taken; there is nothing that could fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { continue };
        mac.update(format!("{seconds}.{body}").as_bytes());
        header.push_str(",v1=");
        for byte in mac.finalize().into_bytes() {
            let _ = write!(header, "{byte:02x}");
        }
    }
    header
}
