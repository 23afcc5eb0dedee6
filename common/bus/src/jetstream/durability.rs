//! The check that servers write before they acknowledge. By default they do not: a power cut then
//! loses minutes of acknowledged messages. Only their monitoring ports report the setting.

use std::error::Error;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::Value;
use store::Unavailable;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::connection::{StartError, retry_until};
use super::settings::{Durability, JetStreamSettings};

/// The default monitoring port of a server.
const PORT: u16 = 8222;

/// Bytes of a response: a server's settings take a few kilobytes.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// Rejects servers that acknowledge before they write, or do not report it. A server that does not
/// respond is retried within the bound, since a cluster may be starting; after that a majority
/// suffices: a process must be able to start while one of three servers is away.
pub(super) async fn check(settings: &JetStreamSettings) -> Result<(), Unavailable> {
    let urls = match &settings.durability {
        Durability::Unchecked => return Ok(()),
        Durability::Required(urls) if urls.is_empty() => {
            return Err(Unavailable::new(
                "cannot check that NATS writes before it acknowledges: set NATS_MONITOR_URL to the monitoring port of \
                 each server, such as http://nats-0:8222",
            ));
        }
        Durability::Required(urls) => urls,
    };
    let silent: Mutex<Vec<&String>> = Mutex::new(urls.iter().collect());
    let checked = retry_until(settings.connect_max, async || {
        let mut failure = None;
        let unchecked = silent.lock().clone();
        for url in unchecked {
            match check_one(url, settings.response_max).await {
                Ok(()) => silent.lock().retain(|silent| *silent != url),
                Err(StartError::Transient(unavailable)) => failure = Some(unavailable),
                Err(refused) => {
                    // The majority does not matter here.
                    silent.lock().clone_from(&urls.iter().collect());
                    return Err(refused);
                }
            }
        }
        failure.map_or(Ok(()), |unavailable| Err(StartError::Transient(unavailable)))
    });
    match checked.await {
        Err(unavailable) if silent.into_inner().len() * 2 < urls.len() => {
            let error = unavailable.chain();
            tracing::warn!(error, "a minority of the NATS servers was not checked");
            Ok(())
        }
        checked => checked,
    }
}

async fn check_one(url: &str, response_max: Duration) -> Result<(), StartError> {
    let operation = || format!("cannot check that NATS writes before it acknowledges at {url}");
    let asking = tokio::time::timeout(response_max, async {
        // Only `/varz` has the server's name. It comes first: after a request for `/jsz` while
        // JetStream is starting, nats-server 2.15 never reports JetStream.
        let settings = read(url, "/varz").await?;
        Ok((settings, read(url, "/jsz?config=1").await?))
    });
    let responded = asking.await.map_err(|late| Unavailable::caused_by(operation(), late))?;
    let (settings, jetstream) = responded.map_err(|error: Box<dyn Error + Send + Sync>| {
        Unavailable::caused_by(operation(), error)
    })?;
    let Some(config) = jetstream.get("config").and_then(Value::as_object) else {
        // The server is starting.
        return Err(Unavailable::caused_by(operation(), "it reports no JetStream").into());
    };
    if config.get("sync_always") == Some(&Value::Bool(true)) {
        return Ok(());
    }
    Err(StartError::Permanent(Unavailable::new(format!(
        "cannot use the NATS server {}: it acknowledges messages before they are on disk; set \
         `sync_interval: always` in the `jetstream` block of its configuration",
        settings.get("server_name").and_then(Value::as_str).unwrap_or(url)
    ))))
}

/// Reads a monitoring endpoint. Two requests over plain HTTP 1.0 do not justify a client library.
async fn read(url: &str, path: &str) -> Result<Value, Box<dyn Error + Send + Sync>> {
    let authority = url.trim().strip_prefix("http://").ok_or("not an http:// address")?;
    let authority = authority.split('/').next().unwrap_or_default();
    let address = match authority.rsplit_once(':') {
        Some((_, port)) if port.parse::<u16>().is_ok() => authority.to_owned(),
        _ => format!("{authority}:{PORT}"),
    };
    let mut stream = TcpStream::connect(&address).await?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {authority}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut response = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut response).await?;
    let response = String::from_utf8(response)?;
    let (head, body) = response.split_once("\r\n\r\n").ok_or("not an HTTP response")?;
    let status = head.lines().next().unwrap_or_default();
    if !status.contains(" 200 ") {
        return Err(format!("the status is {status}").into());
    }
    Ok(serde_json::from_str(body)?)
}
