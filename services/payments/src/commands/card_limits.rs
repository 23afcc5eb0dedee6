//! Limits on attempts to charge cards. Counts change in the transactions that begin and end
//! attempts, in the store shared by all replicas.

use store::{Loaded, Tx};
use web::ClientNetwork;

use contract::UserId;

use crate::domain::{CardAttempts, CountedAttempt, Hashed, Payment, Refusal, State, Token};
use crate::provider::gateway;
use crate::refusal::Decision;
use crate::settings::CardSettings;

#[derive(Debug, Clone)]
pub(crate) struct RequestLimits {
    settings: CardSettings,
    network: Option<Hashed>,
}

impl CardSettings {
    /// The limits for a request from this network.
    pub(crate) fn for_network(self, network: ClientNetwork) -> RequestLimits {
        let is_counted = self.network_attempts.is_some() && self.private_networks.counts(network);
        RequestLimits { settings: self, network: is_counted.then(|| Hashed::network(&network)) }
    }
}

impl RequestLimits {
    /// Counts an attempt before it begins; `None` without limits.
    ///
    /// # Errors
    /// [`Refusal::TooManyCardAttempts`] with the longest wait; the provider must not be called.
    pub(crate) fn count(
        &self,
        tx: &mut Tx<'_>,
        payer: UserId,
        token: &Token,
    ) -> Decision<Option<CountedAttempt>> {
        let limits = self.settings.account;
        let is_any = limits.declines.or(limits.attempts).or(limits.cards).is_some();
        if !is_any && self.network.is_none() {
            return Ok(None);
        }
        let (now, card) = (tx.now(), Hashed::card(payer, token));
        let mut refused = None;
        if is_any {
            let id = Hashed::account(payer);
            refused = store(tx, id, |known| known.attempt(&card, limits, now))?;
        }
        if let Some((network, most)) = self.network.clone().zip(self.settings.network_attempts) {
            let of_network = store(tx, network, |known| known.attempt_from_network(most, now))?;
            refused = refused.into_iter().chain(of_network).max_by_key(|refusal| refusal.wait());
        }
        match refused {
            None => Ok(Some(CountedAttempt { card, network: self.network.clone() })),
            Some(refusal) => Err(refusal.into()),
        }
    }
}

/// Returns the refusal of one more attempt, if any.
fn store(
    tx: &mut Tx<'_>,
    id: Hashed,
    count: impl FnOnce(CardAttempts) -> Result<CardAttempts, Refusal>,
) -> Loaded<Option<Refusal>> {
    let known = tx.get::<CardAttempts>(&id)?;
    match count(known.unwrap_or_else(|| CardAttempts::none(id, tx.now()))) {
        Ok(counted) => {
            tx.put(counted);
            Ok(None)
        }
        Err(refusal) => Ok(Some(refusal)),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Not known yet.
    Open,
    /// The card was charged, or the amount is authorised.
    Succeeded,
    /// The card was not used.
    NotUsed,
    /// The card was declined, or the payer did not complete the payment in time.
    Failed,
}

/// Removes an attempt from the counts if a change shows a success or that no card was used.
pub(crate) fn end_attempt(tx: &mut Tx<'_>, before: &Payment, after: Payment) -> Loaded<Payment> {
    let Some(counted) = &after.counted else { return Ok(after) };
    let (began_at, card) = (after.started_at, &counted.card);
    match outcome(before, &after) {
        Outcome::Open => return Ok(after),
        Outcome::Failed => {}
        Outcome::Succeeded => {
            recount(tx, after.buyer, counted, |known| known.succeeded(began_at, card))?;
        }
        Outcome::NotUsed => recount(tx, after.buyer, counted, |known| known.taken_back(began_at))?,
    }
    Ok(Payment { counted: None, ..after })
}

fn recount(
    tx: &mut Tx<'_>,
    payer: UserId,
    counted: &CountedAttempt,
    change: impl Fn(CardAttempts) -> CardAttempts,
) -> Loaded<()> {
    let account = Hashed::account(payer);
    for id in [Some(&account), counted.network.as_ref()].into_iter().flatten() {
        if let Some(known) = tx.get::<CardAttempts>(id)? {
            tx.save(change(known));
        }
    }
    Ok(())
}

fn outcome(before: &Payment, after: &Payment) -> Outcome {
    match &after.state {
        State::Started { .. } | State::Opened { .. } | State::RequiresAction { .. } => {
            Outcome::Open
        }
        State::Authorized { .. }
        | State::Capturing { .. }
        | State::Captured { .. }
        | State::Returned { .. } => Outcome::Succeeded,
        State::Declined { reason, .. } if gateway::is_about_amount(reason) => Outcome::NotUsed,
        State::Voiding { .. } | State::Voided { .. } | State::Declined { .. } => {
            let is_unused = matches!(before.state, State::Started { .. });
            if is_unused { Outcome::NotUsed } else { Outcome::Failed }
        }
    }
}

/// Counts a card that was charged or declined by a change.
pub(crate) fn count_outcome(before: &Payment, after: &Payment) {
    let was_open = matches!(
        before.state,
        State::Started { .. } | State::Opened { .. } | State::RequiresAction { .. }
    );
    if !was_open || after.is_by_ledger() {
        return;
    }
    let label = match outcome(before, after) {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed if matches!(after.state, State::Declined { .. }) => "declined",
        Outcome::Open | Outcome::NotUsed | Outcome::Failed => return,
    };
    metrics::counter!("card_attempts_total", "outcome" => label).increment(1);
}
