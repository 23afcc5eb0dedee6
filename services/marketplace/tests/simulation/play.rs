//! Plays a script: applies each operation in order, with all checks. Then faults stop, and every
//! order, payment and refund must reach its end.

mod ending;
mod kinds;

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::runtime::Runtime;

use crate::operation::{Back, Operation, Script, Way};
use crate::panics;
use crate::summary::{Summary, count};
use crate::town::Town;
use crate::trace::Trace;

/// The result of a script.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// The violated rules. The script stops at the first one.
    pub(crate) broken: Vec<String>,
    /// The summary of the script.
    pub(crate) summary: Summary,
}

/// Plays a script to its end, or to the first violation.
pub(crate) fn play(script: &Script, trace: &Trace) -> Played {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
    let _log = trace.follow_log();
    panics::note_here();
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
    let mut town = Town::open(script.deployment, runtime, trace.clone());
    let mut summary = Summary { scripts: 1, ..Summary::default() };
    for operation in &script.operations {
        trace.note(|| format!("operation {operation:?}"));
        if apply(&mut town, *operation) {
            count(&mut summary.kinds, [kinds::kind(*operation)]);
            count(&mut summary.faults, kinds::fault(*operation));
        }
        summary.operations += 1;
        if town.is_broken() {
            break;
        }
    }
    if !town.is_broken() {
        trace.note(|| "ending".to_owned());
        ending::end(&mut town);
    }
    summary.captured = town.engines.provider.captured();
    summary.refunded = town.engines.provider.refunded();
    summary.erased = town.customers.erased();
    let broken = town.take_broken();
    let watch = town.engines.watch.lock();
    count(&mut summary.order_ends, watch.order_ends());
    count(&mut summary.payment_ends, watch.payment_ends());
    count(&mut summary.refund_ends, watch.refund_ends());
    summary.coverage = watch.coverage.clone();
    summary.turns = town.turns;
    trace.note(|| format!("broken {broken:?}"));
    Played { broken, summary }
}

/// Plays one operation; returns whether the operation had a subject.
fn apply(town: &mut Town, operation: Operation) -> bool {
    match operation {
        Operation::SignUp { .. }
        | Operation::Offer { .. }
        | Operation::Edit { .. }
        | Operation::Withdraw { .. }
        | Operation::TakeDown { .. }
        | Operation::Order { .. }
        | Operation::Pay { .. }
        | Operation::PayByCredit { .. }
        | Operation::TopUp { .. }
        | Operation::Refund { .. }
        | Operation::Agree { .. }
        | Operation::Cancel { .. }
        | Operation::Export { .. }
        | Operation::Erase { .. }
        | Operation::Ban { .. }
        | Operation::Unban { .. }
        | Operation::SignIn { .. }
        | Operation::Look { .. }
        | Operation::LookAtTicket { .. }
        | Operation::LookAtPayment { .. }
        | Operation::Forge => {
            return ask(town, operation, operation.way().unwrap_or(Way::Sound));
        }
        Operation::RefundCents { paid, item, times } => {
            let (to, way) = (Back::WhereItCameFrom, Way::Sound);
            let cent = Operation::Refund { paid, item, cents: 1, to, units: 0, way };
            return (0..times).fold(false, |_, _| ask(town, cent, way));
        }
        Operation::FinishRefund { nth, is_well } => {
            return town.engines.provider.finish_refund(nth, is_well);
        }
        Operation::Prove { nth, is_well } => return town.engines.provider.finish(nth, is_well),
        Operation::Operate { act, nth, cents } => {
            let is_done = town.engines.provider.operate(act, nth, cents);
            town.customers.is_operated |= is_done;
            return is_done;
        }
        Operation::Deliver => return town.deliver(),
        Operation::Repeat { call } => {
            let Some(call) = town.customers.named(call) else { return false };
            town.send(call, Way::Sound);
        }
        Operation::AskAgain => {
            for call in town.customers.unanswered() {
                town.send(call, Way::Sound);
            }
        }
        Operation::HangUp { call } => {
            let Some(call) = town.customers.named(call) else { return false };
            town.hang_up(call);
        }
        Operation::Turns { turns, seed } => town.draw_turns(turns, seed),
        Operation::Step { part, replica, turns } => town.step(part, replica, turns),
        Operation::Settle => town.settle(),
        Operation::Pass { ms } => town.pass(std::time::Duration::from_millis(ms.into())),
        Operation::Approach { order, ms } => return approach(town, order, ms),
        Operation::Jump { ms } => town.jump(ms),
        Operation::Calm { ms } => town.calm(std::time::Duration::from_millis(ms.into())),
        Operation::Pause { part, replica } => town.pause(part, replica),
        Operation::Resume => town.resume(),
        Operation::Crash { process } => {
            let number = usize::from(process) % town.process_count();
            town.crash(number);
        }
        Operation::Restart { process } => {
            let number = usize::from(process) % town.process_count();
            town.start(number);
        }
        Operation::Store { store, fault } => town.engines.plan_in_store(store, fault),
        Operation::Bus { fault } => town.engines.plan_on_bus(fault),
        Operation::Provider { fault } => town.engines.provider.plan(fault),
    }
    true
}

fn ask(town: &mut Town, operation: Operation, way: Way) -> bool {
    let now = town.now();
    let made = town.customers.make(operation, now);
    if let Some(call) = made {
        town.send(call, way);
    }
    made.is_some()
}

/// Lets time pass until `ms` after (if negative, before) the deadline of an order.
fn approach(town: &mut Town, order: u8, ms: i8) -> bool {
    let deadline = town.customers.order(order);
    let deadline = deadline.and_then(|order| town.engines.watch.lock().deadline(order));
    let Some(deadline) = deadline else { return false };
    let off = std::time::Duration::from_millis(ms.unsigned_abs().into());
    let moment = if ms < 0 { deadline.minus(off) } else { deadline.plus(off) };
    let is_ahead = moment > town.now();
    town.pass(moment.since(town.now()));
    is_ahead
}

impl Played {
    /// Whether no rule was violated.
    pub(crate) fn is_sound(&self) -> bool {
        self.broken.is_empty()
    }
}
