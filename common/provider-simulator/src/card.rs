//! The test cards, by the names that Stripe gives them.

/// What a card's bank does when it is asked for money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bank {
    Approves,
    Declines(&'static Decline),
    /// Wants its customer to prove who they are; then it does as the challenge's result says, and may still decline.
    Challenges(Option<&'static Decline>),
    /// Thinks about it.
    Ponders,
}

/// How a refund to a card goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundCourse {
    /// It has succeeded when it is answered.
    AtOnce,
    /// It is pending, and succeeds later.
    Later,
    /// It has succeeded, and fails later.
    Fails,
}

/// Why a bank declines.
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
    pub(crate) bank: Bank,
    pub(crate) refunds: RefundCourse,
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

/// The customer did not prove who they are; not a bank's word, but it ends an attempt as one does.
pub(crate) static NOT_AUTHENTICATED: Decline = Decline {
    code: "payment_intent_authentication_failure",
    reason: None,
    message: "The provided PaymentMethod has failed authentication.",
};

/// The bank thought about it and says no.
pub(crate) static AFTER_PONDERING: &Decline = &GENERIC;

const fn card(
    name: &'static str,
    last4: &'static str,
    bank: Bank,
    refunds: RefundCourse,
) -> TestCard {
    TestCard { name, brand: "visa", last4, bank, refunds }
}

const fn declining(name: &'static str, last4: &'static str, decline: &'static Decline) -> TestCard {
    card(name, last4, Bank::Declines(decline), RefundCourse::AtOnce)
}

/// Names and numbers: Stripe's page on testing. `simulator_processing` is this simulator's own.
static CARDS: &[TestCard] = &[
    card("visa", "4242", Bank::Approves, RefundCourse::AtOnce),
    TestCard {
        brand: "mastercard",
        ..card("mastercard", "4444", Bank::Approves, RefundCourse::AtOnce)
    },
    TestCard { brand: "amex", ..card("amex", "8431", Bank::Approves, RefundCourse::AtOnce) },
    declining("chargeDeclined", "0002", &GENERIC),
    declining("chargeDeclinedInsufficientFunds", "9995", &INSUFFICIENT_FUNDS),
    declining("chargeDeclinedLostCard", "9987", &LOST),
    declining("chargeDeclinedStolenCard", "9979", &STOLEN),
    declining("chargeDeclinedFraudulent", "0019", &FRAUDULENT),
    declining("chargeDeclinedVelocityLimitExceeded", "6975", &VELOCITY),
    declining("chargeDeclinedExpiredCard", "0069", &EXPIRED),
    declining("chargeDeclinedIncorrectCvc", "0127", &CVC),
    declining("chargeDeclinedProcessingError", "0119", &PROCESSING),
    card("authenticationRequired", "3184", Bank::Challenges(None), RefundCourse::AtOnce),
    card("threeDSecure2Required", "3220", Bank::Challenges(None), RefundCourse::AtOnce),
    card(
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        "3178",
        Bank::Challenges(Some(&INSUFFICIENT_FUNDS)),
        RefundCourse::AtOnce,
    ),
    card("pendingRefund", "7726", Bank::Approves, RefundCourse::Later),
    card("refundFail", "5126", Bank::Approves, RefundCourse::Fails),
    card("simulator_processing", "4242", Bank::Ponders, RefundCourse::AtOnce),
];

impl TestCard {
    /// The card of `pm_card_chargeDeclined`, which is also `pm_card_visa_chargeDeclined`.
    pub(crate) fn of_payment_method(id: &str) -> Option<&'static Self> {
        Self::named(id.strip_prefix("pm_card_")?)
    }

    /// The card of `tok_chargeDeclined`, which is also `tok_visa_chargeDeclined`.
    pub(crate) fn of_token(token: &str) -> Option<&'static Self> {
        Self::named(token.strip_prefix("tok_")?)
    }

    fn named(name: &str) -> Option<&'static Self> {
        let short = name.strip_prefix("visa_").unwrap_or(name);
        CARDS.iter().find(|card| card.name == short)
    }
}

/// A card that somebody pays with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) card: &'static TestCard,
}
