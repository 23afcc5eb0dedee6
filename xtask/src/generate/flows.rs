//! Which services publish messages for which others, for the picture of `README.md`.

use contract::catalogue::services::{SERVICES, Service};
use contract::catalogue::{ALL, owner};
use serde::Serialize;

/// Messages of some services, and their readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Flow {
    publishers: Vec<&'static str>,
    /// Subjects of subscriptions: `ticket.*`.
    subjects: Vec<&'static str>,
    readers: Vec<&'static str>,
}

/// Every flow between two services. Subjects with the same publisher and readers are one flow, and
/// so are publishers with the same subjects and readers.
pub(super) fn all() -> Vec<Flow> {
    let own = SERVICES.iter().flat_map(|publisher| {
        let by_subject = grouped(read_of(publisher)).into_iter();
        let by_readers = grouped(by_subject.map(|(subject, readers)| (readers, subject)));
        by_readers.into_iter().map(|of_publisher| (of_publisher, publisher.name))
    });
    let flow = |((readers, subjects), publishers)| Flow { publishers, subjects, readers };
    grouped(own).into_iter().map(flow).collect()
}

/// The values of each key, in the order of their first ones.
fn grouped<K: PartialEq, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    for (key, value) in pairs {
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}

/// The subjects of a publisher that other services read, each with a reader.
fn read_of(publisher: &Service) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for reader in SERVICES.iter().filter(|reader| reader.name != publisher.name) {
        for subscription in reader.subscriptions {
            let subject = subscription.subject;
            let is_own = ALL
                .iter()
                .any(|(name, _)| subscription.reads(name) && owner(name) == Some(publisher.name));
            // A subscription of all types includes those of one.
            let is_included = reader.subscriptions.iter().any(|other| {
                other.subject != subject && other.subject.ends_with(".*") && other.reads(subject)
            });
            if is_own && !is_included {
                found.push((subject, reader.name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subscription_between_two_services_is_in_one_flow() {
        let flows = all();
        for reader in SERVICES {
            for subscription in reader.subscriptions {
                for (name, _) in ALL.iter().filter(|(name, _)| subscription.reads(name)) {
                    let publisher = owner(name).unwrap();
                    let drawn = flows.iter().filter(|flow| {
                        let reads = |subject: &&str| {
                            *subject == *name
                                || subject
                                    .strip_suffix('*')
                                    .is_some_and(|all| name.starts_with(all))
                        };
                        flow.publishers.contains(&publisher)
                            && flow.readers.contains(&reader.name)
                            && flow.subjects.iter().any(reads)
                    });
                    let expected = usize::from(publisher != reader.name);
                    assert_eq!(drawn.count(), expected, "{name} to {}: {flows:#?}", reader.name);
                }
            }
        }
    }
}
