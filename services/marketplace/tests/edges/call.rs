//! A request as a section of a table describes it, and its response.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder};
use testing::{Reply, User};

use crate::fixture::Fixture;
use crate::placeholders::{resolve, text};
use crate::table::{Row, Section};

/// A request with its placeholders replaced.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

/// The parts of a section's good request, with one of them changed by a row.
fn parts<'s>(section: &'s Section, row: Option<&'s Row>) -> BTreeMap<&'s str, &'s str> {
    let own = section.parts.iter().map(|(part, value)| (part.as_str(), value.as_str()));
    let mut parts: BTreeMap<_, _> = own.collect();
    if parts.contains_key("body") {
        parts.entry("Content-Type").or_insert("application/json");
    }
    parts.extend(row.map(|Row { part, sent, .. }| (part.as_str(), sent.as_str())));
    parts.retain(|_, value| *value != "<none>");
    parts
}

impl Call {
    /// The request of a section, with the change of a row; creates the people and things that it
    /// names.
    pub(crate) async fn of(
        section: &Section,
        row: Option<&Row>,
        fixture: &mut Fixture<'_>,
    ) -> Self {
        let (method, path) = section.operation.split_once(' ').unwrap();
        let mut call = Self {
            method: method.parse().unwrap(),
            path: path.trim().to_owned(),
            headers: HeaderMap::new(),
            body: None,
        };
        let parts = parts(section, row);
        // First, since a signature covers it.
        if let Some(value) = parts.get("body") {
            let body = resolve(value, fixture).await;
            fixture.sign(&String::from_utf8_lossy(&body));
            call.body = Some(body);
        }
        let mut query = String::new();
        for (part, value) in parts {
            match part {
                "body" => {}
                "path" => call.path = text(value, fixture).await,
                parameter if call.path.contains(&format!("{{{parameter}}}")) => {
                    let value = text(value, fixture).await;
                    call.path = call.path.replace(&format!("{{{parameter}}}"), &value);
                }
                "query" => query = format!("?{}", text(value, fixture).await),
                header => {
                    let value = HeaderValue::from_bytes(&resolve(value, fixture).await).unwrap();
                    call.headers.append(HeaderName::try_from(header).unwrap(), value);
                }
            }
        }
        call.path.push_str(&query);
        let has_cookie = row.is_some_and(|row| row.part == "Cookie");
        if section.sender != "anonymous" && !has_cookie {
            let sender = fixture.person(&section.sender).await;
            call = call.by(Some(&sender));
        }
        call
    }

    pub(crate) fn by(mut self, user: Option<&User>) -> Self {
        self.headers.remove(COOKIE);
        match user {
            Some(user) => self.with_header("Cookie", &user.cookie),
            None => self,
        }
    }

    /// The read of the resource that the request changes, by the same user.
    pub(crate) fn reading(&self) -> Self {
        let path = self.path.split('/').take(4).collect::<Vec<_>>().join("/");
        let headers = HeaderMap::from_iter([(COOKIE, self.headers[COOKIE].clone())]);
        Self { method: Method::GET, path, headers, body: None }
    }

    pub(crate) fn with_method(self, method: Method) -> Self {
        Self { method, ..self }
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(HeaderName::try_from(name).unwrap(), value.parse().unwrap());
        self
    }

    pub(crate) fn with_query(mut self, query: &str) -> Self {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(query);
        self
    }

    /// The same request with its body in another format.
    pub(crate) fn with_body(mut self, write: fn(&str) -> String) -> Self {
        let body = self.body.map(|body| write(std::str::from_utf8(&body).unwrap()).into_bytes());
        self.body = body;
        self
    }

    /// Sends a request that must be refused. No loop is stepped: a refusal needs none.
    pub(crate) async fn send_alone(self, fixture: &Fixture<'_>) -> Reply {
        let app = &fixture.marketplace.app;
        app.send(self.request(fixture)).await
    }

    /// Sends a request while the loops are stepped.
    pub(crate) async fn send(self, fixture: &Fixture<'_>) -> Reply {
        let app = &fixture.marketplace.app;
        app.settle_while(app.send(self.request(fixture))).await
    }

    /// The path, with its query.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn request(self, fixture: &Fixture<'_>) -> RequestBuilder {
        let request = fixture.marketplace.app.request(self.method, &self.path, None);
        let request = request.headers(self.headers);
        match self.body {
            Some(body) => request.body(body),
            None => request,
        }
    }
}

/// `400 invalid_request`, or the status alone.
pub(crate) fn answer(reply: &Reply) -> String {
    // A success may contain the code of an admission.
    let code = if reply.status < 400 { String::new() } else { reply.text("code") };
    format!("{} {code}", reply.status).trim().to_owned()
}

/// `price: is required; title: is required`
pub(crate) fn errors(reply: &Reply) -> String {
    let errors = reply.at("errors");
    let described = errors.as_array().into_iter().flatten().map(|error| {
        let message = error["message"].as_str().unwrap_or_default();
        match error["field"].as_str() {
            Some(field) => format!("{field}: {message}"),
            None => message.to_owned(),
        }
    });
    described.collect::<Vec<_>>().join("; ")
}
