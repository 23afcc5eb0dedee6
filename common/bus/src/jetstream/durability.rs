//! Whether the servers write before they acknowledge. By default they do not: a power cut then loses minutes of messages that
//! everybody was told are safe. Only their monitoring ports tell.

use std::error::Error;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::Unavailable;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::connection::{Failed, until};
use super::settings::Durability;

/// The port that servers are monitored at, unless the address says another.
const PORT: u16 = 8222;

/// Bytes of an answer: a server's settings take a few kilobytes.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// What is read of a server's settings.
#[derive(Deserialize)]
struct Settings {
    server_name: String,
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

/// Refuses servers that acknowledge before they write, or do not say. One that does not answer is asked again within the bound, since a cluster
/// may be starting; after that it is enough that most have answered: a process must be able to start while one of three servers is away.
pub(super) async fn check(
    durability: &Durability,
    answer_max: Duration,
    bound: Duration,
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
    let silent: Mutex<Vec<&String>> = Mutex::new(urls.iter().collect());
    let asked = until(bound, async || {
        let mut failure = None;
        let waited_for = silent.lock().clone();
        for url in waited_for {
            match ask(url, answer_max).await {
                Ok(()) => silent.lock().retain(|silent| *silent != url),
                Err(Failed::SoFar(unavailable)) => failure = Some(unavailable),
                Err(refused) => {
                    // Not a matter of how many answer.
                    silent.lock().clone_from(&urls.iter().collect());
                    return Err(refused);
                }
            }
        }
        failure.map_or(Ok(()), |unavailable| Err(Failed::SoFar(unavailable)))
    });
    match asked.await {
        Err(unavailable) if silent.lock().len() * 2 < urls.len() => {
            let error = unavailable.chain();
            tracing::warn!(error, "goes on with those that write before they acknowledge");
            Ok(())
        }
        asked => asked,
    }
}

/// Asks one server.
async fn ask(url: &str, answer_max: Duration) -> Result<(), Failed> {
    let operation = || format!("cannot tell whether NATS writes before it acknowledges at {url}");
    let asking = tokio::time::timeout(answer_max, async {
        // Only this tells the server's name; and for ever nothing of its JetStream if anybody asked for it while that was starting (nats-server 2.15).
        let settings: Settings = read(url, "/varz").await?;
        let jetstream: JetStream = read(url, "/jsz?config=1").await?;
        Ok((settings, jetstream))
    });
    let answered = asking.await.map_err(|late| Unavailable::caused_by(operation(), late))?;
    let (settings, jetstream) = answered.map_err(|error: Box<dyn Error + Send + Sync>| {
        Unavailable::caused_by(operation(), error)
    })?;
    let Some(config) = jetstream.config else {
        // As long as a server is starting.
        return Err(
            Unavailable::caused_by(operation(), "it does not say that it has JetStream").into()
        );
    };
    if config.sync_always {
        return Ok(());
    }
    Err(Failed::ForGood(Unavailable::new(format!(
        "cannot use the NATS server {}: it acknowledges messages before they are on disk; set \
         `sync_interval: always` in the `jetstream` block of its configuration",
        settings.server_name
    ))))
}

/// Reads what a server says. Two requests over plain HTTP 1.0 are not worth a client.
async fn read<T: DeserializeOwned>(
    url: &str,
    path: &str,
) -> Result<T, Box<dyn Error + Send + Sync>> {
    let authority = url.trim().strip_prefix("http://").ok_or("not an http:// address")?;
    let authority = authority.split('/').next().unwrap_or_default();
    let address = match authority.rsplit_once(':') {
        Some((_, port)) if port.parse::<u16>().is_ok() => authority.to_owned(),
        _ => format!("{authority}:{PORT}"),
    };
    let mut stream = TcpStream::connect(&address).await?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {authority}\r\n\r\n");
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
