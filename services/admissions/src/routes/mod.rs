//! One file per route.

mod accept_transfer;
mod cancel_transfer;
mod check_in;
mod claim_transfer;
mod decline_transfer;
mod list_admissions;
mod list_transfers;
mod offer_transfer;
mod own_admission;
mod show_admission;
mod show_code;
mod show_keys;
mod show_transfer;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_admissions::list_admissions)
        .service(show_admission::show_admission)
        .service(show_code::show_code)
        .service(check_in::check_in)
        .service(show_keys::show_keys)
        .service(offer_transfer::offer_transfer)
        .service(list_transfers::list_transfers)
        .service(claim_transfer::claim_transfer)
        .service(show_transfer::show_transfer)
        .service(accept_transfer::accept_transfer)
        .service(decline_transfer::decline_transfer)
        .service(cancel_transfer::cancel_transfer);
}
