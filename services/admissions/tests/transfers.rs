//! Transfers: all admissions of a transfer change the holder at once, or none does.

use std::time::Duration;

use admissions::Transfer;
use admissions::domain::{DAILY_MAX, OPEN_FOR};
use contract::admission::TRANSFERRED;
use contract::link::{ISSUED, LinkState};
use contract::transfer::{ACCEPTED, CANCELLED, DECLINED, EXPIRED, OFFERED, TransferRecipient};
use contract::{AdmissionId, Id, LinkToken, TicketId};
use futures::future::join_all;
use serde_json::{Value, json};
use testing::samples::id;
use testing::{Reply, User};

use crate::fixture::{Fixture, TICKET, complete_order, returned};

/// Ann holds three admissions, and their door is open.
async fn open() -> (Fixture, User, User, Vec<AdmissionId>) {
    let app = Fixture::open().await;
    let (ann, bob) = (app.user(), app.user());
    app.offer(TICKET).await;
    let order = complete_order(1, &ann, 3);
    app.complete(&order).await;
    let ids = app.admissions(&order).await.iter().map(|state| state.id).collect();
    (app, ann, bob, ids)
}

async fn offer(app: &Fixture, from: &User, body: Value) -> Reply {
    app.post(Some(from), "/api/transfers", &body).await
}

/// The path of a new transfer of these admissions to an account.
async fn offered(app: &Fixture, from: &User, to: &User, ids: &[AdmissionId]) -> String {
    let body = json!({"admissionIds": ids, "toUser": to.id});
    let offered = offer(app, from, body).await.expect(201);
    assert_eq!(offered.text("state"), "offered");
    format!("/api/transfers/{}", offered.text("id"))
}

async fn accept(app: &Fixture, user: &User, path: &str) -> Reply {
    app.post(Some(user), &format!("{path}/accept"), &json!({})).await
}

async fn state(app: &Fixture, user: &User, path: &str) -> String {
    app.get(Some(user), path).await.expect(200).text("state")
}

async fn code(app: &Fixture, holder: &User, admission: AdmissionId) -> Reply {
    app.get(Some(holder), &format!("/api/admissions/{admission}/code")).await
}

async fn scan(app: &Fixture, scan: &str, code: &str) -> String {
    let body = json!({"code": code, "ticketId": id::<TicketId>(TICKET), "scanId": scan});
    app.post(Some(&app.seller()), "/api/check-ins", &body).await.expect(200).text("result")
}

async fn held(app: &Fixture, user: &User) -> usize {
    app.get(Some(user), "/api/admissions").await.expect(200).json().as_array().unwrap().len()
}

#[tokio::test]
async fn an_accepted_transfer_changes_the_holder_and_the_old_code_fails_at_once() {
    let (app, ann, bob, ids) = open().await;
    let old = code(&app, &ann, ids[0]).await.expect(200).text("code");
    let path = offered(&app, &ann, &bob, &ids[..2]).await;
    assert_eq!((held(&app, &ann).await, held(&app, &bob).await), (3, 0));
    for _ in 0..2 {
        accept(&app, &bob, &path).await.expect(204);
    }
    assert_eq!((held(&app, &ann).await, held(&app, &bob).await), (1, 2));
    code(&app, &ann, ids[0]).await.expect_problem(404, "not_found");
    assert_eq!(scan(&app, "1", &old).await, "superseded");
    let new = code(&app, &bob, ids[0]).await.expect(200);
    assert_eq!(new.at("credentialVersion"), json!(2));
    assert_eq!(scan(&app, "2", &new.text("code")).await, "admitted");
    app.settle().await;
    let moved = app.published(TRANSFERRED).await;
    assert_eq!(moved.len(), 2);
    assert!(moved.iter().all(|it| (it.holder, it.credential_version) == (bob.id, 2)));
    assert_eq!((app.published(OFFERED).await.len(), app.published(ACCEPTED).await.len()), (1, 1));
}

