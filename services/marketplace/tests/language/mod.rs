//! Plain language in doc comments and in the OpenAPI document: no people or pronouns as subjects,
//! no verbs of speech for data flow.

use crate::tree::{files, root};

/// A phrase that a text must not contain, in lower case, with `^` as the start of a clause; and its
/// usual replacement.
type Rule = (&'static str, &'static str);

const NOUN: &str = "a technical noun as the subject";
const VERB: &str = "returns, publishes, reads, writes, stores, rejects or waits";

const RULES: &[Rule] = &[
    ("whoever", NOUN),
    ("somebody", NOUN),
    ("nobody", NOUN),
    ("anybody", NOUN),
    ("everybody", NOUN),
    ("those who", NOUN),
    ("one's", "the owner's name, such as the caller's"),
    ("^ who", NOUN),
    ("^ whose", NOUN),
    ("^ what", NOUN),
    ("what is", NOUN),
    ("what was", NOUN),
    ("what are", NOUN),
    ("what were", NOUN),
    ("what has", NOUN),
    ("what had", NOUN),
    ("told", VERB),
    ("tells", VERB),
    ("answers", VERB),
    ("answered", VERB),
    ("asks", "requests, reads or queries"),
    ("hears", "receives"),
    ("lets go", "releases"),
    ("let go", "released"),
    ("gives up", "cancels, abandons or stops"),
    ("gave up", "cancelled, abandoned or stopped"),
    ("given up", "cancelled, abandoned or stopped"),
    ("says no", "rejects"),
    ("stands", "the status or the position"),
    ("as it stands", "the present state"),
    ("is there", "exists"),
    ("is none", "does not exist"),
    ("so many", "a number"),
    ("at the most", "at most, or a maximum"),
    ("now or before", "already"),
    ("a moment ago", "recently, or the time"),
    ("came of", "the outcome"),
    ("became of", "the outcome"),
    ("has to do with", "concerns"),
    ("nothing to do with", "independent of"),
    ("for ever", "without limit"),
];

/// The rules that a text breaks.
fn broken(text: &str) -> impl Iterator<Item = &'static Rule> {
    // It contains a rule's phrase and is plain English.
    let words = words(text).replace(" stands for ", " ");
    RULES.iter().filter(move |rule| words.contains(&format!(" {} ", rule.0)))
}

/// The words of a text in lower case between single spaces, without code, with `^` before each
/// clause.
fn words(text: &str) -> String {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join("code");
    let mut words = " ^ ".to_owned();
    for word in prose.split_whitespace() {
        let word = word.to_lowercase().replace('\u{2019}', "'");
        let is_end = word.ends_with(['.', ';', ':', '?']);
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !bare.is_empty() {
            words.push_str(bare);
            words.push(' ');
        }
        if is_end {
            words.push_str("^ ");
        }
    }
    words
}

struct Text {
    place: String,
    text: String,
}

/// The doc comments of a file, each with the line at which it begins.
fn doc_comments(path: &str, source: &str) -> Vec<Text> {
    let mut found: Vec<Text> = Vec::new();
    let (mut is_inside, mut is_code) = (false, false);
    for (number, line) in (1..).zip(source.lines()) {
        let line = line.trim_start();
        let Some(text) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            (is_inside, is_code) = (false, false);
            continue;
        };
        if text.trim_start().starts_with("```") {
            is_code = !is_code;
            continue;
        }
        // A blank line and a list item begin a clause, as the end of a sentence does.
        let is_start =
            text.trim().is_empty() || text.trim_start().starts_with(['-', '*', '|', '#']);
        let separator = if is_start { ". " } else { " " };
        if is_code {
            continue;
        }
        match found.last_mut().filter(|_| is_inside) {
            Some(last) => {
                last.text.push_str(separator);
                last.text.push_str(text);
            }
            None => found.push(Text { place: format!("{path}:{number}"), text: text.to_owned() }),
        }
        is_inside = true;
    }
    found
}

/// The summaries and descriptions of the OpenAPI document.
fn openapi_texts() -> Vec<Text> {
    fn collect(value: &serde_json::Value, place: &str, found: &mut Vec<Text>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            match value.as_str() {
                Some(text) if ["summary", "description"].contains(&name.as_str()) => {
                    found.push(Text { place: place.to_owned(), text: text.to_owned() });
                }
                _ => collect(value, &format!("{place}/{name}"), found),
            }
        }
        for entry in value.as_array().into_iter().flatten() {
            collect(entry, place, found);
        }
    }
    let text = std::fs::read_to_string(root().join("services/marketplace/openapi.json")).unwrap();
    let mut found = Vec::new();
    collect(&serde_json::from_str(&text).unwrap(), "openapi.json", &mut found);
    found
}

