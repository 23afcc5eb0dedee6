//! Money, ids and times, as text.

use contract::money::Decimal;
use contract::{Currency, Id, Timestamp};
use proptest::prelude::*;

use crate::mutation::{cases, text_like};

/// More decimals than any currency has.
const DECIMALS: usize = 8;

/// An amount in 100,000,000ths, computed independently of the product; `None` for text that is not
/// a number.
fn fine_units(text: &str) -> Option<i128> {
    if let Some((mantissa, exponent)) = text.split_once(['e', 'E']) {
        fine_units(mantissa)?;
        return fine_units(&shifted(mantissa, exponent)?);
    }
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, decimals) = digits.split_once('.').map_or((digits, None), |(w, d)| (w, Some(d)));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let has_no_zero_in_front = whole == "0" || !whole.starts_with('0');
    if !is_number(whole) || !decimals.is_none_or(is_number) || !has_no_zero_in_front {
        return None;
    }
    if whole.len() > 24 {
        // Exceeds every representable amount, whatever its digits.
        return Some(sign * 10_i128.pow(36));
    }
    let decimals = decimals.unwrap_or("");
    let (fine, rest) = decimals.split_at(decimals.len().min(DECIMALS));
    // A digit other than zero after the counted decimals makes the amount finer than any currency.
    let is_finer = rest.bytes().any(|b| b != b'0');
    let units: i128 = format!("{whole}{fine:0<DECIMALS$}").parse().ok()?;
    Some(sign * (units * 10 + i128::from(is_finer)))
}

/// A number without its exponent: the decimal point is shifted within a row of zeros.
fn shifted(mantissa: &str, exponent: &str) -> Option<String> {
    const ZEROS: usize = 1_000;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let moved = digits.parse().unwrap_or(ZEROS).min(ZEROS);
    let (sign, unsigned) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let zeros = "0".repeat(ZEROS);
    let row = format!("{zeros}{whole}{decimals}{zeros}");
    let point = ZEROS + whole.len();
    let point = if exponent.starts_with('-') { point - moved } else { point + moved };
    let (whole, decimals) = row.split_at(point);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    is_number.then(|| format!("{sign}{whole}.{decimals}0"))
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,10})?",
        1 => "-?[0-9]{0,3}(\\.[0-9]{0,3})?([eE][+-]?[0-9]{1,3})?",
        2 => text_like("92233720368547758.07"),
    ]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn an_amount_is_exactly_the_written_number(
        text in number(), currency in prop::sample::select(&["usd", "jpy", "kwd"]),
    ) {
        let currency: Currency = currency.parse().unwrap();
        let scale = 10 * 10_i128.pow(u32::try_from(DECIMALS).unwrap() - u32::from(currency.minor_digits()));
        let wanted = fine_units(text.trim_matches([' ', '\t', '\n', '\r']));
        let read = serde_json::from_str::<Decimal>(&text).ok();
        prop_assert!(read.is_none() || wanted.is_some(), "{text} is accepted");
        let Some((read, wanted)) = read.zip(wanted) else { return Ok(()) };
        prop_assert_eq!(read.is_positive(), wanted > 0);
        match read.in_currency(currency) {
            Ok(money) => prop_assert_eq!(i128::from(money.minor_units) * scale, wanted),
            // Rejected for its decimals, or because it does not fit.
            Err(_) => prop_assert!(wanted % scale != 0 || (wanted / scale).abs() > i128::from(i64::MAX)),
        }
    }

    #[test]
    fn an_id_is_exactly_24_hex_digits(text in text_like("692000f2A1b2c3d4e5f60718")) {
        let is_id = text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let read = text.parse::<Id>();
        prop_assert_eq!(read.is_ok(), is_id, "{}", text);
        if let Ok(id) = read {
            prop_assert_eq!(id.to_string(), text.to_ascii_lowercase());
            prop_assert_eq!(Id::from_bytes(id.to_bytes()), id);
        }
    }

    #[test]
    fn a_time_survives_a_round_trip(text in text_like("2026-11-21T20:30:00.123+01:00")) {
        if let Ok(time) = text.parse::<Timestamp>() {
            prop_assert_eq!(time.to_string().parse::<Timestamp>(), Ok(time), "{}", text);
            let json = serde_json::to_string(&time).unwrap();
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), time);
        }
    }

    #[test]
    fn a_currency_is_its_code_in_lower_case(text in text_like("usd")) {
        if let Ok(currency) = text.parse::<Currency>() {
            prop_assert_eq!(currency.code(), text.to_ascii_lowercase());
        }
    }
}
