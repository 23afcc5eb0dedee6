//! A merchant with a provider, in one thread with explicit times.

use std::time::Duration;

use contract::Timestamp;
use miniserde::Deserialize;
use provider_simulator::{
    Action, EventType, Fault, FaultKind, IntentStatus, Method, Provider, Receipt, Request,
    Response, Totals,
};
use serde_json::Value;
use stripe::ApiErrorsCode;
use stripe_shared::{PaymentIntent, PaymentIntentStatus, Refund};
use stripe_types::List;

/// The amount of each payment: 1,000.00.
pub(crate) const AMOUNT: i64 = 100_000;

/// A merchant, the present time, and its provider.
pub(crate) struct Merchant {
    pub(crate) provider: Provider,
    pub(crate) now: Timestamp,
}

impl Merchant {
    pub(crate) fn new() -> Self {
        let now = "2026-11-21T12:00:00.250Z".parse().unwrap();
        Self { provider: Provider::seeded(1), now }
    }

    /// A merchant whose next call meets a fault.
    pub(crate) fn with_fault(kind: FaultKind) -> Self {
        let mut merchant = Self::new();
        merchant.provider.faults.push(Fault::once(kind));
        merchant
    }

    /// The response to a request with an immediate response.
    pub(crate) fn send(&mut self, request: &Request) -> Response {
        let response = self.provider.handle(request, self.now).response();
        let response = response.expect("an immediate response");
        check_parsed(&response);
        response
    }

    /// The object in the response to a request.
    #[track_caller]
    pub(crate) fn get(&mut self, request: &Request) -> Value {
        let response = self.send(request);
        assert!(response.is_success(), "{}: {}", response.status, response.body);
        response.json()
    }

    /// The error in the response to a request, which has this status and these fields.
    #[track_caller]
    pub(crate) fn fail(&mut self, request: &Request, status: u16, expected: &Value) -> Value {
        let response = self.send(request);
        assert_eq!(response.status, status, "{request:?}: {}", response.body);
        let error = response.json()["error"].clone();
        has(&format!("{request:?}"), &error, expected);
        error
    }

    /// A payment intent confirmed with a card.
    pub(crate) fn pay(&mut self, card: &str) -> String {
        let id = self.create();
        self.send(&confirm(&id, card));
        id
    }

    /// A payment intent without a card.
    pub(crate) fn create(&mut self) -> String {
        let request = Request::create_intent(AMOUNT, "usd").with_metadata("order", 17);
        text(&self.get(&request), "id")
    }

    /// A captured payment intent.
    pub(crate) fn sell(&mut self, card: &str) -> String {
        let id = self.pay(card);
        self.get(&capture(&id));
        id
    }

    /// A full refund.
    pub(crate) fn refund(&mut self, intent: &str) -> String {
        text(&self.get(&create_refund(intent)), "id")
    }

    /// A payment intent in the given state.
    pub(crate) fn intent_in(&mut self, status: IntentStatus) -> String {
        let id = match status {
            IntentStatus::RequiresPaymentMethod => self.create(),
            IntentStatus::RequiresConfirmation => {
                let create = Request::create_intent(AMOUNT, "usd");
                text(&self.get(&create.with("payment_method", "pm_card_visa")), "id")
            }
            IntentStatus::RequiresAction => self.pay("pm_card_authenticationRequired"),
            IntentStatus::Processing => self.pay("pm_card_simulator_processing"),
            IntentStatus::RequiresCapture => self.pay("pm_card_visa"),
            IntentStatus::Succeeded => self.sell("pm_card_visa"),
            IntentStatus::Canceled => {
                let id = self.pay("pm_card_visa");
                self.get(&cancel(&id));
                id
            }
        };
        assert_eq!(self.status(&id), status);
        id
    }

    pub(crate) fn status(&self, intent: &str) -> IntentStatus {
        self.provider.intents[intent].status()
    }

    pub(crate) fn totals(&self, intent: &str) -> Totals {
        self.provider.ledger.totals_of(intent)
    }

