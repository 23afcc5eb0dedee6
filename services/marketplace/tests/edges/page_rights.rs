//! Visitors see exactly the pages in the table of pages: a row for each page and command, a column
//! for each kind of visitor. A page that comes with a session leads those without one to sign-in and
//! back; a page of others, or of administrators, does not exist.

use std::collections::BTreeSet;

use serde_json::json;
use testing::Reply;

use crate::call::Call;
use crate::fixture::Fixture;
use crate::page_routes::page_routes;
use crate::rights::{Cell, Rights, Shows, Who, request_of, rights_in};
use crate::table::{Section, page_sections};
use crate::test_marketplace::TestMarketplace;

/// The page that never ends: its head and first bytes are its response.
pub(crate) const STREAM: &str = "GET /live";

/// The commands that lead to no other page: providers of mailboxes follow no redirect, and the result
/// of a scan is on the page of the next one, and the key of a gate on one page only.
const WITHOUT_REDIRECT: [&str; 5] = [
    "POST /unsubscribe/{token}",
    "POST /sell/shows/{id}/door",
    "POST /sell/shows/{id}/door/gates",
    "POST /sell/tickets/{id}/door",
    "POST /sell/tickets/{id}/door/gates",
];

/// Writes of reads: the first code of all needs a key, and a document is cached.
const OF_READS: [&str; 3] = [
    "admissions adds issuers issuer",
    "admissions adds documents ",
    "admissions adds document_files ",
];

/// Headers of pages whose paths contain the secret of a mailed link.
const HEADERS_OF_LINKS: [(&str, &str); 2] =
    [("referrer-policy", "strict-origin"), ("x-robots-tag", "noindex")];

/// Parts of the policy of every page: it runs no script but the own ones, and is in no frame.
const POLICY_PARTS: [&str; 6] = [
    "default-src 'none'",
    "script-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
];

fn page_rights() -> Vec<Rights> {
    rights_in(include_str!("tables/page_rights.txt"))
}

/// The first section of a page.
fn section_of(route: &str) -> Section {
    let found = page_sections().into_iter().find(|section| section.operation == route);
    found.unwrap_or_else(|| panic!("pages.txt has no section for {route}"))
}

#[test]
fn every_registered_page_has_one_row_of_rights_and_a_good_request() {
    let mut routes = page_routes();
    routes.sort();
    let mut rows: Vec<String> = page_rights().into_iter().map(|row| row.operation).collect();
    rows.sort();
    assert_eq!(rows, routes);
    let sections: BTreeSet<String> =
        page_sections().into_iter().map(|section| section.operation).collect();
    let sections: BTreeSet<&String> =
        sections.iter().filter(|name| !name.starts_with("every ")).collect();
    assert_eq!(sections, routes.iter().collect());
}

/// The response to a request for a page; of the stream, the bytes that it begins with.
async fn reply_to(section: &Section, request: Call, cell: &Cell, fixture: &Fixture<'_>) -> Reply {
    let request = request.with_header("Accept", "text/html");
    if section.operation == STREAM && cell.status == 200 {
        let mut response = request.request(fixture).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let first = response.chunk().await.unwrap().unwrap();
        return Reply { status, headers, body: String::from_utf8(first.to_vec()).unwrap() };
    }
    let is_change = section.operation.starts_with("POST ") && !cell.is_refusal();
    if is_change { request.send(fixture).await } else { request.send_alone(fixture).await }
}

/// `200`, or `303 /orders/{id}`: the status, and the path that a page leads to.
fn answer(reply: &Reply) -> String {
    let is_digit = |character: char| character.is_ascii_hexdigit();
    let mut place = String::new();
    for part in reply.header("location").split_inclusive(|character| !is_digit(character)) {
        let (word, end) = part.split_at(part.trim_end_matches(|one| !is_digit(one)).len());
        place.extend([if word.len() == 24 { "{id}" } else { word }, end]);
    }
    format!("{} {place}", reply.status).trim().to_owned()
}

fn expected(cell: &Cell, section: &Section, path: &str) -> String {
    let is_to_sign_in = cell.status == 303 && cell.code == "sign-in";
    let place = if is_to_sign_in {
        // Back to the page, which has the path of its form.
        format!("/signin?return={}", section.operation.split_once(' ').unwrap().1)
    } else {
        cell.code.clone()
    };
    assert!(!is_to_sign_in || !path.contains('?'), "{path} has a query");
    format!("{} {place}", cell.status).trim().to_owned()
}