#[tokio::test]
async fn a_recipient_declines_and_a_sender_takes_back_and_each_repeat_has_no_effect() {
    let (app, ann, bob, ids) = open().await;
    let path = offered(&app, &ann, &bob, &ids[..1]).await;
    app.delete(Some(&bob), &path).await.expect_problem(404, "not_found");
    let decline = format!("{path}/decline");
    for _ in 0..2 {
        app.post(Some(&bob), &decline, &json!({})).await.expect(204);
    }
    app.delete(Some(&ann), &path).await.expect_problem(409, "transfer_ended");
    let path = offered(&app, &ann, &bob, &ids[..1]).await;
    accept(&app, &ann, &path).await.expect_problem(404, "not_found");
    for _ in 0..2 {
        app.delete(Some(&ann), &path).await.expect(204);
    }
    accept(&app, &bob, &path).await.expect_problem(409, "transfer_ended");
    let later = format!("{path}/decline");
    app.post(Some(&bob), &later, &json!({})).await.expect_problem(409, "transfer_ended");
    assert_eq!(state(&app, &bob, &path).await, "cancelled");
    assert_eq!(held(&app, &ann).await, 3);
    app.settle().await;
    assert_eq!((app.published(DECLINED).await.len(), app.published(CANCELLED).await.len()), (1, 1));
}

#[tokio::test]
async fn an_entry_ends_the_transfer_of_its_admission_as_a_whole() {
    let (app, ann, bob, ids) = open().await;
    let path = offered(&app, &ann, &bob, &ids[..2]).await;
    let code = code(&app, &ann, ids[1]).await.expect(200).text("code");
    assert_eq!(scan(&app, "1", &code).await, "admitted");
    assert_eq!(state(&app, &bob, &path).await, "cancelled");
    accept(&app, &bob, &path).await.expect_problem(409, "transfer_ended");
    let body = json!({"admissionIds": ids[..2], "toUser": bob.id});
    offer(&app, &ann, body).await.expect_problem(409, "not_valid");
    offered(&app, &ann, &bob, &ids[..1]).await;
}

#[tokio::test]
async fn a_refund_and_a_cancelled_show_end_the_transfers_of_their_admissions() {
    use contract::show::ShowStatus;
    let (app, ann, bob, ids) = open().await;
    let both = offered(&app, &ann, &bob, &ids[1..]).await;
    let first = offered(&app, &ann, &bob, &ids[..1]).await;
    app.complete(&returned(&complete_order(1, &ann, 3), 2)).await;
    assert_eq!(state(&app, &bob, &both).await, "cancelled");
    assert_eq!(state(&app, &bob, &first).await, "offered");
    app.change_show(1, ShowStatus::Scheduled).await;
    app.change_show(2, ShowStatus::Cancelled).await;
    assert_eq!(state(&app, &bob, &first).await, "cancelled");
    // One message, though both admissions of the transfer are void.
    assert_eq!(app.published(CANCELLED).await.len(), 2);
}

#[tokio::test]
async fn of_accept_cancel_scan_and_refund_at_once_one_is_first_and_all_agree() {
    for round in 0..8_u8 {
        let (app, ann, bob, ids) = open().await;
        let old = code(&app, &ann, ids[2]).await.expect(200).text("code");
        let path = offered(&app, &ann, &bob, &ids).await;
        let refund = returned(&complete_order(1, &ann, 3), 1);
        let accepting = async { accept(&app, &bob, &path).await.status };
        let cancelling = async { app.delete(Some(&ann), &path).await.status };
        let scanning = async { scan(&app, "1", &old).await };
        let refunding = async {
            if round % 2 == 0 {
                app.deliver(&[contract::order::COMPLETED.of(refund.clone())]).await;
            }
        };
        let (accepted, cancelled, scanned, ()) = match round / 2 {
            0 => futures::join!(accepting, cancelling, scanning, refunding),
            1 => {
                let (b, a, c, d) = futures::join!(cancelling, accepting, scanning, refunding);
                (a, b, c, d)
            }
            2 => {
                let (c, d, b, a) = futures::join!(scanning, refunding, cancelling, accepting);
                (a, b, c, d)
            }
            _ => {
                let (d, a, c, b) = futures::join!(refunding, accepting, scanning, cancelling);
                (a, b, c, d)
            }
        };
        app.settle().await;
        let is_accepted = state(&app, &bob, &path).await == "accepted";
        assert_eq!(accepted == 204, is_accepted, "round {round}");
        assert!(!(is_accepted && cancelled == 204), "round {round}");
        let expected = if is_accepted { (0, 3) } else { (3, 0) };
        assert_eq!((held(&app, &ann).await, held(&app, &bob).await), expected, "round {round}");
        assert!(!(is_accepted && scanned == "admitted"), "round {round}");
    }
}

