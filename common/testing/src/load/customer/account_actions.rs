//! Sign-ins on another device, sign-outs, erasures, and new prices of sellers. Prices never fall, so
//! an order below the price that was acknowledged before its request has old terms.

use contract::TicketId;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;

use super::{Account, Customer, Item, POLL_INTERVAL, Request, Terms};

impl Customer {
    /// Signs in again and out, and waits until orders rejects the session too.
    pub(super) async fn sign_in_and_out(&mut self, account: &Account) {
        let signing_in = Request::SignIn(account.email.clone());
        let Some(signed_in) = self.request(account, signing_in, &[]).await else { return };
        let second_session = Account { cookie: signed_in.cookies(), ..account.clone() };
        if self.request(&second_session, Request::SignOut, &[]).await.is_none() {
            return;
        }
        // Other processes receive the revocation as a message, so the wait may last as long as a
        // fault.
        while let Some(reply) = self.command(&second_session, Request::ListOrders).await {
            match reply.status {
                401 => return,
                200 if !self.is_past_timeout() => tokio::time::sleep(POLL_INTERVAL).await,
                _ => {
                    return self.record_unexpected("a request of a session that was ended", &reply);
                }
            }
        }
    }

    /// Signs up with a new address, reports a ticket, offers one and erases the account. The checker
    /// examines the remaining data. The other account reports the ticket too.
    pub(super) async fn erase_account(&mut self, like: &Account) {
        let email = format!("leaver-{}-{}-{}", self.number, self.commands, like.email);
        let anonymous = Account { cookie: String::new(), ..like.clone() };
        let signing_up = Request::SignUp(email.clone());
        let Some(reply) = self.request(&anonymous, signing_up, &[]).await else { return };
        let Some(id) = reply.id() else { return };
        let leaver = Account { id, email, cookie: reply.cookies() };
        let shared = std::sync::Arc::clone(&self.shared);
        let reported = shared.hot.lock().choose(&mut self.random).copied();
        if let Some(ticket) = reported {
            let refusals = ["own_offer", "report_limit"];
            for reporter in [like, &leaver] {
                self.request(reporter, Request::Report(ticket), &refusals).await;
            }
        }
        let farewell = Terms {
            title: "Farewell".to_owned(),
            description: Some("Withdrawn with its account"),
            ..Terms::of(100, 1)
        };
        if self.request(&leaver, Request::Offer(farewell), &[]).await.is_some() {
            // A repeat after a lost response is not signed in, or has no account at a replica that
            // does not know the revocation yet.
            let erasing = Request::Erase { forfeits: false };
            self.request(&leaver, erasing, &["not_signed_in", "bad_credentials"]).await;
        }
    }

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
        let repricing = Request::Edit(id, Terms::of(cents, offer.quantity));
        // It is refused if the only unit is held or sold.
        let Some(reply) = self.request(&offer.seller, repricing, &[]).await else { return };
        if let Some(offer) = shared.offers.lock().get_mut(&id).filter(|_| reply.status == 200) {
            offer.acknowledged_cents = cents;
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
            for item in items.iter().filter(|item| item.ticket == *id && item.cents < *least) {
                let line =
                    format!("ticket {id} was ordered at {} cents, after {least}", item.cents);
                self.shared.journal.lock().old_terms.push(line);
            }
        }
    }
}
