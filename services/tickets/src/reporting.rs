//! Changes of reports, each with the list of its reporter's open reports in one commit.

use contract::{Decided, ReportId, UserId};
use service::person;
use store::{Loaded, Stop, Tx};
use web::{Problem, SignedIn};

use crate::Ports;
use crate::domain::{Complaint, OpenReport, Report, ReportRefusal, ReportedOffer, Reporter};

/// Reports an offer of a seller, or replaces the reason and the text of an open report by the same
/// account. The offer is read outside of the decision: its seller never changes, and reports do not
/// conflict with sales. Errors: 429 `too_many_requests`, and [`ReportRefusal`].
pub(crate) async fn report_offer(
    ports: &Ports,
    who: &SignedIn,
    (offer, seller): (ReportedOffer, UserId),
    complaint: Complaint,
) -> Result<(), Problem> {
    ports.reports.check(&who.user)?;
    if who.user == seller {
        return Err(ReportRefusal::OwnOffer.into());
    }
    let (id, reporter) = (ReportId::from(ports.ids.next(ports.clock.now())), who.user);
    let report = move |tx: &mut Tx<'_>| report(tx, reporter, (id, offer), &complaint);
    Ok(ports.store.transact(report).await?)
}

fn report(
    tx: &mut Tx<'_>,
    reporter: UserId,
    (id, offer): (ReportId, ReportedOffer),
    complaint: &Complaint,
) -> Result<(), Stop<ReportRefusal>> {
    if person::is_erased(tx, reporter)? {
        return Err(ReportRefusal::ReporterErased.into());
    }
    let known = tx.get::<Reporter>(reporter)?.unwrap_or(Reporter::none(reporter));
    let open = known.report_of(offer);
    if open.is_none() {
        tx.put(known.with(OpenReport { id, offer })?);
    }
    let id = open.unwrap_or(id);
    if let Some(known) = tx.get::<Report>(id)? {
        if let Decided::Applied(replaced, ()) = known.replace(complaint) {
            tx.save(*replaced);
        }
    } else {
        let (complaint, created_at) = (complaint.clone(), tx.now());
        tx.insert(Report { id, offer, reporter, complaint, created_at, closing: None });
    }
    Ok(())
}

/// Closes a report.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    id: ReportId,
    administrator: UserId,
) -> Result<(), Stop<ReportRefusal>> {
    let report = tx.get::<Report>(id)?.ok_or(ReportRefusal::UnknownReport)?;
    if let Decided::Applied(closed, ()) = report.close(administrator, tx.now()) {
        remove_open(tx, &report)?;
        tx.save(*closed);
    }
    Ok(())
}

/// Deletes reports of an erased account.
pub(crate) fn erase(tx: &mut Tx<'_>, ids: &[ReportId]) -> Loaded<()> {
    for report in tx.get_all::<Report>(ids)?.into_iter().flatten() {
        remove_open(tx, &report)?;
        tx.delete::<Report>(report.id);
    }
    Ok(())
}

/// Removes a report from the open reports of its reporter.
fn remove_open(tx: &mut Tx<'_>, report: &Report) -> Loaded<()> {
    if let Some(reporter) = tx.get::<Reporter>(report.reporter)? {
        let others = reporter.without(report.id);
        if others.open.is_empty() {
            tx.delete::<Reporter>(others.id);
        } else {
            tx.save(others);
        }
    }
    Ok(())
}
