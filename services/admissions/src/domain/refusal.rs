//! Refusals of admissions.

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The admission was used, or is void.
    #[error("The admission is not valid any more")]
    NotValid,
    /// A device shows its codes: it has no static one.
    #[error("The code is on a device")]
    HeldByDevice,
    /// The seller allows codes of devices only.
    #[error("The seller of the ticket allows codes of devices only")]
    DeviceOnly,
    /// Its credential version has no higher one left for a device.
    #[error("The admission was bound to too many devices")]
    TooManyDevices,
    /// The ticket or the show is another seller's.
    #[error("Only the seller checks admissions")]
    NotSeller,
    /// No such ticket or show.
    #[error("There is no such ticket or show")]
    UnknownEvent,
    /// No such admission, or another person's.
    #[error("There is no such admission")]
    Unknown,
}
