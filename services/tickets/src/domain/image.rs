//! The files of an image: a JPEG for each size.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contract::ImageId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// A size of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImageSize {
    /// At most 320 pixels wide, for lists.
    Small,
    /// At most 800 pixels wide, for phones.
    Medium,
    /// At most 1,600 pixels wide.
    Large,
}

impl ImageSize {
    /// All sizes, the largest first.
    pub const ALL: [Self; 3] = [Self::Large, Self::Medium, Self::Small];

    /// Maximum width in pixels. The maximum height is twice as much, for posters.
    #[must_use]
    pub const fn width_max(self) -> u32 {
        match self {
            Self::Small => 320,
            Self::Medium => 800,
            Self::Large => 1_600,
        }
    }

    /// The name, as in URLs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// The size of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.name() == name)
    }
}

/// One size of an image. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageFile {
    /// The image.
    pub image_id: ImageId,
    /// The size.
    pub size: ImageSize,
    /// The JPEG, in base64.
    #[serde(serialize_with = "write_base64", deserialize_with = "read_base64")]
    pub jpeg: Bytes,
}

impl ImageFile {
    /// Id of the document: `{image} {size}`.
    #[must_use]
    pub fn id(image: ImageId, size: ImageSize) -> String {
        format!("{image} {}", size.name())
    }
}

fn write_base64<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn read_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map(Bytes::from).map_err(serde::de::Error::custom)
}
