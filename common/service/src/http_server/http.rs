//! The HTTP server: its threads, and its limits for clients.

use std::net::TcpListener;
use std::time::Duration;

use actix_http::{HttpService, KeepAlive, Protocol};
use actix_server::Server;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::AppConfig;
use store::Unavailable;
use tokio::net::TcpStream;

use crate::http_server::application::Application;
use crate::http_server::connection_timeouts::{ConnectionTimeouts, TimedStream};

/// Time for the head of a client's first request, and for closing its connection.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(5);

/// Timeouts of connections. An exchange: ten seconds for the body, ten and more for a handler that
/// waits for another system, the rest for the largest response, 2 MiB, on a slow line.
pub const TIMEOUTS: ConnectionTimeouts =
    ConnectionTimeouts { exchange: Duration::from_mins(1), idle: Duration::from_secs(75) };

/// Maximum connections of one worker: a crowd at the start of a sale on a small machine; each costs
/// 20 KiB, and 200 KiB while its client sends more than it reads. Further ones wait in the
/// system's queue.
const CONNECTIONS_MAX: usize = 25_000;

/// Connections of one worker at the least, however few files may be open.
const CONNECTIONS_MIN: usize = 64;

/// Files for everything but clients: databases, the broker, providers, collectors.
const OTHER_FILES: usize = 512;

/// Starts the server with this number of threads; running requests have `drain`, whole seconds.
pub(crate) fn start(
    application: Application,
    listener: TcpListener,
    workers: usize,
    drain: Duration,
    timeouts: ConnectionTimeouts,
) -> Result<Server, Unavailable> {
    let cannot = |error| Unavailable::caused_by("cannot start the HTTP server", error);
    let address = listener.local_addr().map_err(cannot)?;
    let server = Server::build()
        .workers(workers)
        .max_concurrent_connections(connections_max(workers, open_files_max()))
        .shutdown_timeout(drain.as_secs())
        .disable_signals();
    let draining = server.graceful_shutdown_signal();
    let answering = move || {
        let draining = draining.clone();
        let accept = fn_service(move |stream: TcpStream| async move {
            let peer = stream.peer_addr().ok();
            Ok((TimedStream::new(stream, timeouts), Protocol::Http1, peer))
        });
        let app = map_config(application.app().into_factory(), |()| AppConfig::default());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let draining = draining.clone();
                async move { draining.notified().await }
            })
            .keep_alive(KeepAlive::Os)
            .client_request_timeout(CLIENT_TIMEOUT)
            .client_disconnect_timeout(CLIENT_TIMEOUT)
            .local_addr(address)
            .finish(app);
        accept.and_then(http)
    };
    Ok(server.listen("http", listener, answering).map_err(cannot)?.run())
}

/// Connections of each worker: clients alone never use up the files that the process may open.
fn connections_max(workers: usize, open_files_max: usize) -> usize {
    let for_clients = open_files_max.saturating_sub(OTHER_FILES);
    (for_clients / workers.max(1)).clamp(CONNECTIONS_MIN, CONNECTIONS_MAX)
}

/// Files that this process may open, after raising its limit to the maximum.
fn open_files_max() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // The system may refuse, where the maximum is more than it allows.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let allowed = getrlimit(Resource::Nofile).current;
    allowed.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_leave_enough_files_for_everything_else() {
        assert_eq!(connections_max(2, 1_048_576), CONNECTIONS_MAX);
        assert_eq!(connections_max(2, usize::MAX), CONNECTIONS_MAX);
        assert_eq!(connections_max(2, 20_000), 9_744);
        assert_eq!(connections_max(2, 1_024), 256);
        assert_eq!(connections_max(8, 1_024), CONNECTIONS_MIN);
        assert_eq!(connections_max(1, 0), CONNECTIONS_MIN);
    }
}
