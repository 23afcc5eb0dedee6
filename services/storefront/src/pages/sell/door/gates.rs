//! GET and POST /sell/shows/{id}/door/gates and /sell/tickets/{id}/door/gates: the devices at the
//! door, and the people whom they admitted against the rules.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use admission_codes::qr;
use askama::Template;
use contract::GateId;
use reqwest::Method;
use serde_json::{Value, json};

use super::event::DoorEvent;
use super::verdict::word;
use crate::api::Target;
use crate::api::gate_views::{ConflictView, GateView, NewGateView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sell/gates.html")]
struct GatesPage<'v> {
    visit: &'v Visit,
    t: Language,
    event: &'v DoorEvent,
    gates: Vec<GateView>,
    conflicts: Vec<ConflictView>,
    form: Form,
    /// The key of a gate that was just created: as text, and as an SVG element.
    created: Option<(String, String)>,
}

/// The gates of a show.
pub(crate) async fn of_show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let event = DoorEvent::of_show(&visit, &id).await?;
    page(&visit, &event, (StatusCode::OK, Form::default()), None).await
}

/// A command on the gates of a show.
pub(crate) async fn act_of_show(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    act(&visit, &DoorEvent::of_show(&visit, &id).await?, form).await
}

/// The gates of a ticket.
pub(crate) async fn of_ticket(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let event = DoorEvent::of_ticket(&visit, &id).await?;
    page(&visit, &event, (StatusCode::OK, Form::default()), None).await
}

/// A command on the gates of a ticket.
pub(crate) async fn act_of_ticket(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    act(&visit, &DoorEvent::of_ticket(&visit, &id).await?, form).await
}

async fn act(visit: &Visit, event: &DoorEvent, form: Form) -> Result<HttpResponse, Failure> {
    match form.value("do") {
        "create" => create(visit, event, form).await,
        "revoke" => revoke(visit, event, form).await,
        _ => Err(Failure::Invalid("do must be create or revoke")),
    }
}

/// Creates a gate. Its key is on this page only, so that the response is no redirect.
async fn create(visit: &Visit, event: &DoorEvent, form: Form) -> Result<HttpResponse, Failure> {
    let (field, id) = event.of_scan();
    let mut body = form.texts(&["name"]);
    match field {
        "showId" => body.insert("showId".to_owned(), id.into()),
        _ => body.insert("ticketIds".to_owned(), json!([id])),
    };
    let call = (Target::Admissions, Method::POST, "/api/gates");
    let body = Value::from(body);
    match visit.ports().api.call::<NewGateView>(visit, call, Some(&body), None).await {
        Ok(reply) => {
            let NewGateView { id, key } = reply.body;
            let key = format!("{id}.{key}");
            let drawn = qr::svg(&key, visit.language().gate_key()).map_err(|error| {
                tracing::error!(%error, "cannot draw a key");
                Failure::Internal
            })?;
            page(visit, event, (StatusCode::OK, Form::default()), Some((key, drawn))).await
        }
        Err(failure) => {
            let status = failure.status();
            let form = form.refused(visit.language(), failure)?;
            page(visit, event, (status, form), None).await
        }
    }
}

async fn revoke(visit: &Visit, event: &DoorEvent, form: Form) -> Result<HttpResponse, Failure> {
    let id: GateId = form.value("gate").parse().map_err(|_| Failure::NotFound)?;
    let path = format!("/api/gates/{id}");
    let call = (Target::Admissions, Method::DELETE, path.as_str());
    match visit.ports().api.call::<()>(visit, call, None, None).await {
        // It was revoked before.
        Err(Failure::Problem(problem)) if problem.status == 404 => {}
        revoked => drop(revoked?),
    }
    Ok(visit.go_to(format!("{}/gates", event.path())))
}

async fn page(
    visit: &Visit,
    event: &DoorEvent,
    (status, form): (StatusCode, Form),
    created: Option<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (api, t) = (&visit.ports().api, visit.language());
    // The newest of all gates of the seller: a door has few.
    let gates = api.get::<Vec<GateView>>(visit, Target::Admissions, "/api/gates?limit=100");
    let (field, id) = event.of_scan();
    let path = format!("/api/check-ins/conflicts?limit=100&{field}={id}");
    let conflicts = api.get::<Vec<ConflictView>>(visit, Target::Admissions, &path);
    let (gates, conflicts) = futures::future::try_join(gates, conflicts).await?;
    let mut gates = gates.body;
    gates.retain(|gate| event.has(gate.show_id, &gate.ticket_ids));
    let conflicts = conflicts.body;
    let page = GatesPage { visit, t, event, gates, conflicts, form, created };
    Ok(visit.render(status, &page))
}

impl GatesPage<'_> {
    /// The name of the gate of a conflict, if it is not revoked.
    fn gate_of(&self, conflict: &ConflictView) -> Option<&str> {
        let gate = self.gates.iter().find(|gate| Some(gate.id) == conflict.gate_id);
        gate.map(|gate| gate.name.as_str())
    }

    fn unit_of(&self, conflict: &ConflictView) -> Option<String> {
        let (unit, units) = conflict.unit.zip(conflict.units)?;
        Some(self.t.unit_of(&self.t.number(unit), &self.t.number(units)))
    }

    fn word_of(&self, conflict: &ConflictView) -> &'static str {
        word(self.t, conflict.result)
    }

    fn when(&self, conflict: &ConflictView) -> String {
        self.t.long_time(&conflict.at, self.event.zone.as_deref())
    }

    fn created_at(&self, gate: &GateView) -> String {
        self.t.list_time(
            &gate.created_at,
            self.event.zone.as_deref(),
            self.visit.ports().clock.now(),
        )
    }
}
