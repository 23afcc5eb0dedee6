//! Text of requests: normalised, visible and bounded.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_segmentation::UnicodeSegmentation as _;

use super::characters::{Layout, Unfit, extends, first_unfit, is_visible};
use super::folding::{folded, nfc};

/// Consecutive marks, joiners, selectors and tags. The highest stacks of any script, Tibetan ones,
/// have eight; more serve to paint over other lines. UAX 15 has 30, for the memory of a normaliser.
pub const MARKS_MAX: usize = 10;

/// The rule that a text violates; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenTextRule {
    /// No visible character.
    #[error("must contain a visible character")]
    NothingVisible,
    /// More characters than the maximum, as readers count them (grapheme clusters, UAX 29).
    #[error("must be at most {max} characters, and has {count}")]
    TooLong {
        /// Characters of the text.
        count: usize,
        /// Maximum characters.
        max: usize,
    },
    /// More code points than the maximum, in any number of characters.
    #[error("must be at most {max} code points, and has {count}")]
    TooManyCodePoints {
        /// Code points of the text.
        count: usize,
        /// Maximum code points.
        max: usize,
    },
    /// A character that the text must not contain.
    #[error("must not contain U+{:04X}, {reason}", u32::from(*character))]
    Unfit {
        /// The first such character.
        character: char,
        /// Why it is not allowed.
        reason: Unfit,
    },
    /// More than [`MARKS_MAX`] in a row.
    #[error("must have at most {MARKS_MAX} combining marks and joiners in a row")]
    TooManyMarks,
}

/// A text on one line: NFC, trimmed, visible, with bounded characters and code points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Line<const CHARACTERS_MAX: usize, const CODE_POINTS_MAX: usize>(String);

/// A text on several lines: as [`Line`], with line ends (U+000A) and tabs. CRLF becomes U+000A.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Paragraphs<const CHARACTERS_MAX: usize, const CODE_POINTS_MAX: usize>(String);

/// A text that was parsed when it was stored, by the rules of that time.
pub trait Trusted {
    /// The text, normalised and otherwise unchanged.
    fn trusted(text: &str) -> Self;
}

macro_rules! bounded {
    ($name:ident, $layout:expr) => {
        impl<const CHARACTERS_MAX: usize, const CODE_POINTS_MAX: usize>
            $name<CHARACTERS_MAX, CODE_POINTS_MAX>
        {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The folded text, for searches.
            #[must_use]
            pub fn folded(&self) -> String {
                folded(&self.0)
            }
        }

        impl<const CHARACTERS_MAX: usize, const CODE_POINTS_MAX: usize> FromStr
            for $name<CHARACTERS_MAX, CODE_POINTS_MAX>
        {
            type Err = BrokenTextRule;

            fn from_str(text: &str) -> Result<Self, BrokenTextRule> {
                parse(text, $layout, CHARACTERS_MAX, CODE_POINTS_MAX).map(Self)
            }
        }

        impl<const CHARACTERS_MAX: usize, const CODE_POINTS_MAX: usize> TryFrom<String>
            for $name<CHARACTERS_MAX, CODE_POINTS_MAX>
        {
            type Error = BrokenTextRule;

            /// Parses a request's text; documents of earlier rules use [`stored`].
            fn try_from(text: String) -> Result<Self, BrokenTextRule> {
                text.parse()
            }
        }

        impl<const CHARACTERS_MAX: usize, const CODE_POINTS_MAX: usize> Trusted
            for $name<CHARACTERS_MAX, CODE_POINTS_MAX>
        {
            fn trusted(text: &str) -> Self {
                Self(nfc(text).into_owned())
            }
        }
    };
}

bounded!(Line, Layout::Line);
bounded!(Paragraphs, Layout::Paragraphs);

/// Deserializes a text of a stored document: for `#[serde(deserialize_with = "…")]`.
///
/// # Errors
/// When the value is not a string.
pub fn stored<'de, T: Trusted, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer).map(|text| T::trusted(&text))
}

/// Deserializes an optional text of a stored document.
///
/// # Errors
/// When the value is neither a string nor null.
pub fn stored_option<'de, T: Trusted, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(|text| T::trusted(&text)))
}

fn parse(
    text: &str,
    layout: Layout,
    characters_max: usize,
    code_points_max: usize,
) -> Result<String, BrokenTextRule> {
    let text = match layout {
        Layout::Line => nfc(text.trim()).into_owned(),
        Layout::Paragraphs => nfc(&text.trim().replace("\r\n", "\n")).into_owned(),
    };
    if let Some((character, reason)) = first_unfit(&text, layout) {
        return Err(BrokenTextRule::Unfit { character, reason });
    }
    let (mut marks, mut visible, mut count) = (0, false, 0);
    for c in text.chars() {
        marks = if extends(c) { marks + 1 } else { 0 };
        if marks > MARKS_MAX {
            return Err(BrokenTextRule::TooManyMarks);
        }
        visible |= is_visible(c);
        count += 1;
    }
    if !visible {
        return Err(BrokenTextRule::NothingVisible);
    }
    // The number of characters is at most that of code points.
    if count > characters_max {
        let count = text.graphemes(true).count();
        if count > characters_max {
            return Err(BrokenTextRule::TooLong { count, max: characters_max });
        }
    }
    if count > code_points_max {
        return Err(BrokenTextRule::TooManyCodePoints { count, max: code_points_max });
    }
    Ok(text)
}
