//! GET /about/{topic}: the operator's imprint, terms and privacy notice, from files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use store::Unavailable;

use crate::failure::Failure;
use crate::language::Language;
use crate::visit::Visit;

/// The texts, by topic.
#[derive(Default)]
pub(crate) struct Texts(BTreeMap<&'static str, Vec<Block>>);

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    Heading(String),
    Paragraph(String),
}

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage<'v> {
    visit: &'v Visit,
    t: Language,
    title: &'static str,
    blocks: &'v [Block],
}

impl Texts {
    /// Reads the files. Errors: [`Unavailable`] with the name of a file that cannot be read.
    pub(crate) fn read(files: &[(&'static str, PathBuf)]) -> Result<Self, Unavailable> {
        let mut texts = BTreeMap::new();
        for (topic, file) in files {
            let cannot =
                |error| Unavailable::caused_by(format!("cannot read {}", file.display()), error);
            let text = std::fs::read_to_string(file).map_err(cannot)?;
            texts.insert(*topic, blocks(&text));
        }
        Ok(Self(texts))
    }

    /// Whether there is a text about a topic.
    pub(crate) fn has(&self, topic: &str) -> bool {
        self.0.contains_key(topic)
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for line in text.lines().map(str::trim) {
        match (line.strip_prefix('#'), blocks.last_mut()) {
            (Some(heading), _) => {
                blocks.push(Block::Heading(heading.trim_start_matches('#').trim().to_owned()));
            }
            (None, Some(Block::Paragraph(known))) if !line.is_empty() => {
                if !known.is_empty() {
                    known.push('\n');
                }
                known.push_str(line);
            }
            (None, _) => blocks.push(Block::Paragraph(line.to_owned())),
        }
    }
    blocks.retain(|block| *block != Block::Paragraph(String::new()));
    blocks
}

/// A text, if the operator has set one.
pub(crate) async fn show(visit: Visit, topic: Path<String>) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let title = match topic.as_str() {
        "imprint" => t.imprint(),
        "terms" => t.terms(),
        "privacy" => t.privacy(),
        _ => return Err(Failure::NotFound),
    };
    let texts = visit.ports().texts.clone();
    let blocks = texts.0.get(topic.as_str()).ok_or(Failure::NotFound)?;
    Ok(visit.show_public(&AboutPage { visit: &visit, t, title, blocks }, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_headings_and_paragraphs() {
        let found =
            blocks("# Imprint\n\nHall Ltd\nMain Street 1\n\n\n## Contact\nhall@example.org");
        let heading = |text: &str| Block::Heading(text.to_owned());
        let paragraph = |text: &str| Block::Paragraph(text.to_owned());
        let expected = [
            heading("Imprint"),
            paragraph("Hall Ltd\nMain Street 1"),
            heading("Contact"),
            paragraph("hall@example.org"),
        ];
        assert_eq!(found, expected);
    }
}
