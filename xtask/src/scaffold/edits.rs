//! Lines added to files that exist.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::comparison::write;

/// Where lines are added.
#[derive(Debug, Clone)]
pub(super) enum Place {
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
        next: &'static str,
    },
    /// Within the first line that contains the text, before its end.
    Within {
        /// The text of the line.
        line: &'static str,
        /// The end before which the new text is.
        end: &'static str,
    },
    /// At the end of the file.
    End,
}

/// Lines added to one file.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    /// The file, from the root.
    pub(super) file: String,
    pub(super) place: Place,
    /// The added text; whole lines except with [`Place::Within`].
    pub(super) text: String,
}

/// Makes the edits and returns the files.
pub(super) fn apply(root: &Path, edits: &[Edit]) -> Result<Vec<PathBuf>, Error> {
    let mut files: Vec<PathBuf> = Vec::new();
    for edit in edits {
        let file = root.join(&edit.file);
        let before = fs::read_to_string(&file).map_err(Error::file("read", &file))?;
        let after = edited(&before, edit)
            .ok_or_else(|| Error::Form(format!("{}: no place for: {}", edit.file, edit.text)))?;
        write(&file, &after)?;
        if !files.iter().any(|known| known.as_os_str() == edit.file.as_str()) {
            files.push(edit.file.clone().into());
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
            let found = lines.iter_mut().find(|known| known.contains(line))?;
            let at = found.rfind(end)?;
            found.insert_str(at, &edit.text);
        }
        Place::End => lines.push(edit.text.clone()),
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

    fn added(place: Place, text: &str) -> Option<String> {
        let edit = Edit { file: String::new(), place, text: text.to_owned() };
        edited("a = [1, 2];\nb1\nb2\nc [\n  x\n];\n", &edit)
    }

    #[test]
    fn lines_are_added_at_their_place() {
        let is =
            |place, text, expected: &str| assert_eq!(added(place, text).as_deref(), Some(expected));
        is(Place::BehindLast("b".to_owned()), "b3\n", "a = [1, 2];\nb1\nb2\nb3\nc [\n  x\n];\n");
        let place = Place::BehindNext { after: "b2".to_owned(), text: "[".to_owned() };
        is(place, " w", "a = [1, 2];\nb1\nb2\nc [ w\n  x\n];\n");
        let place = Place::BeforeNext { after: "c [".to_owned(), next: "];" };
        is(place, "  y\n", "a = [1, 2];\nb1\nb2\nc [\n  x\n  y\n];\n");
        is(
            Place::Within { line: "a =", end: "];" },
            ", 3",
            "a = [1, 2, 3];\nb1\nb2\nc [\n  x\n];\n",
        );
        is(Place::End, "d\n", "a = [1, 2];\nb1\nb2\nc [\n  x\n];\nd\n");
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
        assert_eq!(added(Place::BehindLast("z".to_owned()), "x"), None);
        let place = Place::BehindNext { after: "c [".to_owned(), text: "b1".to_owned() };
        assert_eq!(added(place, "x"), None);
        assert_eq!(added(Place::Within { line: "b1", end: "]" }, "x"), None);
    }
}
