//! Units returned by a buyer are refunded in full, unless an administrator requested it or the
//! payer agreed to less.

use std::collections::BTreeSet;

use contract::order::OrderState;
use contract::payment::ReturnedUnits;
use contract::{Money, PaymentId, UserId};

use super::evidence::{DisputeEnd, RefundEnd, RefundFacts};
use super::{Evidence, Findings, Rule};

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    for payment in &evidence.payments {
        let Some(order) = orders.get(&payment.state.order_id) else { continue };
        let is_own = |refund: &&RefundFacts| refund.payment_id == payment.state.id;
        let refunds: Vec<&RefundFacts> = evidence.refunds.iter().filter(is_own).collect();
        let sellers: BTreeSet<UserId> = order.items.iter().map(|item| item.seller).collect();
        for seller in &sellers {
            let kept = kept_by_dispute(*seller, payment.state.id, evidence);
            check_seller((*seller, kept), order, &refunds, findings);
        }
        for refund in &refunds {
            check_free_units(refund, order, evidence, findings);
        }
        for refund in refunds.iter().filter(|refund| !refund.waived.is_empty()) {
            check_waiver(refund, order, &sellers, evidence, findings);
        }
    }
}

/// The amount of a seller's share that the payer keeps after lost disputes.
fn kept_by_dispute(seller: UserId, payment: PaymentId, evidence: &Evidence) -> i128 {
    let lost = evidence.disputes.iter().filter(|dispute| dispute.payment_id == payment);
    let lost = lost.filter(|dispute| dispute.end == DisputeEnd::Lost);
    amount_of(seller, lost.flat_map(|dispute| dispute.shares.clone()))
}

/// The seller's share pays the price of the seller's units that return to sale, or the price was
/// waived.
fn check_seller(
    (seller, kept): (UserId, i128),
    order: &OrderState,
    refunds: &[&RefundFacts],
    findings: &mut Findings,
) {
    let is_claim = |refund: &&&RefundFacts| {
        refund.end.has_returned_units() || refund.end == RefundEnd::Requested
    };
    let claims = || refunds.iter().filter(is_claim);
    let price: i128 = claims().map(|refund| price_of(seller, order, &refund.returns)).sum();
    let waived = amount_of(seller, claims().flat_map(|refund| refund.waived.clone()));
    let refunded = amount_of(seller, refunds.iter().flat_map(|refund| refund.claimed()));
    let money = refunded + kept;
    findings.expect(price <= money + waived, Rule::UnitsRefunded, || {
        format!(
            "order {}: units of seller {seller} for {price} are taken back; {money} are refunded, {waived} waived",
            order.id
        )
    });
}

/// A seller takes free units back only if the payer agreed.
fn check_free_units(
    refund: &RefundFacts,
    order: &OrderState,
    evidence: &Evidence,
    findings: &mut Findings,
) {
    let items = order.items.iter().filter(|item| item.seller == refund.requested_by);
    let mut free = items.filter(|item| item.unit_price.minor_units == 0);
    let is_returned = |ticket| refund.returns.iter().any(|units| units.ticket_id == ticket);
    let has_returned = free.any(|item| is_returned(item.ticket_id));
    findings.expect(!has_returned || has_agreed(refund, evidence), Rule::UnitsRefunded, || {
        format!("refund {} of a seller returns free units, and the payer has not agreed", refund.id)
    });
}

fn has_agreed(refund: &RefundFacts, evidence: &Evidence) -> bool {
    let journal = evidence.journal.as_ref();
    journal.is_none_or(|journal| journal.agreed.contains(&refund.payment_id))
}

/// Only an administrator or the payer waives, and at most the price of the refund's units.
fn check_waiver(
    refund: &RefundFacts,
    order: &OrderState,
    sellers: &BTreeSet<UserId>,
    evidence: &Evidence,
    findings: &mut Findings,
) {
    let is_allowed = has_agreed(refund, evidence) || !sellers.contains(&refund.requested_by);
    findings.expect(is_allowed, Rule::UnitsRefunded, || {
        format!("refund {} of a seller waives {:?} without consent", refund.id, refund.waived)
    });
    for (seller, amount) in &refund.waived {
        let price = price_of(*seller, order, &refund.returns);
        findings.expect(i128::from(amount.minor_units) <= price, Rule::UnitsRefunded, || {
            format!("refund {} waives {amount} of units for {price}", refund.id)
        });
    }
}

fn price_of(seller: UserId, order: &OrderState, units: &[ReturnedUnits]) -> i128 {
    let price = |units: &ReturnedUnits| {
        let mut items = order.items.iter().filter(|item| item.seller == seller);
        let item = items.find(|item| item.ticket_id == units.ticket_id);
        item.map_or(0, |item| i128::from(item.unit_price.minor_units) * i128::from(units.quantity))
    };
    units.iter().map(price).sum()
}

fn amount_of(seller: UserId, amounts: impl Iterator<Item = (UserId, Money)>) -> i128 {
    let own = amounts.filter(|(known, _)| *known == seller);
    own.map(|(_, amount)| i128::from(amount.minor_units)).sum()
}
