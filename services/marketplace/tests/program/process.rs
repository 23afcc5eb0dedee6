//! The program itself: started, killed, stopped, and run through the tour of the README.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};
use testing::User;
use testing::customer::PASSWORD;
use testing::processes::Signal;

use crate::running::{FACT_WAIT_MAX, MAIL, Marketplace, program, run, tour};

#[tokio::test]
async fn the_tour_of_the_readme_works_as_printed() {
    let dir = tempfile::tempdir().unwrap();
    let marketplace = Marketplace::start(dir.path(), &["--order-window", "6s"]);
    for word in
        ["data directory", "sqlite", "embedded log", "test (built in", "order window      6s"]
    {
        assert!(marketplace.banner.contains(word), "{}", marketplace.banner);
    }
    let (answers, output) = tour("README.md", "tour", marketplace.base()).await;
    let field = |at: usize, name: &str| answers[at][name].clone();
    assert_eq!(answers.len(), 15, "{output}");
    assert_eq!((field(3, "title"), field(3, "available")), (json!("Concert 🎻"), json!(101)));
    assert_eq!((field(3, "minPrice"), field(3, "maxPrice")), (json!(20.5), json!(60)));
    assert_eq!((field(4, "status"), field(4, "code")), (json!(409), json!("sold_out")));
    assert_eq!((field(5, "status"), field(5, "amount")), (json!("captured"), json!(60)));
    assert_eq!((field(6, "status"), field(6, "total")), (json!("complete"), json!(60)));
    assert_eq!((field(7, "sold"), field(7, "paid")), (json!(1), json!(60)), "the show's sales");
    assert_eq!(field(8, "state"), json!("cancelled"));
    assert_eq!(answers[9]["refunds"][0]["status"], json!("succeeded"), "{output}");
    assert_eq!(answers[9]["refunds"][0]["amount"], json!(60), "{output}");
    let usd = |amount: f64| json!([{"currency": "usd", "balance": amount}]);
    assert_eq!((field(10, "status"), field(10, "amount")), (json!("captured"), json!(30)));
    assert_eq!((field(11, "status"), field(11, "amount")), (json!("captured"), json!(9.5)));
    assert_eq!(field(12, "balances"), usd(20.5), "Ann's");
    assert_eq!(field(13, "status"), json!("created"));
    assert_eq!((field(14, "title"), field(14, "available")), (json!("Encore"), json!(1)));
}

#[tokio::test]
async fn a_signal_completes_pending_requests_and_stops_within_seconds() {
    for signal in [Signal::TERM, Signal::INT] {
        let dir = tempfile::tempdir().unwrap();
        let mut marketplace = Marketplace::start(dir.path(), &[]);
        let (_, buyer, ticket) = marketplace.offered(1).await;
        let order = marketplace.create(&buyer, "/api/orders", json!({"ticketId": ticket})).await;
        let paying = marketplace.pay(&buyer, order.parse().unwrap(), "tok_slow");
        let stopping = async {
            let path = format!("/api/orders/{order}");
            marketplace.becomes(Some(&buyer), &path, "status", json!("awaiting:payment")).await;
            marketplace.process.signal(signal);
        };
        let (payment, ()) = tokio::join!(paying, stopping);
        assert_eq!(payment.expect(201).text("status"), "captured", "{signal:?}");
        let ended = marketplace.process.end_within(FACT_WAIT_MAX).await.unwrap();
        assert!(ended.success(), "{signal:?}: {ended}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_and_unknown_methods_together() {
    let dir = tempfile::tempdir().unwrap();
    let marketplace = Marketplace::start(dir.path(), &[]);
    for method in ["GET", "GET", "JUGGLE", "WHISTLE"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        marketplace.send(marketplace.request(method, "/api/tickets", None)).await;
    }
    let metrics = marketplace.metrics().await;
    for labels in [
        "method=\"GET\",route=\"/api/tickets\",status=\"200\"",
        "method=\"other\",route=\"/api/tickets\",status=\"405\"",
    ] {
        let counted = marketplace.metric(&format!("http_requests_total{{{labels}}}")).await;
        assert_eq!(counted, Some(2), "{labels}: {metrics}");
    }
    assert!(metrics.contains("# HELP http_requests_total "), "{metrics}");
    let request = marketplace.request(reqwest::Method::GET, "/metrics", None);
    let json = marketplace.send(request.header("Accept", "application/json")).await.json();
    let metrics = json["metrics"].as_array().unwrap();
    let requests = metrics.iter().find(|metric| metric["name"] == "http_requests_total").unwrap();
    let of_lists = |sample: &&Value| sample["labels"]["route"] == "/api/tickets";
    let samples = requests["samples"].as_array().unwrap().iter().filter(of_lists);
    let counts: Vec<_> = samples.map(|sample| sample["value"].as_f64()).collect();
    assert_eq!(counts, [Some(2.0), Some(2.0)], "{json}");
}

#[tokio::test]
async fn each_error_of_a_start_is_reported_on_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let bad = ["--port", "70000", "--order-window", "soon", "--host", "here", "--cookie", "nice"];
    let mut start = program(dir.path(), &bad);
    let (code, _, errors) = run(start.env("LOG_FORMAT", "xml").env("HOLD_LIMIT", "-1"));
    assert_eq!(code, 2);
    let named = ["--host", "--order-window", "--port", "--cookie", "LOG_FORMAT", "HOLD_LIMIT"];
    assert_eq!(errors.lines().count(), named.len(), "{errors}");
    for name in named {
        assert!(errors.contains(&format!("boxoffice: {name}: must be ")), "{errors}");
    }
    let (code, _, errors) = run(&mut program(dir.path(), &["--bogus"]));
    assert!(code == 2 && errors.contains("--bogus"), "{errors}");
    let (code, help, _) = run(&mut program(dir.path(), &["--help"]));
    assert!(code == 0 && help.contains("ORDER_WINDOW") && help.contains("grant-admin"), "{help}");
    let marketplace = Marketplace::start(dir.path(), &[]);
    let port = marketplace.base().rsplit(':').next().unwrap().to_owned();
    let other = tempfile::tempdir().unwrap();
    for (data, port, complaint) in [
        (other.path(), port.as_str(), "in use (choose another with --port)"),
        (dir.path(), "0", "used by another running process"),
        (Path::new("/dev/null/data"), "0", "cannot write in the data directory"),
    ] {
        let (code, _, errors) = run(&mut program(data, &["--port", port]));
        assert_eq!((code, errors.lines().count()), (1, 1), "{complaint}: {errors}");
        assert!(errors.contains(complaint), "{complaint}: {errors}");
    }
}

#[test]
fn production_rejects_a_readable_session_key_in_its_data_directory() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("session-key.pem");
    service::KeyFile::Private(key.clone()).open().unwrap();
    std::fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let flags = ["--mode", "production", "--allow-test-provider", "yes", "--port", "0"];
    let (code, _, errors) = run(program(dir.path(), &flags).envs(MAIL));
    assert_eq!((code, errors.lines().count()), (2, 1), "{errors}");
    assert!(errors.contains("SESSION_KEY: ") && errors.contains("mode 644"), "{errors}");
}

