//! A ticket's rules: titles, prices, quantities, edits against its stock. The decisions of each
//! state are in `ticket_table`.

use contract::Decided;
use contract::number::WholeNumber;
use contract::text::folded;
use proptest::prelude::*;
use testing::samples::id;
use tickets::domain::{Description, Price, Quantity, Search, Terms, Ticket, Title, Venue};

use crate::samples::{NOW, seller, stock, terms};

#[test]
fn titles_are_trimmed_and_take_anything_that_can_be_seen() {
    for (text, title) in [
        ("  Concert ", Some("Concert")),
        ("Émile 🎻 — 演奏会 👨‍👩‍👧", Some("Émile 🎻 — 演奏会 👨‍👩‍👧")),
        ("<script>alert(1)</script>", Some("<script>alert(1)</script>")),
        ("", None),
        ("   ", None),
        ("two\nlines", None),
        ("line\u{2028}separator", None),
        ("gpj.\u{202e}exe", None),
        ("\u{2066}isolated\u{2069}", None),
        ("bell\u{7}", None),
        ("\u{0}", None),
        ("\u{200b}", None),
        ("e\u{301}tude", Some("étude")),
        ("del\u{7f}", None),
    ] {
        let parsed = Title::try_from(text.to_owned()).ok();
        assert_eq!(parsed.as_ref().map(Title::as_str), title, "{text:?}");
    }
    assert!(Title::try_from("x".repeat(200)).is_ok());
    assert!(Title::try_from("🎻".repeat(200)).is_ok(), "characters, not bytes");
    assert!(Title::try_from("x".repeat(201)).is_err());
}

#[test]
fn only_descriptions_have_several_lines() {
    let lines = || "one\ntwo".to_owned();
    assert!(Description::try_from(lines()).is_ok());
    assert!(Description::try_from("one\u{202e}\ntwo".to_owned()).is_err());
    assert!(Venue::try_from(lines()).is_err());
    assert!(Search::try_from(lines()).is_err());
    let typed = Description::try_from("one\r\n\ttwo".to_owned()).unwrap();
    assert_eq!(typed.as_str(), "one\n\ttwo");
    for (length, fits) in [(5_000, true), (5_001, false)] {
        assert_eq!(Description::try_from("d".repeat(length)).is_ok(), fits);
    }
    for (length, fits) in [(200, true), (201, false)] {
        assert_eq!(Venue::try_from("v".repeat(length)).is_ok(), fits);
    }
    for (length, fits) in [(100, true), (101, false)] {
        assert_eq!(Search::try_from("s".repeat(length)).is_ok(), fits);
    }
}

#[test]
fn terms_that_were_stored_under_other_rules_can_be_read() {
    let mut stored = serde_json::to_value(terms(1, 500)).unwrap();
    stored["title"] = "\u{3164}e\u{301}".into();
    stored["venue"] = "\u{200b}".into();
    stored["description"] = "a\u{202e}b".into();
    let read: Terms = serde_json::from_value(stored).unwrap();
    assert_eq!(read.title.as_str(), "\u{3164}\u{e9}");
    assert_eq!(read.title.folded(), "\u{e9}", "and found");
    assert_eq!(read.venue.unwrap().as_str(), "\u{200b}");
    assert_eq!(read.description.unwrap().as_str(), "a\u{202e}b");
}

#[test]
fn prices_are_not_negative_and_exact_in_their_currency() {
    let price = |json: &str, currency: &str| -> Result<i64, String> {
        let price: Price = serde_json::from_str(json).map_err(|error| error.to_string())?;
        Ok(price.in_currency(currency.parse().unwrap())?.minor_units)
    };
    assert_eq!(price("0.01", "usd"), Ok(1));
    assert_eq!(price("10000000", "usd"), Ok(1_000_000_000));
    assert_eq!(price("1e3", "usd"), Ok(100_000));
    assert_eq!(price("10000000", "kwd"), Ok(10_000_000_000));
    for free in ["0", "0.00", "-0"] {
        assert_eq!(price(free, "usd"), Ok(0), "a free ticket");
    }
    for (json, currency) in [
        ("-1", "usd"),
        ("-0.01", "usd"),
        ("0.001", "usd"),
        ("0.5", "jpy"),
        ("10000000.01", "usd"),
        ("99999999999999999999999999", "usd"),
        ("1e8", "usd"),
        ("1e-3", "usd"),
        ("\"5\"", "usd"),
    ] {
        assert!(price(json, currency).is_err(), "{json} {currency}");
    }
}

#[test]
fn quantities_have_two_bounds() {
    for (units, fits) in [(0, false), (1, true), (200_000, true), (200_001, false), (-1, false)] {
        assert_eq!(Quantity::try_from(WholeNumber(units)).is_ok(), fits, "{units}");
    }
}

proptest! {
    #[test]
    fn stock_in_any_order_and_number_ends_at_the_newest(versions in prop::collection::vec(1_u64..20, 1..30)) {
        let mut ticket = Ticket::offer(id(1), seller(), terms(30, 500), NOW).unwrap();
        for version in &versions {
            let held = u32::try_from(*version).unwrap();
            if let Decided::Applied(changed, ()) = ticket.follow(&stock(*version, held, 0)) {
                ticket = *changed;
            }
            prop_assert_eq!(ticket.follow(&stock(*version, held, 0)), Decided::AlreadyApplied);
        }
        prop_assert_eq!(ticket.stock.version, *versions.iter().max().unwrap());
        prop_assert_eq!(u64::from(ticket.left()), 30 - ticket.stock.version);
        prop_assert_eq!(ticket.version, 1, "stock is no edit");
    }

    #[test]
    fn a_title_is_a_fixed_point_and_is_found_by_any_part_of_itself(text in "\\PC{0,210}", from in 0_usize..50, length in 1_usize..50) {
        let Ok(title) = Title::try_from(text) else { return Ok(()) };
        prop_assert_eq!(&Title::try_from(title.as_str().to_owned()), &Ok(title.clone()));
        // Whole letters only: a lone mark may be reordered by normalisation, also within a letter
        // that folds into several.
        let is_letter = |folded: &str| folded.chars().all(char::is_alphanumeric);
        let is_simple = |c: char| {
            let alone = folded(&c.to_string());
            is_letter(&alone) && folded(&format!("{c}\u{1e000}")) == alone + "\u{1e000}"
        };
        let simple: String = title.as_str().chars().filter(|c| is_simple(*c)).collect();
        let Ok(title) = Title::try_from(simple) else { return Ok(()) };
        let part: String = title.as_str().chars().skip(from).take(length).collect();
        for part in [part.to_uppercase(), part.to_lowercase(), part] {
            let Ok(search) = Search::try_from(part) else { continue };
            prop_assert!(title.folded().contains(&search.folded()), "{title:?} {search:?}");
        }
    }
}
