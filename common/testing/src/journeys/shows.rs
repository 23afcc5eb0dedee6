//! Journeys of shows: sold in price categories, postponed, cancelled and refunded.

use contract::{OrderId, PaymentId, ShowId, TicketId};
use serde_json::{Value, json};

use crate::marketplace::{Engines, TestMarketplace};
use crate::user::User;

/// The start of every show, after the time of any clock of a test.
const STARTS_AT: &str = "2035-06-02T18:00:00.000Z";

/// A postponed start, and the end of the period in which payers may return units.
const POSTPONED_TO: &str = "2035-07-02T18:00:00.000Z";
const REFUNDS_UNTIL: &str = "2035-06-20T18:00:00.000Z";

/// A show with its seller and the tickets of its three categories: 3 units for 20.50, 2 for 10.00,
/// 2 for nothing.
struct Show {
    id: ShowId,
    seller: User,
    stalls: TicketId,
    gallery: TicketId,
    free: TicketId,
}

impl Show {
    fn path(&self) -> String {
        format!("/api/shows/{}", self.id)
    }
}

fn details(title: &str, starts_at: &str) -> Value {
    let venue = json!({"name": "Hall", "timeZone": "Europe/Berlin", "address": "Am Markt 1"});
    json!({"title": title, "venue": venue, "startsAt": starts_at})
}

impl<E: Engines> TestMarketplace<E> {
    async fn create_show(&self) -> Show {
        let seller = self.sign_up("seller").await;
        let mut body = details("Hamlet", STARTS_AT);
        let tickets = json!([
            {"title": "Stalls", "price": 20.5, "quantity": 3},
            {"title": "Gallery", "price": 10, "quantity": 2},
            {"title": "Free", "price": 0, "quantity": 2},
        ]);
        body.as_object_mut().unwrap().insert("tickets".to_owned(), tickets);
        let created = self.post(Some(&seller), "/api/shows", &body).await.expect(201);
        let [stalls, gallery, free] = created.tickets()[..] else {
            panic!("not three categories: {}", created.body)
        };
        Show { id: created.id().unwrap(), seller, stalls, gallery, free }
    }

    /// Orders one unit of each of these tickets.
    async fn order_each(&self, buyer: &User, tickets: &[TicketId]) -> OrderId {
        let items: Vec<_> =
            tickets.iter().map(|ticket| json!({"ticketId": ticket, "quantity": 1})).collect();
        self.order(buyer, &json!({"items": items})).await.expect(201).id().unwrap()
    }

    /// Pays an order by card.
    async fn buy(&self, buyer: &User, order: OrderId) -> PaymentId {
        self.pay(buyer, order, "tok_visa").await.expect(201).id().unwrap()
    }

    /// Waits until a cancelled show has ended these numbers of refunds, and owes none.
    async fn refunds_end(&self, show: &Show, done: u32, failed: u32) {
        let expected = json!({"owed": 0, "done": done, "failed": failed});
        let has_ended = async || {
            self.get(Some(&show.seller), &show.path()).await.expect(200).at("refunds") == expected
        };
        self.eventually("every refund of the show has ended", has_ended).await;
    }

    /// One order buys several categories of a show, and nothing else.
    pub async fn the_categories_of_a_show_are_bought_in_one_order(&self) {
        let show = self.create_show().await;
        let buyer = self.sign_up("buyer").await;
        let single = self.offer(&show.seller, 1).await;
        let both = json!({"items": [
            {"ticketId": show.stalls, "quantity": 1}, {"ticketId": single, "quantity": 1},
        ]});
        self.order(&buyer, &both).await.expect_problem(409, "shows_differ");
        let order = self.order_each(&buyer, &[show.stalls, show.gallery, show.free]).await;
        let shown = self.show_order(&buyer, order).await;
        assert_eq!((shown.text("showId"), shown.at("total")), (show.id.to_string(), json!(30.5)));
        assert_eq!(shown.text("items/0/venue"), "Hall");
        let moved = details("Hamlet", POSTPONED_TO);
        let refused = self.put(Some(&show.seller), &show.path(), &moved).await;
        refused.expect_problem(409, "reserved");
        let renamed = details("Hamlet, Prince of Denmark", STARTS_AT);
        let renamed = self.put(Some(&show.seller), &show.path(), &renamed).await.expect(200);
        assert_eq!(renamed.text("title"), "Hamlet, Prince of Denmark");
        self.buy(&buyer, order).await;
        self.order_becomes(&buyer, order, "complete").await;
        for (ticket, left) in [(show.stalls, 2), (show.gallery, 1), (show.free, 1)] {
            self.becomes_available(ticket, left).await;
        }
        assert_eq!(self.captured().await, 3_050);
    }

