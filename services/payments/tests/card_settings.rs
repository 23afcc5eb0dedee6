//! Settings of card limits: the value of `auto` in each mode, zero, and both sides of each limit.

use std::num::NonZeroU32;

use clap::Command;
use payments::settings::{CardSettings, TABLE, take};
use service::process_settings::{self, Defaults};
use web::PrivateNetworks;

const NAMES: [&str; 4] =
    ["DECLINE_LIMIT", "CARD_ATTEMPT_LIMIT", "CARD_LIMIT", "NETWORK_CARD_ATTEMPT_LIMIT"];

/// The settings of this environment, or its errors.
fn read(mode: &str, environment: &[(&str, &str)]) -> Result<CardSettings, String> {
    let process = process_settings::table(Defaults { port: "3004", mode: "development" });
    let table = [process.as_slice(), TABLE.as_slice()].concat();
    let flags = service::settings::command(Command::new("test"), &table);
    let flags = flags.try_get_matches_from(["test"]).unwrap();
    let environment = [
        &[("MODE", mode), ("PAYMENT_PROVIDER", "test"), ("ALLOW_TEST_PROVIDER", "yes")],
        environment,
    ]
    .concat();
    let mut given = service::Settings::read(&table, &flags, |name| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    });
    process_settings::take_mode(&mut given);
    let taken = take(&mut given);
    given.finish().map_err(|errors| errors.to_string())?;
    Ok(taken.unwrap().cards)
}

/// Declines, attempts, cards, attempts of a network; 0 without a limit.
fn limits(settings: &CardSettings) -> [u32; 4] {
    let account = settings.account;
    let all = [account.declines, account.attempts, account.cards, settings.network_attempts];
    all.map(|limit| limit.map_or(0, NonZeroU32::get))
}

#[test]
fn limits_on_cards_hold_in_production_and_are_off_in_development() {
    let (development, production) =
        (read("development", &[]).unwrap(), read("production", &[]).unwrap());
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
            assert_eq!(limits(&read(mode, &environment).unwrap()), [expected; 4], "{text}");
        }
    }
    for name in NAMES {
        for text in ["-1", "1001", "five"] {
            let refused = read("development", &[(name, text)]).unwrap_err();
            assert!(
                refused.contains(name) && refused.contains("from 0 to 1000, or auto"),
                "{refused}"
            );
        }
    }
}
