//! Commands that bind an admission to the device that shows its codes, and unbind it.

use contract::admission::AdmissionStatus;
use contract::{Decided, Timestamp};

use super::admission::Admission;
use super::public_key::PublicKey;
use super::refusal::Refusal;

/// Highest credential version that a binding reaches. The rest of the 65,535 is for unbinding and
/// for new holders: no number of devices takes the transfer of an admission away.
pub const BOUND_VERSION_MAX: u16 = 60_000;

impl Admission {
    /// Binds it to the key of a device. Earlier codes are superseded.
    ///
    /// # Errors
    /// [`Refusal::NotValid`], [`Refusal::TooManyDevices`].
    pub fn bind(&self, key: PublicKey, now: Timestamp) -> Result<Decided<Self>, Refusal> {
        self.check_valid()?;
        if self.device == Some(key) {
            return Ok(Decided::AlreadyApplied);
        }
        if self.state.credential_version >= BOUND_VERSION_MAX {
            return Err(Refusal::TooManyDevices);
        }
        self.shown_by(Some(key), now)
    }

    /// Returns it to the static code. Codes of the device are superseded.
    ///
    /// # Errors
    /// [`Refusal::NotValid`], [`Refusal::TooManyDevices`].
    pub fn unbind(&self, now: Timestamp) -> Result<Decided<Self>, Refusal> {
        self.check_valid()?;
        if self.device.is_none() { Ok(Decided::AlreadyApplied) } else { self.shown_by(None, now) }
    }

    fn check_valid(&self) -> Result<(), Refusal> {
        match self.state.status {
            AdmissionStatus::Valid => Ok(()),
            AdmissionStatus::Listed
            | AdmissionStatus::Used { .. }
            | AdmissionStatus::Void { .. } => Err(Refusal::NotValid),
        }
    }

    fn shown_by(
        &self,
        device: Option<PublicKey>,
        now: Timestamp,
    ) -> Result<Decided<Self>, Refusal> {
        let coded = self.with_code(self.state.status, now).ok_or(Refusal::TooManyDevices)?;
        Ok(Decided::applied(Self { device, ..coded }))
    }
}
