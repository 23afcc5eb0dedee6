//! Sales: each complete order of a show has one, which equals the order, its payment, its refunds
//! and its disputes. A cancelled show owes nothing: every paid order of it is refunded in full.

use std::collections::{BTreeMap, HashMap, HashSet};

use contract::order::{OrderState, OrderStatus};
use contract::sale::{SaleItem, SaleState};
use contract::show_refunds::ShowRefundsState;
use contract::{OrderId, PaymentId, ShowId};
use payments::Payment;
use payments::domain::refund::{Share, State as Refunded};
use payments::domain::{
    DisputeState, Progress, Sale, ShowRefund, ShowRefunds, State, refund_group,
};

use crate::evidence::{Evidence, is_active};
use crate::refunds::{Claims, sum};
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    let payments: HashMap<PaymentId, &Payment> =
        evidence.payments.iter().map(|payment| (payment.id, payment)).collect();
    let claims = Claims::by_payment(evidence);
    let none = Claims::default();
    let mut missing: HashSet<OrderId> = orders.values().filter_map(|order| sold(order)).collect();
    for sale in &evidence.sales {
        let id = sale.state.order_id;
        missing.remove(&id);
        let Some(order) = orders.get(&id).filter(|order| sold(order).is_some()) else {
            let line = format!("order {id} has a sale, but is no complete order of a show");
            findings.note(Rule::CopiesConverge, line);
            continue;
        };
        check_order(sale, order, findings);
        let of_payment = |id| (payments.get(&id).copied(), claims.get(&id));
        let (payment, claims) = sale.payment_id.map_or((None, None), of_payment);
        check_money(sale, payment, claims.unwrap_or(&none), findings);
    }
    for id in missing {
        let line = format!("order {id} of a show is complete and has no sale");
        findings.note(Rule::CopiesConverge, line);
    }
    check_counts(&evidence.sales, &evidence.show_refunds, findings);
    check_cancelled(evidence, findings);
}

/// The order, if it is a complete one of a show, or of a resold admission.
fn sold(order: &OrderState) -> Option<OrderId> {
    let is_complete = matches!(order.status, OrderStatus::Complete { .. });
    (is_complete && refund_group(order).is_some()).then_some(order.id)
}

/// A sale has the facts of its order.
fn check_order(sale: &Sale, order: &OrderState, findings: &mut Findings) {
    let known = &sale.state;
    let items = order.items.iter();
    let items: Vec<SaleItem> = items
        .map(|item| SaleItem {
            ticket_id: item.ticket_id,
            unit_price: item.unit_price,
            quantity: item.quantity,
            returned: item.returned,
        })
        .collect();
    let seller = order.items.first().map(|item| item.seller);
    let is_equal = known.items == items
        && (Some(known.show_id), Some(known.seller)) == (refund_group(order), seller)
        && sale.resale == order.items.iter().find_map(|item| item.resale)
        && (known.buyer, known.ordered_at) == (order.buyer, order.created_at)
        && order.status == OrderStatus::Complete { payment_id: sale.payment_id };
    findings.expect(is_equal, Rule::CopiesConverge, || {
        format!("the sale {known:?} differs from its order {order:?}")
    });
}

/// The amounts of a sale are those of its payment, in every committed state: the captured amount,
/// the refunds that the payer received or will receive, and the withdrawals of banks.
pub fn check_money(
    sale: &Sale,
    payment: Option<&Payment>,
    claims: &Claims<'_>,
    findings: &mut Findings,
) {
    let is_captured = |payment: &&Payment| matches!(payment.state, State::Captured { .. });
    let captured = payment.filter(is_captured);
    let paid = sum(captured.map(|payment| payment.amount));
    let none = Claims::default();
    // Money captured for a payment that no order accepted is not money of the sale.
    let claims = if captured.is_some() { claims } else { &none };
    let refunded: i128 = claims
        .refunds
        .iter()
        .map(|refund| match &refund.state {
            Refunded::Requested { .. } | Refunded::Succeeded { .. } => sum([refund.amount]),
            Refunded::Credited { shares, .. } => sum(shares.iter().map(Share::amount)),
            Refunded::Failed { .. } => 0,
        })
        .sum();
    let is_won = |state: &DisputeState| matches!(state, DisputeState::Won { .. });
    let lost = claims.disputes.iter().filter(|dispute| !is_won(&dispute.state));
    let disputed = sum(lost.map(|dispute| dispute.amount));
    let known = &sale.state;
    let found = [known.paid, known.refunded, known.disputed].map(|amount| sum([amount]));
    findings.expect(found == [paid, refunded, disputed], Rule::Books, || {
        let id = known.order_id;
        format!("the sale of order {id} has paid, refunded and disputed {found:?} instead of {paid}, {refunded}, {disputed}")
    });
}

