//! The checker as a separate program, on a marketplace at rest: sound, damaged, and repaired.

use std::collections::BTreeSet;
use std::path::Path;

use contract::catalogue::services::SERVICES;
use expiration::Deadline;
use invariants::{Report, Rule, check_up};
use marketplace::MarketplaceSettings;
use marketplace::engines::open;
use marketplace::services::in_order;
use marketplace::settings::table;
use orders::Inventory;
use payments::OrderCopy;
use serde::{Deserialize, Serialize};
use serde_json::json;
use service::process::StartError;
use service::revocations;
use sources::{Clock, Ids};
use store::{Document, Engine, Never, Options, Stop, Store, Tx};
use testing::User;
use tickets::domain::{Refunds, SaleCopy, SaleSums};
use tickets::{Show, Ticket};

use crate::running::{Marketplace, program, run};

/// Starts after which an unused marketplace is at rest: each start delivers messages that the one
/// before left.
const STARTS_MAX: u32 = 10;

pub(crate) async fn checked(dir: &Path) -> Result<Report, StartError> {
    let arguments = ["--data-dir", dir.to_str().unwrap()];
    let settings = testing::settings::given(&table(), &arguments, &[]);
    let settings = MarketplaceSettings::check(settings).unwrap();
    check_up(in_order(), Some(dir), open(&settings)).await
}

/// Starts and stops a marketplace until nothing is in flight, then checks it.
async fn checked_at_rest(dir: &Path) -> Report {
    for _ in 0..STARTS_MAX {
        Marketplace::start(dir, &[]).stop().await;
        let report = checked(dir).await.unwrap();
        if report.is_at_rest {
            return report;
        }
    }
    unreachable!("the marketplace does not come to rest")
}

/// A copy of a revocation, with any content.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct Revocation(serde_json::Value);

store::document!(Revocation, revocations::COLLECTION, |revocation| {
    revocation.0["sessionId"].as_str().unwrap()
});

