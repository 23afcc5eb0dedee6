//! Running services: called over HTTP on a free port, with background loops that a test steps or
//! that run by themselves.

use std::cell::Cell;
use std::future::Future;
use std::net::TcpListener;
use std::time::Duration;

use bus::{Bus, BusMessage, ConsumerSpec};
use bytes::Bytes;
use contract::envelope::{self, ReceivedEvent};
use contract::part::{Made, PartState};
use contract::person::{self, PersonRequestState};
use contract::{MessageType, Outgoing, State, UserId};
use derive_more::Deref;
use reqwest::Method;
use serde_json::Value;
use service::server::LoopDriver;
use service::{Running, ServerOptions, Service, serve};
use sources::{Clock, ManualClock};
use store::Store;
use web::{RateLimits, Sessions};

use crate::client::Client;
use crate::envelopes::envelope_of;
use crate::platforms::{Platforms, hand_of};
use crate::reply::Reply;
use crate::user::{Rank, User, claims, sign};

/// Maximum rounds of stepping until all loops are idle; more rounds mean an endless cycle.
const ROUNDS_MAX: u32 = 10_000;

/// Step of the manual clock.
const TIME_STEP: Duration = Duration::from_millis(10);

/// Scheduler turns of other tasks between two steps of the clock.
const TURNS_PER_STEP: usize = 100;

/// Real-time bound until a named condition holds.
const FACT_WAIT_MAX: Duration = Duration::from_secs(20);

/// Running services, and their client. Stopped explicitly, or dropped with the test.
#[derive(Deref)]
pub struct TestApp {
    running: Running,
    #[deref]
    client: Client,
    bus: Bus,
    clock: Clock,
    key: service::SessionKey,
    ids: sources::Ids,
}

/// Options of a server on any port, without metrics and limits, whose loops run by themselves. The
/// listener is bound already: services that call their own process can be opened with its address.
pub fn server_options(platforms: &Platforms, sessions: Sessions) -> ServerOptions {
    ServerOptions {
        listener: TcpListener::bind(("127.0.0.1", 0)).unwrap(),
        workers: 1,
        sessions,
        clock: platforms.clock.clone(),
        ids: platforms.ids.clone(),
        metrics: None,
        limits: RateLimits::default(),
        loops: LoopDriver::Background,
        drain: service::server::DRAIN_MAX,
        timeouts: service::http::TIMEOUTS,
    }
}

impl TestApp {
    /// Starts services whose loops the test steps.
    pub fn start(platforms: &Platforms, sessions: Sessions, services: Vec<Service>) -> Self {
        Self::start_within(platforms, sessions, services, RateLimits::default())
    }

    /// Starts services whose loops the test steps, in a process with these rate limits.
    pub fn start_within(
        platforms: &Platforms,
        sessions: Sessions,
        services: Vec<Service>,
        limits: RateLimits,
    ) -> Self {
        let options = server_options(platforms, sessions);
        let options = ServerOptions { limits, loops: LoopDriver::Manual, ..options };
        Self::serve(platforms, services, options)
    }

    /// Starts services whose loops run by themselves.
    pub fn start_in_background(
        platforms: &Platforms,
        sessions: Sessions,
        services: Vec<Service>,
    ) -> Self {
        Self::serve(platforms, services, server_options(platforms, sessions))
    }

    /// Starts services with options, which begin as [`server_options`].
    pub fn serve(platforms: &Platforms, services: Vec<Service>, options: ServerOptions) -> Self {
        let running = serve(services, options).unwrap();
        let client = Client::to(format!("http://{}", running.address));
        let Platforms { bus, clock, key, ids, .. } = platforms;
        let (bus, clock, key, ids) = (bus.clone(), clock.clone(), key.clone(), ids.clone());
        Self { running, client, bus, clock, key, ids }
    }

