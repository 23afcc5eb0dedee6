//! Sets the metric of held units by class of the buyer's account: hoarding uses new accounts, or
//! accounts that do not pay.

use std::collections::HashMap;
use std::time::Duration;

use contract::UserId;
use futures::future::try_join_all;
use sources::Clock;
use store::{Query, Store, Unavailable};

use crate::Ports;
use crate::domain::{HoldLimits, Holdings, Order};

/// Orders per step: those nearest to their deadlines, which hoarded orders reach and paid ones do
/// not. A larger sample would cost a busy store more than it adds in precision.
const ORDERS_MAX: u32 = 500;

/// Age below which an account is fresh.
const FRESH_MAX: Duration = Duration::from_hours(24);

pub(crate) const PERIOD: Duration = Duration::from_secs(10);

/// Class of a buyer's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Younger than a day.
    Fresh,
    /// With recent unpaid orders.
    Unpaid,
    /// All others.
    Known,
}

const CLASSES: [(Class, &str); 3] =
    [(Class::Fresh, "fresh"), (Class::Unpaid, "unpaid"), (Class::Known, "known")];

pub(crate) async fn show_holders(ports: Ports) -> Result<usize, Unavailable> {
    let limits = ports.settings.hold_limits;
    for (account, units) in held(&ports.store, &ports.clock, limits).await? {
        metrics::gauge!("held_units", "account" => account).set(f64::from(units));
    }
    Ok(0)
}

/// Units held, by class of the account.
///
/// # Errors
/// [`Unavailable`] if the store is unreachable.
pub async fn held(
    store: &Store,
    clock: &Clock,
    limits: HoldLimits,
) -> Result<[(&'static str, u32); 3], Unavailable> {
    let now = clock.now();
    let nearest = Query::on("by_deadline").equals(true).limit(ORDERS_MAX);
    let orders: Vec<Order> = store.query(nearest).await?;
    let mut held: HashMap<UserId, u32> = HashMap::new();
    for order in &orders {
        let units: u32 = order.state.items.iter().map(|item| item.quantity).sum();
        *held.entry(order.state.buyer).or_default() += units;
    }
    let accounts = held.into_iter().map(async |(buyer, units)| {
        let class = if now.since(buyer.minted_at()) < FRESH_MAX {
            Class::Fresh
        } else if limits.unpaid_ends.is_none() {
            // Unpaid ends are recorded only with a limit on them.
            Class::Known
        } else {
            let holdings = store.find::<Holdings>(&buyer.to_string()).await?;
            let is_unpaid = holdings.is_some_and(|holdings| holdings.has_unpaid_ends(now));
            if is_unpaid { Class::Unpaid } else { Class::Known }
        };
        Ok::<_, Unavailable>((class, units))
    });
    let accounts = try_join_all(accounts).await?;
    Ok(CLASSES.map(|(class, label)| {
        let of_class = accounts.iter().filter(|(of, _)| *of == class);
        (label, of_class.map(|(_, units)| units).sum())
    }))
}
