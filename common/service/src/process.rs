//! A whole process: binds, serves, waits for a signal, drains, ends.

use std::net::{IpAddr, SocketAddr, TcpListener};

use tokio::net::TcpSocket;
use tokio::signal::unix::{SignalKind, signal};

use crate::server::{Running, ServerOptions, serve};
use crate::service::Service;

/// Connections that may wait to be accepted: the second in which an on-sale opens. The system may allow fewer
/// (`net.core.somaxconn`, 4,096 on Linux); one too many is tried again by its client's system a second later.
const BACKLOG: u32 = 4_096;

/// Why a process cannot start, or cannot go on; one line for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process listens there.
    #[error("port {port} on {host} is in use (choose another with --port)")]
    PortInUse {
        /// The address.
        host: IpAddr,
        /// The port.
        port: u16,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {host} port {port}: {source}")]
    CannotListen {
        /// The address.
        host: IpAddr,
        /// The port.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] crate::data_dir::DataDirError),
    /// Something that is needed does not answer.
    #[error("{}", .0.chain())]
    Unavailable(#[from] store::Unavailable),
}

/// Binds the port, before anything else is started.
///
/// # Errors
/// [`StartError::PortInUse`], [`StartError::CannotListen`].
pub async fn bind(host: IpAddr, port: u16) -> Result<TcpListener, StartError> {
    // Opening a listener needs the runtime that the caller awaits this in.
    let listening = async {
        let socket = if host.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::new(host, port))?;
        socket.listen(BACKLOG)?.into_std()
    };
    listening.await.map_err(|source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AddrInUse => StartError::PortInUse { host, port },
        _ => StartError::CannotListen { host, port, source },
    })
}

/// Runs services until SIGINT or SIGTERM; `started` is told once they serve.
///
/// # Errors
/// [`StartError`] when they cannot be started, or when a part ended that nothing works without: then the process is to
/// be started anew.
pub async fn run(
    services: Vec<Service>,
    options: ServerOptions,
    started: impl FnOnce(&Running),
) -> Result<(), StartError> {
    let cannot = |error| store::Unavailable::caused_by("cannot wait for signals", error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    let running = serve(services, options)?;
    started(&running);
    let ended = tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        broken = running.broken() => Err(broken.into()),
    };
    tracing::info!("stopping");
    running.stop().await;
    ended
}
