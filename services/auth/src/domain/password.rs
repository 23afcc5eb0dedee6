//! Passwords: long enough, not among the commonest (NIST SP 800-63B 5.1.1.2), never shown.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

/// Characters of a new password at the least.
const LENGTH_MIN: usize = 8;

/// Characters of a password at the most: bounds the work of hashing.
const LENGTH_MAX: usize = 128;

/// The 3,000 commonest passwords of eight characters and more (of the ten million that Mark Burnett collected, as zxcvbn ranks them)
/// and some of this trade, in lower case. OWASP ASVS 5.0, 6.2.4, asks for as many.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// A password that somebody says is theirs: up to 128 characters. Its `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Password(String);

/// A password that somebody chooses: 8 to 128 characters, not among the commonest. Its `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct NewPassword(String);

macro_rules! hidden {
    ($name:ident) => {
        impl $name {
            /// The text, for hashing only.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

hidden!(Password);
hidden!(NewPassword);

impl TryFrom<String> for Password {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if (1..=LENGTH_MAX).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err("must be 1 to 128 characters")
        }
    }
}

impl TryFrom<String> for NewPassword {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if !(LENGTH_MIN..=LENGTH_MAX).contains(&text.chars().count()) {
            return Err("must be 8 to 128 characters");
        }
        if COMMON.contains(text.to_lowercase().as_str()) {
            return Err("must not be one of the commonest passwords");
        }
        Ok(Self(text))
    }
}
