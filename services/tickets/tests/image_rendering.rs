//! Rendering of uploads: limits, metadata, orientation, transparency, damaged and hostile files.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use tickets::domain::ImageSize;
use tickets::images::rendering::{NotAnImage, PIXELS_MAX, rendered};

use crate::image_samples::{
    BLUE, RED, deep_png_bomb, halves, jpeg_bomb, png_bomb, sample, webp_bomb, with_exif, written,
};

const FORMATS: [ImageFormat; 3] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];

/// The results as pictures, the largest first.
fn pictures(upload: &[u8], format: ImageFormat) -> Vec<RgbImage> {
    let files = rendered(upload, format).unwrap();
    assert!(files.iter().map(|(size, _)| *size).eq(ImageSize::ALL));
    let picture = |file: &[u8]| {
        image::load_from_memory_with_format(file, ImageFormat::Jpeg).unwrap().into_rgb8()
    };
    files.iter().map(|(_, file)| picture(file)).collect()
}

fn sizes(upload: &[u8], format: ImageFormat) -> Vec<(u32, u32)> {
    pictures(upload, format).iter().map(RgbImage::dimensions).collect()
}

#[track_caller]
fn assert_near(found: Rgb<u8>, expected: Rgb<u8>) {
    let is_near = found.0.iter().zip(expected.0).all(|(a, b)| a.abs_diff(b) < 40);
    assert!(is_near, "{found:?} instead of {expected:?}");
}

#[test]
fn every_format_is_rendered_in_three_sizes_that_are_never_enlarged() {
    for format in FORMATS {
        let expected = [(1600, 400), (800, 200), (320, 80)];
        assert_eq!(sizes(&written(halves(2000, 500), format), format), expected, "{format:?}");
        assert_eq!(sizes(&sample(format), format), [(64, 32); 3], "{format:?}");
        for picture in pictures(&sample(format), format) {
            assert_near(*picture.get_pixel(8, 16), RED);
            assert_near(*picture.get_pixel(56, 16), BLUE);
        }
    }
    let png = |width, height| written(halves(width, height), ImageFormat::Png);
    let at_the_bound = sizes(&png(1600, 10), ImageFormat::Png);
    assert_eq!(at_the_bound[0], (1600, 10));
    assert_eq!(sizes(&png(1601, 1), ImageFormat::Png)[0], (1600, 1));
    let tall = sizes(&png(100, 9_600), ImageFormat::Png);
    assert_eq!(tall, [(33, 3200), (17, 1600), (7, 640)]);
}

#[test]
fn the_type_of_the_content_must_be_the_declared_one() {
    for format in FORMATS {
        for declared in FORMATS {
            let is_same = rendered(&sample(format), declared);
            match is_same {
                Ok(_) => assert_eq!(format, declared),
                Err(reason) => {
                    assert_eq!(reason, NotAnImage::OtherType);
                    assert_ne!(format, declared);
                }
            }
        }
    }
    for other in [
        b"".as_slice(),
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"BM\x3a\0\0\0",
        b"%PDF-1.7",
        b"\0\0\0 ftypavif",
    ] {
        for declared in FORMATS {
            assert_eq!(rendered(other, declared), Err(NotAnImage::OtherType), "{other:?}");
        }
    }
}

#[test]
fn pixels_are_limited_before_they_are_decoded() {
    assert_eq!(PIXELS_MAX, 4096 * 4096);
    let too_many = Err(NotAnImage::TooManyPixels);
    // The header is accepted, and the data of one pixel are too few.
    assert_eq!(rendered(&png_bomb(4096, 4096), ImageFormat::Png), Err(NotAnImage::Unreadable));
    // Eight bytes for each pixel: half of the pixels are the most.
    let deep = |height| rendered(&deep_png_bomb(4096, height), ImageFormat::Png);
    assert_eq!((deep(2048), deep(2049)), (Err(NotAnImage::Unreadable), too_many.clone()));
    for (width, height) in [(4097, 4096), (60_000, 60_000), (u32::MAX >> 1, 1), (1, u32::MAX >> 1)]
    {
        let bomb = png_bomb(width, height);
        assert!(bomb.len() < 200);
        assert_eq!(rendered(&bomb, ImageFormat::Png), too_many, "{width} × {height}");
    }
    assert_eq!(rendered(&jpeg_bomb(65_535, 65_535), ImageFormat::Jpeg), too_many);
    assert!(rendered(&webp_bomb(), ImageFormat::WebP).is_err());
    for empty in [png_bomb(0, 0), png_bomb(0, 5), jpeg_bomb(0, 0)] {
        let format = image::guess_format(&empty).unwrap();
        assert_eq!(rendered(&empty, format), Err(NotAnImage::Unreadable));
    }
}

