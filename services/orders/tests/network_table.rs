//! Counts of unpaid holds of networks: both sides of the ceiling.

use std::num::NonZeroU32;

use contract::TicketId;
use orders::NetworkHolds;
use orders::domain::{Network, NetworkShare, Refusal};
use proptest::prelude::*;
use testing::samples::id;

fn ticket() -> TicketId {
    id(1)
}

fn none() -> NetworkHolds {
    NetworkHolds::none(ticket(), Network::from("203.0.113.0/24".to_owned()))
}

fn share(percent: u32, per_buyer: u32) -> NetworkShare {
    let percent = NonZeroU32::new(percent).unwrap();
    NetworkShare { percent, per_buyer: NonZeroU32::new(per_buyer) }
}

#[test]
fn a_ceiling_is_a_share_of_the_capacity_and_never_less_than_one_buyer_may_hold() {
    for (percent, per_buyer, capacity, ceiling) in [
        (5, 8, 10_000, 500),
        (5, 8, 10_019, 500),
        (5, 8, 180, 9),
        (5, 8, 179, 8),
        (5, 8, 1, 8),
        (5, 0, 1, 8),
        (5, 0, 1_000, 50),
        (5, 100, 1_000, 100),
        (100, 8, u32::MAX, u32::MAX),
        (1, 1, 99, 1),
    ] {
        let found = share(percent, per_buyer).ceiling(capacity);
        assert_eq!(found, ceiling, "{percent} % of {capacity}, {per_buyer} a buyer");
    }
}

#[test]
fn exactly_the_ceiling_can_be_held() {
    let held = none().hold(7, 10).unwrap();
    assert_eq!(held.clone().hold(3, 10).unwrap().held, 10);
    assert_eq!(held.clone().hold(4, 10), Err(Refusal::NetworkLimit(ticket())));
    assert_eq!(held.hold(u32::MAX, u32::MAX - 1), Err(Refusal::NetworkLimit(ticket())));
}

#[test]
fn a_count_of_zero_is_not_stored() {
    let held = none().hold(3, 10).unwrap();
    assert_eq!(held.clone().release(2).unwrap().held, 1);
    assert_eq!(held.release(3), None);
}

proptest! {
    /// A count is the sum of its holds, in any order of holds and releases.
    #[test]
    fn a_count_is_the_sum_of_its_holds(holds in proptest::collection::vec(1..9_u32, 1..20)) {
        let held = holds.iter().try_fold(none(), |count, units| count.hold(*units, u32::MAX)).unwrap();
        prop_assert_eq!(held.held, holds.iter().sum::<u32>());
        let left = holds.iter().try_fold(held, |count, units| count.release(*units));
        prop_assert_eq!(left, None);
    }
}