#[tokio::test]
async fn the_openapi_document_is_the_same_in_the_repository_printed_and_served() {
    let checked_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let checked_in = std::fs::read_to_string(checked_in).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (code, printed, _) = run(&mut program(dir.path(), &["openapi"]));
    assert_eq!(code, 0);
    assert_eq!(printed, checked_in, "to write it: cargo xtask openapi");
    let marketplace = Marketplace::start(dir.path(), &[]);
    let served = marketplace.get(None, "/openapi.json").await.body;
    assert_eq!(served.trim_end(), checked_in.trim_end());
}

#[tokio::test]
async fn an_operator_switches_a_second_factor_off() {
    let dir = tempfile::tempdir().unwrap();
    let first = Marketplace::start(dir.path(), &[]);
    let ann = first.sign_up("ann").await;
    let password = json!({"currentPassword": PASSWORD});
    first.post(Some(&ann), "/api/users/second-factor", &password).await.expect(201);
    first.stop().await;
    let reset = || run(&mut program(dir.path(), &["reset-second-factor", "ann@example.com"]));
    let (code, _, errors) = reset();
    assert_eq!((code, errors.as_str()), (0, ""));
    let (code, _, errors) = reset();
    assert!(code == 1 && errors.contains("The second factor is off"), "{errors}");
    let second = Marketplace::start(dir.path(), &[]);
    second.becomes(Some(&ann), "/api/users/currentuser", "currentUser", Value::Null).await;
}

#[tokio::test]
async fn an_operator_appoints_an_administrator_with_the_right_to_ban() {
    let dir = tempfile::tempdir().unwrap();
    let first = Marketplace::start(dir.path(), &[]);
    let (ann, bob) = (first.sign_up("ann").await, first.sign_up("bob").await);
    let ban = format!("/api/users/{}/ban", bob.id);
    first.post(Some(&ann), &ban, &json!({})).await.expect(403);
    first.stop().await;
    let (code, _, errors) = run(&mut program(dir.path(), &["grant-admin", "nobody@example.com"]));
    assert!(code == 1 && errors.contains("no such account"), "{errors}");
    let (code, _, errors) = run(&mut program(dir.path(), &["grant-admin", "ann@example.com"]));
    assert_eq!((code, errors.as_str()), (0, ""));
    let second = Marketplace::start(dir.path(), &[]);
    second.becomes(Some(&ann), "/api/users/currentuser", "currentUser", Value::Null).await;
    let ann = User::by_token(&second.sign_in("ann").await);
    second.post(Some(&ann), &ban, &json!({})).await.expect(204);
    assert_eq!(second.get(Some(&bob), "/api/orders").await.status, 401, "in every service");
    second.stop().await;
    let (code, _, errors) = run(&mut program(dir.path(), &["revoke-admin", "ann@example.com"]));
    assert!(code == 1 && errors.contains("The last administrator cannot be removed"), "{errors}");
    let third = Marketplace::start(dir.path(), &[]);
    third.sign_up("carol").await;
    third.stop().await;
    for (command, email) in [("grant-admin", "carol"), ("revoke-admin", "ann")] {
        let (code, _, errors) =
            run(&mut program(dir.path(), &[command, &format!("{email}@example.com")]));
        assert_eq!((code, errors.as_str()), (0, ""));
    }
    let fourth = Marketplace::start(dir.path(), &[]);
    fourth.becomes(Some(&ann), "/api/users/currentuser", "currentUser", Value::Null).await;
    let ann = User::by_token(&fourth.sign_in("ann").await);
    fourth.post(Some(&ann), &ban, &json!({})).await.expect(403);
}
