//! Languages of pages and mails.

use serde::{Deserialize, Serialize};

/// A language, with the forms of dates and numbers of its region. Serialised as its tag.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "String")]
pub enum Language {
    /// English, with the forms of Britain.
    #[default]
    #[serde(rename = "en-GB")]
    English,
    /// English, with the forms of the United States.
    #[serde(rename = "en-US")]
    AmericanEnglish,
    /// German.
    #[serde(rename = "de")]
    German,
}

impl TryFrom<String> for Language {
    type Error = &'static str;

    /// The language of exactly this tag.
    fn try_from(tag: String) -> Result<Self, Self::Error> {
        let known = [Self::English, Self::AmericanEnglish, Self::German];
        let found = known.into_iter().find(|language| language.tag() == tag);
        found.ok_or("must be en-GB, en-US or de")
    }
}

impl Language {
    /// The language of a tag (RFC 5646); `None` for a language without texts.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        match tag.split('-').next()? {
            "en" if tag == "en-us" => Some(Self::AmericanEnglish),
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            _ => None,
        }
    }

    /// The tag: `en-GB`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en-GB",
            Self::AmericanEnglish => "en-US",
            Self::German => "de",
        }
    }

    /// The language of the words, `en` or `de`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English | Self::AmericanEnglish => "en",
            Self::German => "de",
        }
    }

    /// The known language of an `Accept-Language` header (RFC 9110, 12.5.4) with the highest
    /// quality value, the first one of equal ones. `accepted` contains its entries.
    #[must_use]
    pub fn preferred<'a>(accepted: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for entry in accepted {
            let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let quality = parameters.trim().strip_prefix("q=");
            let quality = quality.map_or(Some(1.0), |quality| quality.parse().ok());
            let (Some(language), Some(quality)) = (Self::of_tag(tag), quality) else { continue };
            if quality > 0.0 && best.is_none_or(|(known, _)| quality > known) {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_language_of_the_highest_quality_is_preferred() {
        let of = |header: &str| Language::preferred(header.split(','));
        assert_eq!(of("de-AT"), Some(Language::German));
        assert_eq!(of("fr, de;q=0.5, en-US;q=0.9"), Some(Language::AmericanEnglish));
        assert_eq!(of("en, de"), Some(Language::English));
        assert_eq!(of("de;q=0, fr"), None);
        assert_eq!(of("de;q=x"), None);
    }

    #[test]
    fn a_language_is_found_by_its_tag() {
        for language in [Language::English, Language::AmericanEnglish, Language::German] {
            assert_eq!(Language::of_tag(language.tag()), Some(language));
        }
        assert_eq!(Language::of_tag("fr"), None);
    }
}
