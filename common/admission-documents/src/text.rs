//! Paragraphs: each character has the first font with a glyph for it; a character without any is
//! replaced.

use std::borrow::Cow;

use krilla::color::rgb;
use krilla::geom::Point;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use parley::style::{FontFamily, FontWeight, LineHeight, OverflowWrap, StyleProperty};
use parley::{Alignment, AlignmentOptions, Layout, LayoutContext, Run};

use unicode_segmentation::UnicodeSegmentation as _;

use crate::fonts::{FAMILIES, Fonts};

/// Characters of a paragraph; the rest is cut off. Titles of offers are far shorter.
const CHARACTERS_MAX: usize = 400;

/// Rounds of replacement of characters without a glyph. One is usual; a replacement changes how its
/// neighbours are shaped at most once more.
const REPLACEMENTS_MAX: usize = 3;

/// Drawn in place of a character without a glyph.
const REPLACEMENT: char = '\u{fffd}';

/// The first character whose script copies imperfectly from glyphs, so that its element has the
/// text too: Hebrew, Arabic, and most that follow.
const COPIES_IMPERFECTLY: char = '\u{590}';

/// The look of a paragraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// In points.
    pub(crate) size: f32,
    pub(crate) weight: FontWeight,
    pub(crate) color: rgb::Color,
    pub(crate) alignment: Alignment,
}

/// A paragraph with its lines.
pub(crate) struct Paragraph {
    text: String,
    drawn: String,
    layout: Layout<()>,
    style: Style,
}

/// Makes paragraphs.
pub(crate) struct Typesetter {
    pub(crate) fonts: Fonts,
    layouts: LayoutContext<()>,
}

impl Typesetter {
    pub(crate) fn new() -> Self {
        Self { fonts: Fonts::new(), layouts: LayoutContext::new() }
    }

    /// The paragraph of a text, at most `width` points wide.
    pub(crate) fn paragraph(&mut self, text: &str, style: Style, width: f32) -> Paragraph {
        let text = printable(text);
        let mut drawn = text.clone();
        let mut layout = self.layout(&drawn, style, width);
        for _ in 0..REPLACEMENTS_MAX {
            let Some(replaced) = without_missing_glyphs(&drawn, &layout) else { break };
            drawn = replaced;
            layout = self.layout(&drawn, style, width);
        }
        Paragraph { text, drawn, layout, style }
    }

    fn layout(&mut self, text: &str, style: Style, width: f32) -> Layout<()> {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts.layout, text, 1.0, false);
        builder
            .push_default(StyleProperty::FontFamily(FontFamily::Source(Cow::Borrowed(FAMILIES))));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::FontWeight(style.weight));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(1.3)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(width));
        layout.align(style.alignment, AlignmentOptions::default());
        layout
    }
}

/// The text without control characters and private ones, which no font has and PDF/A forbids, on
/// one line, cut to a length that fits on the page.
pub(crate) fn printable(text: &str) -> String {
    let is_private = |c: char| matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    let is_forbidden = |c: char| matches!(c, '\u{feff}' | '\u{fff0}'..='\u{ffff}');
    let one = |c: char| match c {
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => ' ',
        c if is_private(c) || is_forbidden(c) => REPLACEMENT,
        c => c,
    };
    let mut printable: String = text.chars().take(CHARACTERS_MAX).map(one).collect();
    if text.chars().nth(CHARACTERS_MAX).is_some() {
        printable.push('…');
    }
    printable
}

/// The text with a replacement for each grapheme without a glyph; pictures are left out. `None` if
/// all have glyphs.
fn without_missing_glyphs(text: &str, layout: &Layout<()>) -> Option<String> {
    let mut missing = Vec::new();
    for line in layout.lines() {
        for run in line.runs() {
            let without = run.clusters().filter(|it| it.glyphs().any(|glyph| glyph.id == 0));
            missing.extend(without.map(|cluster| cluster.text_range().start));
        }
    }
    if missing.is_empty() {
        return None;
    }
    let mut replaced = String::with_capacity(text.len());
    for (at, grapheme) in text.grapheme_indices(true) {
        let place = at..at + grapheme.len();
        if !missing.iter().any(|start| place.contains(start)) {
            replaced.push_str(grapheme);
        } else if !grapheme.contains(is_picture) {
            replaced.push(REPLACEMENT);
        }
    }
    let replaced = replaced.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(if replaced.is_empty() { REPLACEMENT.to_string() } else { replaced })
}

/// Emoji, and characters that change or join them: of these fonts, none has them.
fn is_picture(character: char) -> bool {
    matches!(character, '\u{200d}' | '\u{20e3}' | '\u{2190}'..='\u{2bff}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(character, '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..='\u{e007f}')
}

impl Paragraph {
    /// In points.
    pub(crate) fn height(&self) -> f32 {
        self.layout.height()
    }

    /// In points.
    pub(crate) fn width(&self) -> f32 {
        self.layout.width()
    }

    /// The text, where the glyphs alone do not give it.
    pub(crate) fn actual_text(&self) -> Option<String> {
        let is_imperfect =
            self.text != self.drawn || self.text.chars().any(|c| c >= COPIES_IMPERFECTLY);
        is_imperfect.then(|| self.text.clone())
    }

    /// Draws the lines; `at` is the corner of the paragraph, left and above.
    pub(crate) fn draw(&self, surface: &mut Surface<'_>, fonts: &Fonts, at: Point) {
        surface.set_stroke(None);
        surface.set_fill(Some(Fill { paint: self.style.color.into(), ..Fill::default() }));
        for line in self.layout.lines() {
            let metrics = line.metrics();
            let mut x = at.x + metrics.offset;
            for run in line.runs() {
                let font = run.font();
                if let Some(font) = fonts.embedded(font.data.id()) {
                    let start = Point::from_xy(x, at.y + metrics.baseline);
                    let size = run.font_size();
                    surface.draw_glyphs(start, &glyphs(&run), font, &self.drawn, size, false);
                }
                x += run.advance();
            }
        }
    }
}

/// The glyphs of a run, from left to right, each with its part of the text. A ligature has the text
/// of all its characters: clusters that continue it have no glyph, and precede it from right to
/// left.
fn glyphs(run: &Run<'_, ()>) -> Vec<KrillaGlyph> {
    let size = run.font_size();
    let mut glyphs: Vec<KrillaGlyph> = Vec::new();
    let mut preceding = None;
    for cluster in run.visual_clusters() {
        let mut range = cluster.text_range();
        if cluster.is_ligature_continuation() {
            if run.is_rtl() {
                preceding = Some(preceding.unwrap_or(range.end).max(range.end));
            } else if let Some(glyph) = glyphs.last_mut() {
                glyph.text_range.end = range.end;
            }
            continue;
        }
        range.end = preceding.take().unwrap_or(range.end).max(range.end);
        for glyph in cluster.glyphs() {
            let (x, y, advance) = (glyph.x / size, glyph.y / size, glyph.advance / size);
            let id = GlyphId::new(glyph.id);
            glyphs.push(KrillaGlyph::new(id, advance, x, y, 0.0, range.clone(), None));
        }
    }
    glyphs
}
