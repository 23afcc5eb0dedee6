//! Mails about transfers: an offer only while it is open, and its end only after an offer.

use std::time::Duration;

use contract::link::ISSUED;
use contract::transfer::{
    ACCEPTED, CANCELLED, CLAIMED, DECLINED, EXPIRED, OFFERED, TransferRecipient, TransferState,
    TransferStatus,
};
use contract::{Language, Outgoing, TransferId};
use mail::domain::{FailureKind, Unsent};
use sha2::{Digest as _, Sha256};
use testing::platforms::START;
use testing::samples::id;

use crate::post_office::{ANN, BOB, BUYER, PostOffice, SELLER, verified};

const TRANSFER: u8 = 5;

/// A transfer from the buyer, at a version.
fn transfer(version: u64, to: TransferRecipient, status: TransferStatus) -> TransferState {
    TransferState {
        id: id(TRANSFER),
        version,
        from: id(BUYER),
        to,
        admissions: vec![id(61), id(62)],
        title: "Concert".to_owned(),
        status,
        offered_at: START,
        expires_at: START.plus(Duration::from_hours(7 * 24)),
    }
}

fn address() -> TransferRecipient {
    TransferRecipient::Address { email: BOB.to_owned(), language: Language::English }
}

fn account() -> TransferRecipient {
    TransferRecipient::User { user_id: id(SELLER) }
}

fn offered(to: TransferRecipient) -> Outgoing {
    OFFERED.of(transfer(1, to, TransferStatus::Offered))
}

fn cancelled(to: TransferRecipient) -> Outgoing {
    CANCELLED.of(transfer(2, to, TransferStatus::Cancelled { at: START }))
}

fn letter(news: &str) -> String {
    format!("transfer.{}.{news}", id::<TransferId>(TRANSFER))
}

/// An office that knows the addresses of the sender, ann, and of an account, bob.
async fn open() -> PostOffice {
    let office = PostOffice::open().await;
    office.receive(&[verified(BUYER, ANN), verified(SELLER, BOB)]).await;
    office
}

fn recipients(office: &PostOffice) -> Vec<String> {
    office.sent().into_iter().map(|(to, _)| to).collect()
}

#[tokio::test]
async fn an_offer_to_an_address_has_a_link_whose_secret_is_in_the_mail_only() {
    let office = open().await;
    office.receive(&[offered(address()), offered(address())]).await;
    let [mail] = &office.mails()[..] else { panic!("one mail") };
    assert_eq!((mail.to.as_str(), mail.message_id.clone()), (BOB, message_id("offered")));
    let (_, token) = mail.text.split_once("https://tickets.example/transfers/link/").unwrap();
    let token: String = token.chars().take_while(|c| !c.is_whitespace()).collect();
    let (link, secret) = token.split_once('.').unwrap();
    let issued = office.published(ISSUED).await;
    assert_eq!((issued.len(), issued[0].id.to_string()), (1, link.to_owned()));
    assert_eq!(issued[0].secret_hash, format!("{:x}", Sha256::digest(secret)));
    let stored = office.letter(&letter("offered")).await.unwrap();
    assert!(!serde_json::to_string(&stored).unwrap().contains(secret), "deleted once it is sent");
}

fn message_id(news: &str) -> String {
    format!("{}@tickets.example", letter(news))
}

#[tokio::test]
async fn the_sender_learns_the_reply_and_the_recipient_the_end_of_an_offer() {
    let at = START;
    for (end, status, to) in [
        (ACCEPTED, TransferStatus::Accepted { at }, ANN),
        (DECLINED, TransferStatus::Declined { at }, ANN),
        (EXPIRED, TransferStatus::Expired { at }, ANN),
        (CANCELLED, TransferStatus::Cancelled { at }, BOB),
    ] {
        for recipient in [account(), address()] {
            let office = open().await;
            office.receive(&[offered(recipient.clone())]).await;
            let last = match recipient {
                TransferRecipient::Address { .. } => TransferRecipient::DeletedAddress,
                known => known,
            };
            let end = end.of(transfer(2, last, status));
            office.receive(&[end.clone(), end]).await;
            assert_eq!(recipients(&office), [BOB, to], "{status:?}");
        }
    }
}

#[tokio::test]
async fn a_claimed_transfer_is_cancelled_to_the_account_that_claimed_it() {
    let office = open().await;
    let claimed = || TransferRecipient::Claimed { user_id: id(SELLER) };
    office.receive(&[verified(9, "carl@example.com"), offered(address())]).await;
    let other = TransferRecipient::Claimed { user_id: id(9) };
    office.receive(&[CLAIMED.of(transfer(2, claimed(), TransferStatus::Offered))]).await;
    let end = transfer(3, other, TransferStatus::Cancelled { at: START });
    office.receive(&[CANCELLED.of(end)]).await;
    assert_eq!(recipients(&office), [BOB, "carl@example.com"]);
}

#[tokio::test]
async fn an_offer_that_ended_is_not_mailed_in_whichever_order_its_messages_arrive() {
    for messages in [
        [offered(address()), cancelled(TransferRecipient::DeletedAddress)],
        [cancelled(TransferRecipient::DeletedAddress), offered(address())],
        [offered(account()), cancelled(account())],
        [cancelled(account()), offered(account())],
    ] {
        let office = PostOffice::without_sender().await;
        office.receive(&[verified(SELLER, BOB)]).await;
        office.receive(&messages).await;
        assert_eq!(office.unsent(&letter("offered")).await, Some(Unsent::Obsolete));
        assert_eq!(office.letter(&letter("cancelled")).await, None);
    }
}

#[tokio::test]
async fn an_offer_that_may_have_arrived_is_taken_back() {
    let office = open().await;
    office.fail(&[FailureKind::Temporary]);
    office.receive(&[offered(address())]).await;
    office.receive(&[cancelled(TransferRecipient::DeletedAddress)]).await;
    assert_eq!(office.unsent(&letter("offered")).await, Some(Unsent::Obsolete));
    assert_eq!(recipients(&office), [BOB]);
}
