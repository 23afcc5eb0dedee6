//! People and things that requests name, created when a table first names them.

mod admissions;
mod links;
mod second_factor;
mod shows;

use std::collections::BTreeMap;
use std::time::Duration;

use auth::domain::KnownAddress;
use reqwest::Method;
use serde_json::{Value, json};
use service::copy_arrivals::ARRIVAL_AGE_MAX;
use testing::customer::PASSWORD;
use testing::{Reply, User};

use self::second_factor::FACTOR_OWNER;
use self::shows::show_body;
use crate::forgery;
use crate::test_marketplace::{ORDER_WINDOW, TestMarketplace};

/// The people and things that one request names; no two requests share any.
pub(crate) struct Fixture<'t> {
    pub(crate) marketplace: &'t TestMarketplace,
    number: u32,
    people: BTreeMap<String, User>,
    things: BTreeMap<String, String>,
    /// Unused recovery codes of the person with a second factor.
    recovery_codes: Vec<String>,
}

impl<'t> Fixture<'t> {
    pub(crate) fn new(marketplace: &'t TestMarketplace) -> Self {
        let number = marketplace.count();
        let (people, things) = (BTreeMap::new(), BTreeMap::new());
        Self { marketplace, number, people, things, recovery_codes: Vec::new() }
    }

    /// The value of a word in a table: a person's id, a thing's id, a token.
    pub(crate) async fn known_as(&mut self, word: &str) -> String {
        if let Some(known) = self.things.get(word) {
            return known.clone();
        }
        if let Some(name) = word.strip_prefix("email of ") {
            self.person(name).await;
            return self.email(name);
        }
        if let Some(name) = word.strip_prefix("token of ") {
            return from_cookies(&self.person(name).await, "session");
        }
        if let Some(name) = word.strip_prefix("renewal of ") {
            return from_cookies(&self.person(name).await, "renewal");
        }
        if let Some(link) = word.strip_prefix("id of ") {
            let token = Box::pin(self.known_as(link)).await;
            return token.split_once('.').unwrap().0.to_owned();
        }
        let found = match word {
            // A new value each time.
            "fresh" => return self.marketplace.count().to_string(),
            "now" => return self.marketplace.platforms.clock.now().to_string(),
            "banned account" => self.banned(word).await.id.to_string(),
            "buyer" | "seller" | "other" | "admin" | "second admin" | "culprit" => {
                return self.person(word).await.id.to_string();
            }
            "ticket" => self.ticket(word, &json!({"quantity": 50})).await,
            "show" => self.show().await,
            "cancelled show" => {
                let show = self.show().await;
                self.change_show(&show, "cancel", json!({})).await;
                show
            }
            "begun show" => self.begun_show().await,
            "show with an order" => self.show_with_order().await,
            "order of the show" => {
                Box::pin(self.known_as("show with an order")).await;
                self.things[word].clone()
            }
            "show with a paid order" => self.show_with_paid_order().await,
            "paid order of the show" => {
                Box::pin(self.known_as("show with a paid order")).await;
                self.things[word].clone()
            }
            "order of a cancelled show" => {
                let (show, order) = self.order_of_show().await;
                self.change_show(&show, "cancel", json!({})).await;
                order
            }
            "payment of a postponed show" => self.payment_of_postponed_show().await,
            "free ticket" => self.ticket(word, &json!({"price": 0})).await,
            "yen ticket" => self.ticket(word, &json!({"currency": "jpy", "price": 2000})).await,
            "report" => self.report().await,
            "reserved ticket" => self.held_by_other("reserved", 1, 1).await,
            "withdrawn ticket" => self.withdrawn_ticket("seller").await,
            "taken down ticket" => self.withdrawn_ticket("admin").await,
            "ticket of a banned seller" => {
                let body = json!({"title": "suspended", "price": 20.5});
                let offered = self.create("banned seller", "/api/tickets", body).await;
                self.banned("banned seller").await;
                offered.text("id")
            }
            "ticket of which the buyer holds all that one may" => self.held_ticket("buyer").await,
            "ticket of which the network holds all that one may" => self.held_ticket("other").await,
            "show with an image" => self.show_with_image().await,
            "image" => self.image().await,
            "ticket of the show" => self.ticket_of_show().await,
            "style sheet" => self.style_sheet().await,
            "partly held ticket" => self.held_by_other("partly held", 5, 3).await,
            "order" => self.order().await,
            "sold ticket" => self.sold_ticket().await,
            "cancelled order" => self.cancelled_order().await,
            "expired order" => self.expired_order().await,
            "paid order" => self.pay().await.text("orderId"),
            "payment" => self.pay().await.text("id"),
            "admission" => self.admission().await,
            "gate" | "key of the gate" => Box::pin(self.gate(word)).await,
            "void admission" => self.void_admission().await,
            "top-up" => {
                let body = json!({"amount": 5, "token": "tok_visa"});
                self.create("buyer", "/api/payments/top-ups", body).await.text("id")
            }
            "refund" => self.refund().await,
            "cursor" => self.cursor().await,
            "session" => self.session().await,
            "code of the new secret" => self.code_of_new_secret().await,
            "code of the factor" | "used code of the factor" => self.code_of_factor(word).await,
            "used key" => self.use_key().await,
            "mail" => self.kept_mail().await,
            "undelivered mail" => self.undelivered_mail().await,
            word if word.starts_with("link that ") => self.link(word).await,
            word => {
                let good = from_cookies(&self.person("buyer").await, "session");
                forgery::token(word, &good, &self.marketplace.platforms)
            }
        };
        self.things.insert(word.to_owned(), found.clone());
        found
    }

