//! Links of mails: verified and changed addresses, forgotten passwords.

use std::collections::BTreeSet;
use std::time::Duration;

use auth::domain::link::{RESET_LIFETIME, VERIFICATION_LIFETIME};
use auth::domain::{Link, LinkRequests, UNDO_LIFETIME};
use contract::contact::CHANGED;
use contract::notice::{NoticeSubject, WITHDRAWN};
use serde_json::json;
use testing::User;

use crate::fixture::{ANN, AuthFixture, BOB, RIGHT, browser};
use crate::mailbox::link;

const OTHER: &str = "another fine password";

async fn ann(app: &AuthFixture) -> User {
    browser(&app.sign_up(ANN, RIGHT).await.expect(201))
}

async fn verified_ann(app: &AuthFixture) -> User {
    let ann = ann(app).await;
    let token = app.token(ANN).await;
    let confirmed = app.post(Some(&ann), "/api/users/email/confirm", &link(&token)).await;
    ann.with_cookies(&confirmed.expect(200))
}

async fn change(app: &AuthFixture, user: &User, email: &str) -> testing::Reply {
    let body = json!({"email": email, "currentPassword": RIGHT});
    app.post(Some(user), "/api/users/email", &body).await
}

#[tokio::test]
async fn a_link_verifies_the_address_once_and_for_its_owner_only() {
    let app = AuthFixture::open().await;
    let (ann, bob) = (ann(&app).await, app.account(BOB).await);
    assert_eq!(app.current(&ann).await["isVerified"], false);
    let token = app.token(ANN).await;
    let confirm = "/api/users/email/confirm";
    app.post(None, confirm, &link(&token)).await.expect_problem(401, "not_signed_in");
    app.post(Some(&bob), confirm, &link(&token)).await.expect_problem(409, "other_account");
    let confirmed = app.post(Some(&ann), confirm, &link(&token)).await.expect(200);
    assert_eq!(confirmed.at("isVerified"), true);
    let renewed = User { id: ann.id, cookie: confirmed.cookies() };
    assert_eq!(app.current(&renewed).await["isVerified"], true);
    app.post(Some(&ann), confirm, &link(&token)).await.expect_problem(409, "link_ended");
    let again = app.post(Some(&ann), "/api/users/email/verify", &json!(null)).await;
    again.expect_problem(409, "already_verified");
    app.settle().await;
    let contacts = app.published(CHANGED).await;
    let of_ann: Vec<_> = contacts.iter().filter(|contact| contact.user_id == ann.id).collect();
    let states = of_ann.iter().map(|contact| (contact.version, contact.is_verified));
    // The migration publishes accounts again.
    assert_eq!(states.collect::<BTreeSet<_>>(), BTreeSet::from([(1, false), (2, true)]));
}

#[tokio::test]
async fn only_the_secret_of_the_mail_opens_a_link() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    let confirm = "/api/users/email/confirm";
    let notice = app.notices(ANN).await.pop().unwrap();
    let unissued = format!("{}.{}", notice.id, "A".repeat(43));
    let body = link(&unissued);
    let early = app.while_time_passes(app.post(Some(&ann), confirm, &body)).await;
    early.expect_problem(409, "link_ended");
    let token = app.token(ANN).await;
    let (id, secret) = token.split_once('.').unwrap();
    let stored = app.store(auth::NAME).find::<Link>(id).await.unwrap().unwrap();
    assert!(!serde_json::to_string(&stored).unwrap().contains(secret), "only the hash is stored");
    app.post(Some(&ann), confirm, &link(&unissued)).await.expect_problem(409, "link_ended");
    for bad in ["", "x", id, &token[..token.len() - 1]] {
        app.post(Some(&ann), confirm, &link(bad)).await.expect_problem(400, "invalid_request");
    }
    app.post(Some(&ann), confirm, &link(&token)).await.expect(200);
}

#[tokio::test]
async fn links_expire() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    let token = app.token(ANN).await;
    app.clock().advance(VERIFICATION_LIFETIME);
    let signed_in = browser(&app.sign_in(ANN, RIGHT).await.expect(200));
    let late = app.post(Some(&signed_in), "/api/users/email/confirm", &link(&token)).await;
    late.expect_problem(409, "link_ended");
    app.forget_password(ANN).await.expect(202);
    let token = app.token(ANN).await;
    app.clock().advance(RESET_LIFETIME.saturating_sub(Duration::from_millis(1)));
    app.reset(&token, "short").await.expect_problem(400, "invalid_request");
    app.clock().advance(Duration::from_millis(1));
    app.reset(&token, OTHER).await.expect_problem(409, "link_ended");
    app.pass(Duration::from_secs(10)).await;
    assert_eq!(app.store(auth::NAME).find::<Link>(&token[..24]).await.unwrap(), None);
    let _ = ann;
}

