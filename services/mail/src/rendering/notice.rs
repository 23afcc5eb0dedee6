//! Mails about an account.

mod parts;
mod reports;
mod requests;

use contract::notice::NoticeSubject;

use crate::domain::Notice;
use crate::rendering::facts::Facts;
use crate::rendering::message::Message;
use crate::rendering::words::Words;
use parts::Parts;

/// The content of the mail; `None` if its link is absent.
pub(crate) fn message(words: Words, facts: &Facts<'_>, notice: &Notice) -> Option<Message> {
    let parts = Parts { words, facts, notice };
    match &notice.subject {
        NoticeSubject::SignUp => requests::sign_up(&parts),
        NoticeSubject::AccountExists => Some(requests::account_exists(&parts)),
        NoticeSubject::VerifyAddress => requests::verify_address(&parts),
        NoticeSubject::ChangeAddress => requests::change_address(&parts),
        NoticeSubject::AddressChanged { new_email } => reports::address_changed(&parts, new_email),
        NoticeSubject::ResetPassword => requests::reset_password(&parts),
        NoticeSubject::PasswordChanged => Some(reports::password_changed(&parts)),
        NoticeSubject::NewDevice { device } => Some(reports::new_device(&parts, device)),
        NoticeSubject::SecondFactorChanged { is_on: true } => {
            Some(reports::second_factor_on(&parts))
        }
        NoticeSubject::SecondFactorChanged { is_on: false } => {
            Some(reports::second_factor_off(&parts))
        }
        NoticeSubject::RecoveryCodeUsed { codes_left } => {
            Some(reports::recovery_code_used(&parts, *codes_left))
        }
    }
}
