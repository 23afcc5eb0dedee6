//! The provider's token of a card, which the browser obtained.

use serde::{Deserialize, Serialize};

/// Maximum length; Stripe's tokens have under 40 characters.
const TOKEN_MAX: usize = 255;

/// A provider's token of a means of payment: 1 to 255 visible ASCII characters. Its `Debug` hides
/// it.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[debug("Token(…)")]
#[serde(try_from = "String")]
pub struct Token(String);

impl Token {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Token {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=TOKEN_MAX).contains(&text.len());
        if fits && text.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(text))
        } else {
            Err("must be 1 to 255 visible ASCII characters")
        }
    }
}
