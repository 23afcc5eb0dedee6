//! Resales: the sale of the ticket, the new holder and the end of the listing follow from messages.

use contract::admission::{
    AdmissionState, AdmissionStatus, LISTED, Listing, TRANSFERRED, UNLISTED,
};
use contract::order::OrderState;
use contract::show::ShowStatus;
use contract::ticket::{self, Offer, TicketResale, TicketState};
use contract::{AdmissionId, TicketId};
use serde_json::json;
use testing::samples::{id, usd};
use testing::{Reply, User};

use crate::fixture::{Fixture, SELLER, SHOW, TICKET, complete_order, offered, resold, returned};

struct Resale {
    app: Fixture,
    ann: User,
    order: OrderState,
    admission: AdmissionId,
}

impl Resale {
    /// Ann holds an admission of an order of two.
    async fn open() -> Self {
        let app = Fixture::open().await;
        let ann = app.user();
        app.offer(TICKET).await;
        app.change_show(1, ShowStatus::Scheduled).await;
        let order = complete_order(1, &ann, 2);
        app.complete(&order).await;
        let admission = app.admissions(&order).await[0].id;
        Self { app, ann, order, admission }
    }

    async fn list(&self, by: &User, price: f64) -> Reply {
        let path = format!("/api/admissions/{}/resale", self.admission);
        self.app.post(Some(by), &path, &json!({"price": price})).await
    }

    async fn end(&self, by: &User) -> Reply {
        let path = format!("/api/admissions/{}/resale", self.admission);
        self.app.delete(Some(by), &path).await
    }

    async fn state(&self) -> AdmissionState {
        let all = self.app.admissions(&self.order).await;
        all.into_iter().find(|state| state.id == self.admission).unwrap()
    }

    async fn listing(&self) -> Listing {
        self.state().await.listing.unwrap()
    }

    /// The ticket of the listing, as tickets publishes it.
    async fn ticket(&self, version: u64, offer: Offer) -> TicketState {
        let Listing { ticket_id, price, .. } = self.listing().await;
        let admission_id = self.admission;
        let resale = TicketResale { admission_id, ticket_id: id(TICKET), show_id: Some(id(SHOW)) };
        let ticket = TicketState { id: ticket_id, version, seller: self.ann.id, ..offered(TICKET) };
        TicketState { price, quantity: 1, offer, resale: Some(resale), ..ticket }
    }

    async fn withdraw(&self) {
        let withdrawn = self.ticket(2, Offer::Withdrawn).await;
        self.app.deliver(&[ticket::WITHDRAWN.of(withdrawn)]).await;
        self.app.settle().await;
    }

    async fn code(&self, holder: &User) -> Reply {
        self.app.get(Some(holder), &format!("/api/admissions/{}/code", self.admission)).await
    }

    async fn scan(&self, scan: &str, code: &str) -> String {
        let ticket = id::<TicketId>(TICKET);
        let body = json!({"code": code, "ticketId": ticket, "scanId": scan});
        let reply = self.app.post(Some(&self.app.seller()), "/api/check-ins", &body).await;
        reply.expect(200).text("result")
    }
}

