//! The streams: made when the bus is opened, and made to fit by an operator. What a stream is says how long messages are kept, so
//! no service may change one that is there.

use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{CreateStreamError, CreateStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, Info, RetentionPolicy, StorageType};
use store::Unavailable;

use super::connection::{Connection, Failed, until};
use super::names::Names;
use super::settings::{JetStreamSettings, User};

/// Bytes of dead letters: a hundred thousand, long before which somebody should have looked.
const DEAD_BYTES_MAX: i64 = 256 * 1024 * 1024;

/// Bytes of the server's advisories: each is a few hundred, and is read within seconds.
const ADVISORIES_BYTES_MAX: i64 = 16 * 1024 * 1024;

/// Makes the streams; answers what the server made of the market's.
pub(super) async fn open(
    connection: &Connection,
    settings: &JetStreamSettings,
    names: &Names,
) -> Result<Info, Unavailable> {
    let [market, dead, advisories] = configs(settings, names);
    let opening = async || {
        let info = open_one(connection, settings.user, market.clone()).await?;
        open_one(connection, settings.user, dead.clone()).await?;
        open_one(connection, settings.user, advisories.clone()).await?;
        Ok(info)
    };
    until(settings.connect_max, opening).await
}

async fn open_one(connection: &Connection, user: User, config: Config) -> Result<Info, Failed> {
    let name = config.name.clone();
    let operation = || format!("cannot open the stream {name} on NATS at {}", connection.hosts());
    let asking = async {
        match user {
            User::Operator => connection.jetstream.create_or_update_stream(config).await,
            User::Service(_) => create_or_take(connection, config).await,
        }
    };
    let answer = tokio::time::timeout(connection.answer_max(), asking).await;
    let error = match answer {
        Ok(Ok(info)) => return Ok(info),
        Ok(Err(error)) => error,
        Err(_) => return Err(Failed::SoFar(connection.silent(operation()))),
    };
    let code = match error.kind() {
        CreateStreamErrorKind::JetStream(error) => Some(error.error_code()),
        _ => None,
    };
    Err(match code {
        Some(ErrorCode::JETSTREAM_NOT_ENABLED | ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT) => {
            let operation = format!("{}: start it with `jetstream {{ … }}`", operation());
            Failed::ForGood(Unavailable::caused_by(operation, error))
        }
        // A cluster without its leader, or a server that is starting.
        Some(
            ErrorCode::CLUSTER_NOT_AVAILABLE
            | ErrorCode::CLUSTER_NOT_LEADER
            | ErrorCode::CLUSTER_NOT_ACTIVE
            | ErrorCode::CLUSTER_NO_PEERS,
        )
        | None => Failed::SoFar(Unavailable::caused_by(operation(), error)),
        Some(_) => Failed::ForGood(Unavailable::caused_by(operation(), error)),
    })
}

/// Makes a stream, or takes it as it is.
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
        "the stream is not as the settings say; `boxoffice doctor`, as the operator, makes it so"
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
        // Full, a stream refuses. To drop the oldest instead would lose what somebody has not read.
        discard: DiscardPolicy::New,
        ..Config::default()
    };
    let market = Config {
        name: names.market(),
        subjects: vec![names.on_server("market.>")],
        // What all consumers have settled goes by `trim`: a stream that watches their interest itself writes to the disk for
        // each acknowledgement, and drops at once what nobody reads yet.
        retention: RetentionPolicy::Limits,
        max_bytes: i64::try_from(settings.log_bytes_max).unwrap_or(i64::MAX),
        duplicate_window: settings.duplicate_window,
        allow_atomic_publish: true,
        ..common.clone()
    };
    let dead = Config {
        name: names.dead(),
        subjects: vec![names.on_server("dead.>")],
        max_bytes: DEAD_BYTES_MAX,
        ..common.clone()
    };
    let advisories = Config {
        name: names.advisories(),
        subjects: vec![names.advisory_subjects()],
        // Read once, by whichever process comes first.
        retention: RetentionPolicy::WorkQueue,
        max_bytes: ADVISORIES_BYTES_MAX,
        duplicate_window: Duration::ZERO,
        ..common
    };
    [market, dead, advisories]
}
