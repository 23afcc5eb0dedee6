//! POST /api/orders

use std::collections::HashMap;

use actix_web::post;
use actix_web::web::Data;
use contract::money::Decimal;
use contract::number::WholeNumber;
use contract::{OrderId, TicketId};
use serde::Deserialize;
use store::{Stop, Tx};
use utoipa::ToSchema;
use web::body::JsonObject;
use web::idempotency::Record;
use web::{Body, ClientAddress, Code, Problem, Response, Trader, once};

use super::views::OrderView;
use crate::Ports;
use crate::domain::{Inventory, PlacedOrder, Refusal};
use crate::stock::Effect;
use crate::stock::place::{OrderRequest, RequestedItem};

/// Maximum number of items in an order; bounds the documents that one decision reads.
const ITEMS_MAX: usize = 10;

/// Maximum number of units of one item.
const UNITS_MAX: u32 = 100;

web::body! {
    /// The tickets to order: one ticket, or several as `items`.
    pub(crate) struct CreateOrderBody {
        /// The ticket of an order of one ticket.
        pub(crate) ticket_id: Option<TicketId>,
        /// Units of that ticket, 1 to 100; 1 by default.
        pub(crate) quantity: Option<Quantity>,
        /// 1 to 10 tickets, each once.
        #[schema(value_type = Option<Vec<OrderedItem>>)]
        pub(crate) items: Option<Vec<JsonObject<OrderedItem>>>,
        /// Total that the buyer expects. An order with another total is rejected.
        #[schema(value_type = Option<Decimal>)]
        pub(crate) expected_total: Option<ExpectedTotal>,
    }
}

/// Total that a buyer expects: zero or more.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Decimal")]
pub(crate) struct ExpectedTotal(Decimal);

impl TryFrom<Decimal> for ExpectedTotal {
    type Error = &'static str;

    fn try_from(total: Decimal) -> Result<Self, Self::Error> {
        if total.is_negative() { Err("must be zero or more") } else { Ok(Self(total)) }
    }
}

/// Units of one ticket.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OrderedItem {
    /// The ticket.
    ticket_id: TicketId,
    /// Units of the ticket, 1 to 100.
    quantity: Quantity,
}

/// Number of units, 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(try_from = "WholeNumber")]
#[schema(value_type = u32, minimum = 1, maximum = 100)]
pub(crate) struct Quantity(u32);

impl TryFrom<WholeNumber> for Quantity {
    type Error = &'static str;

    fn try_from(WholeNumber(units): WholeNumber) -> Result<Self, Self::Error> {
        let units = u32::try_from(units).ok().filter(|units| (1..=UNITS_MAX).contains(units));
        units.map(Self).ok_or("must be a whole number from 1 to 100")
    }
}

/// Orders tickets.
///
/// All units are held until the order's deadline, or none. A free order is complete at once. The
/// tickets of an order are all of one show, or all without a show.
#[utoipa::path(
    request_body = CreateOrderBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key and body returns the first response")),
    responses(
        (status = 201, description = "The units are held, or sold if the order is free", body = OrderView),
        (status = 403, description = "`address_unverified`"),
        (status = 404, description = "No such ticket"),
        (status = 409, description = "`sold_out`, `total_changed`, `hold_limit`, `network_limit`, `own_ticket`, `not_offered`, `show_cancelled` or `shows_differ`"),
    ),
    security(("session" = [])),
)]
#[post("/api/orders")]
pub(crate) async fn create_order(
    ports: Data<Ports>,
    Trader(who): Trader,
    address: ClientAddress,
    body: Body<CreateOrderBody>,
) -> Result<Response, Problem> {
    ports.throttle.check(&who.user)?;
    let expected_total = body.value.expected_total.clone().map(|ExpectedTotal(total)| total);
    let wanted = wanted(body.value)?;
    wait_for_copies(&ports, &wanted).await?;
    let placed = PlacedOrder {
        id: OrderId::from(ports.ids.next(ports.clock.now())),
        buyer: who.user,
        window: ports.settings.order_window,
    };
    sources::begin_trace_of(placed.id);
    for item in &wanted {
        ports.recently_ordered.ordered(item.ticket_id);
    }
    let (call, requester, settings) = (body.call, who.user.to_string(), ports.settings);
    let counted = settings.counted(address.into());
    let request_id = web::current_request_id();
    let request = OrderRequest { placed, wanted, expected_total, request_id, counted, settings };
    let reads = request.reads().and::<Record>(call.record_id(&requester));
    let decide = move |tx: &mut Tx<'_>| {
        // A repeat returns the first response and places no order.
        let mut effect = None;
        let response = once(tx, &requester, &call, |tx| {
            let (order, stock) = request.place(tx)?;
            effect = Some(Effect::of(&order));
            // The order was just placed, so no ticket has changed.
            let view = OrderView::of(&order, &HashMap::new());
            let response = Response::created(format!("/api/orders/{}", placed.id), &view);
            Ok::<_, Stop<Refusal>>(stock.iter().fold(response, Response::seen))
        })?;
        Ok::<_, Stop<Refusal>>((response, effect))
    };
    let (response, effect) = ports.store.transact_reading(reads, decide).await?;
    if let Some(effect) = effect {
        metrics::counter!("orders_created_total").increment(1);
        effect.count();
    }
    Ok(response)
}

/// The items of the body, in either form.
fn wanted(body: CreateOrderBody) -> Result<Vec<RequestedItem>, Problem> {
    let invalid =
        |field: &str, rule: &str| Err(Problem::new(Code::INVALID_REQUEST).error(field, rule));
    match (body.ticket_id, body.quantity, body.items) {
        (Some(ticket_id), quantity, None) => {
            let quantity = quantity.unwrap_or(Quantity(1));
            Ok(vec![RequestedItem { ticket_id, units: quantity.0 }])
        }
        (None, None, Some(items)) => {
            let item = |JsonObject(OrderedItem { ticket_id, quantity })| RequestedItem {
                ticket_id,
                units: quantity.0,
            };
            let items: Vec<RequestedItem> = items.into_iter().map(item).collect();
            if items.is_empty() || items.len() > ITEMS_MAX {
                return invalid("items", "must be 1 to 10 items");
            }
            for (at, item) in items.iter().enumerate() {
                if items.iter().take(at).any(|earlier| earlier.ticket_id == item.ticket_id) {
                    return invalid("items", "must name each ticket once");
                }
            }
            Ok(items)
        }
        (None, None | Some(_), None) => invalid("ticketId", "is required, or else items"),
        (Some(_), _, Some(_)) => invalid("items", "must not be given beside ticketId"),
        (None, Some(_), Some(_)) => invalid("quantity", "must not be given beside items"),
    }
}

/// Waits for the copies of recently offered tickets.
async fn wait_for_copies(ports: &Ports, wanted: &[RequestedItem]) -> Result<(), Problem> {
    for item in wanted {
        let ticket_id = item.ticket_id;
        let waiting = ports.tickets.waiting_for(ticket_id.untyped(), &ports.clock);
        if waiting.may_arrive() {
            let id = ticket_id.to_string();
            waiting.until_found(|| ports.store.find::<Inventory>(&id)).await?;
        }
    }
    Ok(())
}
