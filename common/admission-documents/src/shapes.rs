//! The outline of a ticket, its perforation and its QR code.

use admission_codes::qr::{self, QUIET_ZONE, TooLong};
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Rect, Transform};
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;

/// Control points of a quarter circle, by its radius.
const ARC: f32 = 0.552_285;

/// Radius of the corners of a ticket.
const CORNER: f32 = 14.0;

/// Radius of the notches at the ends of the perforation.
const NOTCH: f32 = 9.0;

/// Draws a ticket, whose stub begins at `stub`: one shape with round corners and two notches, and a
/// dashed line between them.
pub(crate) fn ticket(surface: &mut Surface<'_>, place: Rect, stub: f32, colors: [rgb::Color; 2]) {
    let [paper, line] = colors;
    surface.set_stroke(None);
    surface.set_fill(Some(Fill { paint: paper.into(), ..Fill::default() }));
    draw(surface, outline(place, stub));
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: line.into(),
        width: 1.2,
        dash: Some(StrokeDash { array: vec![4.0, 3.0], offset: 0.0 }),
        ..Stroke::default()
    }));
    let mut perforation = PathBuilder::new();
    perforation.move_to(stub, place.top() + NOTCH + 3.0);
    perforation.line_to(stub, place.bottom() - NOTCH - 3.0);
    draw(surface, perforation.finish());
}

fn outline(place: Rect, stub: f32) -> Option<Path> {
    let (left, top, right, bottom) = (place.left(), place.top(), place.right(), place.bottom());
    let (r, n) = (CORNER, NOTCH);
    let mut path = PathBuilder::new();
    path.move_to(left + r, top);
    path.line_to(stub - n, top);
    path.cubic_to(stub - n, top + n * ARC, stub - n * ARC, top + n, stub, top + n);
    path.cubic_to(stub + n * ARC, top + n, stub + n, top + n * ARC, stub + n, top);
    path.line_to(right - r, top);
    path.cubic_to(right - r + r * ARC, top, right, top + r - r * ARC, right, top + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - r + r * ARC, right - r + r * ARC, bottom, right - r, bottom);
    path.line_to(stub + n, bottom);
    path.cubic_to(stub + n, bottom - n * ARC, stub + n * ARC, bottom - n, stub, bottom - n);
    path.cubic_to(stub - n * ARC, bottom - n, stub - n, bottom - n * ARC, stub - n, bottom);
    path.line_to(left + r, bottom);
    path.cubic_to(left + r - r * ARC, bottom, left, bottom - r + r * ARC, left, bottom - r);
    path.line_to(left, top + r);
    path.cubic_to(left, top + r - r * ARC, left + r - r * ARC, top, left + r, top);
    path.close();
    path.finish()
}

/// Draws a QR code on white that fills the place, quiet zone included.
///
/// Each run of dark modules is a stroke as wide as a module, and the unit is a module: a third of
/// the bytes of rectangles in points.
pub(crate) fn qr_code(surface: &mut Surface<'_>, place: Rect, code: &str) -> Result<(), TooLong> {
    let rows = qr::modules(code)?;
    surface.set_stroke(None);
    surface.set_fill(Some(Fill { paint: rgb::Color::white().into(), ..Fill::default() }));
    let mut white = PathBuilder::new();
    white.push_rect(place);
    draw(surface, white.finish());
    let mut dark = PathBuilder::new();
    for (y, row) in (QUIET_ZONE..).zip(&rows) {
        let mut x = QUIET_ZONE;
        for run in row.chunk_by(|left, right| left == right) {
            let end = x + run.len();
            if run.first() == Some(&true) {
                dark.move_to(number(x), number(y));
                dark.line_to(number(end), number(y));
            }
            x = end;
        }
    }
    let module = place.width() / number(rows.len() + 2 * QUIET_ZONE);
    // A stroke is centred on its line.
    let (left, top) = (place.left(), place.top() + module / 2.0);
    surface.push_transform(&Transform::from_row(module, 0.0, 0.0, module, left, top));
    surface.set_fill(None);
    let paint = rgb::Color::black().into();
    surface.set_stroke(Some(Stroke { paint, width: 1.0, ..Stroke::default() }));
    draw(surface, dark.finish());
    surface.pop();
    Ok(())
}

/// A number of modules; a symbol has at most 185 in a row, quiet zone included.
fn number(modules: usize) -> f32 {
    f32::from(u16::try_from(modules).unwrap_or(u16::MAX))
}

fn draw(surface: &mut Surface<'_>, path: Option<Path>) {
    if let Some(path) = path {
        surface.draw_path(&path);
    }
}
