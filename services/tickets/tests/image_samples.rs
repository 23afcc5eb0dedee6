//! Images: small good ones, and files that claim to be images.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

pub(crate) const RED: Rgb<u8> = Rgb([220, 20, 20]);
pub(crate) const BLUE: Rgb<u8> = Rgb([20, 20, 220]);

/// The left half is red, the right half is blue.
pub(crate) fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { RED } else { BLUE })
}

pub(crate) fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let (picture, mut file) = (picture.into(), Vec::new());
    match format {
        ImageFormat::Jpeg => {
            JpegEncoder::new_with_quality(&mut file, 95).encode_image(&picture).unwrap();
        }
        other => picture.write_to(&mut Cursor::new(&mut file), other).unwrap(),
    }
    file
}

/// A small PNG, JPEG or WebP.
pub(crate) fn sample(format: ImageFormat) -> Vec<u8> {
    written(halves(64, 32), format)
}

/// A PNG of one pixel, of eight bits a channel, whose header states other dimensions.
pub(crate) fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    with_dimensions(written(RgbImage::new(1, 1), ImageFormat::Png), width, height)
}

/// The same with 16 bits a channel, and four channels.
pub(crate) fn deep_png_bomb(width: u32, height: u32) -> Vec<u8> {
    with_dimensions(written(DynamicImage::new_rgba16(1, 1), ImageFormat::Png), width, height)
}

/// A PNG with other dimensions and a valid checksum in its header.
fn with_dimensions(mut file: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&file[12..29]);
    file[29..33].copy_from_slice(&checksum.to_be_bytes());
    file
}

/// A JPEG whose frame header states other dimensions.
pub(crate) fn jpeg_bomb(width: u16, height: u16) -> Vec<u8> {
    let mut file = sample(ImageFormat::Jpeg);
    let frame = file.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

/// A lossless WebP whose header states the largest dimensions, 16,384 by 16,384.
pub(crate) fn webp_bomb() -> Vec<u8> {
    let mut file = sample(ImageFormat::WebP);
    let header = file.windows(4).position(|chunk| chunk == b"VP8L").unwrap() + 9;
    file[header..header + 3].copy_from_slice(&[0xff; 3]);
    file[header + 3] |= 0x0f;
    file
}

/// A JPEG with an EXIF block: an orientation, and a place in the text of its comment.
pub(crate) fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    exif.extend([0x01, 0x0e, 0, 2, 0, 0, 0, 14, 0, 0, 0, 38, 0, 0, 0, 0]);
    exif.extend(b"GPS 52.52 13.4\0");
    let length = u16::try_from(exif.len() + 2).unwrap();
    let block = [[0xff, 0xe1].as_slice(), &length.to_be_bytes(), &exif].concat();
    [&jpeg[..2], &block, &jpeg[2..]].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 }
        })
    })
}
