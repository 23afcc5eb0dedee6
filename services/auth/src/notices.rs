//! Mails to the owner of an account, which the service mail sends.

use std::time::Duration;

use contract::notice::{NoticeState, NoticeSubject, REQUESTED};
use contract::{Id, Timestamp};
use sha2::{Digest as _, Sha256};
use store::Tx;

use crate::domain::User;

/// Age at which a notice without a link is no longer sent: the longest outage of a mail server
/// after which the owner still learns of a change.
const NOTICE_LIFETIME: Duration = Duration::from_hours(72);

/// Requests a mail about a change of the account, in the decision that makes the change. The address
/// must be verified: another one may be that of another person.
pub(crate) fn of_change(tx: &mut Tx<'_>, user: &User, subject: NoticeSubject) {
    if user.is_verified {
        request(tx, user, subject);
    }
}

/// Requests a mail to the address of an account that another person has given as an own one.
pub(crate) fn of_other_use(tx: &mut Tx<'_>, user: &User) {
    request(tx, user, NoticeSubject::AccountExists);
}

fn request(tx: &mut Tx<'_>, user: &User, subject: NoticeSubject) {
    let now = tx.now();
    tx.publish(REQUESTED.of(NoticeState {
        id: id_of(user, &subject, now),
        version: 1,
        user_id: Some(user.id),
        email: user.email.as_str().to_owned(),
        language: user.language,
        subject,
        requested_at: now,
        ends_at: now.plus(NOTICE_LIFETIME),
    }));
}

/// Id of a notice without a link: derived from its cause, so that decisions need no source of ids.
/// It begins with the second of the cause, as every id.
fn id_of(user: &User, subject: &NoticeSubject, now: Timestamp) -> Id {
    let to = user.email.as_str();
    let cause = format!("{} {to} {subject:?} {}", user.id, now.unix_ms());
    let [s0, s1, s2, s3, ..] = Id::first_minted_at(now).to_bytes();
    let [h0, h1, h2, h3, h4, h5, h6, h7, ..]: [u8; 32] = Sha256::digest(cause).into();
    Id::from_bytes([s0, s1, s2, s3, h0, h1, h2, h3, h4, h5, h6, h7])
}
