//! Settings of orders.

use std::num::NonZeroU32;
use std::time::Duration;

use ::service::limits::{Auto, LIMIT_MAX, Limit, limit, private_networks};
use ::service::settings::{Settings as SettingValues, duration, table as table_of};
use clap::{Arg, Args};
use contract::amount_rules::AmountRules;
use contract::payment_provider::ProviderSettings;
use web::{ClientNetwork, Quota};

pub use web::PrivateNetworks;

use crate::domain::{HoldLimits, Network, NetworkShare};
use crate::stock::network::CountedNetwork;

/// Shortest order window: a shorter one leaves no time to pay.
const ORDER_WINDOW_MIN: Duration = Duration::from_secs(1);

/// Longest order window: bounds the time for which unpaid units are unavailable.
const ORDER_WINDOW_MAX: Duration = Duration::from_hours(24);

/// Units of one ticket or show that a buyer may hold unpaid. Production: a family with friends.
/// Development: the maximum of one order.
const HOLD_LIMIT: Auto = Auto { production: 8, development: 100 };

/// Units over all tickets that a buyer may hold unpaid.
const HOLD_LIMIT_TOTAL: Auto = Auto { production: 20, development: 500 };

/// Recent unpaid orders after which a buyer may hold one unit.
const UNPAID_LIMIT: Auto = Auto { production: 2, development: 0 };

/// Maximum of [`UNPAID_LIMIT`]: an unpaid order takes some 80 bytes in a document that each order
/// of the buyer writes.
const UNPAID_LIMIT_MAX: u64 = 50;

/// Percentage of the units of a ticket or a show that one network may hold unpaid.
const NETWORK_HOLD_SHARE: Auto = Auto { production: 5, development: 5 };

/// Maximum of [`NETWORK_HOLD_SHARE`]: all units of a ticket.
const PERCENT_MAX: u64 = 100;

/// Orders per minute and user in production, including retries: more than a person needs.
const ORDERS_PER_MINUTE: u32 = 30;

/// Settings of orders, as they are declared.
#[derive(Args)]
pub struct Arguments {
    /// Time to pay an order.
    #[arg(long, env, default_value = "60s", value_name = "TIME", value_parser = order_window)]
    order_window: Duration,
    /// Minimum time to the deadline when a payment starts; extends an order at most once.
    #[arg(long, env, default_value = "15s", value_name = "TIME", value_parser = duration)]
    payment_extension: Duration,
    /// Units of one ticket, and of all tickets of one show, that a buyer may hold unpaid at once; 0
    /// is no limit, auto is 8 in production, else 100.
    #[arg(long, env, default_value = "auto", value_name = "UNITS", value_parser = limit(LIMIT_MAX))]
    hold_limit: Limit,
    /// Units over all tickets that a buyer may hold unpaid at once; 0 is no limit, auto is 20 in
    /// production, else 500.
    #[arg(long, env, default_value = "auto", value_name = "UNITS", value_parser = limit(LIMIT_MAX))]
    hold_limit_total: Limit,
    /// Unpaid orders within 30 minutes after which a buyer may hold one unit; 0 is no limit, auto
    /// is 2 in production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT")]
    #[arg(value_parser = limit(UNPAID_LIMIT_MAX))]
    unpaid_limit: Limit,
    /// Share of a ticket's units, and of a show's, that unpaid orders from one network may hold
    /// (IPv4 /24, IPv6 /48), at least hold-limit; 0 is no limit, auto is 5; private networks are
    /// exempt in development.
    #[arg(long, env, default_value = "auto", value_name = "PERCENT")]
    #[arg(value_parser = limit(PERCENT_MAX))]
    network_hold_share: Limit,
    /// Orders per minute and user; 0 is no limit, auto is 30 in production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    order_limit: Limit,
}

/// The table of settings.
#[must_use]
pub fn table() -> Vec<Arg> {
    [table_of::<ProviderSettings>(), table_of::<Arguments>()].concat()
}

/// Settings of orders.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Time to pay an order.
    pub order_window: Duration,
    /// Minimum time to the deadline when a payment starts; extends an order at most once.
    pub payment_extension: Duration,
    /// Limits on the unpaid holds of one buyer.
    pub hold_limits: HoldLimits,
    /// Percentage of the units of a ticket or a show that unpaid orders from one network may hold;
    /// `None` is no limit.
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

/// The settings, with those of the payment provider.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let (given, mode): (Arguments, _) = (settings.get()?, settings.mode());
    let provider: ProviderSettings = settings.get()?;
    settings.refuse_in_production(&ProviderSettings::FLAGS, provider.refused_in_production());
    Some(Settings {
        order_window: given.order_window,
        payment_extension: given.payment_extension,
        hold_limits: HoldLimits {
            per_ticket: given.hold_limit.in_mode(mode, HOLD_LIMIT),
            total: given.hold_limit_total.in_mode(mode, HOLD_LIMIT_TOTAL),
            unpaid_ends: given.unpaid_limit.in_mode(mode, UNPAID_LIMIT),
        },
        network_hold_share: given.network_hold_share.in_mode(mode, NETWORK_HOLD_SHARE),
        private_networks: private_networks(mode),
        order_limit: given.order_limit.per_minute(mode, ORDERS_PER_MINUTE),
        amount_rules: provider.payment_provider.amount_rules(),
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
