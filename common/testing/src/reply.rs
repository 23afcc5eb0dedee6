//! The response to a call.

use std::str::FromStr;

use contract::TicketId;
use serde_json::Value;

/// Status, headers and body of a response.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub body: String,
}

impl Reply {
    /// Reads a response.
    ///
    /// # Errors
    /// When the connection ends before the body.
    pub async fn of(response: reqwest::Response) -> reqwest::Result<Self> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Self { status, headers, body: response.text().await? })
    }

    /// The body as JSON; `null` if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// A field of the body, by JSON pointer without its first slash: `items/0/title`.
    pub fn at(&self, pointer: &str) -> Value {
        self.json().pointer(&format!("/{pointer}")).cloned().unwrap_or(Value::Null)
    }

    /// A text field of the body; empty if it does not exist.
    pub fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_default().to_owned()
    }

    /// The `id` of the body, if the body has a valid one.
    pub fn id<T: FromStr>(&self) -> Option<T> {
        self.text("id").parse().ok()
    }

    /// The id of the ticket of a resale.
    pub fn resale(&self) -> Option<TicketId> {
        self.text("ticketId").parse().ok()
    }

    /// Whether it is the result of a command about an admission: a resale, or a device's record.
    pub fn is_of_admission(&self) -> bool {
        self.resale().is_some() || !self.text("record").is_empty()
    }

    /// The ids of the `tickets` of the body, which is a show; empty if it has none.
    pub fn tickets(&self) -> Vec<TicketId> {
        let tickets = self.at("tickets");
        let tickets = tickets.as_array().into_iter().flatten();
        tickets.filter_map(|ticket| ticket["id"].as_str()?.parse().ok()).collect()
    }

    /// A header; empty if it does not exist.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Every cookie that the response sets, as `name=value`.
    pub fn cookie_pairs(&self) -> Vec<&str> {
        let set = self.headers.get_all("set-cookie").iter();
        set.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap()).collect()
    }

    /// The `Cookie` header of a browser after this response: every cookie that it sets.
    pub fn cookies(&self) -> String {
        self.cookie_pairs().join("; ")
    }

    /// Fails the test unless the status is this.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "response: {}", self.body);
        self
    }

    /// Fails the test unless this is a problem with this status and code, in the common form of
    /// problems.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.text("code"), code, "response: {}", reply.body);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(reply.at("status"), status);
        assert_eq!(reply.text("requestId"), reply.header("x-request-id"));
        assert!(reply.at("errors/0/message").is_string(), "response: {}", reply.body);
        if matches!(status, 429 | 503) {
            assert!(!reply.header("retry-after").is_empty(), "no Retry-After");
        }
        let challenge = if status == 401 { "Cookie realm=\"boxoffice\"" } else { "" };
        assert_eq!(reply.header("www-authenticate"), challenge);
        reply
    }

    /// Fails the test unless this is a 400 with errors for exactly these fields, in this order.
    #[track_caller]
    pub fn expect_fields(self, fields: &[&str]) -> Self {
        let reply = self.expect_problem(400, "invalid_request");
        let errors = reply.at("errors");
        let named: Vec<&str> =
            errors.as_array().unwrap().iter().filter_map(|error| error["field"].as_str()).collect();
        assert_eq!(named, fields, "response: {}", reply.body);
        reply
    }

    /// The path of the next page; `None` on the last page.
    pub fn next_page(&self) -> Option<String> {
        let (path, rel) = self.header("link").strip_prefix('<')?.split_once('>')?;
        assert_eq!(rel, "; rel=\"next\"");
        Some(path.to_owned())
    }

    /// The body, which is a list.
    pub fn list(&self) -> Vec<Value> {
        self.json().as_array().unwrap().clone()
    }

    /// The id of each element of the body, which is a list.
    pub fn ids(&self) -> Vec<String> {
        self.list().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }
}
