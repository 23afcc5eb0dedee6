//! GET /orders: the visitor's orders, newest first.

use actix_web::HttpResponse;
use askama::Template;

use crate::api::{Target, views::OrderView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "orders.html")]
struct OrdersPage<'v> {
    visit: &'v Visit,
    t: Language,
    orders: Vec<OrderView>,
    next: Option<String>,
}

/// A page of the orders.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let form = Form::parse(visit.query().as_bytes())?;
    let path = super::with_cursor("/api/orders", &form);
    let list = visit.ports().api.get::<Vec<OrderView>>(&visit, Target::Orders, &path).await?;
    let next = list.next.as_deref().and_then(|next| super::next_of("/orders", next));
    let page = OrdersPage { visit: &visit, t: visit.language(), orders: list.body, next };
    Ok(visit.show(&page))
}
