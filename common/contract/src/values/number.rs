//! JSON numbers by value, exactly: `1.0`, `1e0` and `10e-1` are one number (JSON Schema 2020-12,
//! *4.2.3 Instance Equality*, *6.1.1 type*: without a fractional part, an integer).

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// Digits before the point, or zeros behind it at most. A number with more is outside the bounds of
/// every field; it is written with one more, so that it stays short and fits a float.
const DIGITS_MAX: i64 = 64;

/// A JSON text with every number in plain form: without an exponent, without zeros at the end of a
/// fraction, without a zero fraction, and zero without a sign. Everything else is unchanged.
///
/// ```
/// use contract::number::plain;
/// assert_eq!(plain(r#"{"a": 1.0, "b": [2e1, "1e1", -0.50]}"#), r#"{"a": 1, "b": [20, "1e1", -0.5]}"#);
/// ```
#[must_use]
pub fn plain(json: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut copied = 0;
    let numbers = Numbers { json, at: 0 };
    for (from, to) in numbers {
        let Some(number) = json.get(from..to) else { continue };
        if is_plain(number) {
            continue;
        }
        written.push_str(json.get(copied..from).unwrap_or_default());
        write_plain(number, &mut written);
        copied = to;
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    written.push_str(json.get(copied..).unwrap_or_default());
    Cow::Owned(written)
}

/// A whole number. One beyond 64 bits becomes the largest or the least, which violates the same
/// rule.
///
/// Reads a number in [plain] form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WholeNumber(pub i64);

impl<'de> Deserialize<'de> for WholeNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl Visitor<'_> for Numbers {
            type Value = WholeNumber;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<WholeNumber, E> {
                Ok(WholeNumber(value))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<WholeNumber, E> {
                Ok(WholeNumber(i64::try_from(value).unwrap_or(i64::MAX)))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<WholeNumber, E> {
                match value {
                    _ if value >= BEYOND_64_BITS => Ok(WholeNumber(i64::MAX)),
                    _ if value <= -BEYOND_64_BITS => Ok(WholeNumber(i64::MIN)),
                    _ => Err(E::custom("must be a whole number")),
                }
            }
        }
        deserializer.deserialize_any(Numbers)
    }
}

/// 2 to the power of 63. Floats of this size have no fraction.
const BEYOND_64_BITS: f64 = 9_223_372_036_854_775_808.0;

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn is_plain(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    let is_integer = !digits.is_empty() && is_digits(digits);
    is_integer && number != "-0" && length(number) <= DIGITS_MAX
}

/// The positions of the numbers in a JSON text.
struct Numbers<'j> {
    json: &'j str,
    at: usize,
}

impl Iterator for Numbers<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let bytes = self.json.as_bytes();
        let mut in_string = false;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => in_string = !in_string,
                b'\\' if in_string => self.at += 1,
                b'-' | b'0'..=b'9' if !in_string => {
                    let from = self.at;
                    let rest = bytes.iter().skip(from);
                    let is_of_number =
                        |b: &&u8| matches!(b, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E');
                    self.at += rest.take_while(is_of_number).count();
                    return Some((from, self.at));
                }
                _ => {}
            }
            self.at += 1;
        }
        None
    }
}

/// Writes a number in plain form; other text is copied.
fn write_plain(number: &str, to: &mut String) {
    let (sign, unsigned) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = !whole.is_empty() && is_digits(whole) && is_digits(fraction);
    let Some(exponent) = bounded(exponent).filter(|_| is_number) else {
        to.push_str(number);
        return;
    };
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        to.push('0');
        return;
    }
    // The value is 0.DIGITS times ten to the power of `point`.
    let zeros = length(&digits) - length(significant);
    let significant = significant.trim_end_matches('0');
    let point = length(whole) - zeros + exponent;
    to.push_str(sign);
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    if point > DIGITS_MAX {
        to.extend(["1", &zeros(DIGITS_MAX)]);
    } else if point < -DIGITS_MAX {
        to.extend(["0.", &zeros(DIGITS_MAX), "1"]);
    } else if point <= 0 {
        to.extend(["0.", &zeros(-point), significant]);
    } else if point >= length(significant) {
        to.extend([significant, &zeros(point - length(significant))]);
    } else {
        let (whole, fraction) = significant.split_at(usize::try_from(point).unwrap_or(0));
        to.extend([whole, ".", fraction]);
    }
}

/// An exponent, small enough that no arithmetic here overflows.
fn bounded(exponent: &str) -> Option<i64> {
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if digits.is_empty() || !is_digits(digits) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let size = if digits.len() > 9 { 1_000_000_000 } else { digits.parse().unwrap_or(0) };
    Some(if exponent.starts_with('-') { -size } else { size })
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_number_has_one_plain_form() {
        for (written, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0e7", "0"),
            ("1.0", "1"),
            ("2e0", "2"),
            ("1e2", "100"),
            ("1E+2", "100"),
            ("1.50", "1.5"),
            ("-12.3400e-2", "-0.1234"),
            ("2050e-2", "20.5"),
            ("100e-2", "1"),
            ("0.001e3", "1"),
            ("0.00120e2", "0.12"),
            ("120.5e1", "1205"),
            ("9007199254740993.0", "9007199254740993"),
            ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
            ("0e999999999999", "0"),
            ("0.0e-999999999999", "0"),
        ] {
            assert_eq!(plain(written), expected, "{written}");
        }
    }

    #[test]
    fn a_number_beyond_all_bounds_has_a_short_form() {
        let nines = "9".repeat(400);
        for huge in ["1e1000000000", "1e99999999999999999999", "3.5E+400", "12e65", &nines] {
            assert_eq!(plain(huge), format!("1{}", "0".repeat(64)), "{huge}");
        }
        for tiny in ["1e-1000000000", "1e-99999999999999999999", "12.5e-70"] {
            assert_eq!(plain(tiny), format!("0.{}1", "0".repeat(64)), "{tiny}");
        }
        assert_eq!(plain("-1e64"), format!("-1{}", "0".repeat(64)));
        assert_eq!(plain("1e63"), format!("1{}", "0".repeat(63)));
    }

    #[test]
    fn a_whole_number_beyond_64_bits_is_the_largest_or_the_least() {
        let read = |text: &str| serde_json::from_str::<WholeNumber>(&plain(text)).ok();
        for (text, expected) in [
            ("1e2", 100),
            ("-7.0", -7),
            ("9223372036854775807", i64::MAX),
            ("9223372036854775808", i64::MAX),
            ("18446744073709551616", i64::MAX),
            ("1e1000", i64::MAX),
            (&"9".repeat(400), i64::MAX),
            ("-9223372036854775809", i64::MIN),
            ("-1e30", i64::MIN),
        ] {
            assert_eq!(read(text), Some(WholeNumber(expected)), "{text}");
        }
        for text in ["1.5", "1e-1", "\"1\"", "true", "null", "[1]"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn only_numbers_change() {
        for text in [
            "",
            "null",
            "true",
            "[1, 20, -3]",
            r#"{"1.0": "1e0", "a\"1.0": "\\", "b": "-0"}"#,
            "\"unclosed 1.0",
            ".5",
            "1.2.3",
            "1e",
            "1e+",
            "--1",
        ] {
            assert_eq!(plain(text), text);
        }
        assert_eq!(plain("[1.0,2.50,{\"a\":-0}]"), "[1,2.5,{\"a\":0}]");
    }
}
