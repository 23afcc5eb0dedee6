//! Units returned by a buyer are refunded in full, unless an administrator requested it or the
//! payer agreed to less.

use std::collections::BTreeSet;

use contract::UserId;
use contract::order::OrderState;
use contract::payment::ReturnedUnits;
use payments::domain::refund::{Share, State};
use payments::domain::{DisputeState, Refund};

use crate::evidence::Evidence;
use crate::refunds::{Claims, claimed, sum, was_paid};
use crate::rule::{Findings, Rule};

pub(crate) fn check_all(evidence: &Evidence, findings: &mut Findings) {
    let (orders, claims) = (evidence.orders_by_id(), Claims::by_payment(evidence));
    let agreed = evidence.journal.as_ref().map(|journal| &journal.agreed);
    for payment in &evidence.payments {
        let order = payment.order_id().and_then(|order| orders.get(&order));
        let (Some(order), Some(claims)) = (order, claims.get(&payment.id)) else { continue };
        check(order, claims, findings);
        let has_agreed = agreed.is_none_or(|agreed| agreed.contains(&payment.id));
        for refund in &claims.refunds {
            check_consent(refund, order, has_agreed, findings);
        }
    }
}

/// Each seller's share pays the price of the seller's units that return to sale, or the price was
/// waived. The amount that the payer keeps after a lost dispute counts as refunded.
pub fn check(order: &OrderState, claims: &Claims<'_>, findings: &mut Findings) {
    let returning = || {
        let is_returning =
            |refund: &&&Refund| was_paid(refund) || matches!(refund.state, State::Requested { .. });
        claims.refunds.iter().filter(is_returning)
    };
    let lost = claims.disputes.iter();
    let lost = lost.filter(|dispute| matches!(dispute.state, DisputeState::Lost { .. }));
    let lost = lost.flat_map(|dispute| &dispute.allocation.shares);
    let paid: Vec<&Share> =
        claims.refunds.iter().flat_map(|refund| claimed(refund)).chain(lost).collect();
    for seller in sellers(order) {
        let price: i128 = returning().map(|of| price_of(seller, order, &of.returns)).sum();
        let waived = returning().flat_map(|of| &of.waived).filter(|it| it.seller == seller);
        let waived = sum(waived.map(|claim| claim.amount));
        let money = paid.iter().filter(|share| share.seller == seller);
        let money = sum(money.map(|share| share.amount()));
        findings.expect(price <= money + waived, Rule::UnitsRefunded, || {
            let id = order.id;
            format!(
                "order {id}: units of seller {seller} for {price} are taken back; {money} are refunded, {waived} waived"
            )
        });
    }
}

/// A seller takes free units back, or waives a part of the price, only if the payer agreed. At most
/// the price of the refund's units is waived.
pub fn check_consent(
    refund: &Refund,
    order: &OrderState,
    has_agreed: bool,
    findings: &mut Findings,
) {
    let (id, by) = (refund.id, refund.requested_by);
    let mut free = order.items.iter().filter(|item| item.unit_price.minor_units == 0);
    let is_returned = |ticket| refund.returns.iter().any(|units| units.ticket_id == ticket);
    let has_returned = free.any(|item| item.seller == by && is_returned(item.ticket_id));
    findings.expect(!has_returned || has_agreed, Rule::UnitsRefunded, || {
        format!("refund {id} of a seller returns free units, and the payer has not agreed")
    });
    let is_sellers = !refund.waived.is_empty() && sellers(order).contains(&by);
    findings.expect(!is_sellers || has_agreed, Rule::UnitsRefunded, || {
        format!("refund {id} of a seller waives {:?} without consent", refund.waived)
    });
    for claim in &refund.waived {
        let (amount, price) = (claim.amount, price_of(claim.seller, order, &refund.returns));
        findings.expect(sum([amount]) <= price, Rule::UnitsRefunded, || {
            format!("refund {id} waives {amount} of units for {price}")
        });
    }
}

fn sellers(order: &OrderState) -> BTreeSet<UserId> {
    order.items.iter().map(|item| item.seller).collect()
}

fn price_of(seller: UserId, order: &OrderState, units: &[ReturnedUnits]) -> i128 {
    let price = |units: &ReturnedUnits| {
        let mut items = order.items.iter().filter(|item| item.seller == seller);
        let item = items.find(|item| item.ticket_id == units.ticket_id);
        item.map_or(0, |item| sum([item.unit_price]) * i128::from(units.quantity))
    };
    units.iter().map(price).sum()
}
