//! The texts, the place and the times of a show, each part with its rule.

use contract::Timestamp;
use contract::show::VenueState;
use contract::text::{Line, Trusted, stored, stored_option};
use jiff::tz::TimeZoneDatabase;
use serde::{Deserialize, Serialize};

use crate::domain::terms::{Description, ERASED_TITLE, Title, Venue};

/// Postal address: 1 to 500 characters on one line.
pub type Address = Line<500, 2000>;

/// Texts, place and times of a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// Title.
    #[serde(deserialize_with = "stored")]
    pub title: Title,
    /// Description.
    #[serde(default, deserialize_with = "stored_option")]
    pub description: Option<Description>,
    /// Place.
    pub venue: Place,
    /// When the doors open; not after the start.
    pub doors_at: Option<Timestamp>,
    /// The start.
    pub starts_at: Timestamp,
}

/// The place of a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Name of the venue.
    #[serde(deserialize_with = "stored")]
    pub name: Venue,
    /// Its time zone.
    #[serde(deserialize_with = "stored")]
    pub time_zone: TimeZone,
    /// Its postal address.
    #[serde(default, deserialize_with = "stored_option")]
    pub address: Option<Address>,
}

/// The texts of an erased seller's show that remain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remainder {
    /// None.
    Nothing,
    /// The title and the place: units are held or sold, and orders refer to them.
    TitleAndPlace,
}

impl Details {
    /// The details with the remaining texts of an erased seller.
    pub(super) fn erased(&self, remainder: Remainder) -> Self {
        match remainder {
            Remainder::Nothing => {
                let Place { time_zone, .. } = &self.venue;
                let (name, time_zone) = (Venue::trusted(ERASED_TITLE), time_zone.clone());
                Self {
                    title: Title::trusted(ERASED_TITLE),
                    description: None,
                    venue: Place { name, time_zone, address: None },
                    ..self.clone()
                }
            }
            Remainder::TitleAndPlace => Self { description: None, ..self.clone() },
        }
    }
}

impl Place {
    /// Search form of the name and the address, each on a line.
    #[must_use]
    pub(crate) fn folded(&self) -> String {
        let address = self.address.as_ref().map(|address| format!("\n{}", address.folded()));
        self.name.folded() + &address.unwrap_or_default()
    }

    /// Published state.
    #[must_use]
    pub(super) fn state(&self) -> VenueState {
        VenueState {
            name: self.name.as_str().to_owned(),
            time_zone: self.time_zone.as_str().to_owned(),
            address: self.address.as_ref().map(|address| address.as_str().to_owned()),
        }
    }
}

/// A time zone of the IANA database that is compiled into the program, in the spelling of the
/// database. A later database may lack the name of a stored one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct TimeZone(String);

impl Trusted for TimeZone {
    fn trusted(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl TimeZone {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TimeZone {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let known = TimeZoneDatabase::bundled().get(&name).ok();
        let name = known.as_ref().and_then(|zone| zone.iana_name()).map(str::to_owned);
        name.map(Self).ok_or("must be an IANA time zone such as Europe/Berlin")
    }
}