/// Changes documents of a stopped service without its code.
async fn damage<D: Document>(
    dir: &Path,
    service: &'static str,
    change: impl Fn(&mut Tx<'_>, D) + Clone + Send + 'static,
) {
    let (clock, ids) = (Clock::System, Ids::random().unwrap());
    let options = Options { source: service, collections: vec![D::COLLECTION], clock, ids };
    let engine = Engine::sqlite(dir.join(format!("{service}.db")));
    let (store, committer) = Store::open(engine, options).await.unwrap();
    let changing = async {
        let found: Vec<D> = store.scan("", 1).await.unwrap();
        let id = found.first().unwrap().document_id();
        let changed = store.transact(move |tx| {
            let document = tx.get::<D>(&id)?.unwrap();
            change(tx, document);
            Ok::<_, Stop<Never>>(())
        });
        changed.await.unwrap();
        store.close();
    };
    tokio::join!(changing, committer.run());
}

/// A show with one paid order, cancelled and refunded.
async fn sell_and_cancel_a_show(marketplace: &Marketplace, buyer: &User) {
    let seller = marketplace.sign_up("host").await;
    let body = json!({
        "title": "Concert",
        "venue": {"name": "Hall", "timeZone": "Europe/Berlin"},
        "startsAt": "2100-06-01T19:30:00Z",
        "tickets": [{"title": "Stalls", "price": 20.5}],
    });
    let show = marketplace.post(Some(&seller), "/api/shows", &body).await.expect(201);
    let order = json!({"ticketId": show.tickets()[0]});
    let order = marketplace.create(buyer, "/api/orders", order).await;
    marketplace.pay(buyer, order.parse().unwrap(), "tok_visa").await.expect(201);
    let path = format!("/api/shows/{}", show.text("id"));
    let cancel = format!("{path}/cancel");
    marketplace.post(Some(&seller), &cancel, &json!({})).await.expect(202);
    marketplace.becomes(Some(&seller), &path, "refunds/done", json!(1)).await;
}

#[tokio::test]
async fn a_missing_or_old_copy_is_found_and_repaired_by_a_resync() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, marketplace) = (dir.path(), Marketplace::start(dir.path(), &[]));
    let (buyer, _) = marketplace.sold(3, "tok_visa").await;
    sell_and_cancel_a_show(&marketplace, &buyer).await;
    marketplace.post(Some(&buyer), "/api/users/signout", &json!({})).await.expect(200);
    marketplace.stop().await;
    let sound = checked_at_rest(dir).await;
    assert_eq!(sound.violations, []);
    let output = sound.to_string();
    // Each service has a copy of the revocation.
    let copies = format!("copies      2 of orders, 2 deadlines, {} of revocations", SERVICES.len());
    for line in [
        "orders      2: 2 complete, 0 cancelled by their buyer, 0 expired, 0 ended with their show, 0 active",
        "payments    2, at the provider 2, captured 2",
        "books       8 entries, 2 accounts, 0 top-ups",
        copies.as_str(),
        "ok    NoOversell",
        "?     Privacy",
        "\n0 violations",
    ] {
        assert!(output.contains(line), "{line} is not in {output}");
    }

    damage(dir, payments::NAME, |tx, copy: OrderCopy| tx.delete::<OrderCopy>(copy.order.id)).await;
    damage(dir, expiration::NAME, |tx, old: Deadline| tx.save(Deadline { version: 1, ..old }))
        .await;
    damage(dir, tickets::NAME, |tx, ticket: Ticket| {
        tx.save(Ticket { stock: tickets::domain::Stock::default(), ..ticket });
    })
    .await;
    damage(dir, orders::NAME, |tx, old: Inventory| {
        let title = "Conzert".to_owned();
        tx.save(Inventory { ticket_version: 0, title, ..old });
    })
    .await;
    damage(dir, tickets::NAME, |tx, copy: Revocation| {
        tx.delete::<Revocation>(copy.document_id());
    })
    .await;
    damage(dir, tickets::NAME, |tx, sale: SaleCopy| tx.delete::<SaleCopy>(sale.0.order_id)).await;
    for _ in ["of the hour", "of the show"] {
        damage(dir, tickets::NAME, |tx, sums: SaleSums| {
            tx.delete::<SaleSums>(sums.document_id());
        })
        .await;
    }
    damage(dir, tickets::NAME, |tx, show: Show| {
        tx.save(Show { refunds: Refunds::default(), ..show });
    })
    .await;
    let damaged = checked(dir).await.unwrap();
    let rules: BTreeSet<Rule> = damaged.violations.iter().map(|found| found.rule).collect();
    assert_eq!(rules, BTreeSet::from([Rule::CopiesConverge]), "{damaged}");
    assert!(!damaged.violations.is_empty());
    let output = damaged.to_string();
    for line in [
        "payments has no copy of order",
        "expiration copied 1",
        "tickets copied 0",
        "orders copied 0",
        "tickets has no copy of the revocation of Session",
        "tickets has no copy of refunds of",
        "tickets has no copy of sale of",
        "FAIL  CopiesConverge",
        "\n7 violations",
    ] {
        assert!(output.contains(line), "{line} is not in {output}");
    }

    for source in [auth::NAME, tickets::NAME, orders::NAME, payments::NAME] {
        let (code, _, errors) = run(&mut program(dir, &["resync", source]));
        assert_eq!((code, errors.as_str()), (0, ""), "{source}");
    }
    let mended = checked_at_rest(dir).await;
    assert_eq!(mended.violations, [], "{mended}");
}

#[tokio::test]
async fn a_directory_without_a_marketplace_or_with_a_running_one_is_rejected() {
    let dir = tempfile::tempdir().unwrap();
    let refused = checked(dir.path()).await.err().unwrap().chain();
    assert!(refused.contains("there is no marketplace in"), "{refused}");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is created");
    let marketplace = Marketplace::start(dir.path(), &[]);
    let refused = checked(dir.path()).await.err().unwrap().chain();
    assert!(refused.contains("used by another running process"), "{refused}");
    marketplace.stop().await;
    let fresh = checked_at_rest(dir.path()).await;
    assert!(fresh.violations.is_empty(), "{fresh}");
}
