//! Money, ids and times, as text.

use contract::money::Decimal;
use contract::{Currency, Id, Timestamp};
use proptest::prelude::*;

use crate::mutation::{cases, text_like};

/// A number as its sign, its digits without zeros at either end, and the exponent of the last one.
type Exact = (bool, String, i64);

/// The exact number, computed independently of the product; `None` for text that is not a number.
fn exact(text: &str) -> Option<Exact> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (is_negative, unsigned) =
        mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let has_no_zero_in_front = whole == "0" || !whole.starts_with('0');
    let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if ![whole, decimals, power].into_iter().all(is_number) || !has_no_zero_in_front {
        return None;
    }
    let power = power.parse().unwrap_or(i64::from(u32::MAX));
    let power = if exponent.starts_with('-') { -power } else { power };
    let digits = format!("{whole}{decimals}");
    let significant = digits.trim_end_matches('0');
    let last = power + i64::try_from(whole.len()).ok()? - i64::try_from(significant.len()).ok()?;
    let significant = significant.trim_start_matches('0');
    let is_zero = significant.is_empty();
    Some((is_negative && !is_zero, significant.to_owned(), if is_zero { 0 } else { last }))
}

/// Whether the number has more decimals than these, or does not fit into as many.
fn is_unrepresentable((_, significant, last): &Exact, decimals: i64) -> bool {
    let Ok(zeros) = usize::try_from(last + decimals) else { return true };
    let length = significant.len() + zeros;
    let units = || format!("{significant:0<length$}").parse::<i128>();
    length > 30 || units().is_ok_and(|units| units > i64::MAX.into())
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
        let decimals = currency.minor_digits();
        let wanted = exact(text.trim_matches([' ', '\t', '\n', '\r']));
        let read = serde_json::from_str::<Decimal>(&text).ok();
        prop_assert!(read.is_none() || wanted.is_some(), "{text} is accepted");
        let Some((read, wanted)) = read.zip(wanted) else { return Ok(()) };
        prop_assert_eq!(read.is_positive(), !wanted.0 && !wanted.1.is_empty());
        match read.in_currency(currency) {
            Ok(money) => {
                prop_assert_eq!(exact(&format!("{}e-{decimals}", money.minor_units)), Some(wanted));
            }
            Err(_) => prop_assert!(is_unrepresentable(&wanted, decimals.into())),
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
