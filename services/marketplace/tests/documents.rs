//! The documents: every relative link and anchor resolves, every file and name in a code span
//! exists, each page begins with its question, and the top directory holds only the expected files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod tree;

use std::collections::BTreeSet;
use std::path::Path;

use crate::tree::{files, paths, root};

/// Maximum number of characters of a line of prose; tables and code are exempt.
const COLUMNS_MAX: usize = 120;

/// Maximum number of lines of the README, which is read in one sitting.
const README_LINES_MAX: usize = 150;

/// Maximum number of words that the glossary defines.
const GLOSSARY_WORDS_MAX: usize = 34;

/// The files of the top directory, without those that git ignores.
const TOP_FILES: [&str; 14] = [
    ".dockerignore",
    ".gitignore",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "clippy.toml",
    "deny.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "skaffold.yaml",
];

/// Directories that paths in code spans start with.
const TOP_DIRECTORIES: [&str; 9] =
    [".ci", ".github", "bench", "clients", "common", "docs", "infra", "services", "xtask"];

/// The lines outside of code blocks, each with its number.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut is_code = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            lines.push((index + 1, line));
        }
    }
    lines
}

fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The targets of a line's links; code spans contain none.
fn link_targets(line: &str) -> Vec<String> {
    let text: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target.to_owned()).collect()
}

/// The anchors of a page's headings, by the rules of GitHub.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let mut slug = String::new();
        for part in title.trim().split("](") {
            // The target of a link follows its bracket, up to the parenthesis.
            let part = if slug.is_empty() {
                part
            } else {
                part.split_once(')').map_or("", |(_, rest)| rest)
            };
            slug.extend(part.to_lowercase().chars().filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            }));
        }
        let mut unique = slug.clone();
        let mut number = 0;
        while !found.insert(unique.clone()) {
            number += 1;
            unique = format!("{slug}-{number}");
        }
    }
    found
}

/// Relative links of a page whose target does not exist.
fn broken_links(root: &Path, page: &str, text: &str) -> Vec<String> {
    let folder = root.join(page).parent().unwrap().to_owned();
    let mut broken = Vec::new();
    for (number, line) in prose(text) {
        for target in link_targets(line) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file = if path.is_empty() { root.join(page) } else { folder.join(path) };
            let has_anchor = || {
                let read = std::fs::read_to_string(&file);
                anchor.is_empty() || read.is_ok_and(|text| anchors(&text).contains(anchor))
            };
            if !file.exists() || !has_anchor() {
                broken.push(format!("{page}:{number}: {target} does not exist"));
            }
        }
    }
    broken
}

/// Paths in code spans that do not exist, and names of tests and functions that no source contains.
fn unknown_names(root: &Path, page: &str, text: &str, sources: &str) -> Vec<String> {
    let is_path = |span: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
        let first = span.split('/').next().unwrap_or_default();
        span.contains('/') && span.chars().all(plain) && TOP_DIRECTORIES.contains(&first)
    };
    let is_name = |span: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        span.matches('_').count() >= 2 && span.chars().all(plain)
    };
    let mut unknown = Vec::new();
    for (number, line) in prose(text) {
        for span in code_spans(line) {
            let is_known = (!is_path(span) || root.join(span).exists())
                && (!is_name(span) || sources.contains(span));
            if !is_known {
                unknown.push(format!("{page}:{number}: {span} does not exist"));
            }
        }
    }
    unknown
}

/// Whether the first line after the heading is a question in italics.
fn begins_with_a_question(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.next().is_some_and(|line| line.starts_with("# "))
        && lines.next().is_some_and(|line| line.starts_with('*') && line.ends_with("?*"))
}

/// Lines of prose that are too long for the review of a diff.
fn long_lines(page: &str, text: &str) -> Vec<String> {
    let is_long = |line: &str| line.chars().count() > COLUMNS_MAX && !line.starts_with('|');
    let long = prose(text).into_iter().filter(|(_, line)| is_long(line));
    long.map(|(number, _)| format!("{page}:{number} is longer than {COLUMNS_MAX}")).collect()
}

/// The pages for readers of the repository: those at the top and those in `docs`.
fn pages() -> Vec<(String, String)> {
    let mut pages = files(&["."], &[".md"]);
    pages.retain(|(page, _)| !page.contains('/') || page.starts_with("docs/"));
    assert!(pages.len() > 20, "{} pages", pages.len());
    pages
}

