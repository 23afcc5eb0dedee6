//! Failures of the server, and crashes between an attempt and its record.

use std::sync::Arc;
use std::time::Duration;

use contract::OrderId;
use contract::notice::{NoticeState, NoticeSubject, REQUESTED};
use mail::domain::letter::{LEASE, OWED_MAX};
use mail::domain::recipient::{HOURLY_MAX, REFUSAL_KEPT};
use mail::domain::{Content, FailureKind, Letter, Unsent};
use mail::transport::{Authorities, SmtpOptions, SmtpTransport, SmtpUrl};
use testing::SmtpSink;
use testing::platforms::START;
use testing::samples::id;
use testing::smtp_sink::{Stage, Step};

use crate::post_office::{
    ANN, BOB, BUYER, PostOffice, completed, notice, owed, requested, verified,
};
use crate::samples;

const SECOND: Duration = Duration::from_secs(1);

fn receipt(number: u8) -> String {
    format!("order.{}.receipt", id::<OrderId>(number))
}

#[tokio::test]
async fn a_temporary_failure_is_repeated_with_the_same_message_id() {
    let office = PostOffice::open().await;
    office.fail(&[FailureKind::Temporary, FailureKind::Temporary]);
    office.receive(&[verified(BUYER, ANN), completed(9)]).await;
    assert_eq!((office.attempts(), office.mails().len()), (1, 0));
    office.pass(Duration::from_secs(40)).await;
    assert_eq!(office.attempts(), 2);
    office.pass(Duration::from_secs(80)).await;
    assert_eq!((office.attempts(), office.mails().len()), (3, 1));
    assert!(office.mails()[0].message_id.starts_with(&receipt(9)));
}

#[tokio::test]
async fn a_refused_address_receives_nothing_more_for_a_month() {
    let office = PostOffice::open().await;
    office.fail(&[FailureKind::RecipientRefused]);
    office.receive(&[verified(BUYER, ANN), completed(9)]).await;
    assert_eq!(office.unsent(&receipt(9)).await, Some(Unsent::AddressRefused));
    office.receive(&[completed(10), requested(5, NoticeSubject::ResetPassword)]).await;
    assert_eq!((office.attempts(), office.mails().len()), (1, 0));
    assert_eq!(office.unsent(&receipt(10)).await, Some(Unsent::AddressRefused));
    let buyer = office.platforms.signed_in(id(BUYER));
    let shown = office.get(Some(&buyer), "/api/mail/preferences").await.expect(200);
    assert_eq!(shown.at("isRefused"), true);
    let admin = office.admin();
    let lost = office.get(Some(&admin), "/api/mail/undelivered").await.expect(200);
    assert_eq!(lost.list().len(), 3);
    let retry = "/api/mail/undelivered/retry";
    office.post(Some(&buyer), retry, &serde_json::json!(null)).await.expect(403);
    let retried = office.post(Some(&admin), retry, &serde_json::json!(null)).await.expect(200);
    assert_eq!(retried.at("retried"), 2, "not the link");
    office.pass(Duration::from_secs(2)).await;
    assert_eq!(office.mails().len(), 2);
    // The refusal of a retried address is forgotten, and any other after a month.
    office.fail(&[FailureKind::RecipientRefused]);
    office.receive(&[completed(11)]).await;
    office.receive(&[completed(12)]).await;
    assert_eq!(office.mails().len(), 2);
    office.clock().advance(REFUSAL_KEPT);
    let shown = office.get(Some(&buyer), "/api/mail/preferences").await;
    assert!(shown.status == 401 || shown.at("isRefused") == false);
}

#[tokio::test]
async fn lost_links_do_not_hold_back_a_retry_of_other_mails() {
    // As many as one request retries.
    const LINKS: usize = 200;
    let office = PostOffice::open().await;
    office.fail(&[FailureKind::Rejected, FailureKind::Rejected]);
    office.receive(&[verified(BUYER, ANN), completed(9)]).await;
    office.receive(&[requested(5, NoticeSubject::ResetPassword)]).await;
    let lost = office.letters().await;
    let link = lost.iter().find(|letter| letter.has_failed() && !letter.may_retry()).unwrap();
    let links = (0..LINKS).map(|n| Letter { id: format!("{}-{n}", link.id), ..link.clone() });
    office.owe(links.collect()).await;
    let admin = office.admin();
    let retry = "/api/mail/undelivered/retry";
    for retried in [1, 0] {
        let reply = office.post(Some(&admin), retry, &serde_json::json!(null)).await.expect(200);
        assert_eq!(reply.at("retried"), retried);
        office.pass(Duration::from_secs(2)).await;
    }
    assert_eq!(office.mails().len(), 1);
}

