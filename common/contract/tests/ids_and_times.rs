//! Ids and timestamps.

use std::time::Duration;

use contract::time::NotATimestamp;
use contract::{Id, OrderId, Timestamp};

#[test]
fn an_id_is_24_hex_digits_with_its_time_of_creation() {
    let id: OrderId = "692000F2a1b2c3d4e5f60718".parse().unwrap();
    assert_eq!(id.to_string(), "692000f2a1b2c3d4e5f60718");
    assert_eq!(id.minted_at().unix_ms(), 0x6920_00f2 * 1000);
    assert_eq!(serde_json::to_string(&id).unwrap(), "\"692000f2a1b2c3d4e5f60718\"");
    for text in
        ["", "692000f2a1b2c3d4e5f6071", "692000f2a1b2c3d4e5f607188", "692000f2a1b2c3d4e5f6071g"]
    {
        assert!(text.parse::<Id>().is_err(), "{text}");
    }
}

#[test]
fn a_timestamp_is_written_with_three_decimals_in_utc() {
    let moment: Timestamp = "2026-11-21T20:30:00+01:00".parse().unwrap();
    assert_eq!(moment.to_string(), "2026-11-21T19:30:00.000Z");
    assert_eq!(moment.plus(Duration::from_millis(7)).to_string(), "2026-11-21T19:30:00.007Z");
    for text in ["", "yesterday", "2026-11-21", "2026-11-21T19:30:00", "2026-13-01T00:00:00Z"] {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
    }
}

#[test]
fn a_time_too_far_away_is_not_reported_as_malformed() {
    for (text, parsed) in [
        ("9999-12-30T22:00:00Z", Ok(253_402_207_200_000)),
        ("9999-12-30T22:00:01Z", Err(NotATimestamp::TooFar)),
        ("9999-12-31T23:59:59.999Z", Err(NotATimestamp::TooFar)),
        ("9999-12-31T23:59:59.999-12:00", Err(NotATimestamp::TooFar)),
        ("9999-12-31T24:59:59Z", Err(NotATimestamp::Malformed)),
        ("9999-12-32T00:00:00Z", Err(NotATimestamp::Malformed)),
        ("9999-12-31T23:59:59", Err(NotATimestamp::Malformed)),
        ("9999-12-31", Err(NotATimestamp::Malformed)),
        ("10000-01-01T00:00:00Z", Err(NotATimestamp::Malformed)),
    ] {
        assert_eq!(text.parse::<Timestamp>().map(Timestamp::unix_ms), parsed, "{text}");
    }
    let message = NotATimestamp::TooFar.to_string();
    assert_eq!(message, "is too far away: must be at most 9999-12-30T22:00:00Z");
}
