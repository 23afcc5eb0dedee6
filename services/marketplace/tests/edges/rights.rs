//! Users have exactly the rights in the table of rights: a row for each operation, a column for
//! each kind of user.

use std::collections::BTreeMap;

use testing::Reply;

use crate::bad_inputs::section_of;
use crate::call::{Call, answer};
use crate::document::{Operation, operations};
use crate::fixture::Fixture;
use crate::table::Section;
use crate::test_marketplace::TestMarketplace;

/// The sender of a request, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Owner,
    /// The seller of the ticket concerned.
    Seller,
    Other,
    Admin,
    /// The owner, banned.
    Banned,
    /// The owner, with a session that ended by a sign-out.
    SignedOut,
    /// A client without a session.
    Anonymous,
}

impl Who {
    pub(crate) const ALL: [Self; 7] = [
        Self::Owner,
        Self::Seller,
        Self::Other,
        Self::Admin,
        Self::Banned,
        Self::SignedOut,
        Self::Anonymous,
    ];
}

/// Whether a response shows the resource of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    It,
    NotIt,
    /// The table makes no statement.
    Anything,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) status: u16,
    /// The code of the problem; empty without one. Of a page that leads to another, the path.
    pub(crate) code: String,
    pub(crate) shows: Shows,
}

/// The responses that the users of an operation must receive.
#[derive(Debug, Clone)]
pub(crate) struct Rights {
    /// `GET /api/orders/{id}`
    pub(crate) operation: String,
    cells: Vec<Cell>,
}

impl Rights {
    pub(crate) fn of(&self, who: Who) -> &Cell {
        let at = Who::ALL.iter().position(|known| *known == who).unwrap();
        &self.cells[at]
    }
}

impl Cell {
    pub(crate) fn is_refusal(&self) -> bool {
        self.status >= 400
    }
}

fn rights() -> Vec<Rights> {
    rights_in(include_str!("tables/rights.txt"))
}

/// The rows of a table of rights.
pub(crate) fn rights_in(table: &str) -> Vec<Rights> {
    let (mut codes, mut rows) = (BTreeMap::new(), Vec::new());
    for line in table.lines() {
        if let Some((status, code)) = line.split_once(" is ").filter(|_| !line.starts_with('#')) {
            codes.insert(status.trim(), code.trim());
        } else if line.starts_with(|c: char| c.is_ascii_uppercase()) {
            rows.push(row(line, &codes));
        }
    }
    rows
}

fn row(line: &str, codes: &BTreeMap<&str, &str>) -> Rights {
    let mut columns = line.split('|').map(str::trim);
    let (method, path) = columns.next().unwrap().split_once(' ').unwrap();
    let operation = format!("{method} {}", path.trim());
    let cells: Vec<Cell> = columns.map(|text| cell(text, codes)).collect();
    assert_eq!(cells.len(), Who::ALL.len(), "{line}");
    Rights { operation, cells }
}

/// `200`, `200 it`, `200 not it`, `404`, `409 own_ticket`
fn cell(text: &str, codes: &BTreeMap<&str, &str>) -> Cell {
    let (status, rest) = text.split_once(' ').unwrap_or((text, ""));
    let shows = match rest {
        "it" => Shows::It,
        "not it" => Shows::NotIt,
        _ => Shows::Anything,
    };
    let code = match (shows, rest) {
        (Shows::Anything, "") => codes.get(status).copied().unwrap_or_default(),
        (Shows::Anything, code) => code,
        (Shows::It | Shows::NotIt, _) => "",
    };
    Cell { status: status.parse().unwrap(), code: code.to_owned(), shows }
}

/// An id of no document.
const UNKNOWN: &str = "000000000000000000000000";

/// The owner of a section's request; the buyer where the request needs no session.
fn owner(section: &Section) -> &str {
    if section.sender == "anonymous" { "buyer" } else { &section.sender }
}

/// The good request of a section from a kind of user; first creates the resource that it names.
pub(crate) async fn request_of(section: &Section, who: Who, fixture: &mut Fixture<'_>) -> Call {
    let call = Call::of(section, None, fixture).await;
    if let Some(about) = &section.about {
        fixture.known_as(about).await;
    }
    let sender = match who {
        Who::Owner => Some(fixture.person(owner(section)).await),
        Who::Seller => Some(fixture.person("seller").await),
        Who::Other => Some(fixture.person("other").await),
        Who::Admin => Some(fixture.person("admin").await),
        Who::Banned => Some(fixture.banned(owner(section)).await),
        Who::SignedOut => Some(fixture.ended_session(owner(section)).await),
        Who::Anonymous => None,
    };
    call.by(sender.as_ref())
}

/// Reads whose parameter is personal data, which a URL must not contain.
const READS_BY_POST: [&str; 1] = ["POST /api/users/lookup"];

