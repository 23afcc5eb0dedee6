//! Bodies, cursors and cookies: a rejection names every violated rule, and no input panics.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use actix_web::test::TestRequest;
use proptest::prelude::*;
use store::{Key, Position, Query};
use web::body::{Fields, JsonObject};
use web::{Code, Cursor, List, PageSize, Problem};

web::body! {
    /// A body.
    struct SampleBody {
        /// A text.
        some_text: String,
        /// A number.
        count: Option<u32>,
        /// A boolean.
        is_true: Option<bool>,
    }
}

/// An object inside a body.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Part {
    some_name: String,
    count: u32,
}

web::body! {
    /// A body with objects inside.
    struct PartsBody {
        /// The objects.
        #[schema(value_type = Vec<String>)]
        parts: Vec<JsonObject<Part>>,
    }
}

type Sample = (String, Option<u32>, Option<bool>);

fn read(json: &str) -> Result<Sample, (u16, String)> {
    let body = Fields::read::<SampleBody>(json.as_bytes());
    body.map(|body| (body.some_text, body.count, body.is_true)).map_err(status_and_rules)
}

/// The status of a problem, and its fields with their rules.
fn status_and_rules(problem: Problem) -> (u16, String) {
    let answer = problem.into_response("r");
    let body: serde_json::Value = serde_json::from_str(answer.body()).unwrap();
    let error = |error: &serde_json::Value| {
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("field"), text("message"))
    };
    let errors: Vec<String> = body["errors"].as_array().unwrap().iter().map(error).collect();
    (answer.status(), errors.join("; "))
}

#[test]
fn fields_have_json_names_and_null_equals_absent() {
    let full = "{\"isTrue\": true, \"someText\": \"x\", \"count\": 7}";
    assert_eq!(read(full), Ok(("x".into(), Some(7), Some(true))));
    assert_eq!(read("{\"someText\": \"\", \"count\": null}"), Ok((String::new(), None, None)));
    assert_eq!(
        read("{\"someT\\u0065xt\": \"x\"}"),
        Ok(("x".into(), None, None)),
        "escaped names are the same"
    );
}

#[test]
fn a_number_is_read_by_its_value_and_a_byte_order_mark_is_ignored() {
    for count in ["7", "7.0", "7.000e0", "70e-1", "0.7E+1", "0.0000000007e10"] {
        let body = format!("{{\"someText\": \"1.0\", \"count\": {count}}}");
        assert_eq!(read(&body), Ok(("1.0".into(), Some(7), None)), "{count}");
        assert_eq!(read(&format!("\u{feff}{body}")), Ok(("1.0".into(), Some(7), None)), "{count}");
    }
    assert_eq!(read("{\"someText\": \"\", \"count\": -0.0}"), Ok((String::new(), Some(0), None)));
    let rule = "count must be a whole number from 0 to 4294967295";
    for count in ["7.5", "75e-1", "1e-1000000000", "1e1000000000", "4294967296", "-1e0", "\"7\""] {
        let body = format!("{{\"someText\": \"\", \"count\": {count}}}");
        assert_eq!(read(&body), Err((400, rule.into())), "{count}");
    }
}

#[test]
fn a_rejection_names_every_invalid_field() {
    let many = "{\"count\": -1, \"isTrue\": \"yes\", \"some_text\": \"x\", \"count2\": 1}";
    let (status, errors) = read(many).unwrap_err();
    assert_eq!(status, 400);
    assert_eq!(
        errors,
        "count must be a whole number from 0 to 4294967295; count2 is not a field of this request; \
         isTrue must be a boolean; someText is required; some_text is not a field of this request"
    );
    let twice = "{\"someText\": \"x\", \"someText\": \"y\"}";
    assert_eq!(read(twice).unwrap_err(), (400, "someText must be given once only".into()));
    let secret = read("{\"someText\": 4242424242}").unwrap_err();
    assert!(!secret.1.contains("4242"), "the response does not repeat the input");
}

