//! Orders of resold admissions: refunded once the admission is void, whichever message is first.

use contract::admission::{AdmissionState, AdmissionStatus, VOIDED};
use contract::order::{OrderItem, OrderState};
use contract::{AdmissionId, sale, show_refunds};
use payments::TestProvider;
use payments::domain::AccountId::Provider;
use payments::domain::ShowRefund;
use serde_json::json;
use testing::platforms::START;
use testing::samples::{id, item};

use crate::fixture::{PaymentsFixture, books, built_in, returning};

const ADMISSION: u8 = 60;

fn resold() -> Vec<OrderItem> {
    vec![OrderItem { resale: Some(id::<AdmissionId>(ADMISSION)), ..item(102, 201, 1_200, 1) }]
}

/// The admission is void, after its last resale by this order.
fn void(order: Option<&OrderState>) -> AdmissionState {
    AdmissionState {
        id: id(ADMISSION),
        version: 5,
        order_id: id(61),
        ticket_id: id(62),
        show_id: None,
        seller: id(63),
        holder: id(64),
        unit: 1,
        units: 1,
        status: AdmissionStatus::Void { at: START },
        credential_version: 2,
        issued_at: START,
        listing: None,
        resales: order.map(|order| order.id).into_iter().collect(),
    }
}

impl PaymentsFixture<TestProvider> {
    async fn voided(&self, order: Option<&OrderState>) {
        self.publish(VOIDED.of(void(order))).await;
    }
}

#[tokio::test]
async fn the_buyer_of_a_void_admission_is_refunded_once_from_the_reseller() {
    let fixture = built_in().await;
    let sold = fixture.sold_of(resold(), "tok_visa").await;
    let first_sale = fixture.sold("tok_visa").await;
    fixture.sale_is(&sold.order, ShowRefund::Unmarked).await;
    for order in [None, Some(&sold.order), Some(&sold.order)] {
        fixture.voided(order).await;
    }
    fixture.sale_is(&sold.order, ShowRefund::Done).await;
    let refunds = fixture.refunds(&sold).await;
    let facts: Vec<_> = refunds.iter().map(|it| (&it["amount"], &it["status"])).collect();
    assert_eq!(facts, [(&json!(12), &json!("succeeded"))]);
    assert!(fixture.refunds(&first_sale).await.is_empty());
    // The money of the first sale remains.
    fixture.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
    assert!(fixture.published(sale::CHANGED).await.is_empty(), "no seller of a show reads it");
    assert!(fixture.published(show_refunds::CHANGED).await.is_empty());
}

#[tokio::test]
async fn an_admission_that_is_void_before_its_order_arrives_is_refunded_too() {
    let fixture = built_in().await;
    let buyer = fixture.user();
    let order = fixture.made_of(&buyer, resold()).await;
    fixture.voided(Some(&order)).await;
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    fixture.sale_is(&order, ShowRefund::Done).await;
}

#[tokio::test]
async fn a_unit_of_a_resale_does_not_return_to_sale() {
    let fixture = built_in().await;
    let sold = fixture.sold_of(resold(), "tok_visa").await;
    let body = returning(12, &[(2, 1)]);
    let refused = fixture.refund(&fixture.seller(1), &sold, &body).await;
    assert_eq!(refused.expect(400).at("errors")[0]["field"], "returns");
}
