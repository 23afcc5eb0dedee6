//! Errors of submitted forms, in the visitor's language as far as it has words for them.

use actix_web::http::StatusCode;
use contract::money::Decimal;

use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;

/// The status of the page and the form with the errors of a refusal. Errors: every failure that
/// does not concern the entered values, and has a page of its own.
pub(super) fn refused(
    t: Language,
    form: Form,
    failure: Failure,
) -> Result<(StatusCode, Form), Failure> {
    let status = failure.status();
    let problem = match &failure {
        Failure::Problem(problem) if !status.is_server_error() => problem,
        _ if status.is_server_error() => return Ok((status, form.refused(t, failure)?)),
        _ => return Err(failure),
    };
    let seconds = t.number(problem.retry_after.unwrap_or(1));
    let words = match (status.as_u16(), problem.code.as_str()) {
        // The session has ended.
        (401, code) if !matches!(code, "bad_credentials" | "second_factor_required") => {
            return Err(failure);
        }
        (_, "bad_credentials") if problem.concerns("code") => Some(t.refused_code().to_owned()),
        (_, "too_many_card_attempts") => Some(t.refused_attempts(&seconds)),
        (_, "total_changed") => Some(total_changed(t, &problem.detail)),
        (429, _) => Some(t.too_many_text(&seconds)),
        (_, code) => t.refusal(code, &problem.detail).map(str::to_owned),
    };
    let Some(words) = words else { return Ok((status, form.refused(t, failure)?)) };
    let field = problem.errors.first().and_then(|error| error.field.as_deref());
    let form = form.with_code(&problem.code).with_error(field, words);
    Ok((status_of_form(status), form))
}

/// The words for another total than the expected one, with the present total of the text of orders.
fn total_changed(t: Language, detail: &str) -> String {
    let total = detail.strip_prefix("The total is ").and_then(|rest| rest.strip_suffix(" now"));
    let money = total.and_then(|total| {
        let (amount, currency) = total.split_once(' ')?;
        let amount: Decimal = serde_json::from_str(amount).ok()?;
        amount.in_currency(currency.parse().ok()?).ok()
    });
    money.map_or_else(|| t.refused_price().to_owned(), |money| t.refused_total(&t.money(&money)))
}

/// A status of a form with errors: 401 would need a challenge.
pub(super) fn status_of_form(status: StatusCode) -> StatusCode {
    if status == StatusCode::UNAUTHORIZED { StatusCode::UNPROCESSABLE_ENTITY } else { status }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{FieldError, Problem};

    fn problem(status: u16, code: &str, field: Option<&str>) -> Failure {
        let error = |field: &str| FieldError {
            field: Some(field.to_owned()),
            message: "the text of the service".to_owned(),
        };
        Failure::Problem(Box::new(Problem {
            status,
            code: code.to_owned(),
            detail: "the text of the service".to_owned(),
            errors: field.map(error).into_iter().collect(),
            retry_after: Some(7),
        }))
    }

    fn refused_of(failure: Failure) -> Result<(StatusCode, Form), Failure> {
        refused(Language::ENGLISH, Form::default(), failure)
    }

    #[test]
    fn a_wrong_password_is_an_error_beside_its_field() {
        let (status, form) =
            refused_of(problem(401, "bad_credentials", Some("currentPassword"))).unwrap();
        assert_eq!(status, 422);
        assert_eq!(form.error("currentPassword"), Some("This is not your current password."));
    }

    #[test]
    fn an_ended_session_has_its_own_page() {
        for failure in [
            problem(401, "not_signed_in", None),
            problem(404, "not_found", None),
            Failure::NotFound,
        ] {
            assert!(refused_of(failure).is_err());
        }
    }

    #[test]
    fn an_unknown_outcome_keeps_the_key_and_a_refusal_has_a_new_one() {
        let key = |failure| {
            let form = Form::of([("key", "first")]);
            let (_, form) = refused(Language::ENGLISH, form, failure).unwrap();
            form.next_key(|| "second".to_owned())
        };
        assert_eq!(key(problem(503, "unavailable", None)), "first");
        assert_eq!(key(Failure::Unavailable), "first");
        assert_eq!(key(problem(409, "sold_out", None)), "second");
    }

    #[test]
    fn another_total_is_stated_in_the_form_of_the_language() {
        let words = |language, detail: &str| {
            let Failure::Problem(mut refusal) = problem(409, "total_changed", None) else {
                panic!()
            };
            detail.clone_into(&mut refusal.detail);
            let form = refused(language, Form::default(), Failure::Problem(refusal));
            form.unwrap().1.other_errors("").concat()
        };
        let german = words(Language::GERMAN, "The total is 41.50 eur now");
        assert!(german.contains("41,50\u{a0}€"), "{german}");
        let english = words(Language::ENGLISH, "The total is other");
        assert!(english.starts_with("The price has changed"), "{english}");
    }

    #[test]
    fn waits_are_stated_and_unknown_codes_keep_the_text_of_the_service() {
        for code in ["too_many_requests", "too_many_card_attempts"] {
            let (status, form) = refused_of(problem(429, code, None)).unwrap();
            assert_eq!(status, 429);
            assert!(form.other_errors("").concat().contains('7'), "{code}");
        }
        let (_, form) = refused_of(problem(409, "reserved", None)).unwrap();
        assert_eq!(form.other_errors(""), ["the text of the service"]);
    }
}
