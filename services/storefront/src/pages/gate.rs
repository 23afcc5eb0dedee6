//! GET /gate: the page of a device at a door. The key of its gate is in the fragment of the first
//! link, and then on the device only; it is never in a URL that reaches a server.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};
use askama::Template;

use super::headers;
use crate::language::Language;
use crate::visit::Visit;

/// The camera, for this page alone.
const PERMISSIONS: &str = "geolocation=(), microphone=(), camera=(self)";

#[derive(Template)]
#[template(path = "gate.html")]
struct GatePage {
    t: Language,
    /// Name, word and reason of each result.
    results: [(&'static str, &'static str, &'static str); 10],
    /// Other words of the script, by name; those in braces are replaced by numbers.
    notes: [(&'static str, String); 7],
}

fn results(t: Language) -> [(&'static str, &'static str, &'static str); 10] {
    [
        ("admitted", t.door_admitted(), t.door_admitted_text()),
        ("listed", t.door_listed(), t.door_listed_text()),
        ("already_used", t.door_already_used(), t.door_already_used_text()),
        ("void", t.door_void(), t.door_void_text()),
        ("superseded", t.door_superseded(), t.door_superseded_text()),
        ("wrong_ticket", t.door_wrong_ticket(), t.door_wrong_ticket_text()),
        ("expired_code", t.door_expired_code(), t.door_expired_code_text()),
        ("forged", t.door_forged(), t.door_forged_text()),
        ("not_checked", t.door_not_checked(), t.gate_not_checked_text()),
        ("gate_ended", t.gate_ended(), t.gate_ended_text()),
    ]
}

fn notes(t: Language) -> [(&'static str, String); 7] {
    [
        ("setup", t.gate_setup().to_owned()),
        ("online", t.gate_online().to_owned()),
        ("offline", t.gate_offline("{waiting}")),
        ("conflicts", t.gate_conflicts("{number}")),
        ("clock_off", t.gate_clock_off().to_owned()),
        ("no_bundle", t.gate_not_checked_text().to_owned()),
        ("forget", t.gate_forget_text().to_owned()),
    ]
}

/// The page, which is the same for every visitor.
pub(crate) async fn show(visit: Visit) -> HttpResponse {
    let t = visit.language();
    let page = GatePage { t, results: results(t), notes: notes(t) };
    let mut response = visit.show(&page);
    let policy = format!("{}; worker-src 'self'", headers::POLICY);
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    let permissions = HeaderValue::from_static(PERMISSIONS);
    response
        .headers_mut()
        .insert(HeaderName::from_static(headers::PERMISSIONS_POLICY), permissions);
    response
}
