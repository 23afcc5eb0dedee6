//! Valid evidence passes, and each defect added to it violates its rule.

mod books;
mod others;
mod refunds;
mod sound;

use std::time::Duration;

use bus::DeadLetter;
use contract::order::{CancelReason, OrderStatus};
use contract::payment::PaymentStatus;
use contract::session::{RevocationState, Revoked};

use super::copies::DEADLINE_KEPT;
use super::ends::LATENESS_MAX;
use super::evidence::{Evidence, NetworkCount};
use super::{Rule, check};
use crate::load::End;
use crate::platforms::START;

use sound::{
    EXPIRED, GIVEN_UP, PAID, deadline, finds, intent, journal, journaled, order, order_id, payment,
    session_id, signed_out, sound, tomorrow, usd, user,
};

#[test]
fn valid_evidence_passes() {
    assert_eq!(check(&sound()), []);
}

#[test]
fn a_count_of_units_that_differs_from_the_orders_is_found() {
    finds(Rule::NoOversell, |evidence| evidence.inventories[0].state.sold = 3);
    finds(Rule::NoOversell, |evidence| evidence.inventories[0].state.held = 1);
    finds(Rule::NoOversell, |evidence| evidence.inventories.clear());
}

#[test]
fn a_hold_that_differs_from_its_order_or_is_not_listed_is_found() {
    finds(Rule::HoldLimit, |evidence| evidence.holds[0].units = 1);
    finds(Rule::HoldLimit, |evidence| evidence.holds[0].buyer = user(2));
    finds(Rule::HoldLimit, |evidence| evidence.holds[0].order_id = order_id(9));
    finds(Rule::HoldLimit, |evidence| {
        let mut active = order(9, OrderStatus::Created);
        active.expires_at = tomorrow();
        evidence.orders.push(active);
    });
}

#[test]
fn an_ended_hold_may_be_listed_and_a_list_is_optional() {
    let mut ended = sound();
    ended.holds.truncate(1);
    assert_eq!(check(&ended), []);
    let (mut unlimited, mut active) = (sound(), order(9, OrderStatus::Created));
    active.expires_at = tomorrow();
    unlimited.orders.push(active);
    unlimited.holds.clear();
    assert!(check(&unlimited).iter().all(|violation| violation.rule != Rule::HoldLimit));
}

/// Adds an active order that counts for a network.
fn counted(evidence: &mut Evidence) {
    let active = order(9, OrderStatus::Created);
    let (item, network) = (&active.items[0], "203.0.113.0/24".to_owned());
    let (ticket_id, units) = (item.ticket_id, item.quantity);
    evidence.holds.push(sound::hold(&active));
    evidence.networks.push((active.id, network.clone()));
    evidence.network_counts.push(NetworkCount { ticket_id, network, units });
    evidence.orders.push(active);
}

#[test]
fn a_network_count_that_differs_from_the_active_orders_is_found() {
    let mut well = sound();
    counted(&mut well);
    assert!(check(&well).iter().all(|violation| violation.rule != Rule::HoldLimit));
    let broken: [fn(&mut Evidence); 5] = [
        |evidence| evidence.network_counts[0].units += 1,
        |evidence| evidence.network_counts.clear(),
        |evidence| evidence.networks.clear(),
        |evidence| evidence.networks[0].1 = "203.0.112.0/24".to_owned(),
        |evidence| {
            let ended = evidence.orders.last_mut().unwrap();
            ended.status = OrderStatus::Cancelled { reason: CancelReason::Buyer };
        },
    ];
    for damage in broken {
        finds(Rule::HoldLimit, |evidence| {
            counted(evidence);
            damage(evidence);
        });
    }
}

#[test]
fn an_oversell_is_found_although_all_sums_agree() {
    finds(Rule::NoOversell, |evidence| {
        evidence.orders[0].items[0].quantity = 9;
        evidence.inventories[0].state.sold = 11;
    });
}

#[test]
fn an_acknowledged_order_that_is_lost_unfinished_or_different_is_found() {
    finds(Rule::OneEnd, |evidence| evidence.orders.truncate(2));
    finds(Rule::OneEnd, |evidence| evidence.orders[2].status = OrderStatus::Created);
    finds(Rule::OneEnd, |evidence| journaled(evidence, PAID).reported_ends.push(End::Expired));
    finds(Rule::OneEnd, |evidence| journal(evidence).unanswered.push("POST".to_owned()));
}

#[test]
fn an_order_without_a_request_is_found() {
    finds(Rule::OneEffect, |evidence| drop(journal(evidence).orders.remove(&order_id(EXPIRED))));
    finds(Rule::OneEffect, |evidence| evidence.orders.push(evidence.orders[0].clone()));
    finds(Rule::OneEffect, |evidence| journal(evidence).unexpected.push("418".to_owned()));
    finds(Rule::OneEffect, |evidence| journal(evidence).unequal_repeats.push("200".to_owned()));
    finds(Rule::OneEffect, |evidence| evidence.tickets.clear());
}

