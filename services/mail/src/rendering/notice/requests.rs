//! Mails about requests, which can come from another person than the recipient.

use super::parts::Parts;
use crate::rendering::message::{Message, Stub};

/// A link completes a sign-up.
pub(super) fn sign_up(parts: &Parts<'_>) -> Option<Message> {
    let words = parts.words;
    Some(parts.request(
        (words.sign_up_subject(), words.sign_up_heading()),
        words.sign_up_text(parts.host(), &parts.time()),
        parts.linked(words.sign_up_action(), "/signup/confirm")?,
        words.sign_up_closing(),
    ))
}

/// The address of a sign-up has an account.
pub(super) fn account_exists(parts: &Parts<'_>) -> Message {
    let words = parts.words;
    parts.request(
        (words.exists_subject(), words.exists_subject()),
        words.exists_text(parts.host(), &parts.time()),
        Stub {
            other: Some(parts.action(words.forgotten(), "/password")),
            ..Stub::new(parts.action(words.sign_in(), "/signin"))
        },
        words.exists_closing(),
    )
}

/// A link verifies the address of an account.
pub(super) fn verify_address(parts: &Parts<'_>) -> Option<Message> {
    let words = parts.words;
    Some(parts.request(
        (words.verify_subject(), words.verify_heading()),
        words.verify_text(parts.host(), &parts.time()),
        parts.linked(words.verify_action(), "/account/email")?,
        words.verify_closing(),
    ))
}

/// A link verifies and changes the address of an account.
pub(super) fn change_address(parts: &Parts<'_>) -> Option<Message> {
    let words = parts.words;
    Some(parts.request(
        (words.change_subject(), words.change_heading()),
        words.change_text(parts.host(), &parts.time()),
        parts.linked(words.change_action(), "/account/email")?,
        words.change_closing(),
    ))
}

/// A link sets another password.
pub(super) fn reset_password(parts: &Parts<'_>) -> Option<Message> {
    let words = parts.words;
    Some(parts.request(
        (words.reset_subject(), words.reset_heading()),
        words.reset_text(parts.host(), &parts.time()),
        parts.linked(words.password_set(), "/password")?,
        words.reset_closing(),
    ))
}