    async fn payment_of_postponed_show(&mut self) -> String {
        let (show, order) = self.order_of_show().await;
        let body = json!({"orderId": order, "token": "tok_visa"});
        let payment = self.create("buyer", "/api/payments", body).await.text("id");
        let at = "2027-07-01T19:30:00Z";
        let times = json!({"startsAt": at, "refundsUntil": at});
        self.change_show(&show, "postpone", times).await;
        payment
    }

    /// Adds the words for signatures of this body, valid and forged.
    pub(crate) fn sign(&mut self, body: &str) {
        self.things.extend(forgery::signatures(body, self.marketplace.platforms.clock.now()));
    }

    /// A person with an account.
    pub(crate) async fn person(&mut self, name: &str) -> User {
        if let Some(known) = self.people.get(name) {
            return known.clone();
        }
        let credentials = self.credentials(name);
        let app = &self.marketplace.app;
        let signing_up = app.request(Method::POST, "/api/users/signup", None);
        let signing_up = signing_up.header("Idempotency-Key", "sign-up").json(&credentials);
        let mut user = User::of(&app.settle_while(app.send(signing_up)).await.expect(201));
        if name.ends_with("admin") {
            let email = KnownAddress::try_from(self.email(name)).unwrap();
            auth::grant_admin(app.store(auth::NAME), email).await.unwrap();
            user = self.signed_in(name).await;
        }
        if name == FACTOR_OWNER {
            user = self.switch_factor_on(user).await;
        }
        if Self::is_verified(name) {
            user = self.verify(name, user).await;
        }
        self.people.insert(name.to_owned(), user.clone());
        user
    }

    /// A session of a person after its sign-out.
    pub(crate) async fn ended_session(&mut self, name: &str) -> User {
        self.person(name).await;
        let ended = self.signed_in(name).await;
        self.send(Some(&ended), "/api/users/signout", &json!({})).await.expect(200);
        ended
    }

    /// A further session of a person.
    async fn signed_in(&mut self, name: &str) -> User {
        let mut credentials = self.credentials(name);
        if name == FACTOR_OWNER {
            credentials["code"] = json!(self.recovery_codes.pop());
        }
        User::of(&self.send(None, "/api/users/signin", &credentials).await.expect(200))
    }

    /// A person with a banned account.
    pub(crate) async fn banned(&mut self, name: &str) -> User {
        let banned = self.person(name).await;
        self.ban(&banned).await;
        banned
    }

    /// Bans an account.
    pub(crate) async fn ban(&mut self, banned: &User) {
        let admin = self.person("another admin").await;
        let path = format!("/api/users/{}/ban", banned.id);
        self.send(Some(&admin), &path, &json!({})).await.expect(204);
    }

    fn email(&self, name: &str) -> String {
        format!("{}-{}@example.com", name.replace(' ', "-"), self.number)
    }

    fn credentials(&self, name: &str) -> Value {
        json!({"email": self.email(name), "password": PASSWORD})
    }

    async fn send(&self, user: Option<&User>, path: &str, body: &Value) -> Reply {
        let app = &self.marketplace.app;
        app.settle_while(app.post(user, path, body)).await
    }

    /// A request of a person that must create something.
    async fn create(&mut self, name: &str, path: &str, body: Value) -> Reply {
        let user = self.person(name).await;
        self.send(Some(&user), path, &body).await.expect(201)
    }

    async fn ticket(&mut self, title: &str, terms: &Value) -> String {
        let mut body = json!({"title": title, "price": 20.5});
        body.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
        self.create("seller", "/api/tickets", body).await.text("id")
    }

    async fn order_of(&mut self, buyer: &str, ticket: &str, quantity: u32) -> String {
        let body = json!({"ticketId": ticket, "quantity": quantity});
        self.create(buyer, "/api/orders", body).await.text("id")
    }

    async fn delete(&mut self, name: &str, path: &str) {
        let user = self.person(name).await;
        let app = &self.marketplace.app;
        app.settle_while(app.delete(Some(&user), path)).await.expect(204);
    }

    async fn held_by_other(&mut self, title: &str, quantity: u32, held: u32) -> String {
        let ticket = self.ticket(title, &json!({"quantity": quantity})).await;
        self.order_of("other", &ticket, held).await;
        ticket
    }

    /// A ticket withdrawn by its seller, or taken down by an administrator.
    async fn withdrawn_ticket(&mut self, by: &str) -> String {
        let ticket = self.ticket("withdrawn", &json!({"quantity": 5})).await;
        self.delete(by, &format!("/api/tickets/{ticket}")).await;
        ticket
    }

