//! Shows and tickets of the visitor. Those of other sellers respond 404, as unknown ids do.

use contract::{ShowId, TicketId};
use reqwest::Method;
use serde_json::Value;

use super::figures::Units;
use crate::api::Target;
use crate::api::offer_views::{OfferStatus, ShowStatus, ShowView, TicketView};
use crate::failure::Failure;
use crate::language::Language;
use crate::selling::refusals::hidden;
use crate::visit::Visit;

/// A word about the state of an offer, with the class of its tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub(super) class: &'static str,
    pub(super) text: &'static str,
}

/// A show of the visitor. Errors: [`Failure::SignIn`]; [`Failure::NotFound`] for other shows.
pub(super) async fn own_show(visit: &Visit, id: &str) -> Result<ShowView, Failure> {
    let user = visit.signed_in()?.user;
    let id: ShowId = id.parse().map_err(|_| Failure::NotFound)?;
    let path = format!("/api/shows/{id}");
    let show = visit.ports().api.get::<ShowView>(visit, Target::Tickets, &path).await;
    let show = show.map_err(hidden)?.body;
    if show.user_id == user { Ok(show) } else { Err(Failure::NotFound) }
}

/// A ticket of the visitor. Errors: as [`own_show`].
pub(super) async fn own_ticket(visit: &Visit, id: &str) -> Result<TicketView, Failure> {
    let user = visit.signed_in()?.user;
    let id: TicketId = id.parse().map_err(|_| Failure::NotFound)?;
    let path = format!("/api/tickets/{id}");
    let ticket = visit.ports().api.get::<TicketView>(visit, Target::Tickets, &path).await;
    let ticket = ticket.map_err(hidden)?.body;
    if ticket.user_id == user { Ok(ticket) } else { Err(Failure::NotFound) }
}

/// Withdraws a ticket of the visitor. Errors: as of tickets; a problem if administrators took it
/// down, for which the API has no refusal, because the ticket is not on offer either way.
pub(super) async fn withdraw(visit: &Visit, ticket: &TicketView) -> Result<(), Failure> {
    if ticket.status == OfferStatus::TakenDown {
        return Err(Failure::refused(visit.language().refused_taken_down()));
    }
    let path = format!("/api/tickets/{}", ticket.id);
    let call = (Target::Tickets, Method::DELETE, path.as_str());
    visit.ports().api.call::<Value>(visit, call, None, None).await?;
    Ok(())
}

impl Tag {
    const fn good(text: &'static str) -> Self {
        Self { class: "good", text }
    }

    const fn warn(text: &'static str) -> Self {
        Self { class: "", text }
    }

    const fn bad(text: &'static str) -> Self {
        Self { class: "bad", text }
    }

    /// The state of a ticket with these units.
    pub(super) fn of_ticket(t: Language, status: OfferStatus, units: Units) -> Self {
        match status {
            OfferStatus::Open if units.left() == 0 && units.held > 0 => Self::good(t.all_taken()),
            OfferStatus::Open if units.left() == 0 => Self::good(t.sold_out()),
            OfferStatus::Open => Self::good(t.on_sale()),
            OfferStatus::Withdrawn => Self::warn(t.withdrawn()),
            OfferStatus::TakenDown => Self::bad(t.taken_down()),
            OfferStatus::Suspended => Self::bad(t.suspended()),
            OfferStatus::Ended => Self::warn(t.sales_ended()),
            OfferStatus::Cancelled => Self::bad(t.cancelled()),
        }
    }

    /// The state of a show.
    pub(super) fn of_show(t: Language, show: &ShowView, is_over: bool) -> Self {
        match show.status {
            ShowStatus::Cancelled => Self::bad(t.cancelled()),
            _ if is_over => Self::warn(t.show_over()),
            ShowStatus::Postponed => Self::warn(t.postponed()),
            ShowStatus::Scheduled if show.min_price.is_none() => Self::warn(t.nothing_on_sale()),
            ShowStatus::Scheduled if show.available == 0 => Self::good(t.sold_out()),
            ShowStatus::Scheduled => Self::good(t.on_sale()),
        }
    }
}

/// The meaning of the state of a ticket for its seller, where its tag does not say it.
pub(super) fn explanation(t: Language, status: OfferStatus) -> Option<&'static str> {
    match status {
        OfferStatus::Withdrawn => Some(t.withdrawn_text()),
        OfferStatus::TakenDown => Some(t.taken_down_text()),
        OfferStatus::Suspended => Some(t.suspended_text()),
        OfferStatus::Ended => Some(t.ended_text()),
        OfferStatus::Open | OfferStatus::Cancelled => None,
    }
}
