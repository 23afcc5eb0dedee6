//! The subject of a message: its encoding in the header and back.
//!
//! `lettre` has an encoder, but it leaves control characters, text that already looks like an
//! encoded word, and words longer than a line as they are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes of text in an encoded word, a multiple of 3: 56 characters in base64, so that the first
/// line with its name has at most the 78 characters of RFC 5322, 2.1.1, and each word at most the
/// 75 of RFC 2047, 2.
const CHUNK_BYTES_MAX: usize = 42;

/// Characters of a subject that is written as it is: the line with its name stays below the 78
/// characters of RFC 5322, 2.1.1, so that no folding is needed.
const PLAIN_CHARS_MAX: usize = 66;

const BEGIN: &str = "=?utf-8?b?";
const END: &str = "?=";

/// The subject without control characters, line and paragraph separators, which could add a header
/// or a line.
pub(super) fn cleaned(subject: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let spaced: String = subject.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    spaced.trim().to_owned()
}

/// The value of the header: short ASCII text as it is, other text as encoded words on lines of
/// their own (RFC 2047). `subject` is cleaned.
pub(super) fn encoded(subject: &str) -> String {
    let is_plain = subject.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    if is_plain && subject.len() <= PLAIN_CHARS_MAX && !subject.contains("=?") {
        return subject.to_owned();
    }
    let (mut words, mut chunk) = (Vec::new(), String::new());
    for character in subject.chars() {
        if chunk.len() + character.len_utf8() > CHUNK_BYTES_MAX {
            words.push(word(&std::mem::take(&mut chunk)));
        }
        chunk.push(character);
    }
    words.push(word(&chunk));
    words.join("\r\n ")
}

fn word(chunk: &str) -> String {
    format!("{BEGIN}{}{END}", STANDARD.encode(chunk))
}

/// The subject of a header that [`encoded`] wrote, unfolded.
pub(super) fn decoded(value: &str) -> String {
    let words = value.split(' ').map(|word| {
        let content = word.strip_prefix(BEGIN)?.strip_suffix(END)?;
        String::from_utf8(STANDARD.decode(content).ok()?).ok()
    });
    words.collect::<Option<String>>().unwrap_or_else(|| value.to_owned())
}
