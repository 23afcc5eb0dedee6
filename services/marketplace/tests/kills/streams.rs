//! Streams of changes through a proxy that sends each connection to the next of two replicas: cut
//! connections, and a replica that is killed and started again. No change is missed.

use std::time::Duration;

use contract::{OrderId, TicketId};
use reqwest::{Method, Response};
use serde_json::json;
use testing::processes::{Instance, holds_within};
use testing::proxy::TcpProxy;
use testing::{Client, User};

use crate::fleet::Fleet;

/// Units on offer: more than the test orders.
const UNITS: u32 = 40;

/// Changes on one stream: with a broken exchange between the replicas, each one is missed in about
/// half of all runs.
const CHANGES: u32 = 6;

/// Real time within which a change must arrive: half a minute until the broker redelivers messages
/// that a dead process had received, and room for a slow machine.
const ARRIVAL_MAX: Duration = Duration::from_mins(1);

/// A browser with a page open: its stream, and the id of the last event.
struct Page {
    client: Client,
    buyer: User,
    topics: String,
    last_id: Option<String>,
    response: Response,
    text: String,
}

impl Page {
    async fn open(client: Client, buyer: User, topics: String) -> Self {
        let response = connect(&client, &buyer, &topics, None).await;
        Self { client, buyer, topics, last_id: None, response, text: String::new() }
    }

    /// Waits until a text has arrived; returns the events since the last call.
    async fn until(&mut self, text: &str) -> String {
        let arriving = async {
            while !self.text.contains(text) {
                let chunk = self.response.chunk().await.unwrap();
                assert!(chunk.is_some(), "ended: {}", self.text);
                self.text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
            }
        };
        let has_arrived = tokio::time::timeout(ARRIVAL_MAX, arriving).await.is_ok();
        assert!(has_arrived, "no {text} in {}", self.text);
        let arrived = std::mem::take(&mut self.text);
        let last_id = arrived.lines().filter_map(|line| line.strip_prefix("id: ")).next_back();
        self.last_id = last_id.map(str::to_owned).or(self.last_id.take());
        arrived
    }

    /// Waits for the end of the lost connection, and connects again as a browser does.
    async fn reconnect(&mut self) {
        let ended = async { while let Ok(Some(_)) = self.response.chunk().await {} };
        let has_ended = tokio::time::timeout(ARRIVAL_MAX, ended).await.is_ok();
        assert!(has_ended, "the connection is not lost");
        assert!(self.last_id.is_some(), "no event has an id");
        self.text.clear();
        let id = self.last_id.as_deref();
        self.response = connect(&self.client, &self.buyer, &self.topics, id).await;
    }
}

/// Connects until a replica responds: the proxy closes connections to one that is down.
async fn connect(client: &Client, buyer: &User, topics: &str, last_id: Option<&str>) -> Response {
    let mut response = None;
    let is_connected = async || {
        let path = format!("/live?topics={topics}");
        let request = client.request(Method::GET, &path, Some(buyer));
        let request = last_id.into_iter().fold(request, |it, id| it.header("Last-Event-ID", id));
        response = request.send().await.ok();
        response.is_some()
    };
    assert!(holds_within(ARRIVAL_MAX, is_connected).await, "no replica accepts a connection");
    let response = response.unwrap();
    assert_eq!(response.status(), 200);
    response
}

/// Orders free units, one at a time: each is a change of the stock.
struct Crowd {
    client: Client,
    user: User,
    ticket: TicketId,
    left: u32,
}

impl Crowd {
    /// Orders a unit; returns the text of the stock that a stream has then.
    async fn order(&mut self) -> String {
        self.client.order_one(&self.user, self.ticket).await;
        self.left -= 1;
        self.stock()
    }

    fn stock(&self) -> String {
        format!("\"available\":{}", self.left)
    }

    /// Waits until storefront's copy has the present stock.
    async fn is_copied(&self) {
        let path = format!("/tickets/{}", self.ticket);
        let text = format!("{} left", self.left);
        let page = || async { self.client.get(None, &path).await.body.contains(&text) };
        assert!(holds_within(ARRIVAL_MAX, page).await, "the copy does not have {text}");
    }
}

/// Cancels an order; returns the text of its event.
async fn cancel(client: &Client, buyer: &User, order: OrderId) -> String {
    client.delete(Some(buyer), &format!("/api/orders/{order}")).await.expect(204);
    format!("\"orderId\":\"{order}\",\"status\":\"cancelled\"")
}

/// Changes while the page is open: each one arrives.
async fn follow(page: &mut Page, crowd: &mut Crowd) {
    for _ in 0..CHANGES {
        let stock = crowd.order().await;
        page.until(&stock).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_misses_no_change_when_it_continues_on_another_replica() {
    let mut fleet = Fleet::of_services_with(&[("ORDER_WINDOW", "10m")]).await;
    let replicas = fleet.members.iter().filter(|member| member.program.name == "storefront");
    let proxy = TcpProxy::in_turn(replicas.map(|member| member.program.port).collect()).await;
    let client = Client::to(fleet.base());
    let seller = client.sign_up("seller").await;
    let (buyer, user) = (client.sign_up("buyer").await, client.sign_up("crowd").await);
    let body = json!({"title": "Free", "price": 0, "quantity": UNITS});
    let ticket = client.create(&seller, "/api/tickets", body).await.parse().unwrap();
    let paid = client.offer(&seller, UNITS).await;
    let (one, other) = (client.order_one(&buyer, paid).await, client.order_one(&buyer, paid).await);
    let mut crowd = Crowd { client: client.clone(), user, ticket, left: UNITS };
    crowd.is_copied().await;
    let streams = Client::to(format!("http://{}", proxy.address()));
    let topics = format!("ticket:{ticket},order:{one},order:{other}");
    let mut page = Page::open(streams, buyer.clone(), topics).await;
    page.until(&crowd.stock()).await;
    follow(&mut page, &mut crowd).await;

    // The connection is lost; the stock and an order change meanwhile.
    let first = proxy.last_server();
    proxy.partition();
    let cancelled = cancel(&client, &buyer, one).await;
    crowd.order().await;
    crowd.is_copied().await;
    proxy.heal();
    page.reconnect().await;
    let second = proxy.last_server();
    assert_ne!(first, second, "the page is at the same replica");
    let present = page.until(&crowd.stock()).await;
    assert!(present.contains(&cancelled), "{present}");
    follow(&mut page, &mut crowd).await;

    // The replica of the stream dies, and the stock changes before the page is back.
    let is_second = |member: &&mut Instance| member.program.port == second;
    fleet.members.iter_mut().find(is_second).unwrap().process.kill();
    crowd.order().await;
    crowd.is_copied().await;
    page.reconnect().await;
    assert_eq!(proxy.last_server(), first, "the page is at the dead replica");
    page.until(&crowd.stock()).await;
    follow(&mut page, &mut crowd).await;

    // Back to the replica, which has just started.
    fleet.members.iter_mut().find(is_second).unwrap().restart();
    fleet.ready().await;
    proxy.cut();
    page.reconnect().await;
    assert_eq!(proxy.last_server(), second, "the page is at the same replica");
    page.until(&crowd.stock()).await;
    follow(&mut page, &mut crowd).await;
    let cancelled = cancel(&client, &buyer, other).await;
    page.until(&cancelled).await;
}
