//! Planted bugs: a simulator that cannot fail is worthless, so each known mistake is made on purpose, and must be found.

use std::sync::Mutex;

use sources::crash::{Bug, plant};

use crate::generate;
use crate::play::play;
use crate::trace::Trace;

/// Scripts that a bug may stay hidden in before it counts as missed.
const SEEDS_MAX: u64 = 3_000;

/// The first seed whose script brings a bug to light, and by what.
fn found(bug: Bug) -> Option<(u64, String)> {
    plant(Some(bug));
    let found = (0..SEEDS_MAX).find_map(|seed| {
        let played = play(&generate::script(seed), &Trace::default());
        Some((seed, played.broken.into_iter().next()?))
    });
    plant(None);
    found
}

#[test]
fn every_planted_bug_is_caught() {
    let only = std::env::var("BUG").ok();
    let is_chosen = |bug: &Bug| only.as_ref().is_none_or(|only| only == bug.name());
    let bugs: Vec<Bug> = Bug::ALL.into_iter().filter(is_chosen).collect();
    let (count, left) = (bugs.len(), Mutex::new(bugs.into_iter()));
    let caught = Mutex::new(0);
    let search = || {
        loop {
            let Some(bug) = left.lock().unwrap().next() else { return };
            match found(bug) {
                Some((seed, line)) => {
                    *caught.lock().unwrap() += 1;
                    println!("caught: {} after {} seeds: {line:.200}", bug.name(), seed + 1);
                }
                None => println!("MISSED: {}", bug.name()),
            }
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(search);
        threads.spawn(search);
    });
    let caught = caught.into_inner().unwrap();
    println!("{caught} of {count} caught");
    assert_eq!(caught, count, "a planted bug was missed");
}
