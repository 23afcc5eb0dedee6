//! The price categories of a show, as its seller sees them.

use super::figures::Units;
use super::own::{Tag, explanation};
use super::submitted::Submitted;
use crate::api::offer_views::{OfferStatus, ShowView, TicketView};
use crate::api::seller_views::ShowSalesView;
use crate::form::Form;
use crate::language::Language;
use crate::pages::price;
use crate::selling::terms;

/// A price category.
pub(super) struct CategoryRow {
    pub(super) ticket: TicketView,
    pub(super) price: String,
    pub(super) tag: Tag,
    pub(super) explanation: Option<&'static str>,
    pub(super) units: Units,
    /// The form of its terms.
    pub(super) edit: Form,
    /// The errors of the form that withdraws it or offers it again.
    pub(super) offer: Form,
}

/// The categories, oldest first.
pub(super) fn rows(
    t: Language,
    show: &ShowView,
    sales: &ShowSalesView,
    submitted: &Submitted,
) -> Vec<CategoryRow> {
    let row = |ticket: &TicketView| {
        let own = sales.categories.iter().find(|sales| sales.ticket_id == ticket.id);
        let units = own.map(Units::of_category);
        let units = units.unwrap_or(Units::offered(ticket.quantity.into()));
        let id = ticket.id.to_string();
        let of = |command| submitted.or_of(t, command, &id, Form::default());
        let (withdraw, offer) = (of("withdraw"), of("offer"));
        CategoryRow {
            price: price(t, ticket.money()),
            tag: Tag::of_ticket(t, ticket.status, units),
            explanation: explanation(t, ticket.status),
            units,
            edit: submitted.or_of(t, "category", &id, terms::form(t, ticket)),
            offer: if withdraw.has_errors() { withdraw } else { offer },
            ticket: ticket.clone(),
        }
    };
    show.tickets.iter().map(row).collect()
}

impl CategoryRow {
    /// The prefix of the ids of its fields.
    pub(super) fn prefix(&self) -> String {
        format!("c{}-", self.ticket.id)
    }

    pub(super) fn price_label(&self, t: Language) -> String {
        t.price_in(&self.ticket.currency.code().to_uppercase())
    }

    pub(super) fn is_suspended(&self) -> bool {
        self.ticket.status == OfferStatus::Suspended
    }

    pub(super) fn is_withdrawn(&self) -> bool {
        self.ticket.status == OfferStatus::Withdrawn
    }

    /// Whether withdrawing it has an effect.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.ticket.status, OfferStatus::Open | OfferStatus::Suspended)
    }
}
