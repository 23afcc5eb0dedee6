//! Golden samples: every version of every published message is decoded permanently. A sample is
//! never changed: a new schema gets a new data version and a new file; a new optional field gets a
//! new file with a word behind the version.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use contract::catalogue::{self, ALL};
use contract::envelope::ReceivedEvent;
use contract::{
    State, admission, contact, expiration, inventory, link, notice, order, part, payment, person,
    revision, sale, session, show, show_refunds, show_revision, show_terms, ticket, transfer, user,
};
use serde_json::Value;

/// Decodes the data of a sample as its type's state; returns it encoded, its id and version.
fn decode(event: &ReceivedEvent<'_>) -> (Value, String, u64) {
    fn read<S: State>(event: &ReceivedEvent<'_>) -> (Value, String, u64) {
        let state: S = serde_json::from_str(event.data.get()).unwrap();
        let id = format!("{}:{}:{}", S::AGGREGATE, state.id(), state.version());
        (serde_json::to_value(&state).unwrap(), id, state.version())
    }
    match event.type_name.split('.').next().unwrap() {
        "admission" => read::<admission::AdmissionState>(event),
        "contact" => read::<contact::ContactState>(event),
        "expiration" => read::<expiration::ExpirationState>(event),
        "inventory" => read::<inventory::InventoryState>(event),
        "link" => read::<link::LinkState>(event),
        "notice" => read::<notice::NoticeState>(event),
        "order" => read::<order::OrderState>(event),
        "part" => read::<part::PartState>(event),
        "payment" => read::<payment::PaymentState>(event),
        "person" => read::<person::PersonRequestState>(event),
        "revision" => read::<revision::RevisionState>(event),
        "sale" => read::<sale::SaleState>(event),
        "session" => read::<session::RevocationState>(event),
        "show" => read::<show::ShowState>(event),
        "show_refunds" => read::<show_refunds::ShowRefundsState>(event),
        "show_revision" => read::<show_revision::ShowRevisionState>(event),
        "show_terms" => read::<show_terms::ShowTermsState>(event),
        "ticket" => read::<ticket::TicketState>(event),
        "transfer" => read::<transfer::TransferState>(event),
        _ => read::<user::UserState>(event),
    }
}

fn samples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut samples: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    samples.sort();
    samples
}

#[test]
fn every_sample_is_decoded_and_encodes_to_itself() {
    for (name, text) in samples() {
        let event: ReceivedEvent<'_> = serde_json::from_str(&text).unwrap();
        let shape = format!("{}.v{}", event.type_name, event.dataversion);
        assert!(name == shape || name.starts_with(&format!("{shape}.")), "{name} is {shape}");
        let (data, id, version) = decode(&event);
        assert_eq!(data, serde_json::from_str::<Value>(event.data.get()).unwrap(), "{name}");
        assert_eq!((id, version), (event.id.to_string(), event.version), "{name}");
        assert_eq!(event.specversion, "1.0");
    }
}

#[test]
fn every_message_type_has_a_sample_of_its_current_schema() {
    let there: BTreeSet<String> = samples().into_iter().map(|(name, _)| name).collect();
    for (name, data_version) in ALL {
        assert!(there.contains(&format!("{name}.v{data_version}")), "no sample of {name}");
    }
}

/// The services that fulfil requests of a person are those with a user at the broker.
#[test]
fn every_service_takes_part_in_requests_of_a_person() {
    let collects = |service: &&str| *service != "auth";
    for service in catalogue::services::names().filter(collects) {
        assert_eq!(part::by(service).unwrap().name(), format!("part.{service}"));
        let reads = |(_, reads): (String, &str)| reads == person::REQUESTED.name();
        assert!(catalogue::consumers_of(service).any(reads), "{service}");
    }
    for service in part::services() {
        let part = part::by(service).unwrap();
        assert_eq!(catalogue::owner(part.name()), Some(service));
    }
}

#[test]
fn every_subject_names_its_aggregate() {
    for (name, _) in catalogue::ALL {
        let subject = contract::message::subject(name);
        assert_eq!(subject, format!("market.{name}"));
        assert_eq!(name.split('.').count(), 2, "{name}");
    }
}
