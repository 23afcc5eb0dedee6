//! A page: the ticket with its stub, and the notes below it.

use std::num::NonZeroU16;

use admission_codes::qr::TooLong;
use krilla::color::rgb;
use krilla::geom::{Point, Rect};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup, TagKind};
use parley::Alignment;
use parley::style::FontWeight;

use crate::document::{Notes, Page};
use crate::shapes;
use crate::text::{Paragraph, Style, Typesetter, printable};

/// A4, in points.
pub(crate) const SIZE: (f32, f32) = (595.28, 841.89);

/// The ticket's edges to the left, above and to the right.
const LEFT: f32 = 40.0;
const TOP: f32 = 92.0;
const RIGHT: f32 = SIZE.0 - LEFT;

/// The beginning of the stub.
const STUB: f32 = RIGHT - 208.0;

/// Between the edge of the ticket and its texts.
const PADDING: f32 = 26.0;

/// The side of the code: 57 mm, so that a module of its version is wider than a millimetre.
const CODE: f32 = 162.0;

/// Between the texts of the ticket.
const GAP: f32 = 7.0;

// The colours of the storefront on paper.
fn paper() -> rgb::Color {
    rgb::Color::new(0xf6, 0xf1, 0xe7)
}
fn line() -> rgb::Color {
    rgb::Color::new(0xb9, 0xac, 0x95)
}
fn ink() -> rgb::Color {
    rgb::Color::new(0x1e, 0x1a, 0x15)
}
fn muted() -> rgb::Color {
    rgb::Color::new(0x6b, 0x62, 0x56)
}
fn accent() -> rgb::Color {
    rgb::Color::new(0xc2, 0x36, 0x1f)
}

fn style(size: f32, weight: FontWeight, color: rgb::Color) -> Style {
    Style { size, weight, color, alignment: Alignment::Start }
}

/// The size of a title: a long one is smaller.
fn title_size(title: &str) -> f32 {
    match title.chars().count() {
        0..=40 => 25.0,
        41..=90 => 20.0,
        _ => 14.0,
    }
}

/// Draws a page, and returns its element in the structure of the document.
pub(crate) fn draw(
    surface: &mut Surface<'_>,
    typesetter: &mut Typesetter,
    (page, notes): (&Page, &Notes),
) -> Result<TagGroup, TooLong> {
    let (bold, normal) = (FontWeight::BOLD, FontWeight::NORMAL);
    let width = STUB - LEFT - 2.0 * PADDING;
    let mut body: Vec<(TagKind, Paragraph)> = Vec::new();
    let mut add = |kind: TagKind, text: Option<&String>, style: Style| {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            body.push((kind, typesetter.paragraph(text, style, width)));
        }
    };
    add(Tag::P.into(), page.starts.as_ref(), style(11.0, bold, accent()));
    let heading = Tag::Hn(NonZeroU16::MIN, Some(printable(&page.title)));
    add(heading.into(), Some(&page.title), style(title_size(&page.title), bold, ink()));
    add(Tag::P.into(), page.category.as_ref(), style(13.0, normal, ink()));
    add(Tag::P.into(), page.venue.as_ref(), style(11.0, normal, muted()));
    let reference = typesetter.paragraph(&page.reference, style(8.5, normal, muted()), width);
    let stub_width = RIGHT - STUB - PADDING;
    let centred = Style { alignment: Alignment::Center, ..style(12.0, bold, ink()) };
    let unit = typesetter.paragraph(&page.unit, centred, stub_width);

    let of_body: f32 = body.iter().map(|(_, paragraph)| paragraph.height() + GAP).sum();
    let of_stub = CODE + GAP + unit.height();
    let height = (of_body + 2.0 * GAP + reference.height()).max(of_stub) + 2.0 * PADDING;
    let bottom = TOP + height;

    artifact(surface, |surface| {
        wordmark(surface, typesetter);
        if let Some(place) = Rect::from_ltrb(LEFT, TOP, RIGHT, bottom) {
            shapes::ticket(surface, place, STUB, [paper(), line()]);
        }
    });
    let mut section = TagGroup::new(Tag::Section);
    let mut y = TOP + PADDING;
    for (kind, paragraph) in body {
        let place = Point::from_xy(LEFT + PADDING, y);
        y += paragraph.height() + GAP;
        section.push(text(surface, typesetter, (kind, &paragraph), place));
    }
    let place = Point::from_xy(STUB + PADDING / 2.0, TOP + PADDING + CODE + GAP);
    section.push(text(surface, typesetter, (Tag::P.into(), &unit), place));
    section.push(code(surface, page, notes)?);
    let place = Point::from_xy(LEFT + PADDING, bottom - PADDING - reference.height());
    section.push(text(surface, typesetter, (Tag::P.into(), &reference), place));

    let mut y = bottom + PADDING;
    for note in &notes.uses {
        let note = typesetter.paragraph(note, style(10.0, normal, muted()), RIGHT - LEFT);
        section.push(text(surface, typesetter, (Tag::P.into(), &note), Point::from_xy(LEFT, y)));
        y += note.height() + GAP;
    }
    Ok(section)
}

/// The name of the marketplace in its two colours.
fn wordmark(surface: &mut Surface<'_>, typesetter: &mut Typesetter) {
    let mut x = LEFT;
    for (part, color) in [("box", ink()), ("office", accent())] {
        let part = typesetter.paragraph(part, style(17.0, FontWeight::BOLD, color), RIGHT);
        part.draw(surface, &typesetter.fonts, Point::from_xy(x, 46.0));
        x += part.width();
    }
}

/// Draws decoration, which is no part of the structure.
fn artifact(surface: &mut Surface<'_>, draw: impl FnOnce(&mut Surface<'_>)) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
    draw(surface);
    surface.end_tagged();
}

/// Draws a paragraph, and returns its element.
fn text(
    surface: &mut Surface<'_>,
    typesetter: &Typesetter,
    (kind, paragraph): (TagKind, &Paragraph),
    place: Point,
) -> TagGroup {
    let content = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
    paragraph.draw(surface, &typesetter.fonts, place);
    surface.end_tagged();
    let mut kind = kind;
    kind.set_actual_text(paragraph.actual_text());
    TagGroup::with_children(kind, vec![content.into()])
}

/// Draws the code, and returns its element.
fn code(surface: &mut Surface<'_>, page: &Page, notes: &Notes) -> Result<TagGroup, TooLong> {
    let left = STUB + (RIGHT - STUB - CODE) / 2.0;
    let tag = Tag::Figure(Some(notes.code.clone()));
    let Some(place) = Rect::from_xywh(left, TOP + PADDING, CODE, CODE) else {
        return Ok(TagGroup::new(tag));
    };
    let content = surface.start_tagged(ContentTag::Other);
    let drawn = shapes::qr_code(surface, place, &page.code);
    surface.end_tagged();
    drawn.map(|()| TagGroup::with_children(tag, vec![content.into()]))
}
