//! A webhook that records requests and returns configured statuses.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Mutex;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use provider_simulator::http::Webhook as Address;
use tokio::task::JoinSet;

/// The signing secrets, as during a rotation.
pub(crate) const SECRETS: [&str; 2] = ["whsec_old", "whsec_new"];

/// A running webhook; dropping it stops the server.
pub(crate) struct Webhook {
    address: SocketAddr,
    kept: Data<Recorded>,
    _serving: JoinSet<()>,
}

#[derive(Default)]
struct Recorded {
    posts: Mutex<Vec<Post>>,
    responses: Mutex<VecDeque<u16>>,
}

/// A received request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post {
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Webhook {
    pub(crate) fn start() -> Self {
        let kept = Data::new(Recorded::default());
        let shared = Data::clone(&kept);
        let server = HttpServer::new(move || {
            App::new().app_data(Data::clone(&shared)).default_service(actix_web::web::to(keep))
        });
        let server = server.workers(1).shutdown_timeout(0).disable_signals();
        let server = server.bind(("127.0.0.1", 0)).unwrap();
        let (address, server) = (server.addrs()[0], server.run());
        let mut serving = JoinSet::new();
        serving.spawn(async move { server.await.unwrap() });
        Self { address, kept, _serving: serving }
    }

    /// Its URL.
    pub(crate) fn address(&self) -> Address {
        let url = format!("http://{}/webhook", self.address);
        Address { url, secrets: SECRETS.map(str::to_owned).to_vec() }
    }

    /// Sets the statuses of the next responses; later ones are 200.
    pub(crate) fn response(&self, statuses: &[u16]) {
        self.kept.responses.lock().unwrap().extend(statuses);
    }

    /// Takes the requests received since the last call.
    pub(crate) fn take(&self) -> Vec<Post> {
        std::mem::take(&mut *self.kept.posts.lock().unwrap())
    }
}

async fn keep(kept: Data<Recorded>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let signature = request.headers().get("Stripe-Signature").unwrap().to_str().unwrap().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    kept.posts.lock().unwrap().push(Post { signature, body });
    let status = kept.responses.lock().unwrap().pop_front().unwrap_or(200);
    HttpResponse::new(StatusCode::from_u16(status).unwrap())
}
