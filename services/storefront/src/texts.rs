//! The operator's texts, from files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use store::Unavailable;

/// The texts, by topic.
#[derive(Default)]
pub(crate) struct Texts(BTreeMap<&'static str, Vec<Block>>);

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Heading(String),
    Paragraph(String),
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

    /// The text about a topic.
    pub(crate) fn get(&self, topic: &str) -> Option<&Vec<Block>> {
        self.0.get(topic)
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
