//! GET /api/tickets: available tickets, filtered, sorted, page by page.

use std::cmp::Reverse;
use std::time::Duration;

use serde_json::json;
use testing::Platforms;
use tickets::Settings;

use crate::box_office::{BoxOffice, stock};

/// A ticket as recorded by the test.
#[derive(Debug, Clone)]
struct Offered {
    id: String,
    seller: usize,
    title: &'static str,
    price: i64,
    at_ms: u64,
}

#[tokio::test]
async fn only_available_tickets_are_listed() {
    let (office, seller) = BoxOffice::with_seller().await;
    let mut offered = Vec::new();
    for title in ["alpha", "beta", "gamma"] {
        let body = json!({"title": title, "price": 1, "quantity": 2});
        offered.push(office.offer(&seller, body).await.text("id"));
        office.clock().advance(Duration::from_millis(1));
    }
    let [alpha, beta, gamma] = <[String; 3]>::try_from(offered).unwrap();
    assert_eq!(office.list("").await, [gamma.clone(), beta.clone(), alpha.clone()]);
    office.publish_all(&[stock(&beta, 2, 1, 1), stock(&gamma, 2, 1, 0)]).await;
    assert_eq!(office.list("").await, [gamma.clone(), alpha.clone()], "sold out ones are not");
    let path = format!("/api/tickets/{alpha}");
    assert_eq!(office.delete(&seller, &path).await.status, 204);
    assert_eq!(office.list("").await, std::slice::from_ref(&gamma), "withdrawn ones are not");
    assert_eq!(office.show(&path).await.text("status"), "withdrawn");
    office.publish_all(&[stock(&beta, 3, 0, 1)]).await;
    assert_eq!(office.list("").await, [gamma, beta], "what comes back is");
}

#[tokio::test]
async fn every_filter_and_order_lists_each_ticket_once_in_pages_of_any_size() {
    let office = BoxOffice::open().await;
    let sellers = [office.user(), office.user()];
    let mut offered = Vec::new();
    for (at, title) in
        ["Alpha Night", "beta night", "Gamma"].into_iter().cycle().take(20).enumerate()
    {
        let (seller, price) = (at % 2, 1 + i64::try_from(at).unwrap() * 7 % 4);
        let at_ms = u64::try_from(at / 3).unwrap();
        let body = json!({"title": title, "price": price});
        let id = office.offer(&sellers[seller], body).await.text("id");
        offered.push(Offered { id, seller, title, price, at_ms });
        if at % 3 == 2 {
            office.clock().advance(Duration::from_millis(1));
        }
    }
    for sort in ["newest", "oldest", "price", "-price"] {
        let mut sorted = offered.clone();
        match sort {
            "newest" => sorted.sort_by_key(|t| Reverse((t.at_ms, t.id.clone()))),
            "oldest" => sorted.sort_by_key(|t| (t.at_ms, t.id.clone())),
            "price" => sorted.sort_by_key(|t| (t.price, t.id.clone())),
            _ => sorted.sort_by_key(|t| Reverse((t.price, t.id.clone()))),
        }
        for (seller, q) in [(None, ""), (None, "NiGhT"), (Some(0), ""), (Some(1), "gamma")] {
            let expected: Vec<String> = sorted
                .iter()
                .filter(|t| seller.is_none_or(|seller| seller == t.seller))
                .filter(|t| t.title.to_lowercase().contains(&q.to_lowercase()))
                .map(|t| t.id.clone())
                .collect();
            assert!(!expected.is_empty());
            let mut query = format!("sort={sort}");
            if let Some(seller) = seller {
                query = format!("{query}&seller={}", sellers[seller].id);
            }
            if !q.is_empty() {
                query = format!("{query}&q={q}");
            }
            for limit in [1, 3, expected.len(), 100] {
                let walked = office.walk(&format!("{query}&limit={limit}")).await;
                assert_eq!(walked, expected, "{query} by {limit}");
            }
        }
    }
    assert_eq!(office.walk("").await, office.walk("sort=newest&limit=7").await);
}

#[tokio::test]
async fn a_last_page_has_no_next_one_and_the_default_page_size_is_twenty() {
    let (office, seller) = BoxOffice::with_seller().await;
    assert_eq!(office.show("/api/tickets").await.json(), json!([]));
    for _ in 0..21 {
        office.offer(&seller, json!({"title": "x", "price": 1})).await;
    }
    let first = office.show("/api/tickets").await;
    assert_eq!(first.ids().len(), 20);
    let last = office.show(&first.next_page().unwrap()).await;
    assert_eq!((last.ids().len(), last.next_page()), (1, None));
    assert_eq!(office.show("/api/tickets?limit=21").await.next_page(), None);
    assert!(office.show("/api/tickets?q=x&limit=20").await.next_page().unwrap().contains("q=x&"));
}

