//! Reads of admissions of the signed-in user.

use contract::AdmissionId;
use web::{Problem, SignedIn};

use crate::Ports;
use crate::domain::{Admission, Refusal};

/// Loads an admission that the signed-in user holds. Errors: 404 for another user's too, so that its
/// existence is not revealed.
pub(super) async fn own_admission(
    ports: &Ports,
    who: &SignedIn,
    id: AdmissionId,
) -> Result<Admission, Problem> {
    let admission = ports.store.find::<Admission>(&id.to_string()).await?;
    let own = admission.filter(|admission| admission.state.holder == who.user);
    Ok(own.ok_or(Refusal::Unknown)?)
}
