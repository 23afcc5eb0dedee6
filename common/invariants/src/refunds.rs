//! Refunds: each ends and is paid once, their sum never exceeds the payment, and orders and
//! provider agree with them.

use std::collections::{BTreeMap, HashMap};

use contract::order::OrderState;
use contract::payment::{PaymentState, RefundMethod, RefundStatus};
use contract::{Money, OrderId, PaymentId, RefundId, TicketId, UserId};
use payments::Payment;
use payments::domain::refund::{Destination, Origin, Share, State, Task};
use payments::domain::{AccountId, Dispute, DisputeState, Refund};

use crate::evidence::{Evidence, ProviderRefundFacts};
use crate::money::{accepts, returned};
use crate::rule::{Findings, Rule};

/// Refunds and disputes of one payment.
#[derive(Debug, Default)]
pub struct Claims<'e> {
    /// The refunds.
    pub refunds: Vec<&'e Refund>,
    /// The disputes.
    pub disputes: Vec<&'e Dispute>,
}

impl<'e> Claims<'e> {
    /// The refunds and disputes of each payment.
    pub(crate) fn by_payment(evidence: &'e Evidence) -> HashMap<PaymentId, Self> {
        let mut claims: HashMap<PaymentId, Self> = HashMap::new();
        for refund in &evidence.refunds {
            claims.entry(refund.payment_id).or_default().refunds.push(refund);
        }
        for dispute in &evidence.disputes {
            claims.entry(dispute.payment_id).or_default().disputes.push(dispute);
        }
        claims
    }

    /// The shares that refunds and disputes, except failed and won ones, reduce or will reduce.
    fn shares(&self) -> impl Iterator<Item = &Share> {
        let is_won = |dispute: &&&Dispute| matches!(dispute.state, DisputeState::Won { .. });
        let disputes = self.disputes.iter().filter(move |dispute| !is_won(dispute));
        let withdrawn = disputes.flat_map(|dispute| &dispute.allocation.shares);
        self.refunds.iter().flat_map(|refund| claimed(refund)).chain(withdrawn)
    }
}

/// Whether the payer received it, even if the bank returned it later: its units returned to sale.
#[must_use]
pub const fn was_paid(refund: &Refund) -> bool {
    match &refund.state {
        State::Requested { .. } => false,
        State::Succeeded { .. } => true,
        State::Failed { paid_at, .. } | State::Credited { paid_at, .. } => paid_at.is_some(),
    }
}

/// Whether the payer received money of it, as of every refund that is acknowledged as paid.
#[must_use]
pub const fn has_reached_payer(refund: &Refund) -> bool {
    was_paid(refund) || matches!(refund.state, State::Credited { .. })
}

/// The shares that it reduces, or will reduce.
pub(crate) fn claimed(refund: &Refund) -> &[Share] {
    match &refund.state {
        State::Requested { .. } | State::Succeeded { .. } => &refund.shares,
        State::Credited { shares, .. } => shares,
        State::Failed { .. } => &[],
    }
}

/// The accounts that bear these shares and this excess, each with its amount.
pub(crate) fn borne(
    shares: &[Share],
    excess: Option<Money>,
) -> impl Iterator<Item = (AccountId, Money)> {
    let of_share = |share: &Share| {
        [(AccountId::User(share.seller), share.by_seller), (AccountId::House, share.by_house)]
    };
    let excess = excess.map(|excess| (AccountId::House, excess));
    let borne = shares.iter().flat_map(of_share).chain(excess);
    borne.filter(|(_, amount)| amount.minor_units > 0)
}

pub(crate) fn sum(amounts: impl IntoIterator<Item = Money>) -> i128 {
    amounts.into_iter().map(|amount| i128::from(amount.minor_units)).sum()
}

