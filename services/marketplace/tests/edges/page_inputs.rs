//! Each form and query that a page cannot read gets its exact response, and changes nothing.

use std::collections::BTreeSet;

use crate::bad_inputs::REVISION;
use crate::call::Call;
use crate::fixture::Fixture;
use crate::page_rights::STREAM;
use crate::page_routes::page_routes;
use crate::placeholders::text;
use crate::table::{Row, Section, page_sections};
use crate::test_marketplace::TestMarketplace;

/// Commands that read no form.
const WITHOUT_FORM: [&str; 2] = ["POST /signout", "POST /unsubscribe/{token}"];

/// The write of a wrong password beside the link of a sign-up: it is counted.
const GUESS_OF_LINK: &str = "auth changes links ";

/// The command that reads forms with a file, too.
const WITH_FILE: &str = "POST /sell/shows/{id}";

/// The writes of a show revision's request and of its refusal.
const REVISION_OF_SHOW: [&str; 4] = [
    "tickets changes shows ",
    "tickets tells market.show_revision.requested",
    "orders changes shows ",
    "orders tells market.show_terms.changed",
];

/// Whether the stock, in another service, refuses a row.
fn is_refused_by_the_stock(row: &Row) -> bool {
    row.answer == "409" && row.errors.contains("held or sold")
}

/// The errors of a page: of a form, beside its fields and above it, or of a refusal.
fn errors(page: &str) -> BTreeSet<&str> {
    let main = page.split("<main").nth(1).unwrap_or_default();
    let until = |text, end| str::split(text, end).next().unwrap_or_default();
    let beside = main.split("class=\"error\">").skip(1).map(|rest| until(rest, "<"));
    let above = main.split("<div class=\"note bad\" role=\"alert\"").skip(1);
    let above = above.flat_map(|rest| until(rest, "</div>").split("<p>").skip(1));
    let refusal = main.split("<section class=\"narrow stack\">").nth(1).unwrap_or_default();
    let refusal = until(refusal, "<p class=\"row\">").split("<p>").skip(1);
    beside.chain(above.chain(refusal).map(|rest| until(rest, "<"))).collect()
}

/// Sends a row in German too; returns the errors that are the same in both languages.
async fn try_in_german(
    row: &Row,
    call: &Call,
    english: &str,
    fixture: &Fixture<'_>,
) -> Option<String> {
    let german = call.clone().with_header("Accept-Language", "de").send(fixture).await;
    let in_both: Vec<&str> = errors(english).intersection(&errors(&german.body)).copied().collect();
    let Row { place, part, sent, .. } = row;
    let violation = || format!("{place} {part} {sent}\n  is English in German: {in_both:?}");
    (!in_both.is_empty()).then(violation)
}

/// The first section of a page, with the rows for all pages of its kind.
fn with_common_rows(section: Section, common: &[Section]) -> Section {
    let name = section.operation.as_str();
    let is_of_kind = |kind: &str| match kind {
        "every form" => name.starts_with("POST ") && !WITHOUT_FORM.contains(&name),
        "every command" => name.starts_with("POST "),
        kind => panic!("{kind} is not a kind of page"),
    };
    let of_kind = common.iter().filter(|common| is_of_kind(&common.operation));
    let mut rows = section.rows.clone();
    rows.extend(of_kind.flat_map(|common| common.rows.clone()));
    rows.retain(|row| name != WITH_FILE || !row.sent.starts_with("multipart/form-data"));
    Section { rows, ..section }
}

/// Sends a row; returns the difference from the expected response, if any.
async fn try_row(section: &Section, row: &Row, fixture: &mut Fixture<'_>) -> Option<String> {
    let call = Call::of(section, Some(row), fixture).await.with_header("Accept", "text/html");
    let shown = text(&row.errors, fixture).await;
    fixture.marketplace.written();
    let is_revision = is_refused_by_the_stock(row);
    let again = call.clone();
    let reply = if is_revision { call.send(fixture).await } else { call.send_alone(fixture).await };
    let Row { place, part, sent, answer, .. } = row;
    let violation = |what: String| {
        Some(format!("{place} {} {part} {sent}\n  {what}: {}", section.operation, reply.body))
    };
    if reply.status.to_string() != *answer {
        return violation(format!("expected {answer}, received {}", reply.status));
    }
    if !reply.body.contains(&shown) {
        return violation(format!("does not show {shown}"));
    }
    let mut written = fixture.marketplace.written();
    // A refusal is the first response to an idempotency key.
    written.retain(|line| !line.contains(" idempotency_keys "));
    if section.operation.contains("{token}") && row.answer == "422" {
        written.retain(|line| !line.starts_with(GUESS_OF_LINK));
    }
    if is_revision {
        let of_revision: Vec<_> = REVISION.iter().chain(&REVISION_OF_SHOW).collect();
        written.retain(|line| !of_revision.iter().any(|own| line.starts_with(**own)));
    }
    if !written.is_empty() {
        return violation(format!("changed something: {written:?}"));
    }
    try_in_german(row, &again, &reply.body, fixture).await
}

#[tokio::test]
async fn every_bad_form_gets_its_exact_response_and_changes_nothing() {
    let marketplace = TestMarketplace::open().await;
    let (common, sections): (Vec<Section>, Vec<Section>) =
        page_sections().into_iter().partition(|section| section.operation.starts_with("every "));
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for section in sections {
        let mut fixture = Fixture::new(&marketplace);
        let is_first = known.insert(section.operation.clone());
        let section = if is_first { with_common_rows(section, &common) } else { section };
        for row in &section.rows {
            wrong.extend(try_row(&section, row, &mut fixture).await);
        }
    }
    assert!(wrong.is_empty(), "{} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn every_unchanged_page_request_is_valid() {
    let marketplace = TestMarketplace::open().await;
    let sections = page_sections().into_iter();
    let is_one = |section: &Section| !section.operation.starts_with("every ");
    // The stream does not end; the test of rights reads its first bytes.
    for section in sections.filter(|section| is_one(section) && section.operation != STREAM) {
        let mut fixture = Fixture::new(&marketplace);
        let call = Call::of(&section, None, &mut fixture).await.with_header("Accept", "text/html");
        let reply = call.send(&fixture).await;
        assert_eq!(reply.status, section.status, "{} returned {}", section.operation, reply.body);
    }
}

#[test]
fn every_command_has_bad_inputs() {
    for route in page_routes().iter().filter(|route| route.starts_with("POST ")) {
        let mut of_it = page_sections().into_iter().filter(|section| section.operation == *route);
        let has_rows = of_it.any(|section| !section.rows.is_empty());
        assert!(has_rows || WITHOUT_FORM.contains(&route.as_str()), "{route} has no rows");
    }
}
