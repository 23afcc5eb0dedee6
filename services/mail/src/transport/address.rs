//! Addresses in messages and envelopes.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use lettre::Address;

/// The address with its domain in ASCII, which every server understands. The local part stays as it
/// is: a non-ASCII one has no other spelling, and needs SMTPUTF8.
///
/// Returns `None` for text that is not an address. The parser of `lettre` accepts no line feeds,
/// but this function does not depend on it.
pub(super) fn with_ascii_domain(address: &str) -> Option<Address> {
    if address.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>')) {
        return None;
    }
    let (local, domain) = address.rsplit_once('@')?;
    let (rules, hyphens) = (AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    let domain = Uts46::new().to_ascii(domain.as_bytes(), rules, hyphens, DnsLength::Verify);
    Address::new(local, domain.ok()?).ok()
}
