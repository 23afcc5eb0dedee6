//! Settings of the payment provider and of card limits: the value of `auto` in each mode, zero, and
//! both sides of each limit.

use std::num::NonZeroU32;
use std::time::Duration;

use payments::Settings;
use payments::provider::stripe::StripeSettings;
use payments::provider::stripe::settings::KeyMode;
use payments::settings::{CardSettings, Provider, table, take};
use web::PrivateNetworks;

const NAMES: [&str; 4] =
    ["DECLINE_LIMIT", "CARD_ATTEMPT_LIMIT", "CARD_LIMIT", "NETWORK_CARD_ATTEMPT_LIMIT"];

fn read(environment: &[(&str, &str)]) -> Result<Settings, String> {
    testing::settings::read(table(), environment, take)
}

fn cards(mode: &str, environment: &[(&str, &str)]) -> CardSettings {
    let mode = [("MODE", mode), ("PAYMENT_PROVIDER", "test")];
    read(&[&mode, environment].concat()).unwrap().cards
}

fn stripe(more: &[(&str, &str)]) -> Result<StripeSettings, String> {
    let environment = [("PAYMENT_PROVIDER", "stripe"), ("STRIPE_SECRET_KEY", "sk_test_51Hidden")];
    match read(&[&environment, more].concat())?.provider {
        Provider::Stripe(stripe) => Ok(stripe),
        Provider::Test => panic!("the built-in provider"),
    }
}

#[test]
fn the_built_in_provider_is_the_default_without_settings() {
    let settings = read(&[]).unwrap();
    assert!(matches!(settings.provider, Provider::Test));
    assert_eq!(settings.webhook_secrets.count(), 0);
}

#[test]
fn stripe_requires_a_key_only() {
    let settings = stripe(&[]).unwrap();
    assert_eq!(settings.url, "https://api.stripe.com/");
    assert_eq!((settings.timeout, settings.return_url.clone()), (Duration::from_secs(20), None));
    assert_eq!(settings.mode(), KeyMode::Test);
    let missing = read(&[("PAYMENT_PROVIDER", "stripe")]).unwrap_err();
    let expected = "STRIPE_SECRET_KEY: is missing: Stripe's secret key, such as sk_test_…";
    assert_eq!(missing, expected);
}

#[test]
fn all_errors_are_reported_at_once_without_secrets() {
    let wrong = [
        ("PAYMENT_PROVIDER", "paypal"),
        ("STRIPE_SECRET_KEY", "pk_live_Hidden"),
        ("STRIPE_URL", "ftp://stripe"),
        ("STRIPE_TIMEOUT", "2m"),
        ("STRIPE_RETURN_URL", "shop"),
        ("STRIPE_WEBHOOK_SECRETS", "sk_test_Hidden"),
    ];
    let message = read(&wrong).unwrap_err();
    for (name, _) in wrong {
        let rule = format!("{name}: must ");
        assert!(message.lines().any(|line| line.starts_with(&rule)), "{message}");
    }
    assert_eq!(message.lines().count(), wrong.len(), "{message}");
    assert!(!message.contains("Hidden"), "{message}");
}

#[test]
fn unused_settings_are_checked_too() {
    let message = read(&[("STRIPE_TIMEOUT", "soon")]).unwrap_err();
    assert!(message.starts_with("STRIPE_TIMEOUT: must "), "{message}");
}

#[test]
fn a_url_ends_with_one_slash_and_has_at_most_a_path() {
    for (url, expected) in [
        ("http://127.0.0.1:12111", "http://127.0.0.1:12111/"),
        ("http://127.0.0.1:12111/", "http://127.0.0.1:12111/"),
        ("https://proxy.example/stripe//", "https://proxy.example/stripe/"),
    ] {
        assert_eq!(stripe(&[("STRIPE_URL", url)]).unwrap().url, expected);
    }
    assert_eq!(stripe(&[("STRIPE_URL", " ")]).unwrap().url, stripe(&[]).unwrap().url);
    for url in ["stripe", "https://", "https://a:b@stripe", "https://s/?a", "https://s/#a"] {
        stripe(&[("STRIPE_URL", url)]).unwrap_err();
    }
}

#[test]
fn a_live_key_requires_tls() {
    let live = [("PAYMENT_PROVIDER", "stripe"), ("STRIPE_SECRET_KEY", "rk_live_51Hidden")];
    let plain = [("STRIPE_URL", "http://proxy.example")];
    let message = read(&[live, [plain[0], ("STRIPE_TIMEOUT", "1s")]].concat()).unwrap_err();
    assert_eq!(message, "STRIPE_URL: must begin with https:// where the key is a live one");
    let settings = read(&live).unwrap();
    let Provider::Stripe(settings) = settings.provider else { panic!("not Stripe") };
    assert_eq!(settings.mode(), KeyMode::Live);
}

#[test]
fn keys_and_signing_secrets_can_be_files() {
    let dir = tempfile::tempdir().unwrap();
    let (key, secrets) = (dir.path().join("key"), dir.path().join("secrets"));
    std::fs::write(&key, "sk_test_51Hidden\n").unwrap();
    std::fs::write(&secrets, " whsec_new,\twhsec_old \n").unwrap();
    let settings = read(&[
        ("PAYMENT_PROVIDER", "stripe"),
        ("STRIPE_SECRET_KEY_FILE", key.to_str().unwrap()),
        ("STRIPE_WEBHOOK_SECRETS_FILE", secrets.to_str().unwrap()),
    ]);
    let settings = settings.unwrap();
    assert_eq!(settings.webhook_secrets.count(), 2);
    let shown = format!("{settings:?}");
    assert!(!shown.contains("Hidden") && !shown.contains("whsec"), "{shown}");
}

/// Declines, attempts, cards, attempts of a network; 0 without a limit.
fn limits(settings: &CardSettings) -> [u32; 4] {
    let account = settings.account;
    let all = [account.declines, account.attempts, account.cards, settings.network_attempts];
    all.map(|limit| limit.map_or(0, NonZeroU32::get))
}

#[test]
fn limits_on_cards_hold_in_production_and_are_off_in_development() {
    let [development, production] = ["development", "production"].map(|mode| cards(mode, &[]));
    assert_eq!(limits(&production), [5, 10, 5, 100]);
    assert_eq!(production.private_networks, PrivateNetworks::Counted);
    assert_eq!(limits(&development), [0; 4]);
    assert_eq!(development.private_networks, PrivateNetworks::Exempt);
    assert_eq!(limits(&development), limits(&CardSettings::default()));
}

#[test]
fn each_limit_can_be_set_and_zero_switches_it_off() {
    for mode in ["production", "development"] {
        for (text, expected) in [("0", 0), ("1", 1), ("1000", 1_000)] {
            let environment = NAMES.map(|name| (name, text));
            assert_eq!(limits(&cards(mode, &environment)), [expected; 4], "{text}");
        }
    }
    for name in NAMES {
        for text in ["-1", "1001", "five"] {
            let refused = read(&[(name, text)]).unwrap_err();
            let rule = "from 0 to 1000, or auto";
            assert!(refused.contains(name) && refused.contains(rule), "{refused}");
        }
    }
}
