//! Keyset pagination: a limit, an opaque cursor, and the `Link` to the next page.

use std::fmt;
use std::str::FromStr;

use actix_web::HttpRequest;
use serde::Serialize;
use store::reads::query::QUERY_LIMIT_MAX;
use store::{Document, Key, Position, Query, Store};

use crate::parsing::canonical::short_hash;
use crate::{Code, Problem, Response, TableFormat};

/// Entries of a page by default.
pub const PAGE_SIZE_DEFAULT: u32 = 20;

/// Maximum entries of a page.
pub const PAGE_SIZE_MAX: u32 = 100;

/// Rows of a table by default: as many as one query returns.
pub const TABLE_ROWS_MAX: u32 = QUERY_LIMIT_MAX;

/// Maximum characters of a cursor; generated ones have under 200.
const CURSOR_LENGTH_MAX: usize = 1_024;

/// Requested entries of a page: 1 to [`PAGE_SIZE_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u32);

impl PageSize {
    /// The largest page.
    pub const MAX: Self = Self(PAGE_SIZE_MAX);

    /// This number of entries, within the bounds.
    #[must_use]
    pub fn of(entries: u32) -> Self {
        Self(entries.clamp(1, PAGE_SIZE_MAX))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// One more than the size of the page: the extra entry shows that there is a next page.
    #[must_use]
    pub const fn plus_one(self) -> u32 {
        self.0 + 1
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(PAGE_SIZE_DEFAULT)
    }
}

/// The text is not a page size or a cursor; the message states the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PageError(&'static str);

impl FromStr for PageSize {
    type Err = PageError;

    fn from_str(text: &str) -> Result<Self, PageError> {
        let size = text.parse().ok().filter(|size| (1..=PAGE_SIZE_MAX).contains(size));
        size.map(Self).ok_or(PageError("must be a whole number from 1 to 100"))
    }
}

contract::schema!(
    PageSize,
    Integer,
    minimum(Some(1)),
    maximum(Some(PAGE_SIZE_MAX)),
    default(Some(PAGE_SIZE_DEFAULT.into())),
);

/// The start of a page: behind a position of one list. Opaque to clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    position: Position,
    /// A hash of the list and the position: other lists reject the cursor. It protects no secret.
    checksum: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}:{}", text_of(&self.position), self.checksum);
        f.write_str(&hex::encode(text))
    }
}

impl FromStr for Cursor {
    type Err = PageError;

    fn from_str(text: &str) -> Result<Self, PageError> {
        let not_a_cursor = PageError("must be a cursor of an earlier page");
        read_cursor(text).ok_or(not_a_cursor)
    }
}

fn text_of(position: &Position) -> String {
    let Position { key, id } = position;
    match key {
        Key::Null => format!("n::{id}"),
        Key::Integer(value) => format!("i:{value}:{id}"),
        Key::Text(value) => format!("t:{value}:{id}"),
    }
}

fn read_cursor(text: &str) -> Option<Cursor> {
    if text.len() > CURSOR_LENGTH_MAX {
        return None;
    }
    let text = String::from_utf8(hex::decode(text).ok()?).ok()?;
    let (kind, rest) = text.split_once(':')?;
    let (rest, checksum) = rest.rsplit_once(':')?;
    let (value, id) = rest.rsplit_once(':')?;
    let key = match kind {
        "n" => Key::Null,
        "i" => Key::Integer(value.parse().ok()?),
        "t" => Key::Text(value.to_owned()),
        _ => return None,
    };
    Some(Cursor { position: Position { key, id: id.to_owned() }, checksum: checksum.to_owned() })
}

/// One list of one client: its route, its selection, and its order.
#[derive(Debug, Clone)]
pub struct List<'r> {
    request: &'r HttpRequest,
    query: Query,
    selection: String,
}

impl<'r> List<'r> {
    /// The list of a query, without position and limit.
    #[must_use]
    pub fn of(request: &'r HttpRequest, query: &Query) -> Self {
        Self { request, query: query.clone(), selection: query.selection() }
    }

    /// The same list, restricted to entries that contain a text.
    #[must_use]
    pub fn containing(mut self, text: &str) -> Self {
        self.selection.push('\n');
        self.selection.push_str(text);
        self
    }

    /// The cursor at a position.
    #[must_use]
    pub fn cursor(&self, position: Position) -> Cursor {
        let checksum = self.checksum(&position);
        Cursor { position, checksum }
    }

    /// The position of a cursor.
    ///
    /// # Errors
    /// 400 `invalid_request` for a cursor of another list, of another order or of other filters.
    pub fn position(&self, cursor: Option<Cursor>) -> Result<Option<Position>, Problem> {
        let Some(Cursor { position, checksum }) = cursor else { return Ok(None) };
        if checksum == self.checksum(&position) {
            return Ok(Some(position));
        }
        let rule = "must be a cursor of an earlier page of the same list, order and filters";
        Err(Problem::new(Code::INVALID_REQUEST).error("cursor", rule))
    }

