//! Numbers of admissions at the door of an event, kept up to date by each change of an admission.

use contract::admission::AdmissionStatus;
use serde::{Deserialize, Serialize};

/// Counters of an event. Each replica adds to its own one, so that two replicas never change the
/// same document: a single one would be changed by every scan and every sale of the event.
pub const COUNTERS_MAX: u32 = 64;

/// One counter of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counter {
    /// The id of the show or of the ticket.
    pub event: String,
    /// The number of the counter, below [`COUNTERS_MAX`].
    pub number: u32,
    /// Its part of the numbers. It may be negative; the sum of all counters is not.
    pub counts: Counts,
}

/// Numbers of admissions, or changes of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All admissions.
    pub issued: i64,
    /// Those whose holder has entered.
    pub used: i64,
    /// Those that are void.
    pub void: i64,
}

impl Counter {
    /// The id of a counter.
    #[must_use]
    pub fn id_of(event: &str, number: u32) -> String {
        format!("{event} {number}")
    }
}

impl Counts {
    /// The change of an admission from one status, if it was issued before, to the next.
    #[must_use]
    pub fn between(before: Option<AdmissionStatus>, after: AdmissionStatus) -> Self {
        let (before, after) = (before.map(Self::of).unwrap_or_default(), Self::of(after));
        Self {
            issued: after.issued - before.issued,
            used: after.used - before.used,
            void: after.void - before.void,
        }
    }

    /// The sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        let Self { issued, used, void } = self;
        Self { issued: issued + other.issued, used: used + other.used, void: void + other.void }
    }

    const fn of(status: AdmissionStatus) -> Self {
        match status {
            AdmissionStatus::Valid | AdmissionStatus::Listed => {
                Self { issued: 1, used: 0, void: 0 }
            }
            AdmissionStatus::Used { .. } => Self { issued: 1, used: 1, void: 0 },
            AdmissionStatus::Void { .. } => Self { issued: 1, used: 0, void: 1 },
        }
    }
}