/// The amount that the payer keeps of it.
fn given(refund: &Refund) -> i128 {
    match &refund.state {
        State::Succeeded { .. } => {
            sum(claimed(refund).iter().map(Share::amount).chain(refund.excess))
        }
        State::Credited { shares, .. } => sum(shares.iter().map(Share::amount)),
        State::Requested { .. } | State::Failed { .. } => 0,
    }
}

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut provider_refunds: HashMap<RefundId, Vec<ProviderRefundFacts>> = HashMap::new();
    for entry in &evidence.provider_refunds {
        provider_refunds.entry(entry.refund_id).or_default().push(*entry);
    }
    for refund in &evidence.refunds {
        let entries = provider_refunds.remove(&refund.id).unwrap_or_default();
        check_refund(refund, &entries, findings);
    }
    for id in provider_refunds.keys() {
        let line = format!("refund {id} exists at the provider, but not at payments");
        findings.note(Rule::OneEffect, line);
    }
    let orders = evidence.orders_by_id();
    let mut claims = Claims::by_payment(evidence);
    for payment in &evidence.payments {
        let claims = claims.remove(&payment.id).unwrap_or_default();
        check_payment(payment, &claims, &orders, findings);
    }
    for id in claims.iter().filter(|(_, claims)| !claims.refunds.is_empty()).map(|(id, _)| id) {
        let line = format!("a refund belongs to payment {id}, which does not exist");
        findings.note(Rule::OneEffect, line);
    }
    check_acknowledged(evidence, findings);
}

/// The refund has ended, and the provider's ledger agrees with its end; its shares are its amount.
fn check_refund(refund: &Refund, found: &[ProviderRefundFacts], findings: &mut Findings) {
    let Refund { id, payment_id, amount, ref state, .. } = *refund;
    let has_ended = refund.task() == Task::Nothing && !matches!(state, State::Requested { .. });
    findings.expect(has_ended, Rule::NothingStuck, || {
        format!("refund {id} of payment {payment_id} has not ended")
    });
    let is_at_provider =
        matches!((&refund.to, state), (Destination::Card { .. }, State::Succeeded { .. }));
    let expected =
        is_at_provider.then_some(ProviderRefundFacts { refund_id: id, payment_id, amount });
    findings.expect(found == expected.as_slice(), Rule::Money, || {
        format!("refund {id} is {state:?}; the provider's ledger: {found:?}")
    });
    let is_within = refund.excess.is_none() || refund.origin == Origin::Provider;
    findings.expect(is_within, Rule::Money, || {
        format!("refund {id} exceeds its payment by {:?}", refund.excess)
    });
    check_shares(refund, findings);
}

/// The shares of a refund sum to its amount, and no part is negative.
pub fn check_shares(refund: &Refund, findings: &mut Findings) {
    let Refund { id, amount, ref shares, excess, .. } = *refund;
    let all = sum(shares.iter().map(Share::amount).chain(excess));
    // Without the parts that are not above zero.
    let borne = sum(borne(shares, excess).map(|(_, part)| part));
    findings.expect([all, borne] == [sum([amount]); 2], Rule::Money, || {
        format!("refund {id} has {}, but its shares sum to {all}, or {borne}", amount.minor_units)
    });
}

/// Refunds and disputes are within the payment, which publishes them as its order has them.
fn check_payment(
    payment: &Payment,
    claims: &Claims<'_>,
    orders: &HashMap<OrderId, &OrderState>,
    findings: &mut Findings,
) {
    let (id, refunds) = (payment.id, &claims.refunds);
    if let Some(taken) = returned(payment) {
        check_sum(id, taken, claims, findings);
        // A refund with the payment's own id returns a capture that was not wanted.
        let own = refunds.iter().find(|refund| refund.id.untyped() == id.untyped());
        findings.expect(own.is_some_and(|refund| refund.amount == taken), Rule::Money, || {
            format!("payment {id} is returned, but no refund of {} exists", taken.minor_units)
        });
        return;
    }
    check_sum(id, payment.amount, claims, findings);
    // A top-up is not published.
    let Some(state) = payment.public_state() else { return };
    check_published(&state, refunds, findings);
    if let Some(order) = orders.get(&state.order_id) {
        check_order(order, &state, claims, findings);
    }
}

/// The sum of refunds that did not fail and disputes that were not won is within the payment.
pub fn check_sum(id: PaymentId, paid: Money, claims: &Claims<'_>, findings: &mut Findings) {
    let claimed = sum(claims.shares().map(Share::amount));
    findings.expect(claimed <= i128::from(paid.minor_units), Rule::Money, || {
        format!("payment {id} has {}, but its refunds sum to {claimed}", paid.minor_units)
    });
}

