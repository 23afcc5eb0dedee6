//! Each bad input receives its exact response, and changes nothing.

use std::collections::BTreeSet;

use reqwest::Method;

use crate::call::{Call, answer, errors};
use crate::document::{METHODS, Operation, operations};
use crate::fixture::Fixture;
use crate::placeholders::text;
use crate::table::{Row, Section, common_sections, sections};
use crate::test_marketplace::TestMarketplace;

/// Minimum number of rows, without those for every operation of a kind.
const ROWS_MIN: usize = 200;

/// Operations that have no input which could be wrong: a test below compares this list with the
/// document.
const WITHOUT_INPUT: [(&str, &str); 8] = [
    ("GET /.well-known/jwks.json", "has no parameter and no body"),
    ("GET /api/check-ins/keys", "has no parameter and no body"),
    ("GET /api/users/currentuser", "the session is optional"),
    ("GET /dev/mail", "has no parameter and no body"),
    ("GET /health/live", "has no parameter and no body"),
    ("GET /health/ready", "has no parameter and no body"),
    ("GET /metrics", "any Accept header is honoured or ignored"),
    ("GET /openapi.json", "has no parameter and no body"),
];

const WEBHOOK: &str = "POST /api/payments/webhook";

/// Operations whose bodies have another bound, which their tables test.
const LARGE_BODIES: [&str; 2] = [WEBHOOK, "POST /api/check-ins/batch"];

/// The rows for all operations of a kind that apply to this operation.
fn common_rows(operation: &Operation) -> Vec<Row> {
    let is_of_kind = |kind: &str| match kind {
        "every body" => operation.takes_json() && operation.name() != WEBHOOK,
        "every body of ordinary size" => {
            operation.takes_json() && !LARGE_BODIES.contains(&operation.name().as_str())
        }
        "every id" => operation.is_about_one(),
        "every list" => operation.is_list(),
        "every list without a required parameter" => {
            operation.is_list() && operation.name() != "GET /api/check-ins/conflicts"
        }
        "every session" => operation.needs_session(),
        "every change" => operation.changes_things(),
        "every change without a version" => {
            operation.changes_things() && !operation.compares_versions()
        }
        "every request" => true,
        kind => panic!("{kind} is not a kind of operation"),
    };
    let of_kind = common_sections().into_iter().filter(|section| is_of_kind(&section.operation));
    of_kind.flat_map(|section| section.rows).collect()
}

/// The writes of a revision's request and of its refusal; no response shows them.
pub(crate) const REVISION: [&str; 5] = [
    "tickets changes tickets ",
    "tickets tells market.revision.requested",
    "orders changes inventories ",
    "orders tells market.inventory.changed",
    "storefront changes offers ",
];

/// The write of a wrong password beside the link of a sign-up: it is counted.
const GUESS_OF_LINK: &str = "auth changes links ";

/// Whether the stock, in another service, refuses a row.
fn is_refused_by_the_stock(row: &Row) -> bool {
    ["409 reserved", "409 below_committed"].contains(&row.answer.as_str())
}

/// Sends a row; returns the difference from the expected response, if any.
async fn try_row(section: &Section, row: &Row, fixture: &mut Fixture<'_>) -> Option<String> {
    let call = Call::of(section, Some(row), fixture).await;
    let expected = format!("{} | {}", row.answer, text(&row.errors, fixture).await);
    fixture.marketplace.written();
    let is_revision = is_refused_by_the_stock(row);
    let reply = if is_revision { call.send(fixture).await } else { call.send_alone(fixture).await };
    let received = format!("{} | {}", answer(&reply), errors(&reply));
    let Row { place, part, sent, .. } = row;
    let violation =
        |what: String| Some(format!("{place} {} {part} {sent}\n  {what}", section.operation));
    if received != expected {
        return violation(format!("expected {expected}\n  received {received}"));
    }
    if !(400..500).contains(&reply.status) {
        return violation("is not a refusal".to_owned());
    }
    if reply.header("content-type") != "application/problem+json"
        || !reply.header("set-cookie").is_empty()
    {
        return violation(format!("has these headers: {:?}", reply.headers));
    }
    let mut written = fixture.marketplace.written();
    if row.answer == "401 bad_credentials" {
        written.retain(|line| !line.starts_with(GUESS_OF_LINK));
    }
    if is_revision {
        written.retain(|line| !REVISION.iter().any(|own| line.starts_with(own)));
    }
    if written.is_empty() { None } else { violation(format!("changed something: {written:?}")) }
}

