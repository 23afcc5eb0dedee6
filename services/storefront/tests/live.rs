//! Streams of changes.

use std::time::Duration;

use contract::order::{COMPLETED, OrderState, OrderStatus};
use reqwest::{Method, Response};
use testing::platforms::START;
use testing::{TestApp, samples};

use crate::fixture::{Storefront, changed, offered, stock, ticket, ticket_id};

/// Real time for bytes that have been sent.
const ARRIVAL_MAX: Duration = Duration::from_secs(10);

struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    async fn open(app: &TestApp, topics: &str) -> Self {
        let request = app.request(Method::GET, &format!("/live?topics={topics}"), None);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// Waits until a text has arrived, and returns all that came before it and with it.
    async fn until(&mut self, text: &str) -> String {
        while !self.text.contains(text) {
            let chunk = tokio::time::timeout(ARRIVAL_MAX, self.response.chunk()).await;
            let chunk = chunk.unwrap_or_else(|_| panic!("no {text} in {}", self.text));
            let chunk = chunk.unwrap().unwrap_or_else(|| panic!("ended: {}", self.text));
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        std::mem::take(&mut self.text)
    }
}

async fn on_offer(storefront: &Storefront) {
    let messages = [offered(ticket(1, 1)), offered(ticket(2, 1)), changed(stock(1, 2, 3))];
    storefront.tell(&messages).await;
}

#[tokio::test]
async fn a_stream_begins_with_the_present_state_and_has_every_later_one() {
    let storefront = Storefront::open().await;
    on_offer(&storefront).await;
    let mut stream = Stream::open(&storefront.app, &format!("ticket:{}", ticket_id(1))).await;
    let first = stream.until("\"available\":17").await;
    assert!(first.starts_with("retry: 2000\n\nevent: inventory.changed\nid: "), "{first}");
    // The other ticket is not among its topics.
    storefront.tell(&[changed(stock(2, 2, 9)), changed(stock(1, 3, 4))]).await;
    storefront.app.pass(Duration::from_millis(500)).await;
    let next = stream.until("\"available\":16").await;
    assert!(!next.contains("\"available\":11"), "{next}");
}

#[tokio::test]
async fn changes_of_one_period_are_one_frame() {
    let storefront = Storefront::open().await;
    on_offer(&storefront).await;
    let mut stream = Stream::open(&storefront.app, &format!("ticket:{}", ticket_id(1))).await;
    stream.until("\"available\":17").await;
    let changes: Vec<_> = (3..=12).map(|version| changed(stock(1, version, 5))).collect();
    storefront.app.publish(&changes).await;
    storefront.app.pass(Duration::from_millis(500)).await;
    let frames = stream.until("\"version\":12").await;
    assert!(frames.matches("event: ").count() <= 2, "{frames}");
}

#[tokio::test]
async fn a_change_reaches_the_streams_of_every_replica() {
    let (first, second) = Storefront::replicas().await;
    first.tell(&[offered(ticket(1, 1)), changed(stock(1, 2, 3))]).await;
    let topic = format!("ticket:{}", ticket_id(1));
    let mut streams = [Stream::open(&first.app, &topic).await, Stream::open(&second, &topic).await];
    for stream in &mut streams {
        stream.until("\"available\":17").await;
    }
    // Only one of them handles the message.
    first.tell(&[changed(stock(1, 3, 8))]).await;
    for _ in 0..3 {
        first.app.pass(Duration::from_millis(500)).await;
        second.settle().await;
    }
    for stream in &mut streams {
        stream.until("\"available\":12").await;
    }
}

#[tokio::test]
async fn orders_are_for_their_buyers() {
    let storefront = Storefront::open().await;
    let order = samples::order(1, Vec::new(), START);
    let path = format!("/live?topics=order:{}", order.id);
    storefront.app.get(None, &path).await.expect_problem(401, "not_signed_in");
    // Whose order it is, only orders can say.
    let user = storefront.app.user();
    storefront.app.get(Some(&user), &path).await.expect_problem(503, "unavailable");
    // A message of an order reaches no stream of others.
    on_offer(&storefront).await;
    let mut stream = Stream::open(&storefront.app, &format!("ticket:{}", ticket_id(1))).await;
    stream.until("\"available\":17").await;
    let complete = OrderState { status: OrderStatus::Complete { payment_id: None }, ..order };
    storefront.tell(&[COMPLETED.of(complete), changed(stock(1, 3, 4))]).await;
    storefront.app.pass(Duration::from_millis(500)).await;
    let next = stream.until("\"available\":16").await;
    assert!(!next.contains("order"), "{next}");
}

#[tokio::test]
async fn topics_are_known_and_few() {
    let storefront = Storefront::open().await;
    let many = vec![format!("ticket:{}", ticket_id(1)); 201];
    for topics in ["", "ticket", "ticket:1", "queue:0101", "order:"] {
        let reply = storefront.app.get(None, &format!("/live?topics={topics}")).await;
        reply.expect_problem(400, "invalid_request").expect_fields(&["topics"]);
    }
    // Equal ones count once.
    Stream::open(&storefront.app, &many.join(",")).await;
}

#[tokio::test]
async fn a_stream_has_few_orders() {
    let storefront = Storefront::open().await;
    let user = storefront.app.user();
    let orders = (1..=11).map(|number| format!("order:{}", contract::Id::from_bytes([number; 12])));
    let path = format!("/live?topics={}", orders.collect::<Vec<_>>().join(","));
    let reply = storefront.app.get(Some(&user), &path).await;
    reply.expect_problem(400, "invalid_request").expect_fields(&["topics"]);
}

#[tokio::test]
async fn streams_end_when_the_process_closes() {
    let Storefront { app } = Storefront::open().await;
    app.publish(&[offered(ticket(1, 1))]).await;
    app.settle().await;
    let mut stream = Stream::open(&app, &format!("ticket:{}", ticket_id(1))).await;
    stream.until("\"available\":20").await;
    app.stop().await;
    // A stream that is cut off has no end.
    assert_eq!(stream.response.chunk().await.unwrap(), None);
}
