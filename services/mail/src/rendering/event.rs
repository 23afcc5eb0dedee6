//! The time and place of a show.

use contract::Timestamp;
use contract::show::VenueState;

use crate::rendering::inserted::{address_line, inserted};
use crate::rendering::message::Fact;
use crate::rendering::words::Words;

/// The facts of a show, in the zone of its venue. `when` is the name of the start.
pub(crate) fn facts(
    words: Words,
    when: &'static str,
    starts_at: Timestamp,
    doors_at: Option<Timestamp>,
    venue: &VenueState,
) -> Vec<Fact> {
    let zone = Some(venue.time_zone.as_str());
    let mut facts = vec![Fact { label: when, value: words.time(starts_at, zone) }];
    if let Some(doors_at) = doors_at {
        let value = formats::time_of_day(words.language(), &doors_at, zone);
        facts.push(Fact { label: words.doors(), value });
    }
    facts.push(Fact { label: words.place(), value: place(venue) });
    facts
}

/// The name and the postal address of a venue in one line.
pub(crate) fn place(venue: &VenueState) -> String {
    let name = inserted(&venue.name);
    match venue.address.as_deref().map(address_line).filter(|address| !address.is_empty()) {
        Some(address) => format!("{name}, {address}"),
        None => name,
    }
}
