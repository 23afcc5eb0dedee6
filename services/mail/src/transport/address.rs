//! Addresses in messages and envelopes.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use lettre::Address;
use lettre::message::Mailbox;

use super::unsendable::Unsendable;

/// Maximum characters of the sender's name: with the address on one line, it stays far below the
/// 998 characters of RFC 5322, 2.1.1, which a name without spaces cannot be folded into.
const NAME_CHARS_MAX: usize = 200;

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

/// The sender of all mails, with its domain in ASCII.
///
/// # Errors
/// [`Unsendable::Sender`] if the local part is not ASCII, which not every server accepts, if the
/// domain is not valid, or if the name is too long or has a control character.
pub fn sender(from: &Mailbox) -> Result<Mailbox, Unsendable> {
    let address = with_ascii_domain(from.email.as_ref()).filter(|it| it.user().is_ascii());
    let is_name = |name: &String| {
        name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(char::is_control)
    };
    let is_named = from.name.as_ref().is_none_or(is_name);
    let address = address.filter(|_| is_named).ok_or(Unsendable::Sender)?;
    Ok(Mailbox::new(from.name.clone(), address))
}
