//! Changing the session key without ending sessions, in three changes of auth's key file:
//!
//! 1. *announce*: a new key is added last. Every service accepts it; the old one still signs.
//! 2. *use*: the last key becomes the first. It signs from now on; signatures of the old one stay
//!    valid.
//! 3. *retire*: all keys but the first are removed. Their signatures are rejected.
//!
//! Each step needs time to take effect: processes read their files every few seconds
//! ([`POLL_PERIOD`]), orchestrators may take a minute or two to update a mounted file, and the last
//! token of an old key expires after a token's lifetime. A rejected token is renewed, since renewal
//! needs no token: so a leaked key can be retired at once.

use std::path::Path;
use std::time::Duration;

use clap::ValueEnum;
use store::Unavailable;
use tokio::sync::Mutex;
use web::Sessions;

use super::{
    CurrentKey, KEYS_MAX, KeyFile, KeyRing, SessionKey, public_file, read_private, replace_private,
};

/// Period of reading the key file.
pub const POLL_PERIOD: Duration = Duration::from_secs(5);

/// A step of changing the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// Adds a new key, which does not sign yet.
    Announce,
    /// Signs with the newest key.
    Use,
    /// Removes all keys but the signing one.
    Retire,
}

/// Applies a step to a private key file, writes the public halves, returns the new content.
///
/// # Errors
/// [`Unavailable`] when a file cannot be read or written, or the step does not apply to it.
pub fn take(step: Step, path: &Path) -> Result<KeyRing, Unavailable> {
    let cannot = |error| Unavailable::caused_by("cannot change the session key", error);
    let keys = stepped(step, read_private(path)?, SessionKey::random().map_err(cannot)?);
    let keys = keys.map_err(|why| Unavailable::new(format!("{}: {why}", path.display())))?;
    replace_private(path, &keys).map_err(cannot)?;
    let ring = KeyRing::of(&keys);
    ring.write_public(&public_file(path))?;
    Ok(ring)
}

fn stepped(
    step: Step,
    mut keys: Vec<SessionKey>,
    fresh: SessionKey,
) -> Result<Vec<SessionKey>, &'static str> {
    match (step, keys.len()) {
        (Step::Announce, KEYS_MAX..) => return Err("the file is full: retire the old keys first"),
        (Step::Use, 1) => return Err("its only key signs already: announce another first"),
        (Step::Retire, 1) => return Err("it contains one key only: there is none to retire"),
        (Step::Announce, _) => keys.push(fresh),
        (Step::Use, _) => keys.rotate_right(1),
        (Step::Retire, _) => keys.truncate(1),
    }
    Ok(keys)
}

/// The loop that applies changes of the key file.
#[derive(Clone)]
pub struct FollowKeys {
    file: KeyFile,
    sessions: Sessions,
    current: Option<CurrentKey>,
    /// The content of the file at the last read.
    known: std::sync::Arc<Mutex<KeyRing>>,
}

impl FollowKeys {
    /// Follows `file` with these keys, for the verifier and, where it signs, the signer.
    #[must_use]
    pub fn new(
        file: KeyFile,
        held: KeyRing,
        sessions: Sessions,
        current: Option<CurrentKey>,
    ) -> Self {
        Self { file, sessions, current, known: std::sync::Arc::new(Mutex::new(held)) }
    }

    /// Reads the file once; returns 1 if it changed. An unusable file changes nothing.
    ///
    /// # Errors
    /// [`Unavailable`] when it cannot be read, or contains no keys.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let mut known = self.known.lock().await;
        let ring = self.file.read()?;
        if *known == ring {
            return Ok(0);
        }
        if let KeyFile::Private(path) = &self.file {
            ring.write_public(&public_file(path))?;
        }
        self.sessions.verifier.accept(&ring.public);
        if let (Some(current), Some(key)) = (&self.current, &ring.signing) {
            current.set(key.clone());
        }
        tracing::info!(keys = ring.public.len(), "the session keys have changed");
        *known = ring;
        Ok(1)
    }
}
