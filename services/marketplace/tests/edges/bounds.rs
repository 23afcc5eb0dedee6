//! The text bounds in the OpenAPI document are those that the types of the fields enforce.

use admissions::domain::{GateName, PublicKey, ScanId, ScannedText};
use auth::domain::{GivenAddress, GivenCode, KnownAddress, LinkToken, NewPassword, Password};
use contract::{Currency, Id};
use mail::domain::UnsubscribeToken;
use payments::domain::Token;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tickets::domain::{Address, Description, ReportText, Search, Title, Venue};

fn fits<T: DeserializeOwned>(text: &str) -> bool {
    serde_json::from_value::<T>(json!(text)).is_ok()
}

/// Text of a number of code points in the fewest characters: letters with marks that have no
/// composition.
fn stacked(marks: usize) -> impl Fn(usize) -> String {
    move |length| {
        (0..length).map(|at| if at % (marks + 1) == 0 { 'x' } else { '\u{301}' }).collect()
    }
}

fn plain(length: usize) -> String {
    // Not a common password at any length.
    "xq7".chars().cycle().take(length).collect()
}

/// Six digits with spaces behind them.
fn code(length: usize) -> String {
    let digits: String = "123456".chars().take(length).collect();
    format!("{digits:length$}")
}

fn address(length: usize) -> String {
    let labels = length - 65 - 64 - 64 - 4;
    format!("{}@{}.{}.{}.com", "l".repeat(64), "d".repeat(63), "d".repeat(63), "d".repeat(labels))
}

/// An id, a full stop and a secret: the token of a link.
fn token(length: usize) -> String {
    format!("0123456789abcdef01234567.{}", "0".repeat(length - 25))
}

/// A public key of 43 characters, the example of RFC 8037; no key in another length.
fn key(length: usize) -> String {
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".chars().cycle().take(length).collect()
}

