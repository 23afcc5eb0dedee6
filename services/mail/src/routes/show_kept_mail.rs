//! GET /dev/mail/{name}

use actix_web::get;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use web::{Code, Problem, Response};

use crate::Ports;
use crate::transport::MailParts;

/// Mails contain styles, and neither scripts nor forms. Their links open in the whole window.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; \
                      form-action 'none'; base-uri 'none'";

/// Media type of the text and of the file.
const PLAIN: &str = "text/plain; charset=utf-8";

/// Shows a mail that is kept as a file: its HTML, its text with `.txt` behind the name, or the file
/// itself with `.eml`. In development without an SMTP server only.
#[utoipa::path(
    params(("name" = String, Path, description = "The name, as listed, and optionally .txt or .eml")),
    responses(
        (status = 200, description = "The mail", content(("text/html"), ("text/plain"))),
        (status = 404, description = "No such mail, or mails are sent to a server"),
    ),
)]
#[get("/dev/mail/{name}")]
pub(crate) async fn show_kept_mail(
    ports: Data<Ports>,
    name: Path<String>,
) -> Result<Response, Problem> {
    let unknown = || Problem::new(Code::NOT_FOUND).detail("There is no such mail");
    let directory = ports.kept.as_ref().ok_or_else(unknown)?;
    let cannot = |error| store::Unavailable::caused_by("cannot read a kept mail", error);
    let (stem, form) = match name.strip_suffix(".txt") {
        Some(stem) => (stem, Form::Text),
        None => {
            name.strip_suffix(".eml").map_or((name.as_str(), Form::Html), |it| (it, Form::File))
        }
    };
    let file = format!("{stem}.eml");
    let file = directory.read(&file).await.map_err(cannot)?.ok_or_else(unknown)?;
    let (content_type, body) = match form {
        Form::File => (PLAIN, String::from_utf8_lossy(&file).into_owned()),
        Form::Text => (PLAIN, MailParts::of(&file).text),
        Form::Html => ("text/html; charset=utf-8", MailParts::of(&file).html),
    };
    let response = Response::text(StatusCode::OK, content_type, body);
    Ok(response.header("Content-Security-Policy", POLICY))
}

#[derive(Clone, Copy)]
enum Form {
    Html,
    Text,
    File,
}
