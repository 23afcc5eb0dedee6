//! GET /api/images/{id}/{size}

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::ImageId;
use web::{Code, FileResponse, PathId, Problem};

use crate::Ports;
use crate::domain::{ImageFile, ImageSize};

/// Shows an image of a show.
///
/// The content of a URL never changes, so caches may keep it for a year.
#[utoipa::path(
    params(
        ("id" = ImageId, Path, description = "The image"),
        ("size" = inline(ImageSize), Path, description = "The size"),
    ),
    responses(
        (status = 200, description = "The image", content(("image/jpeg"))),
        (status = 404, description = "No such image or size"),
    ),
)]
#[get("/api/images/{id}/{size}")]
pub(crate) async fn show_image(
    ports: Data<Ports>,
    id: PathId<ImageId>,
    request: HttpRequest,
) -> Result<FileResponse, Problem> {
    let unknown = || Problem::new(Code::NOT_FOUND).detail("There is no such image");
    let size = ImageSize::named(request.match_info().query("size")).ok_or_else(unknown)?;
    let file = ports.store.find::<ImageFile>(&ImageFile::id(id.0, size)).await?;
    let ImageFile { image_id, size, jpeg } = file.ok_or_else(unknown)?;
    let tag = format!("{image_id}-{}", size.name());
    Ok(FileResponse { media_type: "image/jpeg", tag, bytes: jpeg })
}