#[test]
fn every_link_and_anchor_exists() {
    let root = root();
    let broken = files(&["."], &[".md"]).into_iter();
    let broken: Vec<_> =
        broken.flat_map(|(page, text)| broken_links(&root, &page, &text)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_file_and_test_that_a_page_names_exists() {
    let root = root();
    let mut sources = files(&["."], &[".rs", ".py", ".lua", ".toml", ".yaml", ".yml", ".json"]);
    // This file contains the examples below.
    sources.retain(|(path, _)| !path.ends_with("tests/documents.rs"));
    let sources: Vec<String> = sources.into_iter().map(|(_, text)| text).collect();
    let sources = sources.join("\n");
    let unknown = pages().into_iter();
    let unknown = unknown.flat_map(|(page, text)| unknown_names(&root, &page, &text, &sources));
    let unknown: Vec<_> = unknown.collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn every_page_begins_with_a_question() {
    for (page, text) in pages() {
        if page.starts_with("docs/") {
            assert!(begins_with_a_question(&text), "{page}: below the heading: *A question?*");
        }
    }
}

#[test]
fn lines_of_prose_are_short() {
    let long = pages().into_iter();
    let long: Vec<_> = long.flat_map(|(page, text)| long_lines(&page, &text)).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_readme_is_short() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let lines = readme.lines().count();
    assert!(lines <= README_LINES_MAX, "README.md has {lines} lines: move a part to docs/");
}

#[test]
fn the_glossary_is_short_and_defines_each_word_once() {
    let page = std::fs::read_to_string(root().join("docs/glossary.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    let words: BTreeSet<&str> = rows.iter().filter_map(|row| row.split('|').nth(1)).collect();
    assert!(words.len() > 10 && words.len() <= GLOSSARY_WORDS_MAX, "{} words", words.len());
    assert_eq!(words.len(), rows.len(), "a word is defined twice");
}

#[test]
fn the_top_directory_holds_the_expected_files() {
    let mut found = paths(&["."], &[""]);
    found.retain(|path| !path.contains('/'));
    found.sort();
    assert_eq!(found, TOP_FILES, "move a new file, or add it to TOP_FILES");
}

#[test]
fn a_broken_link_is_found() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("docs")).unwrap();
    let other = "# Other page\n\n```\n# no heading\n```\n\n## A `code` word, and [a link](x)\n\n## Twice\n## Twice\n";
    std::fs::write(dir.path().join("docs/other.md"), other).unwrap();
    let page = "# Page\n[1](other.md) [2](other.md#other-page) [3](#page) [4](https://example.com/x)\n\
        [5](other.md#a-code-word-and-a-link) [6](other.md#twice-1) `[7](none.md)`\n\
        ```\n[8](none.md)\n```\n\
        [9](none.md) [10](other.md#no-heading) [11](#none) [12](other.md#twice-2) [13](../docs/other.md)\n";
    std::fs::write(dir.path().join("docs/page.md"), page).unwrap();
    let expected = ["none.md", "other.md#no-heading", "#none", "other.md#twice-2"];
    let expected = expected.map(|target| format!("docs/page.md:7: {target} does not exist"));
    assert_eq!(broken_links(dir.path(), "docs/page.md", page), expected);
}

#[test]
fn an_unknown_file_or_test_is_found() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("docs")).unwrap();
    std::fs::write(dir.path().join("docs/page.md"), "").unwrap();
    let text = "`docs/page.md` `docs/` `a_test_that_exists` `docs/<name>.md` `a/b` `cargo test`\n\
        `docs/none.md` and `a_test_that_is_gone`\n";
    let expected = ["docs/none.md", "a_test_that_is_gone"];
    let expected = expected.map(|name| format!("page:2: {name} does not exist"));
    assert_eq!(unknown_names(dir.path(), "page", text, "fn a_test_that_exists() {}"), expected);
}

#[test]
fn a_page_without_its_question_and_a_long_line_are_found() {
    assert!(begins_with_a_question("# Page\n\n*What is it?*\n\nText.\n"));
    assert!(!begins_with_a_question("# Page\n\nText.\n\n*What is it?*\n"));
    assert!(!begins_with_a_question("# Page\n\n*A statement.*\n"));
    let long = "x".repeat(COLUMNS_MAX + 1);
    let text = format!("{}\n| {long} |\n```\n{long}\n```\n{long}\n", "x".repeat(COLUMNS_MAX));
    assert_eq!(long_lines("page", &text), ["page:6 is longer than 120"]);
}
