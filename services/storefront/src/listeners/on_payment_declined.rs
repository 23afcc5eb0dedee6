//! payment.declined: the page of the order shows it; the order itself does not change.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{DECLINED, PaymentState};
use serde_json::json;

use crate::Ports;
use crate::live::{OrderEvent, send_to_buyer};

pub(super) const TYPES: &[MessageType<PaymentState>] = &[DECLINED];

pub(super) async fn on_payment_declined(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
    let PaymentState { id, version, order_id: order, buyer, .. } = received.state;
    let data = json!({"orderId": order, "paymentId": id, "version": version});
    send_to_buyer(&ports, OrderEvent { order, buyer, name: DECLINED.name().to_owned(), data }).await
}
