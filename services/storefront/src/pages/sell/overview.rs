//! GET /sell: the visitor's shows and single tickets, with what they sold and earned.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use askama::Template;
use contract::{Money, ShowId, Timestamp};
use futures::future::join_all;

use super::figures::Units;
use super::own::Tag;
use crate::api::Target;
use crate::api::offer_views::{ShowView, TicketView};
use crate::api::seller_views::ShowSalesView;
use crate::domain::Offer;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::{next_of, price, with_cursor};
use crate::visit::Visit;

/// Shows of a page; the sales of each are one request.
const SHOWS: u32 = 12;

/// Pages of a hundred tickets that are searched for single ones at a time.
const TICKET_PAGES_MAX: u32 = 3;

#[derive(Template)]
#[template(path = "sell/overview.html")]
struct OverviewPage<'v> {
    visit: &'v Visit,
    t: Language,
    coming: Vec<ShowCard>,
    past: Vec<ShowCard>,
    tickets: Vec<TicketCard>,
    /// Units sold, and money earned in each currency, of the shows of this page.
    sold: u64,
    earned: Vec<Money>,
    next: Option<String>,
    next_tickets: Option<String>,
    is_first: bool,
}

/// A show, as it is shown.
struct ShowCard {
    id: ShowId,
    title: String,
    starts_at: Timestamp,
    when: String,
    venue: String,
    image: Option<String>,
    tag: Tag,
    /// Sold and offered units, and earned money, if tickets responds.
    sales: Option<(u64, u64, Money)>,
}

/// A single ticket, as it is shown.
struct TicketCard {
    ticket: TicketView,
    when: Option<String>,
    price: String,
    tag: Tag,
    units: Option<Units>,
}

/// The page; `tickets` is the cursor of later single tickets.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let form = visit.query()?;
    let (t, now) = (visit.language(), visit.ports().clock.now());
    let (shows, next) = match form.given("tickets") {
        Some(_) => (Vec::new(), None),
        None => shows(&visit, form).await?,
    };
    let (tickets, next_tickets) = match form.given("cursor") {
        Some(_) => (Vec::new(), None),
        None => tickets(&visit, form).await?,
    };
    let all = shows.iter().filter_map(|(_, sales)| sales.as_ref());
    let (mut sold, mut earned) = (0_u64, BTreeMap::new());
    for sums in all.map(ShowSalesView::sums).filter(|sums| sums.orders > 0) {
        sold = sold.saturating_add(sums.kept());
        let sum = earned.entry(sums.currency).or_insert(Money::zero(sums.currency));
        *sum = sum.plus(sums.earned()).unwrap_or(*sum);
    }
    let (mut past, mut coming) = (Vec::new(), Vec::new());
    for (show, sales) in shows {
        let list = if show.is_over(now) || show.is_cancelled() { &mut past } else { &mut coming };
        list.push(ShowCard::of(t, show, sales, now));
    }
    // The API lists the latest start first.
    coming.reverse();
    let page = OverviewPage {
        visit: &visit,
        t,
        coming,
        past,
        tickets: cards(&visit, tickets).await?,
        sold,
        earned: earned.into_values().collect(),
        next,
        next_tickets,
        is_first: form.given("tickets").is_none() && form.given("cursor").is_none(),
    };
    Ok(visit.show(&page))
}

/// A page of the shows, each with its sales, and the path of the next page.
async fn shows(
    visit: &Visit,
    form: &Form,
) -> Result<(Vec<(ShowView, Option<ShowSalesView>)>, Option<String>), Failure> {
    let api = &visit.ports().api;
    let path = with_cursor(&format!("/api/shows?status=all&sort=latest&limit={SHOWS}"), form);
    let list = api.get::<Vec<ShowView>>(visit, Target::Tickets, &path).await?;
    let sales = list.body.iter().map(async |show| {
        let path = format!("/api/shows/{}/sales", show.id);
        let sales = api.get::<ShowSalesView>(visit, Target::Tickets, &path).await;
        sales.ok().map(|sales| sales.body)
    });
    let sales: Vec<Option<ShowSalesView>> = join_all(sales).await;
    let next = list.next.as_deref().and_then(|next| next_of("/sell", next));
    Ok((list.body.into_iter().zip(sales).collect(), next))
}

/// Single tickets, newest first, and the path of later ones.
async fn tickets(visit: &Visit, form: &Form) -> Result<(Vec<TicketView>, Option<String>), Failure> {
    let (mut found, mut cursor) = (Vec::new(), form.value("tickets").to_owned());
    for _ in 0..TICKET_PAGES_MAX {
        let at = Form::of([("cursor", cursor.as_str())]);
        let path = with_cursor("/api/tickets?status=all&limit=100", &at);
        let list = visit.ports().api.get::<Vec<TicketView>>(visit, Target::Tickets, &path).await?;
        found.extend(list.body.into_iter().filter(|ticket| ticket.show_id.is_none()));
        let next = list.next.as_deref().and_then(|next| next_of("", next));
        let Some(next) = next else { return Ok((found, None)) };
        next.trim_start_matches("?cursor=").clone_into(&mut cursor);
    }
    Ok((found, Some(format!("/sell?tickets={cursor}"))))
}

async fn cards(visit: &Visit, tickets: Vec<TicketView>) -> Result<Vec<TicketCard>, Failure> {
    let (t, now) = (visit.language(), visit.ports().clock.now());
    let ids = tickets.iter().map(|ticket| ticket.id);
    let offers = visit.ports().store.find_all::<Offer>(ids).await?;
    let card = |(ticket, offer): (TicketView, Option<Offer>)| {
        let units = offer.and_then(|offer| Units::of_stock(&offer));
        let known = units.unwrap_or(Units::offered(ticket.quantity.into()));
        TicketCard {
            when: ticket.starts_at.map(|at| t.list_time(&at, None, now)),
            price: price(t, ticket.money()),
            tag: Tag::of_ticket(t, ticket.status, known),
            units,
            ticket,
        }
    };
    Ok(tickets.into_iter().zip(offers).map(card).collect())
}

impl ShowCard {
    fn of(t: Language, show: ShowView, sales: Option<ShowSalesView>, now: Timestamp) -> Self {
        let tag = Tag::of_show(t, &show, show.is_over(now));
        let sales = sales.map(|sales| {
            let sums = sales.sums();
            (sums.kept(), sales.offered, sums.earned())
        });
        Self {
            id: show.id,
            when: t.list_time(&show.starts_at, Some(&show.venue.time_zone), now),
            starts_at: show.starts_at,
            venue: show.venue.name,
            image: show.image.map(|image| image.small),
            title: show.title,
            tag,
            sales,
        }
    }
}

impl OverviewPage<'_> {
    fn is_empty(&self) -> bool {
        self.coming.is_empty() && self.past.is_empty() && self.tickets.is_empty()
    }
}
