//! Orders with totals that the payment provider does not charge are rejected, for any prices of
//! tickets.

use contract::amount_rules::AmountRules;
use contract::inventory;
use contract::ticket::TicketState;
use orders::Settings;
use testing::samples::usd;

use crate::box_office::{BoxOffice, in_currency, order, ticket};

fn priced(number: u8, minor_units: i64) -> TicketState {
    TicketState { price: usd(minor_units), ..ticket(number, 10) }
}

#[tokio::test]
async fn an_order_whose_total_no_card_can_be_charged_holds_nothing() {
    let settings = Settings { amount_rules: AmountRules::Stripe, ..Settings::default() };
    let (office, buyer, cheap) = BoxOffice::with_settings(settings, priced(1, 49)).await;
    let dear = office.offer(priced(2, 99_999_999)).await;
    let dinar = office.offer(in_currency("kwd", priced(3, 1_234))).await;
    let before = office.published(inventory::CHANGED).await.len();
    for (offered, units, limit) in [
        (&cheap, 1, "the total must be at least 0.50 usd, the least that a card can be charged"),
        (&dear, 2, "the total must be at most 999999.99 usd, the most that a card can be charged"),
        (
            &dinar,
            1,
            "the total must be a multiple of 0.010 kwd, which is what cards are charged in",
        ),
    ] {
        let refused = order(&office, &buyer, offered, units).await;
        assert_eq!(refused.text("errors/0/message"), limit);
        refused.expect_fields(&["items"]);
    }
    office.settle().await;
    assert_eq!(office.published(inventory::CHANGED).await.len(), before, "nothing is held");
    for (offered, units) in [(&cheap, 2), (&dear, 1), (&dinar, 5)] {
        order(&office, &buyer, offered, units).await.expect(201);
    }
}

#[tokio::test]
async fn the_built_in_provider_charges_every_total() {
    let office = BoxOffice::open().await;
    let cheap = office.offer(priced(1, 1)).await;
    order(&office, &office.user(), &cheap, 1).await.expect(201);
}
