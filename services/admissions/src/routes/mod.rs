//! One file per route.

mod check_in;
mod create_gate;
mod door;
mod list_admissions;
mod list_conflicts;
mod list_gates;
mod merge_check_ins;
mod own_admission;
mod revoke_gate;
mod show_admission;
mod show_bundle;
mod show_code;
mod show_counts;
mod show_keys;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_admissions::list_admissions)
        .service(show_admission::show_admission)
        .service(show_code::show_code)
        .service(check_in::check_in)
        .service(merge_check_ins::merge_check_ins)
        .service(list_conflicts::list_conflicts)
        .service(show_counts::show_counts)
        .service(show_keys::show_keys)
        .service(create_gate::create_gate)
        .service(list_gates::list_gates)
        .service(revoke_gate::revoke_gate)
        .service(show_bundle::show_bundle);
}
