//! Entries of doors that had no network: of an admission the earliest counts, and the seller sees
//! every other.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testing::samples::id;

use crate::doors::{code, open, result, scan};
use crate::fixture::{Fixture, SHOW, TICKET, complete_order, returned};
use crate::gates::{scan_at, show, ticket};

/// The results of a merge.
fn results(reply: &testing::Reply) -> Vec<String> {
    reply.list().iter().map(|it| it["result"].as_str().unwrap().to_owned()).collect()
}

async fn conflicts(app: &Fixture) -> Vec<Value> {
    let path = format!("/api/check-ins/conflicts?showId={}", id::<contract::ShowId>(SHOW));
    app.get(Some(&app.seller()), &path).await.expect(200).list()
}

/// Three gates each admitted both admissions without a network, and deliver in every sequence.
#[tokio::test]
async fn every_sequence_of_deliveries_has_the_same_entry_and_the_same_conflicts() {
    let mut seen = Vec::new();
    for sequence in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let (app, ann, ids) = open().await;
        let codes = [code(&app, &ann, ids[0]).await, code(&app, &ann, ids[1]).await];
        let mut gates = Vec::new();
        for _ in 0..3 {
            gates.push(app.gate(show()).await);
        }
        app.clock().advance(Duration::from_mins(5));
        let times = [[30, 10], [20, 20], [10, 30]];
        for at in sequence {
            let [first, second] = times[at];
            let scans = [(codes[0].as_str(), "1", first), (codes[1].as_str(), "2", second)];
            app.merge(&gates[at].1, &scans).await.expect(200);
        }
        let order = complete_order(1, &ann, 2);
        let used: Vec<Value> =
            app.admissions(&order).await.iter().map(|state| json!(state.status)).collect();
        let mut lost: Vec<_> = conflicts(&app)
            .await
            .iter()
            .map(|it| {
                let gate = gates.iter().position(|(id, _)| it["gateId"] == json!(id)).unwrap();
                (it["unit"].to_string(), gate, it["at"].to_string(), it["result"].to_string())
            })
            .collect();
        lost.sort();
        assert_eq!(lost.len(), 4);
        seen.push((used, lost));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
    // The gate with the earliest scan has no conflict.
    assert!(
        seen[0]
            .1
            .iter()
            .all(|(unit, gate, ..)| (unit != "1" || *gate != 2) && (unit != "2" || *gate != 0))
    );
}

#[tokio::test]
async fn an_earlier_entry_counts_in_place_of_one_online() {
    let (app, ann, ids) = open().await;
    let (_, gate) = app.gate(ticket(TICKET)).await;
    let code = code(&app, &ann, ids[0]).await;
    app.clock().advance(Duration::from_mins(1));
    let online = scan(&app, "online", &code).await.expect(200);
    let merged = app.merge(&gate, &[(&code, "offline", 20)]).await.expect(200);
    assert_eq!(results(&merged), ["admitted"]);
    let path = format!("/api/admissions/{}", ids[0]);
    let shown = app.get(Some(&ann), &path).await.expect(200);
    assert_eq!(shown.at("usedAt"), merged.list()[0]["usedAt"]);
    let conflicts = conflicts(&app).await;
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0]["at"], online.at("usedAt"));
    let shown = (&conflicts[0]["result"], &conflicts[0]["title"], conflicts[0].get("gateId"));
    assert_eq!(shown, (&json!("already_used"), &json!("Concert"), None));
    // The door received this result, and receives it again.
    assert_eq!(scan(&app, "online", &code).await.expect(200).body, online.body);
    app.settle().await;
    assert_eq!(app.messages().await, [2, 2, 0]);
}

#[tokio::test]
async fn a_repeated_delivery_changes_nothing() {
    let (app, ann, ids) = open().await;
    let (_, gate) = app.gate(show()).await;
    let code = code(&app, &ann, ids[0]).await;
    app.clock().advance(Duration::from_mins(1));
    let scans = [(code.as_str(), "1", 10), (code.as_str(), "2", 20), (code.as_str(), "1", 10)];
    let first = app.merge(&gate, &scans).await.expect(200);
    assert_eq!(results(&first), ["admitted", "already_used", "admitted"]);
    app.clock().advance(Duration::from_mins(1));
    assert_eq!(app.merge(&gate, &scans).await.expect(200).body, first.body);
    assert_eq!(result(&scan_at(&app, &gate, "1", &code).await.expect(200)), "admitted");
    app.settle().await;
    assert_eq!((app.messages().await, conflicts(&app).await.len()), ([2, 1, 0], 1));
}

