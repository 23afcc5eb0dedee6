//! Sessions that ended before their tokens expire: auth has revoked them, and every other service
//! has a copy.

use std::collections::HashMap;

use contract::session::{RevocationState, Revoked};
use contract::{Id, SessionId, State as _, UserId};

use super::evidence::{AccountFacts, SessionFacts};
use super::{Evidence, Findings, Rule};

/// The service whose revocations the others copy.
const SOURCE: &str = "auth";

/// The revoked sessions of a service, by the revoked id.
type Revocations = HashMap<Id, RevocationState>;

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    // Each service removes a revocation at its own time, once no valid token can match it.
    let still_matters = |state: &&RevocationState| state.forget_after > evidence.read_at;
    let by_id = |states: &[RevocationState]| -> Revocations {
        states.iter().filter(still_matters).map(|state| (state.id(), *state)).collect()
    };
    let kept_by = evidence.revocations.iter().map(|(service, states)| (service, by_id(states)));
    let (source, copies): (Vec<_>, Vec<_>) = kept_by.partition(|(service, _)| *service == SOURCE);
    let source = source.into_iter().next().map(|(_, kept)| kept).unwrap_or_default();
    check_source(&source, evidence, findings);
    for (service, copy) in &copies {
        check_copy(service, copy, &source, findings);
    }
}

/// Auth's revocations agree with its sessions and accounts.
fn check_source(source: &Revocations, evidence: &Evidence, findings: &mut Findings) {
    let sessions: HashMap<SessionId, &SessionFacts> =
        evidence.sessions.iter().map(|session| (session.id, session)).collect();
    let accounts: HashMap<UserId, &AccountFacts> =
        evidence.accounts.iter().map(|account| (account.id, account)).collect();
    let signed_out = evidence.sessions.iter().filter(|session| session.is_signed_out);
    for SessionFacts { id, .. } in signed_out.filter(|session| session.ends_at > evidence.read_at) {
        findings.expect(source.contains_key(&id.untyped()), Rule::CopiesConverge, || {
            format!("session {id} was signed out, but auth has not revoked it")
        });
    }
    for revocation in source.values() {
        match revocation.revoked {
            Revoked::Session { session_id: id } => {
                let is_so = sessions.get(&id).is_some_and(|session| session.is_signed_out);
                findings.expect(is_so, Rule::CopiesConverge, || {
                    format!("auth has revoked session {id}, which was not signed out")
                });
            }
            Revoked::Account { user_id: id, epoch } => {
                let known = accounts.get(&id).map(|account| account.epoch);
                let is_erased = evidence.erased.iter().any(|erased| erased.user == id);
                findings.expect(known == Some(epoch) || is_erased, Rule::CopiesConverge, || {
                    format!("auth has revoked account {id} up to epoch {epoch}; it is at {known:?}")
                });
            }
        }
    }
}

fn check_copy(service: &str, copy: &Revocations, source: &Revocations, findings: &mut Findings) {
    for (id, revocation) in source {
        let copied = copy.get(id);
        findings.expect(copied == Some(revocation), Rule::CopiesConverge, || match copied {
            None => format!("{service} has no revocation of {:?}", revocation.revoked),
            Some(copied) => format!(
                "auth has revoked {:?}; {service} copied {:?}",
                revocation.revoked, copied.revoked
            ),
        });
    }
    for revocation in copy.iter().filter(|(id, _)| !source.contains_key(id)).map(|(_, kept)| kept) {
        let line =
            format!("{service} has a revocation of {:?}, but auth has none", revocation.revoked);
        findings.note(Rule::CopiesConverge, line);
    }
}
