//! The payer's commands about refunds: the return of units of a postponed show, and the consent to
//! other refunds by the seller.

use contract::{OrderId, PaymentId, TicketId};
use reqwest::Method;
use reqwest::header::IF_MATCH;
use serde_json::{Value, json};

use super::returns::price_of;
use crate::api::Target;
use crate::api::views::OrderView;
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// Returns units for their price. Errors: as of payments; a problem if no units are chosen.
pub(super) async fn return_units(visit: &Visit, id: OrderId, form: &Form) -> Result<(), Failure> {
    let units = units(form)?;
    if units.is_empty() {
        return Err(Failure::refused(visit.language().return_nothing()));
    }
    let order = order_of(visit, id).await?;
    let payment = captured(&order)?;
    let mut body = form.texts(&["to"]);
    body.insert("returns".to_owned(), json!(returns(&units)));
    // Without an amount, an administrator would refund everything that remains.
    if visit.is_admin() {
        let price = price_of(&order, &units).ok_or(Failure::NotFound)?.to_decimal();
        let price = serde_json::to_value(price).map_err(|error| Failure::unreadable(&error))?;
        body.insert("amount".to_owned(), price);
    }
    let body = Value::from(body);
    let path = format!("/api/payments/{payment}/refunds");
    let call = (Target::Payments, Method::POST, path.as_str());
    visit.ports().api.call::<Value>(visit, call, Some(&body), form.given("key")).await?;
    Ok(())
}

/// Replaces the consent. Errors: as of payments, such as a payment of another version than that of
/// the form.
pub(super) async fn set_consent(visit: &Visit, id: OrderId, form: &Form) -> Result<(), Failure> {
    let payment = captured(&order_of(visit, id).await?)?;
    let body = json!({"credit": form.is("credit", "1"), "returns": returns(&units(form)?)});
    let api = &visit.ports().api;
    let request =
        api.request(Target::Payments, Method::PUT, &format!("/api/payments/{payment}/consent"));
    let request = request.json(&body);
    let version: Option<u64> = form.value("version").parse().ok();
    let request = match version {
        Some(version) => request.header(IF_MATCH, format!("\"{version}\"")),
        None => request,
    };
    api.send::<Value>(visit, request).await?;
    Ok(())
}

async fn order_of(visit: &Visit, id: OrderId) -> Result<OrderView, Failure> {
    let path = format!("/api/orders/{id}");
    Ok(visit.ports().api.get(visit, Target::Orders, &path).await?.body)
}

fn captured(order: &OrderView) -> Result<PaymentId, Failure> {
    let mut payments = order.payments.iter();
    let captured = payments.find(|payment| payment.status == "captured");
    captured.map(|payment| payment.id).ok_or(Failure::NotFound)
}

/// The units in the fields `returns.ID`, without zeros. Errors: a text that is not a whole number.
fn units(form: &Form) -> Result<Vec<(TicketId, u32)>, Failure> {
    let chosen = form.with_prefix("returns.").filter(|(_, units)| !units.trim().is_empty());
    let units = chosen.map(|(id, units)| {
        let ticket = id.parse().map_err(|_| Failure::NotFound)?;
        let units = units.trim().parse();
        Ok((ticket, units.map_err(|_| Failure::refused("returns must be whole numbers"))?))
    });
    let units: Result<Vec<(TicketId, u32)>, Failure> = units.collect();
    Ok(units?.into_iter().filter(|(_, units)| *units > 0).collect())
}

fn returns(units: &[(TicketId, u32)]) -> Vec<Value> {
    let units = units.iter();
    units.map(|(id, quantity)| json!({"ticketId": id, "quantity": quantity})).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: &str = "6920f3a1b2c3d4e5f6071829";

    #[test]
    fn only_chosen_units_are_returned() {
        let of = |body: &str| units(&Form::parse(body.as_bytes()).unwrap());
        let ticket: TicketId = TICKET.parse().unwrap();
        assert_eq!(of(&format!("returns.{TICKET}=+2+&do=return")).unwrap(), [(ticket, 2)]);
        assert_eq!(of(&format!("returns.{TICKET}=0")).unwrap(), []);
        assert_eq!(of(&format!("returns.{TICKET}=")).unwrap(), []);
        for wrong in [format!("returns.{TICKET}=-1"), format!("returns.{TICKET}=two")] {
            assert_eq!(of(&wrong).unwrap_err().status(), 422);
        }
        assert_eq!(of("returns.x=1").unwrap_err().status(), 404);
    }
}
