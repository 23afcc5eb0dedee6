//! Arbitrary and mutated files: rendering ends with a result, never with a panic, and its results
//! are small.

use image::ImageFormat;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tickets::images::rendering::rendered;

use crate::image_samples::{sample, with_exif};

const FORMATS: [ImageFormat; 3] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];

/// The first bytes of each format.
const STARTS: [&[u8]; 4] = [
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
    b"RIFF\x40\0\0\0WEBPVP8L",
    b"RIFF\x40\0\0\0WEBPVP8X",
];

fn check(upload: &[u8]) {
    for format in FORMATS {
        for (_, file) in rendered(upload, format).into_iter().flatten() {
            assert!(file.starts_with(&[0xff, 0xd8, 0xff]));
            assert!(file.len() < 8_000_000);
        }
    }
}

fn good() -> impl Strategy<Value = Vec<u8>> {
    let photo = with_exif(&sample(ImageFormat::Jpeg), 6);
    select([FORMATS.map(sample).as_slice(), &[photo]].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_never_panic(
        start in select(STARTS.to_vec()),
        rest in vec(any::<u8>(), 0..600),
    ) {
        check(&rest);
        check(&[start, &rest].concat());
    }

    #[test]
    fn mutated_images_never_panic(
        mut upload in good(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        inserted in vec(any::<u8>(), 0..40),
    ) {
        for (at, byte) in changes {
            let at = at.index(upload.len());
            upload[at] = byte;
        }
        check(&upload);
        let at = cut.index(upload.len());
        let spliced = [&upload[..at], &inserted, &upload[at..]].concat();
        check(&spliced);
        check(&upload[..at]);
    }

    #[test]
    fn any_orientation_and_any_exif_never_panic(
        orientation in any::<u8>(),
        changes in vec((0..80_usize, any::<u8>()), 0..10),
    ) {
        let mut upload = with_exif(&sample(ImageFormat::Jpeg), orientation);
        for (at, byte) in changes {
            upload[at] = byte;
        }
        check(&upload);
    }
}
