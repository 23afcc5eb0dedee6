//! Numbers of shows: copies and sums of sales in any order of messages, views, tables, rights.

use std::time::Duration;

use contract::sale::{CHANGED, SaleItem, SaleState};
use contract::{Money, OrderId, TicketId, Timestamp};
use proptest::prelude::*;
use reqwest::Method;
use serde_json::json;
use testing::samples::{id, usd};
use testing::{Reply, User};
use tickets::domain::{SaleCopy, SaleSums, hour_of};

use crate::show_fixture::ShowFixture;

const HOUR: Duration = Duration::from_hours(1);
const STALLS: u8 = 11;
const BALCONY: u8 = 12;

/// The first version of an order of two units in the stalls and one in the balcony: 50.50 dollars.
fn sale(fixture: &ShowFixture, order: u8) -> SaleState {
    let item = |ticket: u8, price, quantity| SaleItem {
        ticket_id: id(ticket),
        unit_price: usd(price),
        quantity,
        returned: 0,
    };
    SaleState {
        order_id: id(order),
        version: 1,
        show_id: fixture.id,
        seller: fixture.seller.id,
        buyer: id(3),
        ordered_at: fixture.platforms.clock.now(),
        items: vec![item(STALLS, 2000, 2), item(BALCONY, 1050, 1)],
        paid: usd(0),
        refunded: usd(0),
        disputed: usd(0),
    }
}

fn earlier(before: Duration, sale: SaleState) -> SaleState {
    SaleState { ordered_at: sale.ordered_at.minus(before), ..sale }
}

fn paid(sale: &SaleState) -> SaleState {
    SaleState { version: sale.version + 1, paid: usd(5050), ..sale.clone() }
}

/// A unit in the stalls returns for its price.
fn refunded(sale: &SaleState) -> SaleState {
    let mut next = SaleState { version: sale.version + 1, refunded: usd(2000), ..sale.clone() };
    next.items[0].returned = 1;
    next
}

impl ShowFixture {
    async fn with_categories() -> Self {
        let fixture = Self::open().await;
        fixture.add_ticket(id(STALLS), "Stalls", 2000, 100).await;
        fixture.add_ticket(id(BALCONY), "+Balcony, \"left\"", 1050, 50).await;
        fixture
    }

    async fn deliver(&self, sales: impl IntoIterator<Item = SaleState>) {
        let messages: Vec<_> = sales.into_iter().map(|sale| CHANGED.of(sale)).collect();
        self.app.deliver(&messages).await;
    }

    async fn numbers(&self, user: &User, below: &str) -> Reply {
        self.app.get(Some(user), &format!("/api/shows/{}/{below}", self.id)).await
    }

    async fn table(&self, user: &User, path: &str) -> Reply {
        let request = self.app.request(Method::GET, path, Some(user));
        self.app.send(request.header("Accept", "text/csv")).await.expect(200)
    }
}

#[tokio::test]
async fn sums_follow_sales_in_any_order_and_any_number() {
    let fixture = ShowFixture::with_categories().await;
    let first = sale(&fixture, 21);
    let (second, third) = (paid(&first), refunded(&paid(&first)));
    fixture.deliver([second.clone()]).await;
    for late in [&first, &second, &third, &first, &third, &second] {
        fixture.deliver([late.clone(), late.clone()]).await;
    }
    let shown = fixture.numbers(&fixture.seller, "sales").await.expect(200);
    for (field, value) in [
        ("offered", json!(150)),
        ("held", json!(0)),
        ("orders", json!(1)),
        ("sold", json!(3)),
        ("returned", json!(1)),
        ("paid", json!(50.50)),
        ("refunded", json!(20)),
        ("disputed", json!(0)),
        ("currency", json!("usd")),
        ("categories/0/sold", json!(2)),
        ("categories/0/returned", json!(1)),
        ("categories/0/soldFor", json!(40)),
        ("categories/0/returnedFor", json!(20)),
        ("categories/1/soldFor", json!(10.50)),
    ] {
        assert_eq!(shown.at(field), value, "{field}");
    }
    assert_eq!(shown.at("hours"), json!(null));
    assert!(fixture.app.dead_letters().await.is_empty());
}

