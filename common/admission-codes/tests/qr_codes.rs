//! QR codes of codes: their versions, their SVG, and an independent reader of it.

use std::path::{Path, PathBuf};

use admission_codes::qr::{QUIET_ZONE, TooLong, modules, svg};
use admission_codes::{Claims, Code, Epoch, sign_device_record, sign_epoch, sign_static};
use fast_qr::{ECL, Mode, QRBuilder, Version};
use proptest::prelude::*;
use testing::{QrSymbol, read_qr_codes};

use crate::samples::{
    EPOCH, any_claims, any_device, claims, device, issuer, key_of, rotating_code, static_code,
};

/// Pixels of a module in the images for the reader.
const SCALE: usize = 4;

/// The dark modules of an SVG, with its quiet zone: its path, drawn without the code under test.
fn drawn(svg: &str) -> Vec<Vec<bool>> {
    let attribute = |element: &str, name: &str| {
        let (_, rest) = svg.split_once(element).unwrap();
        let (_, rest) = rest.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let view_box = attribute("<svg", "viewBox");
    let side: usize =
        view_box.strip_prefix("0 0 ").unwrap().split_once(' ').unwrap().0.parse().unwrap();
    assert_eq!(view_box, format!("0 0 {side} {side}"));
    assert_eq!(attribute("<rect", "fill"), "#fff");
    assert_eq!(
        [attribute("<rect", "width"), attribute("<rect", "height")],
        [side, side].map(|s| s.to_string())
    );
    let mut rows = vec![vec![false; side]; side];
    for rectangle in attribute("<path", "d").split_terminator('z') {
        let (start, line) = rectangle.strip_prefix('M').unwrap().split_once('h').unwrap();
        let (x, y) = start.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let (width, back) = line.split_once("v1H").unwrap();
        assert_eq!(back, x.to_string());
        rows[y][x..x + width.parse::<usize>().unwrap()].fill(true);
    }
    rows
}

/// Writes an image in the format PGM.
fn write_image(path: &Path, rows: &[Vec<bool>]) {
    let side = rows.len() * SCALE;
    let mut image = format!("P5\n{side} {side}\n255\n").into_bytes();
    for row in rows {
        let pixels = row.iter().flat_map(|is_dark| [if *is_dark { 0 } else { 255 }; SCALE]);
        image.extend(pixels.collect::<Vec<u8>>().repeat(SCALE));
    }
    std::fs::write(path, image).unwrap();
}

/// Codes with several claims, of both kinds, each with the version of its QR code.
fn codes() -> Vec<(Code, u8)> {
    let of = |number: u8| {
        let id = contract::Id::from_bytes([number.wrapping_mul(41); 12]);
        let claims = Claims { admission: id, credential_version: number.into(), ..claims() };
        let record = sign_device_record(claims, key_of(&device()), &issuer());
        let rotating = sign_epoch(record, Epoch::new(EPOCH + u32::from(number)), &device());
        [(sign_static(claims, &issuer()), 6), (rotating, 10)]
    };
    (0..8).flat_map(of).collect()
}

#[test]
fn an_independent_reader_reads_the_codes_from_their_svg() {
    let dir = tempfile::tempdir().unwrap();
    let codes = codes();
    let mut images: Vec<PathBuf> = Vec::new();
    for (number, (code, _)) in codes.iter().enumerate() {
        let image = dir.path().join(format!("{number}.pgm"));
        write_image(&image, &drawn(&svg(&code.to_string(), "Code").unwrap()));
        images.push(image);
    }
    // An image without a code.
    images.push(dir.path().join("empty.pgm"));
    write_image(&images[codes.len()], &vec![vec![false; 49]; 49]);
    let mut expected: Vec<Vec<QrSymbol>> = Vec::new();
    for (code, version) in &codes {
        let level = "M".to_owned();
        expected.push(vec![QrSymbol { text: code.to_string(), version: *version, level }]);
    }
    expected.push(Vec::new());
    assert_eq!(read_qr_codes(&images), expected);
}

#[test]
fn codes_have_versions_6_and_10_in_alphanumeric_mode() {
    let symbol = |code: Code| QRBuilder::new(code.to_string()).ecl(ECL::M).build().unwrap();
    let (of_static, rotating) = (symbol(static_code()), symbol(rotating_code()));
    assert!(matches!(of_static.version, Some(Version::V06)), "{of_static:?}");
    assert!(matches!(rotating.version, Some(Version::V10)), "{rotating:?}");
    assert_eq!([of_static.mode, rotating.mode], [Some(Mode::Alphanumeric); 2]);
}

#[test]
fn the_svg_has_the_modules_and_a_quiet_zone() {
    for (code, side) in [(static_code(), 41), (rotating_code(), 57)] {
        let text = code.to_string();
        let (rows, drawn) = (modules(&text).unwrap(), drawn(&svg(&text, "Code").unwrap()));
        assert_eq!((rows.len(), drawn.len()), (side, side + 2 * QUIET_ZONE));
        for (y, row) in drawn.iter().enumerate() {
            for (x, is_dark) in row.iter().enumerate() {
                let module = y.checked_sub(QUIET_ZONE).and_then(|y| rows.get(y));
                let module = module.and_then(|row| row.get(x.checked_sub(QUIET_ZONE)?));
                assert_eq!(*is_dark, module.copied().unwrap_or(false), "{x} {y}");
            }
        }
    }
}

#[test]
fn the_label_is_escaped() {
    let svg = svg("BX1:", "\"><script>alert('&')</script>").unwrap();
    let label = "aria-label=\"&quot;&gt;&lt;script&gt;alert('&amp;')&lt;/script&gt;\"";
    assert!(svg.contains("role=\"img\"") && svg.contains(label), "{svg}");
    assert_eq!(svg.matches('<').count(), 4, "{svg}");
}

#[test]
fn a_longer_text_than_a_qr_code_holds_is_refused() {
    let text = |c: &str, length| modules(&c.repeat(length)).map(|rows| rows.len());
    assert_eq!([text("A", 3_391), text("A", 3_392)], [Ok(177), Err(TooLong)]);
    assert_eq!([text("a", 2_331), text("a", 2_332)], [Ok(177), Err(TooLong)]);
    assert_eq!(svg(&"a".repeat(2_332), ""), Err(TooLong));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn all_codes_of_a_kind_have_one_size(claims in any_claims(), device in any_device()) {
        let size = |code: Code| modules(&code.to_string()).unwrap().len();
        prop_assert_eq!(size(sign_static(claims, &issuer())), 41);
        let record = sign_device_record(claims, key_of(&device), &issuer());
        prop_assert_eq!(size(sign_epoch(record, Epoch::new(EPOCH), &device)), 57);
    }

    #[test]
    fn any_text_is_drawn_or_refused(text in any::<String>(), label in any::<String>()) {
        let svg = svg(&text, &label).unwrap();
        prop_assert_eq!(drawn(&svg).len(), modules(&text).unwrap().len() + 2 * QUIET_ZONE);
    }
}
