//! Codes as text: `BX1:` and the bytes in base45 (RFC 9285), whose characters are those of a QR
//! code's alphanumeric mode.

use std::fmt;
use std::str::FromStr;

use derive_more::Debug;
use ed25519_dalek::Signature;

use crate::bytes::{read_all, take};
use crate::claims::{Claims, Kind};
use crate::device::DeviceRecord;
use crate::times::Epoch;

/// The start of each code: the name and the version of the text's form.
const PREFIX: &str = "BX1:";

/// Maximum bytes of a scanned text: the longest code has 300, and a scanner may add white space.
const TEXT_BYTES_MAX: usize = 512;

/// A code of an admission, whose signatures are not verified yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    /// Valid until its end; a copy of it is as valid.
    Static(StaticCode),
    /// Valid for seconds.
    Rotating(RotatingCode),
}

/// Claims and the issuer's signature of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StaticCode {
    pub(crate) claims: Claims,
    #[debug(skip)]
    pub(crate) signature: Signature,
}

/// A device record, an epoch, and the device's signature of both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RotatingCode {
    pub(crate) record: DeviceRecord,
    pub(crate) epoch: Epoch,
    #[debug(skip)]
    pub(crate) signature: Signature,
}

/// The text is no code of an admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the code of an admission")]
pub struct NotACode;

impl StaticCode {
    /// Bytes of a static code.
    pub const BYTES: usize = 97;

    fn take_from(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self {
            claims: Claims::take_from(bytes, Kind::Static)?,
            signature: Signature::from_bytes(&take(bytes)?),
        })
    }
}

impl RotatingCode {
    /// Bytes of a rotating code.
    pub const BYTES: usize = 197;

    fn take_from(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self {
            record: DeviceRecord::take_from(bytes)?,
            epoch: Epoch::new(u32::from_be_bytes(take(bytes)?)),
            signature: Signature::from_bytes(&take(bytes)?),
        })
    }
}

impl Code {
    /// The code in a text, as a scanner or a keyboard sends it: with white space around it, and in
    /// letters of either case.
    ///
    /// # Errors
    /// [`NotACode`] for every other text: of another form, length, version or kind.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(NotACode);
        }
        // A space is a digit of base45, but never the last one of an odd number of bytes.
        let text = text.trim().to_ascii_uppercase();
        let digits = text.strip_prefix(PREFIX).ok_or(NotACode)?;
        let bytes = base45::decode(digits).map_err(|_| NotACode)?;
        // The decoder ignores the overflow of the last two digits.
        if base45::encode(&bytes) != digits {
            return Err(NotACode);
        }
        Self::from_bytes(&bytes)
    }

    /// The code with these bytes.
    ///
    /// # Errors
    /// [`NotACode`] if the length, the version or the kind is another one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotACode> {
        let code = match bytes.len() {
            StaticCode::BYTES => read_all(bytes, StaticCode::take_from).map(Self::Static),
            RotatingCode::BYTES => read_all(bytes, RotatingCode::take_from).map(Self::Rotating),
            _ => None,
        };
        code.ok_or(NotACode)
    }

    /// The bytes of the code.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Static(code) => {
                let claims = code.claims.to_bytes(Kind::Static);
                [&claims[..], &code.signature.to_bytes()].concat()
            }
            Self::Rotating(code) => {
                let epoch = code.epoch.get().to_be_bytes();
                [&code.record.to_bytes()[..], &epoch, &code.signature.to_bytes()].concat()
            }
        }
    }
}

impl fmt::Display for Code {
    /// The text of the code: 150 characters of a static one, 300 of a rotating one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", base45::encode(self.to_bytes()))
    }
}

impl FromStr for Code {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        Self::parse(text)
    }
}
