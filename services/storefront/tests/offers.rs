//! Pages of shows and tickets, and their caching.

use std::time::Duration;

use contract::show::{self, ShowState, ShowStatus};
use contract::ticket::TicketState;
use reqwest::Method;

use crate::fixture::{
    DAY, Storefront, announced, at, category, changed, offered, page, show, show_id, stock, ticket,
    ticket_id,
};

#[tokio::test]
async fn a_show_has_its_categories_by_price_and_times_of_its_venue() {
    let storefront = Storefront::open().await;
    let dear = TicketState {
        title: "Balcony".to_owned(),
        price: testing::samples::usd(3_600),
        ..category(1, 1)
    };
    storefront.tell(&[announced(show(1, 1)), offered(dear), offered(category(2, 1))]).await;
    storefront.tell(&[changed(stock(1, 2, 20))]).await;
    let page = storefront.page(&format!("/shows/{}", show_id(1))).await;
    let order = [page.find("Ticket 2").unwrap(), page.find("Balcony").unwrap()];
    assert!(order.is_sorted(), "{page}");
    // 12:00 UTC.
    assert!(page.contains("13:00 (Berlin)") && page.contains("Sold out"), "{page}");
    assert!(page.contains(&format!("/signin?return=/shows/{}", show_id(1))), "{page}");
    // A category has no page of its own.
    let moved = self::page(&storefront.app, &format!("/tickets/{}", ticket_id(2))).await;
    assert_eq!(moved.expect(303).header("location"), format!("/shows/{}", show_id(1)));
}

#[tokio::test]
async fn a_cancelled_or_postponed_show_says_so() {
    let storefront = Storefront::open().await;
    storefront.tell(&[announced(show(1, 1)), offered(category(1, 1))]).await;
    let postponed = ShowStatus::Postponed { refunds_until: at(20) };
    let path = format!("/shows/{}", show_id(1));
    let moved = ShowState { status: postponed, starts_at: at(30), ..show(1, 2) };
    storefront.tell(&[show::POSTPONED.of(moved)]).await;
    let page = storefront.page(&path).await;
    assert!(page.contains("has a new date") && page.contains("11 December 2026"), "{page}");
    let cancelled = ShowState { status: ShowStatus::Cancelled, ..show(1, 3) };
    storefront.tell(&[show::CANCELLED.of(cancelled)]).await;
    storefront.app.pass(Duration::from_secs(1)).await;
    let page = storefront.page(&path).await;
    assert!(page.contains("does not take place"), "{page}");
}

#[tokio::test]
async fn unknown_offers_and_paths_have_a_page_for_people_and_a_problem_for_programs() {
    let storefront = Storefront::open().await;
    for path in ["/shows/zz", "/shows/ffffffffffffffffffffffff", "/tickets/1", "/nowhere"] {
        let reply = page(&storefront.app, path).await.expect(404);
        assert!(reply.body.contains("This page does not exist"), "{path} {}", reply.body);
    }
    storefront.app.get(None, "/nowhere").await.expect_problem(404, "not_found");
    storefront.app.get(None, "/api/nowhere").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let storefront = Storefront::open().await;
    storefront.tell(&[offered(ticket(1, 1)), changed(stock(1, 2, 3))]).await;
    let path = format!("/tickets/{}", ticket_id(1));
    let first = page(&storefront.app, &path).await.expect(200);
    assert_eq!(first.header("cache-control"), "public, no-cache");
    let tag = first.header("etag").to_owned();
    let again = || storefront.app.request(Method::GET, &path, None).header("If-None-Match", &tag);
    let same = storefront.app.send(again()).await.expect(304);
    assert_eq!((same.body.as_str(), same.header("etag")), ("", tag.as_str()));
    storefront.tell(&[changed(stock(1, 3, 4))]).await;
    storefront.app.pass(Duration::from_millis(300)).await;
    let other = storefront.app.send(again()).await.expect(200);
    assert!(other.body.contains("16 left"), "{}", other.body);
    // A page with a session is for one person.
    let user = storefront.app.user();
    let own = storefront.app.get(Some(&user), &path).await.expect(200);
    assert_eq!((own.header("cache-control"), own.header("etag")), ("no-store", ""));
}

#[tokio::test]
async fn the_words_are_those_of_the_visitor() {
    let storefront = Storefront::open().await;
    storefront.tell(&[offered(ticket(1, 1))]).await;
    let of = |name: &'static str, value: &'static str| {
        storefront.app.request(Method::GET, "/", None).header(name, value)
    };
    let german = storefront.app.send(of("Accept-Language", "de-AT,en;q=0.5")).await.expect(200);
    assert!(german.body.contains("lang=\"de\"") && german.body.contains("Jetzt im Verkauf"));
    let chosen = of("Accept-Language", "en").header("Cookie", "language=de");
    let chosen = storefront.app.send(chosen).await.expect(200);
    assert!(chosen.body.contains("Jetzt im Verkauf"));
    let english = page(&storefront.app, "/").await.expect(200);
    assert!(english.body.contains("On sale now"));
}

#[tokio::test]
async fn texts_of_sellers_stay_texts_in_every_place() {
    let storefront = Storefront::open().await;
    let hostile = "\"'></script><script>alert(1)</script><!--\u{2028}&lt;";
    let text = || hostile.to_owned();
    let offer = TicketState { title: text(), description: Some(text()), ..category(1, 1) };
    let mut listed = ShowState { title: text(), description: Some(text()), ..show(1, 1) };
    listed.venue.name = text();
    listed.venue.address = Some(text());
    storefront.tell(&[announced(listed), offered(offer)]).await;
    let alone = TicketState { title: text(), description: Some(text()), ..ticket(2, 1) };
    storefront.tell(&[offered(TicketState { venue: Some(text()), ..alone })]).await;
    for path in
        ["/".to_owned(), format!("/shows/{}", show_id(1)), format!("/tickets/{}", ticket_id(2))]
    {
        let html = storefront.page(&path).await;
        assert!(!html.contains("<script>alert") && !html.contains("<!--"), "{path}: {html}");
        let data = html.split("application/ld+json\">").nth(1);
        let data = data.map(|rest| rest.split("</script>").next().unwrap());
        if let Some(data) = data {
            let data: serde_json::Value = serde_json::from_str(data).unwrap();
            assert_eq!(data["name"], hostile, "{path}");
        }
    }
    let _ = DAY;
}
