//! One file a route.

mod ban_user;
mod change_email;
mod change_password;
mod confirm_email;
mod confirm_second_factor;
mod confirm_sign_up;
mod current_user;
mod end_session;
mod erase_user;
mod export_user;
mod find_user;
mod list_sessions;
mod renew_session;
mod replace_recovery_codes;
mod request_reset;
mod request_verification;
mod reset_password;
mod restore_email;
mod revoke_admin;
mod show_second_factor;
mod show_session_keys;
mod show_user;
mod sign_in;
mod sign_out;
mod sign_out_everywhere;
mod sign_up;
mod start_second_factor;
mod stop_second_factor;
mod unban_user;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(sign_up::sign_up)
        .service(confirm_sign_up::confirm_sign_up)
        .service(sign_in::sign_in)
        .service(sign_out::sign_out)
        .service(current_user::current_user)
        .service(change_email::change_email)
        .service(request_verification::request_verification)
        .service(confirm_email::confirm_email)
        .service(restore_email::restore_email)
        .service(change_password::change_password)
        .service(request_reset::request_reset)
        .service(reset_password::reset_password)
        .service(sign_out_everywhere::sign_out_everywhere)
        .service(start_second_factor::start_second_factor)
        .service(show_second_factor::show_second_factor)
        .service(stop_second_factor::stop_second_factor)
        .service(confirm_second_factor::confirm_second_factor)
        .service(replace_recovery_codes::replace_recovery_codes)
        .service(find_user::find_user)
        .service(show_user::show_user)
        .service(ban_user::ban_user)
        .service(export_user::export_user)
        .service(erase_user::erase_user)
        .service(unban_user::unban_user)
        .service(revoke_admin::revoke_admin)
        .service(renew_session::renew_session)
        .service(list_sessions::list_sessions)
        .service(end_session::end_session)
        .service(show_session_keys::show_session_keys);
}