    fn checksum(&self, position: &Position) -> String {
        let list = format!("{}\n{}\n{}", self.request.path(), self.selection, text_of(position));
        short_hash(&list)
    }

    /// The page behind a position.
    fn next(&self, position: Position) -> Next {
        let others = self
            .request
            .query_string()
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
        let mut query: Vec<&str> = others.collect();
        let cursor = format!("cursor={}", self.cursor(position.clone()));
        query.push(&cursor);
        Next { position, path: format!("{}?{}", self.request.path(), query.join("&")) }
    }
}

contract::schema!(
    Cursor,
    String,
    pattern(Some("^([0-9a-f]{2})+$")),
    max_length(Some(CURSOR_LENGTH_MAX)),
    description(Some("From the Link header of an earlier page")),
);

/// The entries of a page, and the link to the next one.
#[derive(Debug, Clone)]
pub struct Page<D> {
    /// Its entries.
    pub entries: Vec<D>,
    next: Option<Next>,
}

/// The page behind a position, and its path and query.
#[derive(Debug, Clone)]
struct Next {
    position: Position,
    path: String,
}

impl<D: Document> Page<D> {
    /// Reads a page of a query: its size, and the cursor of an earlier page.
    ///
    /// # Errors
    /// As [`List::position`]; 503 in an outage of the store.
    pub async fn read(
        store: &Store,
        request: &HttpRequest,
        query: Query,
        (size, cursor): (Option<PageSize>, Option<Cursor>),
    ) -> Result<Self, Problem> {
        let (list, size) = (List::of(request, &query), size.unwrap_or_default());
        let query = query.after(list.position(cursor)?).limit(size.plus_one());
        Ok(Self::of(&list, size, store.query(query).await?))
    }

    /// Reads a page in a format: as [`Page::read`], or of [`TABLE_ROWS_MAX`] entries for a table
    /// without a requested size. Behind a full table the next page may be empty.
    ///
    /// # Errors
    /// As [`Page::read`].
    pub async fn in_format(
        store: &Store,
        request: &HttpRequest,
        query: Query,
        (format, size, cursor): (TableFormat, Option<PageSize>, Option<Cursor>),
    ) -> Result<Self, Problem> {
        if format == TableFormat::Json || size.is_some() {
            return Self::read(store, request, query, (size, cursor)).await;
        }
        let list = List::of(request, &query);
        let query = query.after(list.position(cursor)?).limit(TABLE_ROWS_MAX);
        let entries: Vec<D> = store.query(query).await?;
        let is_full = usize::try_from(TABLE_ROWS_MAX).is_ok_and(|most| entries.len() >= most);
        let behind = entries.last().filter(|_| is_full);
        let next = behind.map(|entry| list.next(list.query.position_of(entry)));
        Ok(Self { entries, next })
    }

    /// The page of `found`, which was queried with [`PageSize::plus_one`].
    #[must_use]
    pub fn of(list: &List<'_>, size: PageSize, mut found: Vec<D>) -> Self {
        let wanted = usize::try_from(size.get()).unwrap_or(usize::MAX);
        let has_next = found.len() > wanted;
        found.truncate(wanted);
        let behind = found.last().filter(|_| has_next);
        let next = behind.map(|entry| list.next(list.query.position_of(entry)));
        Self { entries: found, next }
    }

    /// Begins the next page behind `position`, if any, where the entries leave no next page.
    #[must_use]
    pub fn or_next(mut self, list: &List<'_>, position: Option<Position>) -> Self {
        self.next = self.next.or_else(|| position.map(|position| list.next(position)));
        self
    }

    /// The path and query of the next page.
    #[must_use]
    pub fn next_path(&self) -> Option<String> {
        self.next.as_ref().map(|next| next.path.clone())
    }

    /// The position behind which the next page begins.
    #[must_use]
    pub fn next_position(&self) -> Option<Position> {
        self.next.as_ref().map(|next| next.position.clone())
    }

    /// Returns a body with the entries, and the `Link` to the next page.
    pub fn response(&self, body: &impl Serialize) -> Response {
        self.linked(Response::ok(body))
    }

    /// Adds the `Link` to the next page to a response with the entries.
    pub fn linked(&self, response: Response) -> Response {
        match &self.next {
            Some(Next { path, .. }) => response.header("Link", format!("<{path}>; rel=\"next\"")),
            None => response,
        }
    }

    /// Returns a body with the views of the entries, and the `Link` to the next page.
    pub fn shown<V: Serialize>(&self, view: impl Fn(&D) -> V) -> Response {
        self.response(&self.entries.iter().map(view).collect::<Vec<V>>())
    }
}
