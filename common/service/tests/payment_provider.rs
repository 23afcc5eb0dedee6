//! The payment provider as a setting.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::str::FromStr as _;

use clap::Command;
use contract::payment_provider::{self, PaymentProvider};
use service::process_settings::{self, Defaults};
use service::{Settings, settings};

/// The settings of three services from these arguments, as in the program with all services.
fn read(arguments: &[&str]) -> Result<Vec<PaymentProvider>, Vec<String>> {
    let process = process_settings::table(Defaults { port: "0", mode: "production" });
    let own = [payment_provider::SETTING, payment_provider::ALLOW_TEST];
    let table = [process.as_slice(), &own].concat();
    let command = settings::command(Command::new("test"), &table);
    let flags = command.try_get_matches_from([&["test"], arguments].concat()).unwrap();
    let mut settings = Settings::read(&table, &flags, |_| None);
    process_settings::take_mode(&mut settings);
    let mut take = || {
        let (flag, permission) =
            (payment_provider::SETTING.flag, payment_provider::ALLOW_TEST.flag);
        let parse = PaymentProvider::from_str;
        settings.take_permitted(flag, permission, parse, PaymentProvider::refused_in_production)
    };
    let taken: Vec<_> = (0..3).filter_map(|_| take()).collect();
    settings.finish().map(|()| taken).map_err(|errors| errors.0)
}

#[test]
fn production_sells_for_no_money_only_where_a_second_setting_allows_it() {
    let refused =
        "is test, which takes no money: production needs stripe, or ALLOW_TEST_PROVIDER=yes";
    assert_eq!(read(&[]), Err(vec![format!("PAYMENT_PROVIDER: {refused}")]));
    let explicit = "--payment-provider=test";
    assert_eq!(read(&[explicit]), Err(vec![format!("--payment-provider: {refused}")]));
    assert_eq!(read(&["--allow-test-provider=yes"]), Ok(vec![PaymentProvider::Test; 3]));
    assert_eq!(read(&["--payment-provider=stripe"]), Ok(vec![PaymentProvider::Stripe; 3]));
    assert_eq!(read(&["--mode=development"]), Ok(vec![PaymentProvider::Test; 3]));
    let wrong = "--allow-test-provider: must be yes or no, not \"1\"";
    assert_eq!(read(&["--allow-test-provider=1"]), Err(vec![wrong.to_owned()]));
}
