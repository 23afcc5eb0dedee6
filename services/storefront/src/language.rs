//! Languages: the words of the pages, and the forms of numbers, amounts and times.

mod account;
mod administration;
mod admissions;
mod door;
mod forms;
mod links;
mod mails;
mod messages;
mod refusals;
mod rules;
mod second_factor;
mod selling;
mod transfers;

pub(crate) use ::formats::{zone_name, zoned};

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;

/// The cookie of the chosen language.
pub(crate) const COOKIE_NAME: &str = "language";

/// A language of the pages. A type of this crate, because the words of the pages are its methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, derive_more::Deref, derive_more::From)]
pub struct Language(contract::Language);

impl Language {
    /// English, with the forms of Britain.
    pub const ENGLISH: Self = Self(contract::Language::English);
    /// English, with the forms of the United States.
    pub const AMERICAN_ENGLISH: Self = Self(contract::Language::AmericanEnglish);
    /// German.
    pub const GERMAN: Self = Self(contract::Language::German);

    /// The languages to choose from, by their own names.
    pub(crate) const CHOICES: [(&'static str, &'static str); 2] =
        [("en", "English"), ("de", "Deutsch")];

    /// The language of a tag (RFC 5646).
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        contract::Language::of_tag(tag).map(Self)
    }

    /// The language of a request: the chosen one, else the first known of `Accept-Language`.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let accepted = request.headers().get_all(ACCEPT_LANGUAGE);
        let accepted = accepted.filter_map(|value| value.to_str().ok());
        let accepted = accepted.flat_map(|value| value.split(','));
        let preferred = contract::Language::preferred(accepted).map(Self);
        let mut chosen = web::session::cookies(request).filter(|(name, _)| *name == COOKIE_NAME);
        let chosen = chosen.find_map(|(_, value)| Self::of_tag(value));
        match (chosen, preferred) {
            // The choice names no region.
            (Some(chosen), Some(preferred)) if chosen.code() == preferred.code() => preferred,
            (chosen, preferred) => chosen.or(preferred).unwrap_or(Self::ENGLISH),
        }
    }
}
