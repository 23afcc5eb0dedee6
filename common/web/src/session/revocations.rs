//! What was revoked before its time, in memory: asked on every request, so small and quick.

use std::collections::HashMap;
use std::sync::Arc;

use contract::session::{RevocationState, Revoked};
use contract::{SessionId, Timestamp, UserId};
use parking_lot::RwLock;

use super::claims::Claims;

/// Revocations whose tokens have not all run out yet. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Revocations {
    shared: Arc<RwLock<Revoking>>,
}

#[derive(Debug, Default)]
struct Revoking {
    sessions: HashMap<SessionId, Timestamp>,
    /// First good epoch of an account, and when this may be forgotten.
    accounts: HashMap<UserId, (u64, Timestamp)>,
}

impl Revocations {
    /// Takes a revocation in; a second time changes nothing.
    pub fn apply(&self, revocation: &RevocationState) {
        let forget_after = revocation.forget_after;
        let mut revoking = self.shared.write();
        match revocation.revoked {
            Revoked::Session { session_id } => {
                revoking.sessions.insert(session_id, forget_after);
            }
            Revoked::Account { user_id, epoch } => {
                let known = revoking.accounts.entry(user_id).or_insert((epoch, forget_after));
                if epoch > known.0 {
                    *known = (epoch, forget_after);
                }
            }
        }
    }

    /// Whether the session of a token was revoked.
    #[must_use]
    pub fn covers(&self, claims: &Claims) -> bool {
        let revoking = self.shared.read();
        revoking.sessions.contains_key(&claims.sid)
            || revoking.accounts.get(&claims.sub).is_some_and(|(epoch, _)| claims.epoch < *epoch)
    }

    /// Forgets what no token can claim any more.
    pub fn forget(&self, now: Timestamp) {
        let mut revoking = self.shared.write();
        revoking.sessions.retain(|_, forget_after| *forget_after > now);
        revoking.accounts.retain(|_, (_, forget_after)| *forget_after > now);
    }
}
