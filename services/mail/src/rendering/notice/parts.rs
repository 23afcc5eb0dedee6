//! Parts of several mails about an account.

use crate::domain::Notice;
use crate::rendering::facts::Facts;
use crate::rendering::message::{Action, Details, Fact, Message, Stub};
use crate::rendering::words::Words;

/// A notice with its surroundings.
pub(super) struct Parts<'a> {
    pub(super) words: Words,
    pub(super) facts: &'a Facts<'a>,
    pub(super) notice: &'a Notice,
}

impl Parts<'_> {
    /// The host of the marketplace.
    pub(super) fn host(&self) -> &str {
        self.facts.public_url.host()
    }

    /// When the cause of the notice happened.
    pub(super) fn time(&self) -> String {
        self.words.time(self.notice.requested_at, None)
    }

    /// As [`Self::time`], with a name.
    pub(super) fn when(&self) -> Fact {
        Fact { label: self.words.when(), value: self.time() }
    }

    /// A link to a page without a secret.
    pub(super) fn action(&self, label: &'static str, path: &str) -> Action {
        Action { label, url: self.facts.page(path) }
    }

    /// The link with the secret; `None` if the notice has none. Its page has a button, because
    /// software that scans mails opens their links.
    pub(super) fn linked(&self, label: &'static str, path: &str) -> Option<Stub> {
        let link = self.notice.link.as_ref()?;
        let action = self.action(label, &format!("{path}/{}.{}", link.id, link.secret));
        let until = self.words.time(self.notice.ends_at, None);
        Some(Stub { validity: Some(self.words.link_valid(&until)), ..Stub::new(action) })
    }

    /// Advice for an account in other hands. `/password` works without the password.
    pub(super) fn advice(&self) -> Stub {
        Stub {
            heading: Some(self.words.not_you()),
            paragraphs: vec![self.words.password_advice().to_owned()],
            other: Some(self.action(self.words.look_at_account(), "/account/security")),
            ..Stub::new(self.action(self.words.password_set(), "/password"))
        }
    }

    /// A mail about a request, which can come from another person than the recipient.
    pub(super) fn request(
        &self,
        (subject, heading): (&str, &str),
        text: String,
        stub: Stub,
        closing: &'static str,
    ) -> Message {
        Message {
            subject: subject.to_owned(),
            kicker: self.words.account(),
            heading: heading.to_owned(),
            paragraphs: vec![text],
            details: Details::default(),
            stub,
            closing: Some(closing),
            reason: self.words.reason_address(self.host()),
        }
    }

    /// A mail about a change of the recipient's account.
    pub(super) fn report(
        &self,
        (subject, heading): (&str, &str),
        text: String,
        facts: Vec<Fact>,
        stub: Stub,
    ) -> Message {
        Message {
            subject: subject.to_owned(),
            kicker: self.words.security(),
            heading: heading.to_owned(),
            paragraphs: vec![text],
            details: Details { facts, ..Details::default() },
            stub,
            closing: Some(self.words.never_asks()),
            reason: self.words.reason_account(self.host()),
        }
    }
}
