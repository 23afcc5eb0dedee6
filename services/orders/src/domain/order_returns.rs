//! Units of a complete order that return to sale after a refund.

use contract::order::{OrderItem, OrderStatus};
use contract::payment::ReturnedUnits;
use contract::{Decided, PaymentId, TicketId};

use super::order::Order;
use super::refusal::Refusal;

impl Order {
    /// Returns refunded units to sale. Returns the order and the newly returned units, if any.
    /// Quantities are cumulative; repeats are no-ops.
    ///
    /// # Errors
    /// [`Refusal::PaymentDoesNotMatch`] if the order was not completed by this payment, or has
    /// fewer units.
    pub fn take_back(
        &self,
        payment_id: PaymentId,
        returned: &[ReturnedUnits],
    ) -> Result<Decided<Self, Vec<ReturnedUnits>>, Refusal> {
        if returned.is_empty() {
            return Ok(Decided::AlreadyApplied);
        }
        match self.state.status {
            OrderStatus::Complete { payment_id: accepted } if accepted == Some(payment_id) => {}
            OrderStatus::Complete { .. }
            | OrderStatus::Created
            | OrderStatus::AwaitingPayment { .. }
            | OrderStatus::Cancelled { .. } => return Err(Refusal::PaymentDoesNotMatch),
        }
        let mut order = self.clone();
        let mut just_now = Vec::new();
        for units in returned {
            let item = order.item_of(units.ticket_id).ok_or(Refusal::PaymentDoesNotMatch)?;
            if units.quantity > item.quantity {
                return Err(Refusal::PaymentDoesNotMatch);
            }
            let quantity = units.quantity.saturating_sub(item.returned);
            if quantity > 0 {
                item.returned = units.quantity;
                just_now.push(ReturnedUnits { quantity, ..*units });
            }
        }
        if just_now.is_empty() {
            return Ok(Decided::AlreadyApplied);
        }
        order.state.version += 1;
        Ok(Decided::Applied(Box::new(order), just_now))
    }

    /// Records the version of an inventory in which units of the order returned to sale.
    pub(crate) fn record_return(&mut self, ticket_id: TicketId, inventory_version: u64) {
        if let Some(item) = self.item_of(ticket_id) {
            item.returned_in_version = Some(inventory_version);
        }
    }

    fn item_of(&mut self, ticket_id: TicketId) -> Option<&mut OrderItem> {
        self.state.items.iter_mut().find(|item| item.ticket_id == ticket_id)
    }
}
