//! One file per route.

mod check_in;
mod end_resale;
mod list_admissions;
mod list_for_resale;
mod own_admission;
mod show_admission;
mod show_code;
mod show_keys;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_admissions::list_admissions)
        .service(show_admission::show_admission)
        .service(show_code::show_code)
        .service(list_for_resale::list_for_resale)
        .service(end_resale::end_resale)
        .service(check_in::check_in)
        .service(show_keys::show_keys);
}
