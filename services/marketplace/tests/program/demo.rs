//! The demo: a season in an empty data directory, filled once, accepted by the checker.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use contract::Timestamp;
use serde_json::{Value, json};
use sources::Clock;
use testing::User;
use testing::processes::{Process, Signal};

use crate::check::checked;
use crate::running::{FACT_WAIT_MAX, Marketplace, program, run};

/// The length of the season.
const SEASON_MAX: Duration = Duration::from_hours(24 * 125);

/// The word behind a label in the output.
fn printed<'a>(output: &'a str, label: &str) -> &'a str {
    let (_, rest) = output.split_once(label).unwrap_or_else(|| panic!("no {label}: {output}"));
    rest.lines().next().unwrap().trim()
}

async fn sign_in(marketplace: &Marketplace, email: &str, password: &str) -> User {
    let body = json!({"email": email, "password": password});
    User::by_token(&marketplace.post(None, "/api/users/signin", &body).await.expect(200))
}

fn texts(shows: &[Value], field: &str) -> BTreeSet<String> {
    let texts = shows.iter().filter_map(|show| show[field].as_str());
    texts.map(str::to_owned).collect()
}

#[tokio::test]
async fn the_demo_fills_an_empty_marketplace_once() {
    let dir = tempfile::tempdir().unwrap();
    let demo = || run(&mut program(dir.path(), &["demo"]));
    // An unused marketplace is empty.
    Marketplace::start(dir.path(), &[]).stop().await;
    let (code, output, errors) = demo();
    assert_eq!((code, errors.as_str()), (0, ""), "{output}");
    let report = checked(dir.path()).await.unwrap();
    assert!(report.is_at_rest && report.violations.is_empty(), "{report}");
    let counts = report.to_string();
    for line in ["shows       16, cancelled 1", " 3 cancelled by their buyer, 3 expired, 0 ended"] {
        assert!(counts.contains(line), "{line} is not in {counts}");
    }
    let mails = std::fs::read_dir(dir.path().join("mail")).unwrap().count();
    assert!(mails > 0, "mails are in the data directory");
    let (code, _, errors) = demo();
    assert_eq!((code, errors.lines().count()), (1, 1), "{errors}");
    assert!(errors.contains("already has accounts") && errors.contains("DATA_DIR"), "{errors}");

    let marketplace = Marketplace::start(dir.path(), &[]);
    let shows = marketplace.get(None, "/api/shows?limit=100").await.expect(200).json();
    let shows = shows.as_array().unwrap();
    assert_eq!(shows.len(), 15, "without the cancelled one");
    assert_eq!(texts(shows, "status"), ["postponed", "scheduled"].map(str::to_owned).into());
    let currencies = ["chf", "eur", "gbp", "jpy", "kwd", "tnd", "usd"].map(str::to_owned);
    assert_eq!(texts(shows, "currency"), currencies.into());
    let now = Clock::System.now();
    for show in shows {
        let starts_at: Timestamp = show["startsAt"].as_str().unwrap().parse().unwrap();
        assert!(now < starts_at && starts_at < now.plus(SEASON_MAX), "{show}");
    }
    let password = printed(&output, "has the password: ");
    let seller = sign_in(&marketplace, "harbour-stage@example.com", password).await;
    let sold = async |title: &str| {
        let show = shows.iter().find(|show| show["title"].as_str().unwrap().starts_with(title));
        let path = format!("/api/shows/{}/sales", show.unwrap()["id"].as_str().unwrap());
        marketplace.get(Some(&seller), &path).await.expect(200)
    };
    assert_eq!(sold("North Bank Live").await.at("sold"), json!(10_006));
    let front_stalls = sold("Hamlet").await.at("categories/0");
    assert_eq!((&front_stalls["sold"], &front_stalls["offered"]), (&json!(12), &json!(12)));
    let image = shows.iter().find_map(|show| show["image"]["small"].as_str()).unwrap();
    let image = marketplace.get(None, image).await;
    assert_eq!((image.status, image.header("content-type")), (200, "image/jpeg"));
    for label in ["seller ", "buyer "] {
        sign_in(&marketplace, printed(&output, label), password).await;
    }
    let admin = sign_in(&marketplace, printed(&output, "administrator "), password).await;
    let seller = format!("/api/users/{}/account", seller.id);
    marketplace.get(Some(&admin), &seller).await.expect(200);
    marketplace.stop().await;
}

#[tokio::test]
async fn an_interrupted_demo_is_refused_at_the_next_attempt() {
    let dir = tempfile::tempdir().unwrap();
    let mut demo = program(dir.path(), &["demo"]);
    let mut process = Process::spawn(demo.stdout(Stdio::piped()).stderr(Stdio::piped()), None);
    let lines = BufReader::new(process.child.stdout.take().unwrap()).lines();
    lines.map(Result::unwrap).find(|line| line.ends_with(" accounts")).unwrap();
    process.signal(Signal::INT);
    let ended = process.end_within(FACT_WAIT_MAX).await.unwrap();
    assert_eq!(ended.code(), Some(1));
    let errors = std::io::read_to_string(process.child.stderr.take().unwrap()).unwrap();
    assert!(errors.contains("interrupted: ") && errors.contains("--data-dir"), "{errors}");
    let (code, _, errors) = run(&mut program(dir.path(), &["demo"]));
    assert!(code == 1 && errors.contains("already has accounts"), "{errors}");
}

#[test]
fn the_demo_refuses_settings_of_real_sales() {
    let dir = tempfile::tempdir().unwrap();
    for (flags, refused) in [
        (vec!["--mode", "production", "--allow-test-provider", "yes"], "--mode: is production"),
        (vec!["--payment-provider", "stripe"], "--payment-provider: is stripe"),
        (vec!["--mongodb-url", "mongodb://127.0.0.1:1"], "--mongodb-url: is set"),
    ] {
        let mut demo = program(dir.path(), &flags);
        let (code, _, errors) = run(demo.arg("demo").env("STRIPE_SECRET_KEY", "sk_test_1"));
        assert!(code == 2 && errors.contains(refused), "{flags:?}: {errors}");
        assert!(!dir.path().join("bus.db").exists(), "nothing is created");
    }
}
