//! A marketplace with something in every state that pages show, and an empty one.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use testing::browser::Browser;
use testing::processes::{Process, READY_MAX, holds_within};
use testing::{Client, User};
use tokio::sync::OnceCell;

use crate::marketplace::{Marketplace, directory, offer_show, offer_ticket, program, show};

/// One of the marketplaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// With content.
    Full,
    /// As after its first start.
    Empty,
}

/// The account of a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visitor {
    /// No account.
    Nobody,
    /// An account with orders in every status.
    Buyer,
    /// The account that offers everything.
    Seller,
    /// An account without orders and offers.
    Newcomer,
    /// An administrator.
    Admin,
}

/// Both marketplaces, and the places in the full one.
pub(crate) struct World {
    full: Marketplace,
    empty: Marketplace,
    users: BTreeMap<&'static str, User>,
    places: BTreeMap<String, String>,
    /// Removed after a failure; otherwise when this process ends.
    _directories: [TempDir; 2],
}

/// The time to pay until the order that expires has expired.
const SHORT_WINDOW: &str = "1s";

/// The time to pay afterwards: no other order expires while pages are audited.
const LONG_WINDOW: &str = "30m";

/// The public key of a phone: the example of RFC 8037.
const PHONE_KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

/// The secret of a mailed link that is not known.
const UNKNOWN_LINK: &str = "692000f2a1b2c3d4e5f60718.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The world of this process.
pub(crate) async fn world() -> &'static World {
    static WORLD: OnceCell<World> = OnceCell::const_new();
    WORLD.get_or_init(World::start).await
}

impl World {
    /// The client of a marketplace.
    pub(crate) fn client(&self, site: Site) -> Client {
        match site {
            Site::Full => self.full.client(),
            Site::Empty => self.empty.client(),
        }
    }

    /// A path or a text of a field, with every name in braces replaced by the id of this place.
    pub(crate) fn path(&self, path: &str) -> String {
        let path = self
            .places
            .iter()
            .fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
        assert!(!path.contains('{'), "no such place: {path}");
        path
    }

    /// Gives a browser the cookies of a visitor.
    pub(crate) async fn sign_in(&self, browser: &Browser, visitor: Visitor) {
        browser.forget_cookies().await;
        if let Some(user) = self.users.get(format!("{visitor:?}").as_str()) {
            browser.sign_in_as(user).await;
        }
    }

    async fn start() -> Self {
        let directories = [directory(), directory()];
        let [empty, data] = directories.each_ref().map(TempDir::path);
        let empty = Marketplace::start(empty, &[]).await;
        let mut places = BTreeMap::new();
        let first = start(data, SHORT_WINDOW).await;
        let [seller, buyer, newcomer] = [
            first.sign_up("seller").await,
            first.sign_up("buyer").await,
            first.sign_up("new").await,
        ];
        let client = first.client();
        let id = offer_show(&client, &seller, show("Nachtmusik: Four concerts in one night")).await;
        let stalls = client.get(None, &format!("/api/shows/{id}")).await.tickets()[0];
        places.insert("show".to_owned(), id);
        let order = client.order_one(&buyer, stalls).await;
        let expired = async || client.show_order(&buyer, order).await.text("reason") == "expired";
        assert!(holds_within(READY_MAX, expired).await, "the order does not expire");
        places.insert("expired".to_owned(), order.to_string());
        first.sign_up("admin").await;
        first.stop().await;
        grant_admin(data).await;
        let full = start(data, LONG_WINDOW).await;
        let admin = User::by_token(&full.sign_in("admin").await.expect(200));
        places.insert("buyer".to_owned(), buyer.id.to_string());
        places.insert("link".to_owned(), UNKNOWN_LINK.to_owned());
        let users =
            [("Seller", seller), ("Buyer", buyer), ("Newcomer", newcomer), ("Admin", admin)].into();
        let mut world = Self { full, empty, users, places, _directories: directories };
        world.offer_shows().await;
        world.place_orders().await;
        world
    }

    async fn offer_shows(&mut self) {
        let (client, seller) = (self.full.client(), &self.users["Seller"]);
        for (title, venue, zone, price) in SHOWS {
            let body = json!({
                "title": title, "startsAt": "2035-09-12T18:30:00Z",
                "venue": {"name": venue, "timeZone": zone},
                "tickets": [{"title": "Standing", "price": price, "quantity": 300}],
            });
            offer_show(&client, seller, body).await;
        }
        for (place, title) in [("sold-out", "Last seat: An opera"), ("postponed", "Open air")] {
            let id = offer_show(&client, seller, of_one_seat(title)).await;
            self.places.insert(place.to_owned(), id);
        }
        let postponement =
            json!({"startsAt": "2035-07-01T18:00:00Z", "refundsUntil": "2035-06-25T18:00:00Z"});
        let path = self.path("/api/shows/{postponed}/postpone");
        client.post(Some(seller), &path, &postponement).await.expect(202);
        let body = json!({
            "title": "One ticket for the ballet", "description": "I am ill, enjoy it for me.",
            "price": 35.9, "venue": "Opera House, Vienna", "startsAt": "2035-02-03T19:00:00Z",
        });
        let ticket = offer_ticket(&client, seller, body).await;
        self.places.insert("ticket".to_owned(), ticket);
    }