#[tokio::test]
async fn a_reset_sets_the_password_ends_every_session_and_verifies_the_address() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    app.forget_password(ANN).await.expect(202);
    app.forget_password(ANN).await.expect(202);
    let first = app.token(ANN).await;
    app.forget_password(ANN).await.expect(202);
    let second = app.token(ANN).await;
    let reset = app.reset(&first, OTHER).await.expect(204);
    assert!(reset.cookie_pairs().iter().all(|pair| pair.ends_with('=')), "no session begins");
    app.get(Some(&ann), "/api/users/sessions").await.expect_problem(401, "not_signed_in");
    app.sign_in(ANN, RIGHT).await.expect_problem(401, "bad_credentials");
    let again = app.sign_in(ANN, OTHER).await.expect(200);
    assert_eq!(again.at("isVerified"), true);
    for used in [&first, &second] {
        app.reset(used, RIGHT).await.expect_problem(409, "link_ended");
    }
    assert_eq!(app.subjects(ANN).await.last(), Some(&NoticeSubject::PasswordChanged));
    let withdrawn = app.published(WITHDRAWN).await;
    assert_eq!(withdrawn.len(), 4, "the verification and all resets: {withdrawn:?}");
}

#[tokio::test]
async fn a_forgotten_password_reveals_no_account_and_mails_five_times_an_hour() {
    let app = AuthFixture::open().await;
    ann(&app).await;
    let known = app.forget_password(ANN).await.expect(202);
    let unknown = app.forget_password("nobody@example.com").await.expect(202);
    assert_eq!(known.body, unknown.body);
    let names =
        |reply: &testing::Reply| reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&known), names(&unknown));
    assert_eq!(app.notices("nobody@example.com").await, []);
    for _ in 0..LinkRequests::HOURLY_MAX {
        app.forget_password(ANN).await.expect(202);
    }
    // One more is that of the sign-up, which is counted separately.
    assert_eq!(app.notices(ANN).await.len(), LinkRequests::HOURLY_MAX + 1);
    let token = app.token(ANN).await;
    app.reset(&token, OTHER).await.expect(204);
    app.clock().advance(Duration::from_hours(1));
    app.forget_password(ANN).await.expect(202);
    assert_eq!(app.subjects(ANN).await.last(), Some(&NoticeSubject::ResetPassword));
}

#[tokio::test]
async fn mails_that_others_request_do_not_use_up_the_links_that_recover_an_account() {
    let app = AuthFixture::open().await;
    ann(&app).await;
    let bob = app.account(BOB).await;
    for _ in 0..=LinkRequests::HOURLY_MAX {
        change(&app, &bob, ANN).await.expect(202);
    }
    let last = app.subjects(ANN).await.pop();
    assert_eq!(last, Some(NoticeSubject::AccountExists));
    app.forget_password(ANN).await.expect(202);
    app.reset(&app.token(ANN).await, OTHER).await.expect(204);
}

#[tokio::test]
async fn a_banned_account_receives_no_link() {
    let app = AuthFixture::open().await;
    let (ann, admin) = (ann(&app).await, app.admin());
    app.change(&admin, &ann, "ban").await.expect(204);
    let before = app.notices(ANN).await.len();
    app.forget_password(ANN).await.expect(202);
    assert_eq!(app.notices(ANN).await.len(), before);
}

#[tokio::test]
async fn another_address_is_verified_before_it_is_the_accounts_and_the_old_one_can_undo_it() {
    let app = AuthFixture::open().await;
    let ann = verified_ann(&app).await;
    let new = "ann@example.org";
    change(&app, &ann, ANN).await.expect_problem(409, "same_address");
    change(&app, &ann, new).await.expect(202);
    app.sign_in(new, RIGHT).await.expect_problem(401, "bad_credentials");
    let token = app.token(new).await;
    let confirm = "/api/users/email/confirm";
    let changed = app.post(Some(&ann), confirm, &link(&token)).await.expect(200);
    assert_eq!(changed.text("email"), new);
    app.sign_in(ANN, RIGHT).await.expect_problem(401, "bad_credentials");
    app.sign_in(new, RIGHT).await.expect(200);
    let undo = NoticeSubject::AddressChanged { new_email: "a…@example.org".to_owned() };
    assert_eq!(app.subjects(ANN).await.last(), Some(&undo));
    let undoing = app.token(ANN).await;
    // A thief changes the address again, and cannot take it back after the owner's undo.
    let thief = ann.with_cookies(&changed);
    change(&app, &thief, "thief@example.net").await.expect(202);
    let token = app.token("thief@example.net").await;
    app.post(Some(&thief), confirm, &link(&token)).await.expect(200);
    let thiefs_undo = app.token(new).await;
    app.clock().advance(UNDO_LIFETIME.saturating_sub(Duration::from_secs(1)));
    let restore = "/api/users/email/restore";
    app.post(None, restore, &link(&undoing)).await.expect(204);
    app.post(None, restore, &link(&thiefs_undo)).await.expect_problem(409, "link_ended");
    app.post(None, restore, &link(&undoing)).await.expect_problem(409, "link_ended");
    for email in [ANN, new, "thief@example.net"] {
        app.sign_in(email, RIGHT).await.expect_problem(401, "bad_credentials");
    }
    let token = app.token(ANN).await;
    app.reset(&token, OTHER).await.expect(204);
    assert_eq!(app.sign_in(ANN, OTHER).await.expect(200).id(), Some(ann.id));
}