#[tokio::test]
async fn sales_are_divided_by_the_hours_of_their_orders() {
    let fixture = ShowFixture::with_categories().await;
    let second = sale(&fixture, 22);
    let first = earlier(2 * HOUR, sale(&fixture, 21));
    fixture.deliver([paid(&first), first.clone(), second.clone(), paid(&second)]).await;
    fixture.deliver([refunded(&paid(&first))]).await;
    let path = format!("/api/shows/{}/sales?by=hour&limit=1", fixture.id);
    let pages = fixture.app.pages(Some(&fixture.seller), &path).await;
    let hours: Vec<_> =
        pages.iter().map(|page| (page.at("hours/0/hour"), page.at("hours/0/refunded"))).collect();
    let hour = |sale: &SaleState| json!(hour_of(sale.ordered_at));
    assert_eq!(hours, [(hour(&second), json!(0)), (hour(&first), json!(20))]);
    for page in &pages {
        assert_eq!((page.at("hours/0/paid"), page.at("paid")), (json!(50.50), json!(101)));
    }
    fixture.numbers(&fixture.seller, "sales?by=day").await.expect_fields(&["by"]);
}

#[tokio::test]
async fn a_sale_may_arrive_before_its_ticket() {
    let fixture = ShowFixture::open().await;
    fixture.deliver([paid(&sale(&fixture, 21))]).await;
    let before = fixture.numbers(&fixture.seller, "sales").await.expect(200);
    assert_eq!((before.at("sold"), before.at("categories")), (json!(3), json!([])));
    fixture.add_ticket(id(STALLS), "Stalls", 2000, 100).await;
    let after = fixture.numbers(&fixture.seller, "sales").await.expect(200);
    assert_eq!(after.at("categories/0/sold"), json!(2));
}

#[tokio::test]
async fn a_sale_in_another_currency_or_of_another_order_becomes_a_dead_letter() {
    let fixture = ShowFixture::with_categories().await;
    let first = paid(&sale(&fixture, 21));
    fixture.deliver([first.clone()]).await;
    let yen = |money: Money| Money::new(money.minor_units, "jpy".parse().unwrap());
    let mut other = sale(&fixture, 22);
    for money in [&mut other.paid, &mut other.refunded, &mut other.disputed] {
        *money = yen(*money);
    }
    let moved = SaleState { version: 9, ordered_at: Timestamp::from_unix_ms(5), ..first.clone() };
    let huge = SaleState { version: 9, paid: usd(i64::MAX), ..first.clone() };
    fixture.deliver([other, moved]).await;
    fixture.deliver([huge.clone()]).await;
    fixture.deliver([SaleState { order_id: id(23), ..huge }]).await;
    let reasons = fixture.app.dead_letters().await.into_iter().map(|letter| letter.reason);
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [
            "amounts are in different currencies",
            "a sale has changed its show, its seller or its time",
            "amount is too large",
        ]
    );
    let shown = fixture.numbers(&fixture.seller, "sales").await.expect(200);
    assert_eq!(shown.at("orders"), json!(1));
}

