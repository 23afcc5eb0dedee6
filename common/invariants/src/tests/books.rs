//! Every defect of the books is found.

use contract::order::OrderStatus;
use payments::domain::{Account, AccountId, Cause, Entry, Line};
use testing::samples::{id, usd};

use super::sound::{
    CREDITED, Defect, TOP_UP, authorized, captured, finds_each, intent, journal, of, sound,
    violated,
};
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

const CONSISTENT_DEFECTS: &[Defect] = &[
    ("a repeated transaction", Books, |it| {
        let is_top_up = |entry: &&Entry| entry.cause == Cause::TopUp(of(TOP_UP));
        let twice: Vec<_> = it.entries.iter().filter(is_top_up).cloned().collect();
        it.entries.extend(twice);
        it.entries.last_mut().unwrap().statement = Some(line(5, 5_000));
        it.accounts[0] = account(1, 5, 5_000);
    }),
    ("a sale that credits another user", Books, |it| {
        for entry in &mut it.entries {
            if entry.account == AccountId::User(id(9)) {
                entry.account = AccountId::User(id(8));
            }
        }
        it.accounts[1].user = id(8);
    }),
    // The top-up comes last, after the credit was spent.
    ("a temporarily negative balance", Books, |it| {
        let lines = [(4, 1, -1_000), (8, 2, -2_000), (11, 3, -1_000), (1, 4, 2_000)];
        for (at, number, balance) in lines {
            it.entries[at].statement = Some(line(number, balance));
        }
    }),
];

#[test]
fn a_consistent_defect_breaks_the_rule_of_the_books_alone() {
    for (name, rule, break_it) in CONSISTENT_DEFECTS {
        let mut evidence = sound();
        break_it(&mut evidence);
        let mut rules = violated(&evidence);
        rules.dedup();
        assert_eq!(rules, [*rule], "{name}");
    }
}
