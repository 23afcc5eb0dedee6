//! The days of a search, and pages of the list whose entries are of other days.

use contract::show::{ShowState, VenueState};
use contract::ticket::TicketState;
use contract::{Outgoing, Timestamp};

use crate::fixture::{Storefront, announced, category, offered, show, ticket};

/// A show in a zone, with its category.
fn at_venue(number: u8, zone: &str, starts_at: &str) -> [Outgoing; 2] {
    let starts_at: Timestamp = starts_at.parse().unwrap();
    let place = VenueState { time_zone: zone.to_owned(), ..show(number, 1).venue };
    let state = ShowState { venue: place, starts_at, ..show(number, 1) };
    let offer = TicketState { starts_at: Some(starts_at), ..category(number, number) };
    [announced(state), offered(offer)]
}

#[tokio::test]
async fn an_event_is_on_the_day_of_its_venue() {
    let storefront = Storefront::open().await;
    let shows = [
        // 00:30 and 23:59 on 5 December.
        at_venue(1, "Europe/Berlin", "2026-12-04T23:30:00Z"),
        at_venue(2, "America/New_York", "2026-12-06T04:59:00Z"),
        // 00:00 on 5 December, and one minute earlier.
        at_venue(3, "Pacific/Kiritimati", "2026-12-04T10:00:00Z"),
        at_venue(4, "Pacific/Kiritimati", "2026-12-04T09:59:00Z"),
        // The first minute of 6 December.
        at_venue(5, "Pacific/Pago_Pago", "2026-12-06T11:00:00Z"),
    ];
    storefront.tell(&shows.concat()).await;
    let starts_at = Some("2026-12-05T23:59:00Z".parse().unwrap());
    storefront.tell(&[offered(TicketState { starts_at, ..ticket(6, 1) })]).await;
    storefront.tell(&[offered(ticket(7, 1))]).await;
    for sort in ["", "&sort=newest", "&sort=cheapest"] {
        let on = async |days: &str| {
            let mut titles = storefront.titles(&format!("?{days}{sort}")).await;
            titles.sort();
            titles
        };
        let fifth = ["Show 1", "Show 2", "Show 3", "Ticket 6"];
        assert_eq!(on("from=2026-12-05&to=2026-12-05").await, fifth, "{sort}");
        assert_eq!(on("to=2026-12-04").await, ["Show 4"], "{sort}");
        assert_eq!(on("from=2026-12-06").await, ["Show 5"], "{sort}");
    }
}

#[tokio::test]
async fn a_page_without_entries_of_the_days_is_left_out() {
    let storefront = Storefront::open().await;
    let of = |number: u8, starts_at: &str| {
        offered(TicketState { starts_at: Some(starts_at.parse().unwrap()), ..ticket(number, 1) })
    };
    // Two full pages of earlier offers, and one of another day behind them.
    let offers: Vec<_> = (1..=48).map(|number| of(number, "2026-12-05T12:00:00Z")).collect();
    storefront.tell(&offers).await;
    storefront.tell(&[of(49, "2026-12-24T12:00:00Z")]).await;
    assert_eq!(storefront.titles("?sort=cheapest&from=2026-12-24").await, ["Ticket 49"]);
    let none = storefront.page("/?sort=cheapest&from=2027-01-01").await;
    assert!(none.contains("Nothing found") && !none.contains("rel=\"next\""), "{none}");
}
