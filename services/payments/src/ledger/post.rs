//! The only write access to the ledger: a transaction is posted whole, in its cause's decision.

use contract::UserId;
use store::Tx;

use crate::domain::{Account, Entry, Transaction};
use crate::refusal::Decision;

/// Posts a transaction: inserts an entry for each leg and updates the users' accounts. A second
/// posting for one cause is a bug and aborts the decision. The refusals are `InsufficientCredit` if
/// a balance would become negative, and `BalanceTooLarge`.
pub(crate) fn post(tx: &mut Tx<'_>, transaction: &Transaction) -> Decision<()> {
    let users: Vec<UserId> = transaction.users().collect();
    // Loads all accounts at once.
    tx.get_all::<Account>(&users)?;
    let (cause, at) = (transaction.cause(), tx.now());
    for (place, leg) in (0..).zip(transaction.legs()) {
        let (account, side, amount) = (leg.account, leg.side, leg.amount);
        let statement = match account.user() {
            None => None,
            Some(user) => {
                let account = tx.get::<Account>(user)?.unwrap_or(Account::of(user));
                let (account, line) = account.post(side, amount)?;
                tx.put(account);
                Some(line)
            }
        };
        let transaction = cause.transaction();
        tx.insert(Entry { transaction, place, account, side, amount, at, cause, statement });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use contract::{Currency, Id, Money, PaymentId};
    use store::{Failure, Options, Store};
    use testing::Platforms;

    use super::*;
    use crate::domain::{AccountId, Cause, OfPayment};

    fn top_up(payment: u8) -> Transaction {
        let payment_id = PaymentId::new(Id::from_bytes([payment; 12]));
        Transaction::because_of(Cause::TopUp(OfPayment { payment_id, order_id: None })).transfer(
            AccountId::Provider,
            AccountId::User(user()),
            Money::new(500, Currency::USD),
        )
    }

    fn user() -> UserId {
        UserId::new(Id::from_bytes([9; 12]))
    }

    #[tokio::test]
    async fn a_second_posting_for_one_cause_aborts_the_decision() {
        let platforms = Platforms::in_memory();
        let (clock, ids) = (platforms.clock.clone(), platforms.ids.clone());
        let collections = crate::COLLECTIONS.to_vec();
        let options = Options { source: crate::NAME, collections, clock, ids };
        let opened = Store::open(platforms.engine(crate::NAME), options).await;
        let (store, committer) = opened.unwrap();
        let posting = async {
            let post = |number| store.transact(move |tx| post(tx, &top_up(number)));
            let (one, other) = tokio::join!(post(1), post(2));
            assert!(one.is_ok() && other.is_ok());
            let (again, third, twice) = tokio::join!(post(1), post(3), post(3));
            assert!(third.is_ok());
            for refused in [again, twice] {
                assert!(matches!(refused, Err(Failure::Unavailable(_))), "{refused:?}");
            }
            let account = store.find::<Account>(&user().to_string()).await.unwrap().unwrap();
            assert_eq!(account.balances, [Money::new(1_500, Currency::USD)]);
            assert_eq!(store.scan::<Entry>("", 100).await.unwrap().len(), 6);
            store.close();
        };
        tokio::join!(posting, committer.run());
    }
}