async fn judge(
    section: &Section,
    (who, cell): (Who, &Cell),
    (reply, path): (&Reply, &str),
    fixture: &mut Fixture<'_>,
) -> Option<String> {
    let violation = |what: String| Some(format!("{} as {who:?}: {what}", section.operation));
    let (expected, mut received) = (expected(cell, section, path), answer(reply));
    let is_link = section.operation.ends_with("/{token}");
    if is_link && let Some((_, secret)) = path.rsplit_once('/') {
        let shown = secret.split_once('.').map_or(secret, |(_, secret)| secret);
        received = received.replace(&format!("{{id}}.{shown}"), "{token}");
    }
    if received != expected {
        return violation(format!("expected {expected}, received {received}: {}", reply.body));
    }
    let mut written = fixture.marketplace.written();
    // A refusal is the first response to an idempotency key.
    written.retain(|line| reply.status != 409 || !line.contains(" idempotency_keys "));
    written.retain(|line| !OF_READS.iter().any(|of| line.starts_with(of)));
    let is_done = reply.status == 303 || WITHOUT_REDIRECT.contains(&&*section.operation);
    let may_write = section.operation.starts_with("POST ") && is_done;
    if !written.is_empty() && (!may_write || cell.code == "sign-in") {
        return violation(format!("changed something: {written:?}"));
    }
    if reply.header("content-type").starts_with("text/html") {
        let policy = reply.header("content-security-policy");
        if let Some(part) = POLICY_PARTS.iter().find(|part| !policy.contains(**part)) {
            return violation(format!("its policy has no {part}: {policy}"));
        }
        for (name, value) in HEADERS_OF_LINKS.iter().filter(|_| is_link) {
            if reply.header(name) != *value {
                return violation(format!("{name} is {}", reply.header(name)));
            }
        }
    }
    let has_session = ![Who::Banned, Who::SignedOut, Who::Anonymous].contains(&who);
    let is_page = reply.header("content-type").starts_with("text/html");
    if has_session && is_page && reply.header("cache-control").contains("public") {
        return violation("is stored by shared caches".to_owned());
    }
    let about = match &section.about {
        Some(about) => fixture.known_as(about).await,
        None => return None,
    };
    match (cell.shows, reply.body.contains(&about)) {
        (Shows::It, false) => violation("does not show the resource".to_owned()),
        (Shows::NotIt, true) => violation("shows the resource".to_owned()),
        (Shows::It | Shows::NotIt | Shows::Anything, _) => None,
    }
}

#[tokio::test]
async fn every_visitor_sees_exactly_the_pages_in_the_table() {
    let marketplace = TestMarketplace::open().await;
    let mut wrong = Vec::new();
    for row in page_rights() {
        let section = section_of(&row.operation);
        for who in Who::ALL {
            let cell = row.of(who);
            let mut fixture = Fixture::new(&marketplace);
            let request = request_of(&section, who, &mut fixture).await;
            let path = request.path().to_owned();
            marketplace.written();
            let reply = reply_to(&section, request, cell, &fixture).await;
            wrong.extend(judge(&section, (who, cell), (&reply, &path), &mut fixture).await);
        }
    }
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn health_metrics_and_the_api_are_no_pages() {
    let marketplace = TestMarketplace::open().await;
    for path in ["/health/live", "/health/ready", "/openapi.json"] {
        marketplace.app.get(None, path).await.expect(200).json().as_object().unwrap();
    }
    for path in ["/api/none", "/graphql", "/dev/none", "/health", "/.well-known/none"] {
        let request = marketplace.app.request(reqwest::Method::GET, path, None);
        let reply = marketplace.app.send(request.header("Accept", "text/html")).await;
        reply.expect_problem(404, "not_found");
    }
    let request = marketplace.app.request(reqwest::Method::GET, "/none", None);
    let reply = marketplace.app.send(request.header("Accept", "text/html")).await.expect(404);
    assert!(reply.header("content-type").starts_with("text/html"), "{:?}", reply.headers);
    marketplace.app.get(None, "/none").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn the_words_of_a_seller_are_text_on_every_page() {
    const WORDS: &str = "</script><script>alert('x')</script><img src=x onerror=\"y()\">";
    let marketplace = TestMarketplace::open().await;
    let (app, mut fixture) = (&marketplace.app, Fixture::new(&marketplace));
    let (seller, buyer) = (fixture.person("seller").await, fixture.person("buyer").await);
    let body = json!({"title": WORDS, "description": WORDS, "price": 20, "venue": WORDS});
    let offer = app.settle_while(app.post(Some(&seller), "/api/tickets", &body)).await.expect(201);
    let body = json!({"ticketId": offer.text("id")});
    let order = app.settle_while(app.post(Some(&buyer), "/api/orders", &body)).await.expect(201);
    let ticket = format!("/tickets/{}", offer.text("id"));
    let order = format!("/orders/{}", order.text("id"));
    for path in ["/", "/?q=alert", "/orders", &ticket, &order] {
        let page = app.get(Some(&buyer), path).await.expect(200).body;
        assert!(page.contains("alert("), "{path} does not show the offer: {page}");
        for tag in ["<script>alert", "<img src=x"] {
            assert!(!page.contains(tag), "{path} contains {tag}: {page}");
        }
    }
}
