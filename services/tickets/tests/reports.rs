//! Reports of offers: one open report of an account and offer, limits, the administrators' list,
//! closing, export, erasure and retention.

use std::ops::Deref;
use std::time::Duration;

use contract::part::{self, Made};
use contract::person::{PersonAction, PersonRequestState, REQUESTED};
use serde_json::{Value, json};
use testing::{Reply, User};
use tickets::Settings;
use tickets::domain::{CLOSED_REPORTS_KEPT, OPEN_REPORTS_MAX, Report, Reporter};

use crate::box_office::BoxOffice;

struct Reports {
    office: BoxOffice,
    seller: User,
    buyer: User,
    admin: User,
    /// The path of the reported ticket.
    ticket: String,
}

impl Deref for Reports {
    type Target = BoxOffice;

    fn deref(&self) -> &BoxOffice {
        &self.office
    }
}

impl Reports {
    async fn open() -> Self {
        Self::open_with(Settings::default()).await
    }

    async fn open_with(settings: Settings) -> Self {
        let office = BoxOffice::open_with(settings).await;
        let (seller, buyer, admin) = (office.user(), office.user(), office.admin());
        let ticket = office.offer(&seller, json!({"title": "Gig", "price": 1})).await.path;
        Self { office, seller, buyer, admin, ticket }
    }

    async fn show(&self) -> String {
        let venue = json!({"name": "Hall", "timeZone": "Europe/Berlin"});
        let body = json!({"title": "Opera", "venue": venue, "startsAt": "2035-06-01T18:00:00Z"});
        self.create_show(&self.seller, &body).await.path
    }

    async fn report(&self, user: &User, offer: &str, body: &Value) -> Reply {
        self.app.put(Some(user), &format!("{offer}/report"), body).await
    }

    async fn fraud(&self, user: &User, offer: &str) -> Reply {
        self.report(user, offer, &json!({"reason": "fraud"})).await
    }

    async fn list(&self) -> Vec<Value> {
        self.get(Some(&self.admin), "/api/reports").await.expect(200).list()
    }

    async fn close(&self, user: &User, report: &Value) -> Reply {
        let path = format!("/api/reports/{}/close", report["id"].as_str().unwrap());
        self.post(Some(user), &path, &json!({})).await
    }

    async fn stored(&self, report: &Value) -> Option<Report> {
        let store = self.app.store(tickets::NAME);
        store.find(report["id"].as_str().unwrap()).await.unwrap()
    }

    async fn reporter(&self, user: &User) -> Option<Reporter> {
        self.app.store(tickets::NAME).find(&user.id.to_string()).await.unwrap()
    }

    async fn part_of(&self, user: &User, action: PersonAction) -> Made {
        let (id, user_id) = (self.platforms.id(), user.id);
        let request = PersonRequestState { id, version: 1, user_id, action };
        self.app.publish(&[REQUESTED.of(request)]).await;
        self.settle().await;
        let mut parts = self.published(part::TICKETS).await.into_iter();
        parts.find(|part| part.request == id).unwrap().made
    }

