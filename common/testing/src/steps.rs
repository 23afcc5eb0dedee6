//! Steps that the tests of several services share: sessions of an account, requests from a client
//! address, publication up to its effect, and pages.

use std::time::Duration;

use contract::{MessageType, Outgoing, State, UserId};
use reqwest::Method;
use serde_json::Value;

use crate::user::{Rank, claims, sign};
use crate::{Platforms, Reply, TestApp, User};

impl Platforms {
    /// A new session of an account.
    pub fn signed_in(&self, id: UserId) -> User {
        let claims = claims(id, self.id().into(), Rank::User, self.clock.now());
        User { id, cookie: format!("session={}", sign(&claims, &self.key)) }
    }
}

impl TestApp {
    /// Publishes messages, all in one envelope, and steps every loop until all are idle.
    pub async fn deliver(&self, messages: &[Outgoing]) {
        self.publish(messages).await;
        self.settle().await;
    }

    /// Advances the clock, and steps every loop until all are idle.
    pub async fn pass(&self, time: Duration) {
        self.clock().advance(time);
        self.settle().await;
    }

    /// Waits until this number of messages of a type is published, and returns them.
    pub async fn published_in_all<S: State>(
        &self,
        message_type: MessageType<S>,
        count: usize,
    ) -> Vec<S> {
        let is_so = || async { self.published(message_type).await.len() == count };
        self.eventually(&format!("{count} of {}", message_type.name()), is_so).await;
        self.published(message_type).await
    }

    /// POST with a JSON body from a client address, as a proxy forwards it.
    pub async fn post_from(
        &self,
        address: &str,
        user: Option<&User>,
        path: &str,
        body: &Value,
    ) -> Reply {
        let request = self.request(Method::POST, path, user).header("X-Forwarded-For", address);
        self.send(request.json(body)).await
    }

    /// The page at this path and all later ones, by their links.
    pub async fn pages(&self, user: Option<&User>, first: &str) -> Vec<Reply> {
        let (mut pages, mut next) = (Vec::new(), Some(first.to_owned()));
        while let Some(path) = next {
            let page = self.get(user, &path).await.expect(200);
            next = page.next_page();
            pages.push(page);
        }
        pages
    }
}

impl Reply {
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
