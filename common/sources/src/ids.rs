//! The source of ids and of other random bytes.

use std::sync::Arc;

use contract::{Id, Timestamp};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

/// A source of ids: unique, and rising. Their second half is random, so that known ids do not help
/// to guess others (OWASP Insecure Direct Object Reference Prevention cheat sheet).
///
/// Layout of an id (as long as MongoDB's `ObjectId`): four bytes of seconds, three bytes of a
/// counter, five random ones.
#[derive(Debug, Clone)]
pub struct Ids {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    random: StdRng,
    counter: u32,
}

impl Ids {
    /// Ids that cannot be guessed or repeated.
    ///
    /// # Errors
    /// When the system provides no random numbers.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(Self::from_generator(StdRng::from_seed(seed)))
    }

    /// The same ids for the same seed; for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::from_generator(StdRng::seed_from_u64(seed))
    }

    fn from_generator(mut random: StdRng) -> Self {
        let counter = random.next_u32();
        Self { shared: Arc::new(Mutex::new(Shared { random, counter })) }
    }

    /// A new id, created at `now`.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Id {
        let mut shared = self.shared.lock();
        shared.counter = shared.counter.wrapping_add(1);
        let seconds = u32::try_from(now.unix_ms() / 1000).unwrap_or(0);
        let [s0, s1, s2, s3] = seconds.to_be_bytes();
        let [_, c0, c1, c2] = shared.counter.to_be_bytes();
        let mut random = [0; 5];
        shared.random.fill_bytes(&mut random);
        let [r0, r1, r2, r3, r4] = random;
        Id::from_bytes([s0, s1, s2, s3, c0, c1, c2, r0, r1, r2, r3, r4])
    }

    /// Random bytes, for request ids, salts and jitter.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.shared.lock().random.fill_bytes(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_rise_and_half_of_each_is_unpredictable() {
        let (ids, now) = (Ids::seeded(1), Timestamp::from_unix_ms(1_795_262_400_999));
        let minted: Vec<[u8; 12]> = (0..1000).map(|_| ids.next(now).to_bytes()).collect();
        assert!(minted.is_sorted());
        for at in 7..12 {
            let values: HashSet<u8> = minted.iter().map(|id| id[at]).collect();
            assert!(values.len() > 200, "{} at {at}", values.len());
        }
        assert_eq!(ids.next(now).minted_at(), Timestamp::from_unix_ms(1_795_262_400_000));
    }
}
