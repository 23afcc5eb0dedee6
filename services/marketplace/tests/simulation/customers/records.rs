//! The resources that the first response to a call establishes.

use std::collections::BTreeMap;

use testing::Reply;
use testing::customer::{Postponement, Request, ShowTerms};

use super::shown::Shown;
use super::{Account, Call, Customers, Held, Login, Offered, Paid, Placed, Sent, Staged};

impl Customers {
    pub(super) fn record(&mut self, call: &Call, reply: &Reply) {
        let by = call.by.unwrap_or_default();
        if let Some(account) = self.accounts.get(by) {
            self.journal.record(account.id, &call.request, reply);
        }
        let cookies = reply.cookie_pairs();
        let session = cookies.iter().find(|cookie| cookie.starts_with("session="));
        match (&call.request, reply.status) {
            (Request::SignUp(_), 201) => {
                if let (Some(id), Some(session)) = (reply.id(), session) {
                    self.accounts.push(Account {
                        id,
                        session: (*session).to_owned(),
                        seen: BTreeMap::new(),
                        cookies: BTreeMap::new(),
                        is_leaving: false,
                        login: Login { email: reply.text("email"), ..Login::default() },
                        was_banned: false,
                        is_gone: false,
                    });
                }
            }
            (Request::SignIn(_), 200) => {
                let of = call.of.expect("a sign-in names an account");
                session.copied().unwrap_or_default().clone_into(&mut self.accounts[of].session);
            }
            (Request::SignIn(_), _)
                if reply.text("code") == "bad_credentials" && self.signed_in(call).is_leaving =>
            {
                let of = call.of.expect("a sign-in names an account");
                self.accounts[of].is_gone = true;
            }
            (Request::Erase { .. }, 409) => {
                // A sign-in was refused for a void password then, if one was refused at all.
                self.accounts[by].is_leaving = false;
                self.accounts[by].is_gone = false;
            }
            (Request::Offer(_), 201) => {
                self.tickets.extend(reply.id().map(|id| Offered { id, seller: by, show: None }));
            }
            (Request::OfferIn(show, _), 201) => {
                let show = self.shows.iter().position(|staged| staged.id == *show);
                self.tickets.extend(reply.id().map(|id| Offered { id, seller: by, show }));
            }
            (Request::CreateShow(terms), 201) => {
                let show = Some(self.shows.len());
                let tickets = reply.tickets().into_iter();
                self.tickets.extend(tickets.map(|id| Offered { id, seller: by, show }));
                let starts_at = terms.starts_at;
                self.shows.extend(reply.id().map(|id| Staged { id, seller: by, starts_at }));
            }
            (Request::EditShow(show, ShowTerms { starts_at, .. }), 200)
            | (Request::PostponeShow(show, Postponement { starts_at, .. }), 202) => {
                let mut shows = self.shows.iter_mut();
                let staged = shows.find(|staged| staged.id == *show);
                staged.expect("changes name known shows").starts_at = *starts_at;
            }
            (Request::ListAdmissions, 200) => self.hold(by, reply),
            (Request::Resell(..), 201) => {
                if let Some(id) = reply.resale() {
                    self.tickets.push(Offered { id, seller: by, show: None });
                    self.resales.push(id);
                }
            }
            (Request::ShowCode(admission), 200) => {
                let held = self.admissions.iter().find(|held| held.id == *admission);
                let ticket = held.expect("codes are of listed admissions").ticket;
                self.codes.push((Shown::Paper(reply.text("code")), ticket));
            }
            (Request::BindDevice(admission, key), 201) => {
                let held = self.admissions.iter().find(|held| held.id == *admission);
                let ticket = held.expect("devices are of listed admissions").ticket;
                self.codes.push((Shown::by_device(key, &reply.text("record")), ticket));
            }
            (Request::OfferTransfer(..), 201) => {
                let to = call.of.expect("an offer names an account");
                self.transfers.extend(reply.id().map(|id| Sent { id, from: by, to }));
            }
            (Request::Order(_), 201) => {
                let items = reply.at("items");
                let tickets = items.as_array().into_iter().flatten();
                let tickets = tickets.filter_map(|item| item["ticketId"].as_str()?.parse().ok());
                let items = tickets.collect();
                self.orders.extend(reply.id().map(|id| Placed { id, buyer: by, items }));
            }
            (Request::Pay(order, _) | Request::PayByCredit(order), 201) => {
                let order = self.orders.iter().position(|placed| placed.id == *order);
                let order = order.expect("payments name known orders");
                self.paid.extend(reply.id().map(|id| Paid { id, order }));
            }
            _ => {}
        }
    }

    /// The holder of each admission of a list.
    fn hold(&mut self, holder: usize, reply: &Reply) {
        for listed in reply.json().as_array().into_iter().flatten() {
            let id = listed["id"].as_str().and_then(|id| id.parse().ok());
            let ticket = listed["ticketId"].as_str().and_then(|id| id.parse().ok());
            let (Some(id), Some(ticket)) = (id, ticket) else { continue };
            match self.admissions.iter_mut().find(|held| held.id == id) {
                Some(held) => held.holder = holder,
                None => self.admissions.push(Held { id, holder, ticket }),
            }
        }
    }
}
