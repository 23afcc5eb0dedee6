//! What streams, subjects and consumers are called on the server.

use std::collections::BTreeSet;

use contract::catalogue::{ALL, aggregate_of, types_of};
use contract::message::subject;

use super::settings::User;
use crate::message::ConsumerSpec;

/// The names of one bus, apart from those of others by a prefix.
#[derive(Debug, Clone)]
pub(super) struct Names {
    prefix: Option<String>,
}

impl Names {
    pub(super) fn new(prefix: Option<String>) -> Self {
        Self { prefix }
    }

    fn stream(&self, name: &str) -> String {
        self.prefix.as_ref().map_or_else(|| name.to_owned(), |prefix| format!("{prefix}_{name}"))
    }

    /// The stream of what services publish.
    pub(super) fn market(&self) -> String {
        self.stream("MARKET")
    }

    /// The stream of dead letters.
    pub(super) fn dead(&self) -> String {
        self.stream("DEAD")
    }

    /// The stream of what the server says when it gives up a message.
    pub(super) fn advisories(&self) -> String {
        self.stream("ADVISORIES")
    }

    /// What the server says when it gives up a message of the market.
    pub(super) fn advisory_subjects(&self) -> String {
        format!("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.{}.*", self.market())
    }

    /// A subject as it is on the server.
    pub(super) fn on_server(&self, subject: &str) -> String {
        self.prefix
            .as_ref()
            .map_or_else(|| subject.to_owned(), |prefix| format!("{prefix}.{subject}"))
    }

    /// A subject of the server as the house knows it.
    pub(super) fn at_home<'a>(&self, subject: &'a str) -> &'a str {
        let without = self.prefix.as_ref().and_then(|prefix| subject.strip_prefix(prefix.as_str()));
        without.and_then(|subject| subject.strip_prefix('.')).unwrap_or(subject)
    }

    /// The subjects a consumer reads, as they are on the server. All of an aggregate's are one: the server asks for the right to
    /// make a consumer by its subject, and of a consumer of several by none of them.
    pub(super) fn filters(&self, spec: &ConsumerSpec) -> Vec<String> {
        let whole = whole_aggregate(&spec.subjects);
        let subjects = whole.as_ref().map_or(spec.subjects.as_slice(), std::slice::from_ref);
        subjects.iter().map(|subject| self.on_server(subject)).collect()
    }

    /// What begins the subjects on which only this user is answered.
    pub(super) fn inbox(&self, user: User) -> String {
        format!("_INBOX.{}", self.stream(user.name()))
    }

    /// The subject that only the dead letter with this key has, so that the server keeps one of it.
    pub(super) fn dead_letter(&self, service: &str, key: &str) -> String {
        self.on_server(&format!("dead.{}.{}", token(service), token(key)))
    }

    /// The subject of every message of the market that a pattern of types names: `market.user.*`.
    pub(super) fn messages(&self, types: &str) -> String {
        self.on_server(&subject(types))
    }

    /// The subjects of a service's dead letters, or of all.
    pub(super) fn dead_letters(&self, service: Option<&str>) -> String {
        let service = service.map_or_else(|| "*".to_owned(), token);
        self.on_server(&format!("dead.{service}.*"))
    }
}

/// `market.user.*` for the subjects of every type of the aggregate; none for any others.
fn whole_aggregate(subjects: &[String]) -> Option<String> {
    let read: BTreeSet<&str> = subjects.iter().map(String::as_str).collect();
    let is_whole = |aggregate: &&str| {
        let all: Vec<String> = types_of(aggregate).map(subject).collect();
        all.len() > 1 && all.iter().map(String::as_str).collect::<BTreeSet<_>>() == read
    };
    let whole = ALL.iter().map(|(name, _)| aggregate_of(name)).find(is_whole);
    whole.map(|aggregate| subject(&format!("{aggregate}.*")))
}

/// A durable consumer's name on the server, which takes no dots.
pub(super) fn durable(name: &str) -> String {
    name.replace('.', "-")
}

/// One token of a subject for a text: what has a meaning in subjects is written as its code.
fn token(text: &str) -> String {
    let write = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("={byte:02X}"),
    };
    text.bytes().map(write).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_put_before_a_subject_and_taken_off_again() {
        for prefix in [None, Some("test7".to_owned())] {
            let names = Names::new(prefix);
            let there = names.on_server("market.user.created");
            assert_eq!(names.at_home(&there), "market.user.created");
        }
        let names = Names::new(Some("a".to_owned()));
        assert_eq!(names.on_server("market.x"), "a.market.x");
        assert_eq!(names.at_home("another.market.x"), "another.market.x");
        assert_eq!(names.market(), "a_MARKET");
    }

    #[test]
    fn all_types_of_an_aggregate_are_read_by_one_subject_and_some_by_their_own() {
        let names = Names::new(Some("a".to_owned()));
        let filters = |types: &[&str]| {
            let subjects = types.iter().copied().map(subject).collect();
            names.filters(&ConsumerSpec { name: "x".to_owned(), subjects })
        };
        let all = ["user.created", "user.banned", "user.unbanned"];
        assert_eq!(filters(&all), ["a.market.user.*"]);
        assert_eq!(filters(&all[..2]), ["a.market.user.created", "a.market.user.banned"]);
        assert_eq!(filters(&["session.revoked"]), ["a.market.session.revoked"]);
        let more = [&all[..], &["session.revoked"]].concat();
        assert_eq!(filters(&more).len(), 4);
    }

    #[test]
    fn different_keys_have_different_subjects_of_three_words() {
        let names = Names::new(None);
        let keys = ["a.b/1", "a-b/1", "a b/1", "a*b/1", "a>b/1", "a=2Eb/1", "ä"];
        let subjects: std::collections::HashSet<String> =
            keys.iter().map(|key| names.dead_letter("auth", key)).collect();
        assert_eq!(subjects.len(), keys.len());
        assert!(subjects.iter().all(|subject| subject.split('.').count() == 3));
        assert!(!subjects.iter().any(|subject| subject.contains([' ', '*', '>'])));
    }
}