#[tokio::test]
async fn changes_between_two_pages_affect_no_other_ticket() {
    let (office, seller) = BoxOffice::with_seller().await;
    let mut offered = Vec::new();
    for price in 1..=9 {
        let body = json!({"title": "x", "price": price});
        offered.push(office.offer(&seller, body).await.text("id"));
    }
    let page = office.show("/api/tickets?sort=price&limit=3").await;
    assert_eq!(page.ids(), offered[..3]);
    // The entry that the cursor names is sold out, one ahead too; one is offered ahead, one behind.
    office.publish_all(&[stock(&offered[2], 2, 1, 0), stock(&offered[4], 2, 1, 0)]).await;
    office.offer(&seller, json!({"title": "x", "price": 0.5})).await;
    let ahead = office.offer(&seller, json!({"title": "x", "price": 5.5})).await.text("id");
    let rest = office.walk(page.next_page().unwrap().split_once('?').unwrap().1).await;
    let behind = [&offered[3..4], &[ahead], &offered[5..]].concat();
    assert_eq!(rest, behind);
}

#[tokio::test]
async fn a_title_is_found_by_any_of_its_letters_in_every_case_and_spelling() {
    let folder = tempfile::tempdir().unwrap();
    let on_disk = Platforms::on_disk(folder.path().to_owned());
    for platforms in [Platforms::in_memory(), on_disk] {
        let office = BoxOffice::open_on(platforms, Settings::default()).await;
        let seller = office.user();
        for title in [
            "100% Jazz",
            "100 Jazz",
            "snake_case",
            "snakeXcase",
            "it's \"so\" \\ well",
            "ΟΔΟΣ Live",
            "Große Straße",
            "Émile",
            "演奏会 🎻",
            "Cafe\u{301} Mu\u{308}ller",
            "Été",
            "ＲＯＣＫ ﬁnale",
            "İstanbul",
            "कि\u{200d} 각",
        ] {
            office.offer(&seller, json!({"title": title, "price": 1})).await;
        }
        for (q, title) in [
            ("100%25", "100% Jazz"),
            ("e_c", "snake_case"),
            ("T'S+%22SO%22+%5C", "it's \"so\" \\ well"),
            ("οδος", "ΟΔΟΣ Live"),
            ("οδοσ", "ΟΔΟΣ Live"),
            ("STRASSE", "Große Straße"),
            ("GROẞE", "Große Straße"),
            ("éMILE", "Émile"),
            ("奏会", "演奏会 🎻"),
            ("🎻", "演奏会 🎻"),
            ("CAFÉ", "Café Müller"),
            ("mu\u{308}LLER", "Café Müller"),
            ("mu\u{ad}\u{308}ller", "Café Müller"),
            ("e\u{301}te\u{301}", "Été"),
            ("rock", "ＲＯＣＫ ﬁnale"),
            ("ｒｏｃｋ", "ＲＯＣＫ ﬁnale"),
            ("FINALE", "ＲＯＣＫ ﬁnale"),
            ("i\u{307}STANBUL", "İstanbul"),
            ("\u{1100}\u{1161}\u{11a8}", "कि\u{200d} 각"),
            ("कि+각", "कि\u{200d} 각"),
        ] {
            let found = office.show(&format!("/api/tickets?q={q}")).await;
            assert_eq!(found.ids().len(), 1, "{q} finds {}", found.body);
            assert_eq!(found.text("0/title"), title, "{q}");
        }
        assert!(office.list("q=nothing").await.is_empty());
        assert!(office.list("q=%C4%B1stanbul").await.is_empty(), "a dotless i is another letter");
        assert_eq!(office.list("q=jazz").await.len(), 2);
    }
}

#[tokio::test]
async fn prices_of_several_currencies_are_sorted_by_major_units() {
    let (office, seller) = BoxOffice::with_seller().await;
    for (price, currency) in [("500", "jpy"), ("20.5", "usd"), ("20.499", "kwd"), ("20.51", "eur")]
    {
        let body = format!(r#"{{"title": "{price}", "price": {price}, "currency": "{currency}"}}"#);
        office.post_raw(&seller, "/api/tickets", body).await.expect(201);
    }
    let listed = office.show("/api/tickets?sort=price").await.json();
    let titles: Vec<&str> =
        listed.as_array().unwrap().iter().map(|t| t["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["20.499", "20.5", "20.51", "500"]);
}

#[tokio::test]
async fn other_parameters_are_ignored_and_text_is_never_syntax() {
    let office = BoxOffice::open().await;
    for query in [
        "limit=1",
        "limit=100",
        "utm_source=mail&page=2",
        "seller=000000000000000000000000",
        "q=%27%3B--",
    ] {
        assert!(office.list(query).await.is_empty());
    }
}
