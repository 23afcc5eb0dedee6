//! Tickets that sell admissions again: their terms are those of the listing, and only the end of
//! the resale changes them.

use contract::admission::{AdmissionState, AdmissionStatus, LISTED, Listing, VOIDED};
use contract::ticket::{self, Offer};
use contract::{Outgoing, TicketId};
use serde_json::json;
use testing::User;
use testing::platforms::START;
use testing::samples::{id, usd};

use crate::box_office::{BoxOffice, stock};

const TICKET: u8 = 7;

fn listed(holder: &User, is_ending: bool) -> AdmissionState {
    AdmissionState {
        id: id(60),
        version: 2 + u64::from(is_ending),
        order_id: id(61),
        ticket_id: id(62),
        show_id: Some(id(63)),
        seller: id(64),
        holder: holder.id,
        unit: 1,
        units: 2,
        status: AdmissionStatus::Listed,
        credential_version: 1,
        issued_at: START,
        listing: Some(Listing {
            ticket_id: id(TICKET),
            title: "Concert".to_owned(),
            venue: Some("Hall".to_owned()),
            starts_at: None,
            price: usd(950),
            is_ending,
        }),
        resales: Vec::new(),
    }
}

fn void(holder: &User) -> AdmissionState {
    let status = AdmissionStatus::Void { at: START };
    AdmissionState { version: 4, status, ..listed(holder, false) }
}

struct Resale {
    office: BoxOffice,
    holder: User,
    path: String,
}

impl Resale {
    async fn open() -> Self {
        let (office, holder) = BoxOffice::with_seller().await;
        Self { office, holder, path: format!("/api/tickets/{}", id::<TicketId>(TICKET)) }
    }

    async fn deliver(&self, messages: &[Outgoing]) {
        self.office.app.publish(messages).await;
        self.decide().await;
    }

    /// Handles the published messages, and decides revisions as orders does.
    async fn decide(&self) {
        self.office.app.settle().await;
        self.office.decide().await;
        self.office.app.settle().await;
    }

    async fn status(&self) -> String {
        self.office.app.get(None, &self.path).await.expect(200).text("status")
    }
}

#[tokio::test]
async fn a_listing_is_on_sale_as_one_unit_that_its_seller_cannot_change() {
    let it = Resale::open().await;
    it.deliver(&[LISTED.of(listed(&it.holder, false)), LISTED.of(listed(&it.holder, false))]).await;
    let shown = it.office.app.get(None, &it.path).await.expect(200);
    let facts = json!({
        "title": "Concert", "price": 9.5, "quantity": 1, "venue": "Hall", "status": "open",
        "resaleOf": id::<TicketId>(62), "userId": it.holder.id,
    });
    for (name, value) in facts.as_object().unwrap() {
        assert_eq!(&shown.at(name), value, "{name}");
    }
    let edit = json!({"title": "Dearer", "price": 99});
    it.office.put(&it.holder, &it.path, &edit).await.expect_problem(409, "resale");
    it.office.delete(&it.holder, &it.path).await.expect_problem(409, "resale");
    let created = it.office.app.published(ticket::CREATED).await;
    assert_eq!(created.len(), 1);
    assert_eq!(created[0].resale.unwrap().admission_id, id(60));
}

#[tokio::test]
async fn a_resale_ends_whichever_message_is_first() {
    for ends_first in [false, true] {
        for end in [LISTED, VOIDED] {
            let it = Resale::open().await;
            let state = if end.name() == VOIDED.name() {
                void(&it.holder)
            } else {
                listed(&it.holder, true)
            };
            let mut messages = vec![LISTED.of(listed(&it.holder, false)), end.of(state)];
            if ends_first {
                messages.reverse();
            }
            for message in messages {
                it.deliver(&[message]).await;
            }
            assert_eq!(it.status().await, "withdrawn", "{ends_first} {}", end.name());
            let withdrawn = it.office.app.published(ticket::WITHDRAWN).await;
            assert_eq!(
                withdrawn.iter().map(|state| state.offer).collect::<Vec<_>>(),
                [Offer::Withdrawn]
            );
            it.deliver(&[LISTED.of(listed(&it.holder, true))]).await;
            assert_eq!(it.office.app.published(ticket::WITHDRAWN).await.len(), 1, "once");
        }
    }
}

#[tokio::test]
async fn a_resale_that_ends_during_a_purchase_ends_with_the_purchase() {
    let it = Resale::open().await;
    it.deliver(&[LISTED.of(listed(&it.holder, false))]).await;
    let ticket = id::<TicketId>(TICKET).to_string();
    it.office.publish_all(&[stock(&ticket, 2, 1, 0)]).await;
    it.deliver(&[LISTED.of(listed(&it.holder, true))]).await;
    assert_eq!(it.status().await, "open");
    // The purchase is given up.
    it.office.publish_all(&[stock(&ticket, 3, 0, 0)]).await;
    it.decide().await;
    assert_eq!(it.status().await, "withdrawn");
}
