//! Letters: owed once, sent to the right person, and only while they are true.

use std::time::Duration;

use contract::contact::{self, ContactState};
use contract::link::ISSUED;
use contract::notice::{NoticeState, NoticeSubject, WITHDRAWN};
use contract::order::{COMPLETED, OrderState};
use contract::part;
use contract::payment::{
    PaymentState, PaymentStatus, REFUNDED, RefundMethod, RefundStatus, RefundSummary,
};
use contract::person::{PersonAction, PersonRequestState, REQUESTED as PERSON_REQUESTED};
use contract::{Id, UserId};
use mail::domain::letter::OWED_MAX;
use mail::domain::{Booking, Contact, Recipient, Unsent};
use sha2::{Digest as _, Sha256};
use testing::platforms::START;
use testing::samples::{id, usd};

use crate::post_office::{
    ANN, BOB, BUYER, PostOffice, SELLER, completed, contact, notice, order, requested, verified,
};

#[tokio::test]
async fn a_receipt_is_sent_once_however_often_its_message_arrives() {
    let office = PostOffice::open().await;
    office.receive(&[verified(BUYER, ANN), completed(9), completed(9)]).await;
    let returned = OrderState { version: 4, ..order(9) };
    office.receive(&[COMPLETED.of(returned), completed(9)]).await;
    let sent = office.mails();
    assert_eq!(sent.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [ANN]);
    let order_id: contract::OrderId = id(9);
    assert_eq!(sent[0].message_id, format!("order.{order_id}.receipt@tickets.example"));
    assert!(sent[0].text.contains(&format!("https://tickets.example/orders/{order_id}")));
}

#[tokio::test]
async fn a_mail_goes_to_the_verified_address_at_the_time_of_sending() {
    let office = PostOffice::open().await;
    let unverified = ContactState { is_verified: false, ..contact(BUYER, 1, "typo@example.com") };
    office.receive(&[contact::CHANGED.of(unverified), completed(9)]).await;
    assert_eq!(office.sent(), [], "the address may be that of another person");
    office.receive(&[contact::CHANGED.of(contact(BUYER, 2, ANN))]).await;
    assert_eq!(office.mails().len(), 1);
    // An older message changes nothing.
    let older = ContactState { email: BOB.to_owned(), ..contact(BUYER, 1, BOB) };
    office.receive(&[contact::CHANGED.of(older), completed(10)]).await;
    assert!(office.sent().iter().all(|(to, _)| to == ANN), "{:?}", office.sent());
    assert_eq!(office.mails().len(), 2);
}

/// A letter that waits is not found by the sender, which would postpone it in further commits.
#[tokio::test]
async fn a_letter_to_an_unverified_address_waits_until_the_address_is_verified() {
    let office = PostOffice::without_sender().await;
    let unverified = |version| {
        contact::CHANGED.of(ContactState { is_verified: false, ..contact(BUYER, version, ANN) })
    };
    let of = |number: u8| format!("order.{}.receipt", id::<contract::OrderId>(number));
    office.receive(&[completed(9)]).await;
    office.receive(&[unverified(1), completed(10)]).await;
    let due = office.letter(&of(9)).await.unwrap();
    let waiting = office.letter(&of(10)).await.unwrap();
    // The contact could have arrived while the letter was committed.
    assert_eq!(due.due_at(), Some(due.created_at));
    assert_eq!(waiting.due_at(), Some(waiting.ends_at));
    office.receive(&[unverified(2)]).await;
    assert_eq!(office.letter(&of(10)).await.as_ref(), Some(&waiting));
    office.receive(&[contact::CHANGED.of(contact(BUYER, 3, ANN)), completed(11)]).await;
    for number in [10, 11] {
        let letter = office.letter(&of(number)).await.unwrap();
        assert!(letter.due_at().unwrap() <= office.clock().now(), "{letter:?}");
    }
}

