//! E-mail addresses, as far as can be told without sending anything.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Characters of an address at the most (RFC 5321, 4.5.3.1.3).
const ADDRESS_MAX: usize = 254;

/// Characters before the `@` at the most (RFC 5321, 4.5.3.1.1).
const LOCAL_PART_MAX: usize = 64;

/// An e-mail address, trimmed and in lower case, so that one person has one account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    /// Hidden: addresses do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let address = text.trim().to_lowercase();
        if is_address(&address) { Ok(Self(address)) } else { Err("must be an e-mail address") }
    }
}

fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let plain = |c: char| {
        !c.is_whitespace() && !c.is_control() && !is_unseen(c) && !"<>()[]\\,;:\"@".contains(c)
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    address.len() <= ADDRESS_MAX
        && (1..=LOCAL_PART_MAX).contains(&local.len())
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// Characters that are not seen, or that reverse the text behind them: with these an address could pass for another one.
/// Source: Unicode Technical Report 36, section 2 (visual security issues).
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
