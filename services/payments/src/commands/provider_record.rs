//! Books the provider's record of a payment: each refund and dispute once, whatever its origin.

use contract::{Id, PaymentId, RefundId};
use store::{Failure, Query, Tx};

use crate::domain::refund::{Command, State};
use crate::domain::{
    Dispute, DisputeState, Payment, Record, RecordedDispute, RecordedRefund, Refund, Refusal,
};
use crate::provider::gateway::ProviderPayment;
use crate::refusal::Decision;
use crate::{Ports, commands, ledger};

/// Refunds per payment that are read: as many as ten sellers can request.
pub(crate) const REFUNDS_MAX: u32 = 1_000;

/// The stored refunds before the read of the provider's record.
#[derive(Debug, Clone, Copy)]
struct Before {
    requested: u32,
    /// Whether one of them has no response of the provider yet.
    is_one_open: bool,
}

#[derive(Debug, Clone, Default)]
struct Booked {
    refunds: Vec<Refund>,
    disputes: Vec<Dispute>,
    /// Whether an entry is to be processed again.
    is_incomplete: bool,
}

/// Books missing entries of the provider's record; a payment with news is to be processed again. A
/// contradictory record is refused, and nothing of it is booked.
pub(crate) async fn synchronise(
    ports: &Ports,
    payment: &Payment,
) -> Result<(Payment, Record), Failure<Refusal>> {
    let known = ProviderPayment::of(payment).ok_or(Failure::Refused(Refusal::NotCaptured))?;
    let of_payment = Query::on("by_payment").equals(payment.id).limit(REFUNDS_MAX);
    let refunds = ports.store.query::<Refund>(of_payment).await.map_err(Failure::Unavailable)?;
    let is_open = |refund: &Refund| matches!(refund.state, State::Requested { reference: None });
    let before = Before {
        requested: payment.refunds().map_or(0, |refunds| refunds.requested),
        is_one_open: refunds.iter().any(is_open),
    };
    let record = ports.gateway.record(known).await.map_err(Failure::Unavailable)?;
    let (id, found) = (payment.id, record.clone());
    let booked = ports.store.transact(move |tx| book(tx, id, &found, before)).await;
    let (payment, booked) = booked.inspect_err(|failure| {
        if let Failure::Refused(refusal) = failure {
            tracing::error!(payment = %id, %refusal, "the provider's record was not booked");
        }
    })?;
    booked.count(id);
    if payment.has_news {
        ports.payments.push(id);
    }
    Ok((payment, record))
}

fn book(
    tx: &mut Tx<'_>,
    id: PaymentId,
    record: &Record,
    before: Before,
) -> Decision<(Payment, Booked)> {
    // Loaded together: the store repeats a decision for each document that is not loaded.
    let ids: Vec<Id> = record.refunds.iter().flat_map(ids_of).collect();
    let known = tx.get_all::<Refund>(&ids);
    let own_ids: Vec<Id> = record.disputes.iter().map(RecordedDispute::own_id).collect();
    tx.get_all::<Dispute>(&own_ids)?;
    known?;
    let (mut booked, mut foreign) = (Booked::default(), Vec::new());
    for recorded in &record.refunds {
        let Some(known) = find_requested_refund(tx, recorded, id)? else {
            foreign.push(recorded);
            continue;
        };
        let observe = Command::Observe(recorded.status.clone());
        let refund = commands::refund::apply(tx, known.id, observe)?;
        booked.refunds.extend((refund.state != known.state).then_some(refund));
    }
    let payment = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let requested = payment.refunds().ok_or(Refusal::NotCaptured)?.requested;
    // The total may exceed the payment only while another refund may still fail.
    let may_exceed = !before.is_one_open && before.requested == requested;
    for recorded in foreign {
        book_dashboard_refund(tx, id, recorded, may_exceed, &mut booked)?;
    }
    for recorded in &record.disputes {
        book_dispute(tx, id, recorded, may_exceed, &mut booked)?;
    }
    let payment = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let after = Payment { has_news: booked.is_incomplete, ..payment.clone() };
    if after != payment {
        tx.save(after.clone());
    }
    Ok((after, booked))
}

