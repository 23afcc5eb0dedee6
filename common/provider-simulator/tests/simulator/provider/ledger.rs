//! The ledger: no sequence of calls creates or loses money.

use crate::prelude::*;
use proptest::prelude::*;

#[test]
fn the_ledger_records_every_movement() {
    let mut merchant = Merchant::new();
    let id = merchant.pay("pm_card_visa");
    merchant.pass(Duration::from_secs(1));
    merchant.get(&capture(&id).with("amount_to_capture", 60_000));
    merchant.pass(Duration::from_secs(1));
    merchant.get(&create_refund(&id).with("amount", 20_000));
    let ledger = &merchant.provider.ledger;
    let found = ledger.of(&id).map(|it| (it.number, it.kind, it.amount, it.at.to_string()));
    let expected = [
        (1, EntryKind::Authorized, AMOUNT, "2026-11-21T12:00:00.250Z"),
        (2, EntryKind::Captured, 60_000, "2026-11-21T12:00:01.250Z"),
        (3, EntryKind::Released, 40_000, "2026-11-21T12:00:01.250Z"),
        (4, EntryKind::Refunded, 20_000, "2026-11-21T12:00:02.250Z"),
    ];
    let expected = expected.map(|(number, kind, amount, at)| (number, kind, amount, at.to_owned()));
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert!(ledger.of(&id).all(|entry| entry.metadata["order"] == "17"));
    let json = serde_json::to_value(ledger).unwrap();
    has("first", &json["entries"][0], &json!({ "kind": "authorized", "currency": "usd" }));
    has("all", &json["totals"]["usd"], &json!({ "kept": 40_000, "held": 0 }));
}

/// An action of a client, an operator, a bank or time.
#[derive(Debug, Clone)]
enum Act {
    Create { currency: bool, manual: bool },
    Confirm { which: usize, card: usize },
    Capture { which: usize, amount: Option<i64> },
    Cancel { which: usize },
    Refund { which: usize, amount: Option<i64> },
    End { which: usize, outcome: Outcome },
    EndRefund { which: usize, outcome: Outcome },
    Pass { seconds: u64 },
}

const CARDS: [&str; 7] = [
    "pm_card_visa",
    "pm_card_chargeDeclined",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
    "pm_card_pendingRefund",
    "pm_card_refundFail",
    "pm_card_simulator_processing",
];

fn act() -> impl Strategy<Value = Act> {
    let which = 0..4_usize;
    let outcome = prop_oneof![Just(Outcome::Succeeded), Just(Outcome::Failed)];
    let amount = prop::option::of(-1..AMOUNT + 2);
    prop_oneof![
        2 => (any::<bool>(), any::<bool>()).prop_map(|(currency, manual)| Act::Create { currency, manual }),
        4 => (which.clone(), 0..CARDS.len()).prop_map(|(which, card)| Act::Confirm { which, card }),
        3 => (which.clone(), amount.clone()).prop_map(|(which, amount)| Act::Capture { which, amount }),
        1 => which.clone().prop_map(|which| Act::Cancel { which }),
        3 => (which.clone(), amount).prop_map(|(which, amount)| Act::Refund { which, amount }),
        3 => (which.clone(), outcome.clone()).prop_map(|(which, outcome)| Act::End { which, outcome }),
        2 => (which, outcome).prop_map(|(which, outcome)| Act::EndRefund { which, outcome }),
        1 => (0..400_000_u64).prop_map(|seconds| Act::Pass { seconds }),
    ]
}

fn perform(merchant: &mut Merchant, act: &Act) {
    let now = merchant.now;
    let intents = &merchant.provider.intents;
    let intent = |which| intents.get_index(which).map_or("pi_none".to_owned(), |it| it.0.clone());
    let with = |request: Request, name: &str, amount: Option<i64>| match amount {
        Some(amount) => request.with(name, amount),
        None => request,
    };
    let request = match *act {
        Act::Create { currency, manual } => {
            let request = Request::create_intent(AMOUNT, if currency { "usd" } else { "eur" });
            request.with("capture_method", if manual { "manual" } else { "automatic" })
        }
        Act::Confirm { which, card } => confirm(&intent(which), CARDS[card]),
        Act::Capture { which, amount } => {
            with(capture(&intent(which)), "amount_to_capture", amount)
        }
        Act::Cancel { which } => cancel(&intent(which)),
        Act::Refund { which, amount } => with(create_refund(&intent(which)), "amount", amount),
        Act::End { which, outcome } => {
            let id = intent(which);
            let _ = merchant.provider.act(Action::EndChallenge(outcome), &id, now);
            let _ = merchant.provider.act(Action::EndProcessing(outcome), &id, now);
            return;
        }
        Act::EndRefund { which, outcome } => {
            let refund = merchant.provider.refunds.get_index(which).map(|(id, _)| id.clone());
            let _ =
                merchant.provider.act(Action::EndRefund(outcome), &refund.unwrap_or_default(), now);
            return;
        }
        Act::Pass { seconds } => return merchant.pass(Duration::from_secs(seconds)),
    };
    merchant.send(&request);
}

/// Checks the invariants of each payment's money, in any state.
fn check(provider: &Provider) {
    let (mut held, mut kept) = (0, 0);
    for intent in provider.intents.values() {
        let totals = provider.ledger.totals_of(&intent.id);
        let case = format!("{intent:?} {totals:?}");
        assert!(totals.held >= 0 && totals.kept >= 0, "{case}");
        assert!(totals.authorized == 0 || totals.authorized == intent.amount, "{case}");
        assert!(totals.captured + totals.released <= totals.authorized, "{case}");
        let is_over = totals.held == 0;
        match intent.status() {
            IntentStatus::RequiresPaymentMethod
            | IntentStatus::RequiresConfirmation
            | IntentStatus::RequiresAction
            | IntentStatus::Processing => assert_eq!(totals.authorized, 0, "{case}"),
            IntentStatus::RequiresCapture => assert_eq!(totals.held, intent.amount, "{case}"),
            IntentStatus::Succeeded => assert!(is_over && totals.captured > 0, "{case}"),
            IntentStatus::Canceled => assert!(is_over && totals.captured == 0, "{case}"),
        }
        (held, kept) = (held + totals.held, kept + totals.kept);
    }
    let totals = provider.ledger.totals.values();
    let all = totals.fold((0, 0), |(held, kept), it| (held + it.held, kept + it.kept));
    assert_eq!(all, (held, kept));
}

proptest! {
    #[test]
    fn money_is_neither_created_nor_lost(acts in prop::collection::vec(act(), 1..60)) {
        let (mut merchant, mut twin) = (Merchant::new(), Merchant::new());
        for act in &acts {
            perform(&mut merchant, act);
            check(&merchant.provider);
            perform(&mut twin, act);
        }
        // The same seed and calls give the same run, to the last event.
        let deliveries = |merchant: &mut Merchant| {
            std::iter::from_fn(|| merchant.provider.next_delivery(merchant.now)).collect::<Vec<_>>()
        };
        prop_assert_eq!(deliveries(&mut merchant), deliveries(&mut twin));
        prop_assert_eq!(&merchant.provider.ledger, &twin.provider.ledger);
    }
}
