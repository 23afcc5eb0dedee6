//! Places an order: its units are held, its buyer's and its network's limits are checked, all in one decision.

use contract::inventory::{self, InventoryState};
use contract::{TicketId, order};
use store::{NotLoaded, Stop, Tx};

use super::limit;
use super::network::{self, Counted};
use crate::Settings;
use crate::domain::{Holdings, Inventory, NetworkHolds, Order, PlacedOrder, Refusal};

/// Units of one ticket that are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) ticket_id: TicketId,
    pub(crate) units: u32,
}

/// An order that is to be placed.
#[derive(Debug, Clone)]
pub(crate) struct Placing {
    pub(crate) placed: PlacedOrder,
    /// Each ticket once.
    pub(crate) wanted: Vec<Wanted>,
    /// `None` where its network is exempt.
    pub(crate) counted: Option<Counted>,
    pub(crate) settings: Settings,
}

/// What an order is placed on beside its inventories. It is asked for first and looked at last, so that one load brings everything.
pub(crate) struct Asked {
    listed: Result<Option<Holdings>, NotLoaded>,
    counts: Result<Vec<Option<NetworkHolds>>, NotLoaded>,
}

impl Placing {
    /// Asks for what limits are decided by.
    pub(crate) fn ask(&self, tx: &mut Tx<'_>) -> Asked {
        let listed = limit::listed(tx, self.placed.buyer, &self.settings);
        let counts = match &self.counted {
            Some(counted) => network::counts(tx, &self.tickets(), &counted.network),
            None => Ok(Vec::new()),
        };
        Asked { listed, counts }
    }

    /// Holds every item for the buyer, or refuses the whole order; returns the stock that is left beside the order.
    ///
    /// # Errors
    /// What [`Inventory::hold`], [`Order::place`], [`Holdings::with`] and [`NetworkHolds::hold`] refuse.
    pub(crate) fn place(
        &self,
        tx: &mut Tx<'_>,
        asked: Asked,
    ) -> Result<(Order, Vec<InventoryState>), Stop<Refusal>> {
        let Self { placed, wanted, counted, settings } = self;
        let inventories = tx.get_all::<Inventory>(&self.tickets());
        let (listed, counts, inventories) = (asked.listed?, asked.counts?, inventories?);
        let mut items = Vec::with_capacity(wanted.len());
        let mut stock = Vec::with_capacity(wanted.len());
        for (item, inventory) in wanted.iter().zip(inventories) {
            let inventory = inventory.ok_or(Refusal::UnknownTicket(item.ticket_id))?;
            #[cfg(feature = "faults")]
            let (inventory, offered) = super::planted::with_room_for_anything(inventory);
            let (inventory, ordered) =
                inventory.hold(placed.id, placed.buyer, item.units, tx.now())?;
            #[cfg(feature = "faults")]
            let inventory = Inventory { offered, ..inventory };
            let state = inventory.state();
            tx.publish(inventory::CHANGED.of(state.clone()));
            stock.push(state);
            tx.save(inventory);
            items.push(ordered);
        }
        let order = Order::place(*placed, items, tx.now())?;
        limit::list(tx, &order, listed, settings)?;
        let order = match counted {
            Some(counted) => network::hold(tx, order, counted, &stock, counts)?,
            None => order,
        };
        tx.publish(order::CREATED.of(order.state.clone()));
        tx.insert(order.clone());
        Ok((order, stock))
    }

    fn tickets(&self) -> Vec<TicketId> {
        self.wanted.iter().map(|item| item.ticket_id).collect()
    }
}
