//! HTTP by path to a running replica of the service that owns it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use tokio::task::JoinSet;

/// Timeout of a forwarded request; longer than the wait for the end of a payment.
const REQUEST_MAX: Duration = Duration::from_secs(20);

/// Maximum size of a request body in bytes; above the limit of every service, so that the services
/// reject larger ones.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Headers of a single connection (RFC 9110, section 7.6.1), and the length, which each side writes
/// itself.
const HOP_BY_HOP: [&str; 4] = ["connection", "keep-alive", "transfer-encoding", "content-length"];

/// End of the body of a 503 of a starting process.
const STARTING: &[u8] = br#""failing":["start"]}"#;

/// The target of requests with a path prefix.
#[derive(Debug, Clone)]
pub struct Route {
    /// `/api/orders`
    pub prefix: &'static str,
    /// The replicas, each `http://127.0.0.1:…`
    pub replicas: Vec<String>,
}

/// A small reverse proxy; stopped on drop.
///
/// Replicas are used in turn. Another replica is tried only if the connection was refused or the
/// replica reports that it is starting: a request that a service has begun is never repeated, since
/// only its client knows whether a repeat is safe.
pub struct Router {
    address: SocketAddr,
    _serving: JoinSet<()>,
}

struct Shared {
    routes: Vec<Route>,
    http: reqwest::Client,
    turn: AtomicUsize,
}

impl Router {
    /// Serves these routes; the first matching prefix applies.
    pub fn start(routes: Vec<Route>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        // A new connection for each request: a connection kept open by a stopping replica would
        // lose a request.
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0);
        let http = http.redirect(reqwest::redirect::Policy::none()).timeout(REQUEST_MAX);
        let shared = Data::from(Arc::new(Shared {
            routes,
            http: http.build().unwrap(),
            turn: AtomicUsize::new(0),
        }));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::clone(&shared))
                .app_data(PayloadConfig::new(BODY_BYTES_MAX))
                .default_service(actix_web::web::to(route))
        });
        let server = server.workers(1).shutdown_timeout(0).disable_signals();
        let server = server.listen(listener).unwrap().run();
        let mut serving = JoinSet::new();
        serving.spawn(async move { server.await.unwrap() });
        Self { address, _serving: serving }
    }

    /// `http://127.0.0.1:…`
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn route(shared: Data<Shared>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let Some(route) = shared.routes.iter().find(|route| request.path().starts_with(route.prefix))
    else {
        return HttpResponse::NotFound().body("no service owns this path");
    };
    let first = shared.turn.fetch_add(1, Ordering::Relaxed);
    let in_turn = route.replicas.iter().cycle().skip(first % route.replicas.len());
    for replica in in_turn.take(route.replicas.len()) {
        match forward(&shared.http, replica, &request, body.clone()).await {
            Ok(Some(response)) => return response,
            Ok(None) => {}
            Err(error) if error.is_connect() => {}
            Err(error) => return HttpResponse::BadGateway().body(error.to_string()),
        }
    }
    HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "1")).body("no replica is up")
}

/// The response; `None` if the replica is starting, and so has not read the request.
async fn forward(
    http: &reqwest::Client,
    replica: &str,
    request: &HttpRequest,
    body: Bytes,
) -> Result<Option<HttpResponse>, reqwest::Error> {
    // The two sides have types of methods and headers from different versions of one crate.
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
    let mut forwarded = http.request(method, format!("{replica}{}", request.uri()));
    for (name, value) in request.headers() {
        if !HOP_BY_HOP.contains(&name.as_str()) {
            forwarded = forwarded.header(name.as_str(), value.as_bytes());
        }
    }
    let answer = forwarded.body(body).send().await?;
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let mut response = HttpResponse::build(status);
    for (name, value) in answer.headers() {
        if !HOP_BY_HOP.contains(&name.as_str()) {
            response.append_header((name.as_str(), value.as_bytes()));
        }
    }
    let body = answer.bytes().await?;
    let starts = status == StatusCode::SERVICE_UNAVAILABLE && body.ends_with(STARTING);
    Ok((!starts).then(|| response.body(body)))
}
