//! A third small model, explored exhaustively: two persons and one admission, which its holder may
//! send, sell again and use, while its unit may be refunded. Messages between admissions, tickets and
//! orders may be delayed, duplicated and reordered; decisions use the functions of the services.

use std::hash::{Hash, Hasher};

use ::admissions::domain::{Entry, Refusal};
use ::admissions::{Admission, Transfer};
use contract::admission::{AdmissionState, AdmissionStatus};
use contract::inventory::InventoryState;
use contract::order::{OrderState, OrderStatus};
use contract::revision::RevisionState;
use contract::ticket::{Offer, TicketState};
use contract::transfer::TransferRecipient;
use contract::{Decided, OrderId, UserId};
use orders::Inventory;
use stateright::{Model, Property};
use testing::platforms::START;
use testing::samples::{self, id, usd};
use tickets::Ticket;

/// Version of the admission from which on no further command is given: enough for a transfer and a
/// listing, which ends, is sold or becomes void, and an entry.
const VERSIONS_MAX: u64 = 8;

/// Orders: one that is cancelled, and one that buys.
const ORDERS_MAX: u8 = 2;

fn ann() -> UserId {
    id(3)
}

fn bob() -> UserId {
    id(4)
}

/// The order by which the other person buys the listed admission.
fn resale() -> OrderId {
    id(5)
}

/// Everything that services store, and everything that was ever sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct World {
    admission: Admission,
    transfer: Option<Transfer>,
    // Stored by tickets and orders, of the last listing.
    ticket: Option<Ticket>,
    inventory: Option<Inventory>,
    order: Option<OrderState>,
    /// Number of orders that were placed.
    orders: u8,
    // Sent messages: each may arrive at any time, and repeatedly.
    listed: Vec<AdmissionState>,
    offered: Vec<TicketState>,
    revisions: Vec<RevisionState>,
    stock: Vec<InventoryState>,
    /// The persons who entered, and whether a service received an impossible state.
    entered: Vec<UserId>,
    contradiction: bool,
}

// The documents of tickets have no hash of their own.
impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        format!("{self:?}").hash(state);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Its holder offers it to the other person, and takes that back.
    Send,
    TakeBack,
    Accept,
    List,
    End,
    /// A code of this version is scanned.
    Scan(u16),
    /// The unit is refunded.
    Refund,
    Order,
    Complete,
    Cancel,
    ListedReachesTickets(usize),
    OfferReachesOrders(usize),
    OfferReachesAdmissions(usize),
    RevisionReachesOrders(usize),
    StockReachesTickets(usize),
    OrderReachesAdmissions,
}

pub(crate) struct Door;

impl World {
    fn start() -> Self {
        let mut order = samples::order(1, vec![samples::item(2, 9, 1_000, 1)], START);
        order.buyer = ann();
        let admission = Admission::issue(&order, order.items.first().unwrap(), 1, START);
        Self {
            admission,
            transfer: None,
            ticket: None,
            inventory: None,
            order: None,
            orders: 0,
            listed: Vec::new(),
            offered: Vec::new(),
            revisions: Vec::new(),
            stock: Vec::new(),
            entered: Vec::new(),
            contradiction: false,
        }
    }

    fn other(&self) -> UserId {
        if self.admission.state.holder == ann() { bob() } else { ann() }
    }

    fn open(&self) -> Option<&Transfer> {
        self.transfer.as_ref().filter(|transfer| transfer.is_offered())
    }

    fn end_transfer(&mut self) {
        if let Some(transfer) = &self.transfer
            && let Decided::Applied(ended, ()) = transfer.end(START)
        {
            self.transfer = Some(*ended);
        }
    }

    fn change(&mut self, changed: Result<Admission, Refusal>) -> Option<()> {
        self.admission = changed.ok()?;
        Some(())
    }

    /// Stores a ticket, and sends the messages of its change.
    fn save_ticket(&mut self, ticket: Ticket) {
        let before = self.ticket.as_ref().filter(|known| known.id == ticket.id);
        let (version, revisions) = before.map_or((0, 0), |known| (known.version, known.revisions));
        if ticket.version > version {
            self.offered.push(ticket.state());
        }
        if ticket.revisions > revisions {
            self.revisions.extend(ticket.revision_state());
        }
        self.ticket = Some(ticket);
    }

