//! Wrong parameters are named in the error, and the request has no effect.

use crate::merchant::{AMOUNT, Merchant};
use provider_simulator::{Method, Request};

fn create() -> Request {
    Request::create_intent(AMOUNT, "usd")
}

fn bare() -> Request {
    Request::new(Method::Post, "/v1/payment_intents")
}

/// The request is rejected with this parameter and code, and creates nothing.
#[track_caller]
fn refuse(request: &Request, param: &str, code: Option<&str>) {
    let mut merchant = Merchant::new();
    let (status, error) = merchant.fail(request);
    let expected = (400, param.into(), code.into(), "invalid_request_error".into());
    let found = (status, error["param"].clone(), error["code"].clone(), error["type"].clone());
    assert_eq!(found, expected, "{request:?}: {error}");
    assert!(merchant.provider.intents().is_empty());
    assert!(merchant.provider.events().is_empty());
}

#[test]
fn required_parameters_are_checked() {
    refuse(&bare().with("currency", "usd"), "amount", Some("parameter_missing"));
    refuse(&bare().with("amount", "1000"), "currency", Some("parameter_missing"));
    refuse(&create().with("confirm", "true"), "payment_method", Some("parameter_missing"));
    refuse(&create().with("currency", ""), "currency", Some("parameter_invalid_empty"));
}

#[test]
fn amounts_have_bounds_and_are_whole() {
    let integer = Some("parameter_invalid_integer");
    for (amount, code) in [
        ("", Some("parameter_invalid_empty")),
        ("20.50", integer),
        ("x", integer),
        ("0", integer),
        ("-1", integer),
    ] {
        refuse(&create().with("amount", amount), "amount", code);
    }
    for (amount, currency, code) in [
        (49, "usd", Some("amount_too_small")),
        (29, "gbp", Some("amount_too_small")),
        (49, "jpy", Some("amount_too_small")),
        (100_000_000, "usd", Some("amount_too_large")),
        (5_125, "kwd", None),
        (550, "isk", None),
    ] {
        refuse(&Request::create_intent(amount, currency), "amount", code);
    }
    let bounds = [
        (50, "usd"),
        (30, "gbp"),
        (50, "jpy"),
        (99_999_999, "usd"),
        (5_120, "kwd"),
        (500, "isk"),
        (1, "zar"),
    ];
    for (amount, currency) in bounds {
        Merchant::new().get(&Request::create_intent(amount, currency));
    }
}

#[test]
fn currencies_are_known() {
    refuse(&create().with("currency", "xxx"), "currency", None);
    refuse(&create().with("currency", "dollars"), "currency", None);
}

#[test]
fn metadata_has_bounds() {
    let long = |length: usize| "x".repeat(length);
    refuse(&create().with_metadata(&long(41), "1"), "metadata", None);
    refuse(&create().with_metadata("order", long(501)), "metadata", None);
    let many = (0..51).fold(create(), |request, n| request.with_metadata(&format!("n{n}"), "1"));
    refuse(&many, "metadata", None);
    let most = create().with_metadata(&long(40), "é".repeat(500));
    let most = (0..49).fold(most, |request, n| request.with_metadata(&format!("n{n}"), "1"));
    let created = Merchant::new().get(&most);
    assert_eq!(created["metadata"].as_object().unwrap().len(), 50);
}

#[test]
fn choices_are_checked() {
    for (name, value) in [
        ("capture_method", "later"),
        ("confirm", "yes"),
        ("confirmation_method", "manual"),
        ("automatic_payment_methods[enabled]", "1"),
    ] {
        let request = bare().with("amount", "1000").with("currency", "usd").with(name, value);
        refuse(&request, name, None);
    }
    let listed = "allowed_payment_method_types";
    refuse(&create().with(format!("{listed}[1]"), "sepa_debit"), listed, None);
    let removed = Some("payment_method_types_no_longer_supported");
    refuse(&create().with("payment_method_types[0]", "card"), "payment_method_types", removed);
    let allowed = "automatic_payment_methods[allow_redirects]";
    let bare = bare().with("amount", "1000").with("currency", "usd").with(allowed, "never");
    refuse(&bare, "automatic_payment_methods[enabled]", Some("parameter_missing"));
}

#[test]
fn cards_are_known() {
    let missing = Some("resource_missing");
    refuse(&create().with("payment_method", "pm_card_none"), "payment_method", missing);
    refuse(&create().with("payment_method", "tok_visa"), "payment_method", missing);
    let by_token = |token: &str| {
        create()
            .with("payment_method_data[type]", "card")
            .with("payment_method_data[card][token]", token)
    };
    refuse(&by_token("tok_none"), "payment_method_data[card][token]", missing);
    refuse(
        &by_token("tok_visa").with("payment_method", "pm_card_visa"),
        "payment_method",
        Some("parameters_exclusive"),
    );
    let paid = Merchant::new().get(&by_token("tok_visa").with("confirm", "true"));
    assert_eq!(paid["status"], "requires_capture");
}

#[test]
fn parameters_that_are_not_simulated_are_rejected() {
    let unknown = Some("parameter_unknown");
    for name in ["customer", "off_session", "expand[0]", "metadata", "transfer_data[destination]"] {
        refuse(&create().with(name, "1"), name, unknown);
    }
    let mut merchant = Merchant::new();
    let id = merchant.intent_in(provider_simulator::IntentStatus::RequiresCapture);
    for request in
        [Request::capture_intent(&id), Request::cancel_intent(&id), Request::retrieve_intent(&id)]
    {
        let (status, error) = merchant.fail(&request.with("final_capture", "true"));
        assert_eq!((status, &error["param"]), (400, &"final_capture".into()));
    }
}

#[test]
fn a_redirecting_payment_method_requires_a_return_url() {
    let any =
        || bare().with("amount", "1000").with("currency", "usd").confirmed_with("pm_card_visa");
    refuse(&any(), "return_url", None);
    refuse(&create().with("return_url", "https://shop.example"), "return_url", None);
    refuse(
        &create().with("automatic_payment_methods[enabled]", "true"),
        "allowed_payment_method_types",
        Some("parameters_exclusive"),
    );
    let never = any().with("automatic_payment_methods[enabled]", "true");
    let never = never.with("automatic_payment_methods[allow_redirects]", "never");
    for request in [
        any().with("return_url", "https://shop.example"),
        any().with("automatic_payment_methods[enabled]", "false"),
        any().with("allowed_payment_method_types[0]", "card"),
        never,
    ] {
        assert_eq!(Merchant::new().get(&request)["status"], "succeeded", "{request:?}");
    }
}

#[test]
fn forms_are_decoded() {
    let params = provider_simulator::Params::parse("a%5Bb%5D=c+d%26&x[]=1&x[]=2&&flag&a[c]=%C3%A9");
    let all: Vec<_> = params.names().map(|name| (name, params.get(name).unwrap())).collect();
    assert_eq!(all, [("a[b]", "c d&"), ("a[c]", "é"), ("flag", ""), ("x[0]", "1"), ("x[1]", "2")]);
}
