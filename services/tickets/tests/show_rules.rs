//! Rules of shows: rights, revisions, and the times of postponements.

use std::time::Duration;

use contract::Timestamp;
use contract::show::ShowStatus;
use contract::show_terms::{ShowRevisionOutcome, ShowTermsState};
use contract::{Decided, ShowId, TicketId, UserId};
use testing::samples::{id, usd};
use tickets::Show;
use tickets::domain::{
    Details, Place, Postponement, REFUND_PERIOD_MIN, Refusal, Remainder, Requested, Requester,
    SHOW_TICKETS_MAX, Terms, TimeZone, Title, Venue,
};

use crate::samples::{NOW, seller, terms};

const START: Timestamp = Timestamp::from_unix_ms(1_000_000 + 10 * 86_400_000);
const MS: Duration = Duration::from_millis(1);
const DAY: Duration = REFUND_PERIOD_MIN;

fn details() -> Details {
    let place = Place {
        name: Venue::try_from("Town hall".to_owned()).unwrap(),
        time_zone: TimeZone::try_from("Europe/Berlin".to_owned()).unwrap(),
        address: None,
    };
    Details {
        title: Title::try_from("Concert".to_owned()).unwrap(),
        description: None,
        venue: place,
        doors_at: None,
        starts_at: START,
    }
}

fn show() -> Show {
    Show::create(id::<ShowId>(7), seller(), details(), NOW).unwrap()
}

/// A show that begins next.
fn near() -> Show {
    let details = Details { starts_at: NOW.plus(MS), ..details() };
    Show::create(id::<ShowId>(7), seller(), details, NOW).unwrap()
}

fn own() -> Requester {
    Requester::User(seller())
}

/// The show after the decision on its requested revision.
fn decided(requested: Requested<Show>, outcome: ShowRevisionOutcome) -> Show {
    let Requested::Revision(show) = requested else { panic!("{requested:?}") };
    follow(&show, show.revisions, outcome)
}

fn follow(show: &Show, number: u64, outcome: ShowRevisionOutcome) -> Show {
    let terms = ShowTermsState { show_id: show.id, number, outcome };
    let Decided::Applied(followed, ()) = show.follow(&terms) else { panic!("decided already") };
    *followed
}

fn accepted(requested: Requested<Show>) -> Show {
    decided(requested, ShowRevisionOutcome::Accepted)
}

fn postpone(
    show: &Show,
    starts_at: Timestamp,
    refunds_until: Timestamp,
    now: Timestamp,
) -> Result<Requested<Show>, Refusal> {
    let new = Postponement { starts_at, doors_at: None, refunds_until, venue: None };
    show.postpone(own(), new, now)
}

