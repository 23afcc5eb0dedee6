//! Languages: the words of the pages, and the forms of numbers, amounts and times.

mod account;
mod administration;
mod formats;
mod messages;
mod refusals;
mod rules;
mod selling;

pub(crate) use formats::{zone_name, zoned};

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;

/// The cookie of the chosen language.
pub(crate) const COOKIE_NAME: &str = "language";

/// A language of the pages, with the form of dates and numbers of its region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, with the forms of Britain.
    English,
    /// English, with the forms of the United States.
    AmericanEnglish,
    /// German.
    German,
}

impl Language {
    /// The languages to choose from, by their own names.
    pub(crate) const CHOICES: [(&'static str, &'static str); 2] =
        [("en", "English"), ("de", "Deutsch")];

    /// The language of a tag (RFC 5646).
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

    /// Its tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en-GB",
            Self::AmericanEnglish => "en-US",
            Self::German => "de",
        }
    }

    /// The language of its words, `en` or `de`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English | Self::AmericanEnglish => "en",
            Self::German => "de",
        }
    }

    /// The language of a request: the chosen one, else the first known of `Accept-Language`.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let accepted = request.headers().get_all(ACCEPT_LANGUAGE);
        let accepted = accepted.filter_map(|value| value.to_str().ok());
        let accepted: Vec<&str> = accepted.flat_map(|value| value.split(',')).collect();
        let preferred = preferred(&accepted);
        let mut chosen = web::session::cookies(request).filter(|(name, _)| *name == COOKIE_NAME);
        let chosen = chosen.find_map(|(_, value)| Self::of_tag(value));
        match (chosen, preferred) {
            // The choice names no region.
            (Some(chosen), Some(preferred)) if chosen.code() == preferred.code() => preferred,
            (chosen, preferred) => chosen.or(preferred).unwrap_or(Self::English),
        }
    }
}

/// The known language with the highest quality value, the first one of equal ones.
fn preferred(accepted: &[&str]) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for entry in accepted {
        let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let quality = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse().ok());
        let (Some(language), Some(quality)) = (Language::of_tag(tag), quality) else { continue };
        if quality > 0.0 && best.is_none_or(|(known, _)| quality > known) {
            best = Some((quality, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_language_of_the_highest_quality_is_preferred() {
        let of = |header: &str| preferred(&header.split(',').collect::<Vec<_>>());
        assert_eq!(of("de-AT"), Some(Language::German));
        assert_eq!(of("fr, de;q=0.5, en-US;q=0.9"), Some(Language::AmericanEnglish));
        assert_eq!(of("en, de"), Some(Language::English));
        assert_eq!(of("de;q=0, fr"), None);
        assert_eq!(of("de;q=x"), None);
    }
}
