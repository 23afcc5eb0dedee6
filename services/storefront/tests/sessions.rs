//! Pages of a person, while the other services are away.

use reqwest::Method;

use crate::fixture::{Storefront, page, send};

#[tokio::test]
async fn a_page_of_a_person_leads_to_sign_in_and_back() {
    let storefront = Storefront::open().await;
    for (path, back) in [
        ("/orders", "/orders"),
        ("/orders/ffffffffffffffffffffffff?a=1", "/orders/ffffffffffffffffffffffff%3Fa%3D1"),
    ] {
        let moved = page(&storefront.app, path).await.expect(303);
        assert_eq!(moved.header("location"), format!("/signin?return={back}"));
        assert_eq!(moved.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn an_outage_of_another_service_has_a_page_with_the_next_step() {
    let storefront = Storefront::open().await;
    let user = storefront.app.user();
    let request = storefront.app.request(Method::GET, "/orders", Some(&user));
    let reply = send(request.header("Accept", "text/html")).await.expect(503);
    assert!(reply.body.contains("closed for a moment"), "{}", reply.body);
    assert_eq!(reply.header("retry-after"), "1");
    // Public pages need no other service.
    page(&storefront.app, "/").await.expect(200);
    // An expired session cannot be renewed now, which is no reason to sign in again.
    let request = storefront.app.request(Method::GET, "/orders", None);
    let expired = request.header("Cookie", "renewal=6b0d479e1d36cd1e5f4a2b10.secret");
    send(expired).await.expect(503);
}

#[tokio::test]
async fn forms_are_accepted_from_this_site_and_in_their_encoding_only() {
    let storefront = Storefront::open().await;
    let post = |body: &'static str| {
        let request = storefront.app.request(Method::POST, "/language", None).body(body);
        request.header("Content-Type", "application/x-www-form-urlencoded")
    };
    let chosen = send(post("language=de&return=/orders")).await.expect(303);
    assert_eq!(chosen.header("location"), "/orders");
    assert!(chosen.header("set-cookie").starts_with("language=de; Path=/; HttpOnly"));
    let elsewhere = post("language=de&return=https://evil.example/");
    let elsewhere = send(elsewhere).await.expect(303);
    assert_eq!(elsewhere.header("location"), "/");
    let foreign = post("language=de").header("Sec-Fetch-Site", "cross-site");
    send(foreign).await.expect(403);
    send(post("language=fr")).await.expect(400);
    send(post("language=%FF")).await.expect(400);
    let json = storefront.app.request(Method::POST, "/language", None).body("{}");
    send(json.header("Content-Type", "application/json")).await.expect(400);
    let long = "a".repeat(256 * 1024 + 1);
    let long = storefront.app.request(Method::POST, "/language", None).body(long);
    let long = long.header("Content-Type", "application/x-www-form-urlencoded");
    send(long).await.expect(400);
}

#[tokio::test]
async fn what_is_refused_before_a_page_is_a_page_for_people() {
    let storefront = Storefront::open().await;
    let foreign = || {
        let request = storefront.app.request(Method::POST, "/signin", None);
        request.header("Sec-Fetch-Site", "cross-site")
    };
    let page = send(foreign().header("Accept", "text/html")).await.expect(403);
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.body);
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    send(foreign()).await.expect_problem(403, "cross_site");
}

#[tokio::test]
async fn pages_of_mailed_links_keep_their_secret_from_other_pages() {
    const SECRET: &str = "692000f2a1b2c3d4e5f60718.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let storefront = Storefront::open().await;
    for start in ["/signup/confirm", "/password", "/account/email/undo", "/unsubscribe"] {
        let path = format!("{start}/{SECRET}");
        let page = page(&storefront.app, &path).await.expect(200);
        assert_eq!(page.header("referrer-policy"), "strict-origin", "{path}");
        assert_eq!(page.header("x-robots-tag"), "noindex", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert!(page.body.contains(&format!("action=\"{path}\"")), "{}", page.body);
        let linked = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        assert!(linked.clone().count() > 3, "{}", page.body);
        assert!(!linked.clone().any(|target| target.contains(SECRET)), "{}", page.body);
    }
    // This link needs a session, and sign-in leads back to it.
    let path = format!("/account/email/{SECRET}");
    let to_sign_in = page(&storefront.app, &path).await.expect(303);
    assert_eq!(to_sign_in.header("location"), format!("/signin?return={path}"));
    assert_eq!(to_sign_in.header("referrer-policy"), "strict-origin");
}
