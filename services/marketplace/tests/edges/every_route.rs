//! HTTP behaviour of every route: HEAD, entity tags, and equivalent spellings of a request.

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::redirect::Policy;
use testing::Reply;

use crate::bad_inputs::section_of;
use crate::call::Call;
use crate::document::{Operation, operations};
use crate::fixture::Fixture;
use crate::test_marketplace::TestMarketplace;

/// Reads whose representation changes meanwhile: every request is counted, mails are sent later.
const CHANGES: [&str; 2] = ["/metrics", "/dev/mail"];

/// The response to the good request of an operation after a change. Each call has people and things
/// of its own.
async fn sent(
    marketplace: &TestMarketplace,
    operation: &Operation,
    change: impl FnOnce(Call) -> Call,
) -> Reply {
    let mut fixture = Fixture::new(marketplace);
    let call = Call::of(&section_of(operation), None, &mut fixture).await;
    change(call).send(&fixture).await
}

#[tokio::test]
async fn head_returns_the_response_to_get_without_a_body() {
    // Each response has its own value of these.
    const OWN: [&str; 2] = ["x-request-id", "date"];
    let marketplace = TestMarketplace::open().await;
    for operation in operations(&marketplace).await.into_iter().filter(Operation::is_read) {
        let mut fixture = Fixture::new(&marketplace);
        let section = section_of(&operation);
        let get = Call::of(&section, None, &mut fixture).await.send(&fixture).await;
        let head = Call::of(&section, None, &mut fixture).await.with_method(Method::HEAD);
        let head = head.send(&fixture).await;
        let name = operation.name();
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{name}");
        let names =
            |reply: &Reply| reply.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>();
        assert_eq!(names(&head), names(&get), "{name}");
        let is_same = |header: &&str| !OWN.contains(header) && !CHANGES.contains(&&*operation.path);
        for header in names(&get).iter().map(String::as_str).filter(is_same) {
            assert_eq!(head.header(header), get.header(header), "{header} of {name}");
        }
    }
}