    /// The client of the services.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Stops the services as on a signal.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    /// Ends the services as in a crash: work in progress is not finished, no loop takes another
    /// step.
    pub async fn kill(self) {
        self.running.kill().await;
    }

    /// The handle of the manual clock.
    pub fn clock(&self) -> &ManualClock {
        hand_of(&self.clock)
    }

    /// The store of one of the services.
    pub fn store(&self, service: &str) -> &Store {
        self.running.store(service).unwrap()
    }

    /// A new user.
    pub fn user(&self) -> User {
        self.new_user(Rank::User)
    }

    /// A new administrator.
    pub fn admin(&self) -> User {
        self.new_user(Rank::Admin)
    }

    fn new_user(&self, rank: Rank) -> User {
        let now = self.clock.now();
        let id: UserId = self.ids.next(now).into();
        let session = self.ids.next(now).into();
        let token = sign(&claims(id, session, rank, now), &self.key);
        User { id, cookie: format!("session={token}") }
    }

    /// A name that is unique on these platforms.
    fn fresh_name(&self) -> String {
        format!("test-{}", self.ids.next(self.clock.now()))
    }

    /// Publishes messages as a service does, all in one envelope; a second call with the same ones
    /// is a redelivery.
    pub async fn publish(&self, messages: &[Outgoing]) {
        let Some(first) = messages.first() else { return };
        let now = self.clock.now();
        let message = BusMessage {
            id: self.fresh_name(),
            subject: contract::message::subject(first.name),
            body: envelope_of("test", now, messages, None),
        };
        self.bus.publish(vec![message]).await.unwrap();
    }

    /// Publishes arbitrary bytes as messages of a type.
    pub async fn publish_raw(&self, type_name: &str, body: impl Into<Bytes>) {
        let subject = contract::message::subject(type_name);
        let message = BusMessage { id: self.fresh_name(), subject, body: body.into() };
        self.bus.publish(vec![message]).await.unwrap();
    }

    /// Publishes messages, all in one envelope, and steps every loop until all are idle.
    pub async fn deliver(&self, messages: &[Outgoing]) {
        self.publish(messages).await;
        self.settle().await;
    }

    /// Advances the clock, and steps every loop until all are idle.
    pub async fn pass(&self, time: Duration) {
        self.clock().advance(time);
        self.settle().await;
    }

    /// Waits until this number of messages of a type is published, and returns them.
    pub async fn published_in_all<S: State>(
        &self,
        message_type: MessageType<S>,
        count: usize,
    ) -> Vec<S> {
        let is_so = || async { self.published(message_type).await.len() == count };
        self.eventually(&format!("{count} of {}", message_type.name()), is_so).await;
        self.published(message_type).await
    }

    /// POST with a JSON body from a client address, as a proxy forwards it.
    pub async fn post_from(
        &self,
        address: &str,
        user: Option<&User>,
        path: &str,
        body: &Value,
    ) -> Reply {
        let request = self.request(Method::POST, path, user).header("X-Forwarded-For", address);
        self.send(request.json(body)).await
    }

    /// The page at this path and all later ones, by their links.
    pub async fn pages(&self, user: Option<&User>, first: &str) -> Vec<Reply> {
        let (mut pages, mut next) = (Vec::new(), Some(first.to_owned()));
        while let Some(path) = next {
            let page = self.get(user, &path).await.expect(200);
            next = page.next_page();
            pages.push(page);
        }
        pages
    }

    /// Requests the part of a service in an export or erasure of a person, and returns it once it
    /// is published.
    pub async fn part_of(
        &self,
        service: MessageType<PartState>,
        request: PersonRequestState,
    ) -> Made {
        self.publish(&[person::REQUESTED.of(request)]).await;
        let made = async || {
            let parts = self.published(service).await;
            parts.into_iter().find(|part| part.request == request.id).map(|part| part.made)
        };
        self.eventually("the part is made", async || made().await.is_some()).await;
        made().await.unwrap()
    }