#[test]
fn nested_objects_are_objects_with_readable_rules() {
    let read = |parts: &str| {
        let body = format!("{{\"parts\": {parts}}}");
        let read = Fields::read::<PartsBody>(body.as_bytes());
        read.map(|body| body.parts.len()).map_err(|problem| status_and_rules(problem).1)
    };
    assert_eq!(read("[{\"someName\": \"x\", \"count\": 1}]"), Ok(1));
    for (parts, rule) in [
        ("[[\"x\", 1]]", "must be an object"),
        ("[\"x\"]", "must be an object"),
        ("[null]", "must be an object"),
        ("{}", "must be an array"),
        ("[{}]", "must have someName"),
        (
            "[{\"someName\": \"x\", \"count\": 1, \"secret\": 1}]",
            "must have no fields but someName or count",
        ),
        ("[{\"someName\": \"x\", \"count\": 1, \"count\": 1}]", "must have count once only"),
        ("[{\"someName\": \"\\ud800\", \"count\": 1}]", "must be Unicode text"),
    ] {
        assert_eq!(read(parts), Err(format!("parts {rule}")), "{parts}");
    }
}

#[test]
fn bodies_other_than_objects_are_rejected() {
    let code = |json: &str| Fields::parse(json.as_bytes()).map(|_| ()).unwrap_err().code();
    for json in ["", " ", "{", "{]", "{\"a\"}", "\u{feff}", "\u{feff}\u{feff}{}", "{} {}", "nul"] {
        assert_eq!(code(json), Code::MALFORMED_JSON, "{json}");
    }
    for json in ["[]", "1", "\"x\"", "null", "true"] {
        assert_eq!(code(json), Code::INVALID_REQUEST, "{json}");
    }
    assert_eq!(Fields::parse(b"{\"a\": \"\xff\"}").unwrap_err().code(), Code::MALFORMED_JSON);
    let many: Vec<String> = (0..65).map(|at| format!("\"f{at}\": 1")).collect();
    assert_eq!(code(&format!("{{{}}}", many.join(","))), Code::INVALID_REQUEST);
}

#[test]
fn page_sizes_have_two_bounds() {
    for text in ["1", "100"] {
        assert!(text.parse::<PageSize>().is_ok(), "{text}");
    }
    for text in ["0", "101", "-1", "x", ""] {
        assert!(text.parse::<PageSize>().is_err(), "{text}");
    }
}

#[test]
fn every_code_has_its_serialized_name_and_status() {
    for code in Code::GENERAL {
        assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{}\"", code.text));
        let answer = Problem::new(*code).into_response("r");
        assert_eq!(answer.status(), code.status.as_u16());
        assert!((400..600).contains(&answer.status()));
    }
}

proptest! {
    #[test]
    fn a_cursor_is_valid_for_its_own_list_only(number: i64, text in "[^:]{0,40}", id in "[0-9a-f]{24}", which in 0..3) {
        let key = match which {
            0 => Key::Null,
            1 => Key::Integer(number),
            _ => Key::Text(text),
        };
        let position = Position { key, id };
        let request = TestRequest::with_uri("/api/things?limit=5").to_http_request();
        let list = |query: Query| List::of(&request, &query);
        let query = || Query::on("by_age").equals("ann").descending();
        let cursor = list(query()).cursor(position.clone());
        prop_assert_eq!(cursor.to_string().parse(), Ok(cursor.clone()));
        let same = list(query().limit(7)).position(Some(cursor.clone()));
        prop_assert_eq!(same, Ok(Some(position.clone())), "whatever its limit");
        for other in [
            query().ascending(),
            query().equals("more"),
            Query::on("by_price").equals("ann").descending(),
            Query::on("by_age").equals("bob").descending(),
        ] {
            let refused = list(other).position(Some(cursor.clone())).map_err(|problem| problem.code());
            prop_assert_eq!(refused, Err(Code::INVALID_REQUEST));
        }
        prop_assert!(list(query()).containing("x").position(Some(cursor.clone())).is_err());
        let elsewhere = TestRequest::with_uri("/api/others").to_http_request();
        prop_assert!(List::of(&elsewhere, &query()).position(Some(cursor.clone())).is_err());
        let moved = Position { id: format!("{}0", position.id), ..position };
        prop_assert_ne!(list(query()).cursor(moved).to_string(), cursor.to_string());
    }

    #[test]
    fn no_text_makes_parsing_panic(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = text.parse::<Cursor>();
        let _ = Fields::read::<SampleBody>(text.as_bytes());
        let _ = Fields::read::<SampleBody>(&bytes);
    }
}
