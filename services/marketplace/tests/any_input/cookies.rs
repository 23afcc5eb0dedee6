//! `Cookie` headers.

use actix_web::http::header::{COOKIE, HeaderValue};
use actix_web::test::TestRequest;
use proptest::prelude::*;
use web::session::CookieKind;

use crate::mutation::{bytes_like, cases};

fn token(kind: CookieKind, headers: &[&[u8]]) -> Option<String> {
    let mut request = TestRequest::default();
    for header in headers {
        request = request.append_header((COOKIE, HeaderValue::from_bytes(header).ok()?));
    }
    kind.tokens(&request.to_http_request()).next().map(str::to_owned)
}

/// Cookies of other programs in the same header.
fn others() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-z]{1,8}=[ -:<-~]{0,12}", 0..5).prop_map(|cookies| cookies.join("; "))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_token_from_any_header_is_a_part_of_it(
        header in bytes_like(b"theme=dark; session=aaa.bbb.ccc; __Host-session=ddd.eee.fff".to_vec()),
        second in bytes_like(b"session=aaa.bbb.ccc".to_vec()),
    ) {
        for kind in [CookieKind::Plain, CookieKind::Secure] {
            if let Some(token) = token(kind, &[&header, &second]) {
                let given = format!("{}={token}", kind.name());
                let is_in = |header: &[u8]| header.windows(given.len()).any(|part| part == given.as_bytes());
                prop_assert!(is_in(&header) || is_in(&second), "{}", token);
                prop_assert!(!token.is_empty() && !token.contains(';'));
            }
        }
    }

    #[test]
    fn a_token_is_found_only_under_its_own_name(
        before in others(), after in others(), value in "[A-Za-z0-9_.-]{1,80}",
    ) {
        let with = |name: &str| format!("{before}; {name}={value}; {after}");
        let known = |text: &str| text.split("; ").any(|cookie| cookie.starts_with("session="));
        prop_assume!(!known(&before) && !known(&after));
        let (plain, secure) = (with("session"), with("__Host-session"));
        prop_assert_eq!(token(CookieKind::Plain, &[plain.as_bytes()]), Some(value.clone()));
        prop_assert_eq!(token(CookieKind::Secure, &[secure.as_bytes()]), Some(value.clone()));
        prop_assert_eq!(token(CookieKind::Secure, &[plain.as_bytes()]), None, "over https only that of https");
        prop_assert_eq!(token(CookieKind::Plain, &[secure.as_bytes()]), None);
    }
}
