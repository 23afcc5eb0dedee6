//! GET and POST /orders/{id}: the minute to pay, the result, and what happened afterwards.

mod after;
pub(crate) mod payment;
mod refund_requests;
mod returns;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::show::ShowState;
use contract::{Money, OrderId, PaymentId};
use futures::future::join;
use reqwest::Method;
use serde_json::Value;

use self::after::After;
use super::admissions::of_order::OfOrder;
use crate::api::Target;
use crate::api::views::{AccountView, ActionView, OrderStatus, OrderView, PaymentView};
use crate::cards::allow_script;
use crate::domain::Show;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

/// Seconds between two reads of a page that waits, without script.
const REFRESH_S: u32 = 2;

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    order: &'v OrderView,
    total: Money,
    /// Seconds until the order expires.
    seconds_left: u64,
    /// Seconds from the order to its expiry.
    window: u64,
    credit: Option<Money>,
    /// The copy of the show, at present.
    show: Option<ShowState>,
    /// The payment that is under way.
    pending: Option<PaymentId>,
    action: Option<ActionView>,
    refresh_s: Option<u32>,
    key: String,
    after: After,
    admissions: OfOrder,
}

/// The order.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    page(&visit, &id, Form::default(), StatusCode::OK).await
}

/// Pays or cancels the order, returns units of it, or sets the consent to other refunds.
pub(crate) async fn act(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: OrderId = id.parse().map_err(|_| Failure::NotFound)?;
    let done = match form.value("do") {
        "pay" => payment::pay(&visit, id, &form).await,
        "cancel" => cancel(&visit, id).await,
        "return" => refund_requests::return_units(&visit, id, &form).await,
        "consent" => refund_requests::set_consent(&visit, id, &form).await,
        _ => return Err(Failure::Invalid("do must be pay, cancel, return or consent")),
    };
    match done {
        Ok(()) => Ok(visit.go_to(format!("/orders/{id}{}", after::done_query(form.value("do"))))),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, &id.to_string(), form, status).await
        }
    }
}

async fn cancel(visit: &Visit, id: OrderId) -> Result<(), Failure> {
    let path = format!("/api/orders/{id}");
    let call = (Target::Orders, Method::DELETE, path.as_str());
    visit.ports().api.call::<Value>(visit, call, None, None).await?;
    Ok(())
}

async fn page(
    visit: &Visit,
    id: &str,
    form: Form,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: OrderId = id.parse().map_err(|_| Failure::NotFound)?;
    let (api, t) = (&visit.ports().api, visit.language());
    let path = format!("/api/orders/{id}");
    let order: OrderView = api.get(visit, Target::Orders, &path).await?.body;
    let is_open = matches!(order.status, OrderStatus::Created | OrderStatus::AwaitingPayment);
    let pending = order.payments.iter().rfind(|payment| payment.status == "started");
    // A payment can end after its order: it is voided then.
    let is_late = pending.is_some() && order.status == OrderStatus::Cancelled;
    // After a refused payment the copy in the order may not have ended yet.
    let pending = pending.filter(|_| is_open && status != StatusCode::PAYMENT_REQUIRED);
    let action = match pending {
        Some(pending) => {
            let path = format!("/api/payments/{}", pending.id);
            let payment = api.get::<PaymentView>(visit, Target::Payments, &path).await;
            payment.ok().and_then(|payment| payment.body.action)
        }
        None => None,
    };
    let is_waiting = pending.is_some();
    let is_declined = order.payments.last().is_some_and(|payment| payment.status == "declined");
    // The page is read again when the decline arrives, without the errors of the form.
    let form = if is_open && is_declined && !form.has_errors() {
        form.with_error(None, t.payment_declined())
    } else {
        form
    };
    let credit = if is_open && !is_waiting { credit(visit, &order).await } else { None };
    let show = match order.show_id {
        Some(id) => visit.ports().store.find::<Show>(&id.to_string()).await?,
        None => None,
    };
    let show = show.and_then(|show| show.state);
    let zone = show.as_ref().map(|show| show.venue.time_zone.as_str());
    let after = After::read(visit, &order, zone, &form);
    let (after, admissions) = join(after, OfOrder::read(visit, &order)).await;
    let is_refreshed = is_late || is_waiting && action.is_none() || admissions.is_awaited();
    let now = visit.ports().clock.now();
    let key = form.next_key(|| visit.new_key());
    let page = OrderPage {
        visit,
        t,
        form,
        total: order.money(&order.total),
        seconds_left: order.expires_at.since(now).as_secs(),
        window: order.expires_at.since(order.created_at).as_secs().max(1),
        credit,
        show,
        refresh_s: is_refreshed.then_some(REFRESH_S),
        pending: pending.map(|payment| payment.id),
        action,
        key,
        after,
        admissions,
        order: &order,
    };
    let response = visit.render(status, &page);
    Ok(if page.has_provider_script() { allow_script(response) } else { response })
}

