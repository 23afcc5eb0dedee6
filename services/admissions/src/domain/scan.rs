//! A scan at a door: its id, which the door chooses, and the text of the code.

use serde::Deserialize;

/// 1 to 64 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ScanId(String);

/// The rule of an id of a scan; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 visible ASCII characters")]
pub struct NotAScanId;

impl ScanId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ScanId {
    type Error = NotAScanId;

    fn try_from(text: String) -> Result<Self, NotAScanId> {
        let is_visible = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if is_visible && text.len() <= 64 { Ok(Self(text)) } else { Err(NotAScanId) }
    }
}

/// The text of a scan: 1 to 1,000 characters, of which a code is a few hundred.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ScannedText(String);

/// The rule of the text of a scan; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 1,000 characters")]
pub struct NotScanned;

impl ScannedText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ScannedText {
    type Error = NotScanned;

    fn try_from(text: String) -> Result<Self, NotScanned> {
        if (1..=1_000).contains(&text.chars().count()) { Ok(Self(text)) } else { Err(NotScanned) }
    }
}
