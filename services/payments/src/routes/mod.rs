//! One file a route; `run_operation` is common to those that start a payment or refund.

mod create_payment;
mod create_refund;
mod create_top_up;
mod list_disputes;
mod list_payments;
mod list_refunds;
mod list_unsettled_payments;
mod list_unsettled_refunds;
mod receive_provider_event;
pub(crate) mod run_operation;
mod seen_by;
mod set_consent;
mod show_account;
mod show_payment;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_payment::create_payment)
        .service(create_refund::create_refund)
        .service(create_top_up::create_top_up)
        .service(list_disputes::list_disputes)
        .service(list_payments::list_payments)
        .service(list_refunds::list_refunds)
        .service(list_unsettled_payments::list_unsettled_payments)
        .service(list_unsettled_refunds::list_unsettled_refunds)
        .service(receive_provider_event::receive_provider_event)
        .service(set_consent::set_consent)
        .service(show_account::show_account)
        .service(show_payment::show_payment);
}
