//! Erased persons, and their remaining data outside the books.

use auth::documents::AddressOwner;
use auth::domain::{PersonRequest, Session};
use contract::UserId;
use contract::ticket::Offer;
use orders::Holdings;
use store::Unavailable;
use testing::checker::Evidence;
use testing::checker::evidence::ErasedFacts;
use tickets::Ticket;

use super::{Reader, every};

impl Reader {
    pub(super) async fn read_persons(&self, evidence: &mut Evidence) -> Result<(), Unavailable> {
        let auth = self.store(auth::NAME)?;
        let owners: Vec<AddressOwner> = every(auth).await?;
        evidence.addresses = owners.into_iter().map(|owner| owner.user_id).collect();
        let sessions: Vec<Session> = every(auth).await?;
        let holdings: Vec<Holdings> = every(self.store(orders::NAME)?).await?;
        let tickets: Vec<Ticket> = every(self.store(tickets::NAME)?).await?;
        let left_of = |user: UserId| {
            let mut left = Vec::new();
            for session in sessions.iter().filter(|session| session.user_id == user) {
                if session.signed_out_at.is_none() || !session.device.as_str().is_empty() {
                    left.push(format!("session {}", session.id));
                }
            }
            left.extend(
                holdings
                    .iter()
                    .any(|held| held.buyer == user)
                    .then(|| "a list of holds".to_owned()),
            );
            for ticket in tickets.iter().filter(|ticket| ticket.seller == user) {
                let is_offered = ticket.offer == Offer::Open && ticket.left() > 0;
                let has_words = ticket.terms.description.is_some()
                    || ticket.stock.committed() == 0 && ticket.terms.title.as_str() != "Withdrawn";
                if is_offered || has_words {
                    left.push(format!("ticket {}", ticket.id));
                }
            }
            left
        };
        let requests: Vec<PersonRequest> = every(auth).await?;
        let erased = requests.iter().filter(|request| request.is_erasure());
        let facts = erased.map(|request| ErasedFacts {
            user: request.user_id,
            missing: request.missing().into_iter().map(str::to_owned).collect(),
            left: left_of(request.user_id),
        });
        evidence.erased = facts.collect();
        Ok(())
    }
}
