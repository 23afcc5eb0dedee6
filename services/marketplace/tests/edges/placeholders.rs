//! The placeholders in angle brackets in a table: `<ticket>`, `<201 x>`, `<U+202E>`.

use crate::fixture::Fixture;

/// A PNG of one white pixel.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\
    \0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
    \0\0\0\x0aIDAT\x78\x9c\x63\xf8\x0f\0\x01\x01\x01\0\xb1\x38\xf6\x14\
    \0\0\0\0IEND\xae\x42\x60\x82";

/// The bytes that a cell stands for.
///
/// | in a cell | means |
/// |---|---|
/// | `<201 x>` | `x`, 201 times |
/// | `<U+202E>` | this character |
/// | `<byte FF>` | this byte |
/// | `<empty>` | nothing |
/// | `<png>` | a PNG of one pixel |
/// | `<now>` | the present time |
/// | anything else | the value of this word in the fixture |
pub(crate) async fn resolve(cell: &str, fixture: &mut Fixture<'_>) -> Vec<u8> {
    let (mut written, mut rest) = (Vec::new(), cell);
    while let Some((before, behind)) = rest.split_once('<') {
        let (word, after) = behind.split_once('>').unwrap_or_else(|| panic!("{cell} has no end"));
        written.extend_from_slice(before.as_bytes());
        match character(word) {
            Some(bytes) => written.extend(bytes),
            None => written.extend(fixture.known_as(word).await.into_bytes()),
        }
        rest = after;
    }
    written.extend_from_slice(rest.as_bytes());
    written
}

/// The same for a cell that is text.
pub(crate) async fn text(cell: &str, fixture: &mut Fixture<'_>) -> String {
    String::from_utf8(resolve(cell, fixture).await).unwrap()
}

fn character(word: &str) -> Option<Vec<u8>> {
    if word == "empty" {
        return Some(Vec::new());
    }
    if word == "png" {
        return Some(PNG.to_vec());
    }
    if let Some(digits) = word.strip_prefix("U+") {
        let character = char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap();
        return Some(character.to_string().into_bytes());
    }
    if let Some(digits) = word.strip_prefix("byte ") {
        return Some(vec![u8::from_str_radix(digits, 16).unwrap()]);
    }
    let (count, what) = word.split_once(' ')?;
    Some(what.repeat(count.parse().ok()?).into_bytes())
}
