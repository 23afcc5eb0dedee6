//! Sellers raise prices. Prices never fall, so an order below the price that was acknowledged
//! before its request has old terms.

use contract::TicketId;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use reqwest::Method;
use serde_json::{Number, Value, json};

use super::{Customer, Item};

impl Customer {
    /// A seller raises the price of a ticket that buyers order; one price at a time.
    pub(super) async fn raise_price(&mut self) {
        let shared = std::sync::Arc::clone(&self.shared);
        let _one_at_a_time = shared.repricing.lock().await;
        let Some(id) = shared.hot.lock().choose(&mut self.random).copied() else { return };
        let more = self.random.random_range(1..500);
        let offer = {
            let mut offers = shared.offers.lock();
            let Some(offer) = offers.get_mut(&id) else { return };
            offer.requested_cents += more;
            offer.clone()
        };
        let cents = offer.requested_cents;
        let (title, price) = (format!("Show {cents}"), amount(cents));
        let body = json!({"title": title, "price": price, "quantity": offer.quantity});
        let path = format!("/api/tickets/{id}");
        let command = self.command(&offer.seller, Method::PUT, path, Some(body));
        let Some(reply) = command.await else { return };
        match (reply.status, &*reply.text("code")) {
            (200, _) => {
                if let Some(offer) = shared.offers.lock().get_mut(&id) {
                    offer.acknowledged_cents = cents;
                }
            }
            // The only unit is held or sold.
            (409, "reserved") => {}
            _ => self.record_unexpected("a new price", &reply),
        }
    }

    /// The latest acknowledged prices.
    pub(super) fn acknowledged_prices(&self, tickets: &[TicketId]) -> Vec<(TicketId, u32)> {
        let offers = self.shared.offers.lock();
        let price = |id: &TicketId| Some((*id, offers.get(id)?.acknowledged_cents));
        tickets.iter().filter_map(price).collect()
    }

    /// Records items that were ordered below the price acknowledged before the request.
    pub(super) fn record_old_terms(&self, items: &[Item], acknowledged: &[(TicketId, u32)]) {
        for (id, least) in acknowledged {
            let old = items.iter().filter(|item| item.ticket == *id && cents(&item.price) < *least);
            for item in old {
                let line =
                    format!("ticket {id} was ordered at {}, after {least} cents", item.price);
                self.shared.journal.lock().old_terms.push(line);
            }
        }
    }
}

/// Converts cents to an amount, exactly.
fn amount(cents: u32) -> Number {
    format!("{}.{:02}", cents / 100, cents % 100).parse().unwrap()
}

/// Converts an amount such as `20`, `20.5` or `20.50` to cents.
fn cents(price: &Value) -> u32 {
    let text = price.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{fraction:0<2}").parse().unwrap()
}
