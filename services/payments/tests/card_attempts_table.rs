//! Attempts to charge cards: counts, the effect of a success, expiry, and the size limits of a
//! document.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::{Id, UserId};
use payments::Refusal;
use payments::domain::{
    AttemptLimits, CARDS_WITHIN, CardAttempts, CardLimit, Hashed, Token, WAIT_MAX,
};
use testing::platforms::START;

fn user() -> UserId {
    UserId::new(Id::from_bytes([1; 12]))
}

fn card(number: u32) -> Hashed {
    Hashed::card(user(), &Token::try_from(format!("tok_{number}")).unwrap())
}

fn none() -> CardAttempts {
    CardAttempts::none(Hashed::account(user()), START)
}

const ALL: AttemptLimits = AttemptLimits {
    declines: NonZeroU32::new(2),
    attempts: NonZeroU32::new(4),
    cards: NonZeroU32::new(3),
};

fn refused(limit: CardLimit, wait: Duration) -> Refusal {
    Refusal::TooManyCardAttempts { limit, wait }
}

#[test]
fn each_limit_applies_by_itself_and_does_not_count_refused_attempts() {
    let (mut known, second) = (none(), Duration::from_secs(1));
    for number in 0..2 {
        known = known.attempt(&card(number), ALL, START).unwrap();
    }
    assert_eq!(known.attempt(&card(2), ALL, START), Err(refused(CardLimit::Declines, second)));
    let known = known.attempt(&card(2), ALL, START.plus(second)).unwrap();
    let wait = refused(CardLimit::Declines, second * 2);
    assert_eq!(known.attempt(&card(0), ALL, START.plus(second)), Err(wait));
    let now = START.plus(second * 3);
    let cards = refused(CardLimit::Cards, CARDS_WITHIN.checked_sub(second * 3).unwrap());
    assert_eq!(known.attempt(&card(3), ALL, now), Err(cards));
    let known = known.attempt(&card(0), ALL, now).unwrap();
    let attempts = refused(CardLimit::Attempts, Duration::from_mins(59));
    assert_eq!(known.attempt(&card(0), ALL, START.plus(Duration::from_mins(1))), Err(attempts));
}

#[test]
fn a_success_removes_its_attempt_and_card_and_ends_the_row() {
    let later = START.plus(Duration::from_secs(1));
    let known = none().attempt(&card(1), ALL, START).unwrap();
    let known = known.attempt(&card(2), ALL, later).unwrap().succeeded(later, &card(2));
    assert_eq!((known.in_a_row, known.attempts.as_slice()), (0, &[START][..]));
    assert_eq!(known.cards.len(), 1);
    assert_eq!(known.cards[0].card, card(1));
    assert_eq!(known.forget_after, later.plus(CARDS_WITHIN));
}

#[test]
fn an_attempt_without_a_charge_removes_no_other_attempt_of_the_card() {
    let later = START.plus(Duration::from_secs(1));
    let known = none().attempt(&card(1), ALL, START).unwrap();
    let known = known.attempt(&card(1), ALL, later).unwrap().taken_back(later);
    assert_eq!((known.in_a_row, known.attempts.as_slice()), (1, &[START][..]));
    assert_eq!(known.cards.len(), 1);
}

#[test]
fn a_row_of_declines_expires_a_day_after_the_last_and_its_wait_is_limited() {
    let limits = AttemptLimits { declines: NonZeroU32::new(5), ..AttemptLimits::default() };
    for in_a_row in [17, 1_000, u32::MAX] {
        let known = CardAttempts { in_a_row, ..none() };
        let wait = refused(CardLimit::Declines, WAIT_MAX);
        assert_eq!(known.attempt(&card(1), limits, START), Err(wait));
        let after = known.attempt(&card(1), limits, START.plus(WAIT_MAX)).unwrap();
        assert!(after.in_a_row >= in_a_row);
        let after = known.attempt(&card(1), limits, START.plus(CARDS_WITHIN)).unwrap();
        assert_eq!(after.in_a_row, 1);
    }
}

#[test]
fn no_more_attempts_are_stored_than_the_limits() {
    let (mut known, mut now) = (none(), START);
    for number in 0..2_000 {
        if let Ok(after) = known.attempt(&card(number), ALL, now) {
            known = after;
        }
        assert!(known.attempts.len() <= 4 && known.cards.len() <= 3);
        now = now.plus(Duration::from_mins(20));
    }
}

#[test]
fn a_lowered_limit_applies_to_earlier_counts() {
    let most = |most| AttemptLimits { attempts: NonZeroU32::new(most), ..AttemptLimits::default() };
    let (mut known, minute) = (none(), Duration::from_mins(1));
    for at in 0..4_u32 {
        known = known.attempt(&card(1), most(4), START.plus(minute * at)).unwrap();
    }
    let now = START.plus(minute * 4);
    let wait = refused(CardLimit::Attempts, minute * 58);
    assert_eq!(known.attempt(&card(1), most(2), now), Err(wait));
}

#[test]
fn hashes_of_cards_differ_between_accounts() {
    let token = Token::try_from("tok_visa".to_owned()).unwrap();
    let other = UserId::new(Id::from_bytes([2; 12]));
    assert_eq!(Hashed::card(user(), &token), Hashed::card(user(), &token));
    assert_ne!(Hashed::card(user(), &token), Hashed::card(other, &token));
}

#[test]
fn a_clock_that_is_set_back_does_not_extend_the_wait() {
    let limits = AttemptLimits { declines: NonZeroU32::new(2), attempts: None, cards: None };
    let known = CardAttempts { in_a_row: 40, ..none() };
    assert_eq!(known.attempt(&card(0), limits, START), Err(refused(CardLimit::Declines, WAIT_MAX)));
    known.attempt(&card(0), limits, START.minus(WAIT_MAX)).unwrap();
}
