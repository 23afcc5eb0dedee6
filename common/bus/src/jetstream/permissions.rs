//! The rights of each user of the broker, derived from the message catalogue: a service publishes
//! its own messages, reads those of its listeners, and receives responses on subjects that no other
//! user can read.
//!
//! The server has no finer right than a subject, so the requests carry the facts in their subjects:
//! a consumer's name and its one filter subject are part of the request that creates it.

use contract::catalogue::{consumers_of, published_by, services};

use super::dead_letters::READER;
use super::names::{Names, durable};
use super::settings::User;

/// The subjects that a user may publish and subscribe to; the server rejects all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// Messages, requests and acknowledgements.
    pub publish: Vec<String>,
    /// Responses.
    pub subscribe: Vec<String>,
}

impl Permissions {
    /// The rights of a user of the bus with this prefix.
    #[must_use]
    pub fn of(user: User, prefix: Option<&str>) -> Self {
        let names = Names::new(prefix.map(str::to_owned));
        let subscribe = vec![format!("{}.>", names.inbox_prefix(user))];
        let publish = match user {
            User::Operator => operator(&names),
            User::Service(service) => of_service(&names, service),
        };
        Self { publish, subscribe }
    }
}

/// Everything of this bus, and of no other on the same servers.
fn operator(names: &Names) -> Vec<String> {
    let mut publish = vec![names.with_prefix("market.>"), names.with_prefix("dead.>")];
    for stream in [names.market(), names.dead(), names.advisories()] {
        publish.push(format!("$JS.API.STREAM.*.{stream}"));
        publish.push(format!("$JS.API.STREAM.MSG.*.{stream}"));
        publish.push(format!("$JS.API.CONSUMER.*.{stream}"));
        publish.push(format!("$JS.API.CONSUMER.*.{stream}.>"));
        publish.push(format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.*"));
        publish.push(format!("$JS.ACK.{stream}.>"));
    }
    publish
}

fn of_service(names: &Names, service: &str) -> Vec<String> {
    let (market, dead) = (names.market(), names.dead());
    let mut publish: Vec<String> = published_by(service).map(|name| names.messages(name)).collect();
    publish.push(names.dead_letters(Some(service)));
    // The first process creates them; for an existing stream the request changes nothing.
    for stream in [&market, &dead, &names.advisories()] {
        publish.push(format!("$JS.API.STREAM.CREATE.{stream}"));
    }
    // Sizes of streams and lags of consumers, but no content.
    publish.push(format!("$JS.API.STREAM.INFO.{market}"));
    publish.push(format!("$JS.API.STREAM.INFO.{dead}"));
    publish.push(format!("$JS.API.CONSUMER.LIST.{market}"));
    for (name, reads) in consumers_of(service) {
        publish.extend(consuming(&market, &durable(&name), Some(&names.messages(reads))));
        publish.push(format!("$JS.API.CONSUMER.INFO.{market}.{}", durable(&name)));
    }
    if services::find(service).is_some_and(|service| service.keeps_log) {
        publish.extend(log_keeping(names));
    }
    publish
}

/// Rights to create a consumer, to fetch by it, and to acknowledge.
fn consuming(stream: &str, consumer: &str, reads: Option<&str>) -> [String; 3] {
    let reads = reads.map(|reads| format!(".{reads}")).unwrap_or_default();
    [
        format!("$JS.API.CONSUMER.CREATE.{stream}.{consumer}{reads}"),
        format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"),
        format!("$JS.ACK.{stream}.{consumer}.>"),
    ]
}

/// Rights to remove settled messages, and to store dead letters of any service for the broker's
/// advisories.
fn log_keeping(names: &Names) -> Vec<String> {
    let market = names.market();
    let mut publish = vec![
        names.dead_letters(None),
        format!("$JS.API.STREAM.PURGE.{market}"),
        format!("$JS.API.STREAM.MSG.GET.{market}"),
    ];
    publish.extend(consuming(&names.advisories(), READER, None));
    publish
}
