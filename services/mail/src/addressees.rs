//! The state of an account's address.

use contract::UserId;
use store::Unavailable;

use crate::Ports;
use crate::domain::{Contact, Recipient};
use crate::recipients::refusal_id;

/// Whether the server of the account's address refused it recently.
pub(crate) async fn is_refused(ports: &Ports, user: UserId) -> Result<bool, Unavailable> {
    let contact = ports.store.find::<Contact>(&user.to_string()).await?;
    let Some(contact) = contact else { return Ok(false) };
    let recipient = ports.store.find::<Recipient>(&refusal_id(&contact.email)).await?;
    Ok(recipient.is_some_and(|recipient| recipient.is_refused(ports.clock.now())))
}
