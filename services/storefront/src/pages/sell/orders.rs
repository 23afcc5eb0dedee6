//! GET and POST /sell/shows/{id}/orders: the complete orders of a show, and refunds of them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::{Money, OrderId, RefundId, Timestamp};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::own::{Tag, own_show};
use crate::api::Target;
use crate::api::offer_views::ShowView;
use crate::api::payment_views::{PaymentDetails, RefundDetails, RefundState};
use crate::api::seller_views::{SaleStatusView, SaleView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::{next_of, with_cursor};
use crate::selling::amounts::{amount, units};
use crate::selling::refusals::{error, explained, invalid};
use crate::selling::terms::price_rule;
use crate::visit::Visit;

/// Orders of a page.
const ORDERS: u32 = 50;

#[derive(Template)]
#[template(path = "sell/orders.html")]
struct ShowOrdersPage<'v> {
    visit: &'v Visit,
    t: Language,
    show: &'v ShowView,
    orders: Vec<OrderRow>,
    form: Form,
    /// The refunds of the chosen order, the latest first.
    refunds: Vec<RefundRow>,
    cursor: String,
    next: Option<String>,
    key: String,
}

/// An order, as it is shown.
struct OrderRow {
    sale: SaleView,
    items: Vec<ItemRow>,
    tag: Tag,
    when: String,
    paid: String,
    refunded: Option<String>,
    disputed: Option<String>,
    refundable: Money,
    is_chosen: bool,
}

/// Units of one category in an order.
struct ItemRow {
    /// The field of the units to return to sale.
    field: String,
    title: String,
    quantity: u32,
    returned: u32,
    left: u32,
    /// The units in the form.
    chosen: String,
}

/// A refund of the chosen order.
struct RefundRow {
    refund: RefundDetails,
    amount: String,
    when: String,
    is_new: bool,
}

/// The page; `order` is the order whose refunds it shows.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let show = own_show(&visit, &id).await?;
    page(&visit, &show, Form::default(), StatusCode::OK).await
}

/// Refunds an order, and leads back to it.
pub(crate) async fn refund(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let show = own_show(&visit, &id).await?;
    let t = visit.language();
    let order: OrderId = form.value("order").parse().map_err(|_| Failure::NotFound)?;
    match refunded(&visit, order, &form).await {
        Ok(refund) => {
            let query = visit.query()?;
            let path = format!("/sell/shows/{}/orders?order={order}&refund={refund}", show.id);
            Ok(visit.go_to(format!("{}#o{order}", with_cursor(&path, query))))
        }
        Err(failure) => {
            let failure = explained(t, failure, "");
            let status = failure.status();
            page(&visit, &show, form.refused(visit.language(), failure)?, status).await
        }
    }
}

async fn refunded(visit: &Visit, order: OrderId, form: &Form) -> Result<RefundId, Failure> {
    let t = visit.language();
    let payment = payment_of(visit, order).await?;
    let payment = payment.ok_or_else(|| Failure::refused(t.seller_refused_not_captured()))?;
    let mut body = Map::new();
    let PaymentDetails { id: payment, currency, .. } = payment;
    if let Some(text) = form.given("amount") {
        let amount = amount(text, currency);
        let rule = |_| invalid(vec![error("amount", price_rule(t, currency))]);
        body.insert("amount".to_owned(), amount.map_err(rule)?);
    }
    body.extend(form.given("to").map(|to| ("to".to_owned(), json!(to))));
    let given = form.with_prefix("returns.").filter(|(_, text)| !matches!(text.trim(), "" | "0"));
    let returns = given.map(|(ticket, text)| json!({"ticketId": ticket, "quantity": units(text)}));
    let returns: Vec<Value> = returns.collect();
    if !returns.is_empty() {
        body.insert("returns".to_owned(), json!(returns));
    }
    let path = format!("/api/payments/{payment}/refunds");
    let call = (Target::Payments, Method::POST, path.as_str());
    let body = Some(&body.into());
    let reply =
        visit.ports().api.call::<RefundDetails>(visit, call, body, form.given("key")).await?;
    Ok(reply.body.id)
}

/// The captured payment of an order; `None` without one, or if the order is of
/// shows of others.
async fn payment_of(visit: &Visit, order: OrderId) -> Result<Option<PaymentDetails>, Failure> {
    let path = format!("/api/payments?order={order}&limit=100");
    let list = visit.ports().api.get::<Vec<PaymentDetails>>(visit, Target::Payments, &path);
    let mut payments = list.await?.body.into_iter();
    Ok(payments.find(|payment| payment.status == "captured"))
}

