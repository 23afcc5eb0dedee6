//! Journeys through the whole marketplace.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod administrators;
mod black_box;
mod life_of_an_order;
mod middleware;
mod test_marketplace;

use test_marketplace::TestMarketplace;
use testing::Platforms;

/// Runs each journey that needs only an address, in a marketplace of its own.
macro_rules! journeys {
    ($($name:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $name() {
            black_box::$name(&TestMarketplace::open(Platforms::in_memory()).await).await;
        }
    )+};
}

journeys! {
    a_buyer_orders_and_pays_and_others_cannot,
    an_order_without_a_payment_expires_and_returns_its_units,
    a_declined_card_leaves_the_order_open_for_another,
    earnings_and_top_ups_pay_the_next_order,
    a_refund_returns_money_to_the_buyer_and_units_to_sale,
    several_items_are_held_and_returned_together,
    free_tickets_need_no_payment_in_a_mixed_order,
    an_edited_price_applies_to_new_orders_only,
    an_acknowledged_change_is_in_force_for_the_next_request,
    a_just_ordered_single_ticket_is_reserved,
    a_ticket_reduced_to_its_sold_units_can_be_edited_raised_and_withdrawn,
    later_reads_of_a_buyer_show_every_acknowledged_effect,
    a_person_is_exported_and_erased_and_the_books_remain,
    an_ended_session_is_rejected_by_every_service,
}
