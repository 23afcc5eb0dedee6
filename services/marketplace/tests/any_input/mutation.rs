//! Valid input with small changes: finds more than random bytes, since it passes the first check.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// `PROPTEST_CASES` cases (256 by default), the same in every run; no failure files are written
/// into the source tree.
pub(crate) fn cases() -> ProptestConfig {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match config.rng_seed {
        RngSeed::Random => ProptestConfig { rng_seed: RngSeed::Fixed(1), ..config },
        RngSeed::Fixed(_) => config,
    }
}

/// One change; positions are fractions of the length, so that they fit any input.
#[derive(Debug, Clone)]
enum Change {
    Put(f64, u8),
    Flip(f64, u8),
    Insert(f64, Vec<u8>),
    Remove(f64, usize),
    Cut(f64),
    Repeat(f64, usize),
    Swap(f64, f64),
}

fn change() -> impl Strategy<Value = Change> {
    let place = || 0.0..1.0_f64;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Put(at, byte)),
        (place(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        (place(), prop::collection::vec(any::<u8>(), 1..5))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        // Bytes with a meaning in one of the formats.
        (place(), prop::sample::select(b"\"{}[],:.-+0917eE%&=;_ \n\0\xff".as_slice()))
            .prop_map(|(at, byte)| Change::Insert(at, vec![byte])),
        (place(), 1..9_usize).prop_map(|(at, count)| Change::Remove(at, count)),
        place().prop_map(Change::Cut),
        (place(), 1..40_usize).prop_map(|(at, count)| Change::Repeat(at, count)),
        (place(), place()).prop_map(|(one, other)| Change::Swap(one, other)),
    ]
}

/// The position at a fraction of the length.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a share of a few thousand bytes, rounded down"
)]
fn place(share: f64, length: usize) -> usize {
    (share * length as f64) as usize
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match change {
        Change::Put(at, byte) => bytes[place(*at, length)] = *byte,
        Change::Flip(at, bit) => bytes[place(*at, length)] ^= 1 << bit,
        Change::Insert(at, new) => {
            let at = place(*at, length);
            bytes.splice(at..at, new.iter().copied());
        }
        Change::Remove(at, count) => {
            let at = place(*at, length);
            bytes.drain(at..(at + count).min(length));
        }
        Change::Cut(at) => bytes.truncate(place(*at, length)),
        Change::Repeat(at, count) => {
            let at = place(*at, length);
            let again = bytes[at..(at + count).min(length)].to_vec();
            bytes.splice(at..at, again);
        }
        Change::Swap(one, other) => bytes.swap(place(*one, length), place(*other, length)),
    }
}

/// `good` after one to three changes.
pub(crate) fn changed(good: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(change(), 1..4).prop_map(move |changes| {
        let mut bytes = good.clone();
        for change in &changes {
            apply(&mut bytes, change);
        }
        bytes
    })
}

/// Any bytes, or `good` after some changes.
pub(crate) fn bytes_like(good: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => changed(good), 1 => prop::collection::vec(any::<u8>(), 0..300)]
}

/// Like [`bytes_like`], with invalid UTF-8 replaced.
pub(crate) fn text_like(good: &str) -> impl Strategy<Value = String> + use<> {
    bytes_like(good.as_bytes().to_vec()).prop_map(|bytes| match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}
