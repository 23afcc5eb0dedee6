//! View of an image.

use contract::ImageId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ImageSize;

/// The paths of an image, whose content never changes. Each is a JPEG.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImageView {
    /// At most 320 pixels wide.
    small: String,
    /// At most 800 pixels wide.
    medium: String,
    /// At most 1,600 pixels wide.
    large: String,
}

impl From<ImageId> for ImageView {
    fn from(image: ImageId) -> Self {
        let path = |size: ImageSize| format!("/api/images/{image}/{}", size.name());
        Self {
            small: path(ImageSize::Small),
            medium: path(ImageSize::Medium),
            large: path(ImageSize::Large),
        }
    }
}
