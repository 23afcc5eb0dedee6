//! Password guesses: the table of waits, expiry, and rejected guesses.

use std::time::Duration;

use auth::domain::guesses::{FAMILIAR, REMEMBERED, WAIT_MAX};
use auth::domain::{Guesses, Refusal};
use testing::platforms::START;

/// The wait of a rejected guess.
fn wait(guessed: &Result<Guesses, Refusal>) -> Duration {
    match guessed {
        Ok(_) => Duration::ZERO,
        Err(Refusal::TooSoon { wait }) => *wait,
        Err(refusal) => panic!("{refusal:?}"),
    }
}

#[test]
fn five_are_free_then_each_wrong_one_doubles_the_wait_up_to_a_minute() {
    let (mut guesses, mut now) = (Guesses::none("ann".to_owned(), START), START);
    for (wrong, seconds) in
        [0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60].into_iter().enumerate()
    {
        let before = Duration::from_secs(seconds);
        assert_eq!(guesses.wrong, u32::try_from(wrong).unwrap());
        assert_eq!(wait(&guesses.guess(now)), before, "after {wrong}");
        if let Some(almost) = before.checked_sub(Duration::from_millis(1)) {
            assert_eq!(wait(&guesses.guess(now.plus(almost))), Duration::from_millis(1));
        }
        now = now.plus(before);
        guesses = guesses.guess(now).unwrap();
    }
}

#[test]
fn the_wait_has_a_maximum_after_any_number_of_wrong_guesses() {
    for wrong in [13, 40, 1_000, u32::MAX] {
        let guesses = Guesses { wrong, ..Guesses::none("ann".to_owned(), START) };
        assert_eq!(wait(&guesses.guess(START)), WAIT_MAX);
        assert_eq!(guesses.guess(START.plus(WAIT_MAX)).unwrap().wrong, wrong.saturating_add(1));
    }
}

#[test]
fn wrong_ones_are_forgotten_an_hour_after_the_last_one() {
    let guesses = Guesses { wrong: 9, ..Guesses::none("ann".to_owned(), START) };
    let almost = START.plus(REMEMBERED).minus(Duration::from_millis(1));
    assert_eq!(guesses.guess(almost).unwrap().wrong, 10);
    let after = guesses.guess(START.plus(REMEMBERED)).unwrap();
    assert_eq!(after.wrong, 1);
    assert_eq!(after.forget_after, START.plus(REMEMBERED).plus(REMEMBERED));
}

#[test]
fn separate_counts_expire_at_their_own_time() {
    let familiar = Guesses::familiar("ann".to_owned(), START);
    assert_eq!(familiar.forget_after, START.plus(FAMILIAR));
    assert_eq!(familiar.guess(START).unwrap().forget_after, START.plus(FAMILIAR));
    let late = START.plus(FAMILIAR).minus(Duration::from_mins(1));
    assert_eq!(familiar.guess(late).unwrap().forget_after, late.plus(REMEMBERED));
}

#[test]
fn a_clock_that_is_set_back_does_not_add_its_step_to_the_wait() {
    let guesses = Guesses { wrong: 40, ..Guesses::none("ann".to_owned(), START) };
    for back in [1, 30, 59] {
        let now = START.minus(Duration::from_secs(back));
        assert!(wait(&guesses.guess(now)) <= WAIT_MAX, "{back} s back");
    }
    let next = guesses.guess(START.minus(Duration::from_hours(1))).unwrap();
    assert_eq!(next.wrong, 41, "and none is forgotten by it");
}
