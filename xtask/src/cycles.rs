//! Finds cycles between the files of a crate: files that use each other, directly or through
//! others.
//!
//! The search reads text, not types. A file uses another one when it names one of its items by a
//! path that begins with `crate::`, `self::`, `super::` or the name of a child module. The path is
//! followed through re-exports to the file that defines the item.
//!
//! - `mod child;` and `pub use child::Item;` are not uses: a parent that lists its children forms
//!   no cycle with them.
//! - A parent whose code imports an item of a child, by a `use` without `pub` or by a path, forms a
//!   cycle with it if the child uses an item that the parent defines.
//! - Unit tests at the end of a file (`#[cfg(test)]`) may use anything.
//! - Methods, and paths inside macros that other files expand, are not detected.

use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of re-exports that a path may lead through; more than any path of the source has.
const HOPS_MAX: u32 = 8;

/// The files of one crate, by the path of their module: `[]` is the root, `["store", "memory"]` is
/// `store/memory.rs`.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<Vec<String>, File>);

#[derive(Debug, Default)]
struct File {
    /// Names that the file re-exports, each with its path; `*` for all items of a module.
    exports: Vec<(String, Vec<String>)>,
    /// Every other path that the file names.
    uses: BTreeSet<Vec<String>>,
}

/// The module of a file, given by its path below `src`; `None` for a binary beside a library.
fn module(path: &str) -> Option<Vec<String>> {
    let path = path.strip_suffix(".rs")?;
    let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
    match parts.last()?.as_str() {
        "lib" | "mod" => drop(parts.pop()),
        "main" if parts.len() == 1 => return None,
        _ => {}
    }
    Some(parts)
}

/// The text without comments, the contents of strings, and unit tests.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut code = String::new();
    for line in text.lines() {
        let mut inside = false;
        let mut rest = line.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\\' if inside => drop(rest.next()),
                '"' => inside = !inside,
                '/' if !inside && rest.peek() == Some(&'/') => break,
                c if !inside => code.push(c),
                _ => {}
            }
        }
        code.push('\n');
    }
    code
}

/// Every path of a use tree: `a::{b, c::{self, d as e}}` is `a::b`, `a::c`, `a::c::d`, each with
/// its local name.
fn expand(tree: &str, before: &[String], found: &mut Vec<(String, Vec<String>)>) {
    let tree = tree.trim();
    if let Some((start, inner)) = tree.split_once('{') {
        let mut path = before.to_vec();
        path.extend(
            start.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned),
        );
        let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
        let (mut depth, mut branch) = (0, String::new());
        for c in inner.chars().chain([',']) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if c == ',' && depth == 0 {
                expand(&branch, &path, found);
                branch.clear();
            } else {
                branch.push(c);
            }
        }
    } else if !tree.is_empty() {
        let (path, name) = match tree.split_once(" as ") {
            Some((path, name)) => (path, Some(name.trim().to_owned())),
            None => (tree, None),
        };
        let mut whole = before.to_vec();
        whole.extend(path.split("::").map(|part| part.trim().to_owned()));
        if whole.last().is_some_and(|last| last == "self") {
            whole.pop();
        }
        let name = name.or_else(|| whole.last().cloned()).unwrap_or_default();
        found.push((name, whole));
    }
}

fn is_path(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == ':'
}

impl File {
    /// Reads one file of `modules`.
    fn parse(text: &str, module: &[String], modules: &BTreeSet<Vec<String>>) -> Self {
        let mut file = Self::default();
        let code = code(text);
        let mut body = String::new();
        // Import and export statements, and all other code.
        let mut rest = code.as_str();
        while let Some((before, after)) = split_at_use(rest) {
            let line = before.rsplit('\n').next().unwrap_or_default().trim();
            let is_export = line == "pub" || line.starts_with("pub(");
            body.push_str(before);
            let (tree, remainder) = after.split_once(';').unwrap_or((after, ""));
            let mut found = Vec::new();
            expand(tree, &[], &mut found);
            for (name, path) in found {
                let Some(path) = absolute(&path, module, modules) else { continue };
                if is_export {
                    file.exports.push((name, path));
                } else {
                    file.uses.insert(path);
                }
            }
            rest = remainder;
        }
        body.push_str(rest);
        for path in body.split(|c| !is_path(c)).filter(|path| path.contains("::")) {
            let path: Vec<String> =
                path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
            file.uses.extend(absolute(&path, module, modules));
        }
        file
    }
}

