//! Refusals of sellers' commands, in the words of the visitor.

use crate::failure::Failure;
use crate::language::Language;
use crate::problem::{FieldError, Problem};

/// A form with errors beside its fields, that is not sent on.
pub(crate) fn invalid(errors: Vec<FieldError>) -> Failure {
    Failure::Problem(Box::new(Problem {
        status: 422,
        code: "invalid_request".to_owned(),
        detail: String::new(),
        errors,
        retry_after: None,
    }))
}

/// An error beside a field.
pub(crate) fn error(field: impl Into<String>, message: impl Into<String>) -> FieldError {
    FieldError { field: Some(field.into()), message: message.into() }
}

/// Whether the object of an edit has changed since it was read.
pub(crate) fn is_conflict(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem(problem) if problem.code == "version_conflict")
}

/// The failure of a read of an object by its id: an object of another seller and an unknown id have
/// the same page.
pub(crate) fn hidden(failure: Failure) -> Failure {
    match failure {
        Failure::Problem(problem) if matches!(problem.status, 400 | 403 | 404) => Failure::NotFound,
        other => other,
    }
}

/// The refusal in the visitor's words, where its code has some; `reserved` are those for units that
/// are held or sold.
pub(crate) fn explained(t: Language, failure: Failure, reserved: &'static str) -> Failure {
    let Failure::Problem(mut problem) = failure else { return failure };
    let text = match problem.code.as_str() {
        "reserved" => reserved,
        "resale" => t.refused_resale(),
        "below_committed" => t.refused_below_committed(),
        "taken_down" => t.refused_taken_down(),
        "show_cancelled" => t.seller_refused_show_cancelled(),
        "show_begun" => t.refused_show_begun(),
        "show_full" => t.refused_show_full(),
        "unsupported_image" => {
            // 415 concerns the form, whose file is what was entered.
            problem.status = 422;
            problem.errors = vec![error("image", "")];
            t.refused_image()
        }
        "too_large" => {
            problem.errors = vec![error("image", "")];
            t.refused_image_size()
        }
        "refund_exceeds" => t.refused_refund_exceeds(),
        "units_not_refunded" => t.refused_units_not_refunded(),
        "payer_must_agree" => t.refused_payer_must_agree(),
        "insufficient_credit" => t.refused_insufficient_credit(),
        "not_captured" => t.seller_refused_not_captured(),
        "payment_disputed" => t.seller_refused_disputed(),
        code => match t.refusal(code, &problem.detail) {
            Some(words) => words,
            None => return Failure::Problem(problem),
        },
    };
    problem.errors.iter_mut().for_each(|error| text.clone_into(&mut error.message));
    text.clone_into(&mut problem.detail);
    Failure::Problem(problem)
}
