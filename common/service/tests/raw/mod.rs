//! A client that sends arbitrary bytes, and waits for named facts within a bound.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test file is a program of its own, takes what it needs, and fails by panicking"
)]

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Real time within which anything must happen.
pub const FACT_WAIT_MAX: Duration = Duration::from_secs(20);

/// A request that every process serves.
pub const GET: &str = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

/// Declares a body as JSON.
pub const JSON: &str = "Content-Type: application/json\r\n";

/// A connection to a server.
pub struct Connection(pub TcpStream);

impl Connection {
    pub async fn open(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Sends all bytes.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Everything up to the end of the connection, without data that is lost when it is cut.
    pub async fn read_to_end(&mut self) -> String {
        let mut bytes = Vec::new();
        let reading = self.0.read_to_end(&mut bytes);
        let _ = timeout(FACT_WAIT_MAX, reading).await.expect("it is closed");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// One response, of a connection that stays open.
    pub async fn read_answer(&mut self) -> String {
        let reading = async {
            let mut bytes = Vec::new();
            loop {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                if is_whole(&text) {
                    return text;
                }
                assert_ne!(self.0.read_buf(&mut bytes).await.unwrap(), 0, "closed after {text:?}");
            }
        };
        timeout(FACT_WAIT_MAX, reading).await.expect("it is answered")
    }
}

fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return false };
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}
