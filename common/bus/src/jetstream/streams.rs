//! The streams: created when the bus is opened, and adapted to the settings by an operator. A
//! stream's configuration determines retention, so no service may change an existing one.

use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{CreateStreamError, CreateStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, Info, RetentionPolicy, StorageType};
use store::Unavailable;

use super::connection::{Connection, StartError, retry_until};
use super::names::Names;
use super::settings::{JetStreamSettings, User};

/// Bytes of dead letters: a hundred thousand, long before which an operator should have looked.
const DEAD_BYTES_MAX: i64 = 256 * 1024 * 1024;

/// Bytes of the server's advisories: each is a few hundred, and is read within seconds.
const ADVISORIES_BYTES_MAX: i64 = 16 * 1024 * 1024;

/// Creates the streams; returns the server's configuration of the market's stream.
pub(super) async fn open(
    connection: &Connection,
    settings: &JetStreamSettings,
    names: &Names,
) -> Result<Info, Unavailable> {
    let [market, dead, advisories] = configs(settings, names);
    let opening = async || {
        let info = open_one(connection, settings, market.clone()).await?;
        open_one(connection, settings, dead.clone()).await?;
        open_one(connection, settings, advisories.clone()).await?;
        Ok(info)
    };
    retry_until(settings.connect_max, opening).await
}

async fn open_one(
    connection: &Connection,
    settings: &JetStreamSettings,
    config: Config,
) -> Result<Info, StartError> {
    let name = config.name.clone();
    let operation = || format!("cannot open the stream {name} on NATS at {}", connection.hosts);
    let asking = async {
        match settings.user {
            User::Operator => connection.jetstream.create_or_update_stream(config).await,
            User::Service(_) => create_or_take(connection, config).await,
        }
    };
    let response = tokio::time::timeout(settings.response_max, asking).await;
    let error = match response {
        Ok(Ok(info)) => return Ok(info),
        Ok(Err(error)) => error,
        Err(_) => return Err(StartError::Transient(connection.timed_out(operation()))),
    };
    let code = match error.kind() {
        CreateStreamErrorKind::JetStream(error) => Some(error.error_code()),
        _ => None,
    };
    let (hint, wrap): (_, fn(Unavailable) -> StartError) = match code {
        Some(ErrorCode::JETSTREAM_NOT_ENABLED | ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT) => {
            (": start it with `jetstream { … }`", StartError::Permanent)
        }
        // A cluster without a leader, or a starting server.
        Some(
            ErrorCode::CLUSTER_NOT_AVAILABLE
            | ErrorCode::CLUSTER_NOT_LEADER
            | ErrorCode::CLUSTER_NOT_ACTIVE
            | ErrorCode::CLUSTER_NO_PEERS,
        )
        | None => ("", StartError::Transient),
        Some(_) => ("", StartError::Permanent),
    };
    Err(wrap(Unavailable::caused_by(operation() + hint, error)))
}

/// Creates a stream, or uses the existing one unchanged.
async fn create_or_take(
    connection: &Connection,
    config: Config,
) -> Result<Info, CreateStreamError> {
    let name = config.name.clone();
    let error = match connection.jetstream.create_stream(config).await {
        Ok(stream) => return Ok(stream.cached_info().clone()),
        Err(error) => error,
    };
    let is_there = matches!(error.kind(), CreateStreamErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::STREAM_NAME_EXIST);
    if !is_there {
        return Err(error);
    }
    tracing::warn!(
        stream = name,
        "the stream differs from the settings; `boxoffice doctor`, run as the operator, adapts it"
    );
    let asking = connection.jetstream.get_stream(name).await;
    let stream = asking
        .map_err(|error| CreateStreamError::with_source(CreateStreamErrorKind::Response, error))?;
    Ok(stream.cached_info().clone())
}

fn configs(settings: &JetStreamSettings, names: &Names) -> [Config; 3] {
    let common = Config {
        storage: StorageType::File,
        num_replicas: settings.replicas,
        // A full stream rejects new messages. Dropping the oldest instead would lose unread ones.
        discard: DiscardPolicy::New,
        ..Config::default()
    };
    let market = Config {
        name: names.market(),
        subjects: vec![names.with_prefix("market.>")],
        // `trim` removes settled messages: an interest-based stream writes to the disk for each
        // acknowledgement, and drops at once messages without a current consumer.
        retention: RetentionPolicy::Limits,
        max_bytes: i64::try_from(settings.log_bytes_max).unwrap_or(i64::MAX),
        duplicate_window: settings.duplicate_window,
        allow_atomic_publish: true,
        ..common.clone()
    };
    let dead = Config {
        name: names.dead(),
        subjects: vec![names.with_prefix("dead.>")],
        max_bytes: DEAD_BYTES_MAX,
        ..common.clone()
    };
    let advisories = Config {
        name: names.advisories(),
        // Messages that reached a delivery limit.
        subjects: vec![format!("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.{}.*", names.market())],
        // Read once, by any one process.
        retention: RetentionPolicy::WorkQueue,
        max_bytes: ADVISORIES_BYTES_MAX,
        duplicate_window: Duration::ZERO,
        ..common
    };
    [market, dead, advisories]
}
