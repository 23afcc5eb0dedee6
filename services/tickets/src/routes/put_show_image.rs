//! PUT /api/shows/{id}/image

use actix_web::put;
use actix_web::web::Data;
use bytes::Bytes;
use contract::{ImageId, ShowId};
use store::{Stop, Tx};
use web::{ClientAddress, FileBody, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{ImageFile, Refusal, Requested, Show};
use crate::images::rendering::{NotAnImage, format_of};
use crate::images::uploads::UPLOAD;
use crate::revision_request::{requester, revise};

/// Replaces the image of a seller's own show.
///
/// The body is a JPEG, PNG or WebP file of at most 5,000,000 bytes and 16 megapixels. It is encoded
/// anew in three sizes, without its metadata. The view of the show contains their URLs, which never
/// change their content; a later image has other URLs.
#[utoipa::path(
    request_body(description = "The file", content(
        ("image/jpeg"), ("image/png"), ("image/webp"),
    )),
    params(("id" = ShowId, Path, description = "The show")),
    responses(
        (status = 204, description = "The show has the image"),
        (status = 403, description = "Not the seller of the show"),
        (status = 404, description = "No such show"),
        (status = 409, description = "`show_cancelled`"),
        (status = 415, description = "`unsupported_image`: not a JPEG, PNG or WebP image, or not of the declared type, or with too many pixels"),
    ),
    security(("session" = [])),
)]
#[put("/api/shows/{id}/image")]
pub(crate) async fn put_show_image(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<ShowId>,
    address: ClientAddress,
    body: FileBody,
) -> Result<Response, Problem> {
    let (id, requester) = (id.0, requester(&who));
    let image = ImageId::from(ports.ids.next(ports.clock.now()));
    let show = ports.store.find::<Show>(&id.to_string()).await?;
    show.ok_or(Refusal::UnknownShow)?.change_image(requester, Some(image))?;
    let place = ports.uploads.admit(who.user, address)?;
    let format = body.media_type().as_deref().and_then(format_of).ok_or(NotAnImage::OtherType)?;
    let upload = body.read(UPLOAD).await?;
    let rendered = ports.uploads.render(place, upload, format).await?;
    let files = rendered.into_iter().map(|(size, jpeg)| ImageFile {
        image_id: image,
        size,
        jpeg: Bytes::from(jpeg),
    });
    let files: Vec<ImageFile> = files.collect();
    let change = move |tx: &mut Tx<'_>, show: &Show| {
        let change = show.change_image(requester, Some(image))?;
        if matches!(change, Requested::Revision(_)) {
            for file in &files {
                tx.insert(file.clone());
            }
        }
        Ok::<_, Stop<Refusal>>(change)
    };
    revise::<Show>(&ports, id.untyped(), change).await?;
    Ok(Response::no_content())
}
