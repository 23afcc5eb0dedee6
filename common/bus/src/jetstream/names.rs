//! Names of streams, subjects and consumers on the server.

use std::collections::BTreeSet;

use contract::catalogue::{ALL, aggregate_of, types_of};
use contract::message::subject;

use super::settings::User;
use crate::message::ConsumerSpec;

/// The names of one bus; a prefix separates buses on the same servers.
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

    /// The stream of published messages.
    pub(super) fn market(&self) -> String {
        self.stream("MARKET")
    }

    pub(super) fn dead(&self) -> String {
        self.stream("DEAD")
    }

    pub(super) fn advisories(&self) -> String {
        self.stream("ADVISORIES")
    }

    /// A subject with the prefix, as on the server.
    pub(super) fn with_prefix(&self, subject: &str) -> String {
        self.prefix
            .as_ref()
            .map_or_else(|| subject.to_owned(), |prefix| format!("{prefix}.{subject}"))
    }

    /// A subject of the server without the prefix.
    pub(super) fn without_prefix<'a>(&self, subject: &'a str) -> &'a str {
        let without = self.prefix.as_ref().and_then(|prefix| subject.strip_prefix(prefix.as_str()));
        without.and_then(|subject| subject.strip_prefix('.')).unwrap_or(subject)
    }

    /// The filter subjects of a consumer on the server. All types of an aggregate become one
    /// wildcard: the server checks the right to create a consumer by its filter subject, which a
    /// request with several does not name.
    pub(super) fn filters(&self, spec: &ConsumerSpec) -> Vec<String> {
        let whole = whole_aggregate(&spec.subjects);
        let subjects = whole.as_ref().map_or(spec.subjects.as_slice(), std::slice::from_ref);
        subjects.iter().map(|subject| self.with_prefix(subject)).collect()
    }

    /// The prefix of the subjects on which only this user receives responses.
    pub(super) fn inbox_prefix(&self, user: User) -> String {
        format!("_INBOX.{}", self.stream(user.name()))
    }

    /// The subject of the dead letter with this key alone, so that the server stores it once.
    pub(super) fn dead_letter(&self, service: &str, key: &str) -> String {
        self.with_prefix(&format!("dead.{}.{}", token(service), token(key)))
    }

    /// The subject of the messages of a pattern of types: `market.user.*`.
    pub(super) fn messages(&self, types: &str) -> String {
        self.with_prefix(&subject(types))
    }

    /// The subjects of a service's dead letters, or of all.
    pub(super) fn dead_letters(&self, service: Option<&str>) -> String {
        let service = service.map_or_else(|| "*".to_owned(), token);
        self.with_prefix(&format!("dead.{service}.*"))
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

/// A durable consumer's name on the server, where dots are not allowed.
pub(super) fn durable(name: &str) -> String {
    name.replace('.', "-")
}

/// A text as one token of a subject: characters with a meaning in subjects become their code.
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
    fn a_prefix_is_added_to_a_subject_and_removed() {
        for prefix in [None, Some("test7".to_owned())] {
            let names = Names::new(prefix);
            let there = names.with_prefix("market.user.created");
            assert_eq!(names.without_prefix(&there), "market.user.created");
        }
        let names = Names::new(Some("a".to_owned()));
        assert_eq!(names.with_prefix("market.x"), "a.market.x");
        assert_eq!(names.without_prefix("another.market.x"), "another.market.x");
        assert_eq!(names.market(), "a_MARKET");
    }

    #[test]
    fn all_types_of_an_aggregate_share_one_filter_and_some_have_their_own() {
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
