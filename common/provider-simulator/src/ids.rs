//! Ids that look as Stripe's do.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngCore, SeedableRng};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters after the prefix, as many as Stripe's newer ids have.
const LENGTH: usize = 24;

/// A source of ids and of chance: the same again for the same seed.
#[derive(Debug)]
pub(crate) struct Ids {
    random: StdRng,
}

impl Ids {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { random: StdRng::seed_from_u64(seed) }
    }

    /// A source of its own, so that how often it is asked does not change what this one gives.
    pub(crate) fn fork(&mut self) -> Self {
        Self::seeded(self.number())
    }

    /// `pi_3kX…` for the prefix `pi`.
    pub(crate) fn next(&mut self, prefix: &str) -> String {
        let mut id = format!("{prefix}_");
        id.extend(
            (0..LENGTH).filter_map(|_| ALPHABET.choose(&mut self.random)).map(|&c| char::from(c)),
        );
        id
    }

    /// Any number, for choices.
    pub(crate) fn number(&mut self) -> u64 {
        self.random.next_u64()
    }
}
