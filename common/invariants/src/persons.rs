//! Persons: ended sessions, and no others, are revoked until their tokens expire; an erased person
//! is in no store, except for the books; every e-mail address belongs to an account.

use std::collections::{HashMap, HashSet};

use contract::session::{RevocationState, Revoked};
use contract::ticket::Offer;
use contract::{SessionId, UserId};

use crate::evidence::Evidence;
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let epochs: HashMap<UserId, u64> =
        evidence.users.iter().map(|user| (user.id, user.epoch)).collect();
    let requests = evidence.person_requests.iter();
    let mut erased = HashSet::new();
    for request in requests.filter(|request| request.is_erasure()) {
        let (user, missing) = (request.user_id, request.missing());
        erased.insert(user);
        findings.expect(missing.is_empty(), Rule::Erasure, || {
            format!("{user} is erased, but not in {missing:?}")
        });
        findings.expect(!epochs.contains_key(&user), Rule::Erasure, || {
            format!("{user} is erased, but has an account")
        });
        for left in remaining_data(user, evidence) {
            findings.note(Rule::Erasure, format!("{user} is erased, but {left} remains"));
        }
    }
    for owner in evidence.addresses.iter().map(|address| address.user_id) {
        findings.expect(epochs.contains_key(&owner), Rule::Erasure, || {
            format!("an address belongs to {owner} without an account")
        });
    }
    check_revocations(&epochs, &erased, evidence, findings);
}

/// Data about a person that remains outside the books.
fn remaining_data(user: UserId, evidence: &Evidence) -> Vec<String> {
    let sessions = evidence.sessions.iter().filter(|session| session.user_id == user);
    let named = sessions
        .filter(|session| session.signed_out_at.is_none() || !session.device.as_str().is_empty());
    let mut left: Vec<String> = named.map(|session| format!("session {}", session.id)).collect();
    if evidence.holdings.iter().any(|holdings| holdings.buyer == user) {
        left.push("a list of holds".to_owned());
    }
    let reports = evidence.reports.iter().filter(|report| report.reporter == user);
    left.extend(reports.map(|report| format!("report {}", report.id)));
    let tickets = evidence.tickets.iter().filter(|ticket| ticket.seller == user);
    let named = tickets.filter(|ticket| {
        let is_offered = ticket.offer == Offer::Open && ticket.left() > 0;
        let is_unsold = ticket.stock.committed() == 0;
        let has_title = is_unsold && ticket.terms.title.as_str() != "Withdrawn";
        is_offered || ticket.terms.description.is_some() || has_title
    });
    left.extend(named.map(|ticket| format!("ticket {}", ticket.id)));
    let shows = evidence.shows.iter().filter(|show| show.seller == user);
    let named = shows.filter(|show| show.details.description.is_some() || show.image.is_some());
    left.extend(named.map(|show| format!("show {}", show.id)));
    left
}

/// Auth's revocations agree with its sessions and accounts.
fn check_revocations(
    epochs: &HashMap<UserId, u64>,
    erased: &HashSet<UserId>,
    evidence: &Evidence,
    findings: &mut Findings,
) {
    let own = evidence.revocations.iter().filter(|(service, _)| service == auth::NAME);
    let still_matters = |state: &&RevocationState| state.forget_after > evidence.read_at;
    let own = own.flat_map(|(_, states)| states).filter(still_matters);
    let own: Vec<Revoked> = own.map(|state| state.revoked).collect();
    let signed_out = evidence.sessions.iter().filter(|session| session.signed_out_at.is_some());
    let signed_out: HashMap<SessionId, _> =
        signed_out.map(|session| (session.id, session.ends_at)).collect();
    for (id, _) in signed_out.iter().filter(|(_, ends_at)| **ends_at > evidence.read_at) {
        let is_revoked = own.contains(&Revoked::Session { session_id: *id });
        findings.expect(is_revoked, Rule::CopiesConverge, || {
            format!("session {id} was signed out, but auth has not revoked it")
        });
    }
    for revoked in own {
        match revoked {
            Revoked::Session { session_id: id } => {
                findings.expect(signed_out.contains_key(&id), Rule::CopiesConverge, || {
                    format!("auth has revoked session {id}, which was not signed out")
                });
            }
            Revoked::Account { user_id: id, epoch } => {
                let known = epochs.get(&id).copied();
                let is_so = known == Some(epoch) || erased.contains(&id);
                findings.expect(is_so, Rule::CopiesConverge, || {
                    format!("auth has revoked account {id} up to epoch {epoch}; it is at {known:?}")
                });
            }
        }
    }
}
