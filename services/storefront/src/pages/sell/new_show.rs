//! GET and POST /sell/shows/new: a show with its price categories.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use contract::{Currency, ShowId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::Target;
use crate::api::seller_views::Created;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::selling::local_time::{ZONE_DEFAULT, zones};
use crate::selling::refusals::{explained, invalid};
use crate::selling::terms::currencies;
use crate::selling::{details, terms};
use crate::visit::Visit;

/// Price categories of an empty form: few shows have more, and the page of the show adds them. A
/// program may send more.
const ROWS: usize = 6;

#[derive(Template)]
#[template(path = "sell/new_show.html")]
struct NewShowPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    currency: Currency,
    currencies: Vec<Currency>,
    zones: &'static [String],
    /// The prefixes of the fields of each category.
    rows: Vec<String>,
    key: String,
}

impl NewShowPage<'_> {
    /// Whether a row, or one after it, has something in it.
    fn is_filled_from(&self, first: usize) -> bool {
        self.rows.iter().skip(first).any(|prefix| is_used(&self.form, prefix))
    }
}

/// The form.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let form = Form::of([("venue.timeZone", ZONE_DEFAULT), ("tickets.0.quantity", "100")]);
    Ok(page(&visit, form, StatusCode::OK))
}

/// Creates the show, and leads to its page.
pub(crate) async fn create(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    match created(&visit, &form).await {
        Ok(id) => Ok(visit.go_to(format!("/sell/shows/{id}"))),
        Err(failure) => {
            let status = failure.status();
            Ok(page(&visit, form.refused(visit.language(), failure)?, status))
        }
    }
}

async fn created(visit: &Visit, form: &Form) -> Result<ShowId, Failure> {
    let t = visit.language();
    let currency = terms::chosen_currency(t, form, None);
    let currency = currency.map_err(|error| invalid(vec![error]))?;
    let used = rows(form).into_iter().filter(|prefix| is_used(form, prefix));
    let used: Vec<String> = used.collect();
    let mut errors = Vec::new();
    let mut tickets = Vec::<Value>::new();
    for prefix in &used {
        match terms::body(t, form, prefix, currency) {
            Ok(terms) => tickets.push(terms.into()),
            Err(error) => errors.push(error),
        }
    }
    let mut body = match details::body(t, form, None) {
        Err(Failure::Problem(mut problem)) => {
            problem.errors.extend(errors);
            return Err(Failure::Problem(problem));
        }
        body if errors.is_empty() => body?,
        _ => return Err(invalid(errors)),
    };
    body.insert("tickets".to_owned(), json!(tickets));
    let call = (Target::Tickets, Method::POST, "/api/shows");
    let body = Some(&body.into());
    let reply = visit.ports().api.call::<Created<ShowId>>(visit, call, body, form.given("key"));
    let reply = reply.await.map_err(|failure| at_rows(failure, &used));
    Ok(reply.map_err(|failure| explained(t, failure, ""))?.body.id)
}

/// The refusal with the fields of the form: the API counts the used rows only.
fn at_rows(failure: Failure, used: &[String]) -> Failure {
    let Failure::Problem(mut problem) = failure else { return failure };
    for error in &mut problem.errors {
        let Some(rest) = error.field.as_deref().and_then(|field| field.strip_prefix("tickets."))
        else {
            continue;
        };
        let Some((at, field)) = rest.split_once('.') else { continue };
        if field == "currency" {
            error.field = Some("currency".to_owned());
        } else if let Some(prefix) = at.parse().ok().and_then(|at: usize| used.get(at)) {
            error.field = Some(format!("{prefix}{field}"));
        }
    }
    Failure::Problem(problem)
}

/// The prefixes of the rows that are shown, and of further rows that the form contains.
fn rows(form: &Form) -> Vec<String> {
    let sent =
        form.with_prefix("tickets.").filter_map(|(rest, _)| rest.split_once('.')?.0.parse().ok());
    let rows: BTreeSet<usize> = (0..ROWS).chain(sent).collect();
    rows.into_iter().map(|row| format!("tickets.{row}.")).collect()
}

/// Whether a row has a title, a price or a description; the number alone is a default.
fn is_used(form: &Form, prefix: &str) -> bool {
    let mut fields = ["title", "price", "description"].into_iter();
    fields.any(|field| form.given(&format!("{prefix}{field}")).is_some())
}

fn page(visit: &Visit, form: Form, status: StatusCode) -> HttpResponse {
    let t = visit.language();
    let (currency, rows, key) =
        (terms::currency(t, &form), rows(&form), form.next_key(|| visit.new_key()));
    let (zones, currencies) = (zones(), currencies());
    let page = NewShowPage { visit, t, form, currency, currencies, zones, rows, key };
    visit.render(status, &page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selling::refusals::error;

    #[test]
    fn no_row_of_a_form_is_dropped() {
        let form =
            Form::of([("tickets.6.title", "Box"), ("tickets.40.price", "1"), ("title", "a")]);
        let used = rows(&form).into_iter().filter(|prefix| is_used(&form, prefix));
        assert_eq!(used.collect::<Vec<_>>(), ["tickets.6.", "tickets.40."]);
        assert_eq!(rows(&Form::default()).len(), ROWS);
    }

    #[test]
    fn an_error_is_beside_the_row_of_its_ticket() {
        let used = ["tickets.1.".to_owned(), "tickets.4.".to_owned()];
        let fields = ["tickets.1.price", "tickets.0.title", "tickets.0.currency", "title"];
        let failure = at_rows(invalid(fields.map(|field| error(field, "is wrong")).into()), &used);
        let Failure::Problem(problem) = failure else { panic!("{failure:?}") };
        let fields = problem.errors.iter().filter_map(|error| error.field.as_deref());
        let expected = ["tickets.4.price", "tickets.1.title", "currency", "title"];
        assert_eq!(fields.collect::<Vec<_>>(), expected);
    }
}
