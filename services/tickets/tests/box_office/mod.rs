//! Tickets on a stage, what sellers offer there, and what orders tells of its stock.

#![expect(dead_code, reason = "each test file uses its part")]

use contract::inventory::{CHANGED, InventoryState};
use contract::{Id, Outgoing, TicketId};
use serde_json::Value;
use store::Faults;
use testing::user::{Rank, claims, sign};
use testing::{Platforms, Reply, Stage, User};

/// The id of no ticket.
pub(crate) const UNKNOWN: &str = "/api/tickets/000000000000000000000000";

pub(crate) struct BoxOffice {
    pub(crate) platforms: Platforms,
    pub(crate) stage: Stage,
}

impl BoxOffice {
    pub(crate) async fn open() -> Self {
        let platforms = Platforms::in_memory();
        let stage = start(&platforms).await;
        Self { platforms, stage }
    }

    /// Ends the service as a crash would, and starts it again on what it kept.
    pub(crate) async fn crash(self) -> Self {
        self.stage.kill().await;
        let stage = start(&self.platforms).await;
        Self { platforms: self.platforms, stage }
    }

    /// What goes wrong in the store.
    pub(crate) fn faults(&self) -> Faults {
        self.platforms.faults(tickets::NAME)
    }

    pub(crate) async fn offer(&self, seller: &User, body: Value) -> Reply {
        self.stage.post(Some(seller), "/api/tickets", &body).await.expect(201)
    }

    pub(crate) async fn show(&self, path: &str) -> Reply {
        self.stage.get(None, path).await.expect(200)
    }

    /// Has orders tell something, all in one envelope, and waits until it is known here.
    pub(crate) async fn tell(&self, messages: &[Outgoing]) {
        self.stage.publish(messages).await;
        self.stage.settle().await;
    }

    /// The ids on one page.
    pub(crate) async fn list(&self, query: &str) -> Vec<String> {
        ids(&self.show(&format!("/api/tickets?{query}")).await)
    }

    /// The ids on this page and all behind it.
    pub(crate) async fn walk(&self, query: &str) -> Vec<String> {
        let (mut next, mut seen) = (Some(format!("/api/tickets?{query}")), Vec::new());
        while let Some(path) = next {
            let page = self.show(&path).await;
            seen.extend(ids(&page));
            next = next_page(&page);
        }
        seen
    }

    /// The same account in a new session: sessions of tests last an hour.
    pub(crate) fn signed_in_again(&self, user: &User) -> User {
        let (session, now) = (self.platforms.id().into(), self.platforms.clock.now());
        let token = sign(&claims(user.id, session, Rank::User, now), &self.platforms.key);
        User { id: user.id, cookie: format!("session={token}") }
    }
}

/// The path of the page behind this one.
pub(crate) fn next_page(page: &Reply) -> Option<String> {
    let (path, rel) = page.header("link").strip_prefix('<')?.split_once('>')?;
    assert_eq!(rel, "; rel=\"next\"");
    Some(path.to_owned())
}

pub(crate) fn ids(page: &Reply) -> Vec<String> {
    let found = page.json();
    found.as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap().to_owned()).collect()
}

/// The stock of a ticket at a version; somebody holds it where any unit is held or sold.
pub(crate) fn stock(id: &str, version: u64, held: u32, sold: u32) -> Outgoing {
    let ticket_id: TicketId = id.parse().unwrap();
    let capacity = held.saturating_add(sold);
    let holder = (capacity > 0).then(|| Id::from_bytes([9; 12]).into());
    let ticket_version = 1;
    CHANGED.of(InventoryState { ticket_id, version, ticket_version, capacity, held, sold, holder })
}

async fn start(platforms: &Platforms) -> Stage {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(tickets::NAME, sessions.clone());
    let service = tickets::service(platform).await.unwrap();
    Stage::start(platforms, sessions, vec![service])
}
