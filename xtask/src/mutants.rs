//! Mutants: patches that introduce one mistake each, and the checks that have to fail.

mod copy;
mod patch;

use std::ffi::OsStr;
use std::time::Instant;

use xshell::Shell;

pub(crate) use copy::Copy;
use patch::{Check, Patch};

use crate::process::call;

const PATCHES: &str = "services/marketplace/tests/mutants";

/// Lines that are shown of the output of a check that failed for another reason.
const LINES_SHOWN_MAX: usize = 60;

/// The result of a check of a mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// The check failed as the patch says; the line of its output that shows it.
    Caught(String),
    /// The check passed.
    Missed,
    /// The check failed for another reason; the end of its output.
    Unclear(String),
}

/// Every patch of a repository, by name.
pub(crate) fn patches(tree: &Shell) -> anyhow::Result<Vec<Patch>> {
    let files = tree.read_dir(PATCHES)?.into_iter();
    let files = files.filter(|file| file.extension() == Some(OsStr::new("patch")));
    files.map(|file| Patch::read(tree, &file)).collect()
}

/// Applies a patch to the copy, runs its checks there, and removes the patch again; returns whether
/// every check caught it.
pub(crate) fn run(copy: &Copy, patch: &Patch) -> anyhow::Result<bool> {
    patch.apply(&copy.tree, &[])?;
    let mut is_caught = true;
    for check in &patch.checks {
        is_caught &= matches!(run_check(copy, patch, check)?, Outcome::Caught(_));
    }
    patch.apply(&copy.tree, &["--reverse"])?;
    Ok(is_caught)
}

fn run_check(copy: &Copy, patch: &Patch, check: &Check) -> xshell::Result<Outcome> {
    #[expect(clippy::disallowed_methods, reason = "the duration is only printed")]
    let started = Instant::now();
    let shell = call(&copy.tree, "bash -c").arg(format!("exec 2>&1; {}", check.command));
    let shell = shell.env("CARGO_TARGET_DIR", copy.target());
    let output = shell.ignore_status().output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let outcome = outcome(output.status.success(), &printed, &check.fails);
    let (name, seconds) = (&patch.name, started.elapsed().as_secs());
    match &outcome {
        Outcome::Caught(line) => println!("caught  {name} in {seconds} s: {line:.200}"),
        Outcome::Missed => println!("MISSED  {name} in {seconds} s: {} passed", check.command),
        Outcome::Unclear(end) => {
            println!("UNCLEAR {name}: no \"{}\" in the output:\n{end}", check.fails);
        }
    }
    Ok(outcome)
}

/// The outcome of a check with this output, which has to contain a text of `fails`.
fn outcome(is_success: bool, printed: &str, fails: &str) -> Outcome {
    if is_success {
        return Outcome::Missed;
    }
    let is_named = |line: &&str| fails.split(" | ").any(|text| line.contains(text));
    if let Some(line) = printed.lines().find(is_named) {
        return Outcome::Caught(line.trim().to_owned());
    }
    let lines: Vec<&str> = printed.lines().collect();
    let skipped = lines.len().saturating_sub(LINES_SHOWN_MAX);
    Outcome::Unclear(lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_failure_with_the_expected_text_is_caught() {
        let printed = "running 1 test\n  seed 3: oversold: 2 of 1\ntest result: FAILED";
        let caught = Outcome::Caught("seed 3: oversold: 2 of 1".to_owned());
        assert_eq!(outcome(false, printed, "oversold"), caught);
        assert_eq!(outcome(false, printed, "expired | oversold"), caught);
        assert_eq!(outcome(true, printed, "oversold"), Outcome::Missed);
        let compile_error = "error[E0425]: cannot find value `held` in this scope";
        let unclear = Outcome::Unclear(compile_error.to_owned());
        assert_eq!(outcome(false, compile_error, "oversold"), unclear);
    }

    #[test]
    fn a_header_has_a_mistake_and_pairs_of_check_and_failure() {
        let parse =
            |header: &str| Patch::parse("one", format!("{header}\n--- a/lib.rs\nCheck: no header"));
        let patch = parse("Mistake: M.\nCheck: true\nFails: a b\nCheck: false\nFails: c").unwrap();
        let checks: Vec<_> =
            patch.checks.iter().map(|one| (one.command.as_str(), one.fails.as_str())).collect();
        assert_eq!(checks, [("true", "a b"), ("false", "c")]);
        for incomplete in ["Mistake: M.", "Check: true\nFails: a", "Mistake: M.\nCheck: true"] {
            assert!(parse(incomplete).is_err(), "{incomplete}");
        }
    }

    #[test]
    fn every_patch_applies_and_names_its_mistake_and_its_checks() {
        let tree = crate::process::shell().unwrap();
        let patches = patches(&tree).unwrap();
        assert!(!patches.is_empty(), "no patches");
        for patch in patches {
            patch.apply(&tree, &["--check"]).unwrap();
        }
    }
}
