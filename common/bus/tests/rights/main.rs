//! The rights of each user of production on a real server: its own part, and nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod doing;
mod refused;

use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};
use bytes::Bytes;
use serde_json::Value;
use testing::engines::nats::{Nats, PASSWORD};
use tokio::sync::{Mutex, mpsc};

/// Bound on a response or a rejection, on a machine that compiles meanwhile.
const RESPONSE_MAX: Duration = Duration::from_secs(10);

/// A connection as a user.
struct Raw {
    client: Client,
    refusals: Mutex<mpsc::UnboundedReceiver<String>>,
}

impl Raw {
    async fn connect(nats: &Nats, user: &str) -> Self {
        let (refused, refusals) = mpsc::unbounded_channel();
        let options = ConnectOptions::new()
            .user_and_password(user.to_owned(), PASSWORD.to_owned())
            .custom_inbox_prefix(format!("_INBOX.{user}"))
            .request_timeout(Some(RESPONSE_MAX))
            .event_callback(move |event| {
                if let Event::ServerError(error) = event {
                    // The receiver may be gone.
                    let _ = refused.send(error.to_string());
                }
                std::future::ready(())
            });
        let client = options.connect(nats.url()).await.unwrap();
        Self { client, refusals: Mutex::new(refusals) }
    }

    /// Publishes; returns the server's rejection. A marker publish, which is always rejected,
    /// follows, so that the wait ends: `None` if only the marker is rejected.
    async fn refusal_to_publish(&self, subject: &str) -> Option<String> {
        let payload = Bytes::from_static(b"{}");
        self.client.publish(subject.to_owned(), payload.clone()).await.unwrap();
        self.client.publish(MARK, payload).await.unwrap();
        self.refusal_before_the_mark().await
    }

    /// Subscribes; returns the server's rejection.
    async fn refusal_to_subscribe(&self, subject: &str) -> Option<String> {
        let subscriber = self.client.subscribe(subject.to_owned()).await.unwrap();
        self.client.publish(MARK, Bytes::new()).await.unwrap();
        let refusal = self.refusal_before_the_mark().await;
        drop(subscriber);
        refusal
    }

    async fn refusal_before_the_mark(&self) -> Option<String> {
        let mut refusals = self.refusals.lock().await;
        let mut found = None;
        loop {
            let message =
                tokio::time::timeout(RESPONSE_MAX, refusals.recv()).await.unwrap().unwrap();
            if message.contains(MARK) {
                return found;
            }
            found = Some(message);
        }
    }

    /// Sends a request to `JetStream`; returns the response.
    async fn request(&self, subject: &str, request: &Value) -> Value {
        let request = if request.is_null() { String::new() } else { request.to_string() };
        let asking = self.client.request(subject.to_owned(), request.into());
        let answer = asking.await.unwrap_or_else(|error| panic!("{subject}: {error}"));
        serde_json::from_slice(&answer.payload).unwrap()
    }

    /// Sends a request to `JetStream` with another reply subject.
    async fn request_with_reply_to(&self, subject: &str, reply: &str) {
        let (subject, reply) = (subject.to_owned(), reply.to_owned());
        self.client.publish_with_reply(subject, reply, Bytes::new()).await.unwrap();
        self.client.flush().await.unwrap();
    }

    /// The body of the last message of a subject.
    async fn last_of(&self, subject: &str) -> Bytes {
        let jetstream = async_nats::jetstream::new(self.client.clone());
        let stream = jetstream.get_stream("MARKET").await.unwrap();
        stream.get_last_raw_message_by_subject(subject).await.unwrap().payload
    }

    /// The maximum size of the market's stream.
    async fn stream_bytes_max(&self) -> i64 {
        let info = self.request("$JS.API.STREAM.INFO.MARKET", &Value::Null).await;
        info["config"]["max_bytes"].as_i64().unwrap()
    }
}

/// A subject that no user may publish to.
const MARK: &str = "a.mark";
