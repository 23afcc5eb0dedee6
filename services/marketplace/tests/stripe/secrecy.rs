//! Confidential input in the output of a whole journey: printed, logged, measured, traced and
//! stored data are searched for it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};

use crate::program::{SECRETS, on_stripe, provider, set_webhook};
use crate::running::{Marketplace, program};

/// Confidential inputs, each with the files that may store it: prefixes of names in the data
/// directory.
const TRUSTED: [(&str, &[&str]); 12] = [
    // Auth stores addresses.
    ("hide-this-address", &["auth.db"]),
    ("hide-this-admin", &["auth.db"]),
    ("HideThisPassword", &[]),
    ("HideThisWrongPassword", &[]),
    ("HideThisNewPassword", &[]),
    // Payments stores the token of a card until the provider has it.
    ("tok_HideThisCard", &["payments.db"]),
    // Sent in places where it does not belong.
    ("HideThisQuery", &[]),
    ("HideThisCookie", &[]),
    ("HideThisHeader", &[]),
    ("HideThisBody", &[]),
    ("HideThisSignature", &[]),
    ("HideThisPath", &[]),
];

/// A collector of traces that stores all received bytes.
fn collector() -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let kept = Arc::new(Mutex::new(Vec::new()));
    let sent = Arc::clone(&kept);
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let sent = Arc::clone(&sent);
            std::thread::spawn(move || {
                let mut bytes = [0; 8_192];
                while let Ok(count @ 1..) = connection.read(&mut bytes) {
                    sent.lock().extend(bytes.iter().take(count));
                    // A response to each chunk: the client sends the next one or disconnects, and
                    // every chunk is stored.
                    let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                }
            });
        }
    });
    (url, kept)
}

/// A client that sends any request.
struct Caller<'m> {
    marketplace: &'m Marketplace,
    http: reqwest::Client,
}

impl Caller<'_> {
    async fn send(&self, method: Method, path: &str, change: impl Fn(Request) -> Request) -> u16 {
        let request = self.http.request(method, format!("{}{path}", self.marketplace.url));
        change(request).send().await.unwrap().status().as_u16()
    }

    async fn post(&self, cookie: &str, path: &str, body: Value) -> (u16, String, Value) {
        self.marketplace.call(cookie, path, Some(body)).await
    }
}

type Request = reqwest::RequestBuilder;

fn account(name: &str, password: &str) -> Value {
    json!({"email": format!("{name}@example.com"), "password": password})
}

/// Signs up, buys, sells, refunds, and sends malformed requests; returns the session tokens that
/// were issued.
async fn live(caller: &Caller<'_>) -> Vec<String> {
    let post = async |cookie: &str, path: &str, body: Value| caller.post(cookie, path, body).await;
    let (_, admin, _) =
        post("", "/api/users/signin", account("hide-this-admin", "HideThisPassword 1")).await;
    let seller = account("hide-this-address-1", "HideThisPassword 2");
    let (_, seller, _) = post("", "/api/users/signup", seller).await;
    let ann = account("hide-this-address-2", "HideThisPassword 3");
    let (_, ann, who) = post("", "/api/users/signup", ann.clone()).await;
    let mut tokens = vec![admin.clone(), seller.clone(), ann.clone()];
    for name in ["hide-this-address-2", "hide-this-address-nobody"] {
        let wrong = account(name, "HideThisWrongPassword");
        assert_eq!(post("", "/api/users/signin", wrong).await.0, 401);
    }
    assert_eq!(
        post("", "/api/users/signup", account("hide-this-address-2", "HideThisPassword 4")).await.0,
        409
    );
    let offer = json!({"title": "Concert", "price": 5, "quantity": 10});
    let ticket = caller.marketplace.create(&seller, "/api/tickets", offer).await;
    let order = json!({"ticketId": ticket, "quantity": 2});
    let order = caller.marketplace.create(&ann, "/api/orders", order).await;
    let pay = |token: &str| json!({"orderId": order, "token": token});
    assert_eq!(post(&ann, "/api/payments", pay("tok_HideThisCard")).await.0, 402);
    let payment = caller.marketplace.create(&ann, "/api/payments", pay("pm_card_visa")).await;
    let refunds = format!("/api/payments/{payment}/refunds");
    assert_eq!(post(&seller, &refunds, json!({"amount": 1})).await.0, 201);
    let top_up = json!({"amount": 3, "token": "pm_card_visa"});
    assert_eq!(post(&ann, "/api/payments/top-ups", top_up).await.0, 201);
    mistype(caller, &ann).await;
    let change =
        json!({"currentPassword": "HideThisPassword 3", "newPassword": "HideThisNewPassword"});
    assert_eq!(post(&ann, "/api/users/password", change).await.0, 204);
    let again = account("hide-this-address-2", "HideThisNewPassword");
    tokens.push(post("", "/api/users/signin", again).await.1);
    let ban = format!("/api/users/{}/ban", who.get("id").and_then(Value::as_str).unwrap());
    assert_eq!(post(&admin, &ban, json!({})).await.0, 204);
    tokens.iter().map(|cookie| cookie.split_once('=').unwrap().1.to_owned()).collect()
}

