//! Shows: created, edited, postponed and cancelled by their sellers while their tickets are
//! ordered, and units of postponed shows that payers return.

use std::time::Duration;

use contract::{PaymentId, ShowId};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use sources::Clock;

use super::{Card, Customer, Placed, Request, UNITS_MAX};
use crate::customer::{Postponement, ShowTerms};
use crate::load::shared::{HOT_SHOWS, HotShow, Offer};

/// Time until the start of a show: longer than a run.
const STARTS_AFTER: Duration = Duration::from_hours(72);

/// Time in which payers may return units of a postponed show: at least a day, and twice that with
/// room for repeated requests.
const REFUNDS_FOR: Duration = Duration::from_hours(48);

/// The least and the highest price of a category in cents.
const CENTS: std::ops::Range<u32> = 100..10_000;

impl Customer {
    /// Creates a show of two price categories, one of the few that buyers order.
    pub(crate) async fn create_show(&mut self) {
        let seller = self.shared.sellers.choose(&mut self.random).unwrap().clone();
        let categories = [(); 2]
            .map(|()| (self.random.random_range(CENTS), self.random.random_range(1..=UNITS_MAX)));
        let starts_at = Clock::System.now().plus(STARTS_AFTER);
        let creating = Request::CreateShow(ShowTerms::of(starts_at, &categories));
        let Some(reply) = self.request(&seller, creating, &[]).await else { return };
        let (Some(id), tickets) = (reply.id::<ShowId>(), reply.tickets()) else { return };
        if tickets.len() != categories.len() {
            return self.record_unexpected("a show", &reply);
        }
        let mut offers = self.shared.offers.lock();
        for (ticket, (cents, units)) in tickets.iter().zip(categories) {
            offers.insert(*ticket, Offer::new(seller.clone(), units, cents));
        }
        let mut shows = self.shared.shows.lock();
        shows.push(HotShow { id, seller, starts_at, tickets });
        let old = shows.len().saturating_sub(HOT_SHOWS);
        shows.drain(..old);
    }

    /// Draws the next actions on an order of a show; most are those on every order.
    pub(super) async fn act_on_show(&mut self, placed: &Placed, show: &HotShow) {
        match self.random.random_range(0..100) {
            0..10 => {
                let mut seller = self.second_customer();
                tokio::join!(self.pay(placed, Card::Valid), seller.cancel_show(show));
            }
            10..14 => self.cancel_show(show).await,
            14..22 => {
                self.postpone_show(show).await;
                let card = self.card();
                self.pay(placed, card).await;
            }
            22..26 => self.edit_show(show).await,
            _ => self.act(placed).await,
        }
    }

    /// It stays among the shows that buyers order until an order is refused.
    async fn cancel_show(&mut self, show: &HotShow) {
        self.request(&show.seller, Request::CancelShow(show.id), &[]).await;
    }

    /// One change at a time, so that no postponement shortens the period of another.
    async fn postpone_show(&mut self, show: &HotShow) {
        let shared = std::sync::Arc::clone(&self.shared);
        let _one_at_a_time = shared.postponing.lock().await;
        let refunds_until = Clock::System.now().plus(REFUNDS_FOR);
        let starts_at = refunds_until.plus(STARTS_AFTER);
        let postponement = Postponement { starts_at, refunds_until };
        self.request(&show.seller, Request::PostponeShow(show.id, postponement), &[]).await;
    }

    /// A new title and the same start, which is refused if the show was postponed since.
    async fn edit_show(&mut self, show: &HotShow) {
        let number = self.random.random_range(0..1_000);
        let terms =
            ShowTerms { title: format!("Evening {number}"), ..ShowTerms::of(show.starts_at, &[]) };
        self.request(&show.seller, Request::EditShow(show.id, terms), &[]).await;
    }

    /// Sometimes returns all units of an order of a show, which is refused unless it is postponed.
    pub(super) async fn maybe_return(&mut self, placed: &Placed, payment: PaymentId) {
        if placed.show.is_some() && self.random.random_bool(0.4) {
            self.request(&placed.buyer, Request::Return(payment), &[]).await;
        }
    }

    /// Records an order of a show whose cancellation was acknowledged before the order's request.
    pub(super) fn record_order_of_cancelled(&self, placed: &Placed, was_cancelled: bool) {
        if let Some(show) = placed.show.as_ref().filter(|_| was_cancelled) {
            let line =
                format!("order {} was placed after show {} was cancelled", placed.id, show.id);
            self.shared.journal.lock().old_terms.push(line);
        }
    }
}
