//! Cards, by the behaviour of the provider.

/// A card. The built-in provider and the simulated one know the cards of their own only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// Every payment succeeds.
    Valid,
    /// The bank declines.
    Declined,
    /// The bank declines for lack of funds.
    NoFunds,
    /// The payer must pass an authentication challenge.
    Challenged,
    /// The payer must pass a challenge; the bank then declines.
    ChallengedThenDeclined,
    /// The bank decides later.
    Processing,
    /// A refund remains pending.
    RefundPends,
    /// A refund first succeeds and then fails.
    RefundFails,
    /// The built-in provider declines.
    DeclinedBuiltIn,
    /// The built-in provider loses the response to the charge.
    ResponseLostBuiltIn,
    /// The built-in provider responds after some seconds.
    SlowBuiltIn,
    /// The built-in provider loses the response to a refund.
    RefundResponseLostBuiltIn,
    /// The built-in provider refuses refunds.
    RefundFailsBuiltIn,
}

impl Card {
    /// The browser's token for the card.
    pub const fn token(self) -> &'static str {
        match self {
            Self::Valid => "tok_visa",
            Self::Declined => "tok_chargeDeclined",
            Self::NoFunds => "tok_chargeDeclinedInsufficientFunds",
            Self::Challenged => "tok_authenticationRequired",
            Self::ChallengedThenDeclined => {
                "tok_authenticationRequiredChargeDeclinedInsufficientFunds"
            }
            Self::Processing => "tok_simulator_processing",
            Self::RefundPends => "tok_pendingRefund",
            Self::RefundFails => "tok_refundFail",
            Self::DeclinedBuiltIn => "tok_declined",
            Self::ResponseLostBuiltIn => "tok_error_after_charge",
            Self::SlowBuiltIn => "tok_slow",
            Self::RefundResponseLostBuiltIn => "tok_error_after_refund",
            Self::RefundFailsBuiltIn => "tok_refund_fails",
        }
    }

    /// Whether a bank may accept the card.
    pub const fn may_succeed(self) -> bool {
        use Card::{ChallengedThenDeclined, Declined, DeclinedBuiltIn, NoFunds};
        !matches!(self, Declined | DeclinedBuiltIn | NoFunds | ChallengedThenDeclined)
    }

    /// Whether a bank or the payer may decline the payment.
    pub const fn may_fail(self) -> bool {
        matches!(self, Self::Challenged | Self::Processing) || !self.may_succeed()
    }
}
