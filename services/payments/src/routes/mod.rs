//! One file a route.

mod create_payment;
mod receive_provider_event;
mod show_payment;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_payment::create_payment)
        .service(receive_provider_event::receive_provider_event)
        .service(show_payment::show_payment);
}
