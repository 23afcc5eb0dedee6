//! The list: its entries, their order, and their end.

use contract::inventory::InventoryState;
use contract::show::{self, ShowState, ShowStatus};
use contract::ticket::{self, Offer, TicketState};

use crate::fixture::{
    DAY, Storefront, announced, at, category, changed, offered, show, show_id, stock, ticket,
    ticket_id,
};

#[tokio::test]
async fn an_empty_marketplace_shows_how_to_begin() {
    let storefront = Storefront::open().await;
    let page = storefront.page("/").await;
    assert!(page.contains("Nothing is on sale yet") && page.contains("href=\"/sell\""), "{page}");
    let page = storefront.page("/?q=opera").await;
    assert!(page.contains("Nothing found"), "{page}");
}

#[tokio::test]
async fn messages_in_any_order_make_the_same_entry() {
    let messages = [announced(show(1, 1)), offered(category(1, 1)), changed(stock(1, 3, 17))];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let storefront = Storefront::open().await;
        for index in order {
            storefront.tell(&[messages[index].clone()]).await;
        }
        assert_eq!(storefront.titles("").await, ["Show 1"]);
        let page = storefront.page("/").await;
        assert!(page.contains("3 left") && page.contains("$10.00"), "{order:?} {page}");
        assert!(page.contains(&format!("href=\"/shows/{}\"", show_id(1))), "{order:?}");
    }
}

#[tokio::test]
async fn an_old_message_changes_nothing() {
    let storefront = Storefront::open().await;
    storefront.tell(&[offered(ticket(1, 2)), changed(stock(1, 5, 20))]).await;
    let before = storefront.page("/").await;
    assert!(before.contains("Sold out"), "{before}");
    let older = TicketState { title: "Older".to_owned(), ..ticket(1, 1) };
    storefront.tell(&[ticket::UPDATED.of(older), changed(stock(1, 4, 0))]).await;
    assert_eq!(storefront.titles("").await, ["Ticket 1"]);
    assert!(storefront.page("/").await.contains("Sold out"));
}

#[tokio::test]
async fn what_is_not_on_offer_is_not_in_the_list() {
    let storefront = Storefront::open().await;
    storefront
        .deliver(&[offered(ticket(1, 1)), offered(ticket(2, 1)), offered(ticket(3, 1))])
        .await;
    storefront.tell(&[announced(show(1, 1)), offered(category(4, 1))]).await;
    assert_eq!(storefront.titles("?sort=newest").await.len(), 4);
    let withdrawn = TicketState { offer: Offer::Withdrawn, ..ticket(1, 2) };
    let taken_down = TicketState { offer: Offer::TakenDown, ..ticket(2, 2) };
    let suspended = InventoryState { suspended: true, ..stock(3, 2, 0) };
    let cancelled = ShowState { status: ShowStatus::Cancelled, ..show(1, 2) };
    storefront.tell(&[ticket::WITHDRAWN.of(withdrawn), ticket::WITHDRAWN.of(taken_down)]).await;
    storefront.tell(&[changed(suspended), show::CANCELLED.of(cancelled)]).await;
    assert_eq!(storefront.titles("").await, Vec::<String>::new());
    storefront.tell(&[changed(stock(3, 3, 0))]).await;
    assert_eq!(storefront.titles("").await, ["Ticket 3"]);
}

#[tokio::test]
async fn an_event_leaves_the_list_at_its_start_unless_it_has_late_sales() {
    let storefront = Storefront::open().await;
    let ends = TicketState { starts_at: Some(at(1)), ..ticket(1, 1) };
    let late = TicketState { late_sales: true, starts_at: Some(at(1)), ..ticket(2, 1) };
    storefront.tell(&[offered(ends), offered(late), announced(show(1, 1))]).await;
    storefront.tell(&[offered(category(3, 1))]).await;
    assert_eq!(storefront.titles("?sort=cheapest").await.len(), 3);
    storefront.app.pass(DAY).await;
    assert_eq!(storefront.titles("").await, ["Ticket 2"]);
    assert_eq!(storefront.titles("?sort=newest").await, ["Ticket 2"]);
    // Its page remains, and says so.
    let page = storefront.page(&format!("/tickets/{}", ticket_id(1))).await;
    assert!(page.contains("Sales have ended"), "{page}");
}

#[tokio::test]
async fn the_list_is_searched_filtered_and_ordered() {
    let storefront = Storefront::open().await;
    let of = |number: u8, title: &str, days: u32, price: i64| TicketState {
        title: title.to_owned(),
        starts_at: Some(at(days)),
        price: testing::samples::usd(price),
        created_at: at(0).plus(std::time::Duration::from_secs(number.into())),
        ..ticket(number, 1)
    };
    let offers = [of(1, "Opera", 3, 900), of(2, "Ballet", 2, 500), of(3, "Grand OPERA", 5, 700)];
    storefront.tell(&offers.map(offered)).await;
    storefront.tell(&[changed(stock(2, 2, 20))]).await;
    for (query, titles) in [
        ("", vec!["Ballet", "Opera", "Grand OPERA"]),
        ("?sort=newest", vec!["Grand OPERA", "Ballet", "Opera"]),
        ("?sort=cheapest", vec!["Ballet", "Grand OPERA", "Opera"]),
        ("?q=opera", vec!["Opera", "Grand OPERA"]),
        ("?q=OPERA&sort=cheapest", vec!["Grand OPERA", "Opera"]),
        ("?available=1", vec!["Opera", "Grand OPERA"]),
        ("?from=2026-11-24&to=2026-11-25", vec!["Opera"]),
        ("?from=2026-11-24&to=2026-11-25&sort=newest", vec!["Opera"]),
        ("?from=nonsense&cursor=ff&sort=other", vec!["Ballet", "Opera", "Grand OPERA"]),
    ] {
        assert_eq!(storefront.titles(query).await, titles, "{query}");
    }
}

#[tokio::test]
async fn pages_of_the_list_follow_each_other_without_a_gap() {
    let storefront = Storefront::open().await;
    let offers: Vec<_> = (1..=50).map(|number| offered(ticket(number, 1))).collect();
    storefront.tell(&offers).await;
    let (mut path, mut seen) = (String::new(), Vec::new());
    for _ in 0..3 {
        seen.extend(storefront.titles(&path).await);
        let page = storefront.page(&format!("/{path}")).await;
        let next = page.split("rel=\"next\" href=\"/").nth(1);
        path = next.map_or(String::new(), |rest| {
            rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
        });
    }
    assert_eq!(path, "", "the third page is the last");
    assert_eq!(seen.len(), 50);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 50);
}

#[tokio::test]
async fn visitors_of_a_campaign_share_the_kept_page_without_its_parameters() {
    let storefront = Storefront::open().await;
    let offers: Vec<_> = (1..=30).map(|number| offered(ticket(number, 1))).collect();
    storefront.tell(&offers).await;
    let of_campaign = storefront.page("/?utm_source=letter&fbclid=x").await;
    assert!(of_campaign.contains("rel=\"next\"") && !of_campaign.contains("utm_source"));
    storefront.tell(&[offered(ticket(31, 1))]).await;
    // The page is young enough to be shown after a change.
    assert_eq!(storefront.page("/").await, of_campaign);
    assert_ne!(storefront.page("/?sort=newest").await, of_campaign);
}
