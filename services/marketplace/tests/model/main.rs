//! A small model, explored exhaustively: two buyers, one ticket of one unit, one payment, its
//! provider and the clock. Every message, request and response may be lost, delayed, duplicated and
//! reordered; decisions use the same functions as the services. A second model, in `refunds`, has
//! one payment and its refunds, a third one, in `admissions`, an admission at hand and on sale.
//!
//! `cargo test -p marketplace --test model -- --nocapture` prints the number of states.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it saw"
)]

mod admissions;
mod bank;
mod refunds;
mod rules;
mod steps;
mod world;

use std::fmt::Debug;
use std::hash::Hash;

use stateright::{Checker as _, Model};
use world::Market;

/// Threads of the exploration: as many as a small machine has cores.
const THREADS: usize = 2;

#[test]
fn the_rules_hold_in_every_state_of_the_small_world() {
    explore(Market);
}

#[test]
fn the_rules_hold_in_every_state_of_the_refunds_of_a_payment() {
    explore(refunds::Refunding);
}

#[test]
fn the_rules_hold_in_every_state_of_an_admission_of_two_persons() {
    explore(admissions::Door);
}

fn explore<M>(model: M)
where
    M: Model<
            State: Clone + Debug + Hash + PartialEq + Send + Sync,
            Action: Clone + Debug + PartialEq,
        > + Send
        + Sync
        + 'static,
{
    let explored = model.checker().threads(THREADS).spawn_bfs().join();
    println!(
        "{} states ({} reached in several ways), {} steps deep",
        explored.unique_state_count(),
        explored.state_count(),
        explored.max_depth()
    );
    explored.assert_properties();
}
