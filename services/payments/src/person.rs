//! Exports and erasures of a payer or seller. Payments, refunds and the ledger are the books and
//! are kept; a card's token is stored only until its payment has ended. The counts of card attempts
//! are erased.

use contract::UserId;
use contract::part::Obstacle;
use service::person::{Part, PersonalData, delete};
use store::{Document, Query, Store, Unavailable};

use crate::domain::refund::Share;
use crate::domain::{Account, CardAttempts, Dispute, Entry, Hashed, Payment, Refund};

/// Payments that are searched for one that has not ended: far more than can start while one is in
/// progress.
const RECENT: u32 = 1_000;

/// Documents per read where no index contains the user: refunds that have not ended and disputes,
/// which are few.
const PAGE: u32 = 200;

/// Fields that contain the sellers and the requester of a refund.
const OF_OTHERS: &[&str] = &["/shares", "/waived", "/requestedBy"];

/// Personal data of payments.
#[derive(Clone)]
pub(crate) struct PartyData {
    store: Store,
}

impl PartyData {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// The documents of a query that belong to a user.
    async fn all<D: Document>(
        &self,
        query: Query,
        is_own: impl Fn(&D) -> bool,
    ) -> Result<Vec<D>, Unavailable> {
        let (mut found, mut pages) = (Vec::new(), self.store.pages_of(query.limit(PAGE)));
        while let Some(page) = pages.next().await? {
            found.extend(page.into_iter().filter(&is_own));
        }
        Ok(found)
    }

    /// Whether money may still be returned to the user's account: by a failed refund, or a dispute
    /// that the bank rejects.
    async fn awaits_money(&self, user: UserId) -> Result<bool, Unavailable> {
        let bears = |shares: &[Share]| shares.iter().any(|share| share.seller == user);
        let refunds = Query::on("unsettled").equals(true);
        let is_own = |refund: &Refund| refund.payer == user || bears(&refund.shares);
        let refunds = self.all(refunds, is_own).await?;
        let disputes = Query::on("open").equals(true);
        let is_own = |dispute: &Dispute| bears(&dispute.allocation.shares);
        let disputes = self.all(disputes, is_own).await?;
        Ok(!refunds.is_empty() || !disputes.is_empty())
    }
}

impl PersonalData for PartyData {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        part.find::<Account>(&self.store, &user.to_string()).await?;
        let payments = Query::on("by_buyer").equals(user).descending();
        // Sellers' refunds are exported as refunds; the other fields are secrets.
        let hidden = ["/state/refunds", "/state/token", "/state/challenge", "/counted"];
        let payments = part.query::<Payment>(&self.store, payments, &hidden).await?;
        for payment in payments.iter().filter(|payment| payment.captured_amount().is_some()) {
            let refunds = Query::on("by_payment").equals(payment.id).descending();
            part.query::<Refund>(&self.store, refunds, OF_OTHERS).await?;
        }
        let is_own = |dispute: &Dispute| dispute.payer == user;
        let disputes = Query::on("by_age");
        for dispute in self.all(disputes, is_own).await? {
            part.add(&dispute, &["/burden"])?;
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
        let is_open =
            recent.iter().any(|payment| !payment.is_settled()) || self.awaits_money(user).await?;
        let account: Option<Account> = self.store.find(&user.to_string()).await?;
        let has_credit = account.is_some_and(|account| account.has_credit());
        let open = is_open.then_some(Obstacle::OpenPayments);
        let credit = (has_credit && !forfeits_credit).then_some(Obstacle::CreditLeft);
        Ok(open.into_iter().chain(credit).collect())
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        delete::<CardAttempts>(&self.store, vec![Hashed::account(user).to_string()]).await
    }
}