#[tokio::test]
async fn a_listed_admission_admits_no_person_and_a_sold_one_only_its_buyer() {
    let it = Resale::open().await;
    let bob = it.app.user();
    let old = it.code(&it.ann).await.expect(200).text("code");
    it.list(&bob, 10.0).await.expect(404);
    let listed = it.list(&it.ann, 10.0).await.expect(201);
    assert_eq!(listed.at("ticketId"), json!(it.listing().await.ticket_id));
    assert_eq!(it.listing().await.price, usd(1_000));
    it.list(&it.ann, 10.0).await.expect_problem(409, "not_valid");
    it.code(&it.ann).await.expect_problem(409, "not_valid");
    assert_eq!(it.scan("1", &old).await, "listed");
    let order = resold(2, &bob, &it.listing().await, it.admission);
    for _ in 0..2 {
        it.app.complete(&order).await;
    }
    let state = it.state().await;
    let is_sold = (state.holder, state.status, state.resales, state.credential_version);
    assert_eq!(is_sold, (bob.id, AdmissionStatus::Valid, vec![order.id], 2));
    assert_eq!(it.scan("2", &old).await, "superseded");
    it.code(&it.ann).await.expect(404);
    let new = it.code(&bob).await.expect(200).text("code");
    assert_eq!(it.scan("3", &new).await, "admitted");
    // The first buyer's order has the other admission; the new order has this one.
    let of = |order: &OrderState| format!("/api/admissions?order={}", order.id);
    let own = it.app.get(Some(&bob), &of(&order)).await.expect(200);
    assert_eq!(own.at("0")["id"], json!(it.admission));
    assert_eq!(
        it.app
            .get(Some(&it.ann), &of(&it.order))
            .await
            .expect(200)
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(it.app.published(LISTED).await.len(), 1);
    assert_eq!(it.app.published(TRANSFERRED).await.len(), 1);
}

#[tokio::test]
async fn a_resale_ends_with_the_withdrawal_of_its_ticket_unless_it_is_sold_first() {
    let it = Resale::open().await;
    it.end(&it.ann).await.expect_problem(409, "not_listed");
    it.list(&it.ann, 9.5).await.expect(201);
    it.end(&it.app.user()).await.expect(404);
    for _ in 0..2 {
        it.end(&it.ann).await.expect(202);
    }
    assert!(it.listing().await.is_ending);
    assert_eq!(it.state().await.status, AdmissionStatus::Listed);
    it.app.settle().await;
    assert_eq!(it.app.published(LISTED).await.len(), 2);
    it.withdraw().await;
    it.withdraw().await;
    assert_eq!(it.state().await.status, AdmissionStatus::Valid);
    assert_eq!(it.app.published(UNLISTED).await.len(), 1);
    // The next listing is another ticket; a withdrawal of the first has no effect on it.
    let (first, withdrawn) = (it.listing().await.ticket_id, it.ticket(3, Offer::Withdrawn).await);
    it.list(&it.ann, 9.5).await.expect(201);
    assert_ne!(it.listing().await.ticket_id, first);
    it.app.deliver(&[ticket::WITHDRAWN.of(withdrawn)]).await;
    it.app.settle().await;
    assert_eq!(it.state().await.status, AdmissionStatus::Listed);
    it.end(&it.ann).await.expect(202);
    let bob = it.app.user();
    it.app.complete(&resold(2, &bob, &it.listing().await, it.admission)).await;
    assert_eq!(it.state().await.holder, bob.id);
}

#[tokio::test]
async fn an_order_of_a_void_admission_is_published_for_its_refund() {
    let it = Resale::open().await;
    it.list(&it.ann, 10.0).await.expect(201);
    it.app.complete(&returned(&it.order, 2)).await;
    let bob = it.app.user();
    let order = resold(2, &bob, &it.listing().await, it.admission);
    it.app.complete(&order).await;
    let state = it.state().await;
    assert!(matches!(state.status, AdmissionStatus::Void { .. }));
    assert_eq!((state.holder, state.resales), (bob.id, vec![order.id]));
    let [_, _, voided] = it.app.messages().await;
    assert_eq!(voided, 3, "both units, and the sold one again");
}

#[tokio::test]
async fn a_refund_of_one_unit_voids_the_one_that_was_not_sold_again() {
    let it = Resale::open().await;
    it.list(&it.ann, 10.0).await.expect(201);
    let second = &it.app.admissions(&it.order).await[1];
    assert_ne!(second.id, it.admission);
    it.app.complete(&resold(2, &it.app.user(), &it.listing().await, it.admission)).await;
    it.app.complete(&returned(&it.order, 1)).await;
    assert_eq!(it.app.live(&it.order).await, [1]);
    assert_eq!(it.state().await.status, AdmissionStatus::Valid);
}

#[tokio::test]
async fn the_price_of_a_resale_has_its_rules() {
    let it = Resale::open().await;
    for (price, status, code) in
        [(10.01, 409, "above_cap"), (-1.0, 400, "invalid_request"), (1.001, 400, "invalid_request")]
    {
        let refused = it.list(&it.ann, price).await;
        assert_eq!(refused.expect_problem(status, code).at("errors")[0]["field"], "price");
    }
    let forbidden = TicketState { version: 2, resale_cap: 0, ..offered(TICKET) };
    assert_eq!(forbidden.seller, id(SELLER));
    it.app.deliver(&[ticket::UPDATED.of(forbidden)]).await;
    it.app.settle().await;
    it.list(&it.ann, 1.0).await.expect_problem(409, "above_cap");
}
