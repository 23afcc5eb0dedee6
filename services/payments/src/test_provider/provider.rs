//! The provider itself.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use contract::PaymentId;
use sources::{Clock, Ids};
use store::{Committer, Engine, Failure, Options, Position, Query, Stop, Store, Tx, Unavailable};

use super::intent::{Entry, EntryKind, INTENTS, Intent};
use crate::gateway::{Authorization, GatewayError, PaymentGateway};

/// How long `tok_slow` takes.
const SLOW: Duration = Duration::from_secs(3);

/// Intents read at once when the whole ledger is read.
const PAGE: u32 = 500;

/// The built-in provider. Clones mean the same ledger.
#[derive(Clone)]
pub struct TestProvider {
    store: Store,
    clock: Clock,
}

/// Why the ledger says no: a bug of the caller, since it asks for what cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Misuse {
    OtherParameters,
    NotHeld,
    Captured,
    Voided,
}

impl store::Refusal for Misuse {}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherParameters => "the key was used with other parameters",
            Self::NotHeld => "no money is held",
            Self::Captured => "the money was taken",
            Self::Voided => "the money was let go",
        })
    }
}

impl TestProvider {
    /// The name of the store that its ledger is kept in.
    pub const NAME: &str = "test-provider";

    /// Opens the provider's ledger; its committer is to be run with those of the service.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine cannot be opened.
    pub async fn open(
        engine: Engine,
        clock: Clock,
        ids: Ids,
    ) -> Result<(Self, (Store, Committer)), Unavailable> {
        let collections = vec![&INTENTS];
        let options = Options { source: Self::NAME, collections, clock: clock.clone(), ids };
        let (store, committer) = Store::open(engine, options).await?;
        Ok((Self { store: store.clone(), clock }, (store, committer)))
    }

    /// The whole ledger, oldest first.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn ledger(&self) -> Result<Vec<Intent>, Unavailable> {
        let mut ledger: Vec<Intent> = Vec::new();
        loop {
            let after = ledger.last().map(|last| Position {
                key: last.created_at.into(),
                id: last.payment_id.to_string(),
            });
            let page = Query::on("by_age").after(after).limit(PAGE);
            let page: Vec<Intent> = self.store.query(page).await?;
            if page.is_empty() {
                return Ok(ledger);
            }
            ledger.extend(page);
        }
    }

    async fn move_money(&self, payment_id: PaymentId, kind: EntryKind) -> Result<(), GatewayError> {
        let moving = self.store.transact(move |tx| move_once(tx, payment_id, kind));
        moving.await.map_err(unknown)
    }
}

#[async_trait]
impl PaymentGateway for TestProvider {
    fn describe(&self) -> String {
        "test (built in; moves no real money)".to_owned()
    }

    async fn authorize(&self, authorization: &Authorization) -> Result<String, GatewayError> {
        let token = authorization.token.as_str();
        if token == "tok_slow" {
            self.clock.sleep(SLOW).await;
        }
        let asked = authorization.clone();
        let intent = self.store.transact(move |tx| authorize_once(tx, &asked)).await;
        let intent = intent.map_err(unknown)?;
        if token == "tok_error_after_charge" && intent.answers == 1 {
            return Err(GatewayError::Unknown(Unavailable::new("the provider's answer was lost")));
        }
        match intent.declined {
            Some(reason) => Err(GatewayError::Declined(reason)),
            None => Ok(intent.reference),
        }
    }

    async fn capture(&self, payment_id: PaymentId, _: &str) -> Result<(), GatewayError> {
        self.move_money(payment_id, EntryKind::Captured).await
    }

    async fn void(&self, payment_id: PaymentId, _: &str) -> Result<(), GatewayError> {
        self.move_money(payment_id, EntryKind::Voided).await
    }
}

fn authorize_once(tx: &mut Tx<'_>, asked: &Authorization) -> Result<Intent, Stop<Misuse>> {
    let token = asked.token.as_str();
    if let Some(mut intent) = tx.get::<Intent>(asked.payment_id)? {
        if intent.amount != asked.amount || intent.token != token {
            return Err(Misuse::OtherParameters.into());
        }
        intent.answers += 1;
        tx.save(intent.clone());
        return Ok(intent);
    }
    let declined = match token {
        "tok_visa" | "tok_slow" | "tok_error_after_charge" => None,
        "tok_declined" => Some("card_declined"),
        "tok_insufficient_funds" => Some("insufficient_funds"),
        _ => Some("unknown_token"),
    };
    let held = Entry { kind: EntryKind::Authorized, at: tx.now() };
    let intent = Intent {
        payment_id: asked.payment_id,
        reference: format!("test_{}", asked.payment_id),
        amount: asked.amount,
        token: token.to_owned(),
        declined: declined.map(str::to_owned),
        answers: 1,
        entries: if declined.is_none() { vec![held] } else { Vec::new() },
        created_at: tx.now(),
    };
    tx.insert(intent.clone());
    Ok(intent)
}

fn move_once(tx: &mut Tx<'_>, payment_id: PaymentId, kind: EntryKind) -> Result<(), Stop<Misuse>> {
    let mut intent = tx.get::<Intent>(payment_id)?.ok_or(Misuse::NotHeld)?;
    if intent.has(kind) {
        return Ok(());
    }
    if !intent.has(EntryKind::Authorized) {
        return Err(Misuse::NotHeld.into());
    }
    if intent.has(EntryKind::Captured) {
        return Err(Misuse::Captured.into());
    }
    if intent.has(EntryKind::Voided) {
        return Err(Misuse::Voided.into());
    }
    intent.entries.push(Entry { kind, at: tx.now() });
    tx.save(intent);
    Ok(())
}

fn unknown(failure: Failure<Misuse>) -> GatewayError {
    GatewayError::Unknown(Unavailable::caused_by("the provider did not answer", failure))
}
