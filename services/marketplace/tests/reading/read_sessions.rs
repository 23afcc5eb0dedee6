//! Sessions and accounts, and each service's copies of the revocations.

use auth::User;
use auth::domain::Session;
use service::revocations::active;
use store::Unavailable;
use testing::checker::Evidence;
use testing::checker::evidence::{AccountFacts, SessionFacts};

use super::{Reader, every};

impl Reader {
    pub(super) async fn read_sessions(&self, evidence: &mut Evidence) -> Result<(), Unavailable> {
        let auth = self.store(auth::NAME)?;
        let fact = |session: Session| SessionFacts {
            id: session.id,
            ends_at: session.ends_at,
            is_signed_out: session.signed_out_at.is_some(),
        };
        evidence.sessions = every(auth).await?.into_iter().map(fact).collect();
        let fact = |user: User| AccountFacts {
            id: user.id,
            epoch: user.epoch,
            is_banned: !user.may_sign_in(),
        };
        evidence.accounts = every(auth).await?.into_iter().map(fact).collect();
        for (name, store) in &self.stores {
            let kept = active(store, evidence.read_at).await?;
            evidence.revocations.push(((*name).to_owned(), kept));
        }
        Ok(())
    }
}
