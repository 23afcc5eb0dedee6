//! Confidential input in the output of a whole journey: printed, logged, measured, traced and
//! stored data are searched for it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};
use testing::{Reply, User};

use crate::running::{Marketplace, eventually, program};
use crate::stripe::{SECRETS, on_stripe, provider, set_webhook};

/// Files that may contain addresses: auth stores and publishes them, mail stores them and sends to
/// them. Mails are named after their letters.
const ADDRESSES: &[&str] = &["auth.db", "bus.db", "mail.db", "notice.", "order."];

/// Confidential inputs, each with the files that may store it: prefixes of names in the data
/// directory.
const TRUSTED: [(&str, &[&str]); 12] = [
    ("hide-this-address", ADDRESSES),
    ("hide-this-admin", ADDRESSES),
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

/// Accounts that sign up, each of which receives a link.
const ACCOUNTS: usize = 3;

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

fn account(name: &str, password: &str) -> Value {
    json!({"email": format!("{name}@example.com"), "password": password})
}

/// Signs up, buys, sells, refunds, and sends malformed requests; returns the session tokens that
/// were issued.
async fn live(marketplace: &Marketplace) -> Vec<String> {
    let sign = async |way: &str, name: &str, password: &str| {
        let path = format!("/api/users/sign{way}");
        marketplace.post(None, &path, &account(name, password)).await
    };
    let user = |reply: Reply| User::by_token(&reply);
    let admin = user(sign("in", "hide-this-admin", "HideThisPassword 1").await);
    let seller = user(sign("up", "hide-this-address-1", "HideThisPassword 2").await);
    let ann = user(sign("up", "hide-this-address-2", "HideThisPassword 3").await);
    for name in ["hide-this-address-2", "hide-this-address-nobody"] {
        sign("in", name, "HideThisWrongPassword").await.expect(401);
    }
    sign("up", "hide-this-address-2", "HideThisPassword 4").await.expect(409);
    let offer = json!({"title": "Concert", "price": 5, "quantity": 10});
    let ticket = marketplace.create(&seller, "/api/tickets", offer).await;
    let order = json!({"ticketId": ticket, "quantity": 2});
    let order = marketplace.create(&ann, "/api/orders", order).await.parse().unwrap();
    marketplace.pay(&ann, order, "tok_HideThisCard").await.expect(402);
    let payment = marketplace.pay(&ann, order, "pm_card_visa").await.expect(201).text("id");
    let refunds = format!("/api/payments/{payment}/refunds");
    marketplace.create(&seller, &refunds, json!({"amount": 1})).await;
    let top_up = json!({"amount": 3, "token": "pm_card_visa"});
    marketplace.create(&ann, "/api/payments/top-ups", top_up).await;
    mistype(marketplace, &ann).await;
    let change =
        json!({"currentPassword": "HideThisPassword 3", "newPassword": "HideThisNewPassword"});
    marketplace.post(Some(&ann), "/api/users/password", &change).await.expect(204);
    let again = user(sign("in", "hide-this-address-2", "HideThisNewPassword").await);
    let ban = format!("/api/users/{}/ban", ann.id);
    marketplace.post(Some(&admin), &ban, &json!({})).await.expect(204);
    [&admin, &seller, &ann, &again].map(token).into()
}

fn token(user: &User) -> String {
    user.cookie.split_once('=').unwrap().1.to_owned()
}

/// Values in places where they do not belong.
async fn mistype(marketplace: &Marketplace, user: &User) {
    for (path, status) in [
        ("/api/tickets?q=x&token=HideThisQuery", 200),
        ("/api/orders/HideThisPath", 400),
        ("/HideThisPath/HideThisPath", 404),
    ] {
        assert_eq!(marketplace.get(Some(user), path).await.status, status, "{path}");
    }
    let strange = marketplace.request(Method::GET, "/api/orders", None);
    let strange = strange.header("Cookie", "session=HideThisCookie");
    let strange = strange.header("Authorization", "Bearer HideThisHeader");
    marketplace.send(strange.header("X-Api-Key", "HideThisHeader")).await.expect(401);
    let post = |path: &str, body: &'static str| {
        let request = marketplace.request(Method::POST, path, None).body(body);
        request.header("Content-Type", "application/json")
    };
    for body in
        ["{\"password\": \"HideThisBody", "{\"email\": \"HideThisBody\"}", "\"HideThisBody\""]
    {
        marketplace.send(post("/api/users/signin", body)).await.expect(400);
    }
    let forged = post("/api/payments/webhook", "{\"HideThisBody\": 1}");
    let forged = forged.header("Stripe-Signature", "t=1,v1=HideThisSignature");
    marketplace.send(forged).await.expect(400);
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

/// Files that may contain the secret of a link: mail creates it. The bus and auth have its hash.
const LINKS: &[&str] = &["mail.db", "notice."];

/// The secrets of the links that were mailed.
async fn link_secrets(marketplace: &Marketplace) -> Vec<String> {
    let list = marketplace.get(None, "/dev/mail").await.expect(200).body;
    let mut secrets = Vec::new();
    for part in list.split("href=\"/dev/mail/").skip(1) {
        let name = part.split('"').next().unwrap();
        if let Some(mail) = name.strip_suffix(".txt") {
            let mail = marketplace.get(None, &format!("/dev/mail/{mail}.txt")).await.expect(200);
            let links =
                mail.body.split_whitespace().filter(|word| word.contains("/account/email/"));
            secrets.extend(links.map(|link| link.rsplit('.').next().unwrap().to_owned()));
        }
    }
    secrets
}

/// Confidential inputs found in places where they must not be.
fn leaks(left: &[(String, Vec<u8>)], tokens: &[String], links: &[String]) -> Vec<String> {
    let sessions = tokens.iter().map(|token| (token.as_str(), NOWHERE));
    let links = links.iter().map(|secret| (secret.as_str(), LINKS));
    let keys = SECRETS.into_iter().map(|key| (key, NOWHERE));
    let hashes = ("$argon2id$", AUTHS);
    let trusted = TRUSTED.into_iter().chain(sessions).chain(links).chain(keys).chain([hashes]);
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
    let admin = User::by_token(&first.post(None, "/api/users/signup", &admin).await);
    first.stop().await;
    let grant =
        program(dir.path(), &["grant-admin", "hide-this-admin@example.com"]).output().unwrap();
    assert!(grant.status.success());
    let marketplace = start();
    set_webhook(&simulator, &marketplace);
    let mut tokens = live(&marketplace).await;
    tokens.push(token(&admin));
    let mut links = Vec::new();
    let are_mailed = async || {
        links = link_secrets(&marketplace).await;
        links.len() == ACCOUNTS
    };
    eventually("each sign-up has its mail", are_mailed).await;
    assert!(links.iter().all(|secret| secret.len() == 43), "{links:?}");
    let mut left = vec![("banner".to_owned(), marketplace.banner.clone().into_bytes())];
    left.push(("grant-admin".to_owned(), [grant.stdout, grant.stderr].concat()));
    left.push(("metrics".to_owned(), marketplace.metrics().await.into_bytes()));
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
    assert_eq!(leaks(&left, &tokens, &links), Vec::<String>::new());
    // A planted value is found.
    for (text, _) in TRUSTED {
        let planted = [("log".to_owned(), format!("a line with {text}, and more").into_bytes())];
        assert_eq!(leaks(&planted, &tokens, &links), [format!("{text} is in log")]);
    }
    for secret in &links {
        let planted = [("bus.db".to_owned(), secret.clone().into_bytes())];
        assert_eq!(leaks(&planted, &tokens, &links), [format!("{secret} is in bus.db")]);
    }
}

fn named(path: &Path) -> (String, Vec<u8>) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    (name, std::fs::read(path).unwrap_or_default())
}
