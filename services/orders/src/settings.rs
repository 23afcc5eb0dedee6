//! What orders can be set.

use std::time::Duration;

use ::service::settings::{Setting, Settings as Given, duration};

/// Shortest order window: less could not be paid by anybody.
const ORDER_WINDOW_MIN: Duration = Duration::from_secs(1);

/// Longest order window: a hold is no reservation for the season.
const ORDER_WINDOW_MAX: Duration = Duration::from_hours(24);

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
];

/// What can be set.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Time to pay an order.
    pub order_window: Duration,
    /// Time that starting a payment leaves it at least; granted once an order.
    pub payment_extension: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { order_window: Duration::from_mins(1), payment_extension: Duration::from_secs(15) }
    }
}

/// Takes every value before looking at any, so that all that are invalid are noted.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let order_window = settings.take("order-window", order_window);
    let payment_extension = settings.take("payment-extension", duration);
    Some(Settings { order_window: order_window?, payment_extension: payment_extension? })
}

fn order_window(text: &str) -> Result<Duration, &'static str> {
    let window = duration(text)?;
    if (ORDER_WINDOW_MIN..=ORDER_WINDOW_MAX).contains(&window) {
        Ok(window)
    } else {
        Err("must be a time from 1s to 24h")
    }
}
