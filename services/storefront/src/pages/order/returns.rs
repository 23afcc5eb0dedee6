//! The units that a payer may return, and their price.

use contract::{Money, TicketId, Timestamp};

use crate::api::payment_views::{Consent, RefundDetails, RefundState, units_of};
use crate::api::views::{ChangedShow, OrderItem, OrderView};
use crate::form::Form;

/// Units of one item that no refund claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remaining {
    pub(super) ticket_id: TicketId,
    pub(super) title: String,
    pub(super) units: u32,
    pub(super) consented: u32,
}

/// The offer to the payer to return units of a postponed show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Return {
    /// Until this time.
    Until(Timestamp),
    /// The time is over, and a refund has failed.
    AfterFailure,
}

impl Remaining {
    /// The units in a submitted form, else the units of the first page.
    pub(super) fn chosen(&self, form: &Form, command: &str, first: u32) -> String {
        let name = format!("returns.{}", self.ticket_id);
        if form.is("do", command) { form.value(&name).to_owned() } else { first.to_string() }
    }
}

/// The units of each item that were not returned and are not claimed by a refund under way.
pub(super) fn remaining_of(
    items: &[OrderItem],
    refunds: &[RefundDetails],
    consent: &Consent,
) -> Vec<Remaining> {
    let is_open = |refund: &&RefundDetails| refund.status == RefundState::Requested;
    let remaining = |item: &OrderItem| {
        let claimed = refunds.iter().filter(is_open).fold(0_u32, |sum, refund| {
            sum.saturating_add(units_of(&refund.returns, item.ticket_id))
        });
        Remaining {
            ticket_id: item.ticket_id,
            title: item.title.clone(),
            units: item.quantity.saturating_sub(item.returned).saturating_sub(claimed),
            consented: units_of(&consent.returns, item.ticket_id),
        }
    };
    items.iter().map(remaining).filter(|remaining| remaining.units > 0).collect()
}

/// Whether the payer may return units. Payments decides; after the time only if a refund of the
/// payer's own request has failed, which this page cannot distinguish from one of the seller's.
pub(super) fn offered(
    order: &OrderView,
    refunds: &[RefundDetails],
    now: Timestamp,
) -> Option<Return> {
    let Some(ChangedShow::Postponed { refunds_until: until }) = order.moved()?.show else {
        return None;
    };
    let has_failed = |refund: &RefundDetails| {
        refund.status == RefundState::Failed && refund.origin == "requested"
    };
    if now < until {
        Some(Return::Until(until))
    } else {
        refunds.iter().any(has_failed).then_some(Return::AfterFailure)
    }
}

/// The price of units of an order.
pub(super) fn price_of(order: &OrderView, units: &[(TicketId, u32)]) -> Option<Money> {
    units.iter().try_fold(Money::zero(order.currency), |sum, (ticket, quantity)| {
        let item = order.items.iter().find(|item| item.ticket_id == *ticket)?;
        let price = item.price.in_currency(order.currency).ok()?;
        sum.plus(price.times(*quantity).ok()?).ok()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const TICKET: &str = "6920f3a1b2c3d4e5f6071829";

    fn time(hours: i64) -> Timestamp {
        Timestamp::from_unix_ms(hours * 3_600_000)
    }

    fn order(show: &Value) -> OrderView {
        let at = serde_json::to_value(time(1)).unwrap();
        let order = json!({
            "id": TICKET, "version": 4, "status": "complete", "currency": "eur", "total": 40, "createdAt": at,
            "expiresAt": at, "payments": [], "refunds": [],
            "items": [{"ticketId": TICKET, "title": "Stalls", "price": 12.5, "quantity": 4,
                "returned": 1, "changed": {"withdrawn": false, "show": show}}],
        });
        serde_json::from_value(order).unwrap()
    }

    fn refund(status: &str) -> RefundDetails {
        let refund = json!({
            "id": TICKET, "paymentId": TICKET, "status": status, "amount": 12.5,
            "currency": "eur", "to": "card", "origin": "requested",
            "returns": [{"ticketId": TICKET, "quantity": 1}],
            "requestedAt": serde_json::to_value(time(1)).unwrap(),
        });
        serde_json::from_value(refund).unwrap()
    }

    fn postponed() -> OrderView {
        let until = serde_json::to_value(time(10)).unwrap();
        order(&json!({"status": "postponed", "refundsUntil": until}))
    }

    #[test]
    fn units_are_returned_until_the_sellers_date_and_later_only_after_a_failed_refund() {
        let order = postponed();
        assert_eq!(offered(&order, &[], time(9)), Some(Return::Until(time(10))));
        assert_eq!(offered(&order, &[], time(10)), None);
        let failed = [refund("failed")];
        assert_eq!(offered(&order, &failed, time(10)), Some(Return::AfterFailure));
        assert_eq!(offered(&order, &[refund("requested")], time(10)), None);
    }

    #[test]
    fn nothing_is_returned_of_a_show_that_is_not_postponed() {
        for show in [json!({"status": "cancelled"}), Value::Null] {
            assert_eq!(offered(&order(&show), &[], time(1)), None);
        }
    }

    #[test]
    fn units_of_a_refund_under_way_do_not_remain() {
        let (order, consent) = (postponed(), Consent::default());
        let units = |refunds: &[RefundDetails]| {
            remaining_of(&order.items, refunds, &consent).iter().map(|of| of.units).sum::<u32>()
        };
        assert_eq!(units(&[]), 3);
        assert_eq!(units(&[refund("requested")]), 2);
        assert_eq!(units(&[refund("failed"), refund("succeeded")]), 3);
        assert_eq!(units(&[refund("requested"), refund("requested"), refund("requested")]), 0);
    }

    #[test]
    fn the_price_of_units_is_that_of_the_order() {
        let order = postponed();
        let ticket: TicketId = TICKET.parse().unwrap();
        let price = |units: &[(TicketId, u32)]| price_of(&order, units).map(|it| it.minor_units);
        assert_eq!(price(&[(ticket, 2)]), Some(2500));
        assert_eq!(price(&[]), Some(0));
        assert_eq!(price(&[("000000000000000000000001".parse().unwrap(), 1)]), None);
    }
}