#[tokio::test]
async fn an_admission_is_in_one_open_transfer_at_most() {
    let (app, ann, bob, ids) = open().await;
    let bodies = vec![json!({"admissionIds": ids, "toUser": bob.id}); 5];
    let replies = join_all(bodies.into_iter().map(|body| offer(&app, &ann, body))).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    let refused = replies.iter().filter(|reply| reply.text("code") == "being_transferred").count();
    assert_eq!((made, refused), (1, 4));
    let of_ticket = json!({"ticketId": id::<TicketId>(TICKET), "toUser": bob.id});
    offer(&app, &ann, of_ticket).await.expect_problem(409, "not_enough");
}

#[tokio::test]
async fn a_quantity_takes_the_earliest_admissions_in_the_order_of_their_units() {
    let (app, ann, bob, ids) = open().await;
    app.clock().advance(Duration::from_mins(1));
    app.complete(&complete_order(2, &ann, 1)).await;
    offered(&app, &ann, &bob, &ids[..1]).await;
    let body = json!({"ticketId": id::<TicketId>(TICKET), "quantity": 2, "toUser": bob.id});
    let chosen = offer(&app, &ann, body.clone()).await.expect(201).text("id");
    let shown = app.get(Some(&bob), &format!("/api/transfers/{chosen}")).await.expect(200);
    assert_eq!(shown.at("admissionIds"), json!(ids[1..]));
    offer(&app, &ann, body).await.expect_problem(409, "not_enough");
}

#[tokio::test]
async fn a_transfer_expires_after_seven_days() {
    let (app, ann, bob, ids) = open().await;
    let path = offered(&app, &ann, &bob, &ids).await;
    app.clock().advance(OPEN_FOR.checked_sub(Duration::from_mins(1)).unwrap());
    app.settle().await;
    let (ann, bob) = (app.again(&ann), app.again(&bob));
    assert_eq!(state(&app, &ann, &path).await, "offered");
    app.clock().advance(Duration::from_mins(1));
    accept(&app, &bob, &path).await.expect_problem(409, "transfer_ended");
    app.pass(Duration::from_secs(10)).await;
    assert_eq!(state(&app, &ann, &path).await, "expired");
    assert_eq!(app.published(EXPIRED).await.len(), 1);
    offered(&app, &ann, &bob, &ids).await;
}

