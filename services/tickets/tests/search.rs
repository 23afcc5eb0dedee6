//! GET /api/tickets?q=: bounded work, and a rate limit by cost.

use std::num::NonZeroU32;
use std::time::Duration;

use bus::Relay;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::Republisher;
use store::{Collection, Document, Key, Never, Options, Stop, Store};
use testing::Platforms;
use tickets::Settings;
use tickets::documents::TICKETS;
use tickets::domain::Ticket;
use web::Quota;

use crate::box_office::BoxOffice;

/// Tickets that one step examines.
const STEP: usize = 500;

/// A ticket as stored by an earlier version: with an unnormalised title, searched in lower case.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct EarlierTicket(Value);

impl Document for EarlierTicket {
    const COLLECTION: &'static Collection = &TICKETS;

    fn document_id(&self) -> String {
        self.0["id"].as_str().unwrap().to_owned()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "searchable" => self.0["title"].as_str().unwrap().to_lowercase().into(),
            _ => serde_json::from_value::<Ticket>(self.0.clone()).unwrap().key(field),
        }
    }
}

/// Tickets with a rare title that a search from the newest ticket finds in its third step.
async fn shop(steps_per_minute: u32) -> (BoxOffice, String) {
    let limit = NonZeroU32::new(steps_per_minute).map(Quota::per_minute);
    let office =
        BoxOffice::open_with(Settings { search_limit: limit, ..Settings::default() }).await;
    let seller = office.user();
    let rare = office.offer(&seller, json!({"title": "Rare", "price": 1})).await.text("id");
    office.clock().advance(Duration::from_millis(1));
    let common = (0..2 * STEP).map(|_| office.offer(&seller, json!({"title": "x", "price": 1})));
    join_all(common).await;
    (office, rare)
}

#[tokio::test]
async fn a_search_ends_early_at_the_limit_and_continues_after_its_position() {
    let (office, rare) = shop(2).await;
    let first = office.show("/api/tickets?q=rare").await;
    assert_eq!((first.status, first.ids().len()), (200, 0));
    let next = first.next_page().unwrap();
    office.get(None, &next).await.expect_problem(429, "too_many_requests");
    assert_eq!(office.list("limit=1").await.len(), 1, "lists without a search have no such limit");
    office.clock().advance(Duration::from_secs(30));
    let second = office.show(&next).await;
    assert_eq!(second.ids(), [rare]);
    assert_eq!(second.next_page(), None);
}

#[tokio::test]
async fn a_search_whose_page_is_full_costs_one_step() {
    let (office, _) = shop(3).await;
    for _ in 0..3 {
        assert_eq!(office.show("/api/tickets?q=x&limit=5").await.ids().len(), 5);
    }
    office.get(None, "/api/tickets?q=x&limit=5").await.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn without_a_limit_a_search_examines_everything_in_one_page() {
    let (office, rare) = shop(0).await;
    assert_eq!(office.list("q=rare").await, [rare]);
}

/// Opens a second store beside the service, as an operator's command does.
async fn beside<T>(office: &BoxOffice, work: impl AsyncFnOnce(&Store) -> T) -> T {
    let Platforms { clock, ids, .. } = &office.platforms;
    let (clock, ids) = (clock.clone(), ids.clone());
    let collections = [tickets::COLLECTIONS, &[&service::revocations::COLLECTION]].concat();
    let options = Options { source: tickets::NAME, collections, clock, ids };
    let engine = office.platforms.engine(tickets::NAME);
    let (store, mut committer) = Store::open(engine, options).await.unwrap();
    tokio::select! {
        done = work(&store) => done,
        () = async { while committer.run_once().await.is_some() {} } => panic!("the committer ended"),
    }
}

async fn search(office: &BoxOffice, q: &str) -> Vec<String> {
    let list = office.request(reqwest::Method::GET, "/api/tickets", None);
    office.send(list.query(&[("q", q)])).await.ids()
}

#[tokio::test]
async fn a_title_stored_under_earlier_rules_is_found_in_any_form_after_a_resync() {
    let (office, seller) = BoxOffice::with_seller().await;
    let id = office.offer(&seller, json!({"title": "Concert", "price": 1})).await.text("id");
    beside(&office, async |store| {
        let id = id.clone();
        let planting = store.transact(move |tx| {
            let mut earlier = tx.get::<EarlierTicket>(&id)?.unwrap();
            earlier.0["title"] = json!("Große Cafe\u{301}-Ｎａｃｈｔ");
            tx.save(earlier);
            Ok::<_, Stop<Never>>(())
        });
        planting.await.unwrap();
    })
    .await;
    let office = office.crash().await;
    let forms = ["grosse caf\u{e9}-nacht", "GROẞE CAFE\u{301}-NACHT", "große café-ｎａｃｈｔ"];
    for q in forms {
        assert_eq!(search(&office, q).await, [""; 0], "{q}");
    }
    beside(&office, async |store| {
        let Platforms { bus, clock, .. } = &office.platforms;
        let relay = Relay::new(store.outbox(), bus.clone(), clock.clone());
        let republishing = Republisher::new(store.clone(), relay, clock.clone());
        assert_eq!(tickets::republish::republish(&republishing).await.unwrap(), 1);
    })
    .await;
    let office = office.crash().await;
    for q in forms {
        assert_eq!(search(&office, q).await, [id.as_str()], "{q}");
    }
    let shown = office.show(&format!("/api/tickets/{id}")).await;
    assert_eq!(shown.text("title"), "Große Caf\u{e9}-Ｎａｃｈｔ");
}
