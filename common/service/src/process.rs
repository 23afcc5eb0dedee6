//! A whole process: binds, serves, waits for a signal, drains, ends.

use std::net::{IpAddr, TcpListener};

use tokio::signal::unix::{SignalKind, signal};

use crate::server::{Running, ServerOptions, serve};
use crate::service::Service;

/// Why a process cannot start; one line for the person who started it.
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
pub fn bind(host: IpAddr, port: u16) -> Result<TcpListener, StartError> {
    TcpListener::bind((host, port)).map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => StartError::PortInUse { host, port },
        _ => StartError::CannotListen { host, port, source },
    })
}

/// Runs services until SIGINT or SIGTERM; `started` is told once they serve.
///
/// # Errors
/// [`StartError`] when they cannot be started.
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
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}