/// A thief changes the address twice, undoes the second change by the mail that the thief reads, and
/// takes the account over by the reset.
#[tokio::test]
async fn a_thief_who_undoes_the_own_change_does_not_end_the_undo_of_the_owner() {
    let app = AuthFixture::open().await;
    let mut thief = verified_ann(&app).await;
    let mut undos = Vec::new();
    for (before, new) in [(ANN, "one@example.net"), ("one@example.net", "two@example.net")] {
        change(&app, &thief, new).await.expect(202);
        let token = app.token(new).await;
        let confirming = app.post(Some(&thief), "/api/users/email/confirm", &link(&token)).await;
        thief = thief.with_cookies(&confirming.expect(200));
        undos.push(app.token(before).await);
    }
    let restore = "/api/users/email/restore";
    app.post(None, restore, &link(&undos[1])).await.expect(204);
    app.reset(&app.token("one@example.net").await, OTHER).await.expect(204);
    app.sign_in("one@example.net", OTHER).await.expect(200);
    app.post(None, restore, &link(&undos[0])).await.expect(204);
    app.sign_in("one@example.net", OTHER).await.expect_problem(401, "bad_credentials");
    app.reset(&app.token(ANN).await, RIGHT).await.expect(204);
    app.sign_in(ANN, RIGHT).await.expect(200);
    for used in undos {
        app.post(None, restore, &link(&used)).await.expect_problem(409, "link_ended");
    }
}

#[tokio::test]
async fn an_address_changes_at_most_ten_times_a_week() {
    let app = AuthFixture::open().await;
    let mut ann = verified_ann(&app).await;
    for number in 0..10 {
        let new = format!("{number}@example.net");
        change(&app, &ann, &new).await.expect(202);
        let token = app.token(&new).await;
        let confirming = app.post(Some(&ann), "/api/users/email/confirm", &link(&token)).await;
        ann = ann.with_cookies(&confirming.expect(200));
    }
    let once_more = change(&app, &ann, "more@example.net").await;
    once_more.expect_problem(409, "address_changed_often");
    app.clock().advance(UNDO_LIFETIME);
    let ann = browser(&app.sign_in("9@example.net", RIGHT).await.expect(200));
    change(&app, &ann, "more@example.net").await.expect(202);
}

#[tokio::test]
async fn a_change_of_address_ends_with_the_password_with_which_it_was_requested() {
    let app = AuthFixture::open().await;
    let ann = verified_ann(&app).await;
    change(&app, &ann, "thief@example.net").await.expect(202);
    let token = app.token("thief@example.net").await;
    let body = json!({"currentPassword": RIGHT, "newPassword": OTHER});
    let changed = app.post(Some(&ann), "/api/users/password", &body).await.expect(204);
    let ann = ann.with_cookies(&changed);
    let late = app.post(Some(&ann), "/api/users/email/confirm", &link(&token)).await;
    late.expect_problem(409, "link_ended");
    app.settle().await;
    assert_eq!(app.published(WITHDRAWN).await.len(), 2, "the verification, and the change");
}

#[tokio::test]
async fn the_address_of_another_account_is_not_revealed() {
    let app = AuthFixture::open().await;
    let ann = verified_ann(&app).await;
    app.account(BOB).await;
    change(&app, &ann, BOB).await.expect(202);
    assert_eq!(app.subjects(BOB).await.last(), Some(&NoticeSubject::AccountExists));
    // An address that has an account by the time of the link remains that account's.
    change(&app, &ann, "new@example.com").await.expect(202);
    let token = app.token("new@example.com").await;
    app.account("new@example.com").await;
    let late = app.post(Some(&ann), "/api/users/email/confirm", &link(&token)).await;
    late.expect_problem(409, "link_ended");
}

#[tokio::test]
async fn a_sign_in_on_another_device_is_reported() {
    let app = AuthFixture::open().await;
    let ann = verified_ann(&app).await;
    let known = app.sign_in_with("192.0.2.1", ANN, RIGHT, &ann.cookie).await.expect(200);
    assert!(!app.subjects(ANN).await.iter().any(is_new_device));
    app.sign_in(ANN, RIGHT).await.expect(200);
    assert_eq!(app.subjects(ANN).await.into_iter().filter(is_new_device).count(), 1);
    drop(known);
}

fn is_new_device(subject: &NoticeSubject) -> bool {
    matches!(subject, NoticeSubject::NewDevice { .. })
}
