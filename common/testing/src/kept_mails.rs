//! Mails that a marketplace without an SMTP server keeps as files, read as a developer does.

use crate::client::Client;

/// Length of the token of a link: an id, a full stop and a secret.
const TOKEN_CHARACTERS: usize = 68;

impl Client {
    /// The paths of the mails to an address, newest first.
    pub async fn mails_to(&self, email: &str) -> Vec<String> {
        let list = self.get(None, "/dev/mail").await.expect(200).body;
        let entries = list.lines().filter(|line| line.contains(&format!(" to {email},")));
        entries.map(|line| line.split('"').nth(1).unwrap().to_owned()).collect()
    }

    /// The text of a mail.
    pub async fn mail(&self, path: &str) -> String {
        self.get(None, &format!("{path}.txt")).await.expect(200).body
    }

    /// The token of the newest mail to an address whose link leads to a page, such as
    /// `/password/`; `None` if no mail has one.
    pub async fn mailed_token(&self, email: &str, page: &str) -> Option<String> {
        for path in self.mails_to(email).await {
            let text = self.mail(&path).await;
            let mut links = text.split_whitespace().filter_map(|word| word.split_once(page));
            if let Some((_, token)) = links.find(|(_, rest)| rest.len() == TOKEN_CHARACTERS) {
                return Some(token.to_owned());
            }
        }
        None
    }
}
