//! A script, played: each operation in turn, everything watched; then all faults stop, and everything must come to its end.

mod ending;
mod kinds;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::runtime::Runtime;

use crate::operation::{Operation, Script, Way};
use crate::panics;
use crate::town::Town;
use crate::trace::Trace;
use crate::watch::coverage::Coverage;

/// What became of a script.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// What was wrong, if anything; then the script was not played any further.
    pub(crate) broken: Vec<String>,
    /// Operations that were played.
    pub(crate) operations: usize,
    /// How often each kind of operation had something to work on.
    pub(crate) kinds: BTreeMap<&'static str, u64>,
    /// How often each kind of fault was made.
    pub(crate) faults: BTreeMap<String, u64>,
    /// Ends of orders, payments and refunds, and how many came to each.
    pub(crate) order_ends: BTreeMap<&'static str, u64>,
    pub(crate) payment_ends: BTreeMap<&'static str, u64>,
    pub(crate) refund_ends: BTreeMap<&'static str, u64>,
    pub(crate) coverage: Coverage,
    /// Minor units that the provider took, and that it gave back.
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    /// Turns that were given.
    pub(crate) turns: u64,
}

/// Plays a script to its end, or to the first thing that is wrong.
pub(crate) fn play(script: &Script, trace: &Trace) -> Played {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
    let _log = trace.follow_log();
    panics::note_here();
    let playing = AssertUnwindSafe(|| on_a_runtime(script, trace, runtime));
    let played = catch_unwind(playing);
    let panics = panics::take();
    panics::print_here();
    // A panic of the simulator itself is no finding.
    played.unwrap_or_else(|_| panic!("the simulator panicked: {panics:?}"))
}

/// Turns are given outside of the runtime: it keeps the time of pauses, and nothing else.
fn on_a_runtime(script: &Script, trace: &Trace, runtime: Runtime) -> Played {
    let handle = runtime.handle().clone();
    let _entered = handle.enter();
    let mut town = Town::open(script.deployment, runtime, trace.clone());
    let mut played = Played::default();
    for operation in &script.operations {
        trace.note(|| format!("operation {operation:?}"));
        if apply(&mut town, *operation) {
            *played.kinds.entry(kinds::kind(*operation)).or_default() += 1;
            if let Some(fault) = kinds::fault(*operation) {
                *played.faults.entry(fault).or_default() += 1;
            }
        }
        played.operations += 1;
        if town.is_broken() {
            break;
        }
    }
    if !town.is_broken() {
        trace.note(|| "ending".to_owned());
        ending::end(&mut town);
    }
    played.captured = town.engines.provider.captured();
    played.refunded = town.engines.provider.refunded();
    played.broken = town.take_broken();
    let watch = town.engines.watch.lock();
    for end in watch.order_ends() {
        *played.order_ends.entry(end).or_default() += 1;
    }
    for end in watch.payment_ends() {
        *played.payment_ends.entry(end).or_default() += 1;
    }
    for end in watch.refund_ends() {
        *played.refund_ends.entry(end).or_default() += 1;
    }
    played.coverage = watch.coverage.clone();
    played.turns = town.turns;
    trace.note(|| format!("broken {:?}", played.broken));
    played
}

/// Plays one operation; answers whether it had something to work on.
fn apply(town: &mut Town, operation: Operation) -> bool {
    match operation {
        Operation::SignUp { way }
        | Operation::Offer { way, .. }
        | Operation::Edit { way, .. }
        | Operation::Withdraw { way, .. }
        | Operation::Order { way, .. }
        | Operation::Pay { way, .. }
        | Operation::PayByCredit { way, .. }
        | Operation::TopUp { way, .. }
        | Operation::Refund { way, .. }
        | Operation::Cancel { way, .. } => return ask(town, operation, way),
        Operation::Look { .. } | Operation::LookAtPayment { .. } | Operation::Forge => {
            return ask(town, operation, Way::Sound);
        }
        Operation::FinishRefund { nth, is_well } => {
            return town.engines.provider.finish_refund(nth, is_well);
        }
        Operation::Prove { nth, is_well } => return town.engines.provider.finish(nth, is_well),
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
    let made = town.customers.make(operation);
    if let Some(call) = made {
        town.send(call, way);
    }
    made.is_some()
}

/// Lets time pass until near a deadline.
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
    /// Whether nothing was wrong.
    pub(crate) fn is_sound(&self) -> bool {
        self.broken.is_empty()
    }
}
