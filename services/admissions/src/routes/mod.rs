//! One file per route.

mod bind_device;
mod check_in;
mod list_admissions;
mod own_admission;
mod show_admission;
mod show_code;
mod show_keys;
mod unbind_device;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_admissions::list_admissions)
        .service(show_admission::show_admission)
        .service(show_code::show_code)
        .service(bind_device::bind_device)
        .service(unbind_device::unbind_device)
        .service(check_in::check_in)
        .service(show_keys::show_keys);
}
