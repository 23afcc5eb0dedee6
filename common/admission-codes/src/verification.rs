//! The decision of a door about a code, from public keys and the time only.

use contract::Timestamp;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::claims::{Claims, Kind};
use crate::code::Code;
use crate::signing::{device_message, issuer_message};
use crate::times::{Epoch, UnixSeconds};

/// A code with valid signatures, within its time. Whether the admission is of this door's ticket,
/// superseded, void or used is for the caller to check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verified {
    /// The right that the issuer signed.
    pub claims: Claims,
    /// Whether the code is static, so that copies of it are as valid.
    pub is_static: bool,
}

/// The code does not prove its claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// A signature is invalid, of the issuer or of the device.
    #[error("the code is forged")]
    Forged,
    /// The issuer's key is unknown.
    #[error("the code is signed by an unknown key")]
    UnknownKey,
    /// The code is past its end, or of another epoch than the present one and its neighbours.
    #[error("the code is expired")]
    Expired,
}

impl Code {
    /// Verifies the issuer's signature, the device's, the end, and the epoch, in this sequence.
    /// `keys` returns the issuer's public key of an id.
    ///
    /// # Errors
    /// [`Rejected`] with the first check that fails.
    pub fn verify(
        &self,
        keys: impl Fn(u8) -> Option<VerifyingKey>,
        now: Timestamp,
    ) -> Result<Verified, Rejected> {
        let verified = match self {
            Self::Static(code) => {
                let signed_bytes = code.claims.to_bytes(Kind::Static);
                verify_issuer(&code.claims, &signed_bytes, &code.signature, keys)?;
                Verified { claims: code.claims, is_static: true }
            }
            Self::Rotating(code) => {
                let record = &code.record;
                verify_issuer(&record.claims, &record.signed_bytes(), &record.signature, keys)?;
                let device =
                    VerifyingKey::from_bytes(&record.device).map_err(|_| Rejected::Forged)?;
                verify_strictly(&device, &device_message(record, code.epoch), &code.signature)?;
                Verified { claims: record.claims, is_static: false }
            }
        };
        self.check_times(&verified.claims, now)?;
        Ok(verified)
    }

    fn check_times(&self, claims: &Claims, now: Timestamp) -> Result<(), Rejected> {
        let is_epoch_accepted = match self {
            Self::Static(_) => true,
            Self::Rotating(code) => code.epoch.is_accepted_in(Epoch::at(now)),
        };
        if UnixSeconds::from(now) > claims.not_after || !is_epoch_accepted {
            return Err(Rejected::Expired);
        }
        Ok(())
    }
}

fn verify_issuer(
    claims: &Claims,
    signed_bytes: &[u8],
    signature: &Signature,
    keys: impl Fn(u8) -> Option<VerifyingKey>,
) -> Result<(), Rejected> {
    let key = keys(claims.kid).ok_or(Rejected::UnknownKey)?;
    verify_strictly(&key, &issuer_message(signed_bytes), signature)
}

/// Rejects weak keys and malleable signatures, which RFC 8032 permits.
fn verify_strictly(
    key: &VerifyingKey,
    message: &[u8],
    signature: &Signature,
) -> Result<(), Rejected> {
    key.verify_strict(message, signature).map_err(|_| Rejected::Forged)
}
