//! Valid input with small changes: finds more than random bytes, since it passes the first check.

use proptest::prelude::*;
use proptest::sample::Index;
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

/// One change. The positions fit any length; a range is cut at the end.
#[derive(Debug, Clone)]
enum Change {
    /// Flips the bits of a mask.
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
    Swap(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, mask)| Change::Flip(at, mask)),
        (place(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, 1 << bit)),
        (place(), prop::collection::vec(any::<u8>(), 1..5))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        // Bytes with a meaning in one of the formats.
        (place(), prop::sample::select(b"\"{}[],:.-+0917eE%&=;_ \n\0\xff".as_slice()))
            .prop_map(|(at, byte)| Change::Insert(at, vec![byte])),
        (place(), 1..9_usize).prop_map(|(at, count)| Change::Remove(at, count)),
        place().prop_map(|at| Change::Remove(at, usize::MAX)),
        (place(), 1..40_usize).prop_map(|(at, count)| Change::Repeat(at, count)),
        (place(), place()).prop_map(|(one, other)| Change::Swap(one, other)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    let length = bytes.len();
    if length == 0 {
        return;
    }
    let stretch = |at: usize, count: usize| at..at.saturating_add(count).min(length);
    match change {
        Change::Flip(at, mask) => bytes[at.index(length)] ^= mask,
        Change::Insert(at, new) => {
            bytes.splice(stretch(at.index(length), 0), new.iter().copied());
        }
        Change::Remove(at, count) => _ = bytes.drain(stretch(at.index(length), *count)),
        Change::Repeat(at, count) => {
            let at = at.index(length);
            let again = bytes[stretch(at, *count)].to_vec();
            bytes.splice(at..at, again);
        }
        Change::Swap(one, other) => bytes.swap(one.index(length), other.index(length)),
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
    let bytes = bytes_like(good.as_bytes().to_vec());
    bytes.prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
