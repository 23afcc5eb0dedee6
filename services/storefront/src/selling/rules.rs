//! Rules of the API about single fields, in the language of the visitor. The API states them in
//! English and with its own names of fields.

use crate::language::Language;

/// The rule in the visitor's words; `None` for a rule that is not known here.
pub(crate) fn in_words(t: Language, rule: &str) -> Option<String> {
    let fixed = match rule {
        "is required" | "must contain a visible character" => t.rule_required(),
        "must be in the future" => t.rule_in_future(),
        "must not be after startsAt" => t.rule_not_after_start(),
        "must not be before the present start" => t.rule_not_earlier(),
        "must be at least 24 hours away, or equal to startsAt" => t.rule_refund_period(),
        "must not be before the end of the running period of the last postponement" => {
            t.rule_running_period()
        }
        "must be a whole number from 1 to 200000" => t.rule_units(),
        "must be zero or more" => t.rule_not_negative(),
        "is too large" => t.rule_too_large(),
        _ => "",
    };
    if !fixed.is_empty() {
        return Some(fixed.to_owned());
    }
    let parts = |start: &str, end: &str| {
        let (value, rest) = rule.strip_prefix(start)?.split_once(end)?;
        Some((value.to_uppercase(), rest))
    };
    let characters = parts("must be at most ", " characters, and has ");
    if let Some((max, count)) = characters {
        return Some(t.rule_characters(&max, count));
    }
    let of_value = [
        parts("must have at most ", " decimals in").map(|(max, _)| t.rule_decimals(&max)),
        parts("must be at least ", ", the least").map(|(least, _)| t.rule_least(&least)),
        parts("must be at most ", ", the most").map(|(most, _)| t.rule_most(&most)),
        parts("must be a multiple of ", ", which").map(|(step, _)| t.rule_multiple(&step)),
    ];
    of_value.into_iter().flatten().next()
}

#[cfg(test)]
mod tests {
    use contract::Currency;
    use contract::money::NotAnAmount;

    use super::*;

    #[test]
    fn rules_of_fields_have_words_in_each_language() {
        let rules = [
            ("must be at most 200 characters, and has 201", "At most 200 characters; it has 201."),
            (
                "must be at least 0.50 eur, the least that a card can be charged",
                "At least 0.50 EUR",
            ),
            ("must be a multiple of 0.01 kwd, which is what cards are charged in", "0.01 KWD"),
            ("must not be after startsAt", "Not after the start."),
        ];
        for (rule, words) in rules {
            let english = in_words(Language::English, rule).unwrap();
            assert!(english.contains(words), "{english}");
            assert_ne!(in_words(Language::German, rule).unwrap(), english);
        }
        let decimals = NotAnAmount::TooManyDecimals(Currency::EUR.minor_digits()).to_string();
        assert!(in_words(Language::English, &decimals).unwrap().contains('2'));
        assert_eq!(in_words(Language::English, "must be something else"), None);
    }
}
