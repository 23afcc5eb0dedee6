//! Reads of an admission of the visitor.

use contract::AdmissionId;

use crate::api::Target;
use crate::api::admission_views::AdmissionView;
use crate::failure::Failure;
use crate::visit::Visit;

/// The present admission. Errors: 404 of admissions, also for that of another person.
pub(super) async fn read(visit: &Visit, id: AdmissionId) -> Result<AdmissionView, Failure> {
    let path = format!("/api/admissions/{id}");
    Ok(visit.ports().api.get(visit, Target::Admissions, &path).await?.body)
}
