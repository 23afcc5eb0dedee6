//! Recovery codes: random texts on paper that replace the authenticator application, once each.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::base32::{CROCKFORD, encode};

/// Number of recovery codes of an account.
pub const RECOVERY_CODES: usize = 10;

/// Random bytes of a code: 80 bits, which cannot be found from an unsalted SHA-256.
pub(super) const RECOVERY_CODE_BYTES: usize = 10;

/// Symbols of a code.
const SYMBOLS: usize = RECOVERY_CODE_BYTES * 8 / 5;

/// Symbols between two dashes.
const GROUP: usize = 4;

/// A new recovery code, which is shown once. `Debug` hides it.
#[derive(derive_more::Debug, Clone, PartialEq, Eq)]
#[debug("RecoveryCode(…)")]
pub struct RecoveryCode([u8; RECOVERY_CODE_BYTES]);

/// SHA-256 of a recovery code, in hexadecimal digits. `Debug` hides it.
///
/// Equality takes a variable time, which is safe: a client cannot choose a hash, and the code is
/// not found from part of one.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[debug("RecoveryCodeHash(…)")]
#[serde(transparent)]
pub struct RecoveryCodeHash(String);

impl RecoveryCode {
    /// A code of random bytes.
    #[must_use]
    pub const fn new(random: [u8; RECOVERY_CODE_BYTES]) -> Self {
        Self(random)
    }

    /// The code as it is shown: `7ZQ4-H2M9-XK3D-0VTB`.
    #[must_use]
    pub fn text(&self) -> String {
        let symbols: Vec<char> = encode(&self.0, CROCKFORD).chars().collect();
        symbols.chunks(GROUP).map(String::from_iter).collect::<Vec<_>>().join("-")
    }

    /// The hash that is stored.
    #[must_use]
    pub fn hash(&self) -> RecoveryCodeHash {
        hash(&encode(&self.0, CROCKFORD))
    }
}

impl RecoveryCodeHash {
    /// The hash of a typed code without spaces and dashes, in any case, with the letters that
    /// Crockford's alphabet reads as digits; `None` if the text is not a code.
    #[must_use]
    pub fn of_typed(text: &str) -> Option<Self> {
        let symbol = |typed: char| match typed.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            symbol => CROCKFORD.iter().any(|known| char::from(*known) == symbol).then_some(symbol),
        };
        let symbols = text.chars().map(symbol).collect::<Option<String>>()?;
        (symbols.len() == SYMBOLS).then(|| hash(&symbols))
    }
}

fn hash(symbols: &str) -> RecoveryCodeHash {
    RecoveryCodeHash(format!("{:x}", Sha256::digest(symbols)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_code_has_the_hash_of_the_shown_one_in_any_case() {
        let code = RecoveryCode::new([0x08, 0x42, 0, 0xff, 0x5a, 1, 2, 3, 4, 5]);
        let shown = code.text();
        assert_eq!(shown.len(), SYMBOLS + 3);
        let typed = shown.replace('-', "");
        for typed in [typed.clone(), typed.to_lowercase(), typed.replace('0', "o")] {
            assert_eq!(RecoveryCodeHash::of_typed(&typed), Some(code.hash()), "{typed}");
        }
        let ones = typed.replace('1', "l");
        assert_ne!(ones, typed);
        assert_eq!(RecoveryCodeHash::of_typed(&ones), Some(code.hash()));
        for bad in ["", &typed[1..], &format!("{typed}0"), &typed.replace('0', "U"), "é"] {
            assert_eq!(RecoveryCodeHash::of_typed(bad), None, "{bad}");
        }
        assert_eq!(format!("{code:?}{:?}", code.hash()), "RecoveryCode(…)RecoveryCodeHash(…)");
    }
}
