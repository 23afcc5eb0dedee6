//! One file a route.

mod cancel_show;
mod close_report;
mod create_show;
mod delete_show_image;
mod edit_show;
mod edit_ticket;
mod list_reports;
mod list_sales;
mod list_show_orders;
mod list_shows;
mod list_tickets;
mod offer_ticket;
mod postpone_show;
mod put_show_image;
mod report_show;
mod report_ticket;
mod show_image;
mod show_sales;
mod show_show;
mod show_ticket;
mod withdraw_ticket;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_show::create_show)
        .service(list_shows::list_shows)
        .service(show_show::show_show)
        .service(edit_show::edit_show)
        .service(cancel_show::cancel_show)
        .service(postpone_show::postpone_show)
        .service(offer_ticket::offer_ticket)
        .service(list_tickets::list_tickets)
        .service(show_ticket::show_ticket)
        .service(edit_ticket::edit_ticket)
        .service(withdraw_ticket::withdraw_ticket)
        .service(put_show_image::put_show_image)
        .service(delete_show_image::delete_show_image)
        .service(show_image::show_image)
        .service(show_sales::show_sales)
        .service(list_show_orders::list_show_orders)
        .service(list_sales::list_sales)
        .service(report_ticket::report_ticket)
        .service(report_show::report_show)
        .service(list_reports::list_reports)
        .service(close_report::close_report);
}
