//! Exports and erasures of a payer or seller. Payments, refunds and the ledger are the books and remain; a card's token is stored
//! only until its payment has ended. The count of attempts to charge cards is erased.

use contract::UserId;
use contract::part::Obstacle;
use service::person::{Part, PersonalData};
use store::{Failure, Query, Stop, Store, Unavailable};

use crate::domain::{Account, CardAttempts, Entry, Hashed, Payment, Refund, Refusal};

/// Payments looked through for one that has not ended: far more than can be begun within the time that one takes.
const RECENT: u32 = 1_000;

/// Fields that name the sellers of a refund, and who asked for it.
const OF_OTHERS: &[&str] = &["/shares", "/waived", "/requestedBy"];

/// What payments stores about people.
#[derive(Clone)]
pub(crate) struct Parties {
    store: Store,
}

impl Parties {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }
}

impl PersonalData for Parties {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        part.find::<Account>(&self.store, &user.to_string()).await?;
        let payments = Query::on("by_buyer").equals(user).descending();
        // What sellers refunded of it is in the refunds; the others are secrets.
        let hidden = ["/state/refunds", "/state/token", "/state/challenge", "/counted"];
        let payments = part.query::<Payment>(&self.store, payments, &hidden).await?;
        for payment in payments.iter().filter(|payment| payment.taken().is_some()) {
            let refunds = Query::on("by_payment").equals(payment.id).descending();
            part.query::<Refund>(&self.store, refunds, OF_OTHERS).await?;
        }
        let entries = Query::on("by_user").equals(user).descending();
        part.query::<Entry>(&self.store, entries, &[]).await.map(drop)
    }

    async fn obstacles(
        &self,
        user: UserId,
        forfeits_credit: bool,
    ) -> Result<Vec<Obstacle>, Unavailable> {
        let recent = Query::on("by_buyer").equals(user).descending().limit(RECENT);
        let recent: Vec<Payment> = self.store.query(recent).await?;
        let is_open = recent.iter().any(|payment| !payment.is_settled());
        let account: Option<Account> = self.store.find(&user.to_string()).await?;
        let has_credit = account.is_some_and(|account| account.has_credit());
        let open = is_open.then_some(Obstacle::OpenPayments);
        let credit = (has_credit && !forfeits_credit).then_some(Obstacle::CreditLeft);
        Ok(open.into_iter().chain(credit).collect())
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        let erasing = self.store.transact(move |tx| {
            let id = Hashed::account(user);
            if tx.get::<CardAttempts>(&id)?.is_some() {
                tx.delete::<CardAttempts>(&id);
            }
            Ok::<_, Stop<Refusal>>(())
        });
        match erasing.await {
            Ok(()) => Ok(()),
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
            Err(Failure::Refused(_) | Failure::Busy) => Err(Unavailable::new("the store is busy")),
        }
    }
}