/// A field of the document, text of a length in code points, and the parser of the field.
type Row = (&'static str, Box<dyn Fn(usize) -> String>, fn(&str) -> bool);

fn rows() -> Vec<Row> {
    let (title, description) = (|| Box::new(stacked(3)), || Box::new(stacked(1)));
    vec![
        ("SignUpBody.email", Box::new(address), fits::<GivenAddress>),
        ("SignInBody.email", Box::new(address), fits::<KnownAddress>),
        ("FindUserBody.email", Box::new(address), fits::<KnownAddress>),
        ("ChangeEmailBody.email", Box::new(address), fits::<GivenAddress>),
        ("RequestResetBody.email", Box::new(address), fits::<KnownAddress>),
        ("ConfirmSignUpBody.token", Box::new(token), fits::<LinkToken>),
        ("LinkBody.token", Box::new(token), fits::<LinkToken>),
        ("ResetPasswordBody.token", Box::new(token), fits::<LinkToken>),
        ("UnsubscribeBody.token", Box::new(token), fits::<UnsubscribeToken>),
        ("ConfirmSignUpBody.password", Box::new(plain), fits::<Password>),
        ("ChangeEmailBody.currentPassword", Box::new(plain), fits::<Password>),
        ("ResetPasswordBody.newPassword", Box::new(plain), fits::<NewPassword>),
        ("SignUpBody.password", Box::new(plain), fits::<NewPassword>),
        ("ChangePasswordBody.newPassword", Box::new(plain), fits::<NewPassword>),
        ("ChangePasswordBody.currentPassword", Box::new(plain), fits::<Password>),
        ("SignInBody.password", Box::new(plain), fits::<Password>),
        ("StartSecondFactorBody.currentPassword", Box::new(plain), fits::<Password>),
        ("StopSecondFactorBody.currentPassword", Box::new(plain), fits::<Password>),
        ("ReplaceRecoveryCodesBody.currentPassword", Box::new(plain), fits::<Password>),
        ("SignInBody.code", Box::new(code), fits::<GivenCode>),
        ("ConfirmSecondFactorBody.code", Box::new(code), fits::<GivenCode>),
        ("CheckInBody.code", Box::new(plain), fits::<ScannedText>),
        ("BindDeviceBody.publicKey", Box::new(key), fits::<PublicKey>),
        ("CheckInBody.scanId", Box::new(plain), fits::<ScanId>),
        ("CreateGateBody.name", title(), fits::<GateName>),
        ("ScanBody.code", Box::new(plain), fits::<ScannedText>),
        ("ScanBody.scanId", Box::new(plain), fits::<ScanId>),
        ("ClaimTransferBody.token", Box::new(token), fits::<LinkToken>),
        ("OfferTransferBody.toEmail", Box::new(address), fits::<GivenAddress>),
        ("ChangeEmailBody.code", Box::new(code), fits::<GivenCode>),
        ("EraseUserBody.code", Box::new(code), fits::<GivenCode>),
        ("StopSecondFactorBody.code", Box::new(code), fits::<GivenCode>),
        ("ReplaceRecoveryCodesBody.code", Box::new(code), fits::<GivenCode>),
        ("EraseUserBody.password", Box::new(plain), fits::<Password>),
        ("OfferTicketBody.title", title(), fits::<Title>),
        ("EditTicketBody.title", title(), fits::<Title>),
        ("OfferTicketBody.venue", title(), fits::<Venue>),
        ("EditTicketBody.venue", title(), fits::<Venue>),
        ("OfferTicketBody.description", description(), fits::<Description>),
        ("EditTicketBody.description", description(), fits::<Description>),
        ("GET /api/tickets q", title(), fits::<Search>),
        ("CreateShowBody.title", title(), fits::<Title>),
        ("EditShowBody.title", title(), fits::<Title>),
        ("ShowTicketBody.title", title(), fits::<Title>),
        ("VenueBody.name", title(), fits::<Venue>),
        ("VenueBody.address", title(), fits::<Address>),
        ("CreateShowBody.description", description(), fits::<Description>),
        ("EditShowBody.description", description(), fits::<Description>),
        ("ShowTicketBody.description", description(), fits::<Description>),
        ("ReportOfferBody.text", description(), fits::<ReportText>),
        ("CreatePaymentBody.token", Box::new(plain), fits::<Token>),
        ("CreateTopUpBody.token", Box::new(plain), fits::<Token>),
    ]
}

/// Every bounded text in the request bodies, and the search.
fn bounded(document: &Value) -> Vec<(String, &Value)> {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let bodies = schemas.iter().filter(|(name, _)| name.ends_with("Body"));
    let fields = bodies.flat_map(|(name, schema)| {
        let properties = schema["properties"].as_object().unwrap();
        properties.iter().map(move |(field, schema)| (format!("{name}.{field}"), schema))
    });
    let search = document["paths"]["/api/tickets"]["get"]["parameters"].as_array().unwrap();
    let search = search.iter().filter(|parameter| parameter["name"] == "q");
    let search = search.map(|q| ("GET /api/tickets q".to_owned(), &q["schema"]));
    fields.chain(search).filter(|(_, schema)| schema.get("maxLength").is_some()).collect()
}

#[test]
fn text_bounds_in_the_document_equal_those_of_the_types() {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let rows = rows();
    for (field, schema) in bounded(&document) {
        let row = rows.iter().find(|(name, _, _)| *name == field);
        let Some((_, text, fits)) = row else { panic!("{field} has no row here") };
        let length = |bound: &str| usize::try_from(schema[bound].as_u64().unwrap()).unwrap();
        let max = length("maxLength");
        assert_eq!(text(max).chars().count(), max);
        assert!(fits(&text(max)), "{field} of {max}");
        assert!(!fits(&text(max + 1)), "{field} of {}", max + 1);
        if schema.get("minLength").is_some() {
            let min = length("minLength");
            assert!(fits(&text(min)), "{field} of {min}");
            assert!(!fits(&text(min - 1)), "{field} of {}", min - 1);
        }
    }
}

#[test]
fn patterns_in_the_document_equal_those_of_the_types() {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let pattern = |name: &str| document["components"]["schemas"][name]["pattern"].clone();
    assert_eq!(pattern("Id"), "^[0-9a-fA-F]{24}$");
    assert_eq!(pattern("Currency"), "^[A-Za-z]{3}$");
    for (text, is_id) in [
        ("0123456789abcdefABCDEF00", true),
        ("0123456789abcdefABCDEF0", false),
        ("0123456789abcdefABCDEF000", false),
        ("g123456789abcdefABCDEF00", false),
    ] {
        assert_eq!(fits::<Id>(text), is_id, "{text}");
    }
    for (text, is_currency) in
        [("usd", true), ("USD", true), ("us", false), ("usdx", false), ("u1d", false)]
    {
        assert_eq!(fits::<Currency>(text), is_currency, "{text}");
    }
}