/// The response to an online scan was lost, and the gate admitted the person itself.
#[tokio::test]
async fn an_entry_that_was_refused_before_is_a_conflict() {
    let (app, ann, ids) = open().await;
    let (_, gate) = app.gate(show()).await;
    let code = code(&app, &ann, ids[0]).await;
    scan(&app, "online", &code).await.expect(200);
    app.clock().advance(Duration::from_mins(1));
    assert_eq!(result(&scan_at(&app, &gate, "1", &code).await.expect(200)), "already_used");
    assert!(conflicts(&app).await.is_empty());
    assert_eq!(results(&app.merge(&gate, &[(&code, "1", 30)]).await.expect(200)), ["already_used"]);
    assert_eq!(conflicts(&app).await.len(), 1);
}

#[tokio::test]
async fn an_entry_by_a_code_that_is_not_valid_is_a_conflict() {
    let (app, ann, ids) = open().await;
    let (_, gate) = app.gate(show()).await;
    let [valid, void] = [code(&app, &ann, ids[0]).await, code(&app, &ann, ids[1]).await];
    app.complete(&returned(&complete_order(1, &ann, 2), 1)).await;
    app.clock().advance(Duration::from_hours(8 * 24));
    let week = 7 * 24 * 3_600;
    let scans = [
        (void.as_str(), "void", 2 * week),
        ("BX1:", "forged", week),
        (valid.as_str(), "late", 24 * 3_600 - 1),
        (valid.as_str(), "in-time", 24 * 3_600),
    ];
    let merged = app.merge(&gate, &scans).await.expect(200);
    assert_eq!(results(&merged), ["void", "forged", "expired_code", "admitted"]);
    let listed = conflicts(&app).await;
    let shown: Vec<_> = listed.iter().map(|it| (&it["result"], it.get("unit").is_some())).collect();
    let expected = [("void", true), ("forged", false), ("expired_code", false)]
        .map(|(it, has)| (json!(it), has));
    assert_eq!(shown, expected.each_ref().map(|(it, has)| (it, *has)));
    // A time in the future counts as that of the delivery.
    assert_eq!(listed[0]["at"], json!(app.clock().now()));
}

#[tokio::test]
async fn conflicts_are_for_the_seller() {
    let (app, ann, _) = open().await;
    let path = format!("/api/check-ins/conflicts?showId={}", id::<contract::ShowId>(SHOW));
    app.get(Some(&ann), &path).await.expect_problem(403, "forbidden");
    let (_, gate) = app.gate(show()).await;
    app.by(&gate, (Method::GET, &path), None).await.expect_problem(401, "not_signed_in");
    let path = format!("/api/check-ins/conflicts?ticketId={}", id::<contract::TicketId>(99));
    app.get(Some(&app.seller()), &path).await.expect_problem(404, "not_found");
}

/// More scans than one commit merges.
#[tokio::test]
async fn a_delivery_of_many_scans_is_merged_in_parts() {
    let (app, ann, _) = open().await;
    let (_, gate) = app.gate(show()).await;
    let order = complete_order(2, &ann, 100);
    let second = complete_order(3, &ann, 100);
    app.complete(&order).await;
    app.complete(&second).await;
    let mut codes = Vec::new();
    for admission in app.admissions(&order).await.iter().chain(&app.admissions(&second).await) {
        codes.push(code(&app, &ann, admission.id).await);
    }
    let names: Vec<String> = (0..codes.len()).map(|number| number.to_string()).collect();
    let scans: Vec<(&str, &str, u64)> =
        codes.iter().zip(&names).map(|(code, name)| (code.as_str(), name.as_str(), 0)).collect();
    let merged = app.merge(&gate, &scans).await.expect(200);
    assert_eq!(results(&merged), vec!["admitted"; 200]);
    let scans: Vec<_> = scans.iter().cycle().take(501).copied().collect();
    app.merge(&gate, &scans).await.expect_problem(400, "invalid_request");
}
