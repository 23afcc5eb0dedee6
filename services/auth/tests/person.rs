//! Exports and erasures: auth collects the parts of the other services, which the test publishes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use auth::User as Account;
use auth::documents::AddressOwner;
use auth::domain::{Devices, EmailAddress, PersonRequest, Refusal, SecondFactor, Session};
use contract::part::{self, Made, Obstacle, PartState};
use contract::person::{PersonAction, PersonRequestState, REQUESTED};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use store::{Query, Stop};
use testing::{Platforms, Reply, User};

use crate::fixture::{self, ANN, RIGHT, browser, credentials};

struct Collector {
    platforms: Platforms,
    app: fixture::AuthFixture,
}

impl Collector {
    async fn open() -> Self {
        let (platforms, app) = fixture::AuthFixture::with_platforms().await;
        Self { platforms, app }
    }

    async fn sign(&self, way: &str) -> Reply {
        let path = format!("/api/users/sign{way}");
        self.app.post(None, &path, &credentials(ANN, RIGHT)).await
    }

    async fn sign_up(&self) -> User {
        browser(&self.sign("up").await.expect(201))
    }

    fn erasure_with(&self, user: &User, body: &Value) -> RequestBuilder {
        self.app.request(Method::DELETE, "/api/users/me", Some(user)).json(body)
    }

    fn erasure(&self, user: &User) -> RequestBuilder {
        self.erasure_with(user, &json!({"password": RIGHT}))
    }

    fn export(&self, user: &User) -> RequestBuilder {
        self.app.request(Method::GET, "/api/users/me/export", Some(user))
    }

    async fn requests(&self) -> Vec<PersonRequestState> {
        self.app.published(REQUESTED).await
    }

    /// Publishes the parts of these services, twice.
    async fn answer<'s>(
        &self,
        request: PersonRequestState,
        services: impl Iterator<Item = &'s str>,
        made: impl Fn(&str) -> Made,
    ) {
        for service in services {
            let state = PartState {
                id: self.platforms.id(),
                request: request.id,
                request_version: request.version,
                user_id: request.user_id,
                made: made(service),
            };
            for _ in 0..2 {
                let message = part::by(service).unwrap().of(state.clone());
                self.app.publish(&[message]).await;
            }
        }
    }

    /// Waits for the request after `before` others.
    async fn request(&self, before: usize) -> PersonRequestState {
        loop {
            if let Some(request) = self.requests().await.get(before) {
                return *request;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn send_beside(
        &self,
        request: RequestBuilder,
        beside: impl Future<Output = ()>,
    ) -> Reply {
        let both = async { futures::join!(self.app.send(request), beside).0 };
        Box::pin(self.app.settle_while(Box::pin(both))).await
    }

    /// Sends a request; every service publishes its part.
    async fn send(&self, request: RequestBuilder, made: impl Fn(&str) -> Made) -> Reply {
        let before = self.requests().await.len();
        let answering = async {
            self.answer(self.request(before).await, part::services(), made).await;
        };
        Box::pin(self.send_beside(request, Box::pin(answering))).await
    }

    async fn account(&self, user: &User) -> Option<Account> {
        self.app.store(auth::NAME).find(&user.id.to_string()).await.unwrap()
    }

    async fn stored(&self, user: &User, action: PersonAction) -> Option<PersonRequest> {
        let text = PersonRequest::stored_as(user.id, action);
        self.app.store(auth::NAME).find(&text).await.unwrap()
    }
}

fn nothing(_: &str) -> Made {
    Made::Check { obstacles: Vec::new() }
}

#[tokio::test]
async fn an_account_is_erased_once_every_service_has_found_no_obstacle() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    auth.sign("in").await.expect(200);
    let password = json!({"currentPassword": RIGHT});
    auth.app.post(Some(&ann), "/api/users/second-factor", &password).await.expect(201);
    let reply = auth.send(auth.erasure(&ann), nothing).await;
    assert_eq!(reply.status, 204, "{}", reply.body);
    assert!(reply.header("set-cookie").contains("Max-Age=0"), "{}", reply.header("set-cookie"));
    let store = auth.app.store(auth::NAME);
    assert_eq!(auth.account(&ann).await, None);
    assert!(store.find::<AddressOwner>(ANN).await.unwrap().is_none());
    assert_eq!(store.find::<SecondFactor>(&ann.id.to_string()).await.unwrap(), None);
    let sessions = Query::on("by_user").equals(ann.id);
    assert_eq!(store.query::<Session>(sessions).await.unwrap(), []);
    assert_eq!(store.query::<Devices>(Query::on("by_end").limit(9)).await.unwrap(), []);
    auth.app.get(Some(&ann), "/api/users/sessions").await.expect_problem(401, "not_signed_in");
    auth.sign("in").await.expect_problem(401, "bad_credentials");
    let check = PersonAction::CheckErasure { forfeits_credit: false };
    let requests = auth.requests().await;
    let actions: Vec<_> = requests.iter().map(|sent| (sent.version, sent.action)).collect();
    assert_eq!(actions, [(1, check), (2, PersonAction::Erase)]);
    assert_eq!(
        auth.stored(&ann, PersonAction::Erase).await.unwrap().missing().len(),
        part::services().count()
    );
    auth.answer(auth.request(1).await, part::services(), |_| Made::Erasure).await;
    auth.app.settle().await;
    assert_eq!(auth.stored(&ann, PersonAction::Erase).await.unwrap().missing(), [""; 0]);
    let again = auth.sign("up").await.expect(201);
    assert_ne!(again.text("id"), ann.id.to_string(), "the address is free");
    assert!(auth.app.dead_letters().await.is_empty());
}

#[tokio::test]
async fn an_obstacle_of_any_service_refuses_the_erasure() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    for (obstacle, code) in [
        (Obstacle::OpenOrders, "open_orders"),
        (Obstacle::OpenPayments, "open_payments"),
        (Obstacle::OpenSales, "open_sales"),
        (Obstacle::CreditLeft, "credit_left"),
    ] {
        let made = |service: &str| {
            let obstacles = if service == "orders" { vec![obstacle] } else { Vec::new() };
            Made::Check { obstacles }
        };
        auth.send(auth.erasure(&ann), made).await.expect_problem(409, code);
        auth.app.get(Some(&ann), "/api/users/sessions").await.expect(200);
    }
    let forfeiting = auth.erasure_with(&ann, &json!({"password": RIGHT, "forfeitCredit": true}));
    assert_eq!(auth.send(forfeiting, nothing).await.status, 204);
    let check = PersonAction::CheckErasure { forfeits_credit: true };
    assert!(auth.requests().await.iter().any(|request| request.action == check));
}

