//! Every command in every state of a transfer, on both sides of its expiry.

use std::time::Duration;

use admissions::domain::{Admission, OPEN_FOR, Refusal, Transfer};
use contract::transfer::{TransferRecipient, TransferStatus};
use contract::{Decided, Language, LinkToken, Timestamp, UserId};
use testing::platforms::START;
use testing::samples::{id, item, order};

const SENDER: u8 = 1;
const RECIPIENT: u8 = 2;

fn user(number: u8) -> UserId {
    id(number)
}

fn address() -> TransferRecipient {
    TransferRecipient::Address { email: "bob@x.example".to_owned(), language: Language::English }
}

fn offered(to: TransferRecipient) -> Transfer {
    let order = order(1, vec![item(3, 9, 1_000, 2)], START);
    let admissions = [1, 2].map(|unit| Admission::issue(&order, &order.items[0], unit, START));
    Transfer::offer(id(60), (user(SENDER), to), &admissions, "Concert".to_owned(), START)
}

fn in_state(status: TransferStatus) -> Transfer {
    let mut transfer = offered(TransferRecipient::User { user_id: user(RECIPIENT) });
    transfer.state.status = status;
    transfer
}

fn token(secret: char) -> LinkToken {
    let secret = secret.to_string().repeat(43);
    LinkToken::try_from(format!("{}.{secret}", id::<contract::TransferId>(60))).unwrap()
}

/// The state after a command; `None` if it was applied before.
fn after(decided: Decided<Transfer>) -> Option<TransferStatus> {
    match decided {
        Decided::Applied(transfer, ()) => Some(transfer.state.status),
        Decided::AlreadyApplied => None,
    }
}

#[test]
fn every_command_in_every_state() {
    let at = START.plus(OPEN_FOR).minus(Duration::from_millis(1));
    let ended = Err(Refusal::TransferEnded);
    let (offered, accepted) = (TransferStatus::Offered, TransferStatus::Accepted { at });
    let (declined, cancelled) = (TransferStatus::Declined { at }, TransferStatus::Cancelled { at });
    let expired = TransferStatus::Expired { at };
    let rows = [
        (offered, Ok(Some(accepted)), Ok(Some(declined)), Ok(Some(cancelled)), Some(cancelled)),
        (accepted, Ok(None), ended, ended, None),
        (declined, ended, Ok(None), ended, None),
        (cancelled, ended, ended, Ok(None), None),
        (expired, ended, ended, ended, None),
    ];
    for (status, accept, decline, cancel, end) in rows {
        let before = in_state(status);
        assert_eq!(before.accept(at).map(after), accept, "{status:?}");
        assert_eq!(before.decline(at).map(after), decline, "{status:?}");
        assert_eq!(before.cancel(at).map(after), cancel, "{status:?}");
        assert_eq!(after(before.end(at)), end, "{status:?}");
        assert_eq!(after(before.expire(at)), None, "{status:?}");
    }
}

#[test]
fn a_transfer_cannot_be_accepted_from_its_expiry_on() {
    let transfer = in_state(TransferStatus::Offered);
    let at = START.plus(OPEN_FOR);
    for refused in [transfer.accept(at), transfer.decline(at), transfer.cancel(at)] {
        assert_eq!(refused, Err(Refusal::TransferEnded));
    }
    assert_eq!(after(transfer.expire(at)), Some(TransferStatus::Expired { at }));
    for status in [TransferStatus::Accepted { at }, TransferStatus::Declined { at }] {
        assert_eq!(in_state(status).expire(at), Decided::AlreadyApplied);
    }
}

#[test]
fn the_secret_of_a_link_makes_another_account_the_recipient_until_the_end() {
    let at = |late: Duration| START.plus(late);
    let unissued = offered(address());
    let ended = Err(Refusal::TransferEnded);
    assert_eq!(unissued.claim(&token('a'), user(RECIPIENT), START), ended);
    let issued = applied(unissued.issue(&token('a').secret_hash));
    assert_eq!(issued.issue(&token('b').secret_hash), Decided::AlreadyApplied);
    assert_eq!(issued.claim(&token('b'), user(RECIPIENT), START), ended);
    assert_eq!(issued.claim(&token('a'), user(SENDER), START), Err(Refusal::SameUser));
    assert_eq!(issued.claim(&token('a'), user(RECIPIENT), at(OPEN_FOR)), ended);
    let claimed = applied(issued.claim(&token('a'), user(RECIPIENT), START).unwrap());
    assert_eq!((claimed.recipient(), claimed.state.version), (Some(user(RECIPIENT)), 2));
    let again = claimed.claim(&token('a'), user(RECIPIENT), START);
    assert_eq!(again, Ok(Decided::AlreadyApplied));
    let other = applied(claimed.claim(&token('a'), user(4), START).unwrap());
    assert_eq!(other.recipient(), Some(user(4)));
    for over in [other.accept(START).unwrap(), other.decline(START).unwrap(), other.end(START)] {
        let over = applied(over);
        assert_eq!((over.secret_hash.as_ref(), over.recipient()), (None, Some(user(4))));
        assert_eq!(over.claim(&token('a'), user(RECIPIENT), START), ended);
        assert_eq!(over.issue(&token('a').secret_hash), Decided::AlreadyApplied);
    }
}

#[test]
fn an_ended_transfer_has_no_address() {
    let transfer = applied(offered(address()).end(START));
    assert_eq!(transfer.state.to, TransferRecipient::DeletedAddress);
    assert_eq!(transfer.recipient(), None);
    assert!(!format!("{:?}", offered(address())).contains("bob@"));
}

#[test]
fn the_day_of_a_sender_has_a_limit() {
    use admissions::domain::{DAILY_MAX, DAY, Sender};
    let mut sender = Sender::none(user(SENDER), START);
    for _ in 0..DAILY_MAX {
        sender = sender.count(START).unwrap();
    }
    let last: Timestamp = START.plus(DAY).minus(Duration::from_millis(1));
    let wait = Duration::from_millis(1);
    assert_eq!(sender.count(last), Err(Refusal::TooManyTransfers { wait }));
    assert_eq!(sender.count(START.plus(DAY)).unwrap().offered, 1);
}

/// The changed transfer.
fn applied(decided: Decided<Transfer>) -> Transfer {
    let changed = match decided {
        Decided::Applied(transfer, ()) => Some(*transfer),
        Decided::AlreadyApplied => None,
    };
    changed.unwrap()
}
