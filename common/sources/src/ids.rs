//! The source of ids and of other random bytes.

use std::sync::Arc;

use contract::{Id, Timestamp};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

/// A source of ids: unique, and rising with the second of minting.
///
/// Layout of an id (as MongoDB's `ObjectId`): four bytes of seconds, five bytes of this source, three bytes of a counter.
#[derive(Debug, Clone)]
pub struct Ids {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    random: StdRng,
    source: [u8; 5],
    counter: u32,
}

impl Ids {
    /// Ids that nobody can guess or repeat.
    ///
    /// # Errors
    /// When the system has no random numbers to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(Self::from_generator(StdRng::from_seed(seed)))
    }

    /// The same ids again for the same seed; for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::from_generator(StdRng::seed_from_u64(seed))
    }

    fn from_generator(mut random: StdRng) -> Self {
        let mut source = [0; 5];
        random.fill_bytes(&mut source);
        let counter = random.next_u32();
        Self { shared: Arc::new(Mutex::new(Shared { random, source, counter })) }
    }

    /// A new id, minted at `now`.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Id {
        let mut shared = self.shared.lock();
        shared.counter = shared.counter.wrapping_add(1);
        let seconds = u32::try_from(now.unix_ms() / 1000).unwrap_or(0);
        let [s0, s1, s2, s3] = seconds.to_be_bytes();
        let [p0, p1, p2, p3, p4] = shared.source;
        let [_, c0, c1, c2] = shared.counter.to_be_bytes();
        Id::from_bytes([s0, s1, s2, s3, p0, p1, p2, p3, p4, c0, c1, c2])
    }

    /// Random bytes, for request ids, salts and jitter.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.shared.lock().random.fill_bytes(&mut bytes);
        bytes
    }
}
