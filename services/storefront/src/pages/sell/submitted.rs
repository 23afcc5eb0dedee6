//! Forms that were refused, on the pages that show them again.

use contract::Timestamp;

use crate::api::offer_views::ShowView;
use crate::form::Form;
use crate::language::Language;

/// A form that was refused.
#[derive(Default)]
pub(super) struct Submitted {
    pub(super) form: Form,
    is_conflict: bool,
}

impl Submitted {
    pub(super) const fn refused(form: Form) -> Self {
        Self { form, is_conflict: false }
    }

    /// The edited object has changed: the form shows its present state.
    pub(super) const fn conflict(form: Form) -> Self {
        Self { form, is_conflict: true }
    }

    /// The form, if the page of the show does not have it: a command of a cancelled show, or one
    /// that its start forbids.
    pub(super) fn stray(&self, show: &ShowView, now: Timestamp) -> Form {
        let is_late = show.is_over(now) && matches!(self.form.value("do"), "postpone" | "cancel");
        if show.is_cancelled() || is_late { self.form.clone() } else { Form::default() }
    }

    /// The form of a command; `present` unless it is the refused one.
    pub(super) fn or(&self, t: Language, command: &str, present: Form) -> Form {
        match (self.form.is("do", command), self.is_conflict) {
            (false, _) => present,
            (true, true) => present.with_error(None, t.changed_elsewhere()),
            (true, false) => self.form.clone(),
        }
    }

    /// As [`Self::or`], for a command on one of several tickets.
    pub(super) fn or_of(&self, t: Language, command: &str, ticket: &str, present: Form) -> Form {
        if self.form.is("ticket", ticket) { self.or(t, command, present) } else { present }
    }
}
