//! Each user is refused all but its part: whatever one service can be made to do, it cannot speak for another, read what it is not
//! meant to read, or take messages away.

use contract::catalogue::{ALL, Service, aggregate_of, consumers, consumers_of, owner, services};
use contract::message::subject;
use serde_json::{Value, json};
use testing::engines::nats::Nats;

use crate::user::Raw;

/// A server with its streams and consumers.
async fn market() -> (Nats, Raw) {
    let nats = Nats::start_inside();
    let operator = Raw::connect(&nats, "operator").await;
    for (name, subjects) in [("MARKET", "market.>"), ("DEAD", "dead.>")] {
        let stream = json!({"name": name, "subjects": [subjects], "storage": "memory"});
        let made = operator.ask(&format!("$JS.API.STREAM.CREATE.{name}"), &stream).await;
        assert!(made["error"].is_null(), "{made}");
    }
    for (name, reads) in consumers() {
        let made = operator.ask(&creating(&name, reads), &consumer(&name, reads)).await;
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

/// What a service is not to publish: each with whether anybody of the house may.
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
    let keeps_log = services::find(service).is_some_and(Service::keeps_log);
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
    subjects.extend(of_nobody().map(str::to_owned));
    if !keeps_log {
        let kept =
            ["STREAM.PURGE.MARKET", "STREAM.MSG.GET.MARKET", "CONSUMER.MSG.NEXT.ADVISORIES.reader"];
        subjects.extend(kept.map(|request| format!("$JS.API.{request}")));
    }
    subjects
}

/// What no service may ask for.
fn of_nobody() -> impl Iterator<Item = &'static str> {
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
async fn no_service_publishes_or_asks_for_what_is_not_its_own() {
    let (nats, _) = market().await;
    for service in services::names() {
        let user = Raw::connect(&nats, service).await;
        for subject in foreign(service) {
            let refusal = user.refusal_to_publish(&subject).await;
            let refusal = refusal.unwrap_or_else(|| panic!("{service} may publish to {subject}"));
            assert!(refusal.contains("Permissions Violation"), "{refusal}");
        }
        // What is refused is refused for the sake of its subject: its own is not.
        let (own, reads) = consumers_of(service).next().unwrap();
        let allowed =
            [creating(&own, reads), format!("$JS.ACK.MARKET.{}.1.1.1.0.0", durable(&own))];
        for subject in allowed {
            assert_eq!(user.refusal_to_publish(&subject).await, None, "{service}: {subject}");
        }
    }
}

#[tokio::test]
async fn nobody_listens_to_anything_but_the_own_answers() {
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

/// The subject of a request names the one subject that is to be read, and the server compares.
#[tokio::test]
async fn a_request_that_says_one_thing_and_holds_another_is_refused() {
    let (nats, operator) = market().await;
    let orders = Raw::connect(&nats, "orders").await;
    let (name, reads) = ("orders.on_ticket_changed", "ticket.*");
    let asked = async |change: Value| {
        let mut request = consumer(name, reads);
        for (field, value) in change.as_object().unwrap() {
            request["config"][field] = value.clone();
        }
        orders.ask(&creating(name, reads), &request).await
    };
    for change in [
        json!({"filter_subject": "market.user.created"}),
        json!({"filter_subject": ""}),
        json!({"filter_subject": null, "filter_subjects": ["market.ticket.*", "market.user.*"]}),
        json!({"filter_subject": "", "filter_subjects": ["market.>"]}),
        json!({"durable_name": "orders-other"}),
    ] {
        let said = asked(change.clone()).await;
        assert!(said["error"]["description"].is_string(), "{change}: {said}");
    }
    assert!(asked(json!({})).await["error"].is_null());
    let info = format!("$JS.API.CONSUMER.INFO.MARKET.{}", durable(name));
    let known = operator.ask(&info, &Value::Null).await;
    assert_eq!(known["config"]["filter_subject"], subject(reads), "{known}");
}

/// A stream that is there is not changed by somebody who makes it.
#[tokio::test]
async fn a_stream_that_is_there_stays_what_it_is() {
    let (nats, operator) = market().await;
    let orders = Raw::connect(&nats, "orders").await;
    let stream = json!({"name": "MARKET", "subjects": ["market.>"], "max_age": 1_000_000_000});
    let said = orders.ask("$JS.API.STREAM.CREATE.MARKET", &stream).await;
    assert_eq!(said["error"]["err_code"], 10058, "{said}");
    let known = operator.ask("$JS.API.STREAM.INFO.MARKET", &Value::Null).await;
    assert_eq!(known["config"]["max_age"], 0);
}

/// The server answers wherever it is asked to, also on a subject that the asker may not publish to. What comes into the log by that
/// way is no envelope, so a listener gives it up.
#[tokio::test]
async fn an_answer_that_is_sent_into_the_log_is_no_message() {
    let (nats, operator) = market().await;
    let orders = Raw::connect(&nats, "orders").await;
    let info = "$JS.API.STREAM.INFO.MARKET";
    orders.ask_to_answer_at(info, "market.payment.captured").await;
    // The next answer of the same server comes after that one.
    orders.ask(info, &Value::Null).await;
    let body = operator.last_of("market.payment.captured").await;
    assert!(contract::envelope::open(&body).is_err(), "{body:?}");
}

/// A delivery is such an answer, and holds whatever was published: whoever reads what it publishes could have its own words
/// kept as a message of another service.
#[test]
fn nobody_but_auth_reads_what_it_publishes() {
    let reads_own = |(name, reads): &(String, &str)| {
        owner(reads).is_some_and(|owner| name.starts_with(&format!("{owner}.")))
    };
    let reading: Vec<_> = consumers().into_iter().filter(reads_own).map(|(name, _)| name).collect();
    assert_eq!(reading, ["auth.on_session_revoked"]);
}