#[test]
fn an_order_of_another_buyer_is_found() {
    finds(Rule::Privacy, |evidence| journaled(evidence, PAID).buyer = user(2));
    finds(Rule::Privacy, |evidence| journal(evidence).foreign_reads.push("shown".to_owned()));
}

#[test]
fn an_order_on_old_terms_is_found() {
    finds(Rule::InForce, |evidence| journal(evidence).old_terms.push("20 cents".to_owned()));
}

#[test]
fn a_copy_with_other_terms_and_an_undecided_revision_are_found() {
    finds(Rule::CopiesConverge, |evidence| evidence.inventories[0].late_sales = true);
    finds(Rule::CopiesConverge, |evidence| evidence.inventories[0].starts_at = Some(tomorrow()));
    finds(Rule::CopiesConverge, |evidence| evidence.tickets[0].state.venue = Some("Hall".into()));
    finds(Rule::NothingStuck, |evidence| evidence.tickets[0].undecided = Some(3));
}

#[test]
fn a_capture_for_an_incomplete_order_is_found() {
    finds(Rule::NothingForNothing, |evidence| {
        evidence.payments[1] = payment(GIVEN_UP, GIVEN_UP, PaymentStatus::Captured);
        evidence.intents[1] = intent(GIVEN_UP, (1, 0));
    });
}

#[test]
fn a_missing_or_second_capture_for_a_complete_order_is_found() {
    finds(Rule::Money, |evidence| evidence.intents[0] = intent(PAID, (0, 1)));
    finds(Rule::Money, |evidence| evidence.intents[0] = intent(PAID, (2, 0)));
    finds(Rule::Money, |evidence| evidence.intents[0].amount = usd(999));
    finds(Rule::Money, |evidence| {
        evidence.payments.push(payment(7, PAID, PaymentStatus::Captured));
        evidence.intents.push(intent(7, (1, 0)));
    });
}

#[test]
fn only_a_free_order_is_complete_without_a_payment() {
    let free = |evidence: &mut Evidence, total| {
        let mut free = order(9, OrderStatus::Complete { payment_id: None });
        free.total = usd(total);
        evidence.orders.push(free);
    };
    let money = |evidence: &Evidence| {
        check(evidence).iter().filter(|violation| violation.rule == Rule::Money).count()
    };
    let mut well = sound();
    free(&mut well, 0);
    assert_eq!(money(&well), 0);
    finds(Rule::Money, |evidence| free(evidence, 1));
    finds(Rule::Money, |evidence| evidence.orders[0].total = usd(0));
}

#[test]
fn an_authorisation_that_remains_held_is_found() {
    finds(Rule::NothingForNothing, |evidence| evidence.intents[1].voided = 0);
    finds(Rule::NothingForNothing, |evidence| {
        evidence.payments[1].state.status = PaymentStatus::Started;
    });
    finds(Rule::NothingStuck, |evidence| evidence.payments[1].has_task = true);
}

#[test]
fn a_charge_with_an_unknown_key_is_found() {
    finds(Rule::OneEffect, |evidence| evidence.intents.push(intent(8, (0, 1))));
}

#[test]
fn a_different_missing_or_extra_copy_is_found() {
    finds(Rule::CopiesConverge, |evidence| evidence.order_copies[0].version += 1);
    finds(Rule::CopiesConverge, |evidence| evidence.order_copies[1].total = usd(1));
    finds(Rule::CopiesConverge, |evidence| evidence.order_copies.truncate(2));
    finds(Rule::CopiesConverge, |evidence| {
        evidence.order_copies.push(order(9, OrderStatus::Created));
    });
    finds(Rule::CopiesConverge, |evidence| evidence.deadlines[0].version -= 1);
    finds(Rule::CopiesConverge, |evidence| evidence.deadlines.truncate(2));
    finds(Rule::CopiesConverge, |evidence| evidence.tickets[0].stock_version -= 1);
    finds(Rule::CopiesConverge, |evidence| evidence.tickets[0].is_suspended = true);
    finds(Rule::CopiesConverge, |evidence| {
        evidence.accounts[0].id = evidence.inventories[0].seller;
        evidence.accounts[0].is_banned = true;
    });
    finds(Rule::CopiesConverge, |evidence| evidence.tickets[0].sold -= 1);
    finds(Rule::CopiesConverge, |evidence| evidence.tickets[0].state.version += 1);
    finds(Rule::CopiesConverge, |evidence| evidence.inventories[0].price = usd(1));
}

