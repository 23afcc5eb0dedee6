//! Texts of users, made fit to be part of a subject, a sentence or a line.

use unicode_segmentation::UnicodeSegmentation as _;

/// Characters of a title in a subject: with the words before it, fewer than [`SUBJECT_LENGTH_MAX`].
const TITLE_LENGTH_MAX: usize = 80;

/// Characters of a subject: lists of mails show no more of it on a wide screen.
const SUBJECT_LENGTH_MAX: usize = 120;

/// Start and end of a text whose direction does not affect its surroundings (UAX 9, 2.4).
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// The text in one line: control characters, line breaks and runs of spaces are one space each.
/// Controls that reorder the text after them (UAX 9, 2) are removed.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !reorders(*c)) {
        if !c.is_control() && !c.is_whitespace() {
            line.push(c);
        } else if !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// As [`one_line`], for a place inside another text: a text that contains letters of a
/// right-to-left script is isolated.
pub(crate) fn inserted(text: &str) -> String {
    let line = one_line(text);
    if line.chars().any(is_right_to_left) {
        format!("{}{line}{}", ISOLATE.0, ISOLATE.1)
    } else {
        line
    }
}

/// A subject in one line, shortened.
pub(crate) fn subject(text: &str) -> String {
    let is_line = |c: &char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
    shortened(&text.chars().filter(is_line).collect::<String>(), SUBJECT_LENGTH_MAX)
}

/// A title for a subject, shortened so that the words before it fit.
pub(crate) fn title_in_subject(title: &str) -> String {
    inserted(&shortened(&one_line(title), TITLE_LENGTH_MAX))
}

/// As [`title_in_subject`], for a place between quotation marks, which the title cannot close.
pub(crate) fn title_in_quotes(title: &str) -> String {
    title_in_subject(&title.replace(is_quotation_mark, "'"))
}

/// The lines of a postal address as one line, separated by commas.
pub(crate) fn address_line(text: &str) -> String {
    let lines = text.lines().map(one_line).filter(|line| !line.is_empty());
    inserted(&lines.collect::<Vec<_>>().join(", "))
}

/// The start of a text, with `…` in place of the rest, in at most this many characters. No
/// combined character, such as a flag, is divided.
fn shortened(text: &str, characters_max: usize) -> String {
    if text.chars().count() <= characters_max {
        return text.to_owned();
    }
    let mut left = characters_max.saturating_sub(1);
    let mut start = String::new();
    for grapheme in text.graphemes(true) {
        let Some(rest) = left.checked_sub(grapheme.chars().count()) else { break };
        left = rest;
        start.push_str(grapheme);
    }
    start.truncate(start.trim_end().len());
    start.push('…');
    start
}

/// Whether a character is a double quotation mark.
const fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '«' | '»' | '\u{201C}'..='\u{201F}' | '\u{FF02}')
}

/// Whether a character changes the direction of the text after it, up to an end mark.
const fn reorders(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is in a block of right-to-left scripts (UAX 44, `DerivedBidiClass`), or is
/// a mark of their direction.
const fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08FF}' | '\u{200F}' | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_without_controls() {
        assert_eq!(one_line(" a\r\nBcc: b\u{0}\u{85}\u{2028}c\t "), "a Bcc: b c");
        assert_eq!(one_line("a\u{202E}b\u{2069}c"), "abc");
        assert_eq!(one_line("\r\n"), "");
        assert_eq!(
            address_line("Main Street 1\r\n\r\n 10117 Berlin"),
            "Main Street 1, 10117 Berlin"
        );
    }

    #[test]
    fn right_to_left_texts_are_isolated() {
        assert_eq!(inserted("Café"), "Café");
        assert_eq!(inserted("مساء\n"), "\u{2068}مساء\u{2069}");
        assert_eq!(inserted("\u{2069}שלום"), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shortened("abcd", 4), "abcd");
        assert_eq!(shortened("abcde", 4), "abc…");
        assert_eq!(shortened("ab cde", 4), "ab…");
        assert_eq!(shortened("ab🇩🇪🇫🇷", 4), "ab…");
        assert_eq!(shortened("ab🇩🇪🇫🇷c", 5), "ab🇩🇪…");
    }
}
