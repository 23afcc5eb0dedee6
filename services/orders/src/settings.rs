//! Settings of orders.

use std::num::NonZeroU32;
use std::str::FromStr as _;
use std::time::Duration;

use ::service::limits::{self, Auto, LIMIT_MAX};
use ::service::settings::{Setting, Settings as SettingValues, duration};
use contract::amount_rules::AmountRules;
use contract::payment_provider::{self, PaymentProvider};
use web::{ClientNetwork, Quota};

pub use web::PrivateNetworks;

use crate::domain::{HoldLimits, Network, NetworkShare};
use crate::stock::network::CountedNetwork;

/// Shortest order window: a shorter one leaves no time to pay.
const ORDER_WINDOW_MIN: Duration = Duration::from_secs(1);

/// Longest order window: bounds the time for which unpaid units are unavailable.
const ORDER_WINDOW_MAX: Duration = Duration::from_hours(24);

/// Units of one ticket that a buyer may hold unpaid. Production: a family with friends.
/// Development: the maximum of one order.
const HOLD_LIMIT: Auto = Auto { production: 8, development: 100 };

/// Units over all tickets that a buyer may hold unpaid.
const HOLD_LIMIT_TOTAL: Auto = Auto { production: 20, development: 500 };

/// Recent unpaid orders after which a buyer may hold one unit.
const UNPAID_LIMIT: Auto = Auto { production: 2, development: 0 };

/// Maximum of [`UNPAID_LIMIT`]: an unpaid order takes some 80 bytes in a document that each order
/// of the buyer writes.
const UNPAID_LIMIT_MAX: u64 = 50;

/// Percentage of a ticket's units that one network may hold unpaid.
const NETWORK_HOLD_SHARE: Auto = Auto { production: 5, development: 5 };

/// Maximum of [`NETWORK_HOLD_SHARE`]: all units of a ticket.
const PERCENT_MAX: u64 = 100;

/// Orders per minute and user in production, including retries: more than a person needs.
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
        help: "Minimum time to the deadline when a payment starts; extends an order at most once",
    },
    Setting {
        flag: "hold-limit",
        env: "HOLD_LIMIT",
        default: "auto",
        value: "UNITS",
        help: "Units of one ticket that a buyer may hold unpaid at once; 0 is no limit, auto is 8 in production, else 100",
    },
    Setting {
        flag: "hold-limit-total",
        env: "HOLD_LIMIT_TOTAL",
        default: "auto",
        value: "UNITS",
        help: "Units over all tickets that a buyer may hold unpaid at once; 0 is no limit, auto is 20 in production, else 500",
    },
    Setting {
        flag: "unpaid-limit",
        env: "UNPAID_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Unpaid orders within 30 minutes after which a buyer may hold one unit; 0 is no limit, auto is 2 in production, else 0",
    },
    Setting {
        flag: "network-hold-share",
        env: "NETWORK_HOLD_SHARE",
        default: "auto",
        value: "PERCENT",
        help: "Share of a ticket's units that unpaid orders from one network may hold (IPv4 /24, IPv6 /48), at least hold-limit; 0 is no limit, auto is 5; private networks are exempt in development",
    },
    Setting {
        flag: "order-limit",
        env: "ORDER_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Orders per minute and user; 0 is no limit, auto is 30 in production, else 0",
    },
];

/// Settings of orders.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Time to pay an order.
    pub order_window: Duration,
    /// Minimum time to the deadline when a payment starts; extends an order at most once.
    pub payment_extension: Duration,
    /// Limits on the unpaid holds of one buyer.
    pub hold_limits: HoldLimits,
    /// Percentage of a ticket's units that unpaid orders from one network may hold; `None` is no
    /// limit.
    pub network_hold_share: Option<NonZeroU32>,
    /// Whether the share applies to private networks.
    pub private_networks: PrivateNetworks,
    /// Rate limit of orders, per user.
    pub order_limit: Option<Quota>,
    /// Totals that the payment provider charges.
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
    /// The network whose holds include an order from `network`, unless it is exempt.
    pub(crate) fn counted(&self, network: ClientNetwork) -> Option<CountedNetwork> {
        let percent = self.network_hold_share?;
        let share = NetworkShare { percent, per_buyer: self.hold_limits.per_ticket };
        self.private_networks
            .counts(network)
            .then(|| CountedNetwork { network: Network::from(network.to_string()), share })
    }
}

/// Reads all values before it returns, so that every invalid value is reported.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
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
