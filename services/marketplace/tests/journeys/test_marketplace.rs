//! The whole marketplace in a test app: five services, one process, a manual clock.

use contract::catalogue::services;
use contract::envelope::{self, ReceivedEvent};
use contract::{Currency, Money, OrderId, TicketId};
use marketplace::compose;
use payments::TestProvider;
use payments::provider::test_provider::{EntryKind, Intent};
use reqwest::Method;
use serde_json::{Value, json};
use service::ServiceSettings;
use sources::Trace;
use std::time::Duration;
use testing::{Platforms, Reply, TestApp, User};
use web::{SeenStorage, Sessions};

pub(crate) struct TestMarketplace {
    pub(crate) platforms: Platforms,
    pub(crate) app: TestApp,
    provider: TestProvider,
}

async fn start(platforms: &Platforms) -> (TestApp, TestProvider) {
    let sessions = Sessions { seen_storage: SeenStorage::memory(), ..platforms.sessions() };
    let mut settings = ServiceSettings::default();
    settings.change(|auth: &mut auth::Settings| {
        auth.hashing = auth::hashing::Cost { memory_kib: 8, passes: 1 };
    });
    let platform = |name| platforms.platform_with(name, sessions.clone());
    let services = compose(platform, &platforms.key, settings).await.unwrap();
    // The last store of payments is the provider's ledger.
    let payments = services.iter().find(|service| service.name == payments::NAME).unwrap();
    let (ledger, _) = payments.stores.last().unwrap();
    let provider = TestProvider::on(ledger.clone(), platforms.clock.clone());
    let app = TestApp::start_in_background(platforms, sessions.clone(), services);
    (app, provider)
}

impl TestMarketplace {
    pub(crate) async fn open(platforms: Platforms) -> Self {
        let (app, provider) = start(&platforms).await;
        Self { platforms, app, provider }
    }

    /// Stops everything as a crash does, and starts it again on the stored state.
    pub(crate) async fn crash_and_restart(self) -> Self {
        let Self { platforms, app, provider } = self;
        app.kill().await;
        drop(provider);
        Self::open(platforms.reopened()).await
    }

    pub(crate) async fn sign_up(&self, name: &str) -> User {
        let body = json!({"email": format!("{name}@example.com"), "password": "a fine password"});
        let reply = self.app.post(None, "/api/users/signup", &body).await.expect(201);
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        User { id: reply.text("id").parse().unwrap(), cookie }
    }

    pub(crate) async fn offer(&self, seller: &User, quantity: u32) -> TicketId {
        let body = json!({"title": "Concert", "price": 20.5, "quantity": quantity});
        let reply = self.app.post(Some(seller), "/api/tickets", &body).await.expect(201);
        reply.text("id").parse().unwrap()
    }

    pub(crate) async fn order(&self, buyer: &User, body: &Value) -> Reply {
        self.app.post(Some(buyer), "/api/orders", body).await
    }

    pub(crate) async fn order_one(&self, buyer: &User, ticket: TicketId) -> OrderId {
        let reply = self.order(buyer, &json!({"ticketId": ticket})).await.expect(201);
        reply.text("id").parse().unwrap()
    }

    pub(crate) async fn pay(&self, buyer: &User, order: OrderId, token: &str) -> Reply {
        let body = json!({"orderId": order, "token": token});
        self.app.post(Some(buyer), "/api/payments", &body).await
    }

    pub(crate) async fn show_order(&self, buyer: &User, order: OrderId) -> Reply {
        self.app.get(Some(buyer), &format!("/api/orders/{order}")).await.expect(200)
    }

    pub(crate) async fn available(&self, ticket: TicketId) -> Value {
        self.app.get(None, &format!("/api/tickets/{ticket}")).await.expect(200).at("available")
    }

    pub(crate) async fn becomes_available(&self, ticket: TicketId, units: u32) {
        let fact = format!("{units} units are on offer");
        self.app.eventually(&fact, || async { self.available(ticket).await == json!(units) }).await;
    }

