//! Passwords: prepared (RFC 8265), long enough, not among the commonest (NIST SP 800-63B 5.1.1.2), never shown.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use contract::text::{Layout, first_unfit, folded, is_space, is_unassigned, nfc};
use serde::Deserialize;

/// Code points of a new password at the least.
const LENGTH_MIN: usize = 8;

/// Code points of a password at the most: bounds the work of hashing.
const LENGTH_MAX: usize = 128;

/// The 3,000 commonest passwords of eight characters and more (of the ten million that Mark Burnett collected, as zxcvbn ranks them)
/// and some of this trade, in lower case. OWASP ASVS 5.0, 6.2.4, asks for as many.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// A password to verify: up to 128 code points. `Debug` output hides the text.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Password {
    prepared: String,
    /// As it came, where that is another text.
    raw: Option<String>,
}

/// A new password: 8 to 128 code points, not among the commonest. `Debug` output hides the text.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct NewPassword(String);

/// The rule that a password breaks; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenPasswordRule {
    /// It is empty or longer than any password.
    #[error("must be 1 to {LENGTH_MAX} characters")]
    NoPassword,
    /// It is too short or too long for a new one.
    #[error("must be {LENGTH_MIN} to {LENGTH_MAX} characters")]
    Length,
    /// It is known to everybody who guesses.
    #[error("must not be one of the commonest passwords")]
    Common,
    /// It has a character that another keyboard or a later version of Unicode may not reproduce.
    #[error("must not contain U+{:04X}", u32::from(*.0))]
    Unfit(char),
}

/// A password as it is hashed and compared, whatever keyboard it is typed on: every space is U+0020, and the text is NFC; case and
/// width stay (RFC 8265, 4.2.2, `OpaqueString`).
fn prepared(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if is_space(c) { ' ' } else { c }).collect();
    nfc(&spaced).into_owned()
}

impl Password {
    /// What is to be verified, for hashing only.
    #[must_use]
    pub fn prepared(&self) -> &str {
        &self.prepared
    }

    /// What may be verified, in this order: the prepared password, then the password as it came. Hashes that are older than the
    /// preparation are of the latter.
    #[must_use]
    pub fn spellings(&self) -> Vec<String> {
        std::iter::once(&self.prepared).chain(&self.raw).cloned().collect()
    }
}

impl NewPassword {
    /// The prepared text, for hashing only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

impl TryFrom<String> for Password {
    type Error = BrokenPasswordRule;

    /// Only the length is checked: the password may be older than the rules of new ones.
    fn try_from(raw: String) -> Result<Self, BrokenPasswordRule> {
        let fits = |text: &str| (1..=LENGTH_MAX).contains(&text.chars().count());
        let prepared = prepared(&raw);
        if !fits(&prepared) && !fits(&raw) {
            return Err(BrokenPasswordRule::NoPassword);
        }
        let raw = Some(raw).filter(|raw| *raw != prepared);
        Ok(Self { prepared, raw })
    }
}

impl TryFrom<String> for NewPassword {
    type Error = BrokenPasswordRule;

    fn try_from(text: String) -> Result<Self, BrokenPasswordRule> {
        let password = prepared(&text);
        if !(LENGTH_MIN..=LENGTH_MAX).contains(&password.chars().count()) {
            return Err(BrokenPasswordRule::Length);
        }
        let unassigned = || password.chars().find(|c| is_unassigned(*c));
        let unfit = first_unfit(&password, Layout::Line).map(|(c, _)| c).or_else(unassigned);
        if let Some(unfit) = unfit {
            return Err(BrokenPasswordRule::Unfit(unfit));
        }
        if COMMON.contains(folded(&password).as_str()) {
            return Err(BrokenPasswordRule::Common);
        }
        Ok(Self(password))
    }
}