    async fn place_orders(&mut self) {
        let (client, buyer) = (self.full.client(), self.users["Buyer"].clone());
        let seller = self.users["Seller"].clone();
        let cancelled_show = offer_show(&client, &seller, show("A show that is cancelled")).await;
        for (place, of, units, paid) in [
            ("held", self.places["show"].clone(), 2, false),
            ("complete", self.places["show"].clone(), 3, true),
            ("cancelled", self.places["show"].clone(), 1, false),
            ("last-seat", self.places["sold-out"].clone(), 1, true),
            ("refunded", cancelled_show.clone(), 2, true),
        ] {
            let ticket = client.get(None, &format!("/api/shows/{of}")).await.tickets()[0];
            let body = json!({"items": [{"ticketId": ticket, "quantity": units}]});
            let order = client.create(&buyer, "/api/orders", body).await;
            if paid {
                client.pay(&buyer, order.parse().unwrap(), "tok_visa").await.expect(201);
            }
            self.places.insert(place.to_owned(), order);
        }
        let path = self.path("/api/orders/{cancelled}");
        client.delete(Some(&buyer), &path).await;
        let path = format!("/api/shows/{cancelled_show}/cancel");
        client.post(Some(&seller), &path, &json!({})).await.expect(202);
        self.places.insert("cancelled-show".to_owned(), cancelled_show);
        self.is_settled(&client, &buyer).await;
        self.admit(&client, [&buyer, &seller]).await;
    }

    /// Admits the holder of the second unit of the complete order, offers the third one, and shows its
    /// code on a phone.
    async fn admit(&mut self, client: &Client, [buyer, seller]: [&User; 2]) {
        for (place, order, state) in
            [("complete", "{complete}", "\"valid\""), ("void", "{refunded}", "\"void\"")]
        {
            let path = self.path(&format!("/api/admissions?order={order}"));
            let is_so = async || client.get(Some(buyer), &path).await.body.contains(state);
            assert!(holds_within(READY_MAX, is_so).await, "{path} has no {state}");
            let listed = client.get(Some(buyer), &path).await.list();
            for admission in listed {
                let place = format!("{place}-{}", admission["unit"]);
                self.places.insert(place, admission["id"].as_str().unwrap().to_owned());
            }
        }
        let body = json!({"admissionIds": [self.places["complete-3"]], "toUser": seller.id});
        let transfer = client.create(buyer, "/api/transfers", body).await;
        self.places.insert("transfer".to_owned(), transfer);
        let path = self.path("/api/admissions/{complete-3}/device");
        client.post(Some(buyer), &path, &json!({"publicKey": PHONE_KEY})).await.expect(201);
        let path = self.path("/api/admissions/{complete-2}/code");
        let code = client.get(Some(buyer), &path).await.expect(200).text("code");
        let show = &self.places["show"];
        let scan = json!({"code": code, "showId": show, "scanId": "first"});
        client.post(Some(seller), "/api/check-ins", &scan).await.expect(200);
        self.places.insert("used-code".to_owned(), code);
    }

    /// Waits until the copies of the pages agree with the orders.
    async fn is_settled(&self, client: &Client, buyer: &User) {
        let refunded = self.path("/api/orders/{refunded}");
        for (path, user, text) in [
            (self.path("/shows/{sold-out}"), None, "Sold out"),
            (self.path("/shows/{postponed}"), None, "has a new date"),
            (self.path("/shows/{cancelled-show}"), None, "does not take place"),
            (refunded, Some(buyer), "\"succeeded\""),
        ] {
            let is_so = async || client.get(user, &path).await.body.contains(text);
            assert!(holds_within(READY_MAX, is_so).await, "{path} has no {text:?}");
        }
    }
}

async fn start(data: &Path, window: &str) -> Marketplace {
    let imprint = data.with_extension("txt");
    std::fs::write(&imprint, IMPRINT).unwrap();
    let file = imprint.to_str().unwrap();
    let flags = ["--order-window", window, "--imprint-file", file, "--terms-file", file];
    let marketplace = Marketplace::start(data, &flags).await;
    // The program reads the texts when it starts.
    std::fs::remove_file(imprint).unwrap();
    marketplace
}

/// Makes an administrator of an account of a stopped marketplace.
async fn grant_admin(data: &Path) {
    let arguments = ["grant-admin", "admin@example.com"];
    let mut granting = Process::spawn(program(data).args(arguments), None);
    let status = granting.end_within(READY_MAX).await;
    assert!(status.is_some_and(|status| status.success()), "the account is no administrator");
}

fn of_one_seat(title: &str) -> Value {
    json!({
        "title": title, "startsAt": "2035-06-20T18:00:00Z",
        "venue": {"name": "Small Stage", "timeZone": "America/New_York"},
        "tickets": [{"title": "Seat", "price": 18, "quantity": 1}],
    })
}

const SHOWS: [(&str, &str, &str, f64); 6] = [
    ("Rigoletto, an opera in three acts", "Opera House", "Europe/Vienna", 48.0),
    ("عرض موسيقي في القاهرة", "Cairo Opera House", "Africa/Cairo", 20.0),
    ("夜の音楽会", "Suntory Hall", "Asia/Tokyo", 65.0),
    ("Free matinee for children", "Puppet Theatre", "Europe/London", 0.0),
    (
        "A title as long as titles of festivals are: three stages, two days, forty bands, one lake",
        "Festival grounds at the northern shore",
        "Europe/Zurich",
        139.0,
    ),
    ("Donaudampfschifffahrtsgesellschaftskapitänsmützenball", "Hafen", "Europe/Berlin", 12.5),
];

const IMPRINT: &str = "# Operator\n\nTown Hall Ltd\nMarket 1\nBerlin\n\n# Contact\n\n\
    Write to the box office of the town hall, which reads its letters on every working day.\n";