    pub(crate) async fn order_becomes(&self, buyer: &User, order: OrderId, status: &str) {
        let is = || async { self.show_order(buyer, order).await.text("status") == status };
        self.app.eventually(&format!("the order is {status}"), is).await;
    }

    pub(crate) async fn get(&self, user: Option<&User>, path: &str) -> Reply {
        self.app.get(user, path).await
    }

    pub(crate) async fn post(&self, user: Option<&User>, path: &str, body: &Value) -> Reply {
        self.app.post(user, path, body).await
    }

    pub(crate) async fn put(&self, user: Option<&User>, path: &str, body: &Value) -> Reply {
        self.app.put(user, path, body).await
    }

    pub(crate) async fn delete(&self, user: Option<&User>, path: &str) -> Reply {
        self.app.delete(user, path).await
    }

    /// Erases an account; with the right password unless the body has another.
    pub(crate) async fn erase(&self, user: &User, more: &Value) -> Reply {
        let mut body = json!({"password": "a fine password"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let request = self.app.request(Method::DELETE, "/api/users/me", Some(user));
        self.app.send(request.json(&body)).await
    }

    pub(crate) async fn eventually<F: Future<Output = bool>>(
        &self,
        fact: &str,
        holds: impl Fn() -> F,
    ) {
        self.app.eventually(fact, holds).await;
    }

    /// Advances the clock past the deadline of an order that was placed just now.
    pub(crate) async fn let_the_deadline_pass(&self) {
        self.pass(Duration::from_mins(1));
        tokio::task::yield_now().await;
    }

    pub(crate) fn pass(&self, duration: Duration) {
        self.app.clock().advance(duration);
    }

    /// Advances the clock in small steps until `work` is done.
    pub(crate) async fn while_time_passes<F: Future>(&self, work: F) -> F::Output {
        self.app.while_time_passes(work).await
    }

    /// Waits until nothing is in flight: outboxes empty, every message settled.
    pub(crate) async fn quiet(&self) {
        let is_quiet = || async {
            for name in services::names() {
                if !self.app.store(name).outbox().read(1).await.unwrap().is_empty() {
                    return false;
                }
            }
            self.platforms.bus.lag().await.unwrap().iter().all(|lag| lag.unsettled == 0)
        };
        self.app.eventually("nothing is in flight", is_quiet).await;
    }

    /// The traces of the messages of a type.
    pub(crate) async fn traces_of(&self, type_name: &str) -> Vec<String> {
        let subjects = vec![contract::message::subject(type_name)];
        let spec = bus::ConsumerSpec { name: format!("test.{type_name}"), subjects };
        let found = self.platforms.bus.consumer(spec).await.unwrap().fetch(100).await.unwrap();
        let mut traces = Vec::new();
        for message in found {
            for event in envelope::open(&message.body).unwrap() {
                let event: ReceivedEvent<'_> = serde_json::from_str(event.get()).unwrap();
                let trace = event.traceparent.as_deref().and_then(Trace::parse);
                traces.push(trace.unwrap().trace_id());
            }
        }
        traces
    }

    /// Total minor units captured, by the provider's own ledger; none may be left held.
    pub(crate) async fn captured(&self) -> i64 {
        let settled = || async {
            self.provider.ledger().await.unwrap().iter().all(|intent| {
                let ends = [EntryKind::Captured, EntryKind::Voided].map(|kind| intent.has(kind));
                !intent.has(EntryKind::Authorized)
                    || ends.into_iter().filter(|end| *end).count() == 1
            })
        };
        self.app.eventually("no money is left held", settled).await;
        let ledger = self.provider.ledger().await.unwrap();
        let captured = ledger.iter().filter(|intent| intent.has(EntryKind::Captured));
        let sum =
            captured.fold(Money::zero(Currency::USD), |sum, one| sum.plus(one.amount).unwrap());
        sum.minor_units
    }

    /// Total minor units refunded, by the provider's own ledger.
    pub(crate) async fn given_back(&self) -> i64 {
        self.provider.ledger().await.unwrap().iter().map(Intent::refunded).sum()
    }
}