fn broken(result: Result<Requested<Show>, Refusal>) -> &'static str {
    match result {
        Ok(Requested::Revision(_)) => "",
        Err(Refusal::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_show_begins_in_the_future_and_its_doors_open_before() {
    let created = |starts_at, doors_at| {
        let details = Details { starts_at, doors_at, ..details() };
        match Show::create(id::<ShowId>(7), seller(), details, NOW) {
            Ok(_) => "",
            Err(Refusal::Invalid { field, .. }) => field,
            Err(other) => panic!("{other:?}"),
        }
    };
    let next = NOW.plus(MS);
    for (starts_at, doors_at, field) in [
        (NOW.minus(MS), None, "startsAt"),
        (NOW, None, "startsAt"),
        (next, None, ""),
        (next, Some(next), ""),
        (next, Some(next.plus(MS)), "doorsAt"),
        (next, Some(NOW.minus(DAY)), ""),
    ] {
        assert_eq!(created(starts_at, doors_at), field, "{starts_at} {doors_at:?}");
    }
}

#[test]
fn an_unknown_time_zone_is_rejected_and_a_known_one_has_the_spelling_of_the_database() {
    let zone =
        |name: &str| TimeZone::try_from(name.to_owned()).map(|zone| zone.as_str().to_owned());
    assert_eq!(zone("europe/BERLIN").as_deref(), Ok("Europe/Berlin"));
    assert_eq!(zone("UTC").as_deref(), Ok("UTC"));
    for name in
        ["", "Mars/Olympus", "Europe", "+01:00", "Europe/Berlin ", "../etc/localtime", "Local"]
    {
        assert!(zone(name).is_err(), "{name}");
    }
}

#[test]
fn the_refund_period_of_a_postponement_has_bounds_on_both_sides() {
    let show = near();
    let later = START.plus(DAY);
    let day = NOW.plus(DAY);
    for (starts_at, refunds_until, field) in [
        (NOW.minus(MS), NOW.minus(MS), "startsAt"),
        (NOW, NOW, "startsAt"),
        (later, later, ""),
        (later, later.plus(MS), "refundsUntil"),
        (later, day, ""),
        (later, day.minus(MS), "refundsUntil"),
        (later, NOW, "refundsUntil"),
        // A start within a day: the period ends with it.
        (day, day, ""),
        (day.minus(MS), day.minus(MS), ""),
        (day.minus(MS), day.minus(MS).minus(MS), "refundsUntil"),
        (day.minus(MS), day, "refundsUntil"),
        (NOW.plus(MS), NOW.plus(MS), ""),
    ] {
        let result = broken(postpone(&show, starts_at, refunds_until, NOW));
        assert_eq!(result, field, "{starts_at} {refunds_until}");
    }
}

#[test]
fn a_running_refund_period_is_never_shortened() {
    let until = START;
    let postponed = accepted(postpone(&show(), START.plus(DAY), until, NOW).unwrap());
    assert_eq!(postponed.status, ShowStatus::Postponed { refunds_until: until });
    let again =
        |refunds_until, now| broken(postpone(&postponed, START.plus(DAY * 9), refunds_until, now));
    assert_eq!(again(until.minus(MS), NOW), "refundsUntil");
    assert_eq!(again(until, NOW), "");
    assert_eq!(again(until.plus(MS), NOW), "");
    // It runs until its end.
    let before_the_end = until.minus(MS);
    assert_eq!(again(before_the_end.plus(DAY), before_the_end), "", "a later end");
    assert_eq!(again(until.plus(DAY), until), "", "a new period");
}

#[test]
fn a_postponed_show_does_not_begin_earlier() {
    for show in [show(), accepted(postpone(&show(), START, START, NOW).unwrap())] {
        let earlier = START.minus(MS);
        assert_eq!(broken(postpone(&show, earlier, earlier, NOW)), "startsAt");
        let name = Venue::try_from("Arena".to_owned()).unwrap();
        let venue = Some(Place { name, ..details().venue });
        let moved = Postponement { starts_at: START, doors_at: None, refunds_until: START, venue };
        assert_eq!(broken(show.postpone(own(), moved, NOW)), "", "another venue");
        assert_eq!(broken(postpone(&show, START.plus(MS), START, NOW)), "");
    }
}

#[test]
fn only_administrators_cancel_or_postpone_a_show_that_has_begun() {
    let admin = Requester::Administrator(id::<UserId>(8));
    let (show, later) = (show(), START.plus(DAY * 2));
    let new = Postponement { starts_at: later, doors_at: None, refunds_until: later, venue: None };
    for (requester, now, is_refused) in [
        (own(), START.minus(MS), false),
        (own(), START, true),
        (own(), START.plus(MS), true),
        (admin, START, false),
    ] {
        let decided = |result: Result<Requested<Show>, Refusal>| match result {
            Ok(Requested::Revision(_)) => false,
            Err(Refusal::ShowBegun) => true,
            other => panic!("{other:?}"),
        };
        assert_eq!(decided(show.cancel(requester, now)), is_refused, "{requester:?} {now}");
        let postponed = show.postpone(requester, new.clone(), now);
        assert_eq!(decided(postponed), is_refused, "{requester:?} {now}");
    }
    // A repeat has no effect, so it is accepted.
    let Ok(Requested::Revision(pending)) = show.cancel(own(), NOW) else { panic!("no revision") };
    assert_eq!(pending.cancel(own(), START), Ok(Requested::Joined(1)));
    let cancelled = follow(&pending, 1, ShowRevisionOutcome::Accepted);
    assert_eq!(cancelled.cancel(own(), START), Ok(Requested::Unchanged));
}

#[test]
fn a_restored_show_drops_its_revision_if_orders_has_decided_another_one() {
    let Ok(Requested::Revision(pending)) = show().cancel(own(), NOW) else { panic!("no revision") };
    for outcome in [ShowRevisionOutcome::Accepted, ShowRevisionOutcome::Reserved] {
        let followed = follow(&pending, 5, outcome);
        assert_eq!((followed.status, followed.version), (ShowStatus::Scheduled, 1));
        assert_eq!((followed.revision.clone(), followed.revisions), (None, 5));
        assert_eq!(followed.outcome_of(1), Some(Err(Refusal::VersionConflict { version: 1 })));
        let Ok(Requested::Revision(next)) = followed.cancel(own(), NOW) else { panic!("none") };
        assert_eq!(next.revisions, 6);
    }
    let older = Show { outcomes: Vec::new(), revisions: 5, ..*pending };
    let revision = older.revision.map(|own| tickets::domain::ShowRevision { number: 5, ..own });
    let older = follow(&Show { revision, ..older }, 4, ShowRevisionOutcome::Accepted);
    assert_eq!(older.revision.map(|own| own.number), Some(5), "it is still pending");
}

#[test]
fn a_cancelled_show_is_to_be_refunded_until_all_orders_are_counted_and_none_is_owed() {
    let cancelled = accepted(show().cancel(own(), NOW).unwrap());
    assert!(cancelled.is_to_be_refunded(), "payments has published nothing");
    for (is_counted, owed, expected) in
        [(false, 0, true), (false, 1, true), (true, 1, true), (true, 0, false)]
    {
        let refunds = tickets::domain::Refunds { is_counted, owed, ..cancelled.refunds };
        let show = Show { refunds, ..cancelled.clone() };
        assert_eq!(show.is_to_be_refunded(), expected, "{is_counted} {owed}");
    }
    assert!(!show().is_to_be_refunded());
}

#[test]
fn a_repeated_postponement_is_accepted_when_its_times_are_past() {
    let until = START.plus(DAY);
    let postponed = accepted(postpone(&show(), until, until, NOW).unwrap());
    let repeated = postpone(&postponed, until, until, until.plus(DAY));
    assert_eq!(repeated, Ok(Requested::Unchanged));
}

#[test]
fn a_revision_waits_for_the_pending_one_and_the_same_one_joins_it() {
    let edited = Details { title: Title::try_from("Opera".to_owned()).unwrap(), ..details() };
    let Ok(Requested::Revision(pending)) = show().edit(own(), edited.clone(), None, NOW) else {
        panic!("no revision")
    };
    assert_eq!(pending.edit(own(), edited.clone(), None, NOW), Ok(Requested::Joined(1)));
    assert_eq!(pending.cancel(own(), NOW), Ok(Requested::Behind(1)));
    let image = pending.change_image(own(), Some(id(9)));
    assert_eq!(image, Ok(Requested::Behind(1)));
    let refused = follow(&pending, 1, ShowRevisionOutcome::Reserved);
    assert_eq!(
        (refused.version, &refused.details, refused.revision.clone()),
        (1, &details(), None)
    );
    assert_eq!(refused.outcome_of(1), Some(Err(Refusal::ShowReserved)));
    let edited = accepted(refused.edit(own(), edited, None, NOW).unwrap());
    assert_eq!((edited.version, edited.outcome_of(2)), (2, Some(Ok(()))));
    assert_eq!(edited.outcome_of(3), None);
    let terms =
        ShowTermsState { show_id: edited.id, number: 1, outcome: ShowRevisionOutcome::Accepted };
    assert_eq!(edited.follow(&terms), Decided::AlreadyApplied, "an older decision");
}

#[test]
fn administrators_cancel_and_postpone_and_others_change_nothing() {
    let admin = Requester::Administrator(id::<UserId>(8));
    let other = Requester::User(id::<UserId>(8));
    let show = show();
    let later = START.plus(DAY);
    let new = Postponement { starts_at: later, doors_at: None, refunds_until: later, venue: None };
    for (requester, manages) in [(own(), true), (admin, true), (other, false)] {
        let may = |result: Result<Requested<Show>, Refusal>| match result {
            Ok(Requested::Revision(_) | Requested::Unchanged) => true,
            Err(Refusal::NotTheSeller) => false,
            other => panic!("{other:?}"),
        };
        let edits = requester == own();
        assert_eq!(may(show.edit(requester, details(), None, NOW)), edits);
        assert_eq!(may(show.change_image(requester, Some(id(9)))), edits);
        assert_eq!(may(show.cancel(requester, NOW)), manages);
        assert_eq!(may(show.postpone(requester, new.clone(), NOW)), manages);
    }
}

#[test]
fn a_show_has_at_most_fifty_tickets_of_its_seller_in_one_currency() {
    let offer =
        |show: &Show, number: u8| show.offer(id::<TicketId>(number), seller(), terms(1, 5), NOW);
    let mut show = show();
    let other = show.offer(id::<TicketId>(1), id::<UserId>(8), terms(1, 5), NOW);
    assert_eq!(other.unwrap_err(), Refusal::NotTheSeller);
    for number in 0..SHOW_TICKETS_MAX {
        show = offer(&show, u8::try_from(number).unwrap()).unwrap().0;
    }
    assert_eq!(offer(&show, 200).unwrap_err(), Refusal::ShowFull);
    let yen = "jpy".parse().unwrap();
    let priced = Terms { price: contract::Money::new(5, yen), ..terms(1, 5) };
    let mut shorter = show.clone();
    shorter.tickets.pop();
    let refused = shorter.offer(id::<TicketId>(200), seller(), priced, NOW).unwrap_err();
    assert_eq!(refused, Refusal::OtherCurrency { currency: usd(1).currency });
    let timed = Terms { starts_at: Some(START), ..terms(1, 5) };
    let refused = shorter.offer(id::<TicketId>(200), seller(), timed, NOW).unwrap_err();
    assert_eq!(refused, Refusal::OfTheShow { fields: &["startsAt"] });
}

#[test]
fn an_erased_seller_leaves_no_text_but_title_and_place_of_sold_shows() {
    let described =
        Details { description: Some("Ring Ann".to_owned().try_into().unwrap()), ..details() };
    let show = Show { details: described, image: Some(id(9)), ..show() };
    let words = |show: &Show| {
        let details = &show.details;
        let title = details.title.as_str().to_owned();
        (
            title,
            details.venue.name.as_str().to_owned(),
            details.description.is_some(),
            show.image.is_some(),
        )
    };
    let erase = |show: &Show, remainder| match show.erase_seller(remainder) {
        Decided::Applied(erased, ()) => *erased,
        Decided::AlreadyApplied => panic!("erased already"),
    };
    let withdrawn = |text: &str| text.to_owned();
    let unsold = erase(&show, Remainder::Nothing);
    assert_eq!(unsold.erase_seller(Remainder::Nothing), Decided::AlreadyApplied, "once");
    let erased = follow(&unsold, 1, ShowRevisionOutcome::Accepted);
    assert_eq!(words(&erased), (withdrawn("Withdrawn"), withdrawn("Withdrawn"), false, false));
    assert_eq!(erased.revision, None);
    // Orders refuses it, because a unit was sold meanwhile.
    let refused = follow(&unsold, 1, ShowRevisionOutcome::Reserved);
    assert_eq!(refused.revision_state().map(|state| (state.number, state.moves)), Some((2, false)));
    let erased = follow(&refused, 2, ShowRevisionOutcome::Accepted);
    assert_eq!(words(&erased), (withdrawn("Concert"), withdrawn("Town hall"), false, false));
    assert_eq!(erased.revision, None);
    // A pending revision is decided first.
    let Ok(Requested::Revision(pending)) = show.cancel(own(), NOW) else { panic!("no revision") };
    let pending = erase(&pending, Remainder::TitleAndPlace);
    assert_eq!(pending.revisions, 1);
    let cancelled = follow(&pending, 1, ShowRevisionOutcome::Accepted);
    assert!(cancelled.status.is_cancelled());
    assert_eq!(cancelled.revision.as_ref().map(|revision| revision.number), Some(2));
    let erased = follow(&cancelled, 2, ShowRevisionOutcome::Accepted);
    assert!(erased.status.is_cancelled() && erased.details.description.is_none());
}
