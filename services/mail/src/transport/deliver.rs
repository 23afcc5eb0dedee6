//! The port to a destination of mails.

use super::failure::DeliveryFailure;
use super::outgoing::OutgoingMail;

/// The destination of all mails.
#[async_trait::async_trait]
pub trait Deliver: Send + Sync {
    /// Delivers a mail. A delivery that failed may nevertheless have arrived (the connection may
    /// end before the server's last reply); the repeat has the same Message-ID.
    ///
    /// # Errors
    /// [`DeliveryFailure`] with the server's reply, or the reason why no reply arrived.
    async fn deliver(&self, mail: &OutgoingMail) -> Result<(), DeliveryFailure>;
}
