//! The mailbox of a person: mails as the service mail would send them.

use contract::link::{ISSUED, LinkState};
use contract::notice::{NoticeState, NoticeSubject, REQUESTED};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use testing::Reply;

use crate::fixture::AuthFixture;

impl AuthFixture {
    /// The notices to an address, oldest first.
    pub(crate) async fn notices(&self, email: &str) -> Vec<NoticeState> {
        self.settle().await;
        let mut notices = self.published(REQUESTED).await;
        notices.retain(|notice| notice.email == email);
        notices
    }

    /// The subjects of the notices to an address, oldest first.
    pub(crate) async fn subjects(&self, email: &str) -> Vec<NoticeSubject> {
        self.notices(email).await.into_iter().map(|notice| notice.subject).collect()
    }

    /// The token of the last mail to an address, whose secret is issued now.
    pub(crate) async fn token(&self, email: &str) -> String {
        let notice = self.notices(email).await.pop().unwrap();
        assert!(notice.subject.has_link(), "{notice:?}");
        let secret: String = notice.id.to_string().chars().cycle().take(43).collect();
        let secret_hash = format!("{:x}", Sha256::digest(&secret));
        self.publish(&[ISSUED.of(LinkState { id: notice.id, version: 1, secret_hash })]).await;
        self.settle().await;
        format!("{}.{secret}", notice.id)
    }

    /// Requests a mail that sets another password.
    pub(crate) async fn forget_password(&self, email: &str) -> Reply {
        self.post(None, "/api/users/password/forgotten", &json!({"email": email})).await
    }

    /// Sets another password by a token.
    pub(crate) async fn reset(&self, token: &str, password: &str) -> Reply {
        let body = json!({"token": token, "newPassword": password});
        self.post(None, "/api/users/password/reset", &body).await
    }
}

pub(crate) fn link(token: &str) -> Value {
    json!({"token": token})
}
