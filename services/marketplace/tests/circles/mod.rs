//! Finds circles between the files of a crate: files that need each other to be understood.
//!
//! The search reads text, not types. A file uses another one when it names an item of it by a path that begins with `crate::`,
//! `self::`, `super::` or the name of a child module. The path is followed through re-exports to the file that defines the item.
//!
//! - `mod child;` and `pub use child::Item;` are no uses: a parent that only lists its children forms no circle.
//! - A parent whose own code uses a child forms a circle with it as soon as the child uses an item that the parent defines.
//! - Unit tests at the end of a file (`#[cfg(test)]`) may use anything.
//! - Paths through macros and methods are not seen.

use std::collections::{BTreeMap, BTreeSet};

/// The files of one crate, by the path of their module: `[]` is the root, `["store", "memory"]` is `store/memory.rs`.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<Vec<String>, File>);

#[derive(Debug, Default)]
struct File {
    /// Names that the file re-exports, each with the path it stands for; `*` for all of a module.
    exports: Vec<(String, Vec<String>)>,
    /// Every path that the file names elsewhere.
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

/// The text without comments, the contents of strings and unit tests.
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

/// Every path of a use tree: `a::{b, c::{self, d as e}}` is `a::b`, `a::c`, `a::c::d`, each with the name it is known by.
fn expand(tree: &str, before: &[String], found: &mut Vec<(String, Vec<String>)>) {
    let tree = tree.trim();
    if let Some((start, inner)) = tree.split_once('{') {
        let mut path = before.to_vec();
        path.extend(start.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned));
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

/// Whether a character belongs to a path.
fn is_path(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == ':'
}

impl File {
    /// Reads one file of `modules`.
    fn parse(text: &str, module: &[String], modules: &BTreeSet<Vec<String>>) -> Self {
        let mut file = Self::default();
        let code = code(text);
        let mut body = String::new();
        // Statements that import or export, and all else.
        let mut rest = code.as_str();
        while let Some((before, after)) = split_at_use(rest) {
            let is_export = before.trim_end().ends_with("pub") || before.trim_end().ends_with(')') && before.rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with("pub("));
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
            let path: Vec<String> = path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
            file.uses.extend(absolute(&path, module, modules));
        }
        file
    }
}

/// The text before and behind the next word `use`.
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

/// A path from the root of the crate; `None` for one that leads out of it.
fn absolute(path: &[String], module: &[String], modules: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
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
    while let Some((next, more)) = rest.split_first().filter(|(next, _)| *next == "super") {
        debug_assert_eq!(next, "super");
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

    /// The file that defines the item of a path.
    fn defining(&self, path: &[String], hops: usize) -> Option<&Vec<String>> {
        let depth = (0..=path.len()).rev().find(|&depth| self.0.contains_key(&path[..depth]))?;
        let (module, file) = self.0.get_key_value(&path[..depth])?;
        let Some(name) = path.get(depth) else { return Some(module) };
        // Re-exports are followed; a circle of them would not compile.
        let named = file.exports.iter().find(|(known, _)| known == name);
        if let Some((_, target)) = named.filter(|_| hops < 8) {
            let target = [target.as_slice(), &path[depth + 1..]].concat();
            return self.defining(&target, hops + 1);
        }
        Some(module)
    }

    /// The files that each file uses.
    fn arrows(&self) -> BTreeMap<&Vec<String>, BTreeSet<&Vec<String>>> {
        let arrows = self.0.iter().map(|(module, file)| {
            let used = file.uses.iter().filter_map(|path| self.defining(path, 0));
            (module, used.filter(|used| *used != module).collect())
        });
        arrows.collect()
    }

    /// Every group of files that use each other, by any number of steps; each with its arrows inside the group.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let arrows = self.arrows();
        let reached = |from: &Vec<String>| {
            let mut reached = BTreeSet::new();
            let mut next: Vec<_> = arrows.get(from).into_iter().flatten().copied().collect();
            while let Some(file) = next.pop() {
                if reached.insert(file) {
                    next.extend(arrows.get(file).into_iter().flatten());
                }
            }
            reached
        };
        let reached: BTreeMap<_, _> = self.0.keys().map(|from| (from, reached(from))).collect();
        let mut circles = BTreeMap::new();
        for (from, all) in &reached {
            let group: BTreeSet<_> = all
                .iter()
                .filter(|other| reached.get(*other).is_some_and(|back| back.contains(from)))
                .copied()
                .collect();
            if !group.is_empty() {
                circles.insert(group.clone(), ());
            }
        }
        let name = |module: &Vec<String>| if module.is_empty() { "lib".to_owned() } else { module.join("/") };
        let shown = circles.into_keys().map(|group| {
            let inside = group.iter().flat_map(|from| {
                let used = arrows.get(from).into_iter().flatten();
                used.filter(|used| group.contains(*used)).map(|used| format!("{} -> {}", name(from), name(used))).collect::<Vec<_>>()
            });
            inside.collect()
        });
        shown.collect()
    }
}
