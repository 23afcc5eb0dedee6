//! Stripe's events. The signature is HMAC-SHA256 over the timestamp and the raw body, with any of
//! the secrets, at most five minutes old. Only the fields that identify the payment or refund are
//! read: an endpoint may use any version of the API, and these fields are the same in all.
//!
//! Source: Stripe, "verify webhook signatures manually" and "Resolve … verification errors".

use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sha2::Sha256;

use super::{PAYMENT_ID, REFUND_ID};
use crate::domain::{EventObject, ProviderEvent, ReportedStatus};

/// Maximum age of a signature, as in Stripe's libraries for Node, Python and Go. A future timestamp
/// is accepted, as there: it results from a slow clock here, and a forgery requires the secret.
const TOLERANCE: Duration = Duration::from_mins(5);

/// Maximum number of secrets: two during a rotation, for several endpoints.
const SECRETS_MAX: usize = 10;

/// Maximum number of checked signatures: one for each valid secret of the endpoint.
const SIGNATURES_MAX: usize = 10;

/// Maximum length of a secret; Stripe's have under 50 characters.
const SECRET_MAX: usize = 255;

/// The signing secrets of events; several during a rotation. Its `Debug` hides them.
/// The default has no secrets and rejects every event.
#[derive(Debug, Clone, Default)]
pub struct WebhookSecrets(Arc<[SecretString]>);

/// The reason for the rejection of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// No secret is configured.
    #[error("No signing secret is set here (STRIPE_WEBHOOK_SECRETS)")]
    NoSecrets,
    /// The header is missing.
    #[error("The header Stripe-Signature is missing")]
    Missing,
    /// The header is malformed.
    #[error("The header Stripe-Signature must be t=…,v1=…")]
    Malformed,
    /// The signature does not match.
    #[error("No signature is by a secret that is set here over this body")]
    Forged,
    /// The signature matches and is too old.
    #[error("The signature is more than 300 seconds old")]
    Stale,
}

impl BadSignature {
    /// The label in metrics.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NoSecrets => "no_secrets",
            Self::Missing => "no_signature",
            Self::Malformed => "malformed_signature",
            Self::Forged => "forged",
            Self::Stale => "stale",
        }
    }
}

impl WebhookSecrets {
    /// Parses secrets that are separated by commas.
    ///
    /// # Errors
    /// The violated rule.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let is_secret = |secret: &&str| {
            let is_visible = secret.bytes().all(|b| b.is_ascii_graphic());
            secret.starts_with("whsec_") && secret.len() <= SECRET_MAX && is_visible
        };
        let secrets: Vec<&str> = text.split(',').map(str::trim).collect();
        if secrets.len() <= SECRETS_MAX && secrets.iter().all(is_secret) {
            Ok(Self(secrets.into_iter().map(SecretString::from).collect()))
        } else {
            Err("must be one to ten signing secrets, whsec_…, separated by commas")
        }
    }

    /// The number of secrets.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Checks that a body is signed with one of the secrets.
    ///
    /// # Errors
    /// [`BadSignature`]
    pub fn check(
        &self,
        header: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), BadSignature> {
        if self.0.is_empty() {
            return Err(BadSignature::NoSecrets);
        }
        let signed = Signed::parse(header.ok_or(BadSignature::Missing)?)?;
        if !self.0.iter().any(|secret| signed.is_by(secret, body)) {
            return Err(BadSignature::Forged);
        }
        if now.since(signed.at) > TOLERANCE {
            return Err(BadSignature::Stale);
        }
        Ok(())
    }
}

struct Signed<'h> {
    /// The timestamp in its original form, which is the signed text.
    written: &'h str,
    at: Timestamp,
    signatures: Vec<[u8; 32]>,
}

