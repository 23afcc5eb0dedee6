//! order.completed: the buyer is owed a receipt, the seller the notice of the first sale, and the
//! sales of the day are counted.

use std::time::Duration;

use bus::listener::DELIVERIES_MAX;
use bus::{Handled, Received, Undeliverable};
use contract::order::{COMPLETED, OrderState};
use contract::{Decided, MessageType};
use service::loops::Pace;
use service::person;
use store::{Loaded, Never, Stop, Tx};

use crate::Ports;
use crate::domain::letter::OWED_MAX;
use crate::domain::sales::by_seller;
use crate::domain::{Booking, Content, FirstSale, Letter, SaleDay, Seller, Show};
use crate::letters::{Owed, owe};
use crate::retention::BOOKINGS_KEPT;

/// Pace of the listener: a commit costs as much for one order as for hundreds, and a receipt may be
/// a tenth of a second late.
pub(super) const PACE: Pace =
    Pace { burst: 10, period: Duration::from_millis(100), full: DELIVERIES_MAX };

pub(super) const TYPES: &[MessageType<OrderState>] = &[COMPLETED];

pub(super) async fn on_order_completed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    let order = received.state;
    let (handled, owed) = ports.store.transact(move |tx| follow(tx, &order)).await?;
    ports.notify_sender(owed);
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, order: &OrderState) -> Result<(Handled, Owed), Stop<Never>> {
    let Some(booking) = Booking::of(order, BOOKINGS_KEPT) else {
        return Ok((Handled::NotForUs, Owed::Nothing));
    };
    let known = tx.get::<Booking>(order.id)?;
    match known.as_ref().map(|known| known.follow(booking.clone())) {
        Some(Decided::AlreadyApplied) => return Ok((Handled::AlreadyApplied, Owed::Nothing)),
        Some(Decided::Applied(followed, ())) => {
            tx.save(*followed);
            return Ok((Handled::Applied, Owed::Nothing));
        }
        None => {}
    }
    let mut letters = Vec::new();
    if !person::is_erased(tx, order.buyer)? {
        letters.extend(letters_to_buyer(tx, order, &booking)?);
        tx.insert(booking);
    }
    letters.extend(inform_sellers(tx, order)?);
    Ok((Handled::Applied, owe(tx, letters)?))
}

fn letters_to_buyer(
    tx: &mut Tx<'_>,
    order: &OrderState,
    booking: &Booking,
) -> Loaded<impl Iterator<Item = Letter>> {
    let times = (order.created_at, tx.now());
    let receipt = Content::Receipt(Booking::receipt(order));
    let id = format!("order.{}.receipt", order.id);
    let receipt = Letter::to_account(id, order.buyer, receipt, times);
    // The show may have changed before its order was known here.
    let show = order.show_id.map(|show| tx.get::<Show>(show)).transpose()?.flatten();
    let change = show.and_then(|show| booking.change_of(&show.state)).and_then(|change| {
        Letter::to_account(change.letter_id(), order.buyer, Content::ShowChange(change), times)
    });
    Ok([receipt, change].into_iter().flatten())
}

/// Counts the sales of the day. Returns the notices of first sales.
fn inform_sellers(tx: &mut Tx<'_>, order: &OrderState) -> Loaded<Vec<Letter>> {
    let (sold_at, now) = (order.created_at, tx.now());
    let mut letters = Vec::new();
    for (seller, sales) in by_seller(order) {
        if person::is_erased(tx, seller)? {
            continue;
        }
        if tx.get::<Seller>(seller)?.is_none() {
            tx.insert(Seller { user_id: seller, since: sold_at });
            if let Some(first) = sales.first().cloned() {
                let (title, units, amount) = (first.title, first.units, first.amount);
                let first = Content::FirstSale(FirstSale { title, units, amount, sold_at });
                let id = format!("seller.{seller}.first_sale");
                letters.extend(Letter::to_account(id, seller, first, (sold_at, now)));
            }
        }
        // A summary of a day long ago informs of nothing.
        if now.since(sold_at) < OWED_MAX {
            let known = tx.get::<SaleDay>(SaleDay::id_of(seller, sold_at))?;
            let day = known.unwrap_or_else(|| SaleDay::none(seller, sold_at));
            tx.put(day.add(&sales));
        }
    }
    Ok(letters)
}
