//! One file per route.

mod change_preferences;
mod list_kept_mails;
mod list_undelivered;
mod retry_undelivered;
mod show_kept_mail;
mod show_preferences;
mod unsubscribe;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(show_preferences::show_preferences)
        .service(change_preferences::change_preferences)
        .service(unsubscribe::unsubscribe)
        .service(list_undelivered::list_undelivered)
        .service(retry_undelivered::retry_undelivered)
        .service(list_kept_mails::list_kept_mails)
        .service(show_kept_mail::show_kept_mail);
}