    /// A ticket of which a buyer in the tables' network holds a hundred units.
    async fn held_ticket(&mut self, holder: &str) -> String {
        let ticket = self.ticket("held", &json!({"quantity": 300})).await;
        let holder = self.person(holder).await;
        let app = &self.marketplace.app;
        let body = json!({"ticketId": ticket, "quantity": 100});
        let ordering = app.post_from("203.0.113.7", Some(&holder), "/api/orders", &body);
        app.settle_while(ordering).await.expect(201);
        ticket
    }

    async fn order(&mut self) -> String {
        let ticket = self.ticket("ordered", &json!({"quantity": 5})).await;
        self.copied_order(&ticket).await
    }

    /// An order of the buyer. A request about a younger order waits for its copy, and the clock
    /// does not move meanwhile.
    async fn copied_order(&mut self, ticket: &str) -> String {
        let order = self.order_of("buyer", ticket, 2).await;
        self.marketplace.app.clock().advance(ARRIVAL_AGE_MAX + Duration::from_millis(1));
        order
    }

    async fn cancelled_order(&mut self) -> String {
        let order = self.order().await;
        self.delete("buyer", &format!("/api/orders/{order}")).await;
        order
    }

    /// Advances the clock: other orders must be placed later.
    async fn expired_order(&mut self) -> String {
        let order = self.order().await;
        self.marketplace.app.clock().advance(ORDER_WINDOW);
        self.marketplace.app.settle().await;
        order
    }

    /// Pays an order; defines the words for the order and the payment.
    async fn pay(&mut self) -> Reply {
        let order = self.order().await;
        let body = json!({"orderId": order, "token": "tok_visa"});
        let reply = self.create("buyer", "/api/payments", body).await;
        self.things.insert("paid order".to_owned(), order);
        self.things.insert("payment".to_owned(), reply.text("id"));
        reply
    }

    /// The payment; a new one if no word names one yet.
    async fn payment(&mut self) -> String {
        match self.things.get("payment") {
            Some(known) => known.clone(),
            None => self.pay().await.text("id"),
        }
    }

    /// The ticket of the paid order.
    async fn sold_ticket(&mut self) -> String {
        if !self.things.contains_key("paid order") {
            self.pay().await;
        }
        let path = format!("/api/orders/{}", self.things["paid order"]);
        let buyer = self.person("buyer").await;
        let order = self.marketplace.app.get(Some(&buyer), &path).await.expect(200);
        order.at("items")[0]["ticketId"].as_str().unwrap().to_owned()
    }

    /// A refund of part of the payment.
    async fn refund(&mut self) -> String {
        let path = format!("/api/payments/{}/refunds", self.payment().await);
        self.create("seller", &path, json!({"amount": 1.5})).await.text("id")
    }

    /// A session of the buyer on another device.
    async fn session(&mut self) -> String {
        self.person("buyer").await;
        let renewal = from_cookies(&self.signed_in("buyer").await, "renewal");
        renewal.split_once('.').unwrap().0.to_owned()
    }

    /// The file name of the style sheet, which contains its hash.
    async fn style_sheet(&mut self) -> String {
        let home = self.marketplace.app.get(None, "/signin").await.expect(200);
        let (_, name) = home.body.split_once("/assets/boxoffice.").unwrap();
        format!("boxoffice.{}", name.split('"').next().unwrap())
    }

    /// The cursor of the second page of tickets, newest first.
    async fn cursor(&mut self) -> String {
        self.ticket("first page", &json!({})).await;
        self.ticket("second page", &json!({})).await;
        let reply = self.marketplace.app.get(None, "/api/tickets?limit=1").await.expect(200);
        let (_, cursor) = reply.header("link").split_once("cursor=").unwrap();
        cursor.split('>').next().unwrap().to_owned()
    }

    /// A key that was used with another body, on every route that takes keys. A refusal, too, is
    /// the first response to a key.
    async fn use_key(&mut self) -> String {
        let key = "used";
        let unknown = "000000000000000000000000";
        let refunds = format!("/api/payments/{}/refunds", self.payment().await);
        for (name, path, body) in [
            ("seller", "/api/tickets", json!({"title": "first", "price": 1})),
            ("seller", "/api/shows", show_body("first")),
            ("buyer", "/api/orders", json!({"ticketId": unknown})),
            ("buyer", "/api/payments", json!({"orderId": unknown, "token": "tok_visa"})),
            ("buyer", "/api/payments/top-ups", json!({"amount": 1, "token": "tok_visa"})),
            ("seller", &refunds, json!({"amount": 100_000})),
        ] {
            let user = self.person(name).await;
            let app = &self.marketplace.app;
            app.settle_while(app.post_keyed(&user, path, key, &body)).await;
        }
        key.to_owned()
    }
}

fn from_cookies(user: &User, name: &str) -> String {
    let mut pairs = user.cookie.split("; ").filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).unwrap().1.to_owned()
}