/// The visitor's credit, if it is enough. Without an answer of payments it is not offered.
async fn credit(visit: &Visit, order: &OrderView) -> Option<Money> {
    let path = format!("/api/payments/account?currency={}&limit=1", order.currency);
    let account =
        visit.ports().api.get::<AccountView>(visit, Target::Payments, &path).await.ok()?;
    let mut balances = account.body.balances.into_iter();
    let own = balances.find(|balance| balance.currency == order.currency)?;
    let credit = order.money(&own.balance);
    let is_enough = credit.minor_units >= order.money(&order.total).minor_units;
    (is_enough && credit.minor_units > 0).then_some(credit)
}

impl OrderPage<'_> {
    /// Whether it has the provider's form of cards, or shows a bank's page by its script.
    fn has_provider_script(&self) -> bool {
        let has_card_form = self.is_open() && !self.is_waiting();
        let is_needed = has_card_form || self.scripted_action().is_some();
        is_needed && self.visit.publishable_key().is_some()
    }

    /// The required action, if the bank's page has no URL.
    fn scripted_action(&self) -> Option<&ActionView> {
        self.action.as_ref().filter(|action| action.url.is_none())
    }

    fn is_open(&self) -> bool {
        matches!(self.order.status, OrderStatus::Created | OrderStatus::AwaitingPayment)
    }

    fn is_waiting(&self) -> bool {
        self.refresh_s.is_some() || self.action.is_some()
    }

    fn is_complete(&self) -> bool {
        self.order.status == OrderStatus::Complete
    }

    fn is_expired(&self) -> bool {
        self.order.reason.as_deref() == Some("expired")
    }

    /// The sentence of an order that was not paid: whether and how its payment ended.
    fn unpaid_note(&self) -> &'static str {
        let has = |status: &str| self.order.payments.iter().any(|payment| payment.status == status);
        match (self.is_expired(), has("started"), has("voided")) {
            (true, true, _) => self.t.order_late_note(),
            (false, true, _) => self.t.order_payment_pending_note(),
            (true, false, true) => self.t.order_voided_note(),
            (true, false, false) => self.t.order_expired_note(),
            (false, false, _) => self.t.order_cancelled_note(),
        }
    }

    /// Whether a card is chosen: the one of the form, or the first.
    fn is_chosen(&self, token: &str) -> bool {
        let cards = self.visit.test_cards();
        let first = cards.first().map_or("", |(token, _)| token);
        self.form.given("token").unwrap_or(first) == token
    }

    /// Where the order began.
    fn offer_path(&self) -> String {
        match (self.order.show_id, self.order.items.first()) {
            (Some(show), _) => format!("/shows/{show}"),
            (None, Some(item)) => format!("/tickets/{}", item.ticket_id),
            (None, None) => "/".to_owned(),
        }
    }
}
