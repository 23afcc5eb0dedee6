//! The commands on the page of an offer: reports it, or orders units of it.

use actix_web::HttpResponse;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::report::{REPORT, report};
use crate::api::{Target, views::OrderView};
use crate::domain::Subject;
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// Reports the offer, or orders the chosen quantities and leads to the order. Errors: as of tickets
/// and orders.
pub(super) async fn run(
    visit: &Visit,
    offer: Subject,
    form: &Form,
) -> Result<HttpResponse, Failure> {
    if form.is("do", REPORT) {
        return report(visit, offer, form).await;
    }
    let order = place(visit, form).await?;
    Ok(visit.go_to(format!("/orders/{}", order.id)))
}

/// Places an order of the fields `quantity.ID`. Errors: as of orders; a problem if nothing is
/// chosen.
async fn place(visit: &Visit, form: &Form) -> Result<OrderView, Failure> {
    let chosen =
        form.with_prefix("quantity.").filter(|(_, units)| !matches!(units.trim(), "" | "0"));
    let item = |(id, units): (&str, &str)| {
        let units: Value = units.trim().parse::<u32>().map_or_else(|_| json!(units), Value::from);
        json!({"ticketId": id, "quantity": units})
    };
    let items: Vec<Value> = chosen.map(item).collect();
    if items.is_empty() {
        return Err(Failure::refused(visit.language().choose_quantity()));
    }
    let mut body = Map::from_iter([("items".to_owned(), json!(items))]);
    body.extend(form.number("expectedTotal").map(|total| ("expectedTotal".to_owned(), total)));
    let call = (Target::Orders, Method::POST, "/api/orders");
    let order = visit.ports().api.call(visit, call, Some(&body.into()), form.given("key")).await?;
    Ok(order.body)
}
