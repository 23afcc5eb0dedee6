//! Plays a script: applies each operation in order, with all checks. Then faults stop, and every
//! order, payment and refund must reach its end.

mod ending;

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::runtime::Runtime;

use crate::operation::{Link, Operation, RefundTarget, Request, Script};
use crate::panics;
use crate::simulated_marketplace::SimulatedMarketplace;
use crate::summary::{Summary, count};
use crate::trace::Trace;

/// The result of a script.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// The violated rules. The script stops at the first one.
    pub(crate) violations: Vec<String>,
    /// The summary of the script.
    pub(crate) summary: Summary,
}

/// Plays a script to its end, or to the first violation.
pub(crate) fn play(script: &Script, trace: &Trace) -> Played {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
    let _log = trace.capture_log();
    panics::record_here();
    let playing = AssertUnwindSafe(|| on_a_runtime(script, trace, runtime));
    let played = catch_unwind(playing);
    let panics = panics::take();
    panics::print_here();
    // A panic of the simulator itself is not a finding.
    played.unwrap_or_else(|_| panic!("the simulator panicked: {panics:?}"))
}

/// Turns are given outside of the runtime, which only keeps the time of pauses.
fn on_a_runtime(script: &Script, trace: &Trace, runtime: Runtime) -> Played {
    let handle = runtime.handle().clone();
    let _entered = handle.enter();
    let mut marketplace = SimulatedMarketplace::open(script.deployment, runtime, trace.clone());
    let mut summary = Summary { scripts: 1, ..Summary::default() };
    for operation in &script.operations {
        trace.note(|| format!("operation {operation:?}"));
        if apply(&mut marketplace, *operation) {
            count(&mut summary.kinds, [kind(*operation)]);
            count(&mut summary.faults, fault(*operation));
        }
        summary.operations += 1;
        if marketplace.has_violations() {
            break;
        }
    }
    if !marketplace.has_violations() {
        trace.note(|| "ending".to_owned());
        ending::end(&mut marketplace);
    }
    summary.captured = marketplace.engines.provider.captured();
    summary.refunded = marketplace.engines.provider.refunded();
    summary.erased = marketplace.customers.erased();
    let violations = marketplace.take_violations();
    let checks = marketplace.engines.checks.lock();
    count(&mut summary.order_ends, checks.order_ends());
    count(&mut summary.payment_ends, checks.payment_ends());
    count(&mut summary.refund_ends, checks.refund_ends());
    summary.coverage = checks.coverage.clone();
    summary.turns = marketplace.turns;
    trace.note(|| format!("violations {violations:?}"));
    Played { violations, summary }
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
        Operation::RepeatPending => {
            for call in marketplace.customers.pending_calls() {
                marketplace.send(call, Link::Reliable);
            }
        }
        Operation::CloseConnection { call } => {
            let Some(call) = marketplace.customers.named(call) else { return false };
            marketplace.close_connections(call);
        }
        Operation::Turns { turns, seed } => marketplace.draw_turns(turns, seed),
        Operation::Step { part, replica, turns } => marketplace.step(part, replica, turns),
        Operation::Settle => marketplace.settle(),
        Operation::Pass { ms } => marketplace.pass(std::time::Duration::from_millis(ms.into())),
        Operation::PassToDeadline { order, ms } => return pass_to_deadline(marketplace, order, ms),
        Operation::Jump { ms } => marketplace.jump(ms),
        Operation::EndFaults { ms } => {
            marketplace.run_without_faults(std::time::Duration::from_millis(ms.into()));
        }
        Operation::Pause { part, replica } => marketplace.pause(part, replica),
        Operation::Resume => marketplace.resume(),
        Operation::Crash { process } => {
            let number = usize::from(process) % marketplace.process_count();
            marketplace.crash(number);
        }
        Operation::Restart { process } => {
            let number = usize::from(process) % marketplace.process_count();
            marketplace.start(number);
        }
        Operation::Store { store, fault } => marketplace.engines.plan_in_store(store, fault),
        Operation::Bus { fault } => marketplace.engines.plan_on_bus(fault),
        Operation::Provider { fault } => marketplace.engines.provider.plan(fault),
    }
    true
}

/// The name of an operation's kind.
fn kind(operation: Operation) -> String {
    let text = match operation {
        Operation::Send(request, _) => format!("{request:?}"),
        operation => format!("{operation:?}"),
    };
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// The name of the fault that an operation makes, if it makes one.
fn fault(operation: Operation) -> Option<String> {
    Some(match operation {
        Operation::Store { fault, .. } => format!("store {fault:?}"),
        Operation::Bus { fault } => format!("bus {fault:?}"),
        Operation::Provider { fault } => format!("provider {fault:?}"),
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
    let deadline = marketplace.customers.order(order);
    let deadline = deadline.and_then(|order| marketplace.engines.checks.lock().deadline(order));
    let Some(deadline) = deadline else { return false };
    let off = std::time::Duration::from_millis(ms.unsigned_abs().into());
    let moment = if ms < 0 { deadline.minus(off) } else { deadline.plus(off) };
    let is_ahead = moment > marketplace.now();
    marketplace.pass(moment.since(marketplace.now()));
    is_ahead
}

impl Played {
    /// Whether no rule was violated.
    pub(crate) fn is_sound(&self) -> bool {
        self.violations.is_empty()
    }
}
