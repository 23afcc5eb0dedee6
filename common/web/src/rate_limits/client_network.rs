//! The network of a client: the range of addresses that one party usually controls.

use std::fmt;
use std::net::IpAddr;

use crate::rate_limits::client_address::{ClientAddress, prefix};

/// Bits of an IPv4 prefix: the smallest block that is routed on the internet.
const IPV4_BITS: u32 = 24;

/// Bits of an IPv6 prefix: the largest assignment to a site (RFC 6177).
const IPV6_BITS: u32 = 48;

/// An IPv4 /24 or an IPv6 /48; an address with an embedded IPv4 address belongs to its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientNetwork {
    prefix: IpAddr,
}

/// Whether loopback, private and local addresses count against limits of networks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PrivateNetworks {
    /// Counted like public networks.
    Counted,
    /// Exempt: on a laptop and in tests all requests come from one network.
    #[default]
    Exempt,
}

impl PrivateNetworks {
    /// Whether limits apply to a network.
    #[must_use]
    pub const fn counts(self, network: ClientNetwork) -> bool {
        match self {
            Self::Counted => true,
            Self::Exempt => !network.is_private(),
        }
    }
}

impl From<ClientAddress> for ClientNetwork {
    fn from(address: ClientAddress) -> Self {
        Self { prefix: prefix(address.address(), IPV4_BITS, IPV6_BITS) }
    }
}

impl ClientNetwork {
    /// Whether it is not on the internet: loopback, private, link-local, unique local, unspecified.
    #[must_use]
    pub const fn is_private(self) -> bool {
        match self.prefix {
            IpAddr::V4(prefix) => {
                prefix.is_loopback()
                    || prefix.is_private()
                    || prefix.is_link_local()
                    || prefix.is_unspecified()
            }
            // The loopback address is the only address of its network in use.
            IpAddr::V6(prefix) => {
                prefix.is_unspecified()
                    || prefix.is_unique_local()
                    || prefix.is_unicast_link_local()
            }
        }
    }
}

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = if self.prefix.is_ipv4() { IPV4_BITS } else { IPV6_BITS };
        write!(f, "{}/{bits}", self.prefix)
    }
}