    /// Every published message of a type, in order.
    pub async fn published<S: State>(&self, message_type: MessageType<S>) -> Vec<S> {
        let state = |event: &ReceivedEvent<'_>| serde_json::from_str(event.data.get()).unwrap();
        self.published_events(message_type.subject(), state).await
    }

    /// A part of every published message on a subject, in order.
    pub async fn published_events<T>(
        &self,
        subject: String,
        part: impl Fn(&ReceivedEvent<'_>) -> T,
    ) -> Vec<T> {
        let spec = ConsumerSpec { name: self.fresh_name(), subjects: vec![subject] };
        let consumer = self.bus.consumer(spec).await.unwrap();
        let mut parts = Vec::new();
        loop {
            let deliveries = consumer.fetch(100).await.unwrap();
            if deliveries.is_empty() {
                return parts;
            }
            for delivery in deliveries {
                for event in envelope::open(&delivery.body).unwrap() {
                    parts.push(part(&serde_json::from_str(event.get()).unwrap()));
                }
            }
        }
    }

    /// The dead letters of every service.
    pub async fn dead_letters(&self) -> Vec<bus::DeadLetter> {
        self.bus.dead_letters(None).await.unwrap()
    }

    /// Steps every loop once; returns the number of items processed.
    pub async fn step(&self) -> usize {
        let mut done = 0;
        for one in &self.running.loops {
            done += one.run_once().await.unwrap_or_else(|error| {
                panic!("{} failed: {}", one.name(), error.chain());
            });
        }
        done
    }

    /// Steps every loop until all are idle.
    pub async fn settle(&self) {
        repeat_until_idle(async || self.step().await).await;
    }

    /// Steps every loop until all are idle, while injected faults make some steps fail.
    pub async fn settle_through_faults(&self) {
        let step = async || {
            let mut done = 0;
            for one in &self.running.loops {
                done += one.run_once().await.unwrap_or(1);
            }
            done
        };
        repeat_until_idle(step).await;
    }

    /// Steps the loops while `work` is in progress, then until all are idle. No step is cut off:
    /// its deliveries would be lost until their redelivery, for which the manual clock does not
    /// advance.
    pub async fn settle_while<F: Future>(&self, work: F) -> F::Output {
        self.settle_between(work, async || ()).await
    }

    /// Steps the loops while `work` is in progress, with another step after each, then until all
    /// are idle.
    pub async fn settle_between<F: Future>(&self, work: F, step: impl AsyncFn()) -> F::Output {
        let is_done = Cell::new(false);
        let work = async {
            let output = work.await;
            is_done.set(true);
            output
        };
        let stepping = async {
            while !is_done.get() {
                self.step().await;
                step().await;
                tokio::task::yield_now().await;
            }
        };
        let (output, ()) = futures::join!(work, stepping);
        self.settle().await;
        output
    }

    /// Advances the clock in small steps until `work` is done: slowly compared with the services,
    /// so that no timeout passes while the awaited task has not run.
    pub async fn while_time_passes<F: Future>(&self, work: F) -> F::Output {
        let mut work = std::pin::pin!(work);
        let passing = async {
            loop {
                self.clock().advance(TIME_STEP);
                for _ in 0..TURNS_PER_STEP {
                    tokio::task::yield_now().await;
                }
            }
        };
        tokio::select! { output = &mut work => output, () = passing => unreachable!() }
    }

    /// Waits until a condition holds; fails the test if it does not within the bound.
    pub async fn eventually(&self, fact: &str, holds: impl AsyncFn() -> bool) {
        let waiting = async {
            while !holds().await {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(FACT_WAIT_MAX, waiting).await;
        assert!(waited.is_ok(), "the condition is not reached in time: {fact}");
    }
}

async fn repeat_until_idle(step: impl AsyncFn() -> usize) {
    for _ in 0..ROUNDS_MAX {
        if step().await == 0 {
            return;
        }
    }
    panic!("the loops do not become idle");
}