/// Values in places where they do not belong.
async fn mistype(caller: &Caller<'_>, cookie: &str) {
    let json = |request: Request| request.header("Content-Type", "application/json");
    for (method, path, status) in [
        (Method::GET, "/api/tickets?q=x&token=HideThisQuery", 200),
        (Method::GET, "/api/orders/HideThisPath", 400),
        (Method::GET, "/HideThisPath/HideThisPath", 404),
    ] {
        let signed_in = |request: Request| request.header("Cookie", cookie);
        assert_eq!(caller.send(method, path, signed_in).await, status, "{path}");
    }
    let strange = |request: Request| {
        let request = request.header("Cookie", "session=HideThisCookie");
        request
            .header("Authorization", "Bearer HideThisHeader")
            .header("X-Api-Key", "HideThisHeader")
    };
    assert_eq!(caller.send(Method::GET, "/api/orders", strange).await, 401);
    for body in
        ["{\"password\": \"HideThisBody", "{\"email\": \"HideThisBody\"}", "\"HideThisBody\""]
    {
        let broken = |request: Request| json(request).body(body);
        assert_eq!(caller.send(Method::POST, "/api/users/signin", broken).await, 400);
    }
    let forged = |request: Request| {
        let signature = "t=1,v1=HideThisSignature";
        json(request).header("Stripe-Signature", signature).body("{\"HideThisBody\": 1}")
    };
    assert_eq!(caller.send(Method::POST, "/api/payments/webhook", forged).await, 400);
}

/// Every file below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// No file.
const NOWHERE: &[&str] = &[];

/// Files that only auth reads.
const AUTHS: &[&str] = &["auth.db"];

/// Confidential inputs found in places where they must not be.
fn leaks(left: &[(String, Vec<u8>)], tokens: &[String]) -> Vec<String> {
    let sessions = tokens.iter().map(|token| (token.as_str(), NOWHERE));
    let keys = SECRETS.into_iter().map(|key| (key, NOWHERE));
    let hashes = ("$argon2id$", AUTHS);
    let trusted = TRUSTED.into_iter().chain(sessions).chain(keys).chain([hashes]);
    let found = trusted.flat_map(|(text, allowed)| {
        let elsewhere =
            left.iter().filter(|(name, _)| !allowed.iter().any(|a| name.starts_with(a)));
        let leaking = elsewhere.filter(move |(_, bytes)| holds(bytes, text));
        leaking.map(move |(name, _)| format!("{text} is in {name}"))
    });
    found.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_and_personal_data_do_not_leak() {
    let (dir, logs, simulator) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), provider());
    let (collector, traced) = collector();
    let log = logs.path().join("standard error");
    let start = || {
        let flags = ["--port", "0", "--log", "trace", "--otlp-endpoint", &collector];
        let mut command = on_stripe(dir.path(), &simulator, &flags);
        command.stderr(std::fs::File::options().create(true).append(true).open(&log).unwrap());
        Marketplace::start_by(&mut command)
    };
    let first = start();
    let admin = account("hide-this-admin", "HideThisPassword 1");
    let (_, admin, _) = first.call("", "/api/users/signup", Some(admin)).await;
    first.stop().await;
    let grant =
        program(dir.path(), &["grant-admin", "hide-this-admin@example.com"]).output().unwrap();
    assert!(grant.status.success());
    let marketplace = start();
    set_webhook(&simulator, &marketplace);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut tokens = live(&Caller { marketplace: &marketplace, http }).await;
    tokens.push(admin.split_once('=').unwrap().1.to_owned());
    let mut left = vec![("banner".to_owned(), marketplace.banner.clone().into_bytes())];
    left.push(("grant-admin".to_owned(), [grant.stdout, grant.stderr].concat()));
    left.push(("metrics".to_owned(), marketplace.text("/metrics").await.into_bytes()));
    // While the program runs, its last writes are in separate files.
    let running: Vec<_> = files(dir.path()).iter().map(|path| named(path)).collect();
    marketplace.stop().await;
    left.extend(running);
    left.extend(files(dir.path()).iter().map(|path| named(path)));
    left.push(("log".to_owned(), std::fs::read(&log).unwrap()));
    left.push(("traces".to_owned(), traced.lock().clone()));
    let of =
        |name: &str| left.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes).unwrap();
    // All of it was received and recorded, so a value that is not found was not recorded.
    assert!(
        holds(of("log"), "TRACE") && holds(of("log"), "an event is refused"),
        "everything is logged"
    );
    assert!(holds(of("traces"), "sign_up") && holds(of("traces"), "create_refund"));
    assert!(holds(of("metrics"), "http_requests_total"));
    // The last writes may be in the write-ahead log beside it.
    let is_kept = |text: &str| {
        left.iter().any(|(name, bytes)| name.starts_with("auth.db") && holds(bytes, text))
    };
    assert!(is_kept("hide-this-address-2") && is_kept("$argon2id$"));
    assert_eq!(leaks(&left, &tokens), Vec::<String>::new());
    // A planted value is found.
    for (text, _) in TRUSTED {
        let planted = [("log".to_owned(), format!("a line with {text}, and more").into_bytes())];
        assert_eq!(leaks(&planted, &tokens), [format!("{text} is in log")]);
    }
}

fn named(path: &Path) -> (String, Vec<u8>) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    (name, std::fs::read(path).unwrap_or_default())
}
