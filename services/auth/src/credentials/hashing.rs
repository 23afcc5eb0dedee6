//! argon2id on separate threads behind bounded gates: excess sign-ins are rejected, not queued.
//!
//! Each [`Lane`] has a gate with its own threads and slots, so that a full lane delays another only
//! by the share of the cores; networks share the slots of a lane evenly.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{CustomizedPasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use sources::Ids;
use store::Unavailable;
use tokio::sync::Semaphore;
use web::{ClientNetwork, Code, NetworkSlot, NetworkSlots, Problem};

/// Queued hashes of a lane per core: at 30 ms each the last one waits a second, or three if all
/// lanes are full.
const WAITING_PER_CORE_MAX: usize = 32;

/// Cost parameters of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Cost {
    /// Parameters of the OWASP password storage cheat sheet, with one lane; some 30 ms.
    pub const OWASP: Self = Self { memory_kib: 19_456, passes: 2 };
}

/// Threads that compute hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashThreads {
    /// Separate threads, so that other requests do not wait.
    Separate,
    /// The calling thread, for deterministic runs on one thread.
    Calling,
}

/// Result of verifying a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// The password is wrong, or no hash exists.
    No,
    /// The hash is of the prepared password.
    Prepared,
    /// The hash is of the unprepared password: it is older than the preparation of passwords.
    Unprepared,
}

/// A kind of request that hashes a password, with a gate of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Sign-ins from a known device or familiar address, and password changes.
    Familiar,
    /// All other sign-ins.
    Strangers,
    /// Sign-ups.
    SignUps,
}

/// Hashes and verifies passwords. Clones share the gates.
#[derive(Clone)]
pub struct Hasher {
    shared: Arc<Shared>,
}

struct Shared {
    params: Params,
    threads: HashThreads,
    ids: Ids,
    familiar: Gate,
    strangers: Gate,
    sign_ups: Gate,
    /// Hash of a random password. Unknown accounts are verified against it, for equal timing.
    dummy: String,
}

/// Slots of one lane, running and queued.
struct Gate {
    running: Semaphore,
    /// Requests, queued or running.
    slots: NetworkSlots,
}

impl Gate {
    fn new(cores: usize) -> Self {
        let slots = NetworkSlots::new(cores * WAITING_PER_CORE_MAX);
        Self { running: Semaphore::new(cores), slots }
    }
}

impl Shared {
    const fn gate(&self, lane: Lane) -> &Gate {
        match lane {
            Lane::Familiar => &self.familiar,
            Lane::Strangers => &self.strangers,
            Lane::SignUps => &self.sign_ups,
        }
    }
}

impl Hasher {
    /// A hasher with gates for the cores of the machine.
    ///
    /// # Errors
    /// [`Unavailable`] if the cost is invalid.
    pub fn new(cost: Cost, threads: HashThreads, ids: Ids) -> Result<Self, Unavailable> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let bad = |error: argon2::Error| Unavailable::caused_by("cannot hash", error.to_string());
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(bad)?;
        let secret: [u8; 16] = ids.random_bytes();
        let dummy = hash(&params, &secret, &ids.random_bytes())?;
        let shared = Shared {
            params,
            threads,
            ids,
            familiar: Gate::new(cores),
            strangers: Gate::new(cores),
            sign_ups: Gate::new(cores),
            dummy,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Reserves a slot in a lane for a request from this network. A request reserves its slot
    /// before any other work, and fails without one.
    ///
    /// # Errors
    /// 503 `busy` if the queue is full, or the share of this network.
    pub fn queue(&self, lane: Lane, network: ClientNetwork) -> Result<HashSlot, Problem> {
        let shared = Arc::clone(&self.shared);
        if let Some(slot) = shared.gate(lane).slots.take(network) {
            return Ok(HashSlot { shared, lane, _held: slot });
        }
        let detail = match lane {
            Lane::Familiar | Lane::Strangers => "Too many people sign in right now",
            Lane::SignUps => "Too many people sign up right now",
        };
        Err(Problem::new(Code::BUSY).detail(detail))
    }

    /// Whether a hash has other parameters than the present ones, so that the password must be
    /// rehashed.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        let made_with = PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok());
        let work = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        made_with.is_none_or(|made_with| work(&made_with) != work(&self.shared.params))
    }
}

/// A slot in a lane, for the hashes of one request. Dropping it frees the slot.
pub struct HashSlot {
    shared: Arc<Shared>,
    lane: Lane,
    _held: NetworkSlot,
}

impl HashSlot {
    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// 503 `unavailable` if it cannot be computed.
    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        let shared = Arc::clone(&self.shared);
        let hashed = self
            .work(move || hash(&shared.params, password.as_bytes(), &shared.ids.random_bytes()));
        Ok(hashed.await??)
    }

    /// Whether a password has this hash. Returns `No` without a hash, after the same time.
    ///
    /// # Errors
    /// 503 `unavailable` if it cannot be computed.
    pub async fn verify(
        &self,
        spellings: Vec<String>,
        hash: Option<String>,
    ) -> Result<Verified, Problem> {
        let shared = Arc::clone(&self.shared);
        self.work(move || {
            let is_known = hash.is_some();
            let hash = hash.unwrap_or_else(|| shared.dummy.clone());
            let has_hash = |password: &String| {
                PasswordHash::new(&hash).is_ok_and(|hash| {
                    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
                })
            };
            match spellings.iter().position(has_hash).filter(|_| is_known) {
                None => Verified::No,
                Some(0) => Verified::Prepared,
                Some(_) => Verified::Unprepared,
            }
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let shared = &self.shared;
        let cannot = |what: &str| Unavailable::new(format!("cannot hash a password: {what}"));
        let running = &shared.gate(self.lane).running;
        let permit = running.acquire().await.map_err(|_| cannot("the gate is closed"))?;
        let worked = match shared.threads {
            HashThreads::Separate => {
                let working = tokio::task::spawn_blocking(work);
                working.await.map_err(|_| cannot("it panicked"))?
            }
            HashThreads::Calling => work(),
        };
        drop(permit);
        Ok(worked)
    }
}

fn hash(params: &Params, password: &[u8], salt: &[u8; 16]) -> Result<String, Unavailable> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let hashed = argon2.hash_password_with_params(password, salt, params.clone());
    let hashed: argon2::password_hash::phc::PasswordHash =
        hashed.map_err(|error| Unavailable::caused_by("cannot hash", error.to_string()))?;
    Ok(hashed.to_string())
}
