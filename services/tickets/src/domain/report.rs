//! Reports of offers: an account reports a ticket or a show to the administrators, who close the
//! report.

use std::time::Duration;

use contract::text::{Paragraphs, stored_option};
use contract::{Decided, ReportId, ShowId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Text of a report: 1 to 1,000 characters on any number of lines.
pub type ReportText = Paragraphs<1_000, 2_000>;

/// Maximum open reports of an account: more than a person has before an administrator closes one.
/// Bounds a document that each new report of the account writes.
pub const OPEN_REPORTS_MAX: usize = 20;

/// Time for which a closed report is stored: 90 days, in which a seller may object to a measure
/// that followed.
pub const CLOSED_REPORTS_KEPT: Duration = Duration::from_hours(90 * 24);

/// Reason for which a command on a report has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefusal {
    /// The report does not exist, or was deleted after its closing.
    #[error("There is no such report")]
    UnknownReport,
    /// The reporter is the seller of the offer.
    #[error("A seller cannot report their own offer")]
    OwnOffer,
    /// The reporter has [`OPEN_REPORTS_MAX`] open reports.
    #[error("{OPEN_REPORTS_MAX} reports of the account are open, the maximum")]
    TooMany,
    /// The account of the reporter is erased.
    #[error("The account is erased")]
    ReporterErased,
}

/// The ticket or show that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum ReportedOffer {
    /// A ticket, with or without a show.
    Ticket(TicketId),
    /// A show.
    Show(ShowId),
}

/// Reason of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum ReportReason {
    /// The seller takes money for nothing.
    Fraud,
    /// The offer differs from its description.
    NotAsDescribed,
    /// The offer or its resale is against the law.
    Illegal,
    /// A text or an image is offensive.
    Offensive,
    /// Another one, which the text states.
    Other,
}

impl TryFrom<String> for ReportReason {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let known = [
            ("fraud", Self::Fraud),
            ("not_as_described", Self::NotAsDescribed),
            ("illegal", Self::Illegal),
            ("offensive", Self::Offensive),
            ("other", Self::Other),
        ];
        let found = known.into_iter().find(|(name, _)| *name == text);
        let rule = "must be fraud, not_as_described, illegal, offensive or other";
        found.map(|(_, reason)| reason).ok_or(rule)
    }
}

/// The words of a reporter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Complaint {
    /// The reason.
    pub reason: ReportReason,
    /// The text.
    #[serde(default, deserialize_with = "stored_option", skip_serializing_if = "Option::is_none")]
    pub text: Option<ReportText>,
}

/// The closing of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Closing {
    /// When it was closed.
    pub at: Timestamp,
    /// The administrator.
    pub by: UserId,
}

/// A report of an offer. It is not visible to the seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Id of the report.
    pub id: ReportId,
    /// The ticket or show.
    pub offer: ReportedOffer,
    /// The account that reports it.
    pub reporter: UserId,
    /// Reason and text.
    #[serde(flatten)]
    pub complaint: Complaint,
    /// When the offer was reported. A repeat does not change it, and so keeps its place in the list.
    pub created_at: Timestamp,
    /// Its closing; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<Closing>,
}

impl Report {
    /// Replaces reason and text.
    pub fn replace(&self, complaint: &Complaint) -> Decided<Self> {
        if self.complaint == *complaint {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self { complaint: complaint.clone(), ..self.clone() })
    }

    /// Closes the report. The first closing remains.
    pub fn close(&self, by: UserId, now: Timestamp) -> Decided<Self> {
        if self.closing.is_some() {
            return Decided::AlreadyApplied;
        }
        let closing = Some(Closing { at: now, by });
        Decided::applied(Self { closing, ..self.clone() })
    }
}

/// An open report of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenReport {
    /// The report.
    pub id: ReportId,
    /// The ticket or show, of which the account has no other open report.
    pub offer: ReportedOffer,
}

/// The open reports of an account: the basis of its limit, and of one open report per offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reporter {
    /// The account; also the id of the document.
    pub id: UserId,
    /// Its open reports, oldest first; at most [`OPEN_REPORTS_MAX`].
    pub open: Vec<OpenReport>,
}

impl Reporter {
    /// The document of an account without open reports.
    #[must_use]
    pub const fn none(id: UserId) -> Self {
        Self { id, open: Vec::new() }
    }

    /// The open report of an offer.
    #[must_use]
    pub fn report_of(&self, offer: ReportedOffer) -> Option<ReportId> {
        self.open.iter().find(|report| report.offer == offer).map(|report| report.id)
    }

    /// Adds a report of an offer without an open one.
    ///
    /// # Errors
    /// [`ReportRefusal::TooMany`].
    pub fn with(mut self, report: OpenReport) -> Result<Self, ReportRefusal> {
        if self.open.len() >= OPEN_REPORTS_MAX {
            return Err(ReportRefusal::TooMany);
        }
        self.open.push(report);
        Ok(self)
    }

    /// Removes a closed report.
    #[must_use]
    pub fn without(mut self, closed: ReportId) -> Self {
        self.open.retain(|report| report.id != closed);
        self
    }
}
