//! The pages and their commands, one file each. A command is a form that is posted to the page that
//! shows it; its answer leads to another page, or shows the same one with errors.

pub(crate) mod about;
mod account;
mod admin;
mod admissions;
mod cursors;
mod forgotten_password;
mod gate;
mod headers;
mod home;
mod json;
mod kept;
mod language_choice;
mod links;
mod message;
mod offers;
mod order;
mod orders;
mod refused;
mod report;
mod sell;
mod show;
mod sign_in;
mod sign_out;
mod sign_up;
mod ticket;
mod transfers;
mod visitor_commands;

pub(crate) use cursors::{cursor_of, next_of, with_cursor};
pub(crate) use json::Json;
pub(crate) use offers::price;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, SET_COOKIE};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::web::{self as routes, ServiceConfig};
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse};

use crate::assets;
use crate::failure::Failure;
use crate::live;
use crate::visit::Visit;

/// First segments of paths that are no pages, for programs.
const NOT_PAGES: [&str; 7] =
    ["api", "graphql", ".well-known", "openapi.json", "health", "metrics", "dev"];

pub(crate) fn configure(config: &mut ServiceConfig) -> &mut ServiceConfig {
    let get = routes::get;
    let administrators = routes::scope("/admin")
        .wrap(from_fn(admin::access::only_administrators))
        .configure(administration);
    let pages = routes::scope("")
        .wrap(from_fn(around))
        .wrap(Compress::default())
        .wrap(from_fn(kept::kept))
        .route("/", get().to(home::show))
        .route("/shows/{id}", get().to(show::show))
        .route("/shows/{id}", routes::post().to(show::order))
        .route("/tickets/{id}", get().to(ticket::show))
        .route("/tickets/{id}", routes::post().to(ticket::order))
        .route("/orders", get().to(orders::show))
        .route("/orders/{id}", get().to(order::show))
        .route("/orders/{id}", routes::post().to(order::act))
        .route("/orders/{id}/tickets.pdf", get().to(admissions::document::of_order))
        .route("/payments/{id}", get().to(order::payment::come_back))
        .route("/sell", get().to(sell::overview::show))
        .route("/sell/shows/new", get().to(sell::new_show::show))
        .route("/sell/shows/new", routes::post().to(sell::new_show::create))
        .route("/sell/shows/{id}", get().to(sell::show::show))
        .route("/sell/shows/{id}", routes::post().to(sell::show_commands::act))
        .route("/sell/shows/{id}/orders", get().to(sell::orders::show))
        .route("/sell/shows/{id}/orders", routes::post().to(sell::orders::refund))
        .route("/sell/shows/{id}/orders.csv", get().to(sell::tables::orders))
        .route("/sell/shows/{id}/hours.csv", get().to(sell::tables::hours))
        .route("/sell/tickets/new", get().to(sell::new_ticket::show))
        .route("/sell/tickets/new", routes::post().to(sell::new_ticket::offer))
        .route("/sell/tickets/{id}", get().to(sell::ticket::show))
        .route("/sell/tickets/{id}", routes::post().to(sell::ticket::act))
        .route("/signin", get().to(sign_in::show))
        .route("/signin", routes::post().to(sign_in::sign_in))
        .route("/signup", get().to(sign_up::show))
        .route("/signup", routes::post().to(sign_up::sign_up))
        .route("/password", get().to(forgotten_password::show))
        .route("/password", routes::post().to(forgotten_password::request))
        .route("/signout", routes::post().to(sign_out::sign_out))
        .route("/language", routes::post().to(language_choice::choose))
        .route("/about/{topic}", get().to(about::show))
        .route("/account", get().to(account::credit::show))
        .route("/account", routes::post().to(account::credit::top_up))
        .route("/account/top-ups/{id}", get().to(account::top_up::show))
        .route("/account/security", get().to(account::security::show))
        .route("/account/security", routes::post().to(account::security::act))
        .route("/account/second-factor", get().to(account::second_factor::show))
        .route("/account/second-factor", routes::post().to(account::second_factor::act))
        .route("/account/email", get().to(account::email::show))
        .route("/account/email", routes::post().to(account::email::act))
        .route("/account/mail", get().to(account::mail::show))
        .route("/account/mail", routes::post().to(account::mail::save))
        .route("/account/data", get().to(account::data::show))
        .route("/account/data", routes::post().to(account::data::act))
        .route("/account/deleted", get().to(account::erased::show))
        .configure(entrance)
        .configure(mailed_links)
        .service(administrators)
        .default_service(routes::to(no_such_page));
    config
        .route("/assets/{name}", get().to(assets::show))
        .route("/gate/worker.js", get().to(assets::show_worker))
        .route("/live", get().to(live::open))
        .service(pages)
}

