//! The admissions of a transfer, as a request names them.

use std::collections::HashSet;

use contract::number::WholeNumber;
use contract::{AdmissionId, TicketId};
use serde::Deserialize;

/// Admissions of one transfer: those of the largest order of a ticket. Bounds the documents of a
/// decision.
pub const UNITS_MAX: usize = 100;

/// Admissions that a holder offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Units {
    /// These.
    Named(AdmissionIds),
    /// This number of those of a ticket: the earliest issued ones, of one order by their numbers.
    OfTicket(TicketId, UnitCount),
}

/// 1 to [`UNITS_MAX`] admissions, each once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<AdmissionId>")]
pub struct AdmissionIds(Vec<AdmissionId>);

/// The rule of the admissions of a transfer; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {UNITS_MAX} admissions, each once")]
pub struct NotAdmissionIds;

impl AdmissionIds {
    /// The ids.
    #[must_use]
    pub fn as_slice(&self) -> &[AdmissionId] {
        &self.0
    }
}

impl TryFrom<Vec<AdmissionId>> for AdmissionIds {
    type Error = NotAdmissionIds;

    fn try_from(ids: Vec<AdmissionId>) -> Result<Self, NotAdmissionIds> {
        let is_bounded = (1..=UNITS_MAX).contains(&ids.len());
        let is_distinct = is_bounded && ids.iter().collect::<HashSet<_>>().len() == ids.len();
        if is_distinct { Ok(Self(ids)) } else { Err(NotAdmissionIds) }
    }
}

/// 1 to [`UNITS_MAX`] units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WholeNumber")]
pub struct UnitCount(usize);

/// The rule of a number of units; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from 1 to {UNITS_MAX}")]
pub struct NotAUnitCount;

impl UnitCount {
    /// One unit.
    pub const ONE: Self = Self(1);

    /// The number.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0
    }
}

impl TryFrom<WholeNumber> for UnitCount {
    type Error = NotAUnitCount;

    fn try_from(WholeNumber(units): WholeNumber) -> Result<Self, NotAUnitCount> {
        let units = usize::try_from(units).ok().filter(|units| (1..=UNITS_MAX).contains(units));
        units.map(Self).ok_or(NotAUnitCount)
    }
}