fn findings() -> Vec<String> {
    let mut texts = openapi_texts();
    for (path, source) in files(&["common", "services", "xtask"], &[".rs", ".rs.j2"]) {
        texts.extend(doc_comments(&path, &source));
    }
    let finding = |Text { place, text }: &Text| -> Vec<String> {
        let line = |(phrase, instead): &Rule| {
            format!("{place}: {phrase:?}; write {instead}:\n    {}", text.trim())
        };
        broken(text).map(line).collect()
    };
    texts.iter().flat_map(finding).collect()
}

#[test]
fn doc_comments_and_the_openapi_document_are_in_plain_language() {
    let wrong = findings();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sentences of an earlier state of this project, each with its replacement.
const REWRITES: [(&str, &str); 17] = [
    ("Who wrote nothing rests on nothing.", "Read-only decisions conflict with nothing."),
    (
        "Whoever asks too often is answered 429 and told in `Retry-After` when to come again.",
        "Requests over the limit receive 429 with `Retry-After`.",
    ),
    ("A text that nobody is to see", "A string redacted from `Debug` output."),
    (
        "It changed in a way that is nobody else's business.",
        "Private state changed; nothing is published.",
    ),
    ("It is cancelled, now or before", "Cancelled, or was already cancelled."),
    (
        "What a process takes at the most: of everybody, and from one address.",
        "Process-wide and per-client rate limits, applied before routing.",
    ),
    ("What the manners need; app data.", "State shared by the middleware."),
    (
        "Tries until it is known what became of a part. Answers what is left of it.",
        "Commits a sub-batch, retrying until the outcome is known. On conflict, returns smaller \
         sub-batches in reverse order of execution.",
    ),
    (
        "Within each everybody keeps their order; nobody here shares a document with anybody there.",
        "Partitions the batch by conflict group. Order within each half is kept; the halves share no \
         document.",
    ),
    (
        "A forest: whose parent is themselves stands for a group.",
        "Disjoint-set forest; a root is its own parent.",
    ),
    ("Who comes from now on gathers for the next load", "Later requests join the next batch."),
    (
        "so that it never holds what was once",
        "Guarantees that the cache never holds a stale version.",
    ),
    (
        "A connection whose other end cannot hold it for ever.",
        "Per-connection read, write and idle timeouts.",
    ),
    (
        "What of a captured payment was asked back and given back: never more than was taken.",
        "Refund totals of a captured payment. Never exceed the captured amount.",
    ),
    (
        "One's own order; somebody else's is as unknown as one that there is not.",
        "Loads the caller's order; 404 for another user's, so that its existence is not revealed.",
    ),
    (
        "Pays an order: answers when the money was taken, refused or let go, or after ten seconds as \
         it stands then.",
        "Returns once the payment is captured, declined or voided, or needs payer action; otherwise \
         202 with the current state after ten seconds.",
    ),
    (
        "What is told is told in all, so that what was told before changes nothing",
        "Quantities are cumulative; repeats are no-ops.",
    ),
];

#[test]
fn private_language_is_found_and_its_replacement_accepted() {
    for (before, after) in REWRITES {
        assert!(broken(before).next().is_some(), "{before}");
        let wrong: Vec<&str> = broken(after).map(|rule| rule.0).collect();
        assert!(wrong.is_empty(), "{after}: {wrong:?}");
    }
}

#[test]
fn code_and_other_words_are_not_found() {
    for text in [
        "Runs `what is told` and `nobody`.",
        "`id` stands for the identifier.",
        "The buyer whose order expired may order again.",
        "Answer, telling, whatsoever",
    ] {
        let wrong: Vec<&str> = broken(text).map(|rule| rule.0).collect();
        assert!(wrong.is_empty(), "{text}: {wrong:?}");
    }
}

#[test]
fn doc_comments_are_read_without_code_and_ordinary_comments() {
    let source = "//! The first.\n\n// nobody\n/// The second\n/// goes on.\n/// ```\n/// nobody\n/// \
                  ```\n/// - What follows.\nfn nobody() {}\n    /// The third.\n";
    let found = doc_comments("a.rs", source);
    let places: Vec<&str> = found.iter().map(|text| text.place.as_str()).collect();
    assert_eq!(places, ["a.rs:1", "a.rs:4", "a.rs:11"]);
    let phrases = |text: &Text| broken(&text.text).map(|rule| rule.0).collect::<Vec<_>>();
    assert_eq!(found.iter().map(phrases).collect::<Vec<_>>(), [vec![], vec!["^ what"], vec![]]);
}
