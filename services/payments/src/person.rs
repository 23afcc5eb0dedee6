//! Exports and erasures of a payer or seller. The books (payments, refunds, sales, the ledger) are
//! kept; a card's token is stored only until its payment has ended. Counts of card attempts are
//! erased.

use contract::UserId;
use contract::part::Obstacle;
use service::person::{Part, PersonalData, delete};
use store::{Document, Query, Store, Unavailable};

use crate::domain::refund::Share;
use crate::domain::{Account, CardAttempts, Dispute, Entry, Hashed, Payment, Refund, Sale};

/// Payments searched for one in progress: far more than can start while one is.
const RECENT: u32 = 1_000;

/// Documents per read of the few that no index finds by user.
const PAGE: u32 = 200;

/// Fields that contain the sellers and the requester of a refund.
const OF_OTHERS: &[&str] = &["/shares", "/waived", "/requestedBy"];

#[derive(Clone)]
pub(crate) struct PartyData {
    store: Store,
}

impl PartyData {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Whether an order of a cancelled show that the user sold or paid is to be refunded.
    async fn awaits_show_refund(&self, user: UserId) -> Result<bool, Unavailable> {
        for index in ["owed_by_seller", "owed_to_buyer"] {
            let owed = Query::on(index).equals(user).limit(1);
            if !self.store.query::<Sale>(owed).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a failed refund or a rejected dispute may still return money to the user's account.
    async fn awaits_money(&self, user: UserId) -> Result<bool, Unavailable> {
        let bears = |shares: &[Share]| shares.iter().any(|share| share.seller == user);
        let is_own = |refund: &Refund| refund.payer == user || bears(&refund.shares);
        let is_borne = |dispute: &Dispute| bears(&dispute.allocation.shares);
        Ok(self.has(Query::on("unsettled").equals(true), is_own).await?
            || self.has(Query::on("open").equals(true), is_borne).await?)
    }

    async fn has<D: Document>(
        &self,
        query: Query,
        is_wanted: impl Fn(&D) -> bool,
    ) -> Result<bool, Unavailable> {
        let mut pages = self.store.pages_of(query.limit(PAGE));
        while let Some(page) = pages.next().await? {
            if page.iter().any(&is_wanted) {
                return Ok(true);
            }
        }
        Ok(false)
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
        let mut disputes = self.store.pages_of::<Dispute>(Query::on("by_age").limit(PAGE));
        while let Some(page) = disputes.next().await? {
            for dispute in page.iter().filter(|dispute| dispute.payer == user) {
                part.add(dispute, &["/burden"])?;
            }
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
        let is_open = recent.iter().any(|payment| !payment.is_settled())
            || self.awaits_money(user).await?
            || self.awaits_show_refund(user).await?;
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
