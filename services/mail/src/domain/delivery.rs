//! The consequence of a failed delivery.

/// The consequence of a failed delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The address receives no mail. Deliveries to it end.
    RecipientRefused,
    /// The server refuses this mail. A repeat is useless; other mails to the address are possible.
    Rejected,
    /// A later repeat may succeed: the mailbox or its server is away, or a policy delays the mail.
    Temporary,
    /// The server of all mails is away, or does not admit the sender: other mails fail as well.
    Unreachable,
}

impl FailureKind {
    /// The name, for metrics and logs. Both kinds that are repeated have one name: the alert on
    /// failed attempts counts them together, and the response names the stage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecipientRefused => "recipient_refused",
            Self::Rejected => "rejected",
            Self::Temporary | Self::Unreachable => "temporary",
        }
    }
}
