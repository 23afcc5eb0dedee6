//! Refunds, in payments and in the provider's ledger.

use payments::domain::refund::{Destination, Origin, Share, State, Task};
use payments::domain::{AccountId, Dispute, DisputeState, Refund};
use payments::provider::test_provider::{EntryKind, Intent};
use store::Unavailable;
use testing::checker::Evidence;
use testing::checker::evidence::{
    CreditedShare, DisputeEnd, DisputeFacts, LedgerAccount, ProviderRefundFacts, RefundEnd,
    RefundFacts, RefundTo,
};

use super::{Reader, every};

impl Reader {
    pub(super) async fn read_refunds(&self, evidence: &mut Evidence) -> Result<(), Unavailable> {
        let refunds: Vec<Refund> = every(self.store(payments::NAME)?).await?;
        evidence.refunds = refunds.into_iter().map(refund).collect();
        let disputes: Vec<Dispute> = every(self.store(payments::NAME)?).await?;
        evidence.disputes = disputes.iter().map(dispute).collect();
        evidence.provider_refunds =
            self.provider.ledger().await?.iter().flat_map(provider_refunds).collect();
        Ok(())
    }
}

fn refund(refund: Refund) -> RefundFacts {
    let credited = |share: &Share| {
        let by = |account, amount| CreditedShare { seller: share.seller, account, amount };
        let by_seller = by(LedgerAccount::User(share.seller), share.by_seller);
        [by_seller, by(LedgerAccount::House, share.by_house)]
    };
    let borne = refund.shares.iter().flat_map(credited).map(|share| (share.account, share.amount));
    let borne = borne.chain(refund.excess.map(|excess| (LedgerAccount::House, excess)));
    RefundFacts {
        id: refund.id,
        payment_id: refund.payment_id,
        payer: refund.payer,
        amount: refund.amount,
        to: match refund.to {
            Destination::Card { .. } => RefundTo::Card,
            Destination::Credit => RefundTo::Credit,
        },
        borne: borne.filter(|(_, amount)| amount.minor_units > 0).collect(),
        shares: refund.shares.iter().map(|share| (share.seller, share.amount())).collect(),
        end: match refund.state {
            State::Requested { .. } => RefundEnd::Requested,
            State::Succeeded { .. } => RefundEnd::Succeeded,
            State::Failed { paid_at: None, .. } => RefundEnd::Failed,
            State::Failed { paid_at: Some(_), .. } => RefundEnd::CameBack,
            State::Credited { paid_at: None, .. } => RefundEnd::FailedToCredit,
            State::Credited { paid_at: Some(_), .. } => RefundEnd::CameBackToCredit,
        },
        requested_by: refund.requested_by,
        excess: refund.excess.map_or(0, |excess| excess.minor_units),
        is_foreign: refund.origin == Origin::Provider,
        waived: refund.waived.iter().map(|claim| (claim.seller, claim.amount)).collect(),
        credited: match &refund.state {
            State::Credited { shares, .. } => {
                let parts = shares.iter().flat_map(credited);
                parts.filter(|part| part.amount.minor_units > 0).collect()
            }
            State::Requested { .. } | State::Succeeded { .. } | State::Failed { .. } => Vec::new(),
        },
        has_task: refund.task() != Task::Nothing,
        returns: refund.returns,
    }
}

fn dispute(dispute: &Dispute) -> DisputeFacts {
    let account = |account| match account {
        AccountId::User(user) => LedgerAccount::User(user),
        AccountId::Provider => LedgerAccount::Provider,
        AccountId::Holds => LedgerAccount::Holds,
        AccountId::Refunds => LedgerAccount::Refunds,
        AccountId::Disputes => LedgerAccount::Disputes,
        AccountId::House => LedgerAccount::House,
    };
    let borne = dispute.allocation.borne().map(|(of, amount)| (account(of), amount));
    let shares = dispute.allocation.shares.iter();
    DisputeFacts {
        id: dispute.id,
        payment_id: dispute.payment_id,
        amount: dispute.amount,
        borne: borne.collect(),
        shares: shares.map(|share| (share.seller, share.amount())).collect(),
        end: match dispute.state {
            DisputeState::Open => DisputeEnd::Open,
            DisputeState::Won { .. } => DisputeEnd::Won,
            DisputeState::Lost { .. } => DisputeEnd::Lost,
        },
    }
}

/// The provider's refunds of a payment.
fn provider_refunds(intent: &Intent) -> Vec<ProviderRefundFacts> {
    let payment_id = intent.payment_id;
    let entries = intent.entries.iter().filter_map(|entry| match entry.kind {
        EntryKind::Refunded { refund_id, amount } => {
            Some(ProviderRefundFacts { refund_id, payment_id, amount })
        }
        EntryKind::Authorized | EntryKind::Captured | EntryKind::Voided => None,
    });
    entries.collect()
}