#[tokio::test]
async fn a_wrong_password_erases_nothing_and_counts_as_a_guess() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    for _ in 0..6 {
        let reply =
            auth.app.send(auth.erasure_with(&ann, &json!({"password": "a wrong one"}))).await;
        reply.expect_problem(401, "bad_credentials");
    }
    auth.app.send(auth.erasure(&ann)).await.expect_problem(429, "too_many_requests");
    assert_eq!(auth.requests().await, []);
}

#[tokio::test]
async fn an_administrator_is_not_erased() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    let email = ANN.to_owned().try_into().unwrap();
    auth::grant_admin(auth.app.store(auth::NAME), email).await.unwrap();
    let admin = browser(&auth.sign("in").await.expect(200));
    auth.app.send(auth.erasure(&admin)).await.expect_problem(409, "administrator");
    assert!(auth.account(&ann).await.is_some());
}

#[tokio::test]
async fn an_account_whose_sessions_ended_during_the_check_is_not_erased() {
    let auth = Collector::open().await;
    auth.sign_up().await;
    for (before, way) in ["password", "signout-everywhere", "ban"].into_iter().enumerate() {
        let ann = browser(&auth.sign("in").await.expect(200));
        let asking = auth.erasure(&ann);
        let meanwhile = async {
            let request = auth.request(before).await;
            let admin = auth.app.admin();
            let changed = json!({"currentPassword": RIGHT, "newPassword": RIGHT});
            let ended = match way {
                "password" => auth.app.post(Some(&ann), "/api/users/password", &changed).await,
                "ban" => auth.app.change(&admin, &ann, "ban").await,
                other => {
                    auth.app.post(Some(&ann), &format!("/api/users/{other}"), &json!({})).await
                }
            };
            assert_eq!(ended.status, 204, "{way}");
            auth.answer(request, part::services(), nothing).await;
        };
        auth.send_beside(asking, Box::pin(meanwhile)).await.expect_problem(503, "unavailable");
        assert!(auth.account(&ann).await.is_some(), "{way}");
    }
    auth.sign("in").await.expect_problem(403, "account_banned");
    auth.sign("up").await.expect_problem(409, "email_taken");
}

#[tokio::test]
async fn exports_and_erasures_of_an_account_have_one_rate_limit() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    let made = |_: &str| Made::Export { items: BTreeMap::new(), is_complete: true };
    for _ in 0..9 {
        auth.send(auth.export(&ann), made).await.expect(200);
    }
    let open = |_: &str| Made::Check { obstacles: vec![Obstacle::OpenSales] };
    auth.send(auth.erasure(&ann), open).await.expect_problem(409, "open_sales");
    for request in [auth.export(&ann), auth.erasure(&ann)] {
        auth.app.send(request).await.expect_problem(429, "too_many_requests");
    }
}

#[tokio::test]
async fn an_erased_account_of_before_canonical_forms_leaves_neither_form_of_its_address() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    let store = auth.app.store(auth::NAME);
    let renaming = store.transact(move |tx| {
        let user = tx.get::<Account>(ann.id)?.unwrap();
        let email: EmailAddress = serde_json::from_value(json!("straße@example.com")).unwrap();
        for email in [email.clone(), email.canonical()] {
            tx.insert(AddressOwner { email, user_id: user.id });
        }
        tx.save(Account { email, ..user });
        Ok::<_, Stop<Refusal>>(())
    });
    auth.app.settle_while(renaming).await.unwrap();
    assert_eq!(auth.send(auth.erasure(&ann), nothing).await.status, 204);
    for form in ["straße@example.com", "strasse@example.com"] {
        assert!(store.find::<AddressOwner>(form).await.unwrap().is_none(), "{form}");
    }
}

