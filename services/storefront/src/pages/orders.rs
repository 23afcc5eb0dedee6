//! GET /orders: the visitor's orders, newest first.

use actix_web::HttpResponse;
use askama::Template;

use crate::api::{Target, views::OrderView};
use crate::domain::Show;
use crate::failure::Failure;
use crate::language::Language;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "orders.html")]
struct OrdersPage<'v> {
    visit: &'v Visit,
    t: Language,
    /// Each order, with the title of its show.
    orders: Vec<(OrderView, Option<String>)>,
    next: Option<String>,
}

/// A page of the orders.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let form = visit.query()?;
    let path = super::with_cursor("/api/orders", form);
    let list = visit.ports().api.get::<Vec<OrderView>>(&visit, Target::Orders, &path).await?;
    let next = list.next.as_deref().and_then(|next| super::next_of("/orders", next));
    let shows = list.body.iter().filter_map(|order| order.show_id);
    let mut shows = visit.ports().store.find_all::<Show>(shows).await?.into_iter();
    let titled = |order: OrderView| {
        let show = order.show_id.and_then(|_| shows.next().flatten());
        let title = show.and_then(|show| show.state).map(|state| state.title);
        (order, title)
    };
    let orders = list.body.into_iter().map(titled).collect();
    let page = OrdersPage { visit: &visit, t: visit.language(), orders, next };
    Ok(visit.show(&page))
}
