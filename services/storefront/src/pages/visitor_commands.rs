//! The commands on the page of an offer: reports it, or orders units of it.

use actix_web::HttpResponse;
use contract::money::Decimal;
use contract::{Money, TicketId};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::report::{REPORT, report};
use crate::api::{Target, views::OrderView};
use crate::domain::{Show, Subject};
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
    let order = place(visit, offer, form).await?;
    Ok(visit.go_to(format!("/orders/{}", order.id)))
}

/// Places an order of the fields `quantity.ID`, for the prices in `seen.ID`. Errors: as of orders;
/// a problem if nothing is chosen, or a ticket that the page does not have.
async fn place(visit: &Visit, offer: Subject, form: &Form) -> Result<OrderView, Failure> {
    let (t, of_page) = (visit.language(), tickets_of(visit, offer).await?);
    let chosen =
        form.with_prefix("quantity.").filter(|(_, units)| !matches!(units.trim(), "" | "0"));
    let chosen: Vec<(&str, &str)> = chosen.collect();
    if chosen.is_empty() {
        return Err(Failure::refused(t.choose_quantity()));
    }
    let is_of_page = |id: &str| id.parse().is_ok_and(|id: TicketId| of_page.contains(&id));
    if !chosen.iter().all(|(id, _)| is_of_page(id)) {
        return Err(Failure::refused(t.refused_other_page()));
    }
    let item = |(id, units): &(&str, &str)| {
        let units: Value = units.trim().parse::<u32>().map_or_else(|_| json!(units), Value::from);
        json!({"ticketId": id, "quantity": units})
    };
    let items: Vec<Value> = chosen.iter().map(item).collect();
    let mut body = Map::from_iter([("items".to_owned(), json!(items))]);
    body.extend(seen_total(form, &chosen).map(|total| ("expectedTotal".to_owned(), json!(total))));
    let call = (Target::Orders, Method::POST, "/api/orders");
    let order = visit.ports().api.call(visit, call, Some(&body.into()), form.given("key")).await?;
    Ok(order.body)
}

/// The tickets of a page. Errors: [`Failure::NotFound`] if the show is not known here.
async fn tickets_of(visit: &Visit, offer: Subject) -> Result<Vec<TicketId>, Failure> {
    match offer {
        Subject::Ticket(id) => Ok(vec![id]),
        Subject::Show(id) => {
            let show = visit.ports().store.find::<Show>(&id.to_string()).await?;
            Ok(show.ok_or(Failure::NotFound)?.tickets)
        }
    }
}

/// The total of the prices that the visitor saw: orders refuses another one. `None` unless the form
/// has the price of each ticket, in one currency.
fn seen_total(form: &Form, chosen: &[(&str, &str)]) -> Option<Decimal> {
    let price = |(id, units): &(&str, &str)| {
        let (minor_units, currency) = form.given(&format!("seen.{id}"))?.split_once(' ')?;
        let of_one = Money::new(minor_units.parse().ok()?, currency.parse().ok()?);
        of_one.times(units.trim().parse().ok()?).ok()
    };
    let mut prices = chosen.iter().map(price);
    let first = prices.next()??;
    Some(prices.try_fold(first, |sum, price| sum.plus(price?).ok())?.to_decimal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_that_of_the_prices_on_the_page() {
        let form = Form::of([("seen.a", "2050 usd"), ("seen.b", "0 usd"), ("seen.c", "500 jpy")]);
        let total = |chosen: &[(&str, &str)]| Some(seen_total(&form, chosen)?.to_string());
        assert_eq!(total(&[("a", "2"), ("b", "7")]).as_deref(), Some("41"));
        assert_eq!(total(&[("a", " 1 ")]).as_deref(), Some("20.50"));
        assert_eq!(total(&[("b", "1")]).as_deref(), Some("0"));
        // Without a price, or a number of units, nothing is expected; orders has rules for units.
        for chosen in [[("a", "1"), ("d", "1")], [("a", "1"), ("c", "1")], [("a", "1"), ("b", "x")]]
        {
            assert_eq!(total(&chosen), None, "{chosen:?}");
        }
    }
}
