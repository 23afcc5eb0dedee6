//! notice.requested, notice.withdrawn: a mail about an account is owed, or is not any more. Creates
//! the secret of its link and publishes the hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::link::{ISSUED, LinkState};
use contract::notice::{NoticeState, REQUESTED, WITHDRAWN};
use service::person;
use sha2::{Digest as _, Sha256};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::{Content, Letter, LetterState, Link, Notice, To, Unsent};

pub(super) const TYPES: &[MessageType<NoticeState>] = &[REQUESTED, WITHDRAWN];

pub(super) async fn on_notice_changed(
    ports: Ports,
    received: Received<NoticeState>,
) -> Result<Handled, Undeliverable> {
    let is_withdrawn = received.type_name == WITHDRAWN.name();
    let (notice, secret) = (received.state, URL_SAFE_NO_PAD.encode(ports.ids.random_bytes::<32>()));
    let handled = ports.store.transact(move |tx| {
        if let Some(user) = notice.user_id
            && person::is_erased(tx, user)?
        {
            return Ok(Handled::NotForUs);
        }
        if is_withdrawn { withdraw(tx, &notice) } else { request(tx, &notice, &secret) }
    });
    let handled = handled.await?;
    ports.owed.notify_one();
    Ok(handled)
}

fn request(tx: &mut Tx<'_>, notice: &NoticeState, secret: &str) -> Result<Handled, Stop<Never>> {
    let now = tx.now();
    let letter = letter(notice, LetterState::Owed { due_at: now });
    if tx.get::<Letter>(&letter.id)?.is_some() {
        return Ok(Handled::AlreadyApplied);
    }
    let mut letter = Letter { created_at: now, ..letter };
    if notice.subject.has_link()
        && let Content::Notice(content) = &mut letter.content
    {
        content.link = Some(Link { id: notice.id, secret: secret.to_owned() });
        let secret_hash = format!("{:x}", Sha256::digest(secret));
        tx.publish(ISSUED.of(LinkState { id: notice.id, version: 1, secret_hash }));
    }
    tx.insert(letter);
    Ok(Handled::Applied)
}

fn withdraw(tx: &mut Tx<'_>, notice: &NoticeState) -> Result<Handled, Stop<Never>> {
    let now = tx.now();
    let ended = LetterState::Unsent { at: now, reason: Unsent::Obsolete, response: None };
    let letter = letter(notice, ended);
    match tx.get::<Letter>(&letter.id)? {
        // The request arrives later, and finds this.
        None => tx.insert(letter),
        Some(known) if known.is_owed() => tx.save(known.end(Unsent::Obsolete, None, now)),
        Some(_) => return Ok(Handled::AlreadyApplied),
    }
    Ok(Handled::Applied)
}

fn letter(notice: &NoticeState, state: LetterState) -> Letter {
    let content = Content::Notice(Notice {
        subject: notice.subject.clone(),
        link: None,
        requested_at: notice.requested_at,
        ends_at: notice.ends_at,
    });
    Letter {
        id: format!("notice.{}", notice.id),
        user_id: notice.user_id,
        recipient: To::Address { email: notice.email.clone(), language: notice.language },
        content,
        created_at: notice.requested_at,
        ends_at: notice.ends_at,
        attempts: 0,
        state,
    }
}
