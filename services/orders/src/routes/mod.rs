//! One file a route.

mod cancel_order;
mod create_order;
mod list_orders;
mod own_order;
mod show_order;
mod show_timeline;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_order::create_order)
        .service(list_orders::list_orders)
        .service(show_order::show_order)
        .service(show_timeline::show_timeline)
        .service(cancel_order::cancel_order);
}