/// The text before and after the next word `use`.
fn split_at_use(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("use ") {
        let at = from + at;
        let before = text.get(..at)?;
        if !before.ends_with(is_path) {
            return Some((before, text.get(at + 4..)?));
        }
        from = at + 4;
    }
    None
}

/// A path from the root of the crate; `None` for a path that leads out of the crate.
fn absolute(
    path: &[String],
    module: &[String],
    modules: &BTreeSet<Vec<String>>,
) -> Option<Vec<String>> {
    let (first, mut rest) = path.split_first()?;
    let mut whole = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module.split_last()?.1.to_vec(),
        child => {
            let child = [module, &[child.to_owned()]].concat();
            if !modules.contains(&child) {
                return None;
            }
            child
        }
    };
    while let Some((_, more)) = rest.split_first().filter(|(next, _)| *next == "super") {
        whole.pop()?;
        rest = more;
    }
    whole.extend(rest.iter().cloned());
    Some(whole)
}

impl Files {
    /// Reads the files of a crate, given by their paths below `src`.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files: Vec<_> =
            files.into_iter().filter_map(|(path, text)| Some((module(path)?, text))).collect();
        let modules: BTreeSet<_> = files.iter().map(|(module, _)| module.clone()).collect();
        let parsed = files.into_iter().map(|(module, text)| {
            let file = File::parse(text, &module, &modules);
            (module, file)
        });
        Self(parsed.collect())
    }

    /// The file that defines the item of a path, after at most `hops` re-exports.
    fn defining(&self, path: &[String], hops: u32) -> Option<&Vec<String>> {
        let known = |depth: &usize| self.0.contains_key(path.get(..*depth).unwrap_or_default());
        let depth = (0..=path.len()).rev().find(known)?;
        let (module, file) = self.0.get_key_value(path.get(..depth)?)?;
        let Some((name, rest)) = path.get(depth..)?.split_first() else { return Some(module) };
        match file.exports.iter().find(|(known, _)| known == name) {
            Some((_, target)) if hops > 0 => self.defining(&[target, rest].concat(), hops - 1),
            _ => Some(module),
        }
    }

    /// The files that each file uses.
    fn arrows(&self) -> BTreeMap<&Vec<String>, BTreeSet<&Vec<String>>> {
        let arrows = self.0.iter().map(|(module, file)| {
            let used = file.uses.iter().filter_map(|path| self.defining(path, HOPS_MAX));
            (module, used.filter(|used| *used != module).collect())
        });
        arrows.collect()
    }

    /// The uses between files that use each other, directly or through others: `a -> b`.
    #[must_use]
    pub fn cycles(&self) -> Vec<String> {
        let arrows = self.arrows();
        let used_by = |from: &Vec<String>| {
            let mut reached = BTreeSet::new();
            let mut next = vec![from];
            while let Some(file) = next.pop() {
                let used = arrows.get(file).into_iter().flatten().copied();
                next.extend(used.filter(|used| reached.insert((*used).clone())));
            }
            reached
        };
        let mut found = Vec::new();
        for (from, used) in &arrows {
            let back = used.iter().filter(|to| used_by(to).contains(*from));
            found.extend(back.map(|to| format!("{} -> {}", shown(from), shown(to))));
        }
        found
    }
}

fn shown(module: &[String]) -> String {
    if module.is_empty() { "lib".to_owned() } else { module.join("/") }
}
