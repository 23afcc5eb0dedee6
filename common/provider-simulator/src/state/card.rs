//! Stripe's test cards, by name.

use BankResponse::{Approves, Challenges, Declines, Processes};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BankResponse {
    Approves,
    Declines(&'static Decline),
    /// Requires a 3-D Secure challenge. A passed challenge may still be followed by a decline.
    Challenges(Option<&'static Decline>),
    /// Leaves the payment processing.
    Processes,
}

/// The course of a refund to a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundBehaviour {
    /// Succeeded at once.
    Succeeds,
    /// Pending, and succeeds later.
    SucceedsLater,
    /// Succeeded, and fails later.
    FailsLater,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    pub(crate) reason: Option<&'static str>,
    pub(crate) message: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestCard {
    /// `visa` in `pm_card_visa` and `tok_visa`
    name: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) last4: &'static str,
    pub(crate) bank: BankResponse,
    pub(crate) refunds: RefundBehaviour,
}

const fn declined(reason: &'static str) -> Decline {
    let message = "Your card was declined.";
    Decline { code: "card_declined", reason: Some(reason), message }
}

const fn failed(code: &'static str, message: &'static str) -> Decline {
    Decline { code, reason: None, message }
}

static GENERIC: Decline = declined("generic_decline");
static INSUFFICIENT_FUNDS: Decline =
    Decline { message: "Your card has insufficient funds.", ..declined("insufficient_funds") };
static LOST: Decline = declined("lost_card");
static STOLEN: Decline = declined("stolen_card");
static FRAUDULENT: Decline = declined("fraudulent");
static VELOCITY: Decline = declined("card_velocity_exceeded");
static EXPIRED: Decline = failed("expired_card", "Your card has expired.");
static CVC: Decline = failed("incorrect_cvc", "Your card's security code is incorrect.");
static PROCESSING: Decline = failed(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
);

/// A failed challenge. Not a bank's decline, but it ends an attempt in the same way.
pub(crate) static NOT_AUTHENTICATED: Decline = failed(
    "payment_intent_authentication_failure",
    "The provided PaymentMethod has failed authentication.",
);

/// The decline of a payment that was processing.
pub(crate) static DECLINED_AFTER_PROCESSING: &Decline = &GENERIC;

const fn card(name: &'static str, last4: &'static str, bank: BankResponse) -> TestCard {
    TestCard { name, brand: "visa", last4, bank, refunds: RefundBehaviour::Succeeds }
}

/// Names and numbers from Stripe's page on testing; `simulator_processing` exists in this simulator
/// only.
static CARDS: &[TestCard] = &[
    card("visa", "4242", Approves),
    TestCard { brand: "mastercard", ..card("mastercard", "4444", Approves) },
    TestCard { brand: "amex", ..card("amex", "8431", Approves) },
    card("chargeDeclined", "0002", Declines(&GENERIC)),
    card("chargeDeclinedInsufficientFunds", "9995", Declines(&INSUFFICIENT_FUNDS)),
    card("chargeDeclinedLostCard", "9987", Declines(&LOST)),
    card("chargeDeclinedStolenCard", "9979", Declines(&STOLEN)),
    card("chargeDeclinedFraudulent", "0019", Declines(&FRAUDULENT)),
    card("chargeDeclinedVelocityLimitExceeded", "6975", Declines(&VELOCITY)),
    card("chargeDeclinedExpiredCard", "0069", Declines(&EXPIRED)),
    card("chargeDeclinedIncorrectCvc", "0127", Declines(&CVC)),
    card("chargeDeclinedProcessingError", "0119", Declines(&PROCESSING)),
    card("authenticationRequired", "3184", Challenges(None)),
    card("threeDSecure2Required", "3220", Challenges(None)),
    card(
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        "3178",
        Challenges(Some(&INSUFFICIENT_FUNDS)),
    ),
    TestCard { refunds: RefundBehaviour::SucceedsLater, ..card("pendingRefund", "7726", Approves) },
    TestCard { refunds: RefundBehaviour::FailsLater, ..card("refundFail", "5126", Approves) },
    card("simulator_processing", "4242", Processes),
];

impl TestCard {
    /// The card of `pm_card_chargeDeclined` for the prefix `pm_card_`, of `tok_chargeDeclined` for
    /// `tok_`; both also with `visa_` before the name.
    pub(crate) fn find(prefix: &str, id: &str) -> Option<&'static Self> {
        let name = id.strip_prefix(prefix)?;
        let short = name.strip_prefix("visa_").unwrap_or(name);
        CARDS.iter().find(|card| card.name == short)
    }
}

/// A card as the payment method of one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) card: &'static TestCard,
}
