//! Lines added to files that exist, as a template in TOML lists them.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use minijinja::Value;
use serde::Deserialize;
use xshell::Shell;

use crate::rendering::text;

/// Where lines are added.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// Behind the last line that contains the text.
    BehindLast(String),
    /// Directly behind the first occurrence of a text that follows a line with the other one.
    BehindNext {
        /// The line that begins an item.
        after: String,
        /// The text before the new one.
        text: String,
    },
    /// Before the first line with the text that follows a line with the other one.
    BeforeNext {
        /// The line that begins a list.
        after: String,
        /// The line before which the new ones are.
        next: String,
    },
    /// Within the first line that contains the text, before its end.
    Within {
        /// The text of the line.
        line: String,
        /// The end before which the new text is.
        end: String,
    },
    /// At the end of the file.
    End {},
}

#[derive(Debug, Deserialize)]
struct Edit {
    /// The file, from the root.
    file: String,
    #[serde(flatten)]
    place: Place,
    /// The added text; whole lines except with [`Place::Within`].
    text: String,
}

#[derive(Deserialize)]
struct Edits {
    edit: Vec<Edit>,
}

/// Makes the edits of a template and returns the files.
pub(super) fn apply(tree: &Shell, template: &str, values: Value) -> anyhow::Result<Vec<PathBuf>> {
    let template = Path::new("xtask/templates").join(template);
    let edits: Edits = toml::from_str(&text(tree, &template, values)?)
        .with_context(|| template.display().to_string())?;
    let mut files: Vec<PathBuf> = Vec::new();
    for edit in edits.edit {
        let after = edited(&tree.read_file(&edit.file)?, &edit)
            .with_context(|| format!("{}: no place for: {}", edit.file, edit.text))?;
        tree.write_file(&edit.file, after)?;
        let file = PathBuf::from(edit.file);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    Ok(files)
}

fn edited(before: &str, edit: &Edit) -> Option<String> {
    let mut lines: Vec<String> = before.split_inclusive('\n').map(str::to_owned).collect();
    let position = |text: &str, lines: &[String]| lines.iter().position(|line| line.contains(text));
    match &edit.place {
        Place::BehindLast(text) => {
            let last = lines.iter().rposition(|line| line.contains(text.as_str()))?;
            lines.insert(last + 1, edit.text.clone());
        }
        Place::BehindNext { after, text } => {
            let begin = position(after, &lines)?;
            let line = lines.iter_mut().skip(begin).find(|line| line.contains(text.as_str()))?;
            let at = line.find(text.as_str())? + text.len();
            line.insert_str(at, &edit.text);
        }
        Place::BeforeNext { after, next } => {
            let begin = position(after, &lines)?;
            let offset = position(next, lines.get(begin + 1..)?)?;
            lines.insert(begin + 1 + offset, edit.text.clone());
        }
        Place::Within { line, end } => {
            // A list that is too long for its line begins on the next one.
            let begin = position(line, &lines)?;
            let mut rest = lines.iter_mut().skip(begin);
            let found = rest.find(|known| known.contains(end.as_str()))?;
            let at = found.rfind(end.as_str())?;
            found.insert_str(at, &edit.text);
        }
        Place::End {} => lines.push(edit.text.clone()),
    }
    Some(lines.concat())
}

/// A list of modules with one more, in their order.
pub(super) fn with_module(list: &str, name: &str) -> String {
    let mut modules = list.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    match modules.rfind(|known| *known < name) {
        Some(before) => {
            let line = format!("mod {before};\n");
            list.replacen(&line, &format!("{line}mod {name};\n"), 1)
        }
        None => list.replacen("mod ", &format!("mod {name};\nmod "), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(place: &str, text: &str) -> Option<String> {
        let edit = toml::from_str(&format!("file = ''\n{place}\ntext = {text:?}")).unwrap();
        edited("a = [1, 2];\nb1\nb2\nc [\n  x\n];\n", &edit)
    }

    #[test]
    fn lines_are_added_at_their_place() {
        for (place, text, expected) in [
            ("behind_last = 'b'", "b3\n", "a = [1, 2];\nb1\nb2\nb3\nc [\n  x\n];\n"),
            (
                "behind_next = { after = 'b2', text = '[' }",
                " w",
                "a = [1, 2];\nb1\nb2\nc [ w\n  x\n];\n",
            ),
            (
                "before_next = { after = 'c [', next = '];' }",
                "  y\n",
                "a = [1, 2];\nb1\nb2\nc [\n  x\n  y\n];\n",
            ),
            (
                "within = { line = 'a =', end = '];' }",
                ", 3",
                "a = [1, 2, 3];\nb1\nb2\nc [\n  x\n];\n",
            ),
            ("end = {}", "d\n", "a = [1, 2];\nb1\nb2\nc [\n  x\n];\nd\n"),
        ] {
            assert_eq!(added(place, text).as_deref(), Some(expected), "{place}");
        }
    }

    #[test]
    fn modules_are_listed_in_their_order() {
        let list = "//! x\n\nmod b;\nmod d;\n";
        assert_eq!(with_module(list, "a"), "//! x\n\nmod a;\nmod b;\nmod d;\n");
        assert_eq!(with_module(list, "c"), "//! x\n\nmod b;\nmod c;\nmod d;\n");
        assert_eq!(with_module(list, "e"), "//! x\n\nmod b;\nmod d;\nmod e;\n");
    }

    #[test]
    fn a_file_without_the_place_is_refused() {
        for place in [
            "behind_last = 'z'",
            "behind_next = { after = 'c [', text = 'b1' }",
            "within = { line = 'b1', end = ')' }",
        ] {
            assert_eq!(added(place, "x"), None, "{place}");
        }
    }
}
