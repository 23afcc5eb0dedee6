//! Changing the session key without signing anybody out, in three steps, each a change of auth's key file:
//!
//! 1. *announce*: a new key is put last. Everybody learns to accept it; the old one still signs.
//! 2. *use*: the last key becomes the first. It signs from now on; what the old one signed stays good.
//! 3. *retire*: all but the first go. What they signed is refused.
//!
//! After a step its effect is waited for: processes look at their files every few seconds ([`LOOK_PERIOD`]), orchestrators may take a
//! minute or two to bring a file to them, and the last token that an old key signed ends after a token's lifetime. A token that is
//! refused all the same is renewed, since renewal needs no token: so a key that got out can be retired at once.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sources::Clock;
use store::Unavailable;
use tokio::sync::Mutex;
use web::Sessions;

use super::{
    CurrentKey, KEYS_MAX, KeyFile, KeyRing, SessionKey, public_file, read_private, replace_private,
};

/// Wait between two looks at the key file.
pub const LOOK_PERIOD: Duration = Duration::from_secs(5);

/// A step of changing the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A new key, which does not sign yet.
    Announce,
    /// The newest key signs.
    Use,
    /// Only the key that signs is left.
    Retire,
}

impl Step {
    /// Every step, as operators write them, in their order.
    pub const NAMES: [&str; 3] = ["announce", "use", "retire"];
}

impl FromStr for Step {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "announce" => Ok(Self::Announce),
            "use" => Ok(Self::Use),
            "retire" => Ok(Self::Retire),
            _ => Err("must be announce, use or retire"),
        }
    }
}

/// Takes a step with the private key file `path`, and writes the public halves beside it; answers what it holds now.
///
/// # Errors
/// [`Unavailable`] when a file cannot be read or written, or the step makes no sense with what it holds.
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
        (Step::Announce, known) if known >= KEYS_MAX => {
            Err("it is full: retire the old keys first")
        }
        (Step::Use, 1) => Err("it holds one key, which signs already: announce another first"),
        (Step::Retire, 1) => Err("it holds one key: there is none to retire"),
        (Step::Announce, _) => {
            keys.push(fresh);
            Ok(keys)
        }
        (Step::Use, _) => {
            keys.rotate_right(1);
            Ok(keys)
        }
        (Step::Retire, _) => {
            keys.truncate(1);
            Ok(keys)
        }
    }
}

/// The loop that does what the key file says when it changes.
#[derive(Clone)]
pub struct FollowKeys {
    file: KeyFile,
    sessions: Sessions,
    current: Option<CurrentKey>,
    clock: Clock,
    /// What the file held when it was last looked at.
    known: std::sync::Arc<Mutex<KeyRing>>,
}

impl FollowKeys {
    /// Follows `file`, which held these keys, for what verifies and, where it signs, what signs.
    #[must_use]
    pub fn new(
        file: KeyFile,
        held: KeyRing,
        sessions: Sessions,
        current: Option<CurrentKey>,
        clock: Clock,
    ) -> Self {
        Self { file, sessions, current, clock, known: std::sync::Arc::new(Mutex::new(held)) }
    }

    /// Looks at the file once; answers 1 if it changed. A file that cannot be used leaves things as they are.
    ///
    /// # Errors
    /// [`Unavailable`] when it cannot be read, or holds no keys.
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

    /// Returns when the next look is due.
    pub async fn wait(&self) {
        self.clock.sleep(LOOK_PERIOD).await;
    }
}
