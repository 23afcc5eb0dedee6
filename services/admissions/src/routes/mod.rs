//! One file per route.

mod check_in;
mod list_admissions;
mod own_admission;
mod print;
mod show_admission;
mod show_code;
mod show_document;
mod show_keys;
mod show_order_document;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_admissions::list_admissions)
        .service(show_order_document::show_order_document)
        .service(show_admission::show_admission)
        .service(show_code::show_code)
        .service(show_document::show_document)
        .service(check_in::check_in)
        .service(show_keys::show_keys);
}
