//! The tickets of a show, its price categories.

use contract::{Timestamp, UserId};

use super::Show;
use crate::domain::refusal::Refusal;
use crate::domain::terms::Terms;
use crate::domain::ticket::Ticket;

/// Maximum number of tickets of a show, withdrawn ones included: more price categories than large
/// houses have. One commit copies a change of the show to all of them.
pub const SHOW_TICKETS_MAX: usize = 50;

impl Show {
    /// Adds a ticket of its seller. Returns the show and the ticket.
    ///
    /// # Errors
    /// [`Refusal::NotTheSeller`], [`Refusal::ShowCancelled`], [`Refusal::SellerErased`],
    /// [`Refusal::OfTheShow`], [`Refusal::OtherCurrency`], [`Refusal::ShowFull`].
    pub fn offer(
        &self,
        id: contract::TicketId,
        seller: UserId,
        terms: Terms,
        now: Timestamp,
    ) -> Result<(Self, Ticket), Refusal> {
        if seller != self.seller {
            return Err(Refusal::NotTheSeller);
        }
        self.check_open()?;
        terms.check_of_a_show()?;
        if let Some(currency) = self.currency.filter(|known| *known != terms.price.currency) {
            return Err(Refusal::OtherCurrency { currency });
        }
        if self.tickets.len() >= SHOW_TICKETS_MAX {
            return Err(Refusal::ShowFull);
        }
        let mut show = Self { currency: Some(terms.price.currency), ..self.clone() };
        show.tickets.push(id);
        show.on_offer.push(id);
        let ticket = Ticket::offered(id, seller, terms, Some(self.into()), now);
        Ok((show, ticket))
    }

    /// Follows whether a ticket is on offer; `None` if the show knows it.
    #[must_use]
    pub fn follow_offer(&self, ticket: &Ticket) -> Option<Self> {
        let is_known = self.on_offer.contains(&ticket.id);
        if is_known == ticket.is_on_offer() {
            return None;
        }
        let mut show = self.clone();
        if is_known {
            show.on_offer.retain(|id| *id != ticket.id);
        } else {
            show.on_offer.push(ticket.id);
        }
        Some(show)
    }
}
