//! Views of a show.

use actix_web::http::StatusCode;
use contract::money::Decimal;
use contract::show::ShowStatus;
use contract::{Currency, ShowId, Timestamp, UserId};
use serde::Serialize;
use store::{Loaded, Store, Tx, Unavailable};
use utoipa::ToSchema;
use web::session::Role;
use web::{Response, SignedIn};

use super::image::ImageView;
use super::ticket::TicketView;
use crate::domain::{Place, Refunds, Show, Ticket};

/// Whether a show takes place.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShowStatusView {
    /// At its time.
    Scheduled,
    /// At a later time than orders were placed for.
    Postponed,
    /// It does not take place.
    Cancelled,
}

impl From<ShowStatus> for ShowStatusView {
    fn from(status: ShowStatus) -> Self {
        match status {
            ShowStatus::Scheduled => Self::Scheduled,
            ShowStatus::Postponed { .. } => Self::Postponed,
            ShowStatus::Cancelled => Self::Cancelled,
        }
    }
}

/// The place of a show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VenueView {
    name: String,
    /// Its IANA time zone.
    time_zone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

impl From<&Place> for VenueView {
    fn from(place: &Place) -> Self {
        Self {
            name: place.name.as_str().to_owned(),
            time_zone: place.time_zone.as_str().to_owned(),
            address: place.address.as_ref().map(|address| address.as_str().to_owned()),
        }
    }
}

/// Numbers of paid orders of a cancelled show, by the state of their refunds.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShowRefundsView {
    /// Refunds that have not ended.
    owed: u32,
    /// Orders of which nothing is owed.
    done: u32,
    /// Refunds that the provider or a bank has rejected: their payers have credit instead.
    failed: u32,
}

impl From<Refunds> for ShowRefundsView {
    fn from(Refunds { version: _, is_counted: _, owed, done, failed }: Refunds) -> Self {
        Self { owed, done, failed }
    }
}

/// The effect of a cancellation or a postponement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShowProgressView {
    /// The status of the show.
    state: ShowStatusView,
    /// The progress of its refunds.
    refunds: ShowRefundsView,
}

/// A show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShowView {
    id: ShowId,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    venue: VenueView,
    #[serde(skip_serializing_if = "Option::is_none")]
    doors_at: Option<Timestamp>,
    starts_at: Timestamp,
    status: ShowStatusView,
    /// Until this time buyers of a postponed show may ask for their money.
    #[serde(skip_serializing_if = "Option::is_none")]
    refunds_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageView>,
    /// The seller.
    user_id: UserId,
    version: u64,
    /// The currency of its tickets.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    /// Lowest price of a ticket on offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_price: Option<Decimal>,
    /// Highest price of a ticket on offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_price: Option<Decimal>,
    /// Units of all tickets that are available for orders.
    available: u32,
    /// The refunds of a cancelled show; for its seller and for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    refunds: Option<ShowRefundsView>,
    created_at: Timestamp,
    /// The tickets, oldest first; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    tickets: Option<Vec<TicketView>>,
}

impl ShowView {
    /// The show in a list.
    pub(crate) fn listed(
        show: &Show,
        tickets: &[Ticket],
        viewer: Option<&SignedIn>,
        now: Timestamp,
    ) -> Self {
        let prices = || tickets.iter().filter(|it| it.is_on_offer()).map(|it| it.terms.price);
        let price_of = |it: contract::Money| it.minor_units;
        let details = &show.details;
        let is_own = |viewer: &&SignedIn| viewer.user == show.seller || viewer.role == Role::Admin;
        Self {
            id: show.id,
            title: details.title.as_str().to_owned(),
            description: details.description.as_ref().map(|text| text.as_str().to_owned()),
            venue: (&details.venue).into(),
            doors_at: details.doors_at,
            starts_at: details.starts_at,
            status: show.status.into(),
            refunds_until: match show.status {
                ShowStatus::Postponed { refunds_until } => Some(refunds_until),
                ShowStatus::Scheduled | ShowStatus::Cancelled => None,
            },
            image: show.image.map(ImageView::from),
            user_id: show.seller,
            version: show.version,
            currency: show.currency,
            min_price: prices().min_by_key(|it| price_of(*it)).map(contract::Money::to_decimal),
            max_price: prices().max_by_key(|it| price_of(*it)).map(contract::Money::to_decimal),
            available: tickets.iter().map(|ticket| ticket.available(now)).sum(),
            refunds: viewer
                .filter(is_own)
                .filter(|_| show.status.is_cancelled())
                .map(|_| show.refunds.into()),
            created_at: show.created_at,
            tickets: None,
        }
    }

    /// The show with its tickets.
    pub(crate) fn of(
        show: &Show,
        tickets: &[Ticket],
        viewer: Option<&SignedIn>,
        now: Timestamp,
    ) -> Self {
        let views = tickets.iter().map(|ticket| TicketView::of(ticket, now)).collect();
        Self { tickets: Some(views), ..Self::listed(show, tickets, viewer, now) }
    }
}

/// The tickets of a show, oldest first.
pub(crate) async fn tickets_of(store: &Store, show: &Show) -> Result<Vec<Ticket>, Unavailable> {
    Ok(store.find_all(&show.tickets).await?.into_iter().flatten().collect())
}

/// The response with a show, as `viewer` sees it in a decision.
pub(crate) fn shown_in(tx: &mut Tx<'_>, show: &Show, viewer: &SignedIn) -> Loaded<Response> {
    let tickets = tx.get_all::<Ticket>(&show.tickets)?;
    let tickets: Vec<Ticket> = tickets.into_iter().flatten().collect();
    Ok(shown_show(show, &tickets, Some(viewer), tx.now()))
}

/// The response to a cancellation or a postponement.
pub(crate) fn progress(show: &Show) -> Response {
    let (state, refunds) = (show.status.into(), show.refunds.into());
    Response::json(StatusCode::ACCEPTED, &ShowProgressView { state, refunds })
}

/// The response with a show.
pub(crate) fn shown_show(
    show: &Show,
    tickets: &[Ticket],
    viewer: Option<&SignedIn>,
    now: Timestamp,
) -> Response {
    Response::ok(&ShowView::of(show, tickets, viewer, now)).tagged(show.version)
}
