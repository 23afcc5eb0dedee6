//! TCP to a database or broker, with cuts, partitions and delays.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Maximum bytes forwarded at once.
const CHUNK: usize = 16 * 1024;

/// The faults of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    /// Connections of an earlier epoch are closed.
    epoch: u64,
    /// Whether the proxy accepts connections and forwards bytes.
    is_open: bool,
    /// Delay of each chunk.
    delay: Duration,
}

/// A TCP proxy in front of one server, or of several in turn; stopped on drop.
pub struct TcpProxy {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
    servers: Arc<Servers>,
    _forwarding: JoinSet<()>,
}

impl TcpProxy {
    /// A proxy to the server at this port of the loopback interface.
    pub async fn to(server: u16) -> Self {
        Self::in_turn(vec![server]).await
    }

    /// A proxy to the servers at these ports: each connection is to the next one.
    pub async fn in_turn(ports: Vec<u16>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let healthy = State { epoch: 0, is_open: true, delay: Duration::ZERO };
        let state = Arc::new(watch::Sender::new(healthy));
        let mut forwarding = JoinSet::new();
        let servers = Arc::new(Servers { ports, connections: AtomicUsize::new(0) });
        forwarding.spawn(accept(listener, Arc::clone(&servers), Arc::clone(&state)));
        Self { address, state, servers, _forwarding: forwarding }
    }

    /// The port of the server of the last connection.
    pub fn last_server(&self) -> u16 {
        self.servers.of(self.servers.connections.load(Ordering::Relaxed).saturating_sub(1))
    }

    /// The address for connections to the server through the proxy.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes every connection; new ones are accepted.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.epoch += 1);
    }

    /// Closes every connection and accepts no new ones until [`TcpProxy::heal`].
    pub fn partition(&self) {
        self.state.send_modify(|state| {
            state.epoch += 1;
            state.is_open = false;
        });
    }

    /// Delays all bytes by this time, in both directions, until [`TcpProxy::heal`].
    pub fn delay(&self, delay: Duration) {
        self.state.send_modify(|state| state.delay = delay);
    }

    /// Ends the effects of [`TcpProxy::partition`] and [`TcpProxy::delay`].
    pub fn heal(&self) {
        self.state.send_modify(|state| {
            state.is_open = true;
            state.delay = Duration::ZERO;
        });
    }
}

/// The servers of a proxy, and the number of connections to them so far.
struct Servers {
    ports: Vec<u16>,
    connections: AtomicUsize,
}

impl Servers {
    /// The server of a connection, which are numbered from 0.
    fn of(&self, connection: usize) -> u16 {
        *self.ports.get(connection % self.ports.len()).unwrap()
    }

    fn next(&self) -> u16 {
        self.of(self.connections.fetch_add(1, Ordering::Relaxed))
    }
}

async fn accept(listener: TcpListener, servers: Arc<Servers>, state: Arc<watch::Sender<State>>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { continue };
                let state = state.subscribe();
                // A connection during a partition is closed at once, which has the effect of a
                // refusal.
                if state.borrow().is_open {
                    connections.spawn(connect(client, servers.next(), state));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connect(client: TcpStream, server: u16, mut state: watch::Receiver<State>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    // Small messages are sent at once, as without the proxy.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let epoch = state.borrow().epoch;
    tokio::select! {
        () = forward(from_client, to_server, state.clone()) => {}
        () = forward(from_server, to_client, state.clone()) => {}
        _ = state.wait_for(|state| state.epoch != epoch) => {}
    }
}

async fn forward(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    state: watch::Receiver<State>,
) {
    let mut chunk = vec![0; CHUNK];
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        let delay = state.borrow().delay;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        if to.write_all(chunk.split_at(length).0).await.is_err() {
            return;
        }
    }
}