#[tokio::test]
async fn a_check_that_takes_too_long_erases_nothing() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    let request = auth.erasure(&ann);
    let waiting = async {
        auth.request(0).await;
        auth.app.clock().advance(Duration::from_secs(10));
    };
    auth.send_beside(request, waiting).await.expect_problem(503, "unavailable");
    auth.answer(auth.request(0).await, part::services(), nothing).await;
    auth.app.settle().await;
    assert!(auth.account(&ann).await.is_some(), "what was checked may not be so any more");
    assert_eq!(auth.send(auth.erasure(&ann), nothing).await.status, 204);
}

#[tokio::test]
async fn an_export_contains_every_part_or_names_the_missing_ones() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    let made = |service: &str| {
        let items = BTreeMap::from([("things".to_owned(), vec![json!({"of": service})])]);
        Made::Export { items, is_complete: true }
    };
    let reply = auth.send(auth.export(&ann), made).await.expect(200);
    assert_eq!(reply.text("account/email"), ANN);
    assert_eq!(reply.at("account/hasSecondFactor"), json!(false));
    assert_eq!(reply.at("account/sessions").as_array().unwrap().len(), 1);
    for service in part::services() {
        assert_eq!(reply.text(&format!("parts/{service}/items/things/0/of")), service);
    }
    let late = async {
        let request = auth.request(1).await;
        Box::pin(auth.answer(request, ["orders"].into_iter(), made)).await;
        // The loops are stepped beside this: an idle round here would not show that the part is
        // stored.
        while !auth.stored(&ann, PersonAction::Export).await.unwrap().parts.contains_key("orders") {
            tokio::task::yield_now().await;
        }
        auth.app.clock().advance(Duration::from_secs(10));
    };
    let reply = auth.send_beside(auth.export(&ann), Box::pin(late)).await;
    let reply = reply.expect(202);
    let rest: BTreeSet<_> = part::services().filter(|service| *service != "orders").collect();
    assert_eq!(reply.at("missing"), json!(rest));
    auth.answer(auth.request(1).await, rest.into_iter(), made).await;
    auth.app.settle().await;
    let reply = auth.app.send(auth.export(&ann)).await.expect(200);
    assert_eq!(reply.at("isComplete"), json!(true), "the late one is shown");
    assert_eq!(auth.requests().await.len(), 2);
}

#[tokio::test]
async fn parts_are_forgotten_after_an_hour_and_a_made_erasure_is_kept() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    let made = |_: &str| Made::Export { items: BTreeMap::new(), is_complete: true };
    auth.send(auth.export(&ann), made).await.expect(200);
    auth.app.pass(Duration::from_hours(1)).await;
    assert_eq!(auth.stored(&ann, PersonAction::Export).await, None);
    let ann = browser(&auth.sign("in").await.expect(200));
    assert_eq!(auth.send(auth.erasure(&ann), nothing).await.status, 204);
    auth.app.pass(Duration::from_hours(1_000)).await;
    assert!(
        auth.stored(&ann, PersonAction::Erase).await.is_some_and(|request| request.is_erasure())
    );
}

#[tokio::test]
async fn the_age_of_an_erasure_that_lacks_a_part_is_shown_until_it_has_arrived() {
    let auth = Collector::open().await;
    let ann = auth.sign_up().await;
    let (store, clock) = (auth.app.store(auth::NAME), auth.platforms.clock.clone());
    let oldest = |kind| auth::loops::oldest(store, &clock, kind);
    let open = |_: &str| Made::Check { obstacles: vec![Obstacle::OpenSales] };
    auth.send(auth.erasure(&ann), open).await.expect_problem(409, "open_sales");
    assert_eq!(oldest("erasure").await.unwrap(), None, "it is refused, which is an end");
    assert_eq!(auth.send(auth.erasure(&ann), nothing).await.status, 204);
    let request = auth.request(2).await;
    let rest = part::services().filter(|service| *service != "tickets");
    auth.answer(request, rest, |_| Made::Erasure).await;
    auth.app.pass(Duration::from_mins(15)).await;
    assert_eq!(oldest("erasure").await.unwrap(), Some(Duration::from_mins(15)));
    assert_eq!(oldest("export").await.unwrap(), None);
    auth.answer(request, ["tickets"].into_iter(), |_| Made::Erasure).await;
    auth.app.settle().await;
    assert_eq!(oldest("erasure").await.unwrap(), None);
}

#[tokio::test]
async fn a_key_that_made_an_erased_account_makes_another_one() {
    let auth = Collector::open().await;
    let sign_up = async || auth.app.sign_up_keyed("first", ANN, RIGHT).await.expect(201);
    let ann = browser(&sign_up().await);
    assert_eq!(auth.send(auth.erasure(&ann), nothing).await.status, 204);
    let again = sign_up().await.text("id");
    assert_ne!(again, ann.id.to_string());
    assert_eq!(sign_up().await.text("id"), again);
}
