//! Rules of the API about single fields, in the language of the visitor. The API states them in
//! English and with its own names of fields.

use super::Language;

formats::messages! { Language;
    rule_required: "Please fill this in.", "Bitte ausfüllen.";
    rule_in_future: "Must be in the future.", "Muss in der Zukunft liegen.";
    rule_not_after_start: "Not after the start.", "Nicht nach dem Beginn.";
    rule_not_earlier: "Not before the present start: a postponement is to a later time.", "Nicht vor dem jetzigen Beginn: Verschoben wird auf später.";
    rule_refund_period: "At least 24 hours from now, or the start itself.", "Mindestens 24 Stunden ab jetzt, oder der Beginn selbst.";
    rule_running_period: "Not before the date that buyers were already given.", "Nicht vor dem Tag, der den Käufern schon genannt wurde.";
    rule_number: "A number, such as 20.50.", "Eine Zahl, etwa 20.50.";
    rule_not_negative: "Zero or more.", "Null oder mehr.";
    rule_too_large: "This is too much.", "Das ist zu viel.";
    rule_characters(max, count): "At most {max} characters; it has {count}.", "Höchstens {max} Zeichen; es sind {count}.";
    rule_decimals(max): "At most {max} decimals in this currency.", "Höchstens {max} Nachkommastellen in dieser Währung.";
    rule_least(amount): "At least {amount}, the least that a card can be charged, or 0.", "Mindestens {amount}, so viel muss eine Kartenzahlung sein, oder 0.";
    rule_most(amount): "At most {amount}, the most that a card can be charged.", "Höchstens {amount}, mehr geht mit einer Karte nicht.";
    rule_multiple(amount): "A multiple of {amount}, which is what cards are charged in.", "Ein Vielfaches von {amount}, so rechnen Karten ab.";
    rule_currency: "Choose a currency of the list.", "Wähle eine Währung aus der Liste.";
    rule_whole: "A whole number.", "Eine ganze Zahl.";
    rule_whole_range(least, most): "A whole number from {least} to {most}.", "Eine ganze Zahl von {least} bis {most}.";
    rule_positive: "More than zero.", "Mehr als null.";
    rule_at_most(most): "At most {most}.", "Höchstens {most}.";
    rule_length(least, most): "{least} to {most} characters.", "{least} bis {most} Zeichen.";
    rule_forbidden(character): "The character {character} is not allowed.", "Das Zeichen {character} ist nicht erlaubt.";
    rule_marks: "Too many marks on one letter.", "Zu viele Zeichen über einem Buchstaben.";
    rule_email: "An e-mail address such as name@example.com.", "Eine E-Mail-Adresse wie name@example.com.";
    rule_common_password: "Many people use this password. Choose another one.", "Dieses Passwort benutzen viele. Wähle ein anderes.";
    rule_card: "Choose a card.", "Wähle eine Karte.";
    rule_scan: "Load this page again.", "Lade diese Seite neu.";
    rule_choice: "Choose from the list.", "Wähle aus der Liste.";
    rule_other_order: "The order has no such ticket.", "Zu dieser Bestellung gehört kein solches Ticket.";
    rule_items: "At most 10 kinds of tickets at once.", "Höchstens 10 Arten von Tickets auf einmal.";
}

impl Language {
    /// The rule in the visitor's words; `None` for a rule that is not known here.
    pub(crate) fn rule(self, rule: &str) -> Option<String> {
        self.fixed_rule(rule).map(str::to_owned).or_else(|| self.rule_with_values(rule))
    }

