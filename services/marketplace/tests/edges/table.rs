//! Tables of bad inputs. A section is a good request, and rows that each change one part of it.
//!
//! ```text
//! PUT /api/tickets/{id} as seller
//!   id   <ticket>
//!   body {"title": "Concert", "price": 20.5}
//!   about <ticket>
//!   gets 200
//!
//!   body     | {"title": "Concert"} | 400 invalid_request | price: is required
//!   If-Match | 3                    | 400 invalid_request | If-Match: must be an ETag such as "3-5feceb66ffc86f38", a list of them, or *
//! ```
//!
//! A part is `id`, `query`, `body`, `path` (in place of the whole path), or the name of a header.
//! `<none>` leaves it out. The expected response is the status, the code and every entry of
//! `errors`, each as `field: message`, or the message alone.

/// One section.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// `PUT /api/tickets/{id}`, or `every body`.
    pub(crate) operation: String,
    /// The sender; `anonymous` without a session.
    pub(crate) sender: String,
    /// The parts of the good request.
    pub(crate) parts: Vec<(String, String)>,
    /// The resource of the request, as a word: its existence is not revealed to other users.
    pub(crate) about: Option<String>,
    /// The status of the response to the good request.
    pub(crate) status: u16,
    pub(crate) rows: Vec<Row>,
}

/// One bad input.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// `tickets.txt:12`
    pub(crate) place: String,
    /// The part that differs from the good request.
    pub(crate) part: String,
    /// The value of this part.
    pub(crate) sent: String,
    /// `400 invalid_request`
    pub(crate) answer: String,
    /// `price: is required; title: is required`
    pub(crate) errors: String,
}

/// The sections about single operations.
pub(crate) fn sections() -> Vec<Section> {
    let files = [
        ("users.txt", include_str!("tables/users.txt")),
        ("tickets.txt", include_str!("tables/tickets.txt")),
        ("shows.txt", include_str!("tables/shows.txt")),
        ("orders.txt", include_str!("tables/orders.txt")),
        ("payments.txt", include_str!("tables/payments.txt")),
        ("process.txt", include_str!("tables/process.txt")),
        ("mail.txt", include_str!("tables/mail.txt")),
        ("admissions.txt", include_str!("tables/admissions.txt")),
    ];
    files.into_iter().flat_map(|(file, text)| parse(file, text)).collect()
}

/// The sections about pages. The expected response to a row is a status, and a text of the page.
pub(crate) fn page_sections() -> Vec<Section> {
    parse("pages.txt", include_str!("tables/pages.txt"))
}

/// The sections whose rows apply to every operation of a kind.
pub(crate) fn common_sections() -> Vec<Section> {
    parse("every.txt", include_str!("tables/every.txt"))
}

fn parse(file: &str, text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let place = format!("{file}:{number}");
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if !line.starts_with(' ') {
            sections.push(heading(line));
            continue;
        }
        let last = sections.last_mut();
        let section = last.unwrap_or_else(|| panic!("{place}: a line before any section"));
        if line.contains(" | ") {
            section.rows.push(row(place, line));
        } else {
            section.take(&place, line.trim());
        }
    }
    sections
}

fn heading(line: &str) -> Section {
    let (operation, sender) = line.split_once(" as ").unwrap_or((line, "anonymous"));
    Section {
        operation: operation.trim().to_owned(),
        sender: sender.trim().to_owned(),
        parts: Vec::new(),
        about: None,
        status: 0,
        rows: Vec::new(),
    }
}

fn row(place: String, line: &str) -> Row {
    let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
    let [part, sent, answer, errors] = cells[..] else {
        panic!("{place}: a row has four cells, this one {}", cells.len());
    };
    let [part, sent, answer, errors] = [part, sent, answer, errors].map(str::to_owned);
    Row { place, part, sent, answer, errors }
}

impl Section {
    fn take(&mut self, place: &str, line: &str) {
        let (name, value) = line.split_once(' ').unwrap_or_else(|| panic!("{place}: no value"));
        let value = value.trim().to_owned();
        match name {
            "gets" => self.status = value.parse().unwrap(),
            "about" => self.about = Some(value.trim_matches(['<', '>']).to_owned()),
            name => self.parts.push((name.to_owned(), value)),
        }
    }
}
