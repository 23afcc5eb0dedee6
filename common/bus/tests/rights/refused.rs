//! The server rejects everything but each user's own part: a compromised service cannot publish for
//! another, read foreign messages, or remove messages.

use contract::catalogue::{ALL, aggregate_of, consumers, consumers_of, owner, services};
use contract::message::subject;
use serde_json::{Value, json};
use testing::engines::nats::Nats;

use crate::Raw;

/// A server with its streams and consumers.
async fn market() -> (Nats, Raw) {
    let nats = Nats::start_inside();
    let operator = Raw::connect(&nats, "operator").await;
    for (name, subjects) in [("MARKET", "market.>"), ("DEAD", "dead.>")] {
        let stream = json!({"name": name, "subjects": [subjects], "storage": "memory"});
        let made = operator.request(&format!("$JS.API.STREAM.CREATE.{name}"), &stream).await;
        assert!(made["error"].is_null(), "{made}");
    }
    for (name, reads) in consumers() {
        let made = operator.request(&creating(&name, reads), &consumer(&name, reads)).await;
        assert!(made["error"].is_null(), "{made}");
    }
    (nats, operator)
}

fn durable(name: &str) -> String {
    name.replace('.', "-")
}

fn creating(name: &str, reads: &str) -> String {
    format!("$JS.API.CONSUMER.CREATE.MARKET.{}.{}", durable(name), subject(reads))
}

fn consumer(name: &str, reads: &str) -> Value {
    let config = json!({
        "durable_name": durable(name), "filter_subject": subject(reads), "ack_policy": "explicit",
    });
    json!({"stream_name": "MARKET", "config": config})
}

/// Subjects that a service must not publish to, with whether any other user may.
fn foreign(service: &str) -> Vec<String> {
    let types = ALL.iter().map(|(name, _)| *name);
    let mut subjects: Vec<String> =
        types.filter(|name| owner(name) != Some(service)).map(subject).collect();
    let is_own = |name: &str| consumers_of(service).any(|(own, _)| own == name);
    for (name, reads) in consumers().into_iter().filter(|(name, _)| !is_own(name)) {
        subjects.push(creating(&name, reads));
        for request in ["MSG.NEXT", "INFO", "DELETE"] {
            subjects.push(format!("$JS.API.CONSUMER.{request}.MARKET.{}", durable(&name)));
        }
        subjects.push(format!("$JS.ACK.MARKET.{}.1.1.1.0.0", durable(&name)));
    }
    let keeps_log = services::find(service).is_some_and(|service| service.keeps_log);
    for other in services::names().filter(|other| *other != service) {
        subjects.push(format!("_INBOX.{other}.abc.1"));
        if !keeps_log {
            subjects.push(format!("dead.{other}.x"));
        }
    }
    for (own, reads) in consumers_of(service) {
        let own = durable(&own);
        subjects.push(format!("$JS.API.CONSUMER.DELETE.MARKET.{own}"));
        subjects.push(format!("$JS.API.CONSUMER.PAUSE.MARKET.{own}"));
        // Without a subject in the request the consumer could read any.
        subjects.push(format!("$JS.API.CONSUMER.CREATE.MARKET.{own}"));
        subjects.push(format!("$JS.API.CONSUMER.DURABLE.CREATE.MARKET.{own}"));
        subjects.push(format!("$JS.API.CONSUMER.CREATE.MARKET.{own}.market.>"));
        let is_read = |name: &str| reads == name || reads == format!("{}.*", aggregate_of(name));
        for (name, _) in ALL.iter().filter(|(name, _)| !is_read(name)) {
            subjects.push(format!("$JS.API.CONSUMER.CREATE.MARKET.{own}.{}", subject(name)));
        }
        subjects.push(format!("$JS.API.CONSUMER.CREATE.DEAD.{own}.dead.>"));
    }
    subjects.extend(forbidden_to_all().map(str::to_owned));
    if !keeps_log {
        let kept =
            ["STREAM.PURGE.MARKET", "STREAM.MSG.GET.MARKET", "CONSUMER.MSG.NEXT.ADVISORIES.reader"];
        subjects.extend(kept.map(|request| format!("$JS.API.{request}")));
    }
    subjects
}

/// Requests that no service may send.
fn forbidden_to_all() -> impl Iterator<Item = &'static str> {
    [
        "market.anything",
        "anything",
        "$JS.API.INFO",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.CREATE.COPY",
        "$JS.API.STREAM.UPDATE.MARKET",
        "$JS.API.STREAM.DELETE.MARKET",
        "$JS.API.STREAM.PURGE.DEAD",
        "$JS.API.STREAM.SNAPSHOT.MARKET",
        "$JS.API.STREAM.RESTORE.MARKET",
        "$JS.API.STREAM.MSG.DELETE.MARKET",
        "$JS.API.STREAM.MSG.GET.DEAD",
        "$JS.API.DIRECT.GET.MARKET",
        "$JS.API.CONSUMER.CREATE.MARKET",
        "$JS.API.CONSUMER.CREATE.DEAD",
        "$JS.API.CONSUMER.LIST.DEAD",
        "$JS.API.SERVER.REMOVE",
        "$SYS.REQ.SERVER.PING",
    ]
    .into_iter()
}