#[tokio::test]
async fn a_read_has_a_tag_and_a_conditional_read_compares_it() {
    let marketplace = TestMarketplace::open().await;
    for operation in operations(&marketplace).await.into_iter().filter(Operation::is_read) {
        if CHANGES.contains(&&*operation.path) {
            continue;
        }
        let mut fixture = Fixture::new(&marketplace);
        let section = section_of(&operation);
        let get = Call::of(&section, None, &mut fixture).await.send(&fixture).await;
        let (name, tag) = (operation.name(), get.header("etag").to_owned());
        assert!(tag.starts_with('"') && tag.len() > 10, "{name}: {tag}");
        let weak = format!("\"x\", W/{tag}");
        for (header, value, status) in [
            ("If-None-Match", tag.as_str(), 304),
            ("If-None-Match", &weak, 304),
            ("If-None-Match", "*", 304),
            ("If-None-Match", "\"x\"", 200),
            ("If-Match", &tag, 200),
            ("If-Match", "*", 200),
            ("If-Match", &weak, 412),
            ("If-Match", "\"x\"", 412),
        ] {
            let call = Call::of(&section, None, &mut fixture).await.with_header(header, value);
            let reply = call.send(&fixture).await;
            assert_eq!(reply.status, status, "{name} {header}: {value}");
            assert!(operation.statuses().contains(&status), "{status} of {name} is not documented");
            assert!(operation.answers_with(200, "ETag"), "the tag of {name} is not documented");
            if status == 304 {
                let headers = (reply.header("etag"), reply.header("cache-control"));
                assert_eq!(headers, (tag.as_str(), get.header("cache-control")), "{name}");
                assert_eq!((reply.body.as_str(), reply.header("content-type")), ("", ""), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_change_with_a_stale_tag_is_rejected_and_with_a_wildcard_applied() {
    let marketplace = TestMarketplace::open().await;
    for operation in operations(&marketplace).await.into_iter().filter(Operation::changes_things) {
        let (name, status) = (operation.name(), section_of(&operation).status);
        let with = |header: &'static str, value: &'static str| {
            move |call: Call| call.with_header(header, value)
        };
        let any = sent(&marketplace, &operation, with("If-Match", "*")).await;
        assert_eq!(any.status, status, "{name}: {}", any.body);
        for (header, value) in
            [("If-Match", "\"77\""), ("If-Match", "W/\"1\", \"x\""), ("If-None-Match", "*")]
        {
            let refused = sent(&marketplace, &operation, with(header, value)).await;
            assert_eq!(refused.text("code"), "precondition_failed", "{name} {header}: {value}");
        }
    }
}

#[tokio::test]
async fn a_change_with_the_current_tag_is_applied() {
    let marketplace = TestMarketplace::open().await;
    let operations = operations(&marketplace).await;
    let comparing = || operations.iter().filter(|operation| operation.compares_versions());
    assert_eq!(comparing().count(), 5);
    for operation in comparing() {
        let (name, section) = (operation.name(), section_of(operation));
        for (how, is_done) in [
            ("TAG", true),
            ("\"x\", W/TAG,TAG ,", true),
            ("\"VERSION\"", true),
            ("W/TAG", false),
            ("\"VERSION-0000000000000000\"", false),
        ] {
            let mut fixture = Fixture::new(&marketplace);
            let call = Call::of(&section, None, &mut fixture).await;
            let shown = call.reading().send(&fixture).await.expect(200);
            let tag = how.replace("TAG", shown.header("etag"));
            let tag = tag.replace("VERSION", &shown.at("version").to_string());
            let reply = call.with_header("If-Match", &tag).send(&fixture).await;
            let expected = if is_done { section.status } else { 412 };
            assert_eq!(reply.status, expected, "{name} {tag}: {}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_request_without_a_session_receives_a_challenge() {
    let marketplace = TestMarketplace::open().await;
    for operation in operations(&marketplace).await.into_iter().filter(Operation::needs_session) {
        let name = operation.name();
        let reply = sent(&marketplace, &operation, |call| call.by(None)).await;
        assert_eq!(reply.status, 401, "{name}");
        assert_eq!(reply.header("www-authenticate"), "Cookie realm=\"boxoffice\"", "{name}");
        assert!(operation.answers_with(401, "WWW-Authenticate"), "{name} does not document it");
    }
}

#[tokio::test]
async fn parameters_that_a_route_does_not_name_are_ignored() {
    let marketplace = TestMarketplace::open().await;
    for operation in operations(&marketplace).await {
        let reply = sent(&marketplace, &operation, |call| {
            call.with_query("utm_source=mail&page=2&Limit=0&filter[x]=%ff&utm_source=x&&=")
        });
        let (reply, status) = (reply.await, section_of(&operation).status);
        assert_eq!(reply.status, status, "{} returned {}", operation.name(), reply.body);
    }
}

#[tokio::test]
async fn a_trailing_slash_is_redirected_on_every_path() {
    let marketplace = TestMarketplace::open().await;
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    for operation in operations(&marketplace).await {
        let path = operation.path.replace("{id}", "692000f2a1b2c3d4e5f60718");
        let path = path.replace("{size}", "small").replace("{name}", "receipt@example.com");
        let method: Method = operation.method.parse().unwrap();
        for query in ["", "?limit=5&q=%20a"] {
            let place = format!("{}{path}/{query}", marketplace.app.base());
            let reply = client.request(method.clone(), place).send().await.unwrap();
            assert_eq!(reply.status(), 308, "{}", operation.name());
            assert_eq!(reply.headers()["location"], format!("{path}{query}").as_str());
        }
    }
}

#[tokio::test]
async fn the_formatting_of_a_body_does_not_change_its_meaning() {
    let marketplace = TestMarketplace::open().await;
    for operation in operations(&marketplace).await {
        let (name, section) = (operation.name(), section_of(&operation));
        // The provider signs the exact bytes.
        if !operation.takes_json() || name == "POST /api/payments/webhook" {
            continue;
        }
        for media_type in [
            "application/json;",
            "Application/JSON ; Charset=\"UTF-8\"",
            "application/json; charset=utf8; version=1",
            "application/json;odata=verbose;IEEE754Compatible=true",
        ] {
            let declared = |call: Call| call.with_header("Content-Type", media_type);
            let reply = sent(&marketplace, &operation, declared).await;
            assert_eq!(reply.status, section.status, "{name} {media_type}: {}", reply.body);
        }
        let spellings: [Spelling; 3] = [with_byte_order_mark, with_white_space, with_exponents];
        for (number, write) in spellings.into_iter().enumerate() {
            let reply = sent(&marketplace, &operation, |call| call.with_body(write)).await;
            assert_eq!(reply.status, section.status, "{name} {number}: {}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_repeat_is_recognised_by_the_meaning_of_its_body() {
    let marketplace = TestMarketplace::open().await;
    let operations = operations(&marketplace).await;
    let keyed = || operations.iter().filter(|operation| operation.takes_key());
    assert_eq!(keyed().count(), 9);
    for operation in keyed() {
        let (name, section) = (operation.name(), section_of(operation));
        let mut fixture = Fixture::new(&marketplace);
        let call = Call::of(&section, None, &mut fixture).await;
        let call = call.with_header("Idempotency-Key", "one");
        let mut first: Option<Reply> = None;
        let spellings: [Spelling; 4] =
            [str::to_owned, with_byte_order_mark, with_white_space, with_exponents];
        for write in spellings {
            let reply = call.clone().with_body(write).send(&fixture).await;
            let first = first.get_or_insert_with(|| reply.clone());
            assert_eq!((reply.status, &reply.body), (section.status, &first.body), "{name}");
        }
    }
}

type Spelling = fn(&str) -> String;

fn with_byte_order_mark(json: &str) -> String {
    format!("\u{feff}{json}")
}

fn with_white_space(json: &str) -> String {
    json.replace(": ", "\t:\r\n ").replace('}', " \n}") + "\r\n"
}

/// A JSON text whose numbers have a fraction and an exponent: `2` is `2.0e0`.
fn with_exponents(json: &str) -> String {
    let mut written = String::new();
    let (mut in_string, mut number) = (false, String::new());
    for character in json.chars() {
        if !in_string && (character.is_ascii_digit() || character == '.') {
            number.push(character);
            continue;
        }
        if !number.is_empty() {
            let fraction = if number.contains('.') { "" } else { ".0" };
            written.extend([number.as_str(), fraction, "e0"]);
            number.clear();
        }
        in_string ^= character == '"';
        written.push(character);
    }
    written
}
