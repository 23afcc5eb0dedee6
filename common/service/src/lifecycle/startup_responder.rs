//! Responses while a process starts: its port is bound before its dependencies respond.
//!
//! Requests receive 503 with the body of `/health/ready` (`/health/live`: 200); the connection is
//! closed.

use std::net::TcpListener;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Concurrent connections; a further one waits.
const CONNECTIONS_MAX: usize = 64;

/// Time for the head of a request to arrive and its response to be sent.
const EXCHANGE_MAX: Duration = Duration::from_secs(1);

/// Maximum bytes of a request's head that are read; the rest does not matter.
const HEAD_BYTES_MAX: usize = 4 * 1024;

/// Responds on a listener until it is dropped.
pub struct StartupResponder {
    _answering: JoinSet<()>,
}

impl StartupResponder {
    /// Responds on a listener of the later HTTP server, if its handle can be duplicated.
    #[must_use]
    pub fn on(listener: &TcpListener) -> Self {
        let mut answering = JoinSet::new();
        match listener.try_clone().and_then(tokio::net::TcpListener::from_std) {
            Ok(listener) => {
                answering.spawn(serve(listener));
            }
            Err(error) => tracing::debug!(%error, "requests receive no response during the start"),
        }
        Self { _answering: answering }
    }
}

async fn serve(listener: tokio::net::TcpListener) {
    let mut exchanges = JoinSet::new();
    loop {
        if exchanges.len() >= CONNECTIONS_MAX {
            exchanges.join_next().await;
        }
        match listener.accept().await {
            Ok((connection, _)) => {
                exchanges.spawn(tokio::time::timeout(EXCHANGE_MAX, respond(connection)));
            }
            // Too many open files: some are closed with the running exchanges.
            Err(_) => tokio::time::sleep(EXCHANGE_MAX).await,
        }
        while exchanges.try_join_next().is_some() {}
    }
}

/// Errors of a connection are ignored: they concern its client only.
async fn respond(mut connection: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < HEAD_BYTES_MAX {
        let count = connection.read(&mut part).await?;
        if count == 0 {
            break;
        }
        head.extend(part.iter().take(count));
    }
    let (status, body) = if head.starts_with(b"GET /health/live ") {
        ("200 OK", r#"{"status":"ok"}"#)
    } else {
        ("503 Service Unavailable", r#"{"status":"unavailable","failing":["start"]}"#)
    };
    let length = body.len();
    let response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Retry-After: 1\r\nConnection: close\r\n\r\n{body}"
    );
    connection.write_all(response.as_bytes()).await?;
    connection.shutdown().await
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::lifecycle::process::bind;

    async fn response_to(address: SocketAddr, request: &str) -> String {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        connection.read_to_string(&mut response).await.unwrap();
        response
    }

    #[tokio::test]
    async fn a_starting_process_is_alive_and_not_ready() {
        let listener = bind([127, 0, 0, 1].into(), 0).await.unwrap();
        let address = listener.local_addr().unwrap();
        let starting = StartupResponder::on(&listener);
        let live = response_to(address, "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(live.starts_with("HTTP/1.1 200 "), "{live}");
        for path in ["/health/ready", "/api/users"] {
            let response =
                response_to(address, &format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
            assert!(response.starts_with("HTTP/1.1 503 "), "{response}");
            assert!(response.ends_with(r#"{"status":"unavailable","failing":["start"]}"#));
        }
        let silent = response_to(address, "").await;
        assert_eq!(silent, "", "a client that sends nothing is not waited for");
        drop(starting);
        tokio::task::yield_now().await;
        listener.set_nonblocking(false).unwrap();
        let client = TcpStream::connect(address).await.unwrap();
        let (_, peer) =
            tokio::task::spawn_blocking(move || listener.accept()).await.unwrap().unwrap();
        assert_eq!(peer, client.local_addr().unwrap(), "its successor takes over");
    }
}