    fn save_stock(&mut self, inventory: Inventory) {
        self.stock.push(inventory.state());
        self.inventory = Some(inventory);
    }

    /// The effect of a step; `None` if it has none.
    fn after(&self, step: Step) -> Option<Self> {
        let next = self.commanded(step).or_else(|| self.bought(step));
        next.or_else(|| self.delivered(step)).filter(|next| next != self)
    }

    /// A command of the holder, a scan, or a refund.
    fn commanded(&self, step: Step) -> Option<Self> {
        let mut next = self.clone();
        match step {
            Step::Send => {
                if self.open().is_some() || !self.admission.is_valid() {
                    return None;
                }
                let to = TransferRecipient::User { user_id: self.other() };
                let (from, title) = (self.admission.state.holder, String::new());
                let of = std::slice::from_ref(&self.admission);
                let transfer = Transfer::offer(id(6), (from, to), of, title, START);
                next.change(self.admission.offer(transfer.state.id))?;
                next.transfer = Some(transfer);
            }
            Step::TakeBack => {
                self.open()?;
                next.end_transfer();
            }
            Step::Accept => {
                let transfer = self.open()?;
                let Ok(Decided::Applied(accepted, ())) = transfer.accept(START) else {
                    return None;
                };
                next.change(self.admission.transfer(self.other(), START))?;
                next.transfer = Some(*accepted);
            }
            Step::List => {
                if self.open().is_some() {
                    return None;
                }
                next.change(self.admission.list(usd(1_000), 100, START))?;
                next.listed.push(next.admission.state.clone());
                // One listing is followed at a time: the one before has ended.
                (next.ticket, next.inventory, next.order) = (None, None, None);
                next.offered.clear();
                next.revisions.clear();
                next.stock.clear();
            }
            Step::End => {
                let Ok(Decided::Applied(ending, ())) = self.admission.end_listing(START) else {
                    return None;
                };
                next.listed.push(ending.state.clone());
                next.admission = *ending;
            }
            Step::Scan(version) => {
                if version != self.admission.state.credential_version {
                    return None;
                }
                let entry = Entry { at: START, scan: "scan".to_owned() };
                next.admission = self.admission.enter(entry, START).ok()?;
                next.entered.push(self.admission.state.holder);
                next.end_transfer();
            }
            Step::Refund => {
                let Decided::Applied(void, ()) = self.admission.void(START) else { return None };
                next.admission = *void;
                next.end_transfer();
            }
            _ => return None,
        }
        Some(next)
    }

    /// A step of the order.
    fn bought(&self, step: Step) -> Option<Self> {
        let mut next = self.clone();
        match step {
            Step::Order => {
                let is_known = self.admission.state.resales.contains(&resale());
                if self.order.is_some() || is_known || self.orders == ORDERS_MAX {
                    return None;
                }
                let inventory = self.inventory.clone()?;
                let (held, item) = inventory.hold(resale(), self.other(), 1, START).ok()?;
                let mut order = samples::order(5, vec![item], START);
                order.buyer = self.other();
                next.save_stock(held);
                next.order = Some(order);
                next.orders += 1;
            }
            Step::Complete | Step::Cancel => {
                let order = self.order.as_ref()?;
                if order.status != OrderStatus::Created {
                    return None;
                }
                let inventory = self.inventory.clone()?;
                if step == Step::Complete {
                    let status = OrderStatus::Complete { payment_id: None };
                    next.order = Some(OrderState { status, ..order.clone() });
                    next.save_stock(inventory.sell(1));
                } else {
                    next.order = None;
                    next.save_stock(inventory.release(1));
                }
            }
            _ => return None,
        }
        Some(next)
    }

