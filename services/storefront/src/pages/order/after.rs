//! The parts of an order's page after the payment: payments, refunds, the return of units, the
//! payer's consent, and the steps.

use contract::Timestamp;
use contract::money::Decimal;
use futures::future::join;
use serde::Deserialize;

use super::returns::{Remaining, Return, offered, remaining_of};
use crate::api::Target;
use crate::api::amounts::money;
use crate::api::payment_views::{PaymentDetails, RefundDetails, RefundState};
use crate::api::views::{OrderStatus, OrderView};
use crate::form::Form;
use crate::language::Language;
use crate::visit::Visit;

/// The steps of an order.
#[derive(Debug, Default, Deserialize)]
struct Timeline {
    steps: Vec<Step>,
}

/// A step of an order.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Step {
    step: String,
    pub(super) at: Timestamp,
}

/// The parts, as far as other services provide them at present.
pub(super) struct After {
    t: Language,
    /// The time zone of the venue.
    zone: Option<String>,
    pub(super) payment: Option<PaymentDetails>,
    /// Refunds that are under way or have failed; the order has the successful ones.
    pub(super) refunds: Vec<RefundDetails>,
    pub(super) steps: Vec<Step>,
    pub(super) remaining: Vec<Remaining>,
    pub(super) offered: Option<Return>,
    pub(super) done: Option<&'static str>,
    pub(super) errors: Vec<String>,
}

impl After {
    /// Reads the parts. A part that cannot be read is left out: the order itself is more important.
    pub(super) async fn read(
        visit: &Visit,
        order: &OrderView,
        zone: Option<&str>,
        form: &Form,
    ) -> Self {
        let t = visit.language();
        let mut after = Self::nothing(t, zone);
        after.done = match visit.query().map_or("", |query| query.value("done")) {
            "return" => Some(t.done_returned()),
            "consent" => Some(t.done_consent()),
            _ => None,
        };
        if form.is("do", "return") || form.is("do", "consent") {
            after.errors = form.other_errors("");
        }
        if matches!(order.status, OrderStatus::Created | OrderStatus::AwaitingPayment) {
            // The minute to pay needs no other part, and is when most pages are read.
            return after;
        }
        let (payment, steps) = join(payment_of(visit, order), steps_of(visit, order)).await;
        after.steps = steps;
        let Some((payment, refunds)) = payment else { return after };
        let consent = payment.consent.clone().unwrap_or_default();
        after.remaining = remaining_of(&order.items, &refunds, &consent);
        let now = visit.ports().clock.now();
        after.offered = offered(order, &refunds, now).filter(|_| !after.remaining.is_empty());
        let has_ended = |refund: &RefundDetails| refund.status == RefundState::Succeeded;
        after.refunds = refunds.into_iter().filter(|refund| !has_ended(refund)).collect();
        after.payment = Some(payment);
        after
    }

    fn nothing(t: Language, zone: Option<&str>) -> Self {
        Self {
            t,
            zone: zone.map(str::to_owned),
            payment: None,
            refunds: Vec::new(),
            steps: Vec::new(),
            remaining: Vec::new(),
            offered: None,
            done: None,
            errors: Vec::new(),
        }
    }

    /// Whether the payer has allowed the seller anything.
    pub(super) fn has_consent(&self) -> bool {
        self.payment.as_ref().is_some_and(|payment| payment.consent.is_some())
    }

    /// Whether the payer has allowed credit.
    pub(super) fn allows_credit(&self, form: &Form) -> bool {
        let consent = self.payment.as_ref().and_then(|payment| payment.consent.as_ref());
        let is_allowed = consent.is_some_and(|consent| consent.credit);
        if form.is("do", "consent") { form.is("credit", "1") } else { is_allowed }
    }

    /// The text above the return of units.
    pub(super) fn return_text(&self) -> String {
        let t = self.t;
        match self.offered {
            Some(Return::Until(until)) => t.return_text(&t.long_time(&until, self.zone.as_deref())),
            Some(Return::AfterFailure) | None => t.return_again().to_owned(),
        }
    }

    pub(super) fn refund_text(&self, refund: &RefundDetails) -> String {
        let t = self.t;
        let amount = t.money(&refund.money());
        match refund.status {
            RefundState::Requested | RefundState::Succeeded => t.refund_under_way(&amount),
            RefundState::Failed => t.refund_failed(&amount),
        }
    }

    /// A payment's amount.
    pub(super) fn amount(&self, order: &OrderView, amount: &Decimal) -> String {
        self.t.money(&money(amount, order.currency))
    }

    /// The words of a payment's status.
    pub(super) fn payment_status(&self, status: &str) -> &'static str {
        let t = self.t;
        match status {
            "captured" => t.paid_captured(),
            "authorized" => t.paid_authorized(),
            "requires_action" => t.paid_requires_action(),
            "voided" => t.paid_voided(),
            "declined" => t.paid_declined(),
            _ => t.paid_started(),
        }
    }

    pub(super) fn step_text(&self, step: &Step) -> String {
        let t = self.t;
        match step.step.as_str() {
            "created" => t.step_created(),
            "payment_started" => t.step_payment_started(),
            "payment_declined" => t.step_payment_declined(),
            "completed" => t.step_completed(),
            "payment_captured" => t.step_payment_captured(),
            "cancelled_by_buyer" => t.step_cancelled(),
            "expired" => t.step_expired(),
            "show_cancelled" => t.step_show_cancelled(),
            "payment_voided" => t.step_payment_voided(),
            "units_returned" => t.step_units_returned(),
            other => return other.replace('_', " "),
        }
        .to_owned()
    }
}

/// The query of the page after a command.
pub(super) fn done_query(command: &str) -> &'static str {
    match command {
        "return" => "?done=return",
        "consent" => "?done=consent",
        _ => "",
    }
}

/// The captured payment of a complete order, and its refunds.
async fn payment_of(
    visit: &Visit,
    order: &OrderView,
) -> Option<(PaymentDetails, Vec<RefundDetails>)> {
    let mut payments = order.payments.iter();
    let captured = payments.find(|payment| payment.status == "captured")?;
    if order.status != OrderStatus::Complete {
        return None;
    }
    let api = &visit.ports().api;
    let (of_payment, of_refunds) = (
        format!("/api/payments/{}", captured.id),
        format!("/api/payments/{}/refunds", captured.id),
    );
    let payment = api.get::<PaymentDetails>(visit, Target::Payments, &of_payment);
    let refunds = api.get::<Vec<RefundDetails>>(visit, Target::Payments, &of_refunds);
    let (payment, refunds) = join(payment, refunds).await;
    Some((payment.ok()?.body, refunds.ok()?.body))
}

async fn steps_of(visit: &Visit, order: &OrderView) -> Vec<Step> {
    let path = format!("/api/orders/{}/timeline", order.id);
    let timeline = visit.ports().api.get::<Timeline>(visit, Target::Orders, &path).await;
    timeline.map(|timeline| timeline.body.steps).unwrap_or_default()
}
