//! Changes of orders, for their buyers.

use bus::{Handled, Undeliverable};
use contract::order::{OrderState, OrderStatus};
use serde_json::json;
use store::{Never, Stop, Tx};

use super::changes::keep;
use super::hub::OrderEvent;
use super::topic::Topic;
use crate::Ports;

/// Sends a change of an order to the streams of its buyer. Nothing is stored on embedded engines.
pub(crate) async fn send_to_buyer(
    ports: &Ports,
    event: OrderEvent,
) -> Result<Handled, Undeliverable> {
    let hub = &ports.live;
    if hub.is_shared {
        let (hub, event) = (hub.clone(), event.clone());
        let keeping = ports.store.transact(move |tx: &mut Tx<'_>| {
            keep(tx, &hub, Topic::Order(event.order), Some(&event))?;
            Ok::<_, Stop<Never>>(())
        });
        keeping.await?;
    }
    hub.order_changed(event);
    Ok(Handled::Applied)
}

/// The same, of the state of an order.
pub(crate) async fn send_order_to_buyer(
    ports: &Ports,
    order: OrderState,
    name: &str,
) -> Result<Handled, Undeliverable> {
    let status = match order.status {
        OrderStatus::Created => "created",
        OrderStatus::AwaitingPayment { .. } => "awaiting:payment",
        OrderStatus::Complete { .. } => "complete",
        OrderStatus::Cancelled { .. } => "cancelled",
    };
    let data = json!({"orderId": order.id, "version": order.version, "status": status});
    let (name, buyer) = (name.to_owned(), order.buyer);
    send_to_buyer(ports, OrderEvent { order: order.id, buyer, name, data }).await
}
