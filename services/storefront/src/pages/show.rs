//! GET and POST /shows/{id}: a show with its price categories, and an order of them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::ShowId;
use contract::show::{ShowState, ShowStatus};
use serde_json::{Map, Value, json};

use super::Json;
use super::offers::Category;
use super::refused::refused;
use super::report::is_reported;
use super::visitor_commands::run;
use crate::domain::{Offer, Show, Subject};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "show.html")]
struct ShowPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    show: &'v ShowState,
    when: String,
    doors: Option<String>,
    image: Option<String>,
    notice: Option<String>,
    categories: Vec<Category>,
    is_own: bool,
    is_reported: bool,
    key: String,
    structured: Json,
}

impl ShowPage<'_> {
    /// Whether any category can be ordered.
    fn can_be_ordered(&self) -> bool {
        self.categories.iter().any(Category::can_be_ordered)
    }

    /// The page of the seller.
    fn seller_path(&self) -> String {
        format!("/sell/shows/{}", self.show.id)
    }
}

/// The page.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    page(&visit, id, Form::default(), StatusCode::OK).await
}

/// Reports the offer, or orders the chosen quantities, and leads to the order.
pub(crate) async fn order(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: ShowId = id.parse().map_err(|_| Failure::NotFound)?;
    match run(&visit, Subject::Show(id), &form).await {
        Ok(response) => Ok(response),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, id, form, status).await
        }
    }
}

async fn page(
    visit: &Visit,
    id: ShowId,
    form: Form,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let moment = visit.moment();
    let (store, t) = (&visit.ports().store, visit.language());
    let copy = store.find::<Show>(&id.to_string()).await?.ok_or(Failure::NotFound)?;
    let show = copy.state.as_ref().ok_or(Failure::NotFound)?;
    let offers = store.find_all::<Offer>(&copy.tickets).await?;
    let now = visit.ports().clock.now();
    let categories = offers.iter().flatten().filter_map(|offer| Category::of(t, offer, now));
    let mut categories: Vec<Category> = categories.collect();
    categories.sort_by_key(|category| (category.amount.currency, category.amount.minor_units));
    let zone = Some(show.venue.time_zone.as_str());
    let notice = match show.status {
        ShowStatus::Scheduled => None,
        ShowStatus::Postponed { refunds_until } => {
            Some(t.show_postponed_text(&t.long_time(&refunds_until, zone)))
        }
        ShowStatus::Cancelled => Some(t.show_cancelled_text().to_owned()),
    };
    let is_own = visit.user().is_some_and(|user| user.user == show.seller);
    let key = form.next_key(|| visit.new_key());
    let page = ShowPage {
        visit,
        t,
        show,
        when: t.long_time(&show.starts_at, zone),
        doors: show.doors_at.map(|at| t.doors(&t.time_of_day(&at, zone))),
        image: show.image.map(|image| format!("/api/images/{image}")),
        notice,
        is_own,
        is_reported: is_reported(visit),
        key,
        structured: structured(show, &categories),
        categories,
        form,
    };
    Ok(visit.render_public(status, &page, moment))
}

/// The schema.org description of a show.
fn structured(show: &ShowState, categories: &[Category]) -> Json {
    let status = match show.status {
        ShowStatus::Scheduled => "https://schema.org/EventScheduled",
        ShowStatus::Postponed { .. } => "https://schema.org/EventRescheduled",
        ShowStatus::Cancelled => "https://schema.org/EventCancelled",
    };
    let offer = |category: &Category| {
        let mut offer = category.structured();
        offer.insert("name".to_owned(), json!(category.title));
        offer
    };
    let offers: Vec<Map<String, Value>> = categories.iter().map(offer).collect();
    let event = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": show.title,
        "description": show.description,
        "startDate": show.starts_at.to_string(),
        "doorTime": show.doors_at.map(|at| at.to_string()),
        "eventStatus": status,
        "location": {"@type": "Place", "name": show.venue.name, "address": show.venue.address},
        "offers": offers,
    });
    Json::of(&event)
}
