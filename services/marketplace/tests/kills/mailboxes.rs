//! The mailboxes of the customers: each follows the links that verify its address.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use invariants::ReceivedMails;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, StatusCode};
use serde_json::json;
use sources::Clock;
use testing::SmtpSink;
use testing::customer::PASSWORD;
use testing::smtp_sink::SunkMail;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Pause between two looks into the mailboxes.
const LOOK: Duration = Duration::from_millis(200);

/// Longest wait for a response of a service that is being killed.
const RESPONSE_MAX: Duration = Duration::from_secs(5);

/// Customers who read their mail in the background.
pub(crate) struct Mailboxes {
    end: Arc<Notify>,
    reading: JoinSet<usize>,
}

impl Mailboxes {
    /// Follows each link once, and again after a failure.
    pub(crate) fn follow(base: String, sink: &Arc<SmtpSink>) -> Self {
        let (end, sink) = (Arc::new(Notify::new()), Arc::clone(sink));
        let ended = Arc::clone(&end);
        let mut reading = JoinSet::new();
        reading.spawn(async move {
            let (client, mut done) = (Client::new(), HashSet::new());
            let mut verified = 0;
            loop {
                for mail in sink.mails() {
                    let Some(token) = token(&mail) else { continue };
                    if done.contains(&token) {
                        continue;
                    }
                    let email = mail.to.first().unwrap();
                    match confirm(&client, &base, email, &token).await {
                        Some(StatusCode::OK) => verified += 1,
                        // The link was used, or the account is erased.
                        Some(StatusCode::CONFLICT | StatusCode::UNAUTHORIZED) => {}
                        Some(_) | None => continue,
                    }
                    done.insert(token);
                }
                tokio::select! {
                    () = ended.notified() => return verified,
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        });
        Self { end, reading }
    }

    /// Stops reading; returns the number of verified addresses.
    pub(crate) async fn finish(mut self) -> usize {
        self.end.notify_one();
        self.reading.join_next().await.unwrap().unwrap()
    }
}

/// The token of the link that verifies the address of a mail.
fn token(mail: &SunkMail) -> Option<String> {
    let text = String::from_utf8_lossy(&mail.content);
    let (_, rest) = text.split_once("/account/email/")?;
    // The text is encoded as quoted-printable, which breaks lines.
    let rest = rest.replace("=\r\n", "");
    let token = rest.split(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).next()?;
    (token.len() == 68).then(|| token.to_owned())
}

/// Signs in, and confirms the address; `None` without a response.
async fn confirm(client: &Client, base: &str, email: &str, token: &str) -> Option<StatusCode> {
    let body = json!({"email": email, "password": PASSWORD});
    let signing_in = client.post(format!("{base}/api/users/signin")).json(&body);
    let signed_in = signing_in.timeout(RESPONSE_MAX).send().await.ok()?;
    if signed_in.status() != StatusCode::OK {
        return Some(signed_in.status());
    }
    let cookies = signed_in.headers().get_all(SET_COOKIE).iter();
    let cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    let cookies = cookies.collect::<Vec<_>>().join("; ");
    let confirming = client.post(format!("{base}/api/users/email/confirm"));
    let confirming = confirming.header(COOKIE, cookies).json(&json!({"token": token}));
    Some(confirming.timeout(RESPONSE_MAX).send().await.ok()?.status())
}

/// The mails that the server received, as evidence.
pub(crate) fn received(sink: &SmtpSink) -> ReceivedMails {
    let mails = sink.mails().into_iter();
    let received =
        mails.map(|mail| (mail.message_id, mail.to.into_iter().next().unwrap_or_default()));
    ReceivedMails { received: received.collect(), read_at: Clock::System.now() }
}
