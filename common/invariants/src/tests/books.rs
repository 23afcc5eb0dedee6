//! Every defect of the books is found.

use contract::Currency;
use contract::order::OrderStatus;
use payments::domain::{Account, AccountId, Cause, Entry, Line};
use testing::samples::{id, usd};

use super::sound::{
    CREDITED, Defect, TOP_UP, authorized, captured, finds, finds_each, intent, journal, of, sound,
    violated,
};
use crate::Evidence;
use crate::Rule::{Books, Money, NothingForNothing, NothingStuck, OneEffect};

fn account(number: u8, entries: u64, minor_units: i64) -> Account {
    Account { user: id(number), entries, balances: vec![usd(minor_units)] }
}

fn line(number: u64, balance: i64) -> Line {
    Line { number, balance: usd(balance) }
}

const DEFECTS: &[Defect] = &[
    ("another balance", Books, |it| it.accounts[0].balances[0] = usd(2_001)),
    ("another number of entries", Books, |it| it.accounts[0].entries = 5),
    ("entries without an account", Books, |it| _ = it.accounts.pop()),
    ("an account without entries", Books, |it| it.accounts.push(account(7, 0, 1))),
    ("a line with another balance", Books, |it| it.entries[1].statement = Some(line(1, 2_999))),
    ("a line with another number", Books, |it| it.entries[1].statement = Some(line(2, 3_000))),
    ("no line", Books, |it| it.entries[1].statement = None),
    ("credit for a payment without an end", NothingForNothing, |it| {
        it.payments[3].state = authorized();
    }),
    ("credit that remains held", Books, |it| {
        it.entries.truncate(10);
        it.accounts[0] = account(1, 3, 1_000);
    }),
    ("credit captured for a cancelled order", NothingForNothing, |it| {
        it.payments[3].state = captured();
    }),
    ("credit captured for an active order", NothingForNothing, |it| {
        it.orders[3].state.status = OrderStatus::Created;
    }),
    ("a payment by credit and by card", Money, |it| it.intents.push(intent(CREDITED, (1, 0)))),
    ("a top-up that the provider has not", Money, |it| _ = it.intents.pop()),
    ("a top-up of another amount", Money, |it| it.intents[2].amount = usd(2_999)),
    ("a top-up that payments has not", OneEffect, |it| it.payments.truncate(4)),
    ("a top-up without an end", NothingForNothing, |it| it.payments[4].state = authorized()),
    ("a top-up with a task", NothingStuck, |it| it.payments[4].has_news = true),
    ("an acknowledged top-up without a capture", Money, |it| {
        journal(it).topped_up.insert(id(7), id(1));
    }),
];

#[test]
fn every_defect_of_the_books_is_found() {
    finds_each(sound, DEFECTS);
}

#[test]
fn a_missing_changed_or_repeated_entry_is_found() {
    for at in 0..sound().entries.len() {
        finds(sound(), "missing", Books, |it| _ = it.entries.remove(at));
        finds(sound(), "repeated", Books, |it| it.entries.push(it.entries[at].clone()));
        finds(sound(), "another amount", Books, |it| it.entries[at].amount.minor_units += 1);
        finds(sound(), "euros", Books, |it| it.entries[at].amount.currency = Currency::EUR);
    }
}

/// Expects that a defect breaks the rule of the books alone.
#[track_caller]
fn breaks_only_the_books(break_it: impl FnOnce(&mut Evidence)) {
    let mut evidence = sound();
    break_it(&mut evidence);
    let mut rules = violated(&evidence);
    rules.dedup();
    assert_eq!(rules, [Books]);
}

#[test]
fn a_consistently_repeated_transaction_is_found() {
    breaks_only_the_books(|evidence| {
        let is_top_up = |entry: &&Entry| entry.cause == Cause::TopUp(of(TOP_UP));
        let twice: Vec<_> = evidence.entries.iter().filter(is_top_up).cloned().collect();
        evidence.entries.extend(twice);
        evidence.entries.last_mut().unwrap().statement = Some(line(5, 5_000));
        evidence.accounts[0] = account(1, 5, 5_000);
    });
}

#[test]
fn a_sale_that_credits_another_user_is_found() {
    breaks_only_the_books(|evidence| {
        for entry in &mut evidence.entries {
            if entry.account == AccountId::User(id(9)) {
                entry.account = AccountId::User(id(8));
            }
        }
        evidence.accounts[1].user = id(8);
    });
}

#[test]
fn a_temporarily_negative_balance_is_found() {
    breaks_only_the_books(|evidence| {
        // The top-up comes last, after the credit was spent.
        let lines = [(4, 1, -1_000), (8, 2, -2_000), (11, 3, -1_000), (1, 4, 2_000)];
        for (at, number, balance) in lines {
            evidence.entries[at].statement = Some(line(number, balance));
        }
    });
}
