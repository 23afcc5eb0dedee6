//! Title, price and units of a ticket: in a form, and for the API.

use contract::Currency;
use serde_json::{Map, Value, json};

use super::amounts::{amount, units, with_separator, written};
use super::refusals::error;
use crate::api::offer_views::TicketView;
use crate::form::Form;
use crate::language::Language;
use crate::problem::FieldError;

/// The form of a ticket.
pub(crate) fn form(t: Language, ticket: &TicketView) -> Form {
    let form = Form::of([
        ("title", ticket.title.clone()),
        ("description", ticket.description.clone().unwrap_or_default()),
        ("price", written(t, ticket.money())),
        ("quantity", ticket.quantity.to_string()),
        ("currency", ticket.currency.to_string()),
        ("version", ticket.version.to_string()),
    ]);
    let choices = [("lateSales", ticket.late_sales), ("deviceOnly", ticket.device_only)];
    let chosen = choices.into_iter().filter(|(_, is_chosen)| *is_chosen);
    chosen.fold(form, |form, (name, _)| form.with(name, "true"))
}

/// The fields of the API; those of the form have a prefix, such as `tickets.0.`.
///
/// # Errors
/// An error beside the price, unless it is an amount.
pub(crate) fn body(
    t: Language,
    form: &Form,
    prefix: &str,
    currency: Currency,
) -> Result<Map<String, Value>, FieldError> {
    let name = |field: &str| format!("{prefix}{field}");
    let mut body = Map::new();
    for field in ["title", "description"] {
        body.extend(form.given(&name(field)).map(|text| (field.to_owned(), json!(text))));
    }
    let quantity = form.given(&name("quantity"));
    body.extend(quantity.map(|text| ("quantity".to_owned(), units(text))));
    body.insert("currency".to_owned(), json!(currency));
    for choice in ["lateSales", "deviceOnly"] {
        body.insert(choice.to_owned(), json!(form.is(&name(choice), "true")));
    }
    if let Some(text) = form.given(&name("price")) {
        let price = amount(text, currency);
        let price = price.map_err(|_| error(name("price"), price_rule(t, currency)))?;
        body.insert("price".to_owned(), price);
    }
    Ok(body)
}

/// As [`body`], of an edit: without a quantity, the API would offer one unit.
///
/// # Errors
/// As of [`body`]; an error beside the quantity without one.
pub(crate) fn edited(
    t: Language,
    form: &Form,
    currency: Currency,
) -> Result<Map<String, Value>, FieldError> {
    if form.given("quantity").is_none() {
        return Err(error("quantity", t.rule_required()));
    }
    body(t, form, "", currency)
}

/// The terms of a ticket, unchanged.
pub(crate) fn present(ticket: &TicketView) -> Map<String, Value> {
    let mut body = Map::from_iter([
        ("title".to_owned(), json!(ticket.title)),
        ("price".to_owned(), json!(ticket.price)),
        ("quantity".to_owned(), json!(ticket.quantity)),
        ("currency".to_owned(), json!(ticket.currency)),
        ("lateSales".to_owned(), json!(ticket.late_sales)),
        ("deviceOnly".to_owned(), json!(ticket.device_only)),
        ("version".to_owned(), json!(ticket.version)),
    ]);
    body.extend(ticket.description.as_ref().map(|text| ("description".to_owned(), json!(text))));
    if ticket.show_id.is_none() {
        body.extend(ticket.venue.as_ref().map(|text| ("venue".to_owned(), json!(text))));
        body.extend(ticket.starts_at.map(|at| ("startsAt".to_owned(), json!(at))));
    }
    body
}

/// The currency of a form; euro, or US dollar in the United States, before one is chosen.
pub(crate) fn currency(t: Language, form: &Form) -> Currency {
    let default = if t == Language::AMERICAN_ENGLISH { Currency::USD } else { Currency::EUR };
    form.value("currency").parse().unwrap_or(default)
}

/// The chosen currency, to sell in.
///
/// # Errors
/// An error beside an unknown one.
pub(crate) fn chosen_currency(
    t: Language,
    form: &Form,
    present: Option<Currency>,
) -> Result<Currency, FieldError> {
    match form.given("currency") {
        Some(code) => code.parse().map_err(|_| error("currency", t.rule_currency())),
        None => Ok(present.unwrap_or_else(|| currency(t, form))),
    }
}

/// The currencies to choose from.
pub(crate) fn currencies() -> Vec<Currency> {
    let mut all: Vec<Currency> = Currency::all().collect();
    all.sort();
    all
}

/// The rule of prices of a currency, with an example.
pub(crate) fn price_rule(t: Language, currency: Currency) -> String {
    let example = match currency.minor_digits() {
        0 => "2400",
        3 => "24.500",
        _ => "24.50",
    };
    t.price_rule(&with_separator(t, example))
}
