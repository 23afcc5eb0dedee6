//! Places an order: holds its units and checks the limits of its buyer and network, in one
//! decision.

use std::sync::Arc;

use contract::TicketId;
use contract::inventory::{self, InventoryState};
use contract::money::Decimal;
use store::{Reads, Stop, Tx};

use super::network::{self, CountedNetwork, ids_of};
use super::{limit, message_type};
use crate::Settings;
use crate::domain::{
    Cause, Holdings, Inventory, NetworkHolds, Order, PlacedOrder, Refusal, StepKind, common_show,
};

#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestedItem {
    pub(crate) ticket_id: TicketId,
    pub(crate) units: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct OrderRequest {
    pub(crate) placed: PlacedOrder,
    /// The items, each ticket once.
    pub(crate) wanted: Vec<RequestedItem>,
    pub(crate) expected_total: Option<Decimal>,
    /// Id of the request, the cause of a free order's completion.
    pub(crate) request_id: Arc<str>,
    /// The network; `None` if exempt.
    pub(crate) counted: Option<CountedNetwork>,
    pub(crate) settings: Settings,
}

impl OrderRequest {
    /// The documents that [`OrderRequest::place`] reads.
    pub(crate) fn reads(&self) -> Reads {
        let lists = self.settings.hold_limits.is_any().then_some(self.placed.buyer);
        let tickets = self.wanted.iter().map(|item| item.ticket_id);
        let counts = self.counted.iter();
        let counts =
            counts.flat_map(|CountedNetwork { network, .. }| ids_of(tickets.clone(), network));
        Reads::default()
            .and::<Holdings>(lists)
            .and::<NetworkHolds>(counts)
            .and::<Inventory>(tickets)
    }

    /// Holds every item for the buyer, sells every item of a free order, or refuses the order.
    /// Returns the order and the remaining stock. Errors: the refusals of [`Inventory::hold`],
    /// [`common_show`], [`Order::place`], [`Order::expect_total`], [`Holdings::with`] and
    /// [`NetworkHolds::hold`]; [`Refusal::TotalNotChargeable`].
    pub(crate) fn place(
        &self,
        tx: &mut Tx<'_>,
    ) -> Result<(Order, Vec<InventoryState>), Stop<Refusal>> {
        let Self { placed, wanted, expected_total, request_id, counted, settings } = self;
        let tickets: Vec<TicketId> = wanted.iter().map(|item| item.ticket_id).collect();
        let inventories = tx.get_all::<Inventory>(&tickets)?;
        let mut items = Vec::with_capacity(wanted.len());
        let mut held = Vec::with_capacity(wanted.len());
        for (item, inventory) in wanted.iter().zip(inventories) {
            let inventory = inventory.ok_or(Refusal::UnknownTicket(item.ticket_id))?;
            let (inventory, ordered) =
                inventory.hold(placed.id, placed.buyer, item.units, tx.now())?;
            held.push(inventory);
            items.push(ordered);
        }
        let show = held.first().and_then(|inventory| inventory.show);
        let show_id = common_show(held.iter().map(|inventory| Some(inventory.show?.id)))?;
        // Its refund is that of the whole order.
        if held.len() > 1 && held.iter().any(|inventory| inventory.resale.is_some()) {
            return Err(Refusal::ResoldWithOthers.into());
        }
        let order = Order::place(*placed, items, show_id, tx.now())?;
        if let Some(expected) = expected_total {
            order.expect_total(expected)?;
        }
        let charged = settings.amount_rules.check_charge(order.state.total);
        charged.map_err(Refusal::TotalNotChargeable)?;
        let mut stock = Vec::with_capacity(wanted.len());
        for (item, inventory) in wanted.iter().zip(held) {
            let inventory = if order.is_free() { inventory.sell(item.units) } else { inventory };
            let state = inventory.state();
            tx.publish(inventory::CHANGED.of(state.clone()));
            stock.push(state);
            tx.save(inventory);
        }
        limit::list(tx, &order, &stock, settings)?;
        let order = match counted {
            Some(counted) if !order.is_free() => {
                let capacities = stock.iter().map(|state| state.capacity);
                let capacities = capacities.chain(show.map(|show| show.offered));
                network::hold(tx, order, counted, capacities)?
            }
            Some(_) | None => order,
        };
        tx.publish(message_type(order.state.status).of(order.state.clone()));
        let order = if order.is_free() {
            let cause = Cause::Request { id: Some(request_id.to_string()) };
            order.record(StepKind::Completed, cause, tx.now()).0
        } else {
            order
        };
        tx.insert(order.clone());
        Ok((order, stock))
    }
}