/// The pages of admissions and their transfers, for their holders and for doors.
fn entrance(config: &mut ServiceConfig) {
    let get = routes::get;
    config
        .route("/admissions", get().to(admissions::list::show))
        .route("/admissions/{id}", get().to(admissions::code::show))
        .route("/admissions/{id}", routes::post().to(admissions::code::act))
        .route("/admissions/{id}/resale", get().to(admissions::resale::show))
        .route("/admissions/{id}/resale", routes::post().to(admissions::resale::act))
        .route("/admissions/{id}/send", get().to(admissions::send::show))
        .route("/admissions/{id}/send", routes::post().to(admissions::send::send))
        .route("/transfers", get().to(transfers::list::show))
        .route("/transfers/{id}", get().to(transfers::show::show))
        .route("/transfers/{id}", routes::post().to(transfers::show::act))
        .route("/admissions/{id}/ticket.pdf", get().to(admissions::document::of_admission))
        .route("/sell/shows/{id}/door", get().to(sell::door::of_show))
        .route("/sell/shows/{id}/door", routes::post().to(sell::door::check_of_show))
        .route("/sell/tickets/{id}/door", get().to(sell::door::of_ticket))
        .route("/sell/tickets/{id}/door", routes::post().to(sell::door::check_of_ticket))
        .route("/sell/shows/{id}/door/gates", get().to(sell::door::gates::of_show))
        .route("/sell/shows/{id}/door/gates", routes::post().to(sell::door::gates::act_of_show))
        .route("/sell/tickets/{id}/door/gates", get().to(sell::door::gates::of_ticket))
        .route("/sell/tickets/{id}/door/gates", routes::post().to(sell::door::gates::act_of_ticket))
        .route("/gate", get().to(gate::show));
}

/// The pages of mailed links. The last segment of their paths is a secret.
fn mailed_links(config: &mut ServiceConfig) {
    let get = routes::get;
    config
        .route("/signup/confirm/{token}", get().to(links::confirm_sign_up::show))
        .route("/signup/confirm/{token}", routes::post().to(links::confirm_sign_up::confirm))
        .route("/password/{token}", get().to(links::reset_password::show))
        .route("/password/{token}", routes::post().to(links::reset_password::reset))
        .route("/account/email/undo/{token}", get().to(links::restore_email::show))
        .route("/account/email/undo/{token}", routes::post().to(links::restore_email::restore))
        .route("/account/email/{token}", get().to(links::confirm_email::show))
        .route("/account/email/{token}", routes::post().to(links::confirm_email::confirm))
        .route("/transfers/link/{token}", get().to(links::claim_transfer::show))
        .route("/transfers/link/{token}", routes::post().to(links::claim_transfer::claim))
        .route("/unsubscribe/{token}", get().to(links::unsubscribe::show))
        .route("/unsubscribe/{token}", routes::post().to(links::unsubscribe::unsubscribe));
}

/// The pages of administrators, below `/admin`.
fn administration(config: &mut ServiceConfig) {
    let get = routes::get;
    config
        .route("", get().to(admin::find::show))
        .route("", routes::post().to(admin::find::find))
        .route("/users/{id}", get().to(admin::user::show))
        .route("/users/{id}", routes::post().to(admin::user::act))
        .route("/tickets/{id}", get().to(admin::ticket::show))
        .route("/tickets/{id}", routes::post().to(admin::ticket::act))
        .route("/shows/{id}", get().to(admin::show::show))
        .route("/shows/{id}", routes::post().to(admin::show::cancel))
        .route("/reports", get().to(admin::reports::show))
        .route("/reports", routes::post().to(admin::reports::close))
        .route("/mail", get().to(admin::mail::show))
        .route("/mail", routes::post().to(admin::mail::retry))
        .route("/payments", get().to(admin::payments::show))
        .route("/refunds", get().to(admin::refunds::show))
        .route("/disputes", get().to(admin::disputes::show))
        .default_service(routes::to(no_such_page));
}

/// Around every page: begins the visit, shows refusals as pages, and adds the headers of pages.
async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if is_for_programs(request.path()) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let visit = Visit::begin(request.request()).await?;
    request.extensions_mut().insert(visit.clone());
    // Before any command has an effect.
    let called = match visit.query() {
        Ok(_) => next.call(request).await?.map_into_boxed_body(),
        Err(failure) => request.error_response(failure).map_into_boxed_body(),
    };
    let failure = called.response().error().and_then(|error| error.as_error::<Failure>());
    let page = failure.map(|failure| failure.page(&visit, &web::current_request_id()));
    let mut response = match page {
        Some(page) => called.into_response(page),
        None => called,
    };
    for cookie in visit.set_cookies() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    if visit.has_link() {
        headers::add_of_link(response.headers_mut());
    }
    headers::add(response.status(), response.headers_mut());
    Ok(response)
}

/// A request that was refused before it reached a page, as a page for people.
pub(crate) fn refusal(request: &HttpRequest, problem: &web::Problem) -> Option<HttpResponse> {
    if is_for_programs(request.path()) || !is_read_by_people(request) {
        return None;
    }
    let visit = Visit::read(request).ok()?;
    let mut page = Failure::from(problem.clone()).page(&visit, &web::current_request_id());
    if visit.has_link() {
        headers::add_of_link(page.headers_mut());
    }
    headers::add(page.status(), page.headers_mut());
    Some(page)
}

fn is_read_by_people(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepts| accepts.contains("text/html"))
}

fn is_for_programs(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    NOT_PAGES.contains(&first)
}

/// Any other path: a page that says so, or the problem body of the API.
async fn no_such_page(request: HttpRequest) -> Result<HttpResponse, Error> {
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    if is_for_programs(request.path()) || !is_read_by_people(&request) || !is_get {
        return Ok(web::openapi::no_such_route(request).await?);
    }
    Err(Failure::NotFound.into())
}
