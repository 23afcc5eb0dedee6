//! argon2id, off the request threads and behind a bounded gate: too many sign-ins at once are refused, never piled up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{CustomizedPasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use sources::Ids;
use store::Unavailable;
use tokio::sync::Semaphore;
use web::{Code, Problem};

/// Hashes that may wait for each core: at 30 ms each the last one waits a quarter of a second.
const WAITING_PER_CORE_MAX: usize = 8;

/// How much work a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// What the OWASP password storage cheat sheet asks for, with one lane; some 30 ms.
    pub const OWASP: Self = Self { memory_kib: 19_456, passes: 2 };
}

/// Where hashes are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workplace {
    /// On threads of their own, so that nobody else waits for them.
    OwnThreads,
    /// Where they are asked for: where everything is to happen on one thread, in one order.
    OnTheSpot,
}

/// What verifying a password came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// It is wrong, or there is no hash.
    No,
    /// The hash is of the prepared password.
    Prepared,
    /// The hash is of the password as it came: it is older than the preparation of passwords.
    AsItCame,
}

/// Hashes and verifies passwords. Clones share the gate.
#[derive(Clone)]
pub struct Hasher {
    shared: Arc<Shared>,
}

struct Shared {
    params: Params,
    workplace: Workplace,
    ids: Ids,
    running: Semaphore,
    waiting: AtomicUsize,
    waiting_max: usize,
    /// A hash of nothing anybody knows: what unknown accounts are verified against, to take the same time.
    dummy: String,
}

impl Hasher {
    /// A hasher with a gate for the cores there are.
    ///
    /// # Errors
    /// [`Unavailable`] when the cost is not a valid one.
    pub fn new(cost: Cost, workplace: Workplace, ids: Ids) -> Result<Self, Unavailable> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let bad = |error: argon2::Error| Unavailable::caused_by("cannot hash", error.to_string());
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(bad)?;
        let secret: [u8; 16] = ids.random_bytes();
        let dummy = hash(&params, &secret, &ids.random_bytes())?;
        let shared = Shared {
            params,
            workplace,
            ids,
            running: Semaphore::new(cores),
            waiting: AtomicUsize::new(0),
            waiting_max: cores * WAITING_PER_CORE_MAX,
            dummy,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// A place among those that wait, for who has something to do before, and only if there is one.
    ///
    /// # Errors
    /// 503 `busy` when too many wait.
    pub fn queue(&self) -> Result<Place, Problem> {
        let place = Place { shared: Arc::clone(&self.shared) };
        if self.shared.waiting.fetch_add(1, Ordering::SeqCst) >= self.shared.waiting_max {
            return Err(Problem::new(Code::Busy).detail("Too many people sign in right now"));
        }
        Ok(place)
    }

    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// 503 `busy` when too many wait.
    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        let (place, shared) = (self.queue()?, Arc::clone(&self.shared));
        let hashed = place
            .work(move || hash(&shared.params, password.as_bytes(), &shared.ids.random_bytes()));
        Ok(hashed.await??)
    }

    /// Whether a hash was made with other parameters than are used now, so that the password is to be hashed anew.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        let made_with = PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok());
        let work = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        made_with.is_none_or(|made_with| work(&made_with) != work(&self.shared.params))
    }

    /// Whether a password has this hash. Without one the answer is no, after the same time.
    ///
    /// # Errors
    /// 503 `busy` when too many wait.
    pub async fn verify(
        &self,
        spellings: Vec<String>,
        hash: Option<String>,
    ) -> Result<Verified, Problem> {
        self.queue()?.verify(spellings, hash).await
    }
}

/// A place among those that wait, given back when the work is done, or when the request ends or is given up.
pub struct Place {
    shared: Arc<Shared>,
}

impl Place {
    /// Like [`Hasher::verify`], but never too many.
    ///
    /// # Errors
    /// 503 `unavailable` when it cannot be computed.
    pub async fn verify(
        self,
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
                Some(_) => Verified::AsItCame,
            }
        })
        .await
    }

    async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let shared = &self.shared;
        let cannot = |what: &str| Unavailable::new(format!("cannot hash a password: {what}"));
        let permit = shared.running.acquire().await.map_err(|_| cannot("the gate is closed"))?;
        let worked = match shared.workplace {
            Workplace::OwnThreads => {
                let working = tokio::task::spawn_blocking(work);
                working.await.map_err(|_| cannot("it panicked"))?
            }
            Workplace::OnTheSpot => work(),
        };
        drop(permit);
        Ok(worked)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

fn hash(params: &Params, password: &[u8], salt: &[u8; 16]) -> Result<String, Unavailable> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let hashed = argon2.hash_password_with_params(password, salt, params.clone());
    let hashed: argon2::password_hash::phc::PasswordHash =
        hashed.map_err(|error| Unavailable::caused_by("cannot hash", error.to_string()))?;
    Ok(hashed.to_string())
}
