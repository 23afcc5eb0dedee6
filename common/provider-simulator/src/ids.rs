//! Values in Stripe's format: ids, times and names.

use contract::Timestamp;
use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::Serialize;
use serde_json::json;

/// Characters after the prefix, the length of Stripe's newer ids.
const LENGTH: usize = 24;

/// A source of ids and random numbers; the same seed returns the same sequence.
#[derive(Debug)]
pub(crate) struct Ids {
    random: StdRng,
}

impl Ids {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { random: StdRng::seed_from_u64(seed) }
    }

    /// A separate source, so that its use does not change the sequence of this one.
    pub(crate) fn fork(&mut self) -> Self {
        Self { random: StdRng::from_rng(&mut self.random) }
    }

    /// A random number below this one; 0 for 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end.max(1))
    }

    /// `pi_3kX…` for the prefix `pi`.
    pub(crate) fn next(&mut self, prefix: &str) -> String {
        let mut id = format!("{prefix}_");
        Alphanumeric.append_string(&mut self.random, &mut id, LENGTH);
        id
    }
}

/// Stripe's format of times: seconds since 1970.
pub(crate) fn seconds(at: Timestamp) -> i64 {
    at.unix_ms().div_euclid(1000)
}

/// The name of an enum's variant in the API.
pub(crate) fn name_of(variant: impl Serialize) -> String {
    json!(variant).as_str().unwrap_or_default().to_owned()
}
