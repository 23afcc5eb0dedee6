//! The consequence of a failed delivery.

/// The consequence of a failed delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The address receives no mail. Deliveries to it end.
    RecipientRefused,
    /// The server refuses this mail. A repeat is useless; other mails to the address are possible.
    Rejected,
    /// A later repeat may succeed: an outage, or a mistake that an operator can correct.
    Temporary,
}

impl FailureKind {
    /// The name, for metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecipientRefused => "recipient_refused",
            Self::Rejected => "rejected",
            Self::Temporary => "temporary",
        }
    }
}
