//! Admissions: those that are not void are the units of complete orders that have not returned to
//! sale. The buyer holds each of them until another person accepts a transfer or buys it.

use std::collections::{HashMap, HashSet};

use admissions::{Admission, Transfer};
use contract::order::{OrderItem, OrderState};
use contract::ticket::Offer;
use contract::transfer::TransferStatus;
use contract::{AdmissionId, OrderId, TicketId, Timestamp, TransferId, UserId};
use testing::load::End;

use crate::evidence::Evidence;
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let transfers = Transfers::of(&evidence.transfers);
    let mut issued: HashMap<(OrderId, TicketId), Vec<&Admission>> = HashMap::new();
    for admission in &evidence.admissions {
        let of = (admission.state.order_id, admission.state.ticket_id);
        issued.entry(of).or_default().push(admission);
    }
    let orders = evidence.orders_by_id();
    let all = evidence.orders.iter().map(|order| &order.state);
    for order in all.filter(|order| End::of(order.status) == Some(End::Complete)) {
        let mut shows = evidence.shows.iter().filter(|show| Some(show.id) == order.show_id);
        let is_cancelled = shows.any(|show| show.status.is_cancelled());
        for item in &order.items {
            if let Some(admission) = item.resale {
                check_resale(order, admission, evidence, findings);
                continue;
            }
            let kept = if is_cancelled { 0 } else { item.quantity.saturating_sub(item.returned) };
            let own = issued.remove(&(order.id, item.ticket_id)).unwrap_or_default();
            let live = own.iter().filter(|admission| admission.is_live()).count();
            let count = |units: u32| usize::try_from(units).unwrap_or(usize::MAX);
            let is_right = (own.len(), live) == (count(item.quantity), count(kept));
            findings.expect(is_right, Rule::Admissions, || {
                format!(
                    "order {} has {} admissions of ticket {}, {live} of them not void, for {} \
                     units, of which {kept} remain",
                    order.id,
                    own.len(),
                    item.ticket_id,
                    item.quantity
                )
            });
            for admission in own {
                transfers.check(admission, order.buyer, &orders, findings);
            }
        }
    }
    check_listings(evidence, findings);
    for (order, ticket) in issued.keys() {
        let line = format!("order {order} is not complete, and has admissions of ticket {ticket}");
        findings.note(Rule::Admissions, line);
    }
}

/// A complete order of a resold admission has bought it, once.
fn check_resale(
    order: &OrderState,
    admission: AdmissionId,
    evidence: &Evidence,
    findings: &mut Findings,
) {
    let mut admissions = evidence.admissions.iter().map(|admission| &admission.state);
    let known = admissions.find(|state| state.id == admission);
    let sold = known.map_or(0, |known| known.resales.iter().filter(|id| **id == order.id).count());
    findings.expect(sold == 1, Rule::Admissions, || {
        format!("order {} has bought admission {admission} {sold} times", order.id)
    });
}

/// An unsold ticket of a resale is on offer while its admission is listed, and no longer.
fn check_listings(evidence: &Evidence, findings: &mut Findings) {
    let listed: HashMap<TicketId, &Admission> = evidence
        .admissions
        .iter()
        .filter_map(|admission| Some((admission.listing()?.ticket_id, admission)))
        .collect();
    let tickets: HashSet<TicketId> = evidence.tickets.iter().map(|ticket| ticket.id).collect();
    for ticket in evidence.tickets.iter().filter(|ticket| ticket.resale.is_some()) {
        let id = ticket.id;
        let admission = listed.get(&id);
        let is_open = ticket.offer == Offer::Open && ticket.stock.sold == 0;
        findings.expect(is_open == admission.is_some(), Rule::Admissions, || {
            format!("ticket {id} of a resale is {:?}, its admission {admission:?}", ticket.offer)
        });
        let is_ending = admission.and_then(|it| it.listing()).is_some_and(|it| it.is_ending);
        findings.expect(!is_ending || ticket.stock.held > 0, Rule::NothingStuck, || {
            format!("the resale by ticket {id} does not end")
        });
    }
    for (ticket, admission) in listed.iter().filter(|(ticket, _)| !tickets.contains(ticket)) {
        let line = format!("{ticket} of admission {} is not offered", admission.state.id);
        findings.note(Rule::NothingStuck, line);
    }
}

/// Transfers, by their admissions.
struct Transfers<'e> {
    /// The accepted transfers of each admission, each with its time, earliest first.
    accepted: HashMap<AdmissionId, Vec<(Timestamp, &'e Transfer)>>,
    /// The transfers that offer each admission at present.
    open: HashMap<AdmissionId, Vec<TransferId>>,
}

impl<'e> Transfers<'e> {
    fn of(transfers: &'e [Transfer]) -> Self {
        let mut known = Self { accepted: HashMap::new(), open: HashMap::new() };
        for transfer in transfers {
            for admission in &transfer.state.admissions {
                match transfer.state.status {
                    TransferStatus::Offered => {
                        known.open.entry(*admission).or_default().push(transfer.state.id);
                    }
                    TransferStatus::Accepted { at } => {
                        known.accepted.entry(*admission).or_default().push((at, transfer));
                    }
                    TransferStatus::Declined { .. }
                    | TransferStatus::Cancelled { .. }
                    | TransferStatus::Expired { .. } => {}
                }
            }
        }
        // Of two at the same time, the recipient of the earlier one is the sender of the later one.
        known.accepted.values_mut().for_each(|accepted| accepted.sort_by_key(|(at, _)| *at));
        known
    }

    /// The holder of an admission is the last person that accepted or bought it, or its first buyer,
    /// and its credential version is one higher for each. The open transfer is one of a valid
    /// admission.
    fn check(
        &self,
        admission: &Admission,
        buyer: UserId,
        orders: &HashMap<OrderId, &OrderState>,
        findings: &mut Findings,
    ) {
        let state = &admission.state;
        let accepted = self.accepted.get(&state.id).map(Vec::as_slice).unwrap_or_default();
        let mut senders: Vec<UserId> = accepted.iter().map(|(_, it)| it.state.from).collect();
        let mut holders = vec![buyer];
        holders.extend(accepted.iter().filter_map(|(_, it)| it.recipient()));
        for resale in state.resales.iter().filter_map(|order| orders.get(order)) {
            holders.push(resale.buyer);
            let of_this = |item: &&OrderItem| item.resale == Some(state.id);
            senders.extend(resale.items.iter().find(of_this).map(|item| item.seller));
        }
        // Each one but the last sent it: as sets, since two may be accepted within a millisecond.
        senders.push(state.holder);
        holders.sort_unstable();
        senders.sort_unstable();
        findings.expect(holders == senders, Rule::Admissions, || {
            format!(
                "{} holds admission {} of {buyer}, sold by {:?}, and its transfers are {accepted:?}",
                state.holder, state.id, state.resales
            )
        });
        let version = u64::from(state.credential_version);
        let moves = accepted.len() + state.resales.len();
        let moves = u64::try_from(moves).unwrap_or(u64::MAX);
        findings.expect(version > moves, Rule::Admissions, || {
            let id = state.id;
            format!("admission {id} changed the holder {moves} times, and has a code of {version}")
        });
        let open = self.open.get(&state.id).map(Vec::as_slice).unwrap_or_default();
        let is_of_valid =
            open.is_empty() || admission.is_valid() && open == admission.transfer.as_slice();
        findings.expect(is_of_valid, Rule::Admissions, || {
            format!("admission {} is {:?}, and offered by {open:?}", state.id, state.status)
        });
    }
}
