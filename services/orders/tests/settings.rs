//! Limits on unpaid holds as settings: `auto` in each mode, zero, and both sides of each bound.

use std::num::NonZeroU32;

use orders::Settings;
use orders::settings::{PrivateNetworks, table, take};

fn read(environment: &[(&str, &str)]) -> Result<Settings, String> {
    testing::settings::read(table(), environment, take)
}

/// Units of a ticket, units over all tickets, unpaid ends, percentage of a ticket; 0 is no limit.
fn limits(settings: &Settings) -> [u32; 4] {
    let limits = settings.hold_limits;
    let all = [limits.per_ticket, limits.total, limits.unpaid_ends, settings.network_hold_share];
    all.map(|limit| limit.map_or(0, NonZeroU32::get))
}

#[test]
fn limits_on_unpaid_units_are_low_in_production_and_high_in_development() {
    let (development, production) = (read(&[]).unwrap(), read(&[("MODE", "production")]).unwrap());
    assert_eq!(limits(&development), [100, 500, 0, 5]);
    assert_eq!(development.private_networks, PrivateNetworks::Exempt);
    assert_eq!(limits(&production), [8, 20, 2, 5]);
    assert_eq!(production.private_networks, PrivateNetworks::Counted);
    let defaults = limits(&Settings::default());
    assert_eq!(limits(&development), defaults, "tests start with development's");
}

#[test]
fn each_limit_can_be_set_and_zero_switches_it_off() {
    let names = ["HOLD_LIMIT", "HOLD_LIMIT_TOTAL", "UNPAID_LIMIT", "NETWORK_HOLD_SHARE"];
    for mode in ["production", "development"] {
        for (text, expected) in [("0", 0), ("1", 1), ("50", 50)] {
            let mut environment = names.map(|name| (name, text)).to_vec();
            environment.push(("MODE", mode));
            assert_eq!(limits(&read(&environment).unwrap()), [expected; 4], "{text} in {mode}");
        }
    }
}

#[test]
fn an_invalid_limit_is_rejected_by_name() {
    for (name, text, rule) in [
        ("HOLD_LIMIT", "-1", "from 0 to 1000000, or auto"),
        ("HOLD_LIMIT_TOTAL", "1000001", "from 0 to 1000000, or auto"),
        ("UNPAID_LIMIT", "51", "from 0 to 50, or auto"),
        ("NETWORK_HOLD_SHARE", "101", "from 0 to 100, or auto"),
        ("NETWORK_HOLD_SHARE", "5 %", "from 0 to 100, or auto"),
    ] {
        let refused = read(&[(name, text)]).unwrap_err();
        assert!(refused.starts_with(name) && refused.contains(rule), "{refused}");
    }
}
