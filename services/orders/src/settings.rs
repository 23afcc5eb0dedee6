//! What orders can be set.

use std::num::NonZeroU32;
use std::time::Duration;

use ::service::limits;
use ::service::settings::{Setting, Settings as Given, duration};
use web::Quota;

/// Shortest order window: less could not be paid by anybody.
const ORDER_WINDOW_MIN: Duration = Duration::from_secs(1);

/// Longest order window: a hold is no reservation for the season.
const ORDER_WINDOW_MAX: Duration = Duration::from_hours(24);

/// What one order may have of one ticket: who asks for more at once buys to keep it from others.
const HOLD_LIMIT_DEFAULT: u32 = 100;

/// Orders a minute of one user in production, repeats of a lost answer among them: more than a person wants.
const ORDERS_PER_MINUTE: u32 = 30;

/// The table of settings.
pub static TABLE: &[Setting] = &[
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
        default: "100",
        value: "UNITS",
        help: "Units of one ticket that a buyer may hold unpaid at once; 0 is no limit",
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
    /// Units of one ticket that a buyer may hold at once in orders that are not paid; `None` is no limit.
    pub hold_limit: Option<NonZeroU32>,
    /// Orders of one user.
    pub order_limit: Option<Quota>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            order_window: Duration::from_mins(1),
            payment_extension: Duration::from_secs(15),
            hold_limit: NonZeroU32::new(HOLD_LIMIT_DEFAULT),
            order_limit: None,
        }
    }
}

/// Takes every value before looking at any, so that all that are invalid are noted.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let order_window = settings.take("order-window", order_window);
    let payment_extension = settings.take("payment-extension", duration);
    let hold_limit = settings.take("hold-limit", hold_limit);
    let order_limit = limits::per_minute(settings, "order-limit", ORDERS_PER_MINUTE);
    Some(Settings {
        order_window: order_window?,
        payment_extension: payment_extension?,
        hold_limit: hold_limit?,
        order_limit: order_limit?,
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

fn hold_limit(text: &str) -> Result<Option<NonZeroU32>, &'static str> {
    let units: u32 = text.parse().map_err(|_| "must be a number of units, 0 for no limit")?;
    Ok(NonZeroU32::new(units))
}
