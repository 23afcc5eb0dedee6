//! One file per route.

mod list_admissions;
mod own_admission;
mod show_admission;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_admissions::list_admissions).service(show_admission::show_admission);
}
