//! Free units among the holds of a buyer.

use super::*;

#[test]
fn free_units_count_for_their_ticket_until_it_begins_and_not_in_all() {
    let limits = hold_limits(5, 6, 0);
    let begins = NOW.plus(Duration::from_hours(24 * 90));
    for (starts_at, ends) in [
        (Some(begins), begins),
        (None, NOW.plus(FREE_UNITS_COUNTED)),
        // Late sales.
        (Some(NOW), NOW.plus(FREE_UNITS_COUNTED)),
    ] {
        let first = free(1, &[(1, 4)], starts_at);
        assert_eq!(first.state.status, OrderStatus::Complete { payment_id: None });
        let listed = Holdings::none(buyer()).with(&first, Duration::ZERO, NOW, limits).unwrap();
        assert_eq!(listed.orders(), BTreeSet::new(), "its order need not be read again");
        let last = ends.minus(Duration::from_millis(1));
        for (now, most) in [(NOW, 1), (last, 1), (ends, 5)] {
            for reviewed in [listed.clone().at(now), listed.clone().reviewed(&[], now, limits)] {
                for is_free in [true, false] {
                    let next = |units| {
                        if is_free {
                            free(2, &[(1, units)], None)
                        } else {
                            placed_at(now, order(2, &[(1, units)]))
                        }
                    };
                    let with = |units| reviewed.with(&next(units), Duration::ZERO, now, limits);
                    let is_exact = with(most).is_ok() && with(most + 1).is_err();
                    assert!(is_exact, "{most} of {reviewed:?}");
                }
            }
        }
        // Other tickets are not affected.
        let other = |units| order(3, &[(2, units), (3, 1)]);
        assert!(listed.with(&other(5), Duration::ZERO, NOW, limits).is_ok());
        let others = free(3, &[(2, 5), (3, 5)], None);
        assert!(listed.with(&others, Duration::ZERO, NOW, limits).is_ok());
    }
}

#[test]
fn free_units_count_in_every_order() {
    let mixed = |number| {
        let mut items = order(number, &[(1, 4), (2, 1)]).state.items;
        items.iter_mut().take(1).for_each(|item| item.unit_price.minor_units = 0);
        let placed = PlacedOrder { id: id(number), buyer: buyer(), window: WINDOW };
        Order::place(placed, items, None, NOW).unwrap()
    };
    let first = mixed(1);
    let limits = hold_limits(5, 6, 0);
    let listed = Holdings::none(buyer()).with(&first, Duration::ZERO, NOW, limits).unwrap();
    assert_eq!(listed.orders(), BTreeSet::from([id(1)]));
    let most = |holdings: &Holdings, now, ticket| {
        let is_allowed = |units: &u32| {
            let next = placed_at(now, order(9, &[(ticket, *units)]));
            holdings.with(&next, Duration::ZERO, now, limits).is_ok()
        };
        (0..=6).rev().find(is_allowed).unwrap()
    };
    let after = until().plus(WINDOW);
    let review = |order: Order, now| listed.clone().reviewed(&[order], now, limits);
    // While it is unpaid, all its units are held.
    assert_eq!([1, 2, 3].map(|ticket| most(&review(first.clone(), NOW), NOW, ticket)), [1, 1, 1]);
    for (reviewed, now) in
        [(review(paid(&first), NOW), NOW), (review(paid(&first), after).at(after), after)]
    {
        assert_eq!([1, 2, 3].map(|ticket| most(&reviewed, now, ticket)), [1, 5, 5]);
        assert_eq!(reviewed.orders(), BTreeSet::new(), "its order need not be read again");
        assert_eq!(reviewed.clone().reviewed(&[], now, limits), reviewed);
        let ends = NOW.plus(FREE_UNITS_COUNTED);
        assert_eq!(most(&reviewed, ends, 1), 5);
        assert_eq!(reviewed.at(ends), Holdings::none(buyer()));
    }
    // Without a review of its order, which may have been paid.
    assert_eq!([1, 2].map(|ticket| most(&listed.clone().at(after), after, ticket)), [1, 2]);
    assert_eq!(review(cancelled(&first, NOW), NOW), Holdings::none(buyer()));
}

#[test]
fn unpaid_ends_do_not_keep_a_buyer_from_free_tickets() {
    let limits = hold_limits(0, 1, 1);
    let held = order(1, &[(1, 5)]);
    let holdings = holding(&[held.clone(), order(2, &[(2, 1)])]);
    let reviewed = holdings.reviewed(&[held, cancelled(&order(2, &[(2, 1)]), NOW)], NOW, limits);
    reviewed.with(&order(3, &[(3, 1)]), Duration::ZERO, NOW, limits).unwrap_err();
    reviewed.with(&free(3, &[(3, 9)], None), Duration::ZERO, NOW, limits).unwrap();
}

proptest! {
    /// An order accepted by the whole list is accepted by its active orders alone, and every
    /// accepted order fits the limits.
    #[test]
    fn holds_never_exceed_the_limit_and_are_never_refused_below_it(
        placed in proptest::collection::vec((1..4_u8, 1..5_u32, any::<bool>()), 0..12),
        (ticket, units) in (1..4_u8, 1..6_u32),
        (most, total) in (1..12_u32, 1..20_u32),
    ) {
        let numbered = || (0_u8..).zip(&placed);
        let orders: Vec<Order> =
            numbered().map(|(number, (ticket, units, _))| order(number, &[(*ticket, *units)])).collect();
        let found: Vec<Order> = orders
            .iter()
            .zip(&placed)
            .map(|(order, (_, _, is_active))| if *is_active { order.clone() } else { cancelled(order, NOW) })
            .collect();
        let active = || placed.iter().filter(|(_, _, is_active)| *is_active);
        let of_ticket: u32 = active().filter(|(of, ..)| *of == ticket).map(|(_, units, _)| units).sum();
        let in_all: u32 = active().map(|(_, units, _)| units).sum();
        let limits = hold_limits(most, total, 0);
        let (listed, next) = (holding(&orders), order(100, &[(ticket, units)]));
        let exact = listed.clone().reviewed(&found, NOW, limits).with(&next, Duration::ZERO, NOW, limits);
        prop_assert_eq!(exact.is_ok(), of_ticket + units <= most && in_all + units <= total);
        prop_assert!(listed.with(&next, Duration::ZERO, NOW, limits).is_err() || exact.is_ok());
    }
}
