//! A webhook that keeps what it is sent and answers as it is told.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use provider_simulator::http::Webhook as Address;
use tokio::task::JoinSet;

pub(crate) const SECRET: &str = "whsec_local";

/// Ends with the value.
pub(crate) struct Webhook {
    address: SocketAddr,
    kept: Arc<Kept>,
    _serving: JoinSet<()>,
}

#[derive(Default)]
struct Kept {
    posts: Mutex<Vec<Post>>,
    answers: Mutex<VecDeque<u16>>,
}

/// What it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post {
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Webhook {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Kept::default());
        let shared = Data::from(Arc::clone(&kept));
        let server = HttpServer::new(move || {
            App::new().app_data(Data::clone(&shared)).default_service(actix_web::web::to(keep))
        });
        let server = server.workers(1).shutdown_timeout(0).disable_signals();
        let server = server.listen(listener).unwrap().run();
        let mut serving = JoinSet::new();
        serving.spawn(async move { server.await.unwrap() });
        Self { address, kept, _serving: serving }
    }

    /// Where it is.
    pub(crate) fn address(&self) -> Address {
        let url = format!("http://{}/webhook", self.address);
        Address { url, secrets: vec![SECRET.to_owned()] }
    }

    /// The next posts are answered by these statuses, those after by 200.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.kept.answers.lock().unwrap().extend(statuses);
    }

    /// What it was sent since it was last asked.
    pub(crate) fn take(&self) -> Vec<Post> {
        std::mem::take(&mut *self.kept.posts.lock().unwrap())
    }
}

async fn keep(kept: Data<Kept>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let signature = request.headers().get("Stripe-Signature").unwrap().to_str().unwrap().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    kept.posts.lock().unwrap().push(Post { signature, body });
    let status = kept.answers.lock().unwrap().pop_front().unwrap_or(200);
    HttpResponse::new(StatusCode::from_u16(status).unwrap())
}
