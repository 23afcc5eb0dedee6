//! Decodes an uploaded image within limits, and encodes its pixels anew: the results contain
//! nothing of the upload but its pixels, neither metadata nor data behind the image.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
    RgbImage, Rgba,
};

use crate::domain::ImageSize;

/// Maximum pixels: a camera of 16 megapixels. The decoder of a progressive JPEG needs up to nine
/// bytes for each.
pub const PIXELS_MAX: u64 = 16 * 1024 * 1024;

/// Maximum bytes of the decoded pixels: four for each of the most pixels.
const DECODED_BYTES_MAX: u64 = 4 * PIXELS_MAX;

/// Quality of the results, from 1 to 100, in order of preference: the first one whose file is small
/// enough, else the last one. Only noise needs the later ones.
const QUALITIES: [u8; 3] = [82, 60, 30];

/// Maximum bytes of a file before a lower quality is tried: several times a usual one.
const FILE_BYTES_MAX: usize = 1024 * 1024;

/// The reason to reject an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnImage {
    /// The declared type is not accepted, or the content has another one.
    #[error("The image must be a JPEG, PNG or WebP, and its Content-Type must say so")]
    OtherType,
    /// It has too many pixels.
    #[error("The image must have at most 16 megapixels")]
    TooManyPixels,
    /// The data are damaged, cut off, or of an unsupported kind.
    #[error("The image cannot be read")]
    Unreadable,
}

impl From<ImageError> for NotAnImage {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooManyPixels,
            ImageError::Decoding(_)
            | ImageError::Encoding(_)
            | ImageError::Parameter(_)
            | ImageError::Unsupported(_)
            | ImageError::IoError(_) => Self::Unreadable,
        }
    }
}

/// The format of a media type.
#[must_use]
pub fn format_of(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/png" => Some(ImageFormat::Png),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// The JPEGs of an upload, one for each size: upright, on white, and never larger than the upload.
///
/// # Errors
/// [`NotAnImage`]
pub fn rendered(
    upload: &[u8],
    format: ImageFormat,
) -> Result<Vec<(ImageSize, Vec<u8>)>, NotAnImage> {
    let mut picture = on_white(decoded(upload, format)?);
    let mut files = Vec::with_capacity(ImageSize::ALL.len());
    for size in ImageSize::ALL {
        let (width_max, height_max) = (size.width_max(), 2 * size.width_max());
        if picture.width() > width_max || picture.height() > height_max {
            picture = picture.thumbnail(width_max, height_max);
        }
        files.push((size, encoded(&picture.to_rgb8())?));
    }
    Ok(files)
}

/// The upright pixels of an upload.
fn decoded(upload: &[u8], format: ImageFormat) -> Result<DynamicImage, NotAnImage> {
    if image::guess_format(upload).ok() != Some(format) {
        return Err(NotAnImage::OtherType);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(upload), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    let is_too_large = u64::from(width) * u64::from(height) > PIXELS_MAX;
    if is_too_large || decoder.total_bytes() > DECODED_BYTES_MAX {
        return Err(NotAnImage::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The picture without transparency.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let mut picture = picture.into_rgba8();
    for Rgba([red, green, blue, alpha]) in picture.pixels_mut() {
        let opacity = u32::from(*alpha);
        for channel in [red, green, blue] {
            let mixed = (u32::from(*channel) * opacity + 255 * (255 - opacity)) / 255;
            *channel = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
        *alpha = u8::MAX;
    }
    DynamicImage::ImageRgba8(picture)
}

fn encoded(picture: &RgbImage) -> ImageResult<Vec<u8>> {
    let mut file = Vec::new();
    for quality in QUALITIES {
        file.clear();
        JpegEncoder::new_with_quality(&mut file, quality).encode_image(picture)?;
        if file.len() <= FILE_BYTES_MAX {
            break;
        }
    }
    Ok(file)
}