#[tokio::test]
async fn a_letter_without_an_address_ends_after_three_days() {
    let office = PostOffice::open().await;
    office.receive(&[completed(9)]).await;
    office.clock().advance(OWED_MAX);
    office.pass(Duration::from_secs(2)).await;
    let order_id: contract::OrderId = id(9);
    let receipt = format!("order.{order_id}.receipt");
    assert_eq!(office.unsent(&receipt).await, Some(Unsent::NoAddress));
    office.receive(&[verified(BUYER, ANN)]).await;
    assert_eq!(office.sent(), []);
}

#[tokio::test]
async fn an_old_order_owes_no_receipt() {
    let office = PostOffice::open().await;
    office.clock().advance(OWED_MAX);
    office.receive(&[verified(BUYER, ANN), completed(9)]).await;
    assert_eq!(office.sent(), []);
}

#[tokio::test]
async fn the_secret_of_a_link_is_in_the_mail_only() {
    let office = PostOffice::open().await;
    office.receive(&[requested(5, NoticeSubject::ResetPassword)]).await;
    let [mail] = &office.mails()[..] else { panic!("one mail") };
    let (_, token) = mail.text.split_once("https://tickets.example/password/").unwrap();
    let token: String = token.chars().take_while(|c| !c.is_whitespace()).collect();
    let (link, secret) = token.split_once('.').unwrap();
    let issued = office.published(ISSUED).await;
    assert_eq!(issued.len(), 1);
    assert_eq!(issued[0].id.to_string(), link);
    assert_eq!(issued[0].secret_hash, format!("{:x}", Sha256::digest(secret)));
    let letter = office.letter(&format!("notice.{link}")).await.unwrap();
    assert!(!serde_json::to_string(&letter).unwrap().contains(secret), "deleted once it is sent");
    // A redelivery issues no other secret.
    office.receive(&[requested(5, NoticeSubject::ResetPassword)]).await;
    assert_eq!(office.published(ISSUED).await.len(), 1);
    assert_eq!(office.mails().len(), 1);
}

#[tokio::test]
async fn a_withdrawn_notice_is_not_sent_in_whichever_order_its_messages_arrive() {
    for withdrawn_first in [false, true] {
        let office = PostOffice::open().await;
        let withdrawn = NoticeState { version: 2, ..notice(5, NoticeSubject::VerifyAddress) };
        let mut messages = [requested(5, NoticeSubject::VerifyAddress), WITHDRAWN.of(withdrawn)];
        if withdrawn_first {
            messages.reverse();
        }
        office.receive(&messages).await;
        let link: Id = id::<contract::OrderId>(5).untyped();
        if withdrawn_first {
            assert_eq!(office.sent(), []);
        }
        let letter = office.letter(&format!("notice.{link}")).await.unwrap();
        assert!(!letter.is_owed());
    }
}

#[tokio::test]
async fn an_expired_link_is_not_sent() {
    let office = PostOffice::open().await;
    office.clock().advance(Duration::from_hours(1));
    office.receive(&[requested(5, NoticeSubject::ResetPassword)]).await;
    assert_eq!(office.sent(), []);
    let link: Id = id::<contract::OrderId>(5).untyped();
    assert_eq!(office.unsent(&format!("notice.{link}")).await, Some(Unsent::TooLate));
}

#[tokio::test]
async fn each_refund_has_one_mail_and_another_when_it_comes_back() {
    let office = PostOffice::open().await;
    let refund = |number: u8, status| RefundSummary {
        id: id(number),
        amount: usd(100),
        to: RefundMethod::Card,
        status,
        at: START,
    };
    let payment = |version, refunds: Vec<RefundSummary>| {
        REFUNDED.of(PaymentState {
            id: id(30),
            version,
            order_id: id(9),
            buyer: id(BUYER),
            amount: usd(4_100),
            status: PaymentStatus::Captured,
            started_at: START,
            refunded: Some(usd(100)),
            returned: Vec::new(),
            refunds,
        })
    };
    let first = payment(4, vec![refund(31, RefundStatus::Succeeded)]);
    office.receive(&[verified(BUYER, ANN), first.clone(), first]).await;
    assert_eq!(office.mails().len(), 1);
    let both = vec![refund(31, RefundStatus::Succeeded), refund(32, RefundStatus::Succeeded)];
    office.receive(&[payment(5, both)]).await;
    assert_eq!(office.mails().len(), 2);
    let back = vec![refund(31, RefundStatus::CameBack), refund(32, RefundStatus::Succeeded)];
    office.receive(&[payment(6, back)]).await;
    assert_eq!(office.mails().len(), 3);
}

