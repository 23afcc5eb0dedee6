//! Wrong parameters are named in the error, and the request has no effect.

use crate::prelude::*;

const ENABLED: &str = "automatic_payment_methods[enabled]";
const REDIRECTS: &str = "automatic_payment_methods[allow_redirects]";
const TOKEN: &str = "payment_method_data[card][token]";

fn create() -> Request {
    Request::create_intent(AMOUNT, "usd")
}

fn bare() -> Request {
    Request::new(Method::Post, "/v1/payment_intents")
}

/// A payment intent for every payment method of the account.
fn any() -> Request {
    bare().with("amount", 1000).with("currency", "usd")
}

fn by_token(token: &str) -> Request {
    create().with("payment_method_data[type]", "card").with(TOKEN, token)
}

/// The requests are rejected, each with this parameter and code, and create nothing.
#[track_caller]
fn refuse<const N: usize>(rows: [(Request, &str, Option<&str>); N]) {
    for (request, param, code) in rows {
        let mut merchant = Merchant::new();
        let error = json!({ "type": "invalid_request_error", "param": param, "code": code });
        merchant.fail(&request, 400, &error);
        assert!(merchant.provider.intents.is_empty(), "{request:?}");
        assert!(merchant.provider.events.is_empty(), "{request:?}");
    }
}

#[test]
fn required_parameters_are_checked() {
    let missing = Some("parameter_missing");
    refuse([
        (bare().with("currency", "usd"), "amount", missing),
        (bare().with("amount", 1000), "currency", missing),
        (create().with("confirm", true), "payment_method", missing),
        (create().with("currency", ""), "currency", Some("parameter_invalid_empty")),
    ]);
}

#[test]
fn amounts_have_bounds_and_are_whole() {
    let integer = Some("parameter_invalid_integer");
    let amount = |amount: &str| create().with("amount", amount);
    refuse([
        (amount(""), "amount", Some("parameter_invalid_empty")),
        (amount("20.50"), "amount", integer),
        (amount("x"), "amount", integer),
        (amount("0"), "amount", integer),
        (amount("-1"), "amount", integer),
        (Request::create_intent(49, "usd"), "amount", Some("amount_too_small")),
        (Request::create_intent(29, "gbp"), "amount", Some("amount_too_small")),
        (Request::create_intent(49, "jpy"), "amount", Some("amount_too_small")),
        (Request::create_intent(100_000_000, "usd"), "amount", Some("amount_too_large")),
        (Request::create_intent(5_125, "kwd"), "amount", None),
        (Request::create_intent(550, "isk"), "amount", None),
    ]);
    for (amount, currency) in [
        (50, "usd"),
        (30, "gbp"),
        (50, "jpy"),
        (99_999_999, "usd"),
        (5_120, "kwd"),
        (500, "isk"),
        (1, "zar"),
    ] {
        Merchant::new().get(&Request::create_intent(amount, currency));
    }
}

#[test]
fn currencies_are_known() {
    refuse([
        (create().with("currency", "xxx"), "currency", None),
        (create().with("currency", "dollars"), "currency", None),
    ]);
}

#[test]
fn metadata_has_bounds() {
    let long = |length: usize| "x".repeat(length);
    let and = |first: Request, more: std::ops::Range<u8>| {
        more.fold(first, |request, n| request.with_metadata(&format!("n{n}"), 1))
    };
    refuse([
        (create().with_metadata(&long(41), 1), "metadata", None),
        (create().with_metadata("order", &long(501)), "metadata", None),
        (and(create(), 0..51), "metadata", None),
    ]);
    let most = and(create().with_metadata(&long(40), &"é".repeat(500)), 0..49);
    let created = Merchant::new().get(&most);
    assert_eq!(created["metadata"].as_object().unwrap().len(), 50);
}

#[test]
fn choices_are_checked() {
    refuse([
        (any().with("capture_method", "later"), "capture_method", None),
        (any().with("confirm", "yes"), "confirm", None),
        (any().with("confirmation_method", "manual"), "confirmation_method", None),
        (any().with(ENABLED, 1), ENABLED, None),
        (any().with(REDIRECTS, "never"), ENABLED, Some("parameter_missing")),
    ]);
}

#[test]
fn cards_are_known() {
    let (card, missing) = ("payment_method", Some("resource_missing"));
    let both = by_token("tok_visa").with(card, "pm_card_visa");
    refuse([
        (create().with(card, "pm_card_none"), card, missing),
        (create().with(card, "pm_unknown"), card, missing),
        (create().with(card, "tok_visa"), card, missing),
        (by_token("tok_none"), TOKEN, missing),
        (both, card, Some("parameters_exclusive")),
    ]);
    let paid = Merchant::new().get(&by_token("tok_visa").with("confirm", true));
    has("paid", &paid, &json!({ "status": "requires_capture" }));
}

#[test]
fn parameters_that_are_not_simulated_are_rejected() {
    let names = [
        "customer",
        "off_session",
        "expand[0]",
        "metadata",
        "transfer_data[destination]",
        "payment_method_types[0]",
        "allowed_payment_method_types[0]",
        "description",
    ];
    refuse(names.map(|name| (create().with(name, 1), name, Some("parameter_unknown"))));
    let mut merchant = Merchant::new();
    let id = merchant.intent_in(IntentStatus::RequiresCapture);
    for request in [capture(&id), cancel(&id), Request::retrieve_intent(&id)] {
        let unknown = json!({ "param": "final_capture" });
        merchant.fail(&request.with("final_capture", true), 400, &unknown);
    }
}

#[test]
fn a_redirecting_payment_method_requires_a_return_url() {
    let paid = || any().confirmed_with("pm_card_visa");
    let url = "https://shop.example";
    refuse([
        (paid(), "return_url", None),
        (paid().with(ENABLED, true), "return_url", None),
        (create().with("return_url", url), "return_url", None),
    ]);
    for request in
        [paid().with("return_url", url), paid().with(ENABLED, true).with(REDIRECTS, "never")]
    {
        assert_eq!(Merchant::new().get(&request)["status"], "succeeded", "{request:?}");
    }
}

#[test]
fn forms_are_decoded() {
    let request = bare().with_form("a%5Bb%5D=c+d%26&x[]=1&x[]=2&&flag&a[c]=%C3%A9");
    let all: Vec<_> =
        request.params.iter().map(|(name, it)| (name.as_str(), it.as_str())).collect();
    assert_eq!(all, [("a[b]", "c d&"), ("a[c]", "é"), ("flag", ""), ("x[0]", "1"), ("x[1]", "2")]);
}
