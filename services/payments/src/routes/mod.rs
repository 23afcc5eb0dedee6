//! One file a route.

mod create_payment;
mod show_payment;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_payment::create_payment).service(show_payment::show_payment);
}
