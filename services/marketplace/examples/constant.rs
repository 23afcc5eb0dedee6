//! The throughput ceiling of a machine: the HTTP stack of the marketplace without services behind
//! it. Parses each request's JSON and returns a constant order.
//!
//! `cargo run --release -p marketplace --example constant` prints its address; for
//! `bench/on_sale.py`.

use std::net::TcpListener;

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::Value;

/// The response to an order of one unit.
const ORDER: &str = r#"{"id":"6b01a9c1cd4b39da4b7691e7","status":"created","userId":"6b01a9c1cd4b39da4b7691e6","expiresAt":"2026-11-21T12:00:00.000Z","items":[{"ticketId":"6b01a9c1cd4b39da4b7691e5","title":"Concert","price":20.5,"quantity":1,"returned":0}],"ticket":{"id":"6b01a9c1cd4b39da4b7691e5","title":"Concert","price":20.5},"total":20.5,"currency":"usd","version":0}"#;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

async fn answer(_order: web::Json<Value>) -> HttpResponse {
    HttpResponse::Created().content_type("application/json").body(ORDER)
}

#[actix_web::main]
#[expect(clippy::print_stdout, reason = "says where it listens")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("a constant is answered on http://{}", listener.local_addr()?);
    let app = || App::new().route("/api/orders", web::post().to(answer));
    HttpServer::new(app).max_connections(25_000).listen(listener)?.run().await
}
