//! Plays a script: applies each operation in order, with all checks, and then ends it.

mod ending;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::operation::{Link, Operation, RefundTarget, Request, Script};
use crate::panics;
use crate::simulated_marketplace::SimulatedMarketplace;
use crate::summary::{Summary, TOTALS, variant};
use crate::trace::Trace;

/// Plays a script to its end, or to the first violation; returns the violated rules and the counts.
pub(crate) fn play(script: &Script, trace: &Trace) -> (Vec<String>, Summary) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
    let _log = trace.capture_log();
    panics::record_here();
    let playing = AssertUnwindSafe(|| on_a_runtime(script, trace, runtime));
    let played = catch_unwind(playing);
    let panics = panics::print_here();
    // A panic of the simulator itself is not a finding.
    played.unwrap_or_else(|_| panic!("the simulator panicked: {panics:?}"))
}

/// Turns are given outside of the runtime, which only keeps the time of pauses.
fn on_a_runtime(script: &Script, trace: &Trace, runtime: Runtime) -> (Vec<String>, Summary) {
    let handle = runtime.handle().clone();
    let _entered = handle.enter();
    let mut marketplace = SimulatedMarketplace::open(script.deployment, runtime, trace.clone());
    let mut summary = Summary::default();
    for operation in &script.operations {
        trace.note(|| format!("operation {operation:?}"));
        if apply(&mut marketplace, *operation) {
            summary.add("operations", kind(*operation), 1);
            if let Some(fault) = fault(*operation) {
                summary.add("faults", fault, 1);
            }
        }
        summary.add(TOTALS, "operations", 1);
        if marketplace.has_violations() {
            break;
        }
    }
    if !marketplace.has_violations() {
        trace.note(|| "ending".to_owned());
        ending::end(&mut marketplace);
    }
    let totals = marketplace.engines.provider.totals();
    let violations = std::mem::take(&mut marketplace.violations);
    summary.add(TOTALS, "scripts", 1);
    summary.add(TOTALS, "turns", marketplace.turns);
    summary.add(TOTALS, "minor units captured", totals.captured.unsigned_abs());
    summary.add(TOTALS, "minor units refunded", totals.refunded.unsigned_abs());
    let mails = marketplace.engines.mail_server.received().len();
    let mails = u64::try_from(mails).unwrap_or(u64::MAX);
    summary.add(TOTALS, "mails received", mails);
    summary.add(TOTALS, "accounts erased", marketplace.customers.erased());
    marketplace.engines.checks.lock().count_in(&mut summary);
    trace.note(|| format!("violations {violations:?}"));
    (violations, summary)
}

/// Plays one operation; returns whether the operation had a subject.
fn apply(marketplace: &mut SimulatedMarketplace, operation: Operation) -> bool {
    match operation {
        Operation::Send(request, link) => return marketplace.request(request, link),
        Operation::RefundCents { paid, item, times } => {
            let cent = Request::Refund { paid, item, cents: 1, to: RefundTarget::Source, units: 0 };
            return (0..times).fold(false, |_, _| marketplace.request(cent, Link::Reliable));
        }
        Operation::FinishRefund { nth, succeeds } => {
            return marketplace.engines.provider.finish_refund(nth, succeeds);
        }
        Operation::FinishPayment { nth, succeeds } => {
            return marketplace.engines.provider.finish(nth, succeeds);
        }
        Operation::Operate { action, nth, cents } => {
            let is_done = marketplace.engines.provider.operate(action, nth, cents);
            marketplace.customers.is_operated |= is_done;
            return is_done;
        }
        Operation::Deliver => return marketplace.deliver(),
        Operation::Repeat { call } => {
            let Some(call) = marketplace.customers.named(call) else { return false };
            marketplace.send(call, Link::Reliable);
        }
        Operation::RepeatPending => marketplace.repeat_pending(),
        Operation::CloseConnection { call } => {
            let Some(call) = marketplace.customers.named(call) else { return false };
            marketplace.close_connections(call);
        }
        Operation::Turns { turns, seed } => marketplace.draw_turns(turns, seed),
        Operation::Step { part, replica, turns } => marketplace.step(part, replica, turns),
        Operation::Settle => marketplace.settle(),
        Operation::Pass { ms } => marketplace.pass(Duration::from_millis(ms.into())),
        Operation::PassToDeadline { order, ms } => return pass_to_deadline(marketplace, order, ms),
        Operation::Jump { ms } => marketplace.jump(ms),
        Operation::EndFaults { ms } => {
            marketplace.run_without_faults(Duration::from_millis(ms.into()));
        }
        Operation::Pause { part, replica } => marketplace.pause(part, replica),
        Operation::Resume => marketplace.resume(),
        Operation::Crash { process } => marketplace.crash(marketplace.process(process)),
        Operation::Restart { process } => marketplace.start(marketplace.process(process)),
        Operation::Store { store, fault } => marketplace.engines.plan_in_store(store, fault),
        Operation::Bus { fault } => marketplace.engines.bus_faults.plan(fault),
        Operation::Provider { fault } => marketplace.engines.provider.plan(fault),
        Operation::Mail { fault } => marketplace.engines.mail_server.plan(fault),
    }
    true
}

fn kind(operation: Operation) -> String {
    match operation {
        Operation::Send(request, _) => variant(&request),
        operation => variant(&operation),
    }
}

/// The name of the fault that an operation makes, if it makes one.
fn fault(operation: Operation) -> Option<String> {
    Some(match operation {
        Operation::Store { fault, .. } => format!("store {fault:?}"),
        Operation::Bus { fault } => format!("bus {fault:?}"),
        Operation::Provider { fault } => format!("provider {fault:?}"),
        Operation::Mail { fault } => format!("mail {fault:?}"),
        Operation::Crash { .. }
        | Operation::Pause { .. }
        | Operation::Jump { .. }
        | Operation::CloseConnection { .. }
        | Operation::Repeat { .. }
        | Operation::Send(Request::Forge, _) => kind(operation),
        Operation::Send(_, link @ (Link::RequestLost | Link::ResponseLost)) => format!("{link:?}"),
        _ => return None,
    })
}

/// Lets time pass until `ms` after (if negative, before) the deadline of an order.
fn pass_to_deadline(marketplace: &mut SimulatedMarketplace, order: u8, ms: i8) -> bool {
    let Some(order) = marketplace.customers.order(order) else { return false };
    let deadline = marketplace.engines.checks.lock().orders[&order].state.expires_at;
    let off = Duration::from_millis(ms.unsigned_abs().into());
    let moment = if ms < 0 { deadline.minus(off) } else { deadline.plus(off) };
    let is_ahead = moment > marketplace.now();
    marketplace.pass(moment.since(marketplace.now()));
    is_ahead
}
