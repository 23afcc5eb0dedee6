//! user.banned, user.unbanned: the account's tickets cannot be ordered, or can be again. The
//! listener reads all types of the aggregate, because a permission covers one type or all.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::user::{BANNED, CREATED, UNBANNED, UserState};

use crate::Ports;
use crate::stock::seller;

pub(super) const TYPES: &[MessageType<UserState>] = &[CREATED, BANNED, UNBANNED];

pub(super) async fn on_user_changed(
    ports: Ports,
    received: Received<UserState>,
) -> Result<Handled, Undeliverable> {
    if received.type_name == CREATED.name() {
        return Ok(Handled::NotForUs);
    }
    Ok(seller::follow(&ports.store, received.state).await?)
}