/// The counts of the refunds of each show equal its sales.
pub fn check_counts<'e>(
    sales: impl IntoIterator<Item = &'e Sale>,
    shows: impl IntoIterator<Item = &'e ShowRefunds>,
    findings: &mut Findings,
) {
    let mut counts: BTreeMap<ShowId, [u32; 3]> = BTreeMap::new();
    for sale in sales {
        let [owed, done, failed] = counts.entry(sale.state.show_id).or_default();
        match sale.refund.progress() {
            Some(Progress::Owed) => *owed += 1,
            Some(Progress::Done) => *done += 1,
            Some(Progress::Failed) => *failed += 1,
            None => {}
        }
    }
    for show in shows {
        let ShowRefundsState { show_id, owed, done, failed, .. } = show.state;
        let of_sales = counts.remove(&show_id).unwrap_or_default();
        findings.expect([owed, done, failed] == of_sales, Rule::Shows, || {
            format!("show {show_id} counts {:?}, its sales are {of_sales:?}", show.state)
        });
    }
    for (show, of_sales) in counts {
        let line = format!("show {show} has the sales {of_sales:?}, and no counts");
        findings.note(Rule::Shows, line);
    }
}

/// Nothing of a cancelled show is sold or owed; the sales of the others are not refunded because of
/// a cancellation.
fn check_cancelled(evidence: &Evidence, findings: &mut Findings) {
    let cancelled = evidence.shows.iter().filter(|show| show.status.is_cancelled());
    let cancelled: HashSet<ShowId> = cancelled.map(|show| show.id).collect();
    for id in evidence.journal.iter().flat_map(|journal| &journal.cancelled_shows) {
        findings.expect(cancelled.contains(id), Rule::InForce, || {
            format!("the cancellation of show {id} was acknowledged, and it is not cancelled")
        });
    }
    let orders = evidence.orders.iter().map(|order| &order.state);
    for order in orders.filter(|order| is_active(order)) {
        let show = order.show_id.filter(|show| cancelled.contains(show));
        findings.expect(show.is_none(), Rule::Shows, || {
            format!("order {} of a cancelled show is {:?}", order.id, order.status)
        });
    }
    for show in evidence.show_refunds.iter().filter(|show| show.is_marking) {
        let line = format!("sales of show {} are still to be refunded", show.state.show_id);
        findings.note(Rule::NothingStuck, line);
    }
    let void = evidence.admissions.iter().filter(|admission| !admission.is_live());
    let resold: HashSet<OrderId> =
        void.flat_map(|admission| admission.state.resales.iter().copied()).collect();
    for sale in &evidence.sales {
        let is_void = sale.resale.is_some() && resold.contains(&sale.state.order_id);
        if is_void || cancelled.contains(&sale.state.show_id) {
            check_refunded(sale, findings);
        } else {
            findings.expect(sale.refund == ShowRefund::Unmarked, Rule::Shows, || {
                let (id, refund) = (sale.state.order_id, sale.refund);
                format!("the sale of order {id} is {refund:?}, and neither its show is cancelled nor its admission void")
            });
        }
    }
}

/// The captured amount of a sale of a cancelled show is refunded, but for what banks withdrew.
fn check_refunded(sale: &Sale, findings: &mut Findings) {
    let (id, refund) = (sale.state.order_id, sale.refund);
    match refund {
        ShowRefund::NothingOwed | ShowRefund::Done | ShowRefund::Failed => {}
        // A bank has not decided a dispute, so that the provider refunds nothing.
        ShowRefund::Owed { .. } if sale.frozen.minor_units > 0 => return,
        ShowRefund::Unmarked | ShowRefund::Owed { .. } | ShowRefund::Requested { .. } => {
            let line = format!("the refund of order {id} of a cancelled show is {refund:?}");
            return findings.note(Rule::NothingStuck, line);
        }
    }
    let SaleState { paid, refunded, disputed, .. } = &sale.state;
    findings.expect(sum([*refunded, *disputed]) >= sum([*paid]), Rule::Shows, || {
        format!("order {id} of a cancelled show has paid {paid}; {refunded} are refunded")
    });
}
