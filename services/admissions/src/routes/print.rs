//! Documents of admissions, from the cache or rendered.

use admission_codes::sign_static;
use bytes::Bytes;
use contract::{Language, ShowId, TicketId, UserId};
use store::Stop;
use web::{ClientAddress, Download, Problem};

use super::show_code::of_paper;
use crate::Ports;
use crate::domain::{Admission, Refusal, Show, Ticket};
use crate::printing;

/// The document of valid admissions that a user holds. Errors: 404; 409 `device_only`, `held_by_device`,
/// and `not_valid` if one of them changes meanwhile; 503 `busy`.
pub(super) async fn print(
    ports: &Ports,
    (user, address): (UserId, ClientAddress),
    (language, name): (Language, String),
    admissions: Vec<Admission>,
) -> Result<Download, Problem> {
    let tickets: Vec<TicketId> = admissions.iter().map(|it| it.state.ticket_id).collect();
    let tickets = ports.store.find_all::<Ticket>(tickets).await?;
    if tickets.into_iter().flatten().any(|ticket| ticket.device_only) {
        return Err(Refusal::DeviceOnly.into());
    }
    let shows: Vec<ShowId> = admissions.iter().filter_map(|it| it.state.show_id).collect();
    let mut shows = ports.store.find_all::<Show>(shows).await?.into_iter();
    let with_show = |admission: Admission| {
        let show = admission.state.show_id.and_then(|_| shows.next().flatten());
        (admission, show)
    };
    let entries: Vec<_> = admissions.into_iter().map(with_show).collect();
    let mut document = printing::document(language, &entries);
    let key = document.id.clone();
    if let Some(pdf) = printing::find(&ports.store, &key).await? {
        return Ok(download(name, pdf));
    }
    let place = ports.printer.admit(address)?;
    let versions: Vec<_> =
        entries.iter().map(|(it, _)| (it.state.id, it.state.credential_version)).collect();
    let random = ports.ids.random_bytes();
    let signed = ports.store.transact(move |tx| {
        let mut signed = Vec::with_capacity(versions.len());
        for (id, version) in &versions {
            let (claims, key) = of_paper(tx, (*id, user), random)?;
            if claims.credential_version != *version {
                return Err(Stop::from(Refusal::NotValid));
            }
            signed.push((claims, key));
        }
        Ok(signed)
    });
    for (page, (claims, key)) in document.pages.iter_mut().zip(signed.await?) {
        page.code = sign_static(claims, &key).to_string();
    }
    let pdf = ports.printer.render(place, document).await?;
    if let Err(error) = printing::keep(&ports.store, &ports.printer, (key, pdf.clone())).await {
        tracing::debug!(%error, "a document is not cached");
    }
    Ok(download(name, pdf))
}

fn download(file_name: String, bytes: Bytes) -> Download {
    Download { media_type: "application/pdf", file_name, bytes }
}
