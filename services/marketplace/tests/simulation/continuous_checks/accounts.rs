//! Accounts: no session of a banned account begins or is renewed.

use auth::User;
use auth::domain::Session;
use contract::user::AccountStatus;
use invariants::Rule;
use store::batch::Batch;

use super::{ContinuousChecks, each};

impl ContinuousChecks {
    pub(super) fn accounts_committed(&mut self, batch: &Batch) {
        let mut changed = Vec::new();
        each(batch, |user: User| changed.push(user));
        let mut written = Vec::new();
        each(batch, |session: Session| written.push(session));
        for session in written {
            let (id, user) = (session.id, session.user_id);
            let known = self.sessions.insert(id, session.renewed_at);
            let is_active = known != Some(session.renewed_at) && session.signed_out_at.is_none();
            // Within a batch that changes the account, the session may have begun before the ban or
            // after its end.
            let is_banned = self.banned.contains(&user) && changed.iter().all(|one| one.id != user);
            self.findings.expect(!(is_active && is_banned), Rule::InForce, || {
                format!("session {id} begins or is renewed, and its account {user} is banned")
            });
        }
        for user in changed {
            match user.status {
                AccountStatus::Active => self.banned.remove(&user.id),
                AccountStatus::Banned => self.banned.insert(user.id),
            };
        }
    }
}
