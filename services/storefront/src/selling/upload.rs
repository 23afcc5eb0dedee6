//! Uploads of images: HTML forms send files as `multipart/form-data` only.

use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use bytes::Bytes;
use futures::stream;
use multer::Multipart;
use web::{ClientAddress, FileBody, FileLimits, NetworkSlots};

use super::refusals::{error, invalid};
use crate::failure::Failure;
use crate::language::Language;

/// The largest form: an image of 5 MB, which tickets accepts, with the other parts and their heads.
/// It arrives in time at 1 Mbit/s.
const LIMITS: FileLimits =
    FileLimits { bytes_max: 5_000_000 + 64 * 1024, arrival_max: Duration::from_secs(45) };

/// Concurrent uploads, shared evenly by networks: as many as tickets renders, 80 MB of memory.
const UPLOADS_MAX: usize = 8;

/// The field with the file.
const FIELD: &str = "image";

static SLOTS: LazyLock<NetworkSlots> = LazyLock::new(|| NetworkSlots::new(UPLOADS_MAX));

/// A file, and its declared media type.
pub(crate) struct Upload {
    pub(crate) media_type: String,
    pub(crate) bytes: Bytes,
}

/// Whether a request is a form with a file.
pub(crate) fn is_upload(request: &HttpRequest) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"))
}

/// Reads the file of a form.
///
/// # Errors
/// [`Failure::Unavailable`] with too many uploads in progress, [`Failure::Invalid`] if the body is
/// no such form, an error beside the field without a file, 413 and 408 as problems.
pub(crate) async fn read(
    t: Language,
    request: &HttpRequest,
    address: ClientAddress,
    body: FileBody,
) -> Result<Upload, Failure> {
    let _slot = SLOTS.take(address.into()).ok_or(Failure::Unavailable)?;
    let unreadable = |_| Failure::Invalid("The form must be multipart/form-data");
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default()).map_err(unreadable)?;
    let bytes = body.read(LIMITS).await?;
    let chunks = stream::iter([Ok::<_, Infallible>(bytes)]);
    let mut parts = Multipart::new(chunks, boundary);
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        if part.name() != Some(FIELD) {
            continue;
        }
        let media_type = part.content_type().map(ToString::to_string).unwrap_or_default();
        let bytes = part.bytes().await.map_err(unreadable)?;
        if !bytes.is_empty() {
            return Ok(Upload { media_type, bytes });
        }
    }
    Err(invalid(vec![error(FIELD, t.choose_file())]))
}
