//! The claims of the codes of an admission, and the key that signs them.

use std::time::Duration;

use admission_codes::Claims;
use contract::{AdmissionId, UserId};
use ed25519_dalek::SigningKey;
use store::{Stop, Tx};

use crate::domain::{Admission, Issuer, Refusal};

/// Time after the event, or after the request of the code, in which a code is accepted: a printed
/// one remains valid when the event is postponed.
const CODE_KEPT: Duration = Duration::from_hours(366 * 24);

/// The admission that the user holds. Errors: [`Refusal::Unknown`], for another user's too.
pub(crate) fn held(
    tx: &mut Tx<'_>,
    (id, user): (AdmissionId, UserId),
) -> Result<Admission, Stop<Refusal>> {
    let admission = tx.get::<Admission>(id)?.filter(|admission| admission.state.holder == user);
    Ok(admission.ok_or(Refusal::Unknown)?)
}

/// The claims of the admission, and a key that is young enough to sign them; `random` becomes a new
/// one if necessary. Errors: [`Refusal::NotValid`] if the stored key is damaged.
pub(crate) fn claims(
    tx: &mut Tx<'_>,
    Admission { state, terms, .. }: &Admission,
    random: [u8; 32],
) -> Result<(Claims, SigningKey), Stop<Refusal>> {
    let now = tx.now();
    let known = tx.get::<Issuer>(Issuer::ID)?.unwrap_or_default();
    let issuer = known.rotated(random, now);
    if issuer != known {
        tx.put(issuer.clone());
    }
    let key = issuer.newest().and_then(|key| Some((key.kid, key.signing_key()?)));
    let (kid, key) = key.ok_or(Refusal::NotValid)?;
    let until = terms.starts_at.map_or(now, |starts_at| starts_at.max(now)).plus(CODE_KEPT);
    let claims = Claims {
        kid,
        ticket: state.ticket_id.into(),
        admission: state.id.into(),
        credential_version: state.credential_version,
        not_after: until.into(),
    };
    Ok((claims, key))
}
