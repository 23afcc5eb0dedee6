//! transfer.*: the recipient is owed a mail about the offer, and about its end if the offer was
//! mailed; the sender is owed one about the reply. Creates the secret of the link of an offer to an
//! address and publishes the hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bus::{Handled, Received, Undeliverable};
use contract::link::{ISSUED, LinkState};
use contract::transfer::{
    ACCEPTED, CANCELLED, CLAIMED, DECLINED, EXPIRED, OFFERED, TransferRecipient, TransferState,
    TransferStatus,
};
use contract::{MessageType, Timestamp, UserId};
use service::person;
use sha2::{Digest as _, Sha256};
use store::{Loaded, Never, Stop, Tx};

use crate::Ports;
use crate::domain::{Content, Letter, LetterState, Link, To, Transfer, TransferNews, Unsent};
use crate::letters::{Owed, owe};

pub(super) const TYPES: &[MessageType<TransferState>] =
    &[OFFERED, CLAIMED, ACCEPTED, DECLINED, CANCELLED, EXPIRED];

pub(super) async fn on_transfer_changed(
    ports: Ports,
    received: Received<TransferState>,
) -> Result<Handled, Undeliverable> {
    if received.type_name == CLAIMED.name() {
        return Ok(Handled::NotForUs);
    }
    let secret = URL_SAFE_NO_PAD.encode(ports.ids.random_bytes::<32>());
    let transfer = received.state;
    let owed = ports.store.transact(move |tx| follow(tx, &transfer, &secret)).await?;
    ports.notify_sender(owed);
    Ok(match owed {
        Owed::Nothing => Handled::AlreadyApplied,
        Owed::Waiting | Owed::Due => Handled::Applied,
    })
}

fn follow(tx: &mut Tx<'_>, transfer: &TransferState, secret: &str) -> Result<Owed, Stop<Never>> {
    let (news, at) = match transfer.status {
        TransferStatus::Offered => return Ok(offer(tx, transfer, secret)?),
        TransferStatus::Accepted { at } => (TransferNews::Accepted, at),
        TransferStatus::Declined { at } => (TransferNews::Declined, at),
        TransferStatus::Cancelled { at } => (TransferNews::Cancelled, at),
        TransferStatus::Expired { at } => (TransferNews::Expired, at),
    };
    let offered = end_offer(tx, transfer)?;
    let (user, recipient) = match news {
        TransferNews::Cancelled => match offered {
            // A recipient without a mail about the offer receives none about its end.
            None => return Ok(Owed::Nothing),
            Some(offered) => (account(transfer).or(offered.user_id), offered.recipient),
        },
        TransferNews::Offered
        | TransferNews::OfferedByLink
        | TransferNews::Accepted
        | TransferNews::Declined
        | TransferNews::Expired => (Some(transfer.from), To::Account),
    };
    let recipient = if user.is_some() { To::Account } else { recipient };
    let content = Content::Transfer(Transfer::of(transfer, news));
    let letter = Letter::about(Transfer::letter_id(transfer.id, news), content, (at, tx.now()));
    let letter = letter.map(|letter| Letter { user_id: user, recipient, ..letter });
    Ok(owe(tx, letter.into_iter().collect())?)
}

/// The recipient is owed a mail until the transfer ends.
fn offer(tx: &mut Tx<'_>, transfer: &TransferState, secret: &str) -> Loaded<Owed> {
    let now = tx.now();
    let (recipient, news) = match &transfer.to {
        TransferRecipient::Address { email, language } => {
            let recipient = To::Address { email: email.clone(), language: *language };
            (recipient, TransferNews::OfferedByLink)
        }
        TransferRecipient::User { .. }
        | TransferRecipient::Claimed { .. }
        | TransferRecipient::DeletedAddress => (To::Account, TransferNews::Offered),
    };
    let id = Transfer::letter_id(transfer.id, news);
    if tx.get::<Letter>(&id)?.is_some() {
        return Ok(Owed::Nothing);
    }
    let mut content = Transfer::of(transfer, news);
    if news == TransferNews::OfferedByLink {
        let id = transfer.id.untyped();
        content.link = Some(Link { id, secret: secret.to_owned() });
        let secret_hash = format!("{:x}", Sha256::digest(secret));
        tx.publish(ISSUED.of(LinkState { id, version: 1, secret_hash }));
    }
    let letter = Letter {
        recipient,
        ..offer_letter(transfer, content, LetterState::Owed { due_at: now }, now)
    };
    owe(tx, vec![letter])
}

/// The offer is not mailed any more. Returns its letter if it was.
fn end_offer(tx: &mut Tx<'_>, transfer: &TransferState) -> Loaded<Option<Letter>> {
    let now = tx.now();
    match tx.get::<Letter>(Transfer::letter_id(transfer.id, TransferNews::Offered))? {
        // The offer arrives later, and finds this. One to an erased account owes nothing anyway.
        None => {
            if let Some(user) = account(transfer)
                && person::is_erased(tx, user)?
            {
                return Ok(None);
            }
            let content = Transfer::of(transfer, TransferNews::Offered);
            let state = LetterState::Unsent { at: now, reason: Unsent::Obsolete, response: None };
            tx.insert(offer_letter(transfer, content, state, now));
            Ok(None)
        }
        Some(known) => {
            // An attempt in progress may reach the recipient.
            let was_mailed = known.attempts > 0;
            if known.is_owed() {
                tx.save(known.end(Unsent::Obsolete, None, now));
            }
            Ok(Some(known).filter(|_| was_mailed))
        }
    }
}

fn offer_letter(
    transfer: &TransferState,
    content: Transfer,
    state: LetterState,
    now: Timestamp,
) -> Letter {
    Letter {
        id: Transfer::letter_id(transfer.id, content.news),
        user_id: account(transfer),
        recipient: To::Account,
        content: Content::Transfer(content),
        created_at: now,
        ends_at: transfer.expires_at,
        attempts: 0,
        state,
    }
}

/// The account of the recipient.
const fn account(transfer: &TransferState) -> Option<UserId> {
    match transfer.to {
        TransferRecipient::User { user_id } | TransferRecipient::Claimed { user_id } => {
            Some(user_id)
        }
        TransferRecipient::Address { .. } | TransferRecipient::DeletedAddress => None,
    }
}
