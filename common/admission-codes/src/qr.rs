//! QR codes of level M, which restores up to 15 % of a symbol: a static code has version 6, a
//! rotating one version 10.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

/// Modules of white around the symbol (ISO/IEC 18004, section 5.3.8).
pub const QUIET_ZONE: usize = 4;

/// The text does not fit in a QR code of level M.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is too long for a QR code")]
pub struct TooLong;

/// The modules of the smallest symbol, rows from the top; `true` is dark. Without the quiet zone.
///
/// # Errors
/// [`TooLong`] above 2,331 bytes, or 3,391 characters of alphanumeric mode; never for a code.
pub fn modules(text: &str) -> Result<Vec<Vec<bool>>, TooLong> {
    let symbol = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| TooLong)?;
    let rows = symbol.data.chunks_exact(symbol.size).take(symbol.size);
    Ok(rows.map(|row| row.iter().map(|module| module.value()).collect()).collect())
}

/// The symbol as an SVG element: dark modules are one path on white, in units of a module, with the
/// quiet zone. `label` is the name of the image for assistive technology.
///
/// # Errors
/// As [`modules`].
pub fn svg(text: &str, label: &str) -> Result<String, TooLong> {
    let rows = modules(text)?;
    let side = rows.len() + 2 * QUIET_ZONE;
    let (path, label) = (path(&rows), escaped(label));
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" \
         aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// A rectangle for each run of dark modules in a row.
fn path(rows: &[Vec<bool>]) -> String {
    let mut path = String::new();
    for (y, row) in (QUIET_ZONE..).zip(rows) {
        let mut x = QUIET_ZONE;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&true) {
                // Writing to a text does not fail.
                let _ = write!(path, "M{x} {y}h{}v1H{x}z", run.len());
            }
            x += run.len();
        }
    }
    path
}

/// The text as the value of an attribute in double quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