#[tokio::test]
async fn every_bad_input_gets_its_exact_response_and_changes_nothing() {
    let marketplace = TestMarketplace::open().await;
    let operations = operations(&marketplace).await;
    let mut fixture = Fixture::new(&marketplace);
    // This order advances the clock, so it comes before anything that must not expire.
    fixture.known_as("expired order").await;
    let mut wrong = Vec::new();
    for section in sections() {
        for row in &section.rows {
            wrong.extend(try_row(&section, row, &mut fixture).await);
        }
    }
    for operation in &operations {
        let section = section_of(operation);
        for row in common_rows(operation) {
            wrong.extend(try_row(&section, &row, &mut fixture).await);
        }
    }
    assert!(wrong.is_empty(), "{} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The sections of an operation; every operation has one.
pub(crate) fn sections_of(operation: &Operation) -> Vec<Section> {
    let name = operation.name();
    let found: Vec<_> = sections().into_iter().filter(|known| known.operation == name).collect();
    assert!(!found.is_empty(), "no table has a section for {name}");
    found
}

/// The first section of an operation.
pub(crate) fn section_of(operation: &Operation) -> Section {
    sections_of(operation).remove(0)
}

#[tokio::test]
async fn every_operation_with_input_has_bad_inputs() {
    let marketplace = TestMarketplace::open().await;
    let operations = operations(&marketplace).await;
    for operation in &operations {
        let name = operation.name();
        let of_it = sections().into_iter().filter(|section| section.operation == name);
        let rows = of_it.map(|section| section.rows.len()).sum::<usize>();
        let takes_none = WITHOUT_INPUT.iter().any(|(known, _)| *known == name);
        assert!(!takes_none || operation.takes_no_input(), "{name} takes input");
        assert!(!takes_none || rows == 0, "{name} has rows and is listed as having none");
        let is_tried = rows + common_rows(operation).len() > 0;
        assert!(takes_none || is_tried, "{name} has no rows of bad inputs");
    }
    for section in sections() {
        let is_there = operations.iter().any(|known| known.name() == section.operation);
        assert!(is_there, "{} does not exist", section.operation);
    }
    let rows = sections().iter().map(|section| section.rows.len()).sum::<usize>();
    assert!(rows >= ROWS_MIN, "there are {rows} rows");
}

#[tokio::test]
async fn every_unchanged_request_is_valid() {
    let marketplace = TestMarketplace::open().await;
    for section in sections() {
        let mut fixture = Fixture::new(&marketplace);
        let reply = Call::of(&section, None, &mut fixture).await.send(&fixture).await;
        assert_eq!(reply.status, section.status, "{} returned {}", section.operation, reply.body);
    }
}

#[tokio::test]
async fn an_unsupported_method_is_rejected_with_the_supported_ones() {
    let marketplace = TestMarketplace::open().await;
    let operations = operations(&marketplace).await;
    let mut fixture = Fixture::new(&marketplace);
    let paths: BTreeSet<&String> = operations.iter().map(|known| &known.path).collect();
    for path in paths {
        let of_path: Vec<&Operation> =
            operations.iter().filter(|known| known.path == *path).collect();
        let is_of_path = |method: &&str| of_path.iter().any(|known| known.accepts(method, path));
        let allowed: Vec<&str> = METHODS.into_iter().filter(is_of_path).collect();
        let is_other = |method: &&str| !operations.iter().any(|known| known.accepts(method, path));
        let section = section_of(of_path[0]);
        for method in METHODS.into_iter().filter(is_other) {
            let call = Call::of(&section, None, &mut fixture).await;
            marketplace.written();
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let reply = call.with_method(method.clone()).send_alone(&fixture).await;
            assert_eq!(reply.status, 405, "{method} {path}");
            assert_eq!(reply.header("allow"), allowed.join(", "), "{method} {path}");
            if path == "/api/orders/{id}" {
                assert_eq!(reply.header("allow"), "GET, HEAD, DELETE");
            }
            if method != Method::HEAD {
                assert_eq!(errors(&reply), "The method is not allowed here");
                reply.expect_problem(405, "method_not_allowed");
            }
            assert_eq!(marketplace.written(), Vec::<String>::new(), "{method} {path}");
        }
    }
}