#[test]
fn a_different_missing_or_extra_copy_of_a_revocation_is_found() {
    finds(Rule::CopiesConverge, |evidence| {
        evidence.revocations[2].1.retain(|kept| *kept != signed_out());
    });
    finds(Rule::CopiesConverge, |evidence| evidence.revocations[1].1.truncate(1));
    finds(Rule::CopiesConverge, |evidence| evidence.revocations[0].1.clear());
    finds(Rule::CopiesConverge, |evidence| evidence.revocations[1].1[0].forget_after = deadline());
    finds(Rule::CopiesConverge, |evidence| {
        let older = Revoked::Account { user_id: user(1), epoch: 1 };
        evidence.revocations[1].1[1].revoked = older;
    });
    finds(Rule::CopiesConverge, |evidence| {
        let revoked = Revoked::Session { session_id: session_id(2) };
        evidence.revocations[2].1.push(RevocationState { revoked, ..signed_out() });
    });
}

#[test]
fn a_revocation_without_a_reason_and_a_missing_revocation_are_found() {
    finds(Rule::CopiesConverge, |evidence| evidence.sessions[0].is_signed_out = false);
    finds(Rule::CopiesConverge, |evidence| evidence.sessions[1].is_signed_out = true);
    finds(Rule::CopiesConverge, |evidence| evidence.accounts[0].epoch = 3);
    let mut forgotten = sound();
    forgotten.read_at = tomorrow();
    forgotten.revocations[1].1.clear();
    assert_eq!(check(&forgotten), [], "no valid token can match it");
}

#[test]
fn the_deadline_of_an_ended_order_may_be_deleted_after_a_day() {
    let forgotten = |read_at, status| {
        let mut evidence = sound();
        evidence.journal = None;
        evidence.read_at = read_at;
        evidence.deadlines.remove(1);
        evidence.orders[1].status = status;
        evidence.order_copies[1].status = status;
        check(&evidence).into_iter().any(|found| found.rule == Rule::CopiesConverge)
    };
    let ended = OrderStatus::Cancelled { reason: CancelReason::Buyer };
    let kept_until = START.plus(DEADLINE_KEPT);
    assert!(forgotten(kept_until.minus(Duration::from_millis(1)), ended));
    assert!(!forgotten(kept_until, ended));
    assert!(forgotten(kept_until, OrderStatus::Created));
}

#[test]
fn without_a_journal_an_order_may_be_active_only_until_its_deadline() {
    let active = |read_at| {
        let mut evidence = sound();
        evidence.journal = None;
        assert_eq!(check(&evidence), [], "evidence without a journal is valid");
        evidence.orders[2].status = OrderStatus::Created;
        evidence.order_copies[2].status = OrderStatus::Created;
        evidence.inventories[0].state.held = 2;
        evidence.tickets[0].held = 2;
        check(&Evidence { read_at, ..evidence })
    };
    assert_eq!(active(deadline().plus(LATENESS_MAX)), []);
    let late = active(deadline().plus(LATENESS_MAX + Duration::from_millis(1)));
    assert_eq!(late.iter().map(|found| found.rule).collect::<Vec<_>>(), [Rule::OneEnd]);
}

#[test]
fn unfinished_work_is_found() {
    finds(Rule::NothingStuck, |evidence| evidence.outboxes[0].1 = 1);
    finds(Rule::NothingStuck, |evidence| evidence.lag[0].unsettled = 1);
    finds(Rule::NothingStuck, |evidence| evidence.deadlines[0].is_pending = true);
    finds(Rule::NothingStuck, |evidence| {
        evidence.dead_letters.push(DeadLetter {
            id: 1,
            service: "orders".to_owned(),
            subject: "dead.orders.on_ticket_changed.ticket.created".to_owned(),
            origin: "market.ticket.created".to_owned(),
            reason: "data cannot be read".to_owned(),
            body: "{}".to_owned(),
            at: START,
        });
    });
}

#[test]
fn an_early_or_late_expiry_is_found() {
    let after = |ms| deadline().plus(Duration::from_millis(ms));
    let before = deadline().minus(Duration::from_millis(1));
    finds(Rule::Punctuality, |evidence| {
        journaled(evidence, EXPIRED).seen_expired = Some((before, deadline()));
    });
    finds(Rule::Punctuality, |evidence| {
        journaled(evidence, EXPIRED).seen_active = Some((after(1_001), deadline()));
    });
    let mut in_time = sound();
    journaled(&mut in_time, EXPIRED).seen_active = Some((after(1_000), deadline()));
    journaled(&mut in_time, EXPIRED).seen_expired = Some((deadline(), deadline()));
    assert_eq!(check(&in_time), [], "both sides of the boundary");
    let mut disturbed = sound();
    journaled(&mut disturbed, EXPIRED).seen_active = Some((after(5_000), deadline()));
    disturbed.disturbed.push((deadline(), after(10)));
    assert_eq!(check(&disturbed), [], "an order may end late during a fault");
}

#[test]
fn remaining_data_of_an_erased_person_is_found() {
    finds(Rule::Erasure, |evidence| evidence.erased[0].missing.push("orders".to_owned()));
    finds(Rule::Erasure, |evidence| evidence.erased[0].left.push("a session".to_owned()));
    finds(Rule::Erasure, |evidence| evidence.erased[0].user = user(1));
    finds(Rule::Erasure, |evidence| evidence.addresses.push(user(7)));
}