#[tokio::test]
async fn no_service_publishes_or_requests_outside_its_part() {
    let (nats, _) = market().await;
    for service in services::names() {
        let user = Raw::connect(&nats, service).await;
        for subject in foreign(service) {
            let refusal = user.refusal_to_publish(&subject).await;
            let refusal = refusal.unwrap_or_else(|| panic!("{service} may publish to {subject}"));
            assert!(refusal.contains("Permissions Violation"), "{refusal}");
        }
        // The subject causes the rejection: the service's own subject is accepted.
        let (own, reads) = consumers_of(service).next().unwrap();
        let allowed =
            [creating(&own, reads), format!("$JS.ACK.MARKET.{}.1.1.1.0.0", durable(&own))];
        for subject in allowed {
            assert_eq!(user.refusal_to_publish(&subject).await, None, "{service}: {subject}");
        }
    }
}

#[tokio::test]
async fn users_subscribe_to_their_own_responses_only() {
    let (nats, _) = market().await;
    let users = services::names().chain(["operator"]);
    for name in users.clone() {
        let user = Raw::connect(&nats, name).await;
        let others = users.clone().filter(|other| *other != name);
        let inboxes = others.map(|other| format!("_INBOX.{other}.>"));
        let wide = [">", "*.>", "market.>", "market.order.created", "dead.>", "_INBOX.>", "$JS.>"];
        let wide = wide.into_iter().chain(["$JS.API.>", "$JS.EVENT.ADVISORY.>", "$SYS.>"]);
        for subject in inboxes.chain(wide.map(str::to_owned)) {
            let refusal = user.refusal_to_subscribe(&subject).await;
            let refusal = refusal.unwrap_or_else(|| panic!("{name} may listen to {subject}"));
            assert!(refusal.contains("Permissions Violation"), "{refusal}");
        }
        let own = format!("_INBOX.{name}.abc.*");
        assert_eq!(user.refusal_to_subscribe(&own).await, None, "{name}");
    }
}

/// The subject of a request names the one filter subject, and the server compares the two.
#[tokio::test]
async fn a_request_whose_subject_and_body_differ_is_rejected() {
    let (nats, operator) = market().await;
    let orders = Raw::connect(&nats, "orders").await;
    let (name, reads) = ("orders.on_ticket_changed", "ticket.*");
    let create_stream = async |change: Value| {
        let mut request = consumer(name, reads);
        for (field, value) in change.as_object().unwrap() {
            request["config"][field] = value.clone();
        }
        orders.request(&creating(name, reads), &request).await
    };
    for change in [
        json!({"filter_subject": "market.user.created"}),
        json!({"filter_subject": ""}),
        json!({"filter_subject": null, "filter_subjects": ["market.ticket.*", "market.user.*"]}),
        json!({"filter_subject": "", "filter_subjects": ["market.>"]}),
        json!({"durable_name": "orders-other"}),
    ] {
        let response = create_stream(change.clone()).await;
        assert!(response["error"]["description"].is_string(), "{change}: {response}");
    }
    assert!(create_stream(json!({})).await["error"].is_null());
    let info = format!("$JS.API.CONSUMER.INFO.MARKET.{}", durable(name));
    let known = operator.request(&info, &Value::Null).await;
    assert_eq!(known["config"]["filter_subject"], subject(reads), "{known}");
}

/// Creating an existing stream does not change it.
#[tokio::test]
async fn creating_an_existing_stream_does_not_change_it() {
    let (nats, operator) = market().await;
    let orders = Raw::connect(&nats, "orders").await;
    let stream = json!({"name": "MARKET", "subjects": ["market.>"], "max_age": 1_000_000_000});
    let response = orders.request("$JS.API.STREAM.CREATE.MARKET", &stream).await;
    assert_eq!(response["error"]["err_code"], 10058, "{response}");
    let known = operator.request("$JS.API.STREAM.INFO.MARKET", &Value::Null).await;
    assert_eq!(known["config"]["max_age"], 0);
}

/// The server responds to any reply subject, even one that the requester may not publish to. A
/// response in the log is not an envelope, so a listener stores it as a dead letter.
#[tokio::test]
async fn a_response_sent_into_the_log_is_not_a_message() {
    let (nats, operator) = market().await;
    let orders = Raw::connect(&nats, "orders").await;
    let info = "$JS.API.STREAM.INFO.MARKET";
    orders.request_with_reply_to(info, "market.payment.captured").await;
    // The next response of the same server arrives after that one.
    orders.request(info, &Value::Null).await;
    let body = operator.last_of("market.payment.captured").await;
    assert!(contract::envelope::open(&body).is_err(), "{body:?}");
}

/// A delivery is such a response and contains any published body: a service that could read what it
/// publishes could have its own text stored as a message of another service.
#[test]
fn only_auth_reads_its_own_messages() {
    let reads_own = |(name, reads): &(String, &str)| {
        owner(reads).is_some_and(|owner| name.starts_with(&format!("{owner}.")))
    };
    let reading: Vec<_> = consumers().into_iter().filter(reads_own).map(|(name, _)| name).collect();
    assert_eq!(reading, ["auth.on_session_revoked"]);
}
