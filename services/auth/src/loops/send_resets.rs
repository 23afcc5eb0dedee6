//! Mails the requested links that set a password. After the response, so that its time does not
//! reveal whether the address has an account.

use std::time::Duration;

use store::{Never, Query, Stop, Tx, Unavailable};

use crate::domain::{Purpose, ResetRequest, User};
use crate::{Ports, addresses, links};

/// Requests per step.
const PAGE: u32 = 100;

/// Longest wait between two steps, after which requests of other replicas are found.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Loop over requests, oldest first.
#[derive(Clone)]
pub(crate) struct SendResets(pub(crate) Ports);

impl SendResets {
    /// Sends the links of a page of requests. Returns the number of requests.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let Self(ports) = self;
        let requests: Vec<ResetRequest> =
            ports.store.query(Query::on("by_age").limit(PAGE)).await?;
        let count = requests.len();
        for request in requests {
            let sending = ports.store.transact(move |tx| send(tx, &request));
            let cannot = |failure| Unavailable::caused_by("cannot send a link", failure);
            sending.await.map_err(cannot)?;
        }
        Ok(count)
    }

    /// Waits until a link may have been requested.
    pub(crate) async fn wait(&self) {
        let Self(ports) = self;
        let latest = ports.clock.now().plus(WAIT_MAX);
        ports.clock.sleep_until_or_notified(latest, &ports.reset_requested).await;
    }
}

fn send(tx: &mut Tx<'_>, request: &ResetRequest) -> Result<(), Stop<Never>> {
    // Another replica may have sent it.
    if tx.get::<ResetRequest>(request.id)?.is_none() {
        return Ok(());
    }
    tx.delete::<ResetRequest>(request.id);
    let user = addresses::owner(tx, &request.forms)?.filter(User::may_sign_in);
    if let Some(user) = user {
        let password_changes = user.password_changes;
        let purpose = Purpose::ResetPassword { user_id: user.id, password_changes };
        links::send(tx, request.id, (user.email, request.language), purpose);
    }
    Ok(())
}
