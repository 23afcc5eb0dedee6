//! Codes that depend on the time (TOTP, RFC 6238), with the parameters that every authenticator
//! application supports: HMAC-SHA-1, 30 seconds, six digits.

use contract::Timestamp;
use hmac::{Hmac, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use sha1::Sha1;

use super::base32::{RFC_4648, decode, encode};

/// Bytes of a secret: the length that RFC 4226 recommends (R6), that of the hash.
pub(super) const SECRET_BYTES: usize = 20;

/// Digits of a code.
pub(super) const DIGITS: usize = 6;

/// Number of codes of six digits.
const CODES: u32 = 1_000_000;

/// Milliseconds for which a code is shown (RFC 6238, 5.2).
const STEP_MS: i64 = 30_000;

/// Time steps before and after the present one whose codes are accepted: one, as RFC 6238, 5.2,
/// recommends, for the delay of typing and for clocks that differ by up to half a minute.
const DRIFT_STEPS_MAX: i64 = 1;

/// Bytes of a block of SHA-1. A shorter key of HMAC is padded with zero bytes (RFC 2104).
const BLOCK_BYTES: usize = 64;

/// Name of the program in an authenticator application.
const ISSUER: &str = "boxoffice";

/// Every character of an address that is not unreserved in a URI (RFC 3986) is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The secret that auth and the authenticator application share. `Debug` hides it; it is stored and
/// shown in base32.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[debug("Secret(…)")]
#[serde(try_from = "String", into = "String")]
pub struct Secret([u8; SECRET_BYTES]);

/// Number of whole periods of thirty seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeStep(i64);

impl TimeStep {
    /// The time step of a time.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self(time.unix_ms().div_euclid(STEP_MS))
    }
}

impl Secret {
    /// A secret of random bytes.
    #[must_use]
    pub const fn new(random: [u8; SECRET_BYTES]) -> Self {
        Self(random)
    }

    /// The secret in base32 without padding.
    #[must_use]
    pub fn base32(&self) -> String {
        encode(&self.0, RFC_4648)
    }

    /// The URI that authenticator applications read from a QR code
    /// (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).
    #[must_use]
    pub fn uri(&self, email: &str) -> String {
        let (secret, email) = (self.base32(), utf8_percent_encode(email, ENCODED));
        format!(
            "otpauth://totp/{ISSUER}:{email}?secret={secret}&issuer={ISSUER}\
             &algorithm=SHA1&digits={DIGITS}&period={}",
            STEP_MS / 1_000
        )
    }

    /// The code of a time step (RFC 4226, 5.3).
    #[must_use]
    pub fn code_of(&self, step: TimeStep) -> u32 {
        let mut key = [0; BLOCK_BYTES];
        for (padded, byte) in key.iter_mut().zip(self.0) {
            *padded = byte;
        }
        let mut mac = <Hmac<Sha1> as hmac::digest::KeyInit>::new(&key.into());
        mac.update(&step.0.to_be_bytes());
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        // At most 15, so that four bytes follow.
        let offset = usize::from(digest[19] & 0xf);
        let word = digest.get(offset..).and_then(<[u8]>::first_chunk::<4>);
        (u32::from_be_bytes(word.copied().unwrap_or_default()) & 0x7fff_ffff) % CODES
    }

    /// The time step, later than `used`, whose code is accepted at `now` and equal to this one.
    ///
    /// Every code is computed and compared as a number, so that the duration depends neither on the
    /// code nor on the digits that it shares with a right one.
    #[must_use]
    pub fn step_of(&self, code: u32, now: Timestamp, used: Option<TimeStep>) -> Option<TimeStep> {
        let TimeStep(present) = TimeStep::at(now);
        let steps = (present - DRIFT_STEPS_MAX)..=(present + DRIFT_STEPS_MAX);
        let compared = steps.map(|step| (TimeStep(step), self.code_of(TimeStep(step)) == code));
        let matching = compared.filter(|(step, is_equal)| *is_equal && Some(*step) > used);
        matching.map(|(step, _)| step).max()
    }
}

impl TryFrom<String> for Secret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let bytes = decode(&text, RFC_4648).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or("must be 32 characters of base32")
    }
}

impl From<Secret> for String {
    fn from(secret: Secret) -> Self {
        secret.base32()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The secret of the vectors in appendix B of RFC 6238.
    const RFC: Secret = Secret::new(*b"12345678901234567890");

    fn at(unix_s: i64) -> Timestamp {
        Timestamp::from_unix_ms(unix_s * 1_000)
    }

    #[test]
    fn codes_are_the_last_six_digits_of_the_vectors_of_rfc_6238() {
        let vectors = [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ];
        for (time, code) in vectors {
            assert_eq!(RFC.code_of(TimeStep::at(at(time))), code, "{time}");
        }
    }

    #[test]
    fn a_code_is_accepted_from_thirty_seconds_before_its_step_to_sixty_after_its_begin() {
        let step = TimeStep::at(at(1_111_111_110));
        let (code, start) = (RFC.code_of(step), at(1_111_111_110));
        let millisecond = Duration::from_millis(1);
        let early = start.minus(Duration::from_secs(30));
        let late = start.plus(Duration::from_mins(1));
        assert_eq!(RFC.step_of(code, early.minus(millisecond), None), None);
        assert_eq!(RFC.step_of(code, early, None), Some(step));
        assert_eq!(RFC.step_of(code, start, None), Some(step));
        assert_eq!(RFC.step_of(code, late.minus(millisecond), None), Some(step));
        assert_eq!(RFC.step_of(code, late, None), None);
    }

    #[test]
    fn only_codes_of_later_steps_than_the_used_one_are_accepted() {
        let now = at(1_111_111_110);
        let TimeStep(present) = TimeStep::at(now);
        let code = RFC.code_of(TimeStep(present));
        for (used, expected) in [(-1, true), (0, false), (1, false)] {
            let found = RFC.step_of(code, now, Some(TimeStep(present + used)));
            assert_eq!(found.is_some(), expected, "{used}");
        }
    }

    #[test]
    fn a_secret_is_stored_in_base32_and_hidden_in_debug_output() {
        let text = serde_json::to_value(&RFC).unwrap();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(serde_json::from_value::<Secret>(text).unwrap(), RFC);
        assert!(serde_json::from_value::<Secret>("GEZDGNBV".into()).is_err());
        assert_eq!(format!("{RFC:?}"), "Secret(…)");
    }

    #[test]
    fn the_address_in_a_uri_is_percent_encoded() {
        assert_eq!(
            RFC.uri("ann+é/x@example.com"),
            "otpauth://totp/boxoffice:ann%2B%C3%A9%2Fx%40example.com\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=boxoffice\
             &algorithm=SHA1&digits=6&period=30"
        );
    }
}
