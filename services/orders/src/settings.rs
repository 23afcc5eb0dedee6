//! What orders can be set.

use std::num::NonZeroU32;
use std::str::FromStr as _;
use std::time::Duration;

use ::service::limits::{self, Auto, LIMIT_MAX};
use ::service::settings::{Setting, Settings as Given, duration};
use contract::amount_rules::AmountRules;
use contract::payment_provider::{self, PaymentProvider};
use web::{ClientNetwork, Quota};

pub use web::PrivateNetworks;

use crate::domain::{HoldLimits, Network, NetworkShare};
use crate::stock::network::Counted;

/// Shortest order window: less could not be paid by anybody.
const ORDER_WINDOW_MIN: Duration = Duration::from_secs(1);

/// Longest order window: a hold is no reservation for the season.
const ORDER_WINDOW_MAX: Duration = Duration::from_hours(24);

/// Units of one ticket that a buyer may hold unpaid. Production: a family with friends. Development: what one order may have.
const HOLD_LIMIT: Auto = Auto { production: 8, development: 100 };

/// The same over all tickets.
const HOLD_LIMIT_TOTAL: Auto = Auto { production: 20, development: 500 };

/// Unpaid ends after which a buyer may hold one unit.
const UNPAID_LIMIT: Auto = Auto { production: 2, development: 0 };

/// The highest of these: an end is some 80 bytes in a document that each order of the buyer writes.
const UNPAID_LIMIT_MAX: u64 = 50;

/// Percent of a ticket that one network may hold unpaid.
const NETWORK_HOLD_SHARE: Auto = Auto { production: 5, development: 5 };

/// All of a ticket, in percent.
const PERCENT_MAX: u64 = 100;

/// Orders a minute of one user in production, repeats of a lost answer among them: more than a person wants.
const ORDERS_PER_MINUTE: u32 = 30;

/// The table of settings.
pub static TABLE: &[Setting] = &[
    payment_provider::SETTING,
    payment_provider::ALLOW_TEST,
    Setting {
        flag: "order-window",
        env: "ORDER_WINDOW",
        default: "60s",
        value: "TIME",
        help: "Time to pay an order",
    },
    Setting {
        flag: "payment-extension",
        env: "PAYMENT_EXTENSION",
        default: "15s",
        value: "TIME",
        help: "Time that starting a payment leaves at least, once an order",
    },
    Setting {
        flag: "hold-limit",
        env: "HOLD_LIMIT",
        default: "auto",
        value: "UNITS",
        help: "Units of one ticket that a buyer may hold unpaid at once; 0 is no limit, auto 8 in production, else 100",
    },
    Setting {
        flag: "hold-limit-total",
        env: "HOLD_LIMIT_TOTAL",
        default: "auto",
        value: "UNITS",
        help: "Units over all tickets that a buyer may hold unpaid at once; 0 is no limit, auto 20 in production, else 500",
    },
    Setting {
        flag: "unpaid-limit",
        env: "UNPAID_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Orders that ended unpaid within 30 minutes after which a buyer may hold one unit; 0 is no limit, auto 2 in production, else 0",
    },
    Setting {
        flag: "network-hold-share",
        env: "NETWORK_HOLD_SHARE",
        default: "auto",
        value: "PERCENT",
        help: "Share of a ticket that unpaid orders from one network may hold (IPv4 /24, IPv6 /48), never less than hold-limit; 0 is no limit, auto 5; private networks are exempt in development",
    },
    Setting {
        flag: "order-limit",
        env: "ORDER_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Orders a minute of one user; 0 is no limit, auto 30 in production, else 0",
    },
];

/// What can be set.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Time to pay an order.
    pub order_window: Duration,
    /// Time that starting a payment leaves it at least; granted once an order.
    pub payment_extension: Duration,
    /// Limits on the unpaid holds of one buyer.
    pub hold_limits: HoldLimits,
    /// Percent of a ticket that one network may hold in orders that are not paid; `None` is no limit.
    pub network_hold_share: Option<NonZeroU32>,
    /// Whether that holds for private networks too.
    pub private_networks: PrivateNetworks,
    /// Orders of one user.
    pub order_limit: Option<Quota>,
    /// The totals that can be paid.
    pub amount_rules: AmountRules,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            order_window: Duration::from_mins(1),
            payment_extension: Duration::from_secs(15),
            hold_limits: HoldLimits {
                per_ticket: NonZeroU32::new(HOLD_LIMIT.development),
                total: NonZeroU32::new(HOLD_LIMIT_TOTAL.development),
                unpaid_ends: NonZeroU32::new(UNPAID_LIMIT.development),
            },
            network_hold_share: NonZeroU32::new(NETWORK_HOLD_SHARE.development),
            private_networks: PrivateNetworks::Exempt,
            order_limit: None,
            amount_rules: AmountRules::default(),
        }
    }
}

impl Settings {
    /// The network that an order from there is counted for, unless it is exempt.
    pub(crate) fn counted(&self, network: ClientNetwork) -> Option<Counted> {
        let percent = self.network_hold_share?;
        let share = NetworkShare { percent, per_buyer: self.hold_limits.per_ticket };
        self.private_networks
            .counts(network)
            .then(|| Counted { network: Network::from(network.to_string()), share })
    }
}

/// Takes every value before looking at any, so that all that are invalid are noted.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let order_window = settings.take("order-window", order_window);
    let payment_extension = settings.take("payment-extension", duration);
    let per_ticket = limits::limit(settings, "hold-limit", HOLD_LIMIT, LIMIT_MAX);
    let total = limits::limit(settings, "hold-limit-total", HOLD_LIMIT_TOTAL, LIMIT_MAX);
    let unpaid_ends = limits::limit(settings, "unpaid-limit", UNPAID_LIMIT, UNPAID_LIMIT_MAX);
    let network_hold_share =
        limits::limit(settings, "network-hold-share", NETWORK_HOLD_SHARE, PERCENT_MAX);
    let private_networks = limits::private_networks(settings);
    let provider = settings.take_permitted(
        payment_provider::SETTING.flag,
        payment_provider::ALLOW_TEST.flag,
        PaymentProvider::from_str,
        PaymentProvider::refused_in_production,
    );
    let order_limit = limits::per_minute(settings, "order-limit", ORDERS_PER_MINUTE);
    Some(Settings {
        order_window: order_window?,
        payment_extension: payment_extension?,
        hold_limits: HoldLimits {
            per_ticket: per_ticket?,
            total: total?,
            unpaid_ends: unpaid_ends?,
        },
        network_hold_share: network_hold_share?,
        private_networks,
        order_limit: order_limit?,
        amount_rules: provider?.amount_rules(),
    })
}

fn order_window(text: &str) -> Result<Duration, &'static str> {
    let window = duration(text)?;
    if (ORDER_WINDOW_MIN..=ORDER_WINDOW_MAX).contains(&window) {
        Ok(window)
    } else {
        Err("must be a time from 1s to 24h")
    }
}
