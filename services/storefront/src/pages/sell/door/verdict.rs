//! The result of a scan, in words.

use contract::Timestamp;

use crate::api::check_in_view::{CheckInResult, CheckInView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;

/// The result: one word, and its reason.
pub(super) struct Verdict {
    is_admitted: bool,
    pub(super) word: &'static str,
    pub(super) reason: String,
    /// When the holder entered before.
    pub(super) used_at: Option<Timestamp>,
    /// The title of the ticket and the number of its unit.
    pub(super) unit: Option<String>,
    /// The code and the id of a scan without a result, to be sent again.
    pub(super) again: Option<(String, String)>,
}

impl Verdict {
    pub(super) fn of(t: Language, scan: &CheckInView) -> Self {
        let (word, reason) = words(t, scan.result);
        let is_admitted = scan.result == CheckInResult::Admitted;
        Self {
            is_admitted,
            word,
            reason: reason.to_owned(),
            used_at: scan.used_at.filter(|_| !is_admitted),
            unit: unit(t, scan),
            again: None,
        }
    }

    /// A scan without a result.
    pub(super) fn not_checked(t: Language, failure: &Failure, form: &Form) -> Self {
        let status = failure.status().as_u16();
        let reason = match (status, failure) {
            (500.., _) => t.door_not_checked_text().to_owned(),
            (404, _) => t.door_unknown().to_owned(),
            (429, Failure::Problem(problem)) => {
                t.too_many_text(&t.number(problem.retry_after.unwrap_or(1)))
            }
            (403, Failure::Problem(problem)) => {
                let words = t.refusal(&problem.code, &problem.detail);
                words.unwrap_or(t.door_forbidden()).to_owned()
            }
            (_, Failure::Problem(problem)) => {
                let words = t.refusal(&problem.code, &problem.detail);
                words.unwrap_or(problem.detail.as_str()).to_owned()
            }
            (_, _) => t.door_not_checked_text().to_owned(),
        };
        let again = (form.value("code").to_owned(), form.value("scanId").to_owned());
        Self {
            is_admitted: false,
            word: t.door_not_checked(),
            reason,
            used_at: None,
            unit: None,
            again: (status != 403).then_some(again),
        }
    }

    /// The class of its colour.
    pub(super) const fn class(&self) -> &'static str {
        if self.is_admitted { "good" } else { "bad" }
    }

    /// A time in the zone of the venue; of a ticket without one in UTC, which is named.
    pub(super) fn time(&self, t: Language, zone: Option<&str>) -> String {
        self.used_at.map(|at| t.long_time(&at, zone)).unwrap_or_default()
    }
}

/// The word of a result, and its reason.
fn words(t: Language, result: CheckInResult) -> (&'static str, &'static str) {
    match result {
        CheckInResult::Admitted => (t.door_admitted(), t.door_admitted_text()),
        CheckInResult::AlreadyUsed => (t.door_already_used(), t.door_already_used_text()),
        CheckInResult::Listed => (t.door_listed(), t.door_listed_text()),
        CheckInResult::Void => (t.door_void(), t.door_void_text()),
        CheckInResult::Superseded => (t.door_superseded(), t.door_superseded_text()),
        CheckInResult::WrongTicket => (t.door_wrong_ticket(), t.door_wrong_ticket_text()),
        CheckInResult::ExpiredCode => (t.door_expired_code(), t.door_expired_code_text()),
        CheckInResult::Forged => (t.door_forged(), t.door_forged_text()),
    }
}

/// The word of a result.
pub(super) fn word(t: Language, result: CheckInResult) -> &'static str {
    words(t, result).0
}

fn unit(t: Language, scan: &CheckInView) -> Option<String> {
    let number = match (scan.unit, scan.units) {
        (Some(unit), Some(units)) => Some(t.unit_of(&t.number(unit), &t.number(units))),
        _ => None,
    };
    match (&scan.title, number) {
        (Some(title), Some(number)) => Some(format!("{title} · {number}")),
        (Some(title), None) => Some(title.clone()),
        (None, number) => number,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::problem::Problem;

    const RESULTS: [&str; 7] = [
        "admitted",
        "already_used",
        "void",
        "superseded",
        "wrong_ticket",
        "expired_code",
        "forged",
    ];

    fn scan(result: &str) -> CheckInView {
        let used_at = "2027-06-01T17:42:00Z";
        let scan =
            json!({"result": result, "usedAt": used_at, "title": "Stalls", "unit": 2, "units": 3});
        serde_json::from_value(scan).unwrap()
    }

    fn problem(status: u16, code: &str) -> Failure {
        Failure::Problem(Box::new(Problem {
            status,
            code: code.to_owned(),
            detail: "the text of the service".to_owned(),
            errors: Vec::new(),
            retry_after: Some(7),
        }))
    }

    #[test]
    fn only_an_admitted_holder_is_green() {
        for result in RESULTS {
            let verdict = Verdict::of(Language::ENGLISH, &scan(result));
            assert_eq!(verdict.class() == "good", result == "admitted", "{result}");
            assert_eq!(verdict.unit.as_deref(), Some("Stalls · Ticket 2 of 3"));
            assert!(verdict.again.is_none());
        }
    }

    #[test]
    fn every_result_has_other_words_in_each_language() {
        for language in [Language::ENGLISH, Language::GERMAN] {
            let mut words: Vec<_> =
                RESULTS.iter().map(|result| Verdict::of(language, &scan(result)).word).collect();
            words.push(language.door_not_checked());
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), RESULTS.len() + 1, "{words:?}");
        }
        for result in RESULTS {
            let [english, german] = [Language::ENGLISH, Language::GERMAN]
                .map(|language| Verdict::of(language, &scan(result)).reason);
            assert_ne!(english, german);
        }
    }

    #[test]
    fn the_time_of_the_first_entry_is_that_of_the_venue() {
        let verdict = Verdict::of(Language::ENGLISH, &scan("already_used"));
        assert!(verdict.time(Language::ENGLISH, Some("Europe/Berlin")).contains("19:42"));
        assert!(verdict.time(Language::ENGLISH, None).contains("17:42"));
        assert!(Verdict::of(Language::ENGLISH, &scan("admitted")).used_at.is_none());
    }

    #[test]
    fn a_scan_without_a_result_is_sent_again_with_its_id() {
        let form = Form::of([("code", "BX1:A "), ("scanId", "first")]);
        for failure in [Failure::Unavailable, problem(429, "too_many_requests"), problem(404, "x")]
        {
            let verdict = Verdict::not_checked(Language::GERMAN, &failure, &form);
            assert_eq!(verdict.class(), "bad");
            assert_eq!(verdict.again, Some(("BX1:A ".to_owned(), "first".to_owned())));
            assert_ne!(verdict.reason, "the text of the service");
        }
        let forbidden = Verdict::not_checked(Language::GERMAN, &problem(403, "forbidden"), &form);
        assert!(forbidden.again.is_none());
        assert_eq!(forbidden.reason, Language::GERMAN.door_forbidden());
    }
}
