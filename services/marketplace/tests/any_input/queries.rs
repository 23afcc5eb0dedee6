//! Query strings, cursors and bodies.

use actix_web::FromRequest as _;
use actix_web::test::TestRequest;
use proptest::prelude::*;
use serde_json::Value;
use store::{Key, Position, Query};
use web::body::Fields;
use web::{Cursor, List, PageSize, QueryString};

use crate::mutation::{bytes_like, cases, text_like};

web::params! {
    /// Parameters of the tests.
    struct SampleParams {
        /// A page's size.
        limit: PageSize,
        /// The cursor of the page.
        cursor: Cursor,
        /// A text.
        q: String,
    }
}

web::body! {
    /// A body of the tests.
    struct SampleBody {
        /// A text.
        title: String,
        /// A number.
        quantity: Option<u32>,
    }
}

/// The cursor of a position in some list.
fn sealed(text: &str) -> Cursor {
    let (key, id) = (Key::Text(text.to_owned()), "692000f2a1b2c3d4e5f60718".to_owned());
    let request = TestRequest::default().to_http_request();
    List::of(&request, &Query::on("by_title")).cursor(Position { key, id })
}

/// Parses a query; `None` for one that is not a valid URI, which a server rejects before routing.
fn read(query: &str) -> Option<Result<SampleParams, web::Problem>> {
    let uri: actix_web::http::Uri = format!("/api/tickets?{query}").parse().ok()?;
    let request = TestRequest::default().uri(&uri.to_string()).to_http_request();
    let read = QueryString::from_request(&request, &mut actix_web::dev::Payload::None).into_inner();
    Some(read.map(|QueryString(params)| params))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_query_is_parsed_completely_or_rejected(
        query in text_like("limit=20&q=concert%20hall&cursor=693a353a366964"),
    ) {
        match read(&query) {
            None => {}
            Some(Ok(params)) => {
                prop_assert!(params.limit.is_none_or(|limit| (1..=100).contains(&limit.get())));
                let known = |name: &str| {
                    let mut pairs = query.split(['&', '#']);
                    pairs.any(|pair| pair.split('=').next() == Some(name))
                };
                prop_assert!(query.contains('#') || params.limit.is_some() == known("limit"), "{query}");
                prop_assert!(query.contains('#') || params.q.is_some() || !known("q"), "{query}");
            }
            Some(Err(problem)) => prop_assert_eq!(problem.code().status.as_u16(), 400),
        }
    }

    #[test]
    fn a_cursor_survives_a_round_trip(
        text in text_like(&sealed("Concert: the second night").to_string()),
    ) {
        if let Ok(cursor) = text.parse::<Cursor>() {
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }
    }

    #[test]
    fn a_body_is_parsed_exactly_or_rejected(
        body in bytes_like(br#"{"title": "Concert", "quantity": 12, "title2": null}"#.to_vec()),
        fine in bytes_like(br#"{"title": "Concert", "quantity": 12}"#.to_vec()),
    ) {
        for body in [body, fine] {
            match Fields::read::<SampleBody>(&body) {
                Ok(read) => {
                    let json: Value = serde_json::from_slice(&body).unwrap();
                    prop_assert_eq!(&json["title"], &Value::from(read.title));
                    prop_assert_eq!(json["quantity"].as_f64(), read.quantity.map(f64::from));
                    prop_assert!(json.as_object().unwrap().keys().all(|key| ["title", "quantity"].contains(&key.as_str())));
                }
                Err(problem) => prop_assert_eq!(problem.code().status.as_u16(), 400),
            }
        }
    }
}
