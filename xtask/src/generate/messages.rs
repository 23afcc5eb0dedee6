//! The message types, with owner, consumers and a sample each, for `docs/messages.md`.

use anyhow::{Context as _, anyhow};
use contract::catalogue::services::{SERVICES, Service, SubscriptionKind};
use contract::catalogue::{ALL, aggregate_of, owner};
use serde::Serialize;
use xshell::Shell;

const SAMPLES: &str = "common/contract/tests/golden";

#[derive(Debug, Clone, Serialize)]
pub(super) struct Message {
    name: &'static str,
    /// The anchor of its heading.
    anchor: String,
    version: u32,
    owner: &'static str,
    /// The documentation of its constant.
    about: String,
    consumers: Vec<Consumer>,
    /// The envelope of its sample, as it is on the bus.
    sample: String,
}

/// Every message type, in the order of the catalogue. Fails for one without an owner, a description
/// or a sample.
pub(super) fn all(tree: &Shell) -> anyhow::Result<Vec<Message>> {
    ALL.iter().map(|(name, version)| message(tree, name, *version)).collect()
}

fn message(tree: &Shell, name: &'static str, version: u32) -> anyhow::Result<Message> {
    let missing = |what: &str| anyhow!("{name}: {what}");
    let sample = tree.read_file(format!("{SAMPLES}/{name}.v{version}.json"));
    let aggregate = aggregate_of(name);
    let source = tree.read_file(format!("common/contract/src/catalogue/{aggregate}.rs"))?;
    let about = about(&source, name);
    Ok(Message {
        name,
        anchor: name.replace('.', ""),
        version,
        owner: owner(name).ok_or_else(|| missing("no service owns it"))?,
        about: about.ok_or_else(|| missing("its constant has no description"))?,
        consumers: consumers(name),
        sample: sample.with_context(|| missing("it has no sample"))?.trim_end().to_owned(),
    })
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Consumer {
    /// `orders.on_ticket_changed`.
    pub(super) name: String,
    /// One type, or `ticket.*`.
    pub(super) subject: &'static str,
    /// Whether every replica receives each message.
    pub(super) broadcast: bool,
}

pub(super) fn consumers_of(service: &Service) -> impl Iterator<Item = Consumer> {
    service.subscriptions.iter().map(|subscription| Consumer {
        name: subscription.consumer_of(service.name),
        subject: subscription.subject,
        broadcast: subscription.kind == SubscriptionKind::Broadcast,
    })
}

/// The consumers whose subject contains the type.
fn consumers(name: &str) -> Vec<Consumer> {
    let reads =
        |subject: &str| subject == name || subject.strip_suffix(".*") == Some(aggregate_of(name));
    let all = SERVICES.iter().flat_map(consumers_of);
    let mut found: Vec<Consumer> = all.filter(|consumer| reads(consumer.subject)).collect();
    found.sort();
    found
}

/// The documentation of the constant of a type, in lines of a document.
fn about(source: &str, name: &str) -> Option<String> {
    let lines: Vec<&str> = source.lines().collect();
    let quoted = format!("\"{name}\"");
    let constant = lines.iter().position(|line| line.contains(&quoted))?;
    let is_comment = |line: &&&str| line.trim_start().starts_with("///");
    // The name is on the line of the constant, or on the next one.
    let before = lines.get(..constant)?.iter().rev();
    let comment: Vec<&str> = before
        .skip_while(|line| !is_comment(line) && !line.trim().is_empty())
        .take_while(is_comment)
        .map(|line| line.trim_start().trim_start_matches("///").trim())
        .collect();
    let text = comment.into_iter().rev().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| wrapped(&text))
}

const COLUMNS_MAX: usize = 120;

/// A paragraph in lines of a document.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= COLUMNS_MAX => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_described_by_the_comment_of_its_constant() {
        let source = "/// Not this.\nx\n\n/// One\n/// two.\npub const A: X = X::new(\"a.b\", 1);\n\
            /// Three.\npub const C: X =\n    X::new(\"a.c\", 1);\npub const D: X = X::new(\"a.d\", 1);\n";
        assert_eq!(about(source, "a.b").as_deref(), Some("One two."));
        assert_eq!(about(source, "a.c").as_deref(), Some("Three."));
        assert_eq!(about(source, "a.e"), None);
    }

    #[test]
    fn a_consumer_reads_a_type_or_its_whole_aggregate() {
        let reads =
            |name: &str, consumer: &str| consumers(name).iter().any(|found| found.name == consumer);
        assert!(reads("order.created", "payments.on_order_changed"));
        assert!(reads("payment.started", "orders.on_payment_ended"));
        assert!(!reads("payment.started", "orders.on_payment_refunded"));
    }
}
