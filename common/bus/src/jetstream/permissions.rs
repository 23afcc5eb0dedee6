//! What each user of the broker may do, worked out from the message catalogue: it publishes what it owns, reads what its listeners
//! read, and is answered where nobody else can read.
//!
//! The server knows no finer right than a subject, so what is asked for there is asked in subjects: a consumer's name and the
//! one subject that it reads stand in the request that makes it.

use contract::catalogue::{Service, consumers_of, published_by, services};

use super::advisories::READER;
use super::names::{Names, durable};
use super::settings::User;

/// The subjects that a user may publish and subscribe to; all others are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// Messages, requests and acknowledgements.
    pub publish: Vec<String>,
    /// Answers.
    pub subscribe: Vec<String>,
}

impl Permissions {
    /// What a user of the bus with this prefix may do.
    #[must_use]
    pub fn of(user: User, prefix: Option<&str>) -> Self {
        let names = Names::new(prefix.map(str::to_owned));
        let subscribe = vec![format!("{}.>", names.inbox(user))];
        let publish = match user {
            User::Operator => operator(&names),
            User::Service(service) => of_service(&names, service),
        };
        Self { publish, subscribe }
    }
}

/// Everything of this bus, and of no other on the same servers.
fn operator(names: &Names) -> Vec<String> {
    let mut publish = vec![names.on_server("market.>"), names.on_server("dead.>")];
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
    // Whoever comes first makes them. Of one that is there this changes nothing.
    for stream in [&market, &dead, &names.advisories()] {
        publish.push(format!("$JS.API.STREAM.CREATE.{stream}"));
    }
    // How large they are, and how far consumers have come: nothing of what they hold.
    publish.push(format!("$JS.API.STREAM.INFO.{market}"));
    publish.push(format!("$JS.API.STREAM.INFO.{dead}"));
    publish.push(format!("$JS.API.CONSUMER.LIST.{market}"));
    for (name, reads) in consumers_of(service) {
        publish.extend(consuming(&market, &durable(&name), Some(&names.messages(reads))));
        publish.push(format!("$JS.API.CONSUMER.INFO.{market}.{}", durable(&name)));
    }
    if services::find(service).is_some_and(Service::keeps_log) {
        publish.extend(keeping(names));
    }
    publish
}

/// To make a consumer, to fetch by it, and to acknowledge.
fn consuming(stream: &str, consumer: &str, reads: Option<&str>) -> [String; 3] {
    let reads = reads.map(|reads| format!(".{reads}")).unwrap_or_default();
    [
        format!("$JS.API.CONSUMER.CREATE.{stream}.{consumer}{reads}"),
        format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"),
        format!("$JS.ACK.{stream}.{consumer}.>"),
    ]
}

/// To remove what is settled, and to keep for any service what the broker itself gave up.
fn keeping(names: &Names) -> Vec<String> {
    let market = names.market();
    let mut publish = vec![
        names.dead_letters(None),
        format!("$JS.API.STREAM.PURGE.{market}"),
        format!("$JS.API.STREAM.MSG.GET.{market}"),
    ];
    publish.extend(consuming(&names.advisories(), READER, None));
    publish
}