#[tokio::test]
async fn a_seller_learns_of_the_first_sale_and_of_the_sales_of_a_day() {
    let office = PostOffice::open().await;
    office.receive(&[verified(SELLER, BOB), completed(9), completed(10)]).await;
    assert_eq!(office.mails().len(), 1, "{:?}", office.sent());
    office.clock().advance(Duration::from_hours(25));
    office.pass(Duration::from_mins(2)).await;
    let mails = office.mails();
    assert_eq!(mails.len(), 2, "{:?}", office.sent());
    assert!(mails[1].text.contains("US$82.00"), "{}", mails[1].text);
    office.clock().advance(Duration::from_hours(24));
    office.pass(Duration::from_mins(2)).await;
    assert_eq!(office.mails().len(), 2, "a day without sales has no summary");
}

#[tokio::test]
async fn an_erased_person_receives_nothing_and_is_forgotten() {
    let office = PostOffice::open().await;
    office.receive(&[completed(9)]).await;
    let erasing = |version, action| {
        let (id, user_id) = (id::<contract::OrderId>(99).untyped(), id::<UserId>(BUYER));
        PERSON_REQUESTED.of(PersonRequestState { id, version, user_id, action })
    };
    office.receive(&[erasing(1, PersonAction::Export)]).await;
    let exported = office.published(part::MAIL).await;
    let items = serde_json::to_value(&exported[0].made).unwrap()["items"].clone();
    assert_eq!(items["letters"].as_array().unwrap().len(), 1, "{items}");
    assert_eq!(items["bookings"].as_array().unwrap().len(), 1, "{items}");
    office.receive(&[erasing(2, PersonAction::Erase)]).await;
    office.receive(&[verified(BUYER, ANN), completed(10)]).await;
    let user = requested(5, NoticeSubject::VerifyAddress);
    office.receive(&[user]).await;
    assert!(office.sent().iter().all(|(to, _)| to != ANN), "{:?}", office.sent());
    let buyer: UserId = id(BUYER);
    let store = office.store(mail::NAME);
    assert_eq!(store.find::<Contact>(&buyer.to_string()).await.unwrap(), None);
    assert_eq!(store.pages::<Booking>(500).all().await.unwrap(), []);
    assert!(office.letters().await.iter().all(|letter| letter.user_id != Some(buyer)));
}

#[tokio::test]
async fn an_erasure_deletes_the_counts_of_the_address() {
    let office = PostOffice::open().await;
    let notices = [NoticeSubject::ResetPassword, NoticeSubject::VerifyAddress];
    let notices = (5..).zip(notices).map(|(number, subject)| requested(number, subject));
    office.receive(&[verified(BUYER, ANN), completed(9)]).await;
    office.receive(&notices.collect::<Vec<_>>()).await;
    let store = office.store(mail::NAME);
    let counts = async || store.pages::<Recipient>(500).all().await.unwrap().len();
    assert_eq!((office.mails().len(), counts().await), (3, 3));
    let (id, user_id) = (id::<contract::OrderId>(99).untyped(), id::<UserId>(BUYER));
    let action = PersonAction::Erase;
    let erasing = PersonRequestState { id, version: 2, user_id, action };
    office.receive(&[PERSON_REQUESTED.of(erasing)]).await;
    assert_eq!(counts().await, 0);
}

#[tokio::test]
async fn a_seller_and_a_buyer_in_one_account_receive_both() {
    let office = PostOffice::open().await;
    let mut own = order(9);
    own.buyer = id(SELLER);
    office.receive(&[verified(SELLER, BOB), COMPLETED.of(own)]).await;
    assert_eq!(office.mails().len(), 2);
}
