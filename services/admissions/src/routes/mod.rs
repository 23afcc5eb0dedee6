//! One file per route.

mod accept_transfer;
mod bind_device;
mod cancel_transfer;
mod check_in;
mod claim_transfer;
mod create_gate;
mod decline_transfer;
mod door;
mod end_resale;
mod list_admissions;
mod list_conflicts;
mod list_for_resale;
mod list_gates;
mod list_transfers;
mod merge_check_ins;
mod offer_transfer;
mod own_admission;
mod print;
mod revoke_gate;
mod show_admission;
mod show_bundle;
mod show_code;
mod show_counts;
mod show_document;
mod show_keys;
mod show_order_document;
mod show_transfer;
mod unbind_device;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_admissions::list_admissions)
        .service(show_order_document::show_order_document)
        .service(show_admission::show_admission)
        .service(show_code::show_code)
        .service(list_for_resale::list_for_resale)
        .service(end_resale::end_resale)
        .service(bind_device::bind_device)
        .service(unbind_device::unbind_device)
        .service(show_document::show_document)
        .service(check_in::check_in)
        .service(merge_check_ins::merge_check_ins)
        .service(list_conflicts::list_conflicts)
        .service(show_counts::show_counts)
        .service(show_keys::show_keys)
        .service(create_gate::create_gate)
        .service(list_gates::list_gates)
        .service(revoke_gate::revoke_gate)
        .service(show_bundle::show_bundle)
        .service(offer_transfer::offer_transfer)
        .service(list_transfers::list_transfers)
        .service(claim_transfer::claim_transfer)
        .service(show_transfer::show_transfer)
        .service(accept_transfer::accept_transfer)
        .service(decline_transfer::decline_transfer)
        .service(cancel_transfer::cancel_transfer);
}
