//! A small service for tests of a process: it stores notes; one of its routes waits at a gate.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a module of each test program, which fails by panicking"
)]

use std::fmt::Display;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Data, Path};
use actix_web::{get, post, put};
use serde::{Deserialize, Serialize};
use service::{Platform, Routes, Service};
use store::{Collection, Engine, Index, Never, Stop, Store, Unavailable};
use testing::{Platforms, TestApp};
use tokio::sync::watch;
use web::{Body, MaybeSignedIn, NoBody, Problem, Response, Sessions, SignedIn};

/// Its name.
pub const NAME: &str = "kiosk";

pub static NOTES: Collection =
    Collection::indexed("notes", &[Index { name: "by_age", fields: &["writtenAt"] }]);

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: String,
    pub written_at: contract::Timestamp,
}

store::document!(Note, NOTES, |note| note.id,
    "writtenAt" => note.written_at,
);

/// Blocks every caller until it is opened.
#[derive(Clone)]
pub struct Gate {
    waiting: Arc<watch::Sender<usize>>,
    open: Arc<watch::Sender<bool>>,
}

impl Gate {
    pub fn closed() -> Self {
        Self { waiting: Arc::new(watch::Sender::new(0)), open: Arc::new(watch::Sender::new(false)) }
    }

    /// Waits until the gate is open.
    pub async fn pass(&self) {
        self.waiting.send_modify(|waiting| *waiting += 1);
        self.open.subscribe().wait_for(|open| *open).await.unwrap();
    }

    /// Returns once this number of callers wait at the gate.
    pub async fn reached_by(&self, count: usize) {
        self.waiting.subscribe().wait_for(|waiting| *waiting >= count).await.unwrap();
    }

    /// Number of callers at the gate.
    pub fn reached(&self) -> usize {
        *self.waiting.borrow()
    }

    /// Opens it permanently.
    pub fn open(&self) {
        self.open.send_replace(true);
    }
}

#[derive(Clone)]
struct Ports {
    store: Store,
    gate: Gate,
}

/// Opens the service.
pub async fn service(platform: &Platform, gate: Gate) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, platform, &[&NOTES]).await?;
    let ports = Data::new(Ports { store, gate });
    service.routes = Routes::new(&[], move |config| {
        config.app_data(Data::clone(&ports));
        config.service(write_note).service(say).service(ring).service(who).service(fail);
    });
    Ok(service)
}

/// The service on these platforms.
pub async fn open(platforms: &Platforms, gate: &Gate) -> Service {
    service(&platforms.platform(NAME), gate.clone()).await.unwrap()
}

/// The service, stepped by the test.
pub async fn app(platforms: &Platforms) -> TestApp {
    start(platforms, platforms.sessions()).await
}

/// The service with these sessions, stepped by the test.
pub async fn start(platforms: &Platforms, sessions: Sessions) -> TestApp {
    start_on(platforms, sessions, platforms.engine(NAME)).await
}

/// As [`start`], with another engine of its store.
pub async fn start_on(platforms: &Platforms, sessions: Sessions, engine: Engine) -> TestApp {
    let platform = Platform { engine, ..platforms.platform_with(NAME, sessions.clone()) };
    let service = service(&platform, Gate::closed()).await.unwrap();
    TestApp::start(platforms, sessions, vec![service])
}

/// Stores a note.
pub async fn write(store: &Store, id: String) -> Result<(), store::Failure<Never>> {
    let written = store.transact(move |tx| {
        let written_at = tx.now();
        if tx.get::<Note>(&id)?.is_none() {
            tx.insert(Note { id: id.clone(), written_at });
        }
        Ok::<_, Stop<Never>>(())
    });
    written.await
}

/// Puts a note; the status of the response.
pub async fn put(
    http: &reqwest::Client,
    address: SocketAddr,
    id: impl Display,
) -> reqwest::Result<u16> {
    let request = http.put(format!("http://{address}/api/notes/{id}"));
    Ok(request.timeout(Duration::from_secs(20)).send().await?.status().as_u16())
}

/// Returns once connections to the address are refused.
pub async fn refused(address: SocketAddr) {
    let refusing = async {
        while TcpStream::connect(address).is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refusing).await.unwrap();
}

/// Waits at the gate, then stores the note.
#[utoipa::path(responses((status = 204, description = "Kept")))]
#[put("/api/notes/{id}")]
async fn write_note(ports: Data<Ports>, id: Path<String>) -> Result<Response, Problem> {
    ports.gate.pass().await;
    write(&ports.store, id.into_inner()).await?;
    Ok(Response::no_content())
}

web::body! {
    /// A text.
    struct SayBody {
        /// Any text.
        text: String,
    }
}

/// Returns the text.
#[utoipa::path(request_body = SayBody, responses((status = 200, description = "What was said")))]
#[post("/api/say")]
async fn say(body: Body<SayBody>) -> Response {
    Response::ok(&body.value.text)
}

/// Does nothing.
#[utoipa::path(responses((status = 204, description = "It rang")))]
#[post("/api/ring")]
async fn ring(_: NoBody) -> Response {
    Response::no_content()
}

/// Returns the signed-in user.
#[utoipa::path(responses((status = 200, description = "An account")))]
#[get("/api/who")]
async fn who(who: SignedIn) -> Response {
    Response::ok(&who.user)
}

/// Meets an outage.
#[utoipa::path(responses((status = 503, description = "Always")))]
#[get("/api/fail")]
async fn fail(_who: MaybeSignedIn) -> Result<Response, Problem> {
    Err(Unavailable::new("cannot find the note").into())
}