#[tokio::test]
async fn a_rejected_mail_stops_no_other() {
    let office = PostOffice::open().await;
    office.fail(&[FailureKind::Rejected]);
    office.receive(&[verified(BUYER, ANN), completed(9)]).await;
    assert_eq!(office.unsent(&receipt(9)).await, Some(Unsent::Rejected));
    office.receive(&[completed(10)]).await;
    assert_eq!(office.mails().len(), 1);
}

#[tokio::test]
async fn an_unreachable_server_pauses_the_loop_and_loses_nothing() {
    let office = PostOffice::open().await;
    office.receive(&[verified(BUYER, ANN)]).await;
    office.fail(&[FailureKind::Unreachable; 100]);
    let orders: Vec<_> = (10..26).map(completed).collect();
    office.receive(&orders).await;
    let attempts = office.attempts();
    assert!(attempts < 16, "the step ended early: {attempts}");
    for _ in 0..400 {
        office.pass(Duration::from_secs(30)).await;
    }
    assert_eq!(office.mails().len(), 16);
}

#[tokio::test]
async fn recipients_that_are_refused_for_now_do_not_hold_back_others() {
    let sink = SmtpSink::start().await;
    sink.script(|stage, argument| match stage {
        Stage::Rcpt if argument != BOB => Step::reply("450 4.2.0 try later"),
        _ => Step::Accept,
    });
    let server = (SmtpUrl::parse(&sink.url()).unwrap(), Authorities::default());
    let sender = "tickets@boxoffice.example".parse().unwrap();
    let transport = SmtpTransport::new(server, sender, SmtpOptions::default());
    let office = PostOffice::open_to(Arc::new(transport)).await;
    let refused = (0..150).map(|number| owed(number, format!("{number}@example.com"), START));
    office.owe(refused.chain([owed(150, BOB.to_owned(), START.plus(SECOND))]).collect()).await;
    office.pass(SECOND * 2).await;
    assert_eq!(sink.count(), 1);
    let refused = office.letters().await;
    assert!(refused.iter().all(|letter| letter.attempts == 1), "{refused:?}");
}

#[tokio::test]
async fn letters_that_are_not_attempted_in_an_outage_keep_their_place() {
    let office = PostOffice::open().await;
    office.fail(&[FailureKind::Unreachable; 20]);
    let due_at = |number: u8| START.plus(Duration::from_millis(number.into()));
    let letters =
        (0..40).map(|number| owed(number, format!("{number}@example.com"), due_at(number)));
    let letters: Vec<Letter> = letters.collect();
    office.owe(letters.clone()).await;
    office.pass(SECOND).await;
    let attempts = office.attempts();
    assert!(attempts < 20, "the step ended early: {attempts}");
    for owed in &letters[attempts..] {
        assert_eq!(office.letter(&owed.id).await.as_ref(), Some(owed));
    }
}

/// Letters about sales to this number of addresses, due at the start.
fn mass_mail(count: u16) -> Vec<Letter> {
    let letters = (0..count).map(|number| Letter {
        id: format!("sales.{number}"),
        content: Content::FirstSale(samples::first_sale()),
        ..owed(0, format!("{number}@example.com"), START)
    });
    letters.collect()
}

#[tokio::test]
async fn a_link_does_not_wait_behind_mass_mail() {
    let office = PostOffice::open().await;
    office.owe([mass_mail(300), vec![owed(7, ANN.to_owned(), START.plus(SECOND))]].concat()).await;
    office.pass(SECOND * 2).await;
    let sent = office.sent();
    assert_eq!(sent.len(), 100, "one step");
    assert!(sent.iter().any(|(to, _)| to == ANN), "{sent:?}");
}

#[tokio::test]
async fn a_flood_of_links_does_not_hold_back_the_oldest_letter() {
    let office = PostOffice::open().await;
    let link = |n: u8| owed(n, format!("link-{n}@example.com"), START.plus(SECOND));
    office.owe(mass_mail(3).into_iter().chain((0..250).map(link)).collect()).await;
    office.pass(SECOND * 2).await;
    let sent = office.sent();
    let others = sent.iter().take(10).filter(|(to, _)| !to.starts_with("link-")).count();
    assert_eq!((sent.len(), others), (100, 3), "every second attempt: {sent:?}");
}

