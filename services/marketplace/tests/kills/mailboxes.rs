//! The mailboxes of the customers: each follows the links of its mails. Some accounts also change
//! their address, undo that, and set another password.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use contract::UserId;
use invariants::RecordedMails;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use sources::Clock;
use testing::SmtpSink;
use testing::customer::PASSWORD;
use testing::smtp_sink::SunkMail;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Pause between two looks into the mailboxes.
const LOOK: Duration = Duration::from_millis(200);

/// Looks between two accounts that begin to change their address.
const LOOKS_PER_MOVER: u64 = 8;

/// Longest wait for a response of a service that is being killed.
const RESPONSE_MAX: Duration = Duration::from_secs(5);

/// Customers who read their mail in the background.
pub(crate) struct Mailboxes {
    end: Arc<Notify>,
    reading: JoinSet<Read>,
}

/// The used links and the changed addresses.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Number of used links, by page.
    pub(crate) used: BTreeMap<Page, usize>,
    /// Every address of the accounts that changed theirs.
    addresses: BTreeSet<(UserId, String)>,
}

/// A page to which mails have links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Page {
    Confirm,
    Restore,
    Reset,
}

impl Page {
    pub(crate) const ALL: [Self; 3] = [Self::Restore, Self::Confirm, Self::Reset];

    /// The page and its route. A path that begins with another one comes first.
    const fn paths(self) -> (&'static str, &'static str) {
        match self {
            Self::Restore => ("/account/email/undo/", "/api/users/email/restore"),
            Self::Confirm => ("/account/email/", "/api/users/email/confirm"),
            Self::Reset => ("/password/", "/api/users/password/reset"),
        }
    }
}

impl Mailboxes {
    /// Follows each link once, and again after a failure.
    pub(crate) fn follow(base: String, sink: &Arc<SmtpSink>) -> Self {
        let (end, sink) = (Arc::new(Notify::new()), Arc::clone(sink));
        let ended = Arc::clone(&end);
        let mut reading = JoinSet::new();
        reading.spawn(async move {
            let customers = Customers { client: Client::new(), base };
            let (mut read, mut done) = (Read::default(), HashSet::new());
            for look in 0_u64.. {
                if look.is_multiple_of(LOOKS_PER_MOVER) {
                    let [before, after] = mover(look / LOOKS_PER_MOVER);
                    if let Some(id) = customers.sign_up(&before).await {
                        read.addresses.extend([(id, before), (id, after)]);
                    }
                }
                for mail in sink.mails() {
                    let Some((page, token)) = link(&mail) else { continue };
                    if done.contains(&token) {
                        continue;
                    }
                    let email = mail.to.first().unwrap();
                    match customers.use_link(page, &token, email, &read.addresses).await {
                        Some(status) if status.is_success() => {
                            *read.used.entry(page).or_default() += 1;
                        }
                        // The link was used, or the account is erased.
                        Some(StatusCode::CONFLICT | StatusCode::UNAUTHORIZED) => {}
                        Some(_) | None => continue,
                    }
                    done.insert(token);
                }
                tokio::select! {
                    () = ended.notified() => break,
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            read
        });
        Self { end, reading }
    }

    /// Stops reading.
    pub(crate) async fn finish(mut self) -> Read {
        self.end.notify_one();
        self.reading.join_next().await.unwrap().unwrap()
    }
}

/// The two addresses of an account that changes its address.
fn mover(number: u64) -> [String; 2] {
    ["example.com", "example.net"].map(|domain| format!("mover-{number}@{domain}"))
}

/// The link of a mail: its page and its token.
fn link(mail: &SunkMail) -> Option<(Page, String)> {
    // The text is encoded as quoted-printable, which breaks lines.
    let text = String::from_utf8_lossy(&mail.content).replace("=\r\n", "");
    Page::ALL.into_iter().find_map(|page| {
        let (_, rest) = text.split_once(page.paths().0)?;
        let token = rest.split(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).next();
        token.filter(|token| token.len() == 68).map(|token| (page, token.to_owned()))
    })
}

struct Customers {
    client: Client,
    base: String,
}

impl Customers {
    /// `None` without a response, here and below.
    async fn post(&self, path: &str, cookies: &str, body: Value) -> Option<Response> {
        let posting = self.client.post(format!("{}{path}", self.base)).header(COOKIE, cookies);
        posting.json(&body).timeout(RESPONSE_MAX).send().await.ok()
    }

    async fn sign_up(&self, email: &str) -> Option<UserId> {
        let body = json!({"email": email, "password": PASSWORD});
        let signed_up = self.post("/api/users/signup", "", body).await?;
        let account: Value = signed_up.json().await.ok()?;
        account.get("id")?.as_str()?.parse().ok()
    }

    /// Signs in; the result contains the status of a refusal, else the cookies.
    async fn sign_in(&self, email: &str) -> Option<Result<String, StatusCode>> {
        let body = json!({"email": email, "password": PASSWORD});
        let signed_in = self.post("/api/users/signin", "", body).await?;
        if signed_in.status() != StatusCode::OK {
            return Some(Err(signed_in.status()));
        }
        let cookies = signed_in.headers().get_all(SET_COOKIE).iter();
        let cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        Some(Ok(cookies.collect::<Vec<_>>().join("; ")))
    }

    /// Uses the link of a mail to this address. An account that has verified its first address
    /// requests the second one.
    async fn use_link(
        &self,
        page: Page,
        token: &str,
        email: &str,
        movers: &BTreeSet<(UserId, String)>,
    ) -> Option<StatusCode> {
        let route = page.paths().1;
        match page {
            Page::Restore => Some(self.post(route, "", json!({"token": token})).await?.status()),
            Page::Reset => {
                let body = json!({"token": token, "newPassword": PASSWORD});
                Some(self.post(route, "", body).await?.status())
            }
            Page::Confirm => {
                let before = email.replace("example.net", "example.com");
                let cookies = match self.sign_in(&before).await? {
                    Ok(cookies) => cookies,
                    Err(refused) => return Some(refused),
                };
                let status = self.post(route, &cookies, json!({"token": token})).await?.status();
                if before == email && movers.iter().any(|(_, address)| address == email) {
                    let to = email.replace("example.com", "example.net");
                    let body = json!({"email": to, "currentPassword": PASSWORD});
                    self.post("/api/users/email", &cookies, body).await?;
                }
                Some(status)
            }
        }
    }
}

/// The mails of the run, as evidence.
pub(crate) fn recorded(sink: &SmtpSink, read: Read) -> RecordedMails {
    let mails = sink.mails().into_iter();
    let received =
        mails.map(|mail| (mail.message_id, mail.to.into_iter().next().unwrap_or_default()));
    RecordedMails {
        received: received.collect(),
        addresses: read.addresses,
        // Only links that are open at the end are known.
        requested: Vec::new(),
        read_at: Clock::System.now(),
    }
}
