//! Passwords: prepared (RFC 8265), with a minimum length, not among the most common (NIST SP
//! 800-63B
//! 5.1.1.2), redacted.

use std::collections::HashSet;
use std::sync::LazyLock;

use contract::text::{Layout, first_unfit, folded, is_space, is_unassigned, nfc};
use serde::Deserialize;

/// Minimum length of a new password in code points.
const LENGTH_MIN: usize = 8;

/// Maximum length of a password in code points; bounds the cost of hashing.
const LENGTH_MAX: usize = 128;

/// The 3,000 most common passwords of at least eight characters (of the ten million that Mark
/// Burnett collected, in the ranking of zxcvbn) and some of ticket sales, in lower case. OWASP ASVS
/// 5.0, 6.2.4, requires that number.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// A password to verify: up to 128 code points. `Debug` output hides the text.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Deserialize)]
#[debug("Password(…)")]
#[serde(try_from = "String")]
pub struct Password {
    prepared: String,
    /// The unprepared text, if different.
    raw: Option<String>,
}

/// A new password: 8 to 128 code points, not among the most common. `Debug` output hides the text.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Deserialize)]
#[debug("NewPassword(…)")]
#[serde(try_from = "String")]
pub struct NewPassword(String);

/// The rule that a password breaks; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenPasswordRule {
    /// The password is empty or above the maximum length.
    #[error("must be 1 to {LENGTH_MAX} characters")]
    NoPassword,
    /// The password is too short or too long for a new one.
    #[error("must be {LENGTH_MIN} to {LENGTH_MAX} characters")]
    Length,
    /// The password is among the most common.
    #[error("must not be one of the commonest passwords")]
    Common,
    /// The password has a character that another keyboard or a later version of Unicode may not
    /// reproduce.
    #[error("must not contain U+{:04X}", u32::from(*.0))]
    Unfit(char),
}

/// The text that is hashed and compared, equal for all keyboards: every space is U+0020, and the
/// text is NFC; case and width are kept (RFC 8265, 4.2.2, `OpaqueString`).
fn prepared(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if is_space(c) { ' ' } else { c }).collect();
    nfc(&spaced).into_owned()
}

impl Password {
    /// The prepared text, for hashing only.
    #[must_use]
    pub fn prepared(&self) -> &str {
        &self.prepared
    }

    /// Texts to verify, in this order: the prepared password, then the unprepared one. Hashes from
    /// before the preparation of passwords are of the latter.
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

impl TryFrom<String> for Password {
    type Error = BrokenPasswordRule;

    /// Checks only the length: the password may be older than the rules of new ones.
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
