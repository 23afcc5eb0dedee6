//! The address of a client, as far as the trusted proxies vouch for it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use actix_web::http::header::{HeaderMap, HeaderValue};

/// Bits of an IPv6 address that identify its owner's network: providers assign each customer a /64
/// at least (RFC 6177), within which a client may use any number of addresses.
const NETWORK_BITS: u32 = 64;

/// The address of a request's client: an IPv4 address, or the /64 of an IPv6 address. It is the
/// peer's address, or the one that the trusted proxies report. `Debug` hides it: addresses do not
/// belong in logs. `Display` is for hashing only.
#[derive(derive_more::Debug, derive_more::Display, Clone, Copy, PartialEq, Eq, Hash)]
#[debug("ClientAddress(…)")]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The client's address behind `trusted_proxies` proxies, each of which appends its peer's
    /// address to `X-Forwarded-For`: the n-th entry from the right, since entries further left are
    /// claims of the client. Without proxies, or without that entry, it is the peer's address.
    #[must_use]
    pub fn read(headers: &HeaderMap, peer: Option<IpAddr>, trusted_proxies: usize) -> Self {
        let reported = trusted_proxies.checked_sub(1).and_then(|before| forwarded(headers, before));
        // A request without a peer comes from a test, not from a network.
        let address = reported.or(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Self(prefix(address, u32::BITS, NETWORK_BITS))
    }

    /// The value of `X-Forwarded-For` with which a service behind `trusted_proxies` proxies reads
    /// this address, when another service calls it directly.
    pub(crate) fn forwarded_by(self, trusted_proxies: usize) -> String {
        vec![self.0.to_string(); trusted_proxies.max(1)].join(", ")
    }

    pub(crate) const fn address(self) -> IpAddr {
        self.0
    }
}

/// The address in `X-Forwarded-For` with this number of entries to its right.
fn forwarded<'h>(headers: &'h HeaderMap, to_its_right: usize) -> Option<IpAddr> {
    let values: Vec<_> = headers.get_all("x-forwarded-for").collect();
    let entries = |value: &'h HeaderValue| value.as_bytes().rsplit(|byte| *byte == b',');
    let mut from_the_right = values.into_iter().rev().flat_map(entries);
    let entry = std::str::from_utf8(from_the_right.nth(to_its_right)?).ok()?.trim();
    let in_brackets = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']'));
    let with_port = || entry.parse::<SocketAddr>().ok().map(|address| address.ip());
    in_brackets.unwrap_or(entry).parse().ok().or_else(with_port)
}

/// The IPv4 address in an IPv6 address: mapped, NAT64 (RFC 6052), or 6to4 (RFC 3056). Otherwise all
/// translated clients would be one network, and each 6to4 site one more than its IPv4 network.
const fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            Some(Ipv4Addr::new(a, b, c, d))
        }
        _ => None,
    }
}

/// The first bits of an address, at least one. An embedded IPv4 address counts instead.
pub(crate) fn prefix(address: IpAddr, ipv4_bits: u32, ipv6_bits: u32) -> IpAddr {
    let ipv4 = match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => embedded(address),
    };
    match ipv4.map_or(address, IpAddr::V4) {
        IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(
            address.to_bits() & (u32::MAX << (u32::BITS - ipv4_bits)),
        )),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & (u128::MAX << (u128::BITS - ipv6_bits)),
        )),
    }
}
