//! Whether the servers write before they acknowledge. By default they do not: a power cut then loses minutes of messages that
//! everybody was told are safe. Only their monitoring ports tell.

use std::time::Duration;

use serde::Deserialize;
use store::Unavailable;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::settings::Durability;

/// The port that servers are monitored at, unless the address says another.
const PORT: u16 = 8222;

/// Bytes of an answer: a server's settings take a few kilobytes.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// What is read of a server's settings.
#[derive(Deserialize)]
struct Settings {
    server_name: String,
    jetstream: Option<JetStream>,
}

#[derive(Deserialize)]
struct JetStream {
    config: Option<Config>,
}

#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    sync_always: bool,
}

/// Refuses servers that acknowledge before they write, or do not say.
pub(super) async fn check(
    durability: &Durability,
    answer_max: Duration,
) -> Result<(), Unavailable> {
    let urls = match durability {
        Durability::Unchecked => return Ok(()),
        Durability::Required(urls) if urls.is_empty() => {
            return Err(Unavailable::new(
                "cannot tell whether NATS writes before it acknowledges: set NATS_MONITOR_URL to the monitoring port of \
                 each server, such as http://nats-0:8222",
            ));
        }
        Durability::Required(urls) => urls,
    };
    for url in urls {
        let operation =
            || format!("cannot tell whether NATS writes before it acknowledges at {url}");
        let asking = tokio::time::timeout(answer_max, settings(url));
        let settings = asking.await.map_err(|late| Unavailable::caused_by(operation(), late))?;
        let settings = settings.map_err(|error| Unavailable::caused_by(operation(), error))?;
        let config = settings.jetstream.and_then(|jetstream| jetstream.config);
        if !config.is_some_and(|config| config.sync_always) {
            return Err(Unavailable::new(format!(
                "cannot use the NATS server {}: it acknowledges messages before they are on disk; set \
                 `sync_interval: always` in the `jetstream` block of its configuration",
                settings.server_name
            )));
        }
    }
    Ok(())
}

/// Reads a server's settings. One request over plain HTTP 1.0 is not worth a client.
async fn settings(url: &str) -> Result<Settings, Box<dyn std::error::Error + Send + Sync>> {
    let authority = url.trim().strip_prefix("http://").ok_or("not an http:// address")?;
    let authority = authority.split('/').next().unwrap_or_default();
    let address = match authority.rsplit_once(':') {
        Some((_, port)) if port.parse::<u16>().is_ok() => authority.to_owned(),
        _ => format!("{authority}:{PORT}"),
    };
    let mut stream = TcpStream::connect(&address).await?;
    let request = format!("GET /varz HTTP/1.0\r\nHost: {authority}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    let answer = String::from_utf8(answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("not an HTTP answer")?;
    let status = head.lines().next().unwrap_or_default();
    if !status.contains(" 200 ") {
        return Err(format!("it answers {status}").into());
    }
    Ok(serde_json::from_str(body)?)
}
