//! Held units by class of their buyers' accounts.

use std::num::NonZeroU32;
use std::time::Duration;

use orders::RecentlyOrdered;
use orders::domain::HoldLimits;
use orders::loops::held;
use orders::{Ports, Settings};
use service::CopyArrivals;
use web::Throttle;

use crate::box_office::{BoxOffice, cancel, order, ticket};

fn ports(office: &BoxOffice, settings: Settings) -> Ports {
    let clock = office.platforms.clock.clone();
    Ports {
        store: office.store(orders::NAME).clone(),
        throttle: Throttle::new("orders", None, &clock),
        clock,
        ids: office.platforms.ids.clone(),
        settings,
        tickets: CopyArrivals::default(),
        payments: CopyArrivals::default(),
        recently_ordered: RecentlyOrdered::default(),
    }
}

#[tokio::test]
async fn held_units_are_shown_by_age_and_unpaid_ends_of_their_buyers_accounts() {
    let defaults = Settings::default();
    let hold_limits = HoldLimits { unpaid_ends: NonZeroU32::new(2), ..defaults.hold_limits };
    let settings = Settings { hold_limits, ..defaults };
    let office = BoxOffice::open_with(settings).await;
    let ports = ports(&office, settings);
    let offered = office.offer(ticket(1, 50)).await;
    assert_eq!(held(&ports).await.unwrap(), [("fresh", 0), ("unpaid", 0), ("known", 0)]);
    let (known, hoarder, day_old) = (office.user(), office.user(), office.user());
    office.clock().advance(Duration::from_hours(24) - Duration::from_secs(90));
    let sessions_are_new = |user: &testing::User| office.platforms.signed_in(user.id);
    let (known, hoarder) = (sessions_are_new(&known), sessions_are_new(&hoarder));
    let first = order(&office, &hoarder, &offered, 3).await.expect(201).text("id");
    cancel(&office, &hoarder, &first).await;
    order(&office, &hoarder, &offered, 5).await.expect(201);
    let day_old = sessions_are_new(&day_old);
    order(&office, &day_old, &offered, 1).await.expect(201);
    assert_eq!(held(&ports).await.unwrap(), [("fresh", 6), ("unpaid", 0), ("known", 0)]);
    office.clock().advance(Duration::from_secs(90));
    order(&office, &known, &offered, 4).await.expect(201);
    order(&office, &office.user(), &offered, 2).await.expect(201);
    // The orders of the previous day are overdue, and active until the sweep.
    assert_eq!(held(&ports).await.unwrap(), [("fresh", 2), ("unpaid", 5), ("known", 5)]);
    office.settle().await;
    assert_eq!(held(&ports).await.unwrap(), [("fresh", 2), ("unpaid", 0), ("known", 4)]);
}
