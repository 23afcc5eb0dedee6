//! Dates for calendars (RFC 5545).

use std::time::Duration;

use contract::Timestamp;
use contract::show::{ShowState, ShowStatus};

use crate::domain::Receipt;
use crate::rendering::event;
use crate::rendering::facts::Facts;
use crate::rendering::inserted::one_line;

/// The length of an event: shows have no end, and most last two hours.
const LENGTH: Duration = Duration::from_hours(2);

/// Octets of a line, without its end (RFC 5545, 3.1).
const LINE_OCTETS_MAX: usize = 75;

/// An event of an order.
struct Event {
    starts_at: Timestamp,
    title: String,
    place: Option<String>,
}

/// The calendar of an order; `None` if no start is known, or the show does not take place.
pub(crate) fn calendar(facts: &Facts<'_>, receipt: &Receipt) -> Option<String> {
    let events = match facts.show {
        Some(show) => of_show(show),
        None => of_items(receipt),
    };
    let order_id = receipt.order_id;
    let host = facts.public_url.host();
    let url = facts.page(&format!("/orders/{order_id}"));
    let ordered_at = moment(receipt.ordered_at)?;
    let mut lines = Lines::default();
    lines.add("BEGIN", "VCALENDAR");
    lines.add("VERSION", "2.0");
    lines.add("PRODID", "-//boxoffice//mail//EN");
    lines.add("METHOD", "PUBLISH");
    let mut count = 0_u32;
    for event in events {
        let (Some(starts_at), Some(ends_at)) =
            (moment(event.starts_at), moment(event.starts_at.plus(LENGTH)))
        else {
            continue;
        };
        count += 1;
        let number = if count == 1 { String::new() } else { format!("-{count}") };
        lines.add("BEGIN", "VEVENT");
        lines.add("UID", &format!("order-{order_id}{number}@{host}"));
        lines.add("DTSTAMP", &ordered_at);
        lines.add("DTSTART", &starts_at);
        lines.add("DTEND", &ends_at);
        lines.add("SUMMARY", &escaped(&event.title));
        if let Some(place) = event.place {
            lines.add("LOCATION", &escaped(&place));
        }
        lines.add("URL", &url);
        lines.add("END", "VEVENT");
    }
    lines.add("END", "VCALENDAR");
    (count > 0).then_some(lines.text)
}

fn of_show(show: &ShowState) -> Vec<Event> {
    match show.status {
        ShowStatus::Scheduled | ShowStatus::Postponed { .. } => vec![Event {
            starts_at: show.starts_at,
            title: one_line(&show.title),
            place: Some(event::place(&show.venue)),
        }],
        ShowStatus::Cancelled => Vec::new(),
    }
}

/// The events of items without a show; items of one place and time are one event.
fn of_items(receipt: &Receipt) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for item in &receipt.items {
        let Some(starts_at) = item.starts_at else { continue };
        let place = item.venue.as_deref().map(one_line);
        let is_known = |event: &Event| event.starts_at == starts_at && event.place == place;
        if !events.iter().any(is_known) {
            events.push(Event { starts_at, title: one_line(&item.title), place });
        }
    }
    events
}

/// A time in UTC: `20261205T190000Z`; `None` outside of the years of the format.
fn moment(at: Timestamp) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(at.unix_ms()).ok()?;
    Some(at.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// A value of type TEXT (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Lines that end with CRLF and are folded.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    /// Adds a property. The space that begins a continuation counts as one of its octets.
    fn add(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if octets + c.len_utf8() > LINE_OCTETS_MAX {
                self.text.push_str("\r\n ");
                octets = 1;
            }
            self.text.push(c);
            octets += c.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped() {
        assert_eq!(escaped("a,b;c\\d\ne\rf"), "a\\,b\\;c\\\\d\\ne f".replace(' ', ""));
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        for start in 0..4 {
            let value = format!("{}{}", "a".repeat(start), "🎻é".repeat(60));
            let mut lines = Lines::default();
            lines.add("SUMMARY", &value);
            assert!(lines.text.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX));
            let unfolded = lines.text.replace("\r\n ", "");
            assert_eq!(unfolded, format!("SUMMARY:{value}\r\n"));
        }
    }
}
