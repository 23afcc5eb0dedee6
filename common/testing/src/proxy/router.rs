//! HTTP by path to a living replica of the service that owns it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use tokio::task::JoinSet;

/// Time a request may take on its way; longer than a payment waits for its end.
const REQUEST_MAX: Duration = Duration::from_secs(20);

/// Bytes of a request's body at the most; more than any service takes, so that they refuse it themselves.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Headers that belong to one connection (RFC 9110, section 7.6.1), and the length that each side writes itself.
const OF_THE_CONNECTION: [&str; 4] =
    ["connection", "keep-alive", "transfer-encoding", "content-length"];

/// End of the body of a 503 that a process sends before its servers have answered.
const STARTING: &[u8] = br#""failing":["start"]}"#;

/// Where requests of a path prefix go.
#[derive(Debug, Clone)]
pub struct Route {
    /// `/api/orders`
    pub prefix: &'static str,
    /// The replicas, each `http://127.0.0.1:…`
    pub replicas: Vec<String>,
}

/// A small reverse proxy; ends with the value.
///
/// It takes the next replica in turn, and another only where a connection was refused or the replica says that it still
/// starts: a request that a service has begun is never sent again, since nobody but its client knows whether it may be.
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
    /// Serves these routes; the first whose prefix fits is taken.
    pub fn start(routes: Vec<Route>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        // A connection for each request: one that a stopping replica keeps open would swallow a request.
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

/// The response; `None` if the replica still starts, and so has read nothing of the request.
async fn forward(
    http: &reqwest::Client,
    replica: &str,
    request: &HttpRequest,
    body: Bytes,
) -> Result<Option<HttpResponse>, reqwest::Error> {
    // The two sides have their types of methods and headers from different versions of one crate.
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
    let mut forwarded = http.request(method, format!("{replica}{}", request.uri()));
    for (name, value) in request.headers() {
        if !OF_THE_CONNECTION.contains(&name.as_str()) {
            forwarded = forwarded.header(name.as_str(), value.as_bytes());
        }
    }
    let answer = forwarded.body(body).send().await?;
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let mut response = HttpResponse::build(status);
    for (name, value) in answer.headers() {
        if !OF_THE_CONNECTION.contains(&name.as_str()) {
            response.append_header((name.as_str(), value.as_bytes()));
        }
    }
    let body = answer.bytes().await?;
    let starts = status == StatusCode::SERVICE_UNAVAILABLE && body.ends_with(STARTING);
    Ok((!starts).then(|| response.body(body)))
}
