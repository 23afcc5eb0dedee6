//! The pages of mailed links, whose paths contain their secrets. Programs that inspect mails follow
//! links, so a GET has no effect: each page has a button.

pub(super) mod claim_transfer;
pub(super) mod confirm_email;
pub(super) mod confirm_sign_up;
mod link_page;
pub(super) mod reset_password;
pub(super) mod restore_email;
pub(super) mod unsubscribe;