impl<'h> Signed<'h> {
    /// `t=1795262400,v1=5257a8…,v1=6ffbb5…,v0=…`; signatures of other schemes are ignored.
    fn parse(header: &'h str) -> Result<Self, BadSignature> {
        let (mut moment, mut signatures) = (None, Vec::new());
        for part in header.split(',') {
            match part.trim().split_once('=').ok_or(BadSignature::Malformed)? {
                ("t", text) if moment.is_none() => moment = Some(text),
                ("t", _) => return Err(BadSignature::Malformed),
                ("v1", text) if signatures.len() < SIGNATURES_MAX => {
                    let mut signature = [0; 32];
                    hex::decode_to_slice(text, &mut signature)
                        .map_err(|_| BadSignature::Malformed)?;
                    signatures.push(signature);
                }
                (_, _) => {}
            }
        }
        let written = moment.ok_or(BadSignature::Malformed)?;
        let is_number = !written.is_empty() && written.bytes().all(|b| b.is_ascii_digit());
        let seconds: Option<i64> = written.parse().ok().filter(|_| is_number);
        let ms = seconds.and_then(|seconds| seconds.checked_mul(1_000));
        let at = Timestamp::from_unix_ms(ms.ok_or(BadSignature::Malformed)?);
        if signatures.is_empty() {
            return Err(BadSignature::Malformed);
        }
        Ok(Self { written, at, signatures })
    }

    /// Whether one of the signatures matches this secret, in constant time.
    fn is_by(&self, secret: &SecretString, body: &[u8]) -> bool {
        // HMAC accepts keys of any length, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
            return false;
        };
        mac.update(self.written.as_bytes());
        mac.update(b".");
        mac.update(body);
        self.signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    }
}

/// Maximum length of an event's id, its type, or an object's id; Stripe's have under 70 characters.
const NAME_MAX: usize = 255;

/// The text is not an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The body is not an event: it needs an id and a type")]
pub struct NotAnEvent;

/// Parses an event that was received now. Events about other objects may have any content.
///
/// # Errors
/// [`NotAnEvent`] if the id or the type is missing.
pub fn read_event(body: &[u8], now: Timestamp) -> Result<ProviderEvent, NotAnEvent> {
    let event: Value = serde_json::from_slice(body).map_err(|_| NotAnEvent)?;
    let id = name(&event, "/id").ok_or(NotAnEvent)?;
    let event_type = name(&event, "/type").ok_or(NotAnEvent)?;
    let object = object(&event, &event_type);
    Ok(ProviderEvent::received(id, event_type, object, now))
}

fn name(json: &Value, place: &str) -> Option<String> {
    let name = json.pointer(place)?.as_str()?;
    let fits = (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| name.to_owned())
}

fn object(event: &Value, event_type: &str) -> EventObject {
    let Some(reference) = name(event, "/data/object/id") else { return EventObject::Other };
    // The payment intent of a charge, refund or dispute.
    let of_payment = |reported| match name(event, "/data/object/payment_intent") {
        Some(reference) => EventObject::Payment { reference, payment_id: None, reported },
        None => EventObject::Other,
    };
    let own_name = |field| name(event, &format!("/data/object/metadata/{field}"));
    match name(event, "/data/object/object").as_deref() {
        Some("payment_intent") => {
            let payment_id = own_name(PAYMENT_ID).and_then(|id| id.parse().ok());
            EventObject::Payment { reference, payment_id, reported: reported_status(event_type) }
        }
        Some("refund") => match own_name(REFUND_ID).and_then(|id| id.parse().ok()) {
            None => of_payment(ReportedStatus::Moved),
            refund_id => EventObject::Refund { reference, refund_id },
        },
        Some("dispute") => of_payment(ReportedStatus::Moved),
        // Other events of charges repeat those of their payment intents.
        Some("charge") if event_type == "charge.refunded" => of_payment(ReportedStatus::Moved),
        Some(_) | None => EventObject::Other,
    }
}

fn reported_status(event_type: &str) -> ReportedStatus {
    match event_type {
        "payment_intent.created" | "payment_intent.processing" => ReportedStatus::UnderWay,
        "payment_intent.requires_action" => ReportedStatus::Challenged,
        "payment_intent.amount_capturable_updated" => ReportedStatus::Held,
        "payment_intent.succeeded" => ReportedStatus::Captured,
        "payment_intent.payment_failed" => ReportedStatus::Declined,
        "payment_intent.canceled" => ReportedStatus::Released,
        _ => ReportedStatus::Anything,
    }
}