/// The ids under which a refund may be stored: of a request here, and of one at the provider.
fn ids_of(recorded: &RecordedRefund) -> impl Iterator<Item = Id> + use<> {
    let own = recorded.refund_id.map(RefundId::untyped);
    own.into_iter().chain([recorded.own_id()])
}

fn find_requested_refund(
    tx: &mut Tx<'_>,
    recorded: &RecordedRefund,
    payment_id: PaymentId,
) -> Decision<Option<Refund>> {
    for id in ids_of(recorded) {
        let refund = tx.get::<Refund>(id)?;
        if let Some(refund) = refund.filter(|refund| refund.payment_id == payment_id) {
            return Ok(Some(refund));
        }
    }
    Ok(None)
}

fn book_dashboard_refund(
    tx: &mut Tx<'_>,
    id: PaymentId,
    recorded: &RecordedRefund,
    may_exceed: bool,
    booked: &mut Booked,
) -> Decision<()> {
    let payment = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let (order, accounts) = commands::refund::order_and_accounts(tx, &payment)?;
    let parties = (order.as_ref(), accounts.as_slice());
    let Some(refund) = Refund::at_provider(recorded, &payment, parties, tx.now())? else {
        return Ok(());
    };
    if refund.excess.is_some() && !may_exceed {
        booked.is_incomplete = true;
        return Ok(());
    }
    commands::refund::book(tx, &payment, &refund)?;
    booked.refunds.push(refund);
    Ok(())
}

fn book_dispute(
    tx: &mut Tx<'_>,
    id: PaymentId,
    recorded: &RecordedDispute,
    may_exceed: bool,
    booked: &mut Booked,
) -> Decision<()> {
    let mut payment = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let known = tx.get::<Dispute>(recorded.own_id())?;
    let is_new = known.is_none();
    let open = if let Some(known) = known {
        known
    } else {
        let (order, accounts) = commands::refund::order_and_accounts(tx, &payment)?;
        let opened = Dispute::opened(recorded, &payment, order.as_ref(), &accounts)?;
        if opened.allocation.excess.is_some() && !may_exceed {
            booked.is_incomplete = true;
            return Ok(());
        }
        payment = payment.dispute_opened(&opened)?;
        ledger::post::post(tx, &opened.booked_when_opened())?;
        opened
    };
    let closed = open.observe(recorded.status, tx.now());
    if !is_new && closed.is_none() {
        return Ok(());
    }
    let dispute = closed.unwrap_or(open);
    if let Some(transaction) = dispute.booked_when_closed() {
        payment = payment.dispute_closed(&dispute)?;
        ledger::post::post(tx, &transaction)?;
    }
    commands::sale::change_money(tx, &payment)?;
    tx.put(dispute.clone());
    tx.save(payment);
    booked.disputes.push(dispute);
    Ok(())
}

impl Booked {
    /// After the commit.
    fn count(&self, payment: PaymentId) {
        for refund in &self.refunds {
            commands::refund::count_end(refund);
            let (id, origin) = (refund.id, refund.origin);
            tracing::info!(%payment, refund = %id, ?origin, "refund of the provider's record is booked");
        }
        for dispute in &self.disputes {
            let state = match dispute.state {
                DisputeState::Open => "opened",
                DisputeState::Won { .. } => "won",
                DisputeState::Lost { .. } => "lost",
            };
            metrics::counter!("disputes_total", "state" => state).increment(1);
            let id = &dispute.reference;
            if dispute.state == DisputeState::Open {
                tracing::warn!(%payment, dispute = id, "payment is disputed; its money is frozen");
            } else {
                tracing::info!(%payment, dispute = id, state, "dispute is closed");
            }
        }
    }
}
