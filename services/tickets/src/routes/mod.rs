//! One file a route.

mod edit_ticket;
mod list_tickets;
mod offer_ticket;
mod show_ticket;
mod views;
mod withdraw_ticket;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(offer_ticket::offer_ticket)
        .service(list_tickets::list_tickets)
        .service(show_ticket::show_ticket)
        .service(edit_ticket::edit_ticket)
        .service(withdraw_ticket::withdraw_ticket);
}
