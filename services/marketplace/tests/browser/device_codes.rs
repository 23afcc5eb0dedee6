//! Codes that a phone renews: of a key that cannot leave it, read from its screen.

use std::time::Duration;

use admission_codes::{Code, Rejected};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::Timestamp;
use ed25519_dalek::VerifyingKey;
use serde_json::{Value, json};
use tempfile::TempDir;
use testing::browser::{Browser, Network, PHONE, Scheme, Script, with_browser};
use testing::processes::{READY_MAX, holds_within};
use testing::{Client, QrSymbol, User, read_qr_codes};

use crate::marketplace::{directory, fresh, marketplace, offer_ticket};

/// The sentence below a code that the phone renews.
const RENEWED: &str = "The code changes every 15 seconds";

/// The sentence on any other phone.
const ELSEWHERE: &str = "Another phone shows the code of this ticket.";

/// Exports the private key of the only stored device; the name of the error.
const EXPORT: &str = "
    const read = (request) => new Promise((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
    return read(indexedDB.open('boxoffice')).then(async (database) => {
      const devices = database.transaction('devices').objectStore('devices');
      const [{ keys }] = await read(devices.getAll());
      database.close();
      return crypto.subtle.exportKey('pkcs8', keys.privateKey).catch((error) => error.name);
    });";

/// The modules of the code on the screen.
const SHOWN: &str = "return document.querySelector('.on-device .qr path').getAttribute('d')";

/// Reports that the network is back.
const ONLINE: &str = "dispatchEvent(new Event('online'))";

/// A ticket that a buyer has paid, its admission, and pictures of pages.
struct Evening {
    client: Client,
    seller: User,
    buyer: User,
    ticket: String,
    page: String,
    pictures: TempDir,
}

impl Evening {
    async fn start(terms: Value) -> Self {
        let client = marketplace().await.client();
        let (seller, buyer) =
            (client.sign_up(&fresh("seller")).await, client.sign_up(&fresh("ann")).await);
        let mut body = json!({"title": fresh("Evening"), "price": 5, "quantity": 5});
        body.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
        let ticket = offer_ticket(&client, &seller, body).await;
        let order = client.order_one(&buyer, ticket.parse().unwrap()).await;
        client.pay(&buyer, order, "tok_visa").await.expect(201);
        let list = format!("/api/admissions?order={order}");
        let mut ids = Vec::new();
        holds_within(READY_MAX, async || {
            ids = client.get(Some(&buyer), &list).await.ids();
            !ids.is_empty()
        })
        .await;
        let page = format!("/admissions/{}", ids[0]);
        Self { client, seller, buyer, ticket, page, pictures: directory() }
    }

    /// Opens the page of the admission as its holder.
    async fn open(&self, browser: &Browser) {
        browser.set_screen(PHONE, Scheme::Light).await;
        browser.sign_in_as(&self.buyer).await;
        browser.open_page(&self.page).await;
    }

    /// Reads the only code of the page from pictures of it, one in each scheme.
    async fn photograph(&self, browser: &Browser) -> QrSymbol {
        let mut files = Vec::new();
        for scheme in Scheme::ALL {
            let file = self.pictures.path().join(format!("{}.png", fresh(scheme.name())));
            browser.screenshot(PHONE, scheme, &file).await;
            files.push(file);
        }
        let mut read = read_qr_codes(&files);
        let [_, last] = [read.remove(0), read.remove(0)].map(|mut found| {
            assert_eq!(found.len(), 1, "{found:?}");
            found.remove(0)
        });
        last
    }

    /// The result of a scan at the door.
    async fn scan(&self, code: &str) -> String {
        let body = json!({"code": code, "ticketId": self.ticket, "scanId": fresh("scan")});
        let scan = self.client.post(Some(&self.seller), "/api/check-ins", &body).await;
        scan.expect(200).text("result")
    }

    /// Verifies a code as a door without a network.
    async fn verify(&self, code: &str, now: Timestamp) -> Result<(), Rejected> {
        let published = self.client.get(None, "/api/check-ins/keys").await.expect(200);
        let keys = published.at("keys");
        let key = |kid: u8| {
            let kid = json!(kid.to_string());
            let of = keys.as_array().unwrap().iter().find(|it| it["kid"] == kid)?;
            let bytes = URL_SAFE_NO_PAD.decode(of["x"].as_str()?).ok()?;
            VerifyingKey::try_from(bytes.as_slice()).ok()
        };
        Code::parse(code).unwrap().verify(key, now).map(drop)
    }
}

#[tokio::test]
async fn a_phone_renews_its_code_without_a_network_and_enters_with_it() {
    let evening = Evening::start(json!({})).await;
    with_browser(evening.client.base(), Script::On, async |browser| {
        evening.open(browser).await;
        browser.sees("It admits one person, once.").await;
        let paper = evening.photograph(browser).await;
        assert_eq!((paper.version, paper.text.len()), (6, 150));
        browser.click("Show on this phone").await;
        browser.sees(RENEWED).await;
        assert_eq!(browser.run(EXPORT, &[]).await, "InvalidAccessError");
        assert_eq!(evening.scan(&paper.text).await, "superseded");
        let picture = evening.photograph(browser).await;
        assert_eq!((picture.version, picture.level.as_str(), picture.text.len()), (10, "M", 300));
        let now = Timestamp::from_unix_ms(unix_ms(browser).await);
        assert_eq!(evening.verify(&picture.text, now).await, Ok(()));
        let later = now.plus(Duration::from_secs(45));
        assert_eq!(evening.verify(&picture.text, later).await, Err(Rejected::Expired));
        browser.allow_failed_requests(evening.client.base());
        browser.set_network(Network::Off).await;
        let before = browser.run(SHOWN, &[]).await;
        let is_renewed = async || browser.run(SHOWN, &[]).await != before;
        browser.until("the code is renewed", is_renewed).await;
        let renewed = evening.photograph(browser).await;
        assert_ne!(renewed.text, picture.text);
        assert_eq!(evening.scan(&renewed.text).await, "admitted");
        browser.set_network(Network::On).await;
        browser.run(ONLINE, &[]).await;
        browser.sees("Its holder was admitted").await;
    })
    .await;
}

#[tokio::test]
async fn another_phone_takes_the_code_over() {
    let evening = Evening::start(json!({})).await;
    with_browser(evening.client.base(), Script::On, async |first| {
        evening.open(first).await;
        first.click("Show on this phone").await;
        first.sees(RENEWED).await;
        // A reload keeps the code.
        first.reload().await;
        first.sees(RENEWED).await;
        let old = evening.photograph(first).await;
        with_browser(evening.client.base(), Script::On, async |second| {
            evening.open(second).await;
            second.sees(ELSEWHERE).await;
            second.click("Show on this phone instead").await;
            second.sees(RENEWED).await;
            let new = evening.photograph(second).await;
            first.run(ONLINE, &[]).await;
            first.sees(ELSEWHERE).await;
            assert_eq!(evening.scan(&old.text).await, "superseded");
            assert_eq!(evening.scan(&new.text).await, "admitted");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_holder_returns_from_a_phone_to_paper() {
    let evening = Evening::start(json!({})).await;
    with_browser(evening.client.base(), Script::On, async |phone| {
        evening.open(phone).await;
        phone.click("Show on this phone").await;
        phone.sees(RENEWED).await;
        let lost = evening.photograph(phone).await;
        with_browser(evening.client.base(), Script::Off, async |desk| {
            evening.open(desk).await;
            desk.sees(ELSEWHERE).await;
            desk.click("Print instead").await;
            desk.sees("It admits one person, once.").await;
            let paper = format!("/api{}/code", evening.page);
            let paper = evening.client.get(Some(&evening.buyer), &paper).await.text("code");
            assert_eq!(evening.scan(&lost.text).await, "superseded");
            assert_eq!(evening.scan(&paper).await, "admitted");
        })
        .await;
        phone.run(ONLINE, &[]).await;
        phone.sees("Its holder was admitted").await;
    })
    .await;
}

#[tokio::test]
async fn a_seller_allows_codes_on_phones_only() {
    let evening = Evening::start(json!({"deviceOnly": true})).await;
    with_browser(evening.client.base(), Script::Off, async |browser| {
        browser.open_page(&format!("/tickets/{}", evening.ticket)).await;
        browser.sees("Ticket on a phone only, none on paper.").await;
        evening.open(browser).await;
        browser.sees("The seller allows codes on a phone only, none on paper.").await;
        browser.sees("A code on a phone needs a browser with JavaScript.").await;
    })
    .await;
    with_browser(evening.client.base(), Script::On, async |browser| {
        evening.open(browser).await;
        browser.click("Show on this phone").await;
        browser.sees(RENEWED).await;
        assert!(!browser.offers("Print instead").await);
        let code = evening.photograph(browser).await;
        assert_eq!(evening.scan(&code.text).await, "admitted");
    })
    .await;
}

/// The time of the machine.
async fn unix_ms(browser: &Browser) -> i64 {
    browser.run("return Date.now()", &[]).await.as_i64().unwrap()
}