/// The totals and summaries that a payment publishes equal its refunds.
fn check_published(payment: &PaymentState, refunds: &[&Refund], findings: &mut Findings) {
    let id = payment.id;
    let refunded: i128 = refunds.iter().map(|refund| given(refund)).sum();
    let reported = sum(payment.refunded);
    findings.expect(reported == refunded, Rule::Money, || {
        format!("payment {id} reports {reported} as refunded, but its refunds sum to {refunded}")
    });
    let mut returned: BTreeMap<TicketId, u32> = BTreeMap::new();
    for units in refunds.iter().filter(|refund| was_paid(refund)).flat_map(|of| &of.returns) {
        *returned.entry(units.ticket_id).or_default() += units.quantity;
    }
    let reported = payment.returned.iter().map(|units| (units.ticket_id, units.quantity));
    let reported: BTreeMap<TicketId, u32> = reported.collect();
    findings.expect(reported == returned, Rule::Money, || {
        format!("payment {id} returns {reported:?}, but its refunds return {returned:?}")
    });
    let required = refunds.iter().filter_map(|refund| Some((refund.id, summary(refund)?)));
    let required: BTreeMap<RefundId, _> = required.collect();
    let reported = payment.refunds.iter();
    let reported = reported.map(|it| (it.id, (sum([it.amount]), it.to, it.status)));
    let reported: BTreeMap<RefundId, _> = reported.collect();
    findings.expect(reported == required, Rule::Money, || {
        format!("payment {id} publishes the refunds {reported:?} instead of {required:?}")
    });
}

/// Amount, destination and status that a payment publishes of a refund that the payer received.
fn summary(refund: &Refund) -> Option<(i128, RefundMethod, RefundStatus)> {
    let to = match refund.to {
        Destination::Card { .. } => RefundMethod::Card,
        Destination::Credit => RefundMethod::Credit,
    };
    match refund.state {
        State::Requested { .. } | State::Failed { paid_at: None, .. } => None,
        State::Succeeded { .. } => Some((given(refund), to, RefundStatus::Succeeded)),
        State::Failed { paid_at: Some(_), .. } => {
            Some((sum([refund.amount]), to, RefundStatus::CameBack))
        }
        State::Credited { .. } => {
            Some((given(refund), RefundMethod::Credit, RefundStatus::Succeeded))
        }
    }
}

/// No seller refunded more than its share; the order's returned units equal the payment's.
fn check_order(
    order: &OrderState,
    payment: &PaymentState,
    claims: &Claims<'_>,
    findings: &mut Findings,
) {
    let mut shares: BTreeMap<UserId, i128> = BTreeMap::new();
    for item in &order.items {
        let price = i128::from(item.unit_price.minor_units) * i128::from(item.quantity);
        *shares.entry(item.seller).or_default() += price;
    }
    for share in claims.shares() {
        *shares.entry(share.seller).or_default() -= sum([share.amount()]);
    }
    for (seller, left) in shares {
        findings.expect(left >= 0, Rule::Money, || {
            let id = payment.id;
            format!("payment {id}: refunds exceed the share of seller {seller} by {}", -left)
        });
    }
    let reported = |ticket_id| payment.returned.iter().find(|units| units.ticket_id == ticket_id);
    for item in order.items.iter().filter(|_| accepts(order, payment.id)) {
        let returned = reported(item.ticket_id).map_or(0, |units| units.quantity);
        findings.expect(item.returned == returned, Rule::CopiesConverge, || {
            let (id, known) = (order.id, item.returned);
            format!("order {id} returned {known} of {}; payments has {returned}", item.ticket_id)
        });
    }
}

/// Every refund that was acknowledged as paid was paid.
fn check_acknowledged(evidence: &Evidence, findings: &mut Findings) {
    for (id, payment) in evidence.journal.iter().flat_map(|journal| &journal.refunded) {
        let refund = evidence.refunds.iter().find(|refund| refund.id == *id);
        let refund = refund.filter(|refund| refund.payment_id == *payment);
        let is_so = refund.is_some_and(has_reached_payer);
        findings.expect(is_so, Rule::Money, || {
            format!("refund {id} of payment {payment} was acknowledged, but not paid")
        });
    }
}
