//! The calendar files of receipts (RFC 5545).

use contract::Language;
use contract::show::{ShowState, ShowStatus};
use mail::domain::{Content, Receipt};
use mail::public_url::PublicUrl;
use mail::rendering::{Facts, render};

use crate::samples;

fn calendar(receipt: Receipt, show: Option<&ShowState>) -> Option<String> {
    let public_url = PublicUrl::parse("https://tickets.example:8443").unwrap();
    let content = Content::Receipt(receipt);
    let facts = Facts {
        content: &content,
        language: Language::German,
        public_url: &public_url,
        unsubscribe_url: None,
        show,
    };
    render(&facts).unwrap().calendar
}

#[test]
fn the_calendar_has_the_time_and_place_of_the_show() {
    let show = samples::show();
    let expected = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//boxoffice//mail//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:order-010101010101010101010101@tickets.example",
        "DTSTAMP:20261201T180400Z",
        "DTSTART:20261205T190000Z",
        "DTEND:20261205T210000Z",
        "SUMMARY:Nocturne for Eleven Strings",
        "LOCATION:Kleiner Saal\\, Gendarmenmarkt 2\\, 10117 Berlin",
        "URL:https://tickets.example:8443/orders/010101010101010101010101",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ];
    assert_eq!(calendar(samples::receipt(), Some(&show)).unwrap(), expected.join("\r\n"));
}

#[test]
fn lines_are_folded_and_values_escaped() {
    let title = format!("a;b,c\\d {}", "é🎻".repeat(40));
    let show = ShowState { title: title.clone(), ..samples::show() };
    let calendar = calendar(samples::receipt(), Some(&show)).unwrap();
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "{calendar}");
    assert!(!calendar.replace("\r\n", "").contains(['\r', '\n']));
    let summary = format!("SUMMARY:a\\;b\\,c\\\\d {}", "é🎻".repeat(40));
    assert!(calendar.replace("\r\n ", "").contains(&summary), "{calendar}");
}

#[test]
fn tickets_without_a_show_have_one_event_for_each_time_and_place() {
    let mut receipt = samples::receipt();
    let of_one_event = calendar(receipt.clone(), None).unwrap();
    assert_eq!(of_one_event.matches("BEGIN:VEVENT").count(), 1);
    receipt.items[1].starts_at = Some(samples::time("2026-12-06T19:00:00Z"));
    let of_two = calendar(receipt.clone(), None).unwrap();
    let second = "UID:order-010101010101010101010101-2@tickets.example\r\n";
    assert!(of_two.contains(second) && of_two.contains("DTSTART:20261206T190000Z"), "{of_two}");
    receipt.items.iter_mut().for_each(|item| item.starts_at = None);
    assert_eq!(calendar(receipt, None), None);
}

#[test]
fn a_cancelled_show_has_no_calendar() {
    let show = ShowState { status: ShowStatus::Cancelled, ..samples::show() };
    assert_eq!(calendar(samples::receipt(), Some(&show)), None);
}