    /// Advances the time.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.now = self.now.plus(time);
        self.provider.run_due(self.now);
    }

    /// Runs an action that is permitted; returns the id of the created or changed object.
    #[track_caller]
    pub(crate) fn act(&mut self, action: Action, id: &str) -> String {
        self.provider.act(action, id, self.now).unwrap()
    }

    /// Checks that an action is not permitted.
    #[track_caller]
    pub(crate) fn cannot(&mut self, action: Action, id: &str) {
        assert!(self.provider.act(action, id, self.now).is_err(), "{action:?}");
    }

    /// Takes and accepts every event that is due; returns their types in order.
    pub(crate) fn take_events(&mut self) -> Vec<EventType> {
        let mut taken = Vec::new();
        while let Some(delivery) = self.provider.next_delivery(self.now) {
            self.provider.webhooks.receipt(delivery.id, Receipt::Accepted, self.now);
            taken.push(delivery.event.event_type);
        }
        taken
    }
}

/// Checks that the client of Stripe's API parses a response, and knows its status or error code.
#[track_caller]
fn check_parsed(response: &Response) {
    let (body, object) = (&response.body, response.json());
    if !response.is_success() {
        let code = parse::<stripe_shared::Error>(body).error.code;
        return assert!(!matches!(code, Some(ApiErrorsCode::Unknown(_))), "{body}");
    }
    match (object["object"].as_str().unwrap(), object["url"].as_str()) {
        ("payment_intent", None) => {
            let status = parse::<PaymentIntent>(body).status;
            assert!(!matches!(status, PaymentIntentStatus::Unknown(_)), "{body}");
        }
        ("refund", None) => drop(parse::<Refund>(body)),
        ("list", Some("/v1/payment_intents")) => drop(parse::<List<PaymentIntent>>(body)),
        ("list", Some("/v1/refunds")) => drop(parse::<List<Refund>>(body)),
        // Parsed with types of the marketplace, in its tests.
        ("list", Some("/v1/disputes" | "/v1/balance_transactions")) => {}
        other => panic!("{other:?}: {body}"),
    }
}

#[track_caller]
fn parse<T: Deserialize>(body: &str) -> T {
    miniserde::json::from_str(body).unwrap_or_else(|_| panic!("{body}"))
}

/// An operation on a payment intent: `confirm`, `capture`, `cancel`.
pub(crate) fn post(intent: &str, operation: &str) -> Request {
    Request::new(Method::Post, format!("/v1/payment_intents/{intent}/{operation}"))
}

pub(crate) fn confirm(intent: &str, card: &str) -> Request {
    post(intent, "confirm").with("payment_method", card)
}

pub(crate) fn capture(intent: &str) -> Request {
    post(intent, "capture")
}

pub(crate) fn cancel(intent: &str) -> Request {
    post(intent, "cancel")
}

pub(crate) fn create_refund(intent: &str) -> Request {
    Request::new(Method::Post, "/v1/refunds").with("payment_intent", intent)
}

pub(crate) fn retrieve_refund(refund: &str) -> Request {
    Request::new(Method::Get, format!("/v1/refunds/{refund}"))
}

/// Lists objects, newest first, up to 100.
pub(crate) fn list(objects: &str) -> Request {
    Request::new(Method::Get, format!("/v1/{objects}")).with("limit", 100)
}

/// All states.
pub(crate) const STATUSES: [IntentStatus; 7] = [
    IntentStatus::RequiresPaymentMethod,
    IntentStatus::RequiresConfirmation,
    IntentStatus::RequiresAction,
    IntentStatus::Processing,
    IntentStatus::RequiresCapture,
    IntentStatus::Succeeded,
    IntentStatus::Canceled,
];

/// A text field of an object.
#[track_caller]
pub(crate) fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap_or_else(|| panic!("no {name} in {object}")).to_owned()
}

/// Checks that an object has these fields; null is a field without a value.
#[track_caller]
pub(crate) fn has(case: &str, object: &Value, expected: &Value) {
    let Some(fields) = expected.as_object() else {
        return assert_eq!(object, expected, "{case}");
    };
    for (name, field) in fields {
        has(&format!("{case}: {name} of {object}"), &object[name], field);
    }
}