    /// The exported documents of one collection.
    async fn exported(&self, user: &User, collection: &str) -> Vec<Value> {
        match self.part_of(user, PersonAction::Export).await {
            Made::Export { items, .. } => items.get(collection).cloned().unwrap_or_default(),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn administrators_see_the_open_reports_of_tickets_and_shows_oldest_first() {
    let reports = Reports::open().await;
    let show = reports.show().await;
    let text = " He sells\r\nit twice. ";
    let body = json!({"reason": "not_as_described", "text": text});
    let reported = reports.report(&reports.buyer, &reports.ticket, &body).await.expect(204);
    assert_eq!(reported.body, "");
    reports.fraud(&reports.admin, &show).await.expect(204);
    let listed = reports.list().await;
    assert_eq!(listed.len(), 2);
    assert_eq!(
        listed[0],
        json!({
            "id": listed[0]["id"],
            "kind": "ticket",
            "offerId": reports.ticket.rsplit('/').next().unwrap(),
            "title": "Gig",
            "userId": reports.seller.id,
            "reporterId": reports.buyer.id,
            "reason": "not_as_described",
            "text": "He sells\nit twice.",
            "createdAt": reports.platforms.clock.now(),
        })
    );
    assert_eq!((&listed[1]["kind"], &listed[1]["title"]), (&json!("show"), &json!("Opera")));
    assert_eq!(listed[1]["offerId"], json!(show.rsplit('/').next().unwrap()));
    assert_eq!(listed[1].get("text"), None);
    let pages = reports.pages(Some(&reports.admin), "/api/reports?limit=1").await;
    assert_eq!(pages.iter().flat_map(Reply::list).collect::<Vec<_>>(), listed);
    assert_eq!(pages.len(), 2);
}

#[tokio::test]
async fn a_repeat_replaces_reason_and_text_while_the_report_is_open() {
    let reports = Reports::open().await;
    reports.fraud(&reports.buyer, &reports.ticket).await.expect(204);
    let first = reports.list().await;
    reports.app.clock().advance(Duration::from_secs(1));
    let illegal = json!({"reason": "illegal", "text": "Sold above its price"});
    for _ in 0..2 {
        reports.report(&reports.buyer, &reports.ticket, &illegal).await.expect(204);
    }
    let listed = reports.list().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["createdAt"]),
        (&first[0]["id"], &first[0]["createdAt"])
    );
    assert_eq!(listed[0]["reason"], "illegal");
    reports.close(&reports.admin, &listed[0]).await.expect(204);
    reports.fraud(&reports.buyer, &reports.ticket).await.expect(204);
    let again = reports.list().await;
    assert_eq!(again.len(), 1);
    assert_ne!(again[0]["id"], first[0]["id"], "the closed report remains");
}

#[tokio::test]
async fn concurrent_repeats_are_one_report() {
    let reports = Reports::open().await;
    let all = (0..5).map(|_| reports.fraud(&reports.buyer, &reports.ticket));
    for reply in futures::future::join_all(all).await {
        reply.expect(204);
    }
    assert_eq!(reports.list().await.len(), 1);
}

#[tokio::test]
async fn a_seller_cannot_report_the_own_offer() {
    let reports = Reports::open().await;
    for offer in [reports.ticket.clone(), reports.show().await] {
        reports.fraud(&reports.seller, &offer).await.expect_problem(409, "own_offer");
    }
    assert_eq!(reports.list().await, [json!(null); 0]);
}

#[tokio::test]
async fn open_reports_of_an_account_are_limited_until_one_is_closed() {
    let reports = Reports::open().await;
    let body = json!({"title": "x", "price": 1});
    for _ in 0..OPEN_REPORTS_MAX {
        let offer = reports.offer(&reports.seller, body.clone()).await.path;
        reports.fraud(&reports.buyer, &offer).await.expect(204);
    }
    let refused = reports.fraud(&reports.buyer, &reports.ticket).await;
    refused.expect_problem(409, "report_limit");
    reports.fraud(&reports.admin, &reports.ticket).await.expect(204);
    let first = reports.list().await.remove(0);
    let path = format!("/api/tickets/{}", first["offerId"].as_str().unwrap());
    reports.fraud(&reports.buyer, &path).await.expect(204);
    reports.close(&reports.admin, &first).await.expect(204);
    reports.fraud(&reports.buyer, &reports.ticket).await.expect(204);
}

#[tokio::test]
async fn reports_of_an_account_have_a_rate_limit() {
    let report_limit = Some(web::Quota::per_minute(std::num::NonZeroU32::new(2).unwrap()));
    let reports = Reports::open_with(Settings { report_limit, ..Settings::default() }).await;
    for _ in 0..2 {
        reports.fraud(&reports.buyer, &reports.ticket).await.expect(204);
    }
    let third = reports.fraud(&reports.buyer, &reports.ticket).await;
    third.expect_problem(429, "too_many_requests");
    reports.fraud(&reports.admin, &reports.ticket).await.expect(204);
}

#[tokio::test]
async fn the_first_closing_of_a_report_remains() {
    let reports = Reports::open().await;
    reports.fraud(&reports.buyer, &reports.ticket).await.expect(204);
    let report = reports.list().await.remove(0);
    reports.close(&reports.seller, &report).await.expect_problem(403, "forbidden");
    reports.close(&reports.buyer, &report).await.expect_problem(403, "forbidden");
    let closed_at = reports.platforms.clock.now();
    reports.close(&reports.admin, &report).await.expect(204);
    reports.app.clock().advance(Duration::from_secs(1));
    reports.close(&reports.office.admin(), &report).await.expect(204);
    let closing = reports.stored(&report).await.unwrap().closing.unwrap();
    assert_eq!((closing.by, closing.at), (reports.admin.id, closed_at));
    assert_eq!(reports.list().await, [json!(null); 0]);
    assert_eq!(reports.reporter(&reports.buyer).await, None);
}

#[tokio::test]
async fn a_closed_report_is_deleted_after_ninety_days() {
    let reports = Reports::open().await;
    let show = reports.show().await;
    reports.fraud(&reports.buyer, &reports.ticket).await.expect(204);
    reports.fraud(&reports.buyer, &show).await.expect(204);
    let listed = reports.list().await;
    reports.close(&reports.admin, &listed[0]).await.expect(204);
    let last = Duration::from_millis(1);
    reports.pass(CLOSED_REPORTS_KEPT.checked_sub(last).unwrap()).await;
    assert!(reports.stored(&listed[0]).await.is_some());
    reports.pass(last + Duration::from_mins(1)).await;
    assert_eq!(reports.stored(&listed[0]).await, None);
    assert!(reports.stored(&listed[1]).await.is_some(), "it is open");
    let admin = reports.office.admin();
    reports.close(&admin, &listed[0]).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_seller_cannot_see_that_an_offer_is_reported() {
    let reports = Reports::open().await;
    let before = reports.get(Some(&reports.seller), &reports.ticket).await.expect(200);
    reports.fraud(&reports.buyer, &reports.ticket).await.expect(204);
    let after = reports.get(Some(&reports.seller), &reports.ticket).await.expect(200);
    assert_eq!((&before.body, before.header("etag")), (&after.body, after.header("etag")));
    reports.get(Some(&reports.seller), "/api/reports").await.expect_problem(403, "forbidden");
    assert_eq!(reports.exported(&reports.seller, "reports").await, [json!(null); 0]);
    let own = reports.exported(&reports.buyer, "reports").await;
    assert_eq!((own.len(), &own[0]["reason"]), (1, &json!("fraud")));
}

#[tokio::test]
async fn an_export_of_a_reporter_does_not_name_the_administrator() {
    let reports = Reports::open().await;
    reports.fraud(&reports.buyer, &reports.ticket).await.expect(204);
    assert_eq!(reports.exported(&reports.buyer, "reporters").await.len(), 1);
    let report = reports.list().await.remove(0);
    reports.close(&reports.admin, &report).await.expect(204);
    let own = reports.exported(&reports.buyer, "reports").await;
    assert_eq!(own[0]["closing"], json!({"at": reports.platforms.clock.now()}));
}

#[tokio::test]
async fn an_erasure_deletes_the_reports_by_the_person_and_no_others() {
    let reports = Reports::open().await;
    let show = reports.show().await;
    for offer in [&reports.ticket, &show] {
        reports.fraud(&reports.buyer, offer).await.expect(204);
        reports.fraud(&reports.admin, offer).await.expect(204);
    }
    let listed = reports.list().await;
    reports.close(&reports.admin, &listed[0]).await.expect(204);
    assert_eq!(reports.part_of(&reports.buyer, PersonAction::Erase).await, Made::Erasure);
    assert_eq!(reports.reporter(&reports.buyer).await, None);
    let remaining = reports.list().await;
    let admin = json!(reports.admin.id);
    assert_eq!(remaining.iter().map(|it| &it["reporterId"]).collect::<Vec<_>>(), [&admin, &admin]);
    for report in listed.iter().filter(|report| report["reporterId"] != admin) {
        assert_eq!(reports.stored(report).await, None);
    }
    reports.fraud(&reports.buyer, &show).await.expect_problem(401, "not_signed_in");
    // The offers of an erased seller are still reported.
    reports.part_of(&reports.seller, PersonAction::Erase).await;
    assert_eq!(reports.list().await.len(), 2);
}
