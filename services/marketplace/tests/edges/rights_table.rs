//! The table of rights: a row for each operation, a column for each kind of user.

use std::collections::BTreeMap;

/// The sender of a request, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The owner of the resource.
    Owner,
    /// The seller of the ticket concerned.
    Seller,
    /// An unrelated user with an account.
    Other,
    /// An administrator.
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

/// The response that one user must receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) status: u16,
    /// The code of the problem; empty without one.
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

/// Parses the table.
pub(crate) fn rights() -> Vec<Rights> {
    let (mut codes, mut rows) = (BTreeMap::new(), Vec::new());
    for line in include_str!("tables/rights.txt").lines() {
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
