//! Seek pagination: a limit, an opaque cursor, and the `Link` to the next page.

use std::fmt;
use std::str::FromStr;

use actix_web::HttpRequest;
use serde::Serialize;
use store::{Key, Position};

use crate::answer::Answer;

/// Entries of a page that names no limit.
pub const PAGE_SIZE_DEFAULT: u32 = 20;

/// Entries of a page at the most.
pub const PAGE_SIZE_MAX: u32 = 100;

/// Characters of a cursor at the most; ours have under 200.
const CURSOR_LENGTH_MAX: usize = 1_024;

/// How many entries a page is to have: 1 to [`PAGE_SIZE_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u32);

impl PageSize {
    /// As many as a page may have.
    pub const MAX: Self = Self(PAGE_SIZE_MAX);

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// One more than the page holds: what tells whether there is a next one.
    #[must_use]
    pub const fn and_one(self) -> u32 {
        self.0 + 1
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(PAGE_SIZE_DEFAULT)
    }
}

/// The text is not a page size or a cursor; it says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAPage(&'static str);

impl FromStr for PageSize {
    type Err = NotAPage;

    fn from_str(text: &str) -> Result<Self, NotAPage> {
        let size = text.parse().ok().filter(|size| (1..=PAGE_SIZE_MAX).contains(size));
        size.map(Self).ok_or(NotAPage("must be a whole number from 1 to 100"))
    }
}

impl utoipa::PartialSchema for PageSize {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .minimum(Some(1))
            .maximum(Some(PAGE_SIZE_MAX))
            .default(Some(PAGE_SIZE_DEFAULT.into()))
            .into()
    }
}

impl utoipa::ToSchema for PageSize {}

/// Where a page begins: behind this position. Opaque to clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub Position);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match &self.0.key {
            Key::Null => format!("n::{}", self.0.id),
            Key::Integer(value) => format!("i:{value}:{}", self.0.id),
            Key::Text(value) => format!("t:{value}:{}", self.0.id),
        };
        text.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = NotAPage;

    fn from_str(text: &str) -> Result<Self, NotAPage> {
        let not_a_cursor = NotAPage("must be a cursor that an earlier page gave");
        read_cursor(text).ok_or(not_a_cursor)
    }
}

fn read_cursor(text: &str) -> Option<Cursor> {
    if text.len() > CURSOR_LENGTH_MAX || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let digits = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(digits).collect();
    let text = String::from_utf8(bytes?).ok()?;
    let (kind, rest) = text.split_once(':')?;
    let (value, id) = rest.rsplit_once(':')?;
    let key = match kind {
        "n" => Key::Null,
        "i" => Key::Integer(value.parse().ok()?),
        "t" => Key::Text(value.to_owned()),
        _ => return None,
    };
    Some(Cursor(Position { key, id: id.to_owned() }))
}

impl utoipa::PartialSchema for Cursor {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^([0-9a-f]{2})+$"))
            .max_length(Some(CURSOR_LENGTH_MAX))
            .description(Some("From the Link header of an earlier page"))
            .into()
    }
}

impl utoipa::ToSchema for Cursor {}

/// The entries of a page, and where the next one is.
#[derive(Debug, Clone)]
pub struct Page<D> {
    /// Its entries.
    pub entries: Vec<D>,
    next: Option<String>,
}

impl<D> Page<D> {
    /// The page of `found`, which was asked for with [`PageSize::and_one`]; `position` tells the place of its last entry.
    #[must_use]
    pub fn of(
        request: &HttpRequest,
        size: PageSize,
        mut found: Vec<D>,
        position: impl Fn(&D) -> Position,
    ) -> Self {
        let wanted = usize::try_from(size.get()).unwrap_or(usize::MAX);
        let has_next = found.len() > wanted;
        found.truncate(wanted);
        let last = found.last().filter(|_| has_next);
        let next = last.map(|last| next(request, &Cursor(position(last))));
        Self { entries: found, next }
    }

    /// Where the entries leave no next page, the next page is the one behind `position`, if any: the list may go on there.
    #[must_use]
    pub fn or_behind(mut self, request: &HttpRequest, position: Option<Position>) -> Self {
        let behind = |position| next(request, &Cursor(position));
        self.next = self.next.or_else(|| position.map(behind));
        self
    }

    /// Answers a body that shows the entries, with the `Link` to the next page.
    #[must_use]
    pub fn answer(&self, body: &impl Serialize) -> Answer {
        let answer = Answer::ok(body);
        match &self.next {
            Some(next) => answer.header("Link", next.clone()),
            None => answer,
        }
    }
}

/// Answers a page that is nothing but its entries; as [`Page::of`].
#[must_use]
pub fn page<D, V: Serialize>(
    request: &HttpRequest,
    size: PageSize,
    found: Vec<D>,
    position: impl Fn(&D) -> Position,
    view: impl Fn(&D) -> V,
) -> Answer {
    let page = Page::of(request, size, found, position);
    let views: Vec<V> = page.entries.iter().map(view).collect();
    page.answer(&views)
}

fn next(request: &HttpRequest, cursor: &Cursor) -> String {
    let others = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let mut query: Vec<&str> = others.collect();
    let cursor = format!("cursor={cursor}");
    query.push(&cursor);
    format!("<{}?{}>; rel=\"next\"", request.path(), query.join("&"))
}