#[tokio::test]
async fn a_mail_that_cannot_be_sent_in_time_is_given_up() {
    let office = PostOffice::open().await;
    office.fail(&[FailureKind::Temporary; 500]);
    office.receive(&[verified(BUYER, ANN), completed(9)]).await;
    office.clock().advance(OWED_MAX);
    office.pass(Duration::from_secs(5)).await;
    assert_eq!(office.unsent(&receipt(9)).await, Some(Unsent::TooLate));
}

#[tokio::test]
async fn one_address_receives_a_bounded_number_of_mails_an_hour() {
    let office = PostOffice::open().await;
    office.receive(&[verified(BUYER, ANN)]).await;
    let orders: Vec<_> = (10..50).map(completed).collect();
    office.receive(&orders).await;
    office.pass(Duration::from_secs(2)).await;
    office.pass(Duration::from_secs(2)).await;
    let limit = usize::try_from(HOURLY_MAX).unwrap();
    assert_eq!(office.mails().len(), limit);
    office.clock().advance(Duration::from_hours(1));
    office.pass(Duration::from_secs(2)).await;
    office.pass(Duration::from_secs(2)).await;
    assert_eq!(office.mails().len(), 40);
}

#[tokio::test]
async fn a_flood_of_mails_about_trades_does_not_hold_back_a_link() {
    let office = PostOffice::open().await;
    office.receive(&[verified(BUYER, ANN)]).await;
    let orders: Vec<_> = (10..50).map(completed).collect();
    office.receive(&orders).await;
    office.receive(&[requested(5, NoticeSubject::ResetPassword)]).await;
    let limit = usize::try_from(HOURLY_MAX).unwrap();
    assert_eq!(office.mails().len(), limit + 1);
    let notices = (100..140).map(|number| owed(number, ANN.to_owned(), START));
    office.owe(notices.collect()).await;
    office.pass(SECOND * 2).await;
    assert_eq!(office.mails().len(), 2 * limit, "mails about the account have a limit, too");
    office.receive(&[requested(6, NoticeSubject::VerifyAddress)]).await;
    assert_eq!(office.mails().len(), 2 * limit + 1);
}

#[tokio::test]
async fn sub_addresses_share_the_limit_of_their_mailbox() {
    let office = PostOffice::open().await;
    let sign_up = |number: u8| {
        let email = format!("ann+{number}@example.com");
        REQUESTED.of(NoticeState { user_id: None, email, ..notice(number, NoticeSubject::SignUp) })
    };
    let sign_ups: Vec<_> = (10..50).map(sign_up).collect();
    office.receive(&sign_ups).await;
    office.pass(SECOND).await;
    office.pass(SECOND).await;
    let limit = usize::try_from(HOURLY_MAX).unwrap();
    assert_eq!(office.mails().len(), limit);
    office.receive(&[requested(5, NoticeSubject::ResetPassword)]).await;
    assert_eq!(office.mails().len(), limit + 1, "sign-ups hold back no link of the account");
}

#[tokio::test]
async fn a_refusal_is_that_of_the_exact_address() {
    let office = PostOffice::open().await;
    let to = |number, email: &str| owed(number, email.to_owned(), START);
    office.fail(&[FailureKind::RecipientRefused]);
    office.owe(vec![to(10, "ann+a@example.com")]).await;
    office.pass(SECOND).await;
    office.owe(vec![to(11, "ann+a@example.com"), to(12, ANN)]).await;
    office.pass(SECOND).await;
    assert_eq!(office.sent().iter().map(|(to, _)| to).collect::<Vec<_>>(), [ANN]);
}

#[tokio::test]
async fn a_crash_during_a_delivery_repeats_it_with_the_same_message_id() {
    let office = PostOffice::open().await;
    office.receive(&[verified(BUYER, ANN)]).await;
    office.hang();
    office.publish(&[completed(9)]).await;
    office.run_until_received(1).await;
    let office = office.crash().await;
    office.pass(Duration::from_secs(2)).await;
    assert_eq!(office.mails().len(), 1, "another process may still attempt it");
    office.clock().advance(LEASE);
    office.pass(Duration::from_secs(2)).await;
    let mails = office.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].message_id, mails[1].message_id);
    office.pass(Duration::from_mins(10)).await;
    assert_eq!(office.mails().len(), 2);
}
