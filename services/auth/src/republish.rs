//! What others keep copies of, published again as it stands.

use contract::person::REQUESTED;
use contract::user::{BANNED, CREATED, Standing};
use service::{Republishing, revocations};
use store::Unavailable;

use crate::domain::{PersonRequest, User};

/// Publishes every account, every erasure and every revocation that still matters again; answers how many messages.
///
/// # Errors
/// [`Unavailable`] when the store or the bus does not answer; doing it again does no harm.
pub async fn republish(republishing: &Republishing) -> Result<u64, Unavailable> {
    let users = republishing.all(|user: &User| match user.standing {
        Standing::Good => Some(CREATED.of(user.state())),
        Standing::Banned => Some(BANNED.of(user.state())),
    });
    let erasures = republishing
        .all(|request: &PersonRequest| request.is_erasure().then(|| REQUESTED.of(request.state())));
    Ok(users.await? + erasures.await? + revocations::republish(republishing).await?)
}