#[tokio::test]
async fn the_orders_of_a_show_are_listed_by_pages() {
    let fixture = ShowFixture::with_categories().await;
    for order in 21..24 {
        let before = HOUR * u32::from(30 - order);
        fixture.deliver([earlier(before, sale(&fixture, order))]).await;
    }
    let path = format!("/api/shows/{}/orders?limit=2", fixture.id);
    let pages = fixture.app.pages(Some(&fixture.seller), &path).await;
    let orders: Vec<_> = pages.iter().flat_map(Reply::list).collect();
    let ids: Vec<_> = orders.iter().map(|order| order["orderId"].clone()).collect();
    assert_eq!(ids, [23, 22, 21].map(|order| json!(id::<OrderId>(order))));
    let first = &orders[0];
    assert_eq!(first["status"], json!("nothing_paid"));
    assert_eq!(first["buyerId"], json!(id::<OrderId>(3)));
    let stalls =
        json!({"ticketId": id::<TicketId>(STALLS), "unitPrice": 20, "quantity": 2, "returned": 0});
    assert_eq!(first["items"][0], stalls);
    let last = sale(&fixture, 24);
    for (next, status) in [
        (paid(&last), "paid"),
        (refunded(&paid(&last)), "partly_refunded"),
        (SaleState { version: 4, refunded: usd(5050), ..paid(&last) }, "refunded"),
        (SaleState { version: 5, disputed: usd(1), ..paid(&last) }, "disputed"),
    ] {
        fixture.deliver([next]).await;
        let shown = fixture.numbers(&fixture.seller, "orders?limit=1").await.expect(200);
        assert_eq!(shown.at("0/status"), json!(status));
    }
}

#[tokio::test]
async fn tables_are_csv_that_contains_no_formula() {
    let fixture = ShowFixture::with_categories().await;
    let sold = paid(&sale(&fixture, 21));
    fixture.deliver([sold.clone()]).await;
    let show = fixture.id;
    let sales = fixture.table(&fixture.seller, &format!("/api/shows/{show}/sales")).await;
    assert_eq!(sales.header("content-type"), "text/csv; charset=utf-8; header=present");
    let name = format!("attachment; filename=\"sales-{show}.csv\"");
    assert_eq!(sales.header("content-disposition"), name);
    let (stalls, balcony): (TicketId, TicketId) = (id(STALLS), id(BALCONY));
    assert_eq!(
        sales.body,
        format!(
            "ticket_id,title,price,offered,held,sold,returned,sold_for,returned_for,currency\r\n\
             {stalls},\"Stalls\",20,100,0,2,0,40,0,usd\r\n\
             {balcony},\"'+Balcony, \"\"left\"\"\",10.50,50,0,1,0,10.50,0,usd\r\n"
        )
    );
    let hours = fixture.table(&fixture.seller, &format!("/api/shows/{show}/sales?by=hour")).await;
    let hour = hour_of(sold.ordered_at);
    assert_eq!(
        hours.body,
        format!(
            "hour,orders,sold,returned,paid,refunded,disputed,currency\r\n\
             {hour},1,3,0,50.50,0,0,usd\r\n"
        )
    );
    let orders = fixture.table(&fixture.seller, &format!("/api/shows/{show}/orders")).await;
    let (order, buyer): (OrderId, OrderId) = (id(21), id(3));
    let at = sold.ordered_at;
    assert_eq!(
        orders.body,
        format!(
            "order_id,buyer_id,ordered_at,units,returned,status,paid,refunded,disputed,currency\r\n\
             {order},{buyer},{at},3,0,paid,50.50,0,0,usd\r\n"
        )
    );
    let all = fixture.table(&fixture.app.admin(), "/api/sales").await;
    let seller = fixture.seller.id;
    assert_eq!(
        all.body,
        format!(
            "show_id,title,seller_id,orders,sold,returned,paid,refunded,disputed,currency\r\n\
             {show},\"'=Concert \"\"A\"\"\",{seller},1,3,0,50.50,0,0,usd\r\n"
        )
    );
}

#[tokio::test]
async fn administrators_list_the_sales_of_all_shows() {
    let fixture = ShowFixture::with_categories().await;
    fixture.add_show(id(2)).await;
    let admin = fixture.app.admin();
    let of_other = SaleState { show_id: id(2), ..paid(&sale(&fixture, 22)) };
    fixture.deliver([paid(&sale(&fixture, 21)), of_other]).await;
    let pages = fixture.app.pages(Some(&admin), "/api/sales?limit=1").await;
    let shows: Vec<_> = pages.iter().flat_map(Reply::list).collect();
    assert_eq!(shows.len(), 2);
    assert_eq!(shows[0]["showId"], json!(id::<OrderId>(2)));
    assert_eq!(shows[1]["paid"], json!(50.50));
    fixture.app.get(Some(&fixture.seller), "/api/sales").await.expect_problem(403, "forbidden");
    fixture.app.get(None, "/api/sales").await.expect_problem(401, "not_signed_in");
}

