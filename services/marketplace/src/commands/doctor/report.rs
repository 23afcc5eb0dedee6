//! Findings of the doctor.

use std::error::Error;
use std::fmt;

use serde::Serialize;

#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Report {
    checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
struct Check {
    what: String,
    outcome: Outcome,
    /// The finding; for a failure with its remedy.
    found: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Outcome {
    Ok,
    Fail,
    /// Not checked: unreachable, or not requested.
    Unknown,
}

impl Report {
    /// It is as it should be.
    pub(super) fn ok(&mut self, what: impl Into<String>, found: impl Into<String>) {
        self.add(what.into(), Outcome::Ok, found.into());
    }

    /// It is not; `todo` is what to do about it.
    pub(super) fn fail(&mut self, what: impl Into<String>, found: &str, todo: &str) {
        let found = if todo.is_empty() { found.to_owned() } else { format!("{found} -> {todo}") };
        self.add(what.into(), Outcome::Fail, found);
    }

    /// The value; `None` with a failure.
    pub(super) fn value<T>(
        &mut self,
        what: impl Into<String>,
        found: Result<T, impl Error>,
        todo: &str,
    ) -> Option<T> {
        found.map_err(|error| self.fail(what, &store::error_chain(&error), todo)).ok()
    }

    /// It was not looked at, and why.
    pub(super) fn unknown(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.add(what.into(), Outcome::Unknown, why.into());
    }

    fn add(&mut self, what: String, outcome: Outcome, found: String) {
        self.checks.push(Check { what, outcome, found });
    }

    /// Whether nothing failed.
    pub(super) fn is_valid(&self) -> bool {
        self.checks.iter().all(|check| check.outcome != Outcome::Fail)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.checks.iter().map(|check| check.what.len()).max().unwrap_or_default();
        for Check { what, outcome, found } in &self.checks {
            let outcome = match outcome {
                Outcome::Ok => "ok  ",
                Outcome::Fail => "FAIL",
                Outcome::Unknown => "?   ",
            };
            writeln!(f, "{outcome}  {what:<width$}  {found}")?;
        }
        Ok(())
    }
}