    fn fixed_rule(self, rule: &str) -> Option<&'static str> {
        Some(match rule {
            "is required" | "must contain a visible character" => self.rule_required(),
            "must be in the future" => self.rule_in_future(),
            "must not be after startsAt" => self.rule_not_after_start(),
            "must not be before the present start" => self.rule_not_earlier(),
            "must be at least 24 hours away, or equal to startsAt" => self.rule_refund_period(),
            "must not be before the end of the running period of the last postponement" => {
                self.rule_running_period()
            }
            "must be zero or more" => self.rule_not_negative(),
            "must be above zero" => self.rule_positive(),
            "must be a whole number" => self.rule_whole(),
            "is too large" => self.rule_too_large(),
            "must not be one of the commonest passwords" => self.rule_common_password(),
            "must be 1 to 255 visible ASCII characters" => self.rule_card(),
            "must be 1 to 64 visible ASCII characters" => self.rule_scan(),
            "must be 24 hex digits" | "must be card or credit" => self.rule_choice(),
            "The order has no such ticket" => self.rule_other_order(),
            "must be the last part of a mailed link" => self.refused_link_ended(),
            "must be the last part of a link that switches mails off" => {
                self.unsubscribe_unknown_title()
            }
            "must be a code of 6 digits or a recovery code" => self.rule_code(),
            "must be 1 to 10 items" | "must be at most 10 tickets" => self.rule_items(),
            _ if rule.starts_with("must be a number such as") => self.rule_number(),
            _ if rule.starts_with("must be an e-mail address") => self.rule_email(),
            _ if rule.starts_with("must be an ISO 4217 code") => self.rule_currency(),
            _ if rule.contains("combining marks") => self.rule_marks(),
            _ => return None,
        })
    }

    fn rule_with_values(self, rule: &str) -> Option<String> {
        let parts = |start: &str, middle: &str| rule.strip_prefix(start)?.split_once(middle);
        let value =
            |start: &str, end: &str| parts(start, end).map(|(value, _)| value.to_uppercase());
        let characters = parts("must be at most ", " characters, and has ");
        if let Some((max, count)) =
            characters.or_else(|| parts("must be at most ", " code points, and has "))
        {
            return Some(self.rule_characters(max, count));
        }
        if let Some((least, most)) = parts("must be a whole number from ", " to ") {
            return Some(self.rule_whole_range(&self.number(least), &self.number(most)));
        }
        let length =
            rule.strip_suffix(" characters").and_then(|rule| rule.strip_prefix("must be "));
        if let Some((least, most)) = length.and_then(|length| length.split_once(" to ")) {
            let number = |digits: &str| self.number(digits.replace(',', ""));
            return Some(self.rule_length(&number(least), &number(most)));
        }
        if let Some(character) = rule.strip_prefix("must not contain ") {
            let character = character.split(',').next().unwrap_or_default();
            return Some(self.rule_forbidden(character));
        }
        let most = rule.strip_prefix("must be at most ");
        if let Some(most) = most.filter(|most| most.bytes().all(|byte| byte.is_ascii_digit())) {
            return Some(self.rule_at_most(&self.number(most)));
        }
        let of_value = [
            value("must have at most ", " decimals in").map(|max| self.rule_decimals(&max)),
            value("must be at least ", ", the least").map(|least| self.rule_least(&least)),
            value("must be at most ", ", the most").map(|most| self.rule_most(&most)),
            value("must be a multiple of ", ", which").map(|step| self.rule_multiple(&step)),
        ];
        of_value.into_iter().flatten().next()
    }
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
            ("must be a whole number from 1 to 200000", "A whole number from 1 to 200,000."),
            ("must be 8 to 128 characters", "8 to 128 characters."),
            ("must be 1 to 1,000 characters", "1 to 1,000 characters."),
            ("must be at most 10000000", "At most 10,000,000."),
            ("must not contain U+0000, a control character", "U+0000 is not allowed."),
        ];
        for (rule, words) in rules {
            let english = Language::ENGLISH.rule(rule).unwrap();
            assert!(english.contains(words), "{english}");
            assert_ne!(Language::GERMAN.rule(rule).unwrap(), english);
        }
        let decimals = NotAnAmount::TooManyDecimals(Currency::EUR.minor_digits()).to_string();
        assert!(Language::ENGLISH.rule(&decimals).unwrap().contains('2'));
        assert_eq!(Language::ENGLISH.rule("must be something else"), None);
    }
}
