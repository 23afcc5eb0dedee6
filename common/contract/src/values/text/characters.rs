//! The characters that a text may contain.

use icu_properties::props::{
    BidiClass, BidiControl, BinaryProperty as _, Block, DefaultIgnorableCodePoint, Deprecated,
    EmojiModifier, EnumeratedProperty as _, ExtendedPictographic, GeneralCategory,
    GeneralCategoryGroup, IdContinue, JoinControl, LineBreak, NoncharacterCodePoint,
    VariationSelector, WhiteSpace,
};

/// The layout of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// On one line.
    Line,
    /// On lines that end with U+000A, indented with U+0009.
    Paragraphs,
}

/// Why a text must not contain a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, derive_more::Display)]
pub enum Unfit {
    /// A control character.
    #[display("a control character")]
    Control,
    /// A line or paragraph separator.
    #[display("a line separator")]
    Separator,
    /// A code point that is never assigned to a character.
    #[display("a noncharacter")]
    Noncharacter,
    /// A code point without a common meaning for sender and reader.
    #[display("a private-use character")]
    PrivateUse,
    /// A format character that Unicode deprecates.
    #[display("a deprecated format character")]
    DeprecatedFormat,
    /// A control that reorders the text after it, so that it could imitate another one.
    #[display("a control that reorders text")]
    Reordering,
    /// An annotation mark, or the replacement of a lost character.
    #[display("a special that stands for no character")]
    Special,
    /// An invisible character that neither joins nor separates its neighbours.
    #[display("an invisible character")]
    Invisible,
    /// A tag outside of an emoji.
    #[display("a tag outside of an emoji")]
    StrayTag,
}

/// The first character that a text of this layout must not contain, and why.
#[must_use]
pub fn first_unfit(text: &str, layout: Layout) -> Option<(char, Unfit)> {
    let mut base = None;
    text.chars().find_map(|c| {
        let unfit = unfit(c, layout, base);
        if !is_tag(c) && !VariationSelector::for_char(c) {
            base = Some(c);
        }
        unfit.map(|reason| (c, reason))
    })
}

/// Why a text must not contain a character; `base` is the last one that is no tag or selector.
fn unfit(c: char, layout: Layout, base: Option<char>) -> Option<Unfit> {
    if c.is_ascii_graphic() || c == ' ' {
        return None;
    }
    match GeneralCategory::for_char(c) {
        GeneralCategory::Control => {
            let is_layout = layout == Layout::Paragraphs && matches!(c, '\n' | '\t');
            return (!is_layout).then_some(Unfit::Control);
        }
        GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => {
            return Some(Unfit::Separator);
        }
        GeneralCategory::PrivateUse => return Some(Unfit::PrivateUse),
        GeneralCategory::Format if Deprecated::for_char(c) => {
            return Some(Unfit::DeprecatedFormat);
        }
        _ => {}
    }
    if NoncharacterCodePoint::for_char(c) {
        return Some(Unfit::Noncharacter);
    }
    if BidiControl::for_char(c) {
        return (!is_direction_mark(c)).then_some(Unfit::Reordering);
    }
    if Block::for_char(c) == Block::Specials {
        return Some(Unfit::Special);
    }
    if is_tag(c) {
        return (!base.is_some_and(is_emoji)).then_some(Unfit::StrayTag);
    }
    if is_default_ignorable(c) && !shapes_its_neighbours(c) {
        return Some(Unfit::Invisible);
    }
    None
}

/// Whether a character is visible: it has a glyph, and is neither white space nor a lone mark.
pub(super) fn is_visible(c: char) -> bool {
    /// The braille pattern without dots: a symbol by every property, but invisible.
    const BRAILLE_BLANK: char = '\u{2800}';
    c != BRAILLE_BLANK
        && !WhiteSpace::for_char(c)
        && !is_default_ignorable(c)
        && !is_mark(c)
        && GeneralCategory::for_char(c) != GeneralCategory::Control
}

/// Whether this character extends the one before it: a mark, a joiner, a selector, a tag.
pub(super) fn extends(c: char) -> bool {
    is_mark(c) || is_default_ignorable(c)
}

/// Whether a character is invisible unless a font supports it (`Default_Ignorable_Code_Point`).
#[must_use]
pub fn is_default_ignorable(c: char) -> bool {
    !c.is_ascii() && DefaultIgnorableCodePoint::for_char(c)
}

/// Whether a character is a space, of any width (`Zs`).
#[must_use]
pub fn is_space(c: char) -> bool {
    GeneralCategory::for_char(c) == GeneralCategory::SpaceSeparator
}

/// Whether this version of Unicode has no character at a code point.
#[must_use]
pub fn is_unassigned(c: char) -> bool {
    GeneralCategory::for_char(c) == GeneralCategory::Unassigned
}

/// Whether a character is part of words (`ID_Continue` without connectors): a visible letter, mark
/// or digit.
#[must_use]
pub fn is_word(c: char) -> bool {
    IdContinue::for_char(c)
        && !is_default_ignorable(c)
        && GeneralCategory::for_char(c) != GeneralCategory::ConnectorPunctuation
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && GeneralCategoryGroup::Mark.contains(GeneralCategory::for_char(c))
}

/// U+200E, U+200F and U+061C: invisible letters, which reorder nothing visible (UAX 9, 2.6).
fn is_direction_mark(c: char) -> bool {
    let of_letters = [BidiClass::LeftToRight, BidiClass::RightToLeft, BidiClass::ArabicLetter];
    of_letters.contains(&BidiClass::for_char(c))
}

fn is_tag(c: char) -> bool {
    Block::for_char(c) == Block::Tags && GeneralCategory::for_char(c) == GeneralCategory::Format
}

fn is_emoji(c: char) -> bool {
    ExtendedPictographic::for_char(c) || EmojiModifier::for_char(c)
}

/// Whether an invisible character affects the text around it: joiners (Persian, Indic, emoji),
/// variation selectors, and controls of line breaks (Khmer and Thai separate words by U+200B).
fn shapes_its_neighbours(c: char) -> bool {
    let of_breaks = [
        LineBreak::ZWSpace,
        LineBreak::WordJoiner,
        LineBreak::Glue,
        LineBreak::BreakAfter,
        LineBreak::UnambiguousHyphen,
    ];
    JoinControl::for_char(c)
        || VariationSelector::for_char(c)
        || of_breaks.contains(&LineBreak::for_char(c))
}