#[test]
fn the_results_contain_no_metadata_and_no_data_behind_the_image() {
    let photo = with_exif(&sample(ImageFormat::Jpeg), 1);
    assert!(photo.windows(9).any(|part| part == b"GPS 52.52"));
    for format in FORMATS {
        let upload = match format {
            ImageFormat::Jpeg => photo.clone(),
            _ => sample(format),
        };
        let polyglot = [upload.as_slice(), b"<script>alert(1)</script>PK\x03\x04"].concat();
        for (_, file) in rendered(&polyglot, format).unwrap() {
            for leak in [b"GPS".as_slice(), b"Exif", b"script", b"PK\x03\x04"] {
                let is_leaked = file.windows(leak.len()).any(|part| part == leak);
                assert!(!is_leaked, "{format:?} {}", String::from_utf8_lossy(leak));
            }
        }
    }
}

#[test]
fn the_orientation_of_a_camera_is_applied() {
    // 6: the left side of the stored picture is the top of the upright one.
    let upright = &pictures(&with_exif(&sample(ImageFormat::Jpeg), 6), ImageFormat::Jpeg)[0];
    assert_eq!(upright.dimensions(), (32, 64));
    assert_near(*upright.get_pixel(16, 8), RED);
    assert_near(*upright.get_pixel(16, 56), BLUE);
    let turned = &pictures(&with_exif(&sample(ImageFormat::Jpeg), 3), ImageFormat::Jpeg)[0];
    assert_near(*turned.get_pixel(8, 16), BLUE);
    for unknown in [0, 1, 9, 255] {
        let upload = with_exif(&sample(ImageFormat::Jpeg), unknown);
        let same = &pictures(&upload, ImageFormat::Jpeg)[0];
        assert_near(*same.get_pixel(8, 16), RED);
    }
}

#[test]
fn transparency_becomes_white() {
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        for (alpha, expected) in [(0, [255; 3]), (255, RED.0), (128, [237, 137, 137])] {
            let pixel = Rgba([RED.0[0], RED.0[1], RED.0[2], alpha]);
            let upload = written(RgbaImage::from_pixel(40, 20, pixel), format);
            assert_near(*pictures(&upload, format)[0].get_pixel(20, 10), Rgb(expected));
        }
    }
    let gray = DynamicImage::new_luma_a8(40, 20);
    let upload = written(gray, ImageFormat::Png);
    assert_near(*pictures(&upload, ImageFormat::Png)[0].get_pixel(20, 10), Rgb([255; 3]));
}

#[test]
fn a_file_of_noise_is_stored_in_a_lower_quality() {
    let mut state = 1_u32;
    let noise = RgbImage::from_fn(800, 1600, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, green, blue, red] = state.to_le_bytes();
        Rgb([red, green, blue])
    });
    let files = rendered(&written(noise, ImageFormat::Png), ImageFormat::Png).unwrap();
    // Four times as many pixels are the most, and a document has at most 16 MB, in base64.
    let largest = files.iter().map(|(_, file)| file.len()).max().unwrap();
    assert!(largest < 2_000_000, "{largest} bytes");
}

#[test]
fn a_truncated_file_is_rejected_or_rendered_but_never_fails_otherwise() {
    for format in FORMATS {
        let upload = sample(format);
        for length in 0..upload.len() {
            match rendered(&upload[..length], format) {
                Ok(files) => assert_eq!(files.len(), 3),
                Err(NotAnImage::OtherType | NotAnImage::Unreadable) => {}
                Err(NotAnImage::TooManyPixels) => panic!("{format:?} {length}"),
            }
        }
        let half = rendered(&upload[..upload.len() / 4], format);
        assert!(half.is_err() || format == ImageFormat::Jpeg, "{format:?}");
    }
}
