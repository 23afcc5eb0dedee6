//! The end of a script: faults stop, all processes run, customers repeat requests until they have a
//! response. When all tasks are idle, the checker reads the stored data.

use std::time::Duration;

use invariants::{Reader, Rule, check};
use marketplace::services::in_order;
use orders::Order;

use crate::engines::ORDER_WINDOW;
use crate::operation::{Link, Request};
use crate::simulated_marketplace::SimulatedMarketplace;
use crate::tasks::at_once;

/// Maximum number of rounds of repeated requests. The first few suffice unless a request is stuck.
const ROUNDS_MAX: usize = 30;

const STEP: Duration = Duration::from_secs(1);

/// An unsettled delivery is redelivered after 30 seconds.
const REDELIVERY_MS: i32 = 31_000;

/// Time within which an export completes without faults.
const EXPORT_WAIT: Duration = Duration::from_secs(3);

/// Rounds of half a minute in which the provider's records are booked and the effects complete. A
/// letter that a crashed process has reserved is sent within five minutes.
const RECONCILING_ROUNDS: usize = 10;

/// Rounds in which payers may still complete an authentication challenge.
const CHALLENGE_ROUNDS: usize = 3;

/// Runs a script to its end, and checks the final state.
pub(super) fn end(marketplace: &mut SimulatedMarketplace) {
    marketplace.end_faults();
    marketplace.settle();
    for round in 0..ROUNDS_MAX {
        marketplace.repeat_pending();
        marketplace.settle();
        if marketplace.has_violations() {
            return;
        }
        marketplace.engines.provider.finish_processing();
        if round >= CHALLENGE_ROUNDS {
            marketplace.engines.provider.fail_challenges();
        }
        // Calls that were refused because of a ban receive a response after the ban is lifted.
        let blocked = marketplace.customers.blocked();
        lift_bans(marketplace, &blocked);
        recover(marketplace);
        let is_active = marketplace.engines.checks.lock().orders.values().any(Order::is_active);
        let is_answered = marketplace.customers.calls.iter().all(|call| call.first.is_some());
        let is_locked = !marketplace.customers.locked().is_empty();
        if is_answered && !is_active && !is_locked && is_quiet(marketplace) {
            break;
        }
        if round % 3 == 2 {
            marketplace.jump(REDELIVERY_MS);
            marketplace.settle();
        } else {
            pass_quickly(marketplace, ORDER_WINDOW);
        }
    }
    let banned = marketplace.customers.banned();
    lift_bans(marketplace, &banned);
    recover(marketplace);
    export(marketplace);
    // The checker also reads the effects of bans.
    administer(marketplace, &banned, |user| Request::Ban { user });
    reconcile(marketplace);
    let lost = marketplace.engines.checks.lock().unpublished();
    for line in lost {
        marketplace.note(Rule::OneEffect, line);
    }
    let mut journal = marketplace.customers.journal.clone();
    let incomplete = marketplace.customers.calls.iter().filter(|call| call.first.is_none());
    journal.unanswered = incomplete.map(|call| format!("{:?}", call.request)).collect();
    let evidence = at_once(reader(marketplace).evidence(Some(journal)));
    let mut evidence = evidence.expect("memory is read");
    marketplace.engines.provider.add_ledger_to(&mut evidence);
    let mails = marketplace.engines.mail_server.received();
    let now = marketplace.now();
    evidence.mails = Some(marketplace.engines.checks.lock().mails(mails, now));
    for violation in check(&evidence) {
        marketplace.note(violation.rule, violation.line);
    }
}

/// Lifts the bans of accounts and signs them in.
fn lift_bans(marketplace: &mut SimulatedMarketplace, accounts: &[u8]) {
    administer(marketplace, accounts, |user| Request::Unban { user });
    administer(marketplace, accounts, |user| Request::SignIn { user });
}

/// Sets the passwords of accounts without one, by the last link or by another one, and signs the
/// accounts in whose sessions a link has ended.
fn recover(marketplace: &mut SimulatedMarketplace) {
    let locked = marketplace.customers.locked();
    administer(marketplace, &locked, |user| Request::ResetPassword { user });
    let reset = marketplace.customers.reset();
    administer(marketplace, &reset, |user| Request::SignIn { user });
    let locked = marketplace.customers.locked();
    administer(marketplace, &locked, |user| Request::ForgetPassword { user });
}

fn administer(marketplace: &mut SimulatedMarketplace, accounts: &[u8], request: fn(u8) -> Request) {
    for user in accounts {
        marketplace.request(request(*user), Link::Reliable);
    }
    marketplace.settle();
}

/// Exports the data of every account that is not erased; other replicas make the parts in rounds.
fn export(marketplace: &mut SimulatedMarketplace) {
    // The result of a late export remains available for a minute.
    for _ in 0..2 {
        marketplace.jump(REDELIVERY_MS);
        marketplace.settle();
    }
    // The last sign-in of an account may have been refused; the longest wait for guesses, a minute,
    // has passed.
    marketplace.repeat_pending();
    marketplace.settle();
    let now = marketplace.now();
    for call in marketplace.customers.exports(now) {
        marketplace.send(call, Link::Reliable);
    }
    pass_quickly(marketplace, EXPORT_WAIT);
}

/// Restarts every process; the comparison after a start books changes without an event.
fn reconcile(marketplace: &mut SimulatedMarketplace) {
    for process in 0..marketplace.processes.len() {
        marketplace.crash(process);
        marketplace.start(process);
    }
    for _ in 0..RECONCILING_ROUNDS {
        marketplace.engines.provider.finish_processing();
        marketplace.jump(REDELIVERY_MS);
        marketplace.settle();
    }
}

/// Whether no event of the provider, outbox entry, message, payment or refund is pending.
fn is_quiet(marketplace: &SimulatedMarketplace) -> bool {
    let provider = &marketplace.engines.provider;
    let deliveries = provider.with(|provider, _| provider.webhooks.outstanding());
    let is_quiet = || at_once(reader(marketplace).is_quiet());
    deliveries == 0 && is_quiet().expect("memory is read")
}

/// A new reader for each use: a reader caches documents, as the stores of one process do, and would
/// miss the writes of other processes.
fn reader(marketplace: &SimulatedMarketplace) -> Reader {
    let engine = |name: &str| marketplace.engines.engine(name);
    let reader = Reader::open(in_order(), engine, marketplace.engines.bus.clone());
    at_once(reader).expect("memory opens")
}

/// Time passes in large steps; timers fire up to one step late.
fn pass_quickly(marketplace: &mut SimulatedMarketplace, duration: Duration) {
    let end = marketplace.now().plus(duration);
    while marketplace.now() < end && !marketplace.has_violations() {
        marketplace.jump(i32::try_from(STEP.as_millis()).unwrap_or(i32::MAX));
        marketplace.settle();
    }
}