#[tokio::test]
async fn an_unknown_account_and_address_look_like_known_ones() {
    let (app, ann, bob, ids) = open().await;
    let unknown: Id = id(99);
    for to in
        [json!({"toUser": bob.id}), json!({"toUser": unknown}), json!({"toEmail": "bob@x.example"})]
    {
        let mut body = json!({"admissionIds": ids});
        body.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
        let reply = offer(&app, &ann, body).await.expect(201);
        let mut fields: Vec<String> = reply.json().as_object().unwrap().keys().cloned().collect();
        fields.sort();
        assert_eq!(fields, ["id", "state"]);
        let path = format!("/api/transfers/{}", reply.text("id"));
        app.delete(Some(&ann), &path).await.expect(204);
    }
    let own = json!({"admissionIds": ids, "toUser": ann.id});
    offer(&app, &ann, own).await.expect_problem(409, "same_user");
    let of_another = json!({"admissionIds": ids, "toUser": ann.id});
    offer(&app, &bob, of_another).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn the_link_of_a_mail_makes_its_reader_the_recipient() {
    let (app, ann, bob, ids) = open().await;
    let body = json!({"admissionIds": ids, "toEmail": " Bob@X.example "});
    let transfer: Id = offer(&app, &ann, body).await.expect(201).id().unwrap();
    let path = format!("/api/transfers/{transfer}");
    app.get(Some(&bob), &path).await.expect_problem(404, "not_found");
    let shown = app.get(Some(&ann), &path).await.expect(200);
    assert_eq!(shown.text("toEmail"), "bob@x.example");
    let token = format!("{transfer}.{}", "s".repeat(43));
    let secret_hash = LinkToken::try_from(token.clone()).unwrap().secret_hash;
    let link = ISSUED.of(LinkState { id: transfer, version: 1, secret_hash });
    app.deliver(&[link.clone(), link]).await;
    app.settle().await;
    let claim = async |user: &User, token: &str| {
        app.post(Some(user), "/api/transfers/links/claim", &json!({"token": token})).await
    };
    let other = format!("{transfer}.{}", "t".repeat(43));
    claim(&bob, &other).await.expect_problem(409, "transfer_ended");
    claim(&ann, &token).await.expect_problem(409, "same_user");
    for _ in 0..2 {
        assert_eq!(claim(&bob, &token).await.expect(200).text("role"), "recipient");
    }
    // The sender learns neither which account reads the mail nor that there is one.
    let shown = app.get(Some(&ann), &path).await.expect(200);
    assert_eq!((shown.at("toUser"), shown.at("toEmail")), (Value::Null, Value::Null));
    accept(&app, &bob, &path).await.expect(204);
    assert_eq!(held(&app, &bob).await, 3);
    claim(&bob, &token).await.expect_problem(409, "transfer_ended");
}

#[tokio::test]
async fn transfers_are_listed_for_sender_and_recipient_only() {
    let (app, ann, bob, ids) = open().await;
    let path = offered(&app, &ann, &bob, &ids[..1]).await;
    offered(&app, &ann, &bob, &ids[1..]).await;
    let count = async |user: &User, query: &str| {
        app.pages(Some(user), &format!("/api/transfers?limit=1{query}")).await.len()
    };
    assert_eq!(count(&ann, "&role=sender").await, 2);
    assert_eq!(count(&bob, "&role=recipient").await, 2);
    assert_eq!(count(&bob, "").await, 2);
    assert_eq!(held(&app, &bob).await, 0);
    app.get(Some(&app.user()), &path).await.expect_problem(404, "not_found");
    app.get(Some(&ann), "/api/transfers?role=x").await.expect_problem(400, "invalid_request");
}

#[tokio::test]
async fn a_sender_offers_a_bounded_number_of_transfers_a_day() {
    let (app, ann, bob, ids) = open().await;
    for _ in 0..DAILY_MAX {
        let path = offered(&app, &ann, &bob, &ids).await;
        app.delete(Some(&ann), &path).await.expect(204);
    }
    let body = json!({"admissionIds": ids, "toUser": bob.id});
    let refused = offer(&app, &ann, body).await;
    assert_eq!(refused.header("retry-after"), "86400");
    refused.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn a_body_names_admissions_in_one_way_and_one_recipient() {
    let (app, ann, bob, ids) = open().await;
    let ticket = id::<TicketId>(TICKET);
    for body in [
        json!({}),
        json!({"admissionIds": ids}),
        json!({"toUser": bob.id}),
        json!({"admissionIds": ids, "toUser": bob.id, "toEmail": "bob@x.example"}),
        json!({"admissionIds": ids, "ticketId": ticket, "toUser": bob.id}),
        json!({"admissionIds": ids, "quantity": 1, "toUser": bob.id}),
        json!({"admissionIds": [], "toUser": bob.id}),
        json!({"admissionIds": [ids[0], ids[0]], "toUser": bob.id}),
        json!({"ticketId": ticket, "quantity": 0, "toUser": bob.id}),
        json!({"ticketId": ticket, "quantity": 101, "toUser": bob.id}),
        json!({"admissionIds": ids, "toEmail": "bob"}),
    ] {
        offer(&app, &ann, body).await.expect_problem(400, "invalid_request");
    }
}

#[tokio::test]
async fn an_erasure_ends_open_transfers_and_an_export_has_no_secret() {
    use contract::part::{ADMISSIONS, Made};
    use contract::person::{PersonAction, PersonRequestState, REQUESTED};
    let (app, ann, bob, ids) = open().await;
    let (sent, received) =
        (offered(&app, &ann, &bob, &ids[..1]).await, offered(&app, &ann, &bob, &ids[1..]).await);
    let part = async |number, action| {
        let request = PersonRequestState { id: id(number), version: 1, user_id: bob.id, action };
        app.deliver(&[REQUESTED.of(request)]).await;
        app.settle().await;
        let mut parts = app.published(ADMISSIONS).await.into_iter();
        parts.find(|part| part.request == request.id).unwrap().made
    };
    let exported = part(80, PersonAction::Export).await;
    let Made::Export { items, .. } = exported else { panic!("no export") };
    assert_eq!(items["transfers"].len(), 2);
    assert!(items["transfers"].iter().all(|transfer| transfer.get("secretHash").is_none()));
    accept(&app, &bob, &received).await.expect(204);
    assert_eq!(part(81, PersonAction::Erase).await, Made::Erasure);
    assert_eq!(state(&app, &ann, &sent).await, "cancelled");
    assert_eq!(state(&app, &ann, &received).await, "accepted");
    let stored: Vec<Transfer> = app.store(admissions::NAME).pages(10).all().await.unwrap();
    let by_address =
        |transfer: &Transfer| matches!(transfer.state.to, TransferRecipient::Address { .. });
    assert!(!stored.iter().any(by_address));
}
