//! Amounts and numbers of units in texts. The meaning of a separator differs by language, and is
//! not guessed: a text with two meanings is refused.

use contract::{Currency, Money};
use serde_json::Value;

use crate::language::Language;

/// The text may mean two amounts, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no amount that has one meaning")]
pub(crate) struct NotOneAmount;

/// An amount for the API: `24.50`, `24,50` and `1.234,50` are numbers.
///
/// `1,000` in a currency with two decimals may be one or a thousand, and is refused. The API checks
/// the rest: the number of decimals and the bounds.
///
/// # Errors
/// [`NotOneAmount`].
pub(crate) fn amount(text: &str, currency: Currency) -> Result<Value, NotOneAmount> {
    let text = text.trim();
    let Some(at) = text.rfind(['.', ',']) else { return number(text, "") };
    let (whole, fraction) = (text.get(..at), text.get(at + 1..));
    let (whole, fraction) = (whole.unwrap_or_default(), fraction.unwrap_or_default());
    if whole.contains(['.', ',']) {
        // The last separator is the decimal one only if it differs from the others.
        let decimal = text.get(at..=at).unwrap_or_default();
        if whole.contains(decimal) {
            return Err(NotOneAmount);
        }
        return number(&without_groups(whole).ok_or(NotOneAmount)?, fraction);
    }
    let is_open = fraction.len() == 3 && whole != "0" && currency.minor_digits() < 3;
    if is_open { Err(NotOneAmount) } else { number(whole, fraction) }
}

/// A number of units for the API: `10,000`, `10.000` and `10 000` are ten thousand. Other texts
/// stay texts, which the API refuses with the rule.
pub(crate) fn units(text: &str) -> Value {
    let text = text.trim();
    let digits = without_groups(text).unwrap_or_else(|| text.to_owned());
    digits.parse::<u32>().map_or_else(|_| Value::String(text.to_owned()), Value::from)
}

/// An amount as [`amount`] reads it.
pub(crate) fn written(t: Language, amount: Money) -> String {
    with_separator(t, &amount.to_decimal().to_string())
}

/// A decimal number with the separator of the language.
pub(crate) fn with_separator(t: Language, number: &str) -> String {
    if t.code() == "de" { number.replace('.', ",") } else { number.to_owned() }
}

fn number(whole: &str, fraction: &str) -> Result<Value, NotOneAmount> {
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.is_empty() {
        return Err(NotOneAmount);
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let text = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    serde_json::from_str(&text).map_err(|_| NotOneAmount)
}

/// The digits of groups of three with one separator; `None` for other texts.
fn without_groups(text: &str) -> Option<String> {
    let separator = text.chars().find(|character| !character.is_ascii_digit())?;
    if !matches!(separator, '.' | ',' | ' ' | '\'' | '\u{a0}' | '\u{202f}') {
        return None;
    }
    let mut groups = text.split(separator);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let is_group = |group: &str| group.len() == 3;
    let all_digits = text.chars().all(|one| one == separator || one.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    (all_digits && rest.iter().all(|group| is_group(group)))
        .then(|| first.to_owned() + &rest.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, currency: &str) -> Option<String> {
        amount(text, currency.parse().unwrap()).ok().map(|number| number.to_string())
    }

    #[test]
    fn an_amount_has_a_point_or_a_comma() {
        let amounts = [
            ("24", "eur", "24"),
            ("24,50", "eur", "24.5"),
            (" 24.5 ", "eur", "24.5"),
            ("0", "eur", "0"),
            ("007", "eur", "7"),
            ("1.234,50", "eur", "1234.5"),
            ("1,234.50", "usd", "1234.5"),
            ("1,250", "kwd", "1.25"),
            ("2400", "jpy", "2400"),
            ("2.5", "jpy", "2.5"),
        ];
        for (text, currency, number) in amounts {
            assert_eq!(written(text, currency).as_deref(), Some(number), "{text} {currency}");
        }
    }

    #[test]
    fn an_amount_with_two_meanings_is_refused() {
        for text in ["1,000", "1.000", "1.000.000", "1,2,3", "-1", "1e3", "", ",5", "24 €", "x"] {
            assert_eq!(written(text, "eur"), None, "{text}");
        }
        assert_eq!(written("1,000", "jpy"), None);
    }

    #[test]
    fn units_may_have_separators_of_thousands() {
        for text in ["10000", "10,000", "10.000", "10 000", "10'000", "10\u{202f}000"] {
            assert_eq!(units(text), Value::from(10_000), "{text}");
        }
        for text in ["1.5", "10,00", "-1", "1e4", "ten", "", "4294967296", "1,00,000"] {
            assert!(units(text).is_string(), "{text}");
        }
    }
}