/// Returns the difference between a response and its cell, if any.
async fn judge(
    (section, operation): (&Section, &Operation),
    (who, cell): (Who, &Cell),
    (reply, written): (&Reply, &[String]),
    fixture: &mut Fixture<'_>,
) -> Option<String> {
    let violation = |what: String| Some(format!("{} as {who:?}: {what}", section.operation));
    let expected = format!("{} {}", cell.status, cell.code).trim().to_owned();
    let received = answer(reply);
    if received != expected {
        return violation(format!("expected {expected}, received {received}: {}", reply.body));
    }
    if cell.is_refusal() && !written.is_empty() {
        return violation(format!("is refused, and changed something: {written:?}"));
    }
    let is_read = READS_BY_POST.contains(&operation.name().as_str());
    if is_read && !written.is_empty() {
        return violation(format!("is a read, and changed something: {written:?}"));
    }
    if who == Who::Owner && operation.changes_things() && !is_read && written.is_empty() {
        return violation("changed nothing".to_owned());
    }
    if !operation.statuses().contains(&reply.status) {
        return violation(format!("{received} is not in the document"));
    }
    let about = match &section.about {
        Some(about) => fixture.known_as(about).await,
        None => return None,
    };
    let is_shown = reply.body.contains(&about);
    match cell.shows {
        Shows::It if !is_shown => violation("does not show the resource".to_owned()),
        Shows::NotIt if is_shown => violation("shows the resource".to_owned()),
        // A problem may repeat the requested id, which reveals nothing about the resource.
        Shows::It | Shows::NotIt | Shows::Anything => None,
    }
}

#[tokio::test]
async fn every_role_has_exactly_the_rights_in_the_table() {
    let marketplace = TestMarketplace::open().await;
    let mut wrong = Vec::new();
    for operation in operations(&marketplace).await {
        let (row, section) = (row_of(&operation), section_of(&operation));
        let mut refused = Fixture::new(&marketplace);
        for who in Who::ALL {
            let cell = row.of(who);
            // An accepted request may use up the resource for the next one, and a ban remains.
            let is_used_up =
                who == Who::Banned || (!cell.is_refusal() && operation.changes_things());
            let mut fresh = Fixture::new(&marketplace);
            let fixture = if is_used_up { &mut fresh } else { &mut refused };
            let request = request_of(&section, who, fixture).await;
            marketplace.written();
            let reply = if cell.is_refusal() {
                request.send_alone(fixture).await
            } else {
                request.send(fixture).await
            };
            let written = marketplace.written();
            let about = (&section, &operation);
            wrong.extend(judge(about, (who, cell), (&reply, &written), fixture).await);
        }
    }
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn row_of(operation: &Operation) -> Rights {
    let found = rights().into_iter().find(|row| row.operation == operation.name());
    found.unwrap_or_else(|| panic!("the table of rights has no row for {}", operation.name()))
}

#[tokio::test]
async fn the_table_of_rights_has_exactly_one_row_for_each_operation() {
    let marketplace = TestMarketplace::open().await;
    let mut there: Vec<String> =
        operations(&marketplace).await.iter().map(Operation::name).collect();
    let mut rows: Vec<String> = rights().into_iter().map(|row| row.operation).collect();
    there.sort();
    rows.sort();
    assert_eq!(rows, there);
}

/// A response, byte for byte, without the headers that differ in each response.
fn comparable(reply: &Reply) -> (u16, Vec<(String, String)>, String) {
    let own = ["x-request-id", "date"];
    let headers = reply.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = headers.map(|(name, value)| (name.to_string(), text(value.as_bytes())));
    let body = reply.body.replace(&reply.text("requestId"), "");
    (reply.status, headers.collect(), body)
}

#[tokio::test]
async fn an_object_of_another_user_looks_like_a_missing_object() {
    let marketplace = TestMarketplace::open().await;
    let mut compared = 0;
    for operation in operations(&marketplace).await {
        if row_of(&operation).of(Who::Other).status != 404 {
            continue;
        }
        let section = section_of(&operation);
        let mut fixture = Fixture::new(&marketplace);
        let theirs =
            request_of(&section, Who::Other, &mut fixture).await.send_alone(&fixture).await;
        let mut unknown = section.clone();
        for (part, value) in &mut unknown.parts {
            *value = match part.as_str() {
                "id" => UNKNOWN.to_owned(),
                _ => ["<order>", "<paid order>", "<admission>"]
                    .iter()
                    .fold(value.clone(), |value, word| value.replace(word, UNKNOWN)),
            };
        }
        assert_ne!(unknown.parts, section.parts, "{} names no resource", operation.name());
        let nobodys =
            request_of(&unknown, Who::Other, &mut fixture).await.send_alone(&fixture).await;
        assert_eq!(comparable(&theirs), comparable(&nobodys), "{}", operation.name());
        compared += 1;
    }
    assert!(compared >= 6, "only {compared} were compared");
}