    /// The arrival of a message.
    fn delivered(&self, step: Step) -> Option<Self> {
        let mut next = self.clone();
        match step {
            Step::ListedReachesTickets(at) => {
                let state = self.listed.get(at)?;
                let listing = state.listing.as_ref()?;
                let of_last = self.admission.state.listing.as_ref()?;
                if listing.ticket_id != of_last.ticket_id {
                    return None;
                }
                let known = self.ticket.clone();
                let ticket = known.unwrap_or_else(|| Ticket::resell(state, listing, START));
                let is_void = matches!(state.status, AdmissionStatus::Void { .. });
                let ticket = match ticket.end_resale() {
                    Decided::Applied(ended, ()) if listing.is_ending || is_void => *ended,
                    _ => ticket,
                };
                next.save_ticket(ticket);
            }
            Step::OfferReachesOrders(at) => {
                let state = self.offered.get(at)?.clone();
                let inventory = match self.inventory.clone() {
                    None => Inventory::of(state),
                    Some(known) => known.follow(state)?,
                };
                next.save_stock(inventory);
            }
            Step::OfferReachesAdmissions(at) => {
                let state = self.offered.get(at)?;
                if state.offer != Offer::Withdrawn {
                    return None;
                }
                let Decided::Applied(unlisted, ()) = self.admission.unlist(state.id, START) else {
                    return None;
                };
                next.admission = *unlisted;
            }
            Step::RevisionReachesOrders(at) => {
                let revised = self.inventory.clone()?.revise(self.revisions.get(at)?.clone())?;
                next.save_stock(revised);
            }
            Step::StockReachesTickets(at) => {
                let Decided::Applied(followed, ()) =
                    self.ticket.as_ref()?.follow(self.stock.get(at)?)
                else {
                    return None;
                };
                next.save_ticket(*followed);
            }
            Step::OrderReachesAdmissions => {
                let order = self.order.as_ref()?;
                if order.status == OrderStatus::Created {
                    return None;
                }
                match self.admission.resell(order, order.items.first()?.ticket_id, START) {
                    Ok(Decided::Applied(resold, ())) => next.admission = *resold,
                    Ok(Decided::AlreadyApplied) => return None,
                    Err(_) => next.contradiction = true,
                }
            }
            _ => return None,
        }
        Some(next)
    }
}

impl Model for Door {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![World::start()]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        if world.admission.state.version < VERSIONS_MAX {
            steps.extend([Step::Send, Step::TakeBack, Step::Accept, Step::List, Step::End]);
            steps.extend((1..=world.admission.state.credential_version).map(Step::Scan));
            steps.push(Step::Refund);
        }
        steps.extend([Step::Order, Step::Complete, Step::Cancel, Step::OrderReachesAdmissions]);
        steps.extend((0..world.listed.len()).map(Step::ListedReachesTickets));
        for at in 0..world.offered.len() {
            steps.extend([Step::OfferReachesOrders(at), Step::OfferReachesAdmissions(at)]);
        }
        steps.extend((0..world.revisions.len()).map(Step::RevisionReachesOrders));
        steps.extend((0..world.stock.len()).map(Step::StockReachesTickets));
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        world.after(step)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("one person enters", |_, world| world.entered.len() <= 1),
            Property::<Self>::always("no message is impossible", |_, world| !world.contradiction),
            Property::<Self>::always("a transfer offers a valid admission", |_, world| {
                world.open().is_none() || world.admission.is_valid()
            }),
            Property::<Self>::always("while it can be bought it is listed", |_, world| {
                let inventory = world.inventory.as_ref();
                let is_held = inventory.is_some_and(|it| it.held + it.sold > 0);
                let is_open = world.admission.listing().is_some()
                    || matches!(world.admission.state.status, AdmissionStatus::Void { .. });
                !is_held || is_open || world.admission.state.resales.contains(&resale())
            }),
            Property::<Self>::always("it is never both used by its seller and sold", |_, world| {
                let is_used = matches!(world.admission.state.status, AdmissionStatus::Used { .. });
                let is_sold = world
                    .order
                    .as_ref()
                    .is_some_and(|order| matches!(order.status, OrderStatus::Complete { .. }));
                let has_arrived = world.admission.state.resales.contains(&resale());
                !(is_used && is_sold) || has_arrived
            }),
            Property::<Self>::sometimes("a listing ends", |_, world| {
                world.admission.is_valid()
                    && world.admission.state.listing.is_some()
                    && world.admission.state.resales.is_empty()
            }),
            Property::<Self>::sometimes("the buyer of a resale enters", |_, world| {
                !world.entered.is_empty() && !world.admission.state.resales.is_empty()
            }),
            Property::<Self>::sometimes("a void admission is sold, for its refund", |_, world| {
                matches!(world.admission.state.status, AdmissionStatus::Void { .. })
                    && world.admission.state.resales.contains(&resale())
            }),
        ]
    }
}
