//! Messages as a listener receives them.

use std::path::Path;

use contract::envelope::{self, ReceivedEvent};
use contract::{
    State, admission, contact, expiration, inventory, link, notice, order, part, payment, person,
    revision, sale, session, show, show_refunds, show_revision, show_terms, ticket, transfer, user,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::mutation::{bytes_like, cases};

/// One message of every type that was ever published.
fn samples() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../common/contract/tests/golden");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut samples: Vec<Vec<u8>> = files.map(|file| std::fs::read(file).unwrap()).collect();
    samples.sort();
    samples
}

fn batch() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(samples()).prop_flat_map(|event| {
        bytes_like([b"[", event.as_slice(), b",", event.as_slice(), b"]"].concat())
    })
}

/// The state in a message, serialized again; `None` if the data is not a valid state.
fn state(event: &ReceivedEvent<'_>) -> Option<String> {
    fn read<S: State>(data: &str) -> Option<String> {
        let state = serde_json::from_str::<S>(data).ok()?;
        Some(serde_json::to_string(&state).unwrap())
    }
    let data = event.data.get();
    match event.type_name.split('.').next()? {
        "admission" => read::<admission::AdmissionState>(data),
        "contact" => read::<contact::ContactState>(data),
        "expiration" => read::<expiration::ExpirationState>(data),
        "inventory" => read::<inventory::InventoryState>(data),
        "link" => read::<link::LinkState>(data),
        "notice" => read::<notice::NoticeState>(data),
        "order" => read::<order::OrderState>(data),
        "part" => read::<part::PartState>(data),
        "payment" => read::<payment::PaymentState>(data),
        "person" => read::<person::PersonRequestState>(data),
        "revision" => read::<revision::RevisionState>(data),
        "sale" => read::<sale::SaleState>(data),
        "session" => read::<session::RevocationState>(data),
        "show" => read::<show::ShowState>(data),
        "show_refunds" => read::<show_refunds::ShowRefundsState>(data),
        "show_revision" => read::<show_revision::ShowRevisionState>(data),
        "show_terms" => read::<show_terms::ShowTermsState>(data),
        "ticket" => read::<ticket::TicketState>(data),
        "transfer" => read::<transfer::TransferState>(data),
        "user" => read::<user::UserState>(data),
        _ => None,
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_message_survives_a_round_trip_or_is_rejected(body in batch()) {
        let Ok(events) = envelope::open(&body) else { return Ok(()) };
        for event in events {
            let Ok(event) = serde_json::from_str::<ReceivedEvent<'_>>(event.get()) else { continue };
            let Some(written) = state(&event) else { continue };
            let data: &serde_json::value::RawValue = serde_json::from_str(&written).unwrap();
            let again = state(&ReceivedEvent { data, ..event.clone() });
            prop_assert_eq!(again, Some(written));
        }
    }
}

#[test]
fn an_unreadable_message_does_not_affect_the_others() {
    for sample in samples() {
        let body = [b"[", sample.as_slice(), b",{\"a\": 1},", sample.as_slice(), b"]"].concat();
        let events = envelope::open(&body).unwrap();
        let read = |at: usize| serde_json::from_str::<ReceivedEvent<'_>>(events[at].get());
        assert!(read(0).is_ok() && read(1).is_err() && read(2).is_ok());
        assert!(state(&read(2).unwrap()).is_some(), "{}", read(2).unwrap().type_name);
        let whole: Value = serde_json::from_slice(&sample).unwrap();
        let again: Value = serde_json::from_str(&state(&read(0).unwrap()).unwrap()).unwrap();
        assert_eq!(whole["data"], again);
    }
}