    /// A payer of a postponed show may return the units, once.
    pub async fn units_of_a_postponed_show_are_returned_once_for_their_price(&self) {
        let show = self.create_show().await;
        let buyer = self.sign_up("buyer").await;
        let order = self.order_each(&buyer, &[show.stalls, show.gallery]).await;
        let payment = self.buy(&buyer, order).await;
        let refunds = format!("/api/payments/{payment}/refunds");
        let early = self.post(Some(&buyer), &refunds, &json!({})).await;
        early.expect_problem(403, "forbidden");
        let postponement = json!({"startsAt": POSTPONED_TO, "refundsUntil": REFUNDS_UNTIL});
        let path = format!("{}/postpone", show.path());
        let postponed = self.post(Some(&show.seller), &path, &postponement).await.expect(202);
        assert_eq!(postponed.text("state"), "postponed");
        let shown = self.get(None, &show.path()).await.expect(200);
        assert_eq!(shown.text("startsAt"), POSTPONED_TO);
        let one = json!({"returns": [{"ticketId": show.gallery, "quantity": 1}]});
        let is_returned = async || self.post(Some(&buyer), &refunds, &one).await.status == 201;
        self.eventually("payments knows that the show is postponed", is_returned).await;
        self.becomes_available(show.gallery, 2).await;
        assert_eq!(self.refunded().await, 1_000);
        let rest = self.post(Some(&buyer), &refunds, &json!({})).await.expect(201);
        assert_eq!(rest.at("amount"), json!(20.5));
        self.becomes_available(show.stalls, 3).await;
        let again = self.post(Some(&buyer), &refunds, &json!({})).await;
        again.expect_problem(409, "refund_exceeds");
        assert_eq!((self.captured().await, self.refunded().await), (3_050, 3_050));
    }

    /// Every buyer of a cancelled show has the money back, and nothing more is sold.
    pub async fn a_cancelled_show_is_refunded_in_full(&self) {
        let show = self.create_show().await;
        let (ann, bob) = (self.sign_up("ann").await, self.sign_up("bob").await);
        let by_card = self.order_each(&ann, &[show.stalls, show.free]).await;
        let in_part = self.buy(&ann, by_card).await;
        let by_credit = self.order_each(&bob, &[show.gallery]).await;
        let top_up = json!({"amount": 10, "token": "tok_visa"});
        self.post(Some(&bob), "/api/payments/top-ups", &top_up).await.expect(201);
        let credit = json!({"orderId": by_credit, "method": "credit"});
        self.post(Some(&bob), "/api/payments", &credit).await.expect(201);
        let unpaid = self.order_each(&bob, &[show.stalls]).await;
        let refunds = format!("/api/payments/{in_part}/refunds");
        self.post(Some(&show.seller), &refunds, &json!({"amount": 5})).await.expect(201);
        let path = format!("{}/cancel", show.path());
        let cancelled = self.post(Some(&show.seller), &path, &json!({})).await.expect(202);
        assert_eq!(cancelled.text("state"), "cancelled");
        let late = self.order(&ann, &json!({"ticketId": show.gallery})).await;
        late.expect_problem(409, "show_cancelled");
        self.order_becomes(&bob, unpaid, "cancelled").await;
        assert_eq!(self.show_order(&bob, unpaid).await.text("reason"), "show_cancelled");
        self.pay(&bob, unpaid, "tok_visa").await.expect_problem(409, "show_cancelled");
        self.refunds_end(&show, 2, 0).await;
        assert_eq!((self.captured().await, self.refunded().await), (3_050, 2_050));
        let account = self.get(Some(&bob), "/api/payments/account").await.expect(200);
        assert_eq!(account.at("balances/0/balance"), json!(10));
        self.post(Some(&show.seller), &path, &json!({})).await.expect(202);
        self.refunds_end(&show, 2, 0).await;
    }
}
