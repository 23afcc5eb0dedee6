//! Revocations of unexpired tokens, in memory, since every request checks them.

use std::collections::HashMap;
use std::sync::Arc;

use contract::session::{RevocationState, Revoked};
use contract::{SessionId, Timestamp, UserId};
use parking_lot::RwLock;

use super::claims::Claims;

/// Revocations of tokens that have not expired. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Revocations {
    shared: Arc<RwLock<RevokedUntil>>,
}

#[derive(Debug, Default)]
struct RevokedUntil {
    sessions: HashMap<SessionId, Timestamp>,
    /// First valid epoch of an account, and when the entry expires.
    accounts: HashMap<UserId, (u64, Timestamp)>,
}

impl Revocations {
    /// Adds a revocation; repeats have no further effect.
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

    /// Drops entries whose tokens have all expired.
    pub fn forget(&self, now: Timestamp) {
        let mut revoking = self.shared.write();
        revoking.sessions.retain(|_, forget_after| *forget_after > now);
        revoking.accounts.retain(|_, (_, forget_after)| *forget_after > now);
    }
}
