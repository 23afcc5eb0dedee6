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
    let mut flows: Vec<Flow> = Vec::new();
    for publisher in SERVICES {
        let mut own: Vec<Flow> = Vec::new();
        for (subject, readers) in readers_of(publisher) {
            if let Some(flow) = own.iter_mut().find(|flow| flow.readers == readers) {
                flow.subjects.push(subject);
            } else {
                let publishers = vec![publisher.name];
                own.push(Flow { publishers, subjects: vec![subject], readers });
            }
        }
        for flow in own {
            let is_same = |known: &&mut Flow| {
                (&known.subjects, &known.readers) == (&flow.subjects, &flow.readers)
            };
            match flows.iter_mut().find(is_same) {
                Some(known) => known.publishers.extend(flow.publishers),
                None => flows.push(flow),
            }
        }
    }
    flows
}

/// The subjects of a publisher that other services read, each with its readers.
fn readers_of(publisher: &Service) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut found: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
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
            if !is_own || is_included {
                continue;
            }
            match found.iter_mut().find(|(known, _)| *known == subject) {
                Some((_, readers)) => readers.push(reader.name),
                None => found.push((subject, vec![reader.name])),
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
