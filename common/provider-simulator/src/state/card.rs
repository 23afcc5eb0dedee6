//! Stripe's test cards, by name.

/// The response of a card's bank to a payment.
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

/// The reason for a decline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    pub(crate) reason: Option<&'static str>,
    pub(crate) message: &'static str,
}

/// A test card.
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

static GENERIC: Decline = declined("generic_decline");
static INSUFFICIENT_FUNDS: Decline = Decline {
    code: "card_declined",
    reason: Some("insufficient_funds"),
    message: "Your card has insufficient funds.",
};
static LOST: Decline = declined("lost_card");
static STOLEN: Decline = declined("stolen_card");
static FRAUDULENT: Decline = declined("fraudulent");
static VELOCITY: Decline = declined("card_velocity_exceeded");
static EXPIRED: Decline =
    Decline { code: "expired_card", reason: None, message: "Your card has expired." };
static CVC: Decline = Decline {
    code: "incorrect_cvc",
    reason: None,
    message: "Your card's security code is incorrect.",
};
static PROCESSING: Decline = Decline {
    code: "processing_error",
    reason: None,
    message: "An error occurred while processing your card. Try again in a little bit.",
};

/// A failed challenge. Not a bank's decline, but it ends an attempt in the same way.
pub(crate) static NOT_AUTHENTICATED: Decline = Decline {
    code: "payment_intent_authentication_failure",
    reason: None,
    message: "The provided PaymentMethod has failed authentication.",
};

/// The decline of a payment that was processing.
pub(crate) static DECLINED_AFTER_PROCESSING: &Decline = &GENERIC;

const fn card(
    name: &'static str,
    last4: &'static str,
    bank: BankResponse,
    refunds: RefundBehaviour,
) -> TestCard {
    TestCard { name, brand: "visa", last4, bank, refunds }
}

const fn declining(name: &'static str, last4: &'static str, decline: &'static Decline) -> TestCard {
    card(name, last4, BankResponse::Declines(decline), RefundBehaviour::Succeeds)
}

/// Names and numbers from Stripe's page on testing; `simulator_processing` exists in this simulator
/// only.
static CARDS: &[TestCard] = &[
    card("visa", "4242", BankResponse::Approves, RefundBehaviour::Succeeds),
    TestCard {
        brand: "mastercard",
        ..card("mastercard", "4444", BankResponse::Approves, RefundBehaviour::Succeeds)
    },
    TestCard {
        brand: "amex",
        ..card("amex", "8431", BankResponse::Approves, RefundBehaviour::Succeeds)
    },
    declining("chargeDeclined", "0002", &GENERIC),
    declining("chargeDeclinedInsufficientFunds", "9995", &INSUFFICIENT_FUNDS),
    declining("chargeDeclinedLostCard", "9987", &LOST),
    declining("chargeDeclinedStolenCard", "9979", &STOLEN),
    declining("chargeDeclinedFraudulent", "0019", &FRAUDULENT),
    declining("chargeDeclinedVelocityLimitExceeded", "6975", &VELOCITY),
    declining("chargeDeclinedExpiredCard", "0069", &EXPIRED),
    declining("chargeDeclinedIncorrectCvc", "0127", &CVC),
    declining("chargeDeclinedProcessingError", "0119", &PROCESSING),
    card(
        "authenticationRequired",
        "3184",
        BankResponse::Challenges(None),
        RefundBehaviour::Succeeds,
    ),
    card(
        "threeDSecure2Required",
        "3220",
        BankResponse::Challenges(None),
        RefundBehaviour::Succeeds,
    ),
    card(
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        "3178",
        BankResponse::Challenges(Some(&INSUFFICIENT_FUNDS)),
        RefundBehaviour::Succeeds,
    ),
    card("pendingRefund", "7726", BankResponse::Approves, RefundBehaviour::SucceedsLater),
    card("refundFail", "5126", BankResponse::Approves, RefundBehaviour::FailsLater),
    card("simulator_processing", "4242", BankResponse::Processes, RefundBehaviour::Succeeds),
];

impl TestCard {
    /// The card of `pm_card_chargeDeclined`, also named `pm_card_visa_chargeDeclined`.
    pub(crate) fn of_payment_method(id: &str) -> Option<&'static Self> {
        Self::named(id.strip_prefix("pm_card_")?)
    }

    /// The card of `tok_chargeDeclined`, also named `tok_visa_chargeDeclined`.
    pub(crate) fn of_token(token: &str) -> Option<&'static Self> {
        Self::named(token.strip_prefix("tok_")?)
    }

    fn named(name: &str) -> Option<&'static Self> {
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
