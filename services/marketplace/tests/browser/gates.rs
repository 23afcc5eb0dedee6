//! The page of a gate: a camera sees a code, the network is away, and scans are delivered later.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use admission_codes::qr::{self, QUIET_ZONE};
use serde_json::json;
use testing::browser::{Browser, PHONE, Scheme, with_camera};
use testing::processes::{READY_MAX, free_ports, holds_within};
use testing::proxy::TcpProxy;
use testing::{Client, User};

use crate::marketplace::{Marketplace, directory, offer_show, program, show};

/// Width and height of the film, in pixels.
const WIDTH: usize = 640;
const HEIGHT: usize = 480;

/// A film of one picture, in which the camera sees the code of a text.
fn film(text: &str, file: &Path) {
    let rows = qr::modules(text).unwrap();
    let module = HEIGHT / (rows.len() + 2 * QUIET_ZONE);
    let [left, top] = [WIDTH, HEIGHT].map(|size| (size - rows.len() * module) / 2);
    let is_dark = |x: usize, y: usize| {
        let row = y.checked_sub(top).and_then(|y| rows.get(y / module));
        let place = x.checked_sub(left).map(|x| x / module);
        row.zip(place).and_then(|(row, place)| row.get(place)).copied().unwrap_or(false)
    };
    let mut frames = BufWriter::new(File::create(file).unwrap());
    write!(frames, "YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\nFRAME\n").unwrap();
    for y in 0..HEIGHT {
        let row: Vec<u8> = (0..WIDTH).map(|x| if is_dark(x, y) { 20 } else { 235 }).collect();
        frames.write_all(&row).unwrap();
    }
    frames.write_all(&vec![128; WIDTH * HEIGHT / 2]).unwrap();
    frames.flush().unwrap();
}

/// Buys two units of a show; returns the ids and the codes of their admissions.
async fn buy_two(client: &Client, buyer: &User, show: &str) -> Vec<(String, String)> {
    let ticket = client.get(None, &format!("/api/shows/{show}")).await.tickets()[0];
    let body = json!({"items": [{"ticketId": ticket, "quantity": 2}]});
    let order = client.create(buyer, "/api/orders", body).await;
    client.pay(buyer, order.parse().unwrap(), "tok_visa").await.expect(201);
    let path = format!("/api/admissions?order={order}");
    let are_two = async || client.get(Some(buyer), &path).await.list().len() == 2;
    assert!(holds_within(READY_MAX, are_two).await, "the order has no admissions");
    let mut codes = Vec::new();
    for id in client.get(Some(buyer), &path).await.ids() {
        let path = format!("/api/admissions/{id}/code");
        let code = client.get(Some(buyer), &path).await.expect(200).text("code");
        codes.push((id, code));
    }
    codes
}

/// Waits for a result on the page of the gate, and for the state of its connection.
async fn shows(browser: &Browser, result: &str, state: &str) {
    let read = "const place = (name) => document.querySelector(`[data-place=${name}]`).dataset;
        return `${place('verdict').result} ${place('state').state}`";
    let expected = format!("{result} {state}");
    let is_so = async || browser.run(read, &[]).await == expected.as_str();
    browser.until(&format!("the gate shows {expected}"), is_so).await;
}

/// Whether the page is kept for the time without a network.
const IS_KEPT: &str = "
    const done = arguments[0];
    (async () => {
      const cache = await caches.open('gate');
      const { active } = await navigator.serviceWorker.ready;
      return active?.state === 'activated' && (await cache.keys()).length >= 6;
    })().then(done, () => done(false));";

#[tokio::test]
async fn a_gate_checks_codes_by_camera_and_without_a_network_and_delivers_its_scans() {
    let ([port], data) = (free_ports(), directory());
    let network = TcpProxy::to(port).await;
    let marketplace = Marketplace::start_on(port, data.path(), &mut program(data.path())).await;
    let client = marketplace.client();
    let (seller, buyer) = (client.sign_up("seller").await, client.sign_up("buyer").await);
    let id = offer_show(&client, &seller, show("Gate")).await;
    let codes = buy_two(&client, &buyer, &id).await;
    let file = data.path().with_extension("y4m");
    film(&codes[0].1, &file);
    let base = format!("http://{}", network.address());
    with_camera(&base, &file, async |browser| {
        browser.allow_failed_requests(&base);
        browser.set_screen(PHONE, Scheme::Dark).await;
        browser.sign_in_as(&seller).await;
        browser.open_page(&format!("/sell/shows/{id}/door/gates")).await;
        browser.fill("Name", "North entrance").await;
        browser.click("Add a device").await;
        browser.sees("This is shown once only").await;
        browser.click("Open the gate on this device").await;
        // The camera sees the first code; the key is no part of the history.
        shows(browser, "admitted", "online").await;
        assert_eq!(browser.path().await, "/gate");
        browser.until("the page is kept", async || browser.run_async(IS_KEPT).await == true).await;
        browser.shows_no_dialog().await;
        network.partition();
        browser.reload().await;
        // The device knows that the code of the camera has entered.
        shows(browser, "already_used", "offline").await;
        browser.fill("Type a code, or use a scanner", &codes[1].1).await;
        browser.click("Check").await;
        shows(browser, "admitted", "offline").await;
        browser.sees("1 to deliver").await;
        // A scanner types while the button has the focus.
        browser.press("BX1:A B").await;
        browser.press_enter().await;
        shows(browser, "forged", "offline").await;
        let state = async |id: &str| {
            client.get(Some(&buyer), &format!("/api/admissions/{id}")).await.text("state")
        };
        assert_eq!(
            (state(&codes[0].0).await, state(&codes[1].0).await),
            ("used".into(), "valid".into())
        );
        network.heal();
        browser.run("dispatchEvent(new Event('online'))", &[]).await;
        browser.until("the scan is delivered", async || state(&codes[1].0).await == "used").await;
        shows(browser, "forged", "online").await;
        browser.sees("2 / 2").await;
    })
    .await;
    std::fs::remove_file(file).unwrap();
}