async fn page(
    visit: &Visit,
    show: &ShowView,
    form: Form,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let query = visit.query()?;
    let own = format!("/sell/shows/{}/orders", show.id);
    let path = format!("/api/shows/{}/orders?limit={ORDERS}", show.id);
    let path = with_cursor(&path, query);
    let list = visit.ports().api.get::<Vec<SaleView>>(visit, Target::Tickets, &path).await?;
    let chosen = form.given("order").or(query.given("order"));
    let chosen: Option<OrderId> = chosen.and_then(|order| order.parse().ok());
    let refunds = match chosen {
        Some(order) => refunds(visit, show, (order, query.value("refund"))).await?,
        None => Vec::new(),
    };
    let now = visit.ports().clock.now();
    let next = list.next.as_deref().and_then(|next| next_of(&own, next));
    let rows = list.body.into_iter().map(|sale| {
        let is_chosen = chosen == Some(sale.order_id);
        OrderRow::of(t, show, sale, (&form, is_chosen, now))
    });
    let key = form.next_key(|| visit.new_key());
    let page = ShowOrdersPage {
        visit,
        t,
        show,
        orders: rows.collect(),
        refunds,
        cursor: query.value("cursor").to_owned(),
        next,
        key,
        form,
    };
    Ok(visit.render(status, &page))
}

/// The refunds of an order, the latest first.
async fn refunds(
    visit: &Visit,
    show: &ShowView,
    (order, new): (OrderId, &str),
) -> Result<Vec<RefundRow>, Failure> {
    let (t, zone) = (visit.language(), Some(show.venue.time_zone.as_str()));
    let now = visit.ports().clock.now();
    let Some(payment) = payment_of(visit, order).await? else { return Ok(Vec::new()) };
    let path = format!("/api/payments/{}/refunds", payment.id);
    let list = visit.ports().api.get::<Vec<RefundDetails>>(visit, Target::Payments, &path).await?;
    let row = |refund: RefundDetails| RefundRow {
        amount: t.money(&refund.money()),
        when: t.list_time(&refund.requested_at, zone, now),
        is_new: refund.id.to_string() == new,
        refund,
    };
    Ok(list.body.into_iter().rev().map(row).collect())
}

impl OrderRow {
    fn of(
        t: Language,
        show: &ShowView,
        sale: SaleView,
        (form, is_chosen, now): (&Form, bool, Timestamp),
    ) -> Self {
        let zone = Some(show.venue.time_zone.as_str());
        let shown = |money: Money| (money.minor_units > 0).then(|| t.money(&money));
        let items = sale.items.iter().map(|item| {
            let ticket = show.tickets.iter().find(|ticket| ticket.id == item.ticket_id);
            let left = item.quantity.saturating_sub(item.returned);
            let field = format!("returns.{}", item.ticket_id);
            // After the start, nothing returns to sale by default.
            let present = if show.is_over(now) { 0 } else { left };
            let chosen = if form.has_errors() && is_chosen {
                form.value(&field).to_owned()
            } else {
                present.to_string()
            };
            ItemRow {
                field,
                title: ticket.map(|ticket| ticket.title.clone()).unwrap_or_default(),
                quantity: item.quantity,
                returned: item.returned,
                left,
                chosen,
            }
        });
        Self {
            items: items.collect(),
            tag: tag(t, sale.status),
            when: t.list_time(&sale.ordered_at, zone, now),
            paid: t.money(&sale.paid()),
            refunded: shown(sale.refunded()),
            disputed: shown(sale.disputed()),
            refundable: sale.refundable(),
            is_chosen,
            sale,
        }
    }

    fn can_be_refunded(&self) -> bool {
        self.refundable.minor_units > 0
    }
}

impl RefundRow {
    fn text(&self, t: Language) -> String {
        match (self.refund.status, self.refund.to.as_str()) {
            (RefundState::Requested, _) => t.refund_requested(&self.amount),
            (RefundState::Failed, _) => t.seller_refund_failed(&self.amount),
            (RefundState::Succeeded, "credit") => t.refunded_to_credit(&self.amount),
            (RefundState::Succeeded, _) => t.refunded_to_card(&self.amount),
        }
    }

    fn class(&self) -> &'static str {
        match self.refund.status {
            RefundState::Requested => "warn",
            RefundState::Failed => "bad",
            RefundState::Succeeded => "",
        }
    }
}

impl ShowOrdersPage<'_> {
    /// The path of the page with this order chosen.
    fn path_of(&self, order: &OrderId) -> String {
        let at = match self.cursor.as_str() {
            "" => String::new(),
            cursor => format!("&cursor={cursor}"),
        };
        format!("/sell/shows/{}/orders?order={order}{at}", self.show.id)
    }

    /// Whether the refused form is of an order that is not on this page.
    fn is_elsewhere(&self) -> bool {
        self.form.has_errors() && !self.orders.iter().any(|order| order.is_chosen)
    }
}

/// The state of the money of an order.
fn tag(t: Language, status: SaleStatusView) -> Tag {
    let (class, text) = match status {
        SaleStatusView::NothingPaid => ("", t.nothing_paid()),
        SaleStatusView::Paid => ("good", t.paid()),
        SaleStatusView::PartlyRefunded => ("", t.partly_refunded()),
        SaleStatusView::Refunded => ("", t.refunded()),
        SaleStatusView::Disputed => ("bad", t.disputed()),
    };
    Tag { class, text }
}
