//! GET /dev/mail

use actix_web::get;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use web::{Code, Problem, Response};

use crate::Ports;
use crate::transport::MailEntry;

/// The kept mails.
#[derive(Template)]
#[template(path = "kept_mails.html")]
struct KeptMails {
    mails: Vec<MailEntry>,
}

/// Lists the mails that are kept as files, newest first. In development without an SMTP server only.
#[utoipa::path(
    responses(
        (status = 200, description = "The mails", content(("text/html"))),
        (status = 404, description = "Mails are sent to a server"),
    ),
)]
#[get("/dev/mail")]
pub(crate) async fn list_kept_mails(ports: Data<Ports>) -> Result<Response, Problem> {
    let directory = ports.kept.as_ref().ok_or_else(|| Problem::new(Code::NOT_FOUND))?;
    let cannot = |error| store::Unavailable::caused_by("cannot list the kept mails", error);
    let mails = directory.list().await.map_err(cannot)?;
    let page = KeptMails { mails }.render();
    let cannot = |error| store::Unavailable::caused_by("cannot show the kept mails", error);
    Ok(Response::text(StatusCode::OK, "text/html; charset=utf-8", page.map_err(cannot)?))
}
