//! GET /sell/shows/{id}: a show for its seller, with its sales, its categories and its forms.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::{Currency, Money, Timestamp};

use super::categories::{CategoryRow, rows};
use super::figures::{Chart, Hours};
use super::own::{Tag, own_show};
use super::submitted::Submitted;
use crate::api::Target;
use crate::api::offer_views::ShowView;
use crate::api::seller_views::{ShowSalesView, SumsView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::next_of;
use crate::selling::local_time::zones;
use crate::selling::{details, terms};
use crate::visit::Visit;

/// Pages of a hundred hours that a chart reads; the sums of earlier hours are one row.
const HOUR_PAGES_MAX: u32 = 20;

#[derive(Template)]
#[template(path = "sell/show.html")]
struct SellerShowPage<'v> {
    visit: &'v Visit,
    t: Language,
    show: &'v ShowView,
    tag: Tag,
    sales: &'v ShowSalesView,
    sums: SumsView,
    earned: String,
    refunded: Option<String>,
    disputed: Option<String>,
    chart: Option<Chart>,
    categories: Vec<CategoryRow>,
    when: String,
    doors: Option<String>,
    refunds_until: Option<String>,
    is_over: bool,
    forms: Forms,
    currency: Currency,
    currencies: Vec<Currency>,
    zones: &'static [String],
    /// The refused form of a command that the page no longer offers.
    stray: Form,
    key: String,
    is_saved: bool,
}

/// The forms of the page, each as it was submitted or with the present state.
struct Forms {
    edit: Form,
    image: Form,
    add: Form,
    postpone: Form,
    cancel: Form,
}

/// The page.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let show = own_show(&visit, &id).await?;
    page(&visit, &show, &Submitted::default(), StatusCode::OK).await
}

/// The page of a show of the visitor.
pub(super) async fn page(
    visit: &Visit,
    show: &ShowView,
    submitted: &Submitted,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let (t, now) = (visit.language(), visit.ports().clock.now());
    let (sales, hours) = sales(visit, show).await?;
    let zone = show.venue.time_zone.as_str();
    let sums = sales.sums();
    // The chart of a cancelled show ends with its last order.
    let end = if show.is_cancelled() { Timestamp::from_unix_ms(0) } else { show.starts_at };
    let shown = |money: Money| (money.minor_units > 0).then(|| t.money(&money));
    let query = visit.query()?;
    let page = SellerShowPage {
        visit,
        t,
        tag: Tag::of_show(t, show, show.is_over(now)),
        chart: Chart::of(t, &hours, &sums, (now, end, zone)),
        categories: rows(t, show, &sales, submitted),
        when: t.long_time(&show.starts_at, Some(zone)),
        doors: show.doors_at.map(|at| t.doors(&t.time_of_day(&at, Some(zone)))),
        refunds_until: show.refunds_until.map(|at| t.long_time(&at, Some(zone))),
        is_over: show.is_over(now),
        forms: forms(t, show, submitted),
        currency: show.currency.unwrap_or_else(|| terms::currency(t, &submitted.form)),
        currencies: show.currency.map_or_else(terms::currencies, |only| vec![only]),
        zones: zones(),
        stray: submitted.stray(show, now),
        key: submitted.form.next_key(|| visit.new_key()),
        is_saved: query.is("saved", "1") && !submitted.form.has_errors(),
        sales: &sales,
        earned: t.money(&sums.earned()),
        refunded: shown(sums.refunded()),
        disputed: shown(sums.disputed()),
        sums,
        show,
    };
    Ok(visit.render(status, &page))
}

/// The sales of a show, with its hours.
async fn sales(visit: &Visit, show: &ShowView) -> Result<(ShowSalesView, Hours), Failure> {
    let path = format!("/api/shows/{}/sales?by=hour&limit=100", show.id);
    let read = async |path: &str| {
        visit.ports().api.get::<ShowSalesView>(visit, Target::Tickets, path).await
    };
    let mut reply = read(&path).await?;
    let mut hours = std::mem::take(&mut reply.body.hours);
    let sales = reply.body;
    let mut next = reply.next;
    for _ in 1..HOUR_PAGES_MAX {
        let Some(cursor) = next.as_deref().and_then(|next| next_of("", next)) else { break };
        let later = read(&format!("{path}&{}", cursor.trim_start_matches('?'))).await?;
        hours.extend(later.body.hours);
        next = later.next;
    }
    Ok((sales, Hours { hours, are_all: next.is_none() }))
}

fn forms(t: Language, show: &ShowView, submitted: &Submitted) -> Forms {
    Forms {
        edit: submitted.or(t, "edit", details::form(show)),
        image: submitted.or(t, "image", Form::default()),
        add: submitted.or(t, "add", Form::default()),
        postpone: submitted.or(t, "postpone", details::postponement(show)),
        cancel: submitted.or(t, "cancel", Form::default()),
    }
}

impl SellerShowPage<'_> {
    fn zone_name(&self) -> String {
        crate::language::zone_name(Some(&self.show.venue.time_zone))
    }

    /// The path of the table of hours.
    fn hours_path(&self) -> String {
        format!("/sell/shows/{}/hours.csv", self.show.id)
    }

    /// Whether the refunds of a cancellation are not counted yet.
    fn is_counting(&self) -> bool {
        let counted = self.show.refunds.is_some_and(|refunds| refunds.owed + refunds.done > 0);
        self.has_earned() && !counted
    }

    /// Whether a cancellation refunds money.
    fn has_earned(&self) -> bool {
        self.sums.earned().minor_units > 0
    }

    /// Whether the seller can still change the show.
    fn is_open(&self) -> bool {
        !self.show.is_cancelled()
    }

    /// Whether the seller can still postpone or cancel it.
    fn is_to_come(&self) -> bool {
        self.is_open() && !self.is_over
    }

    /// Why no category is on sale, if that concerns all of them.
    fn is_suspended(&self) -> bool {
        self.categories.iter().any(CategoryRow::is_suspended)
    }
}
