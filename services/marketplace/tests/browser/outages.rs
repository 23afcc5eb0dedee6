//! A service that does not respond: other pages work, and the pages that need it have a sentence
//! and a next step, and work once the service responds again.

use serde_json::json;
use tempfile::TempDir;
use testing::User;
use testing::browser::{Script, with_browser};
use testing::customer::PASSWORD;
use testing::processes::free_ports;
use testing::proxy::TcpProxy;

use crate::marketplace::{Marketplace, directory, fresh, offer_ticket, program};

/// The sentence of a page whose service does not respond.
const CLOSED: &str = "This part of the box office is closed for a moment.";

/// The sentence of a form whose command may have had an effect.
const UNKNOWN: &str = "It is not known yet whether that worked.";

/// Marks the document when a stream of the page is refused.
const WATCH_STREAMS: &str = "
    globalThis.EventSource = class extends EventSource {
      constructor(url) {
        super(url);
        this.addEventListener('error', () => {
          globalThis.isRefused ||= this.readyState === EventSource.CLOSED;
        });
      }
    };";

/// Whether a stream of the page was refused.
const IS_REFUSED: &str = "return globalThis.isRefused === true";

/// The program, with proxies from its pages to its services and from browsers to its pages.
struct Site {
    marketplace: Marketplace,
    pages: TcpProxy,
    auth: TcpProxy,
    orders: TcpProxy,
    payments: TcpProxy,
    buyer: User,
    /// The title and the path of a ticket.
    ticket: (String, String),
    _data: TempDir,
}

impl Site {
    async fn start() -> Self {
        let ([port], data) = (free_ports(), directory());
        let [pages, auth, orders, payments] = [
            TcpProxy::to(port).await,
            TcpProxy::to(port).await,
            TcpProxy::to(port).await,
            TcpProxy::to(port).await,
        ];
        let mut command = program(data.path());
        for (setting, proxy) in
            [("--auth-url", &auth), ("--orders-url", &orders), ("--payments-url", &payments)]
        {
            command.args([setting, &format!("http://{}", proxy.address())]);
        }
        let marketplace = Marketplace::start_on(port, data.path(), &mut command).await;
        let client = marketplace.client();
        let (seller, buyer) = (client.sign_up("seller").await, client.sign_up("buyer").await);
        let title = fresh("Outage");
        let body = json!({"title": title, "price": 5, "quantity": 9});
        let ticket = format!("/tickets/{}", offer_ticket(&client, &seller, body).await);
        let ticket = (title, ticket);
        Self { marketplace, pages, auth, orders, payments, buyer, ticket, _data: data }
    }

    /// The address of the pages.
    fn base(&self) -> String {
        format!("http://{}", self.pages.address())
    }

    /// The number of the buyer's orders with a status.
    async fn orders_with(&self, status: &str) -> usize {
        let orders = self.marketplace.client().get(Some(&self.buyer), "/api/orders").await;
        orders.list().iter().filter(|order| order["status"] == status).count()
    }
}

#[tokio::test]
async fn pages_work_without_orders_and_an_order_is_placed_once_afterwards() {
    let site = Site::start().await;
    let (title, ticket) = &site.ticket;
    for script in [Script::Off, Script::On] {
        with_browser(&site.base(), script, async |browser| {
            browser.allow_status(503);
            browser.sign_in_as(&site.buyer).await;
            site.orders.partition();
            browser.open_page("/").await;
            browser.click(title).await;
            browser.arrives_at(ticket).await;
            browser.fill("Quantity", "1").await;
            browser.click("Hold them for me").await;
            browser.sees_alert(UNKNOWN).await;
            site.orders.heal();
            browser.click("Hold them for me").await;
            let order = browser.arrives_at("/orders/").await;
            browser.sees("These are yours for now").await;
            site.orders.partition();
            for path in ["/orders", &order] {
                browser.open_refused(path, 503).await;
                browser.sees(CLOSED).await;
            }
            site.orders.heal();
            browser.click("Try again").await;
            browser.sees("These are yours for now").await;
            assert_eq!(browser.path().await, order);
            browser.click("Cancel the order").await;
            browser.sees("This order was cancelled").await;
        })
        .await;
    }
    assert_eq!(site.orders_with("cancelled").await, 2);
}

#[tokio::test]
async fn an_order_is_paid_once_after_an_outage_of_payments() {
    let site = Site::start().await;
    let (_, ticket) = &site.ticket;
    for script in [Script::Off, Script::On] {
        with_browser(&site.base(), script, async |browser| {
            browser.allow_status(503);
            browser.sign_in_as(&site.buyer).await;
            browser.open_page(ticket).await;
            browser.fill("Quantity", "1").await;
            browser.click("Hold them for me").await;
            let order = browser.arrives_at("/orders/").await;
            site.payments.partition();
            browser.click("Pay").await;
            browser.sees_alert(UNKNOWN).await;
            site.payments.heal();
            browser.click("Pay").await;
            browser.sees("They are yours").await;
            // The order itself does not need payments.
            site.payments.partition();
            browser.open_page(&order).await;
            browser.sees("They are yours").await;
            site.payments.heal();
        })
        .await;
    }
    assert_eq!(site.orders_with("complete").await, 2);
}

#[tokio::test]
async fn a_page_without_its_stream_during_an_outage_follows_its_order_afterwards() {
    let site = Site::start().await;
    let (_, ticket) = &site.ticket;
    with_browser(&site.base(), Script::On, async |browser| {
        browser.allow_status(503);
        browser.allow_failed_requests(&site.base());
        browser.run_in_each_page(WATCH_STREAMS).await;
        browser.sign_in_as(&site.buyer).await;
        browser.open_page(ticket).await;
        browser.fill("Quantity", "1").await;
        browser.click("Hold them for me").await;
        let order = browser.arrives_at("/orders/").await;
        browser.sees("These are yours for now").await;
        // A stream reads its order when it begins, and is refused.
        site.orders.partition();
        site.pages.cut();
        let is_refused = async || browser.run(IS_REFUSED, &[]).await == true;
        browser.until("the stream is refused", is_refused).await;
        site.orders.heal();
        let order = order.trim_start_matches("/orders/").parse().unwrap();
        let client = site.marketplace.client();
        client.pay(&site.buyer, order, "tok_visa").await.expect(201);
        browser.sees("They are yours").await;
    })
    .await;
}

#[tokio::test]
async fn sign_in_works_after_an_outage_of_auth() {
    let site = Site::start().await;
    for script in [Script::Off, Script::On] {
        with_browser(&site.base(), script, async |browser| {
            browser.allow_status(503);
            site.auth.partition();
            browser.open_page("/signin?return=/orders").await;
            browser.fill("E-mail address", "buyer@example.com").await;
            browser.fill("Password", PASSWORD).await;
            browser.click("Sign in").await;
            browser.sees_alert(UNKNOWN).await;
            site.auth.heal();
            browser.fill("Password", PASSWORD).await;
            browser.click("Sign in").await;
            browser.arrives_at("/orders").await;
        })
        .await;
    }
}
