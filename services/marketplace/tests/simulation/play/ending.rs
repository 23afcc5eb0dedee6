//! The end of a script: faults stop, all processes run, customers repeat requests until they have a
//! response. When all tasks are idle, the checker reads the stored data.

use std::time::Duration;

use testing::checker::{Rule, check};

use crate::at_once::at_once;
use crate::engines::ORDER_WINDOW;
use crate::operation::{Operation, Way};
use crate::reading::Reader;
use crate::town::Town;

/// Maximum number of rounds of repeated requests. The first few suffice unless a request is stuck.
const ROUNDS_MAX: usize = 30;

/// Step of time towards the end.
const STEP: Duration = Duration::from_secs(1);

/// An unsettled delivery is redelivered after 30 seconds.
const REDELIVERY_MS: i32 = 31_000;

/// Time within which an export completes without faults.
const EXPORT_WAIT: Duration = Duration::from_secs(3);

/// Rounds of half a minute in which the provider's records are booked and the effects complete.
const RECONCILING_ROUNDS: usize = 8;

/// Rounds in which payers may still complete an authentication challenge.
const PROVING_ROUNDS: usize = 3;

/// Runs a script to its end, and checks the final state.
pub(super) fn end(town: &mut Town) {
    town.mend();
    town.settle();
    for round in 0..ROUNDS_MAX {
        for call in town.customers.unanswered() {
            town.send(call, Way::Sound);
        }
        town.settle();
        if town.is_broken() {
            return;
        }
        town.engines.provider.finish_processing();
        if round >= PROVING_ROUNDS {
            town.engines.provider.fail_challenges();
        }
        // Calls that were refused because of a ban receive a response after the ban is lifted.
        let kept_out = town.customers.kept_out();
        readmit(town, &kept_out);
        let is_active = town.engines.watch.lock().active_orders() > 0;
        if town.customers.are_content() && !is_active && is_quiet(town) {
            break;
        }
        if round % 3 == 2 {
            town.jump(REDELIVERY_MS);
            town.settle();
        } else {
            pass_quickly(town, ORDER_WINDOW);
        }
    }
    let banned = town.customers.banned();
    readmit(town, &banned);
    export(town);
    // The checker also reads the effects of bans.
    administer(town, &banned, |user, way| Operation::Ban { user, way });
    reconcile(town);
    let lost = town.engines.watch.lock().unpublished();
    for line in lost {
        town.note(Rule::OneEffect, line);
    }
    let mut journal = town.customers.journal.clone();
    journal.unanswered = town.customers.complaints();
    let mut evidence = at_once(reader(town).evidence(Some(journal))).expect("memory is read");
    evidence.intents = town.engines.provider.facts();
    evidence.given_back = town.engines.provider.given_back();
    evidence.withdrawn = town.engines.provider.withdrawn();
    for violation in check(&evidence) {
        town.note(violation.rule, violation.line);
    }
}

/// Lifts the bans of accounts and signs them in.
fn readmit(town: &mut Town, accounts: &[u8]) {
    administer(town, accounts, |user, way| Operation::Unban { user, way });
    administer(town, accounts, |user, way| Operation::SignIn { user, way });
}

/// Performs one operation on each of these accounts.
fn administer(town: &mut Town, accounts: &[u8], operation: fn(u8, Way) -> Operation) {
    for user in accounts {
        let now = town.now();
        if let Some(call) = town.customers.make(operation(*user, Way::Sound), now) {
            town.send(call, Way::Sound);
        }
    }
    town.settle();
}

/// Exports the stored data of every account that is not erased. Other replicas make the parts,
/// which takes one or two rounds.
fn export(town: &mut Town) {
    // The result of a late export remains available for a minute.
    for _ in 0..2 {
        town.jump(REDELIVERY_MS);
        town.settle();
    }
    for call in town.customers.exports() {
        town.send(call, Way::Sound);
    }
    pass_quickly(town, EXPORT_WAIT);
}

/// Restarts every process. The comparison with the provider that follows a start books changes
/// without an event.
fn reconcile(town: &mut Town) {
    for process in 0..town.process_count() {
        town.crash(process);
        town.start(process);
    }
    for _ in 0..RECONCILING_ROUNDS {
        town.engines.provider.finish_processing();
        town.jump(REDELIVERY_MS);
        town.settle();
    }
}

/// Whether no event of the provider, outbox entry, message, payment or refund is pending.
fn is_quiet(town: &Town) -> bool {
    let has_deliveries = town.engines.provider.has_deliveries();
    !has_deliveries && at_once(reader(town).is_quiet()).expect("memory is read")
}

/// A new reader for each use: a reader caches documents, as the stores of one process do, and would
/// miss the writes of other processes.
fn reader(town: &Town) -> Reader {
    let reader = Reader::open(|name| town.engines.engine(name), town.engines.bus.clone());
    at_once(reader).expect("memory opens")
}

/// Time passes in large steps; timers fire up to one step late.
fn pass_quickly(town: &mut Town, duration: Duration) {
    let end = town.now().plus(duration);
    while town.now() < end && !town.is_broken() {
        town.jump(i32::try_from(STEP.as_millis()).unwrap_or(i32::MAX));
        town.settle();
    }
}
