//! Lines of the text part.

/// Characters of a line, so that quotes of it fit in 80 columns (RFC 5322, 2.1.1 permits 998).
const COLUMNS_MAX: usize = 72;

/// The text, broken at spaces. Each line begins with the indentation. A word that does not fit,
/// such as a link, has a line of its own.
pub(crate) fn wrapped(text: &str, indent: &str) -> String {
    let room = COLUMNS_MAX.saturating_sub(indent.len());
    let mut lines = String::from(indent);
    let mut column = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > room {
            lines.push('\n');
            lines.push_str(indent);
            column = 0;
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_spaces_and_words_are_whole() {
        let text = format!("{} bb {}", "a".repeat(60), "c".repeat(90));
        let expected = format!("  {} bb\n  {}", "a".repeat(60), "c".repeat(90));
        assert_eq!(wrapped(&text, "  "), expected);
        assert_eq!(
            wrapped(&"ä ".repeat(40), "").lines().next().map(|l| l.chars().count()),
            Some(71)
        );
        assert_eq!(wrapped("", "  "), "  ");
    }
}
