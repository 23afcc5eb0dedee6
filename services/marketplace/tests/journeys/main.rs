//! Journeys through the whole marketplace.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod administrators;
mod black_box;
mod life_of_an_order;
mod manners;
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
    an_order_without_a_payment_expires_and_its_units_come_back,
    a_declined_card_leaves_the_order_open_for_another,
    what_a_seller_earned_and_what_was_topped_up_pays_the_next_order,
    what_was_refunded_goes_back_to_its_buyer_and_its_units_to_others,
    several_items_are_held_all_or_none_and_given_back_together,
    free_tickets_need_no_payment_and_others_are_paid_beside_them,
    an_edited_price_counts_for_new_orders_only,
    an_acknowledged_change_is_in_force_for_the_next_request,
    a_single_ticket_that_was_ordered_a_moment_ago_is_reserved,
    a_ticket_reduced_to_what_is_sold_can_be_edited_raised_and_withdrawn,
    a_buyer_sees_the_effect_of_an_answer_in_every_later_read,
    a_person_is_exported_and_erased_and_the_books_remain,
    a_session_that_was_ended_is_ended_in_every_service,
}