#[tokio::test]
async fn only_the_seller_and_administrators_see_the_numbers_of_a_show() {
    let fixture = ShowFixture::with_categories().await;
    fixture.deliver([sale(&fixture, 21)]).await;
    let (other, admin) = (fixture.app.user(), fixture.app.admin());
    for below in ["sales", "sales?by=hour", "orders"] {
        fixture.numbers(&other, below).await.expect_problem(403, "forbidden");
        fixture.numbers(&admin, below).await.expect(200);
        let path = format!("/api/shows/{}/{below}", fixture.id);
        fixture.app.get(None, &path).await.expect_problem(401, "not_signed_in");
        let guessed = format!("/api/shows/{}/{below}", "0".repeat(24));
        fixture.app.get(Some(&other), &guessed).await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn stored_sums_are_those_of_the_stored_copies() {
    let fixture = ShowFixture::with_categories().await;
    let mut messages = Vec::new();
    for order in 21..29 {
        let first = earlier(HOUR / 3 * u32::from(order), sale(&fixture, order));
        messages.extend([first.clone(), paid(&first), refunded(&paid(&first))]);
    }
    // Every message twice, in an order that is unrelated to that of the versions.
    for step in [7, 11] {
        for number in 0..messages.len() {
            let at = (number * step + step) % messages.len();
            fixture.deliver([messages[at].clone()]).await;
        }
    }
    let total: SaleSums = fixture.stored(&SaleSums::id(fixture.id, None)).await.unwrap();
    let mut expected: Option<SaleSums> = None;
    for order in 21..29 {
        let copy: SaleCopy = fixture.stored(&id::<OrderId>(order).to_string()).await.unwrap();
        assert_eq!(copy.0.version, 3);
        let sums =
            expected.unwrap_or_else(|| SaleSums::none(copy.0.show_id, None, copy.0.paid.currency));
        expected = Some(sums.changed(None, &copy.0).unwrap());
    }
    assert_eq!(Some(total), expected);
}

proptest! {
    #[test]
    fn changed_sums_are_those_of_the_last_states(
        states in proptest::collection::vec((0..4_u8, 0..9_i64, 0..3_u32), 1..30),
    ) {
        let sale = |order: u8, paid: i64, returned: u32| SaleState {
            order_id: id(order),
            version: 1,
            show_id: id(1),
            seller: id(2),
            buyer: id(3),
            ordered_at: Timestamp::from_unix_ms(0),
            items: vec![SaleItem { ticket_id: id(5), unit_price: usd(7), quantity: 3, returned }],
            paid: usd(paid),
            refunded: usd(paid / 2),
            disputed: usd(paid % 2),
        };
        let mut last = std::collections::BTreeMap::new();
        let mut sums = SaleSums::none(id(1), None, usd(0).currency);
        for (order, paid, returned) in states {
            let next = sale(order, paid, returned);
            sums = sums.changed(last.get(&order), &next).unwrap();
            last.insert(order, next);
        }
        let mut expected = SaleSums::none(id(1), None, usd(0).currency);
        for state in last.values() {
            expected = expected.changed(None, state).unwrap();
        }
        prop_assert_eq!(sums, expected);
    }
}

#[test]
fn an_hour_begins_at_its_first_millisecond() {
    let hour = Timestamp::from_unix_ms(3_600_000);
    for (ms, expected) in [(3_600_000, hour), (7_199_999, hour), (7_200_000, hour.plus(HOUR))] {
        assert_eq!(hour_of(Timestamp::from_unix_ms(ms)), expected, "{ms}");
    }
    assert_eq!(hour_of(Timestamp::from_unix_ms(-1)), Timestamp::from_unix_ms(-3_600_000));
}
