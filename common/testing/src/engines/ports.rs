//! Ports that a server uses again after a restart.

use std::net::TcpListener;

use rand::Rng as _;

/// The range of ports: below the ephemeral ports of outgoing connections (from 32768 on Linux), so
/// that no connection takes a port while its server is down.
const RANGE: std::ops::Range<u16> = 10_000..32_000;

/// Ports tried before the search fails.
const TRIES_MAX: usize = 1_000;

/// Returns `N` different free ports of the loopback interface.
///
/// # Panics
/// If fewer ports are free.
pub fn free_ports<const N: usize>() -> [u16; N] {
    let mut random = rand::rng();
    let tries = std::iter::repeat_with(|| random.random_range(RANGE)).take(TRIES_MAX);
    // All listeners stay open until the end, so that the ports differ.
    let free = tries.filter_map(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let listeners: Vec<TcpListener> = free.take(N).collect();
    let ports: Vec<u16> = listeners.iter().map(|l| l.local_addr().unwrap().port()).collect();
    ports.try_into().unwrap_or_else(|found| panic!("no {N} free ports, only {found:?}"))
}
