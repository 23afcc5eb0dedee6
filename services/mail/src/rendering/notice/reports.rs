//! Mails about changes of an account, with advice for the case that its owner did not make them.

use super::parts::Parts;
use crate::rendering::inserted::inserted;
use crate::rendering::message::{Fact, Message, Stub};

/// The account has another address; a link restores the previous one.
pub(super) fn address_changed(parts: &Parts<'_>, new_email: &str) -> Option<Message> {
    let words = parts.words;
    let undo = Stub {
        heading: Some(words.not_you()),
        paragraphs: vec![words.changed_undo_text().to_owned()],
        ..parts.linked(words.changed_undo(), "/account/email/undo")?
    };
    let new_email = Fact { label: words.changed_new(), value: inserted(new_email) };
    let report = parts.report(
        (words.changed_subject(), words.changed_heading()),
        words.changed_text(parts.host()),
        vec![new_email, parts.when()],
        undo,
    );
    // The recipient's address belongs to no account any more.
    Some(Message { reason: words.reason_address(parts.host()), ..report })
}

/// The password was changed.
pub(super) fn password_changed(parts: &Parts<'_>) -> Message {
    let words = parts.words;
    let subject = words.password_subject();
    let text = words.password_text(parts.host());
    parts.report((subject, subject), text, vec![parts.when()], parts.advice())
}

/// An unknown browser signed in.
pub(super) fn new_device(parts: &Parts<'_>, device: &str) -> Message {
    let words = parts.words;
    let name = inserted(&formats::device_name(words.language(), device));
    parts.report(
        (words.device_subject(), words.device_heading()),
        words.device_text(parts.host()),
        vec![Fact { label: words.device(), value: name }, parts.when()],
        parts.advice(),
    )
}

/// The second factor was switched on.
pub(super) fn second_factor_on(parts: &Parts<'_>) -> Message {
    let words = parts.words;
    let subject = words.factor_on_subject();
    let text = words.factor_on_text(parts.host());
    parts.report((subject, subject), text, vec![parts.when()], parts.advice())
}

/// The second factor was switched off.
pub(super) fn second_factor_off(parts: &Parts<'_>) -> Message {
    let words = parts.words;
    let subject = words.factor_off_subject();
    let text = words.factor_off_text(parts.host());
    parts.report((subject, subject), text, vec![parts.when()], parts.advice())
}

/// A recovery code was used in place of the second factor.
pub(super) fn recovery_code_used(parts: &Parts<'_>, codes_left: u32) -> Message {
    let words = parts.words;
    let subject = words.recovery_subject();
    let left = formats::number(words.language(), codes_left);
    let left = Fact { label: words.recovery_left(), value: left };
    let text = words.recovery_text(parts.host());
    let facts = vec![parts.when(), left];
    let mut message = parts.report((subject, subject), text, facts, parts.advice());
    if codes_left == 0 {
        message.paragraphs.push(words.recovery_none_left().to_owned());
    }
    message
}
