//! The address under which browsers reach the marketplace.

use std::fmt;
use std::net::Ipv6Addr;

use crate::domain::letter::ID_LENGTH_MAX;
use crate::transport::message::MESSAGE_ID_CHARS_MAX;

/// Longest host: with the longest id of a letter and an `@` it is a Message-ID. Names of hosts have
/// up to 253 characters (RFC 1035, 2.3.4), but those of marketplaces fewer.
pub const HOST_LENGTH_MAX: usize = MESSAGE_ID_CHARS_MAX - ID_LENGTH_MAX - 1;

/// The scheme, host and port of all links in mails: `https://tickets.example`. Without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
}

impl PublicUrl {
    /// Parses `https://host` or `https://host:port`; `http` for a host of the same machine only,
    /// because mails contain secret links.
    ///
    /// # Errors
    /// The rule that the text does not obey.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://").ok_or(FORM)?;
        let (host, port) = split(authority).ok_or(FORM)?;
        if !is_host(host) || port.is_some_and(|port| !is_port(port)) {
            return Err(FORM);
        }
        if host.len() > HOST_LENGTH_MAX {
            return Err("must have a host of at most 124 characters: it is part of Message-IDs");
        }
        match scheme {
            "https" => {}
            "http" if is_local(host) => {}
            "http" => return Err("must be https: mails contain secret links"),
            _ => return Err(FORM),
        }
        Ok(Self { host: host.to_owned(), origin: text })
    }

    /// The host, without a port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The right part of Message-IDs: the host, for an IPv6 address without the signs that a
    /// Message-ID cannot have there.
    #[must_use]
    pub fn message_domain(&self) -> String {
        let host = self.host.trim_matches(['[', ']']);
        host.replace(':', "-").trim_matches('-').to_owned()
    }

    /// The address of a page. `path` starts with a slash.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// The form of the text.
const FORM: &str = "must be https://host or https://host:port, without a path";

/// The host and the port of `host:port`. The host of an IPv6 address has its brackets.
fn split(authority: &str) -> Option<(&str, Option<&str>)> {
    let end = if authority.starts_with('[') { authority.find(']')? + 1 } else { 0 };
    let (start, rest) = authority.split_at_checked(end)?;
    match rest.split_once(':') {
        Some((host, port)) if start.is_empty() => Some((host, Some(port))),
        Some(("", port)) => Some((start, Some(port))),
        None if start.is_empty() => Some((rest, None)),
        None if rest.is_empty() => Some((start, None)),
        Some(_) | None => None,
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    host.split('.').all(|label| {
        let inner = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    })
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port != 0)
}

/// Whether a host is the machine itself (RFC 6761, 6.3; RFC 1122, 3.2.1.3).
fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::message::is_message_id;

    #[test]
    fn an_origin_is_parsed_and_anything_else_is_rejected() {
        for (text, origin, host) in [
            ("https://tickets.example", "https://tickets.example", "tickets.example"),
            ("https://Tickets.Example:8443/", "https://tickets.example:8443", "tickets.example"),
            ("http://localhost:3000", "http://localhost:3000", "localhost"),
            ("http://[::1]:3000", "http://[::1]:3000", "[::1]"),
            ("https://[2001:db8::1]", "https://[2001:db8::1]", "[2001:db8::1]"),
        ] {
            let url = PublicUrl::parse(text).unwrap();
            assert_eq!((url.to_string().as_str(), url.host()), (origin, host));
            assert_eq!(url.page("/orders"), format!("{origin}/orders"));
        }
        assert_eq!(PublicUrl::parse("http://[::1]:3000").unwrap().message_domain(), "1");
        for text in [
            "",
            "tickets.example",
            "http://tickets.example",
            "ftp://tickets.example",
            "https://",
            "https://tickets.example/path",
            "https://tickets.example?query",
            "https://tickets.example#fragment",
            "https://user@tickets.example",
            "https://tickets.example:",
            "https://tickets.example:0",
            "https://tickets.example:65536",
            "https://tickets.example:+443",
            "https://tickets..example",
            "https://-tickets.example",
            "https://[::1",
            "https://[::1]x",
            "https://tickets.example\r\nx",
            " https://tickets.example",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_fits_into_a_message_id_beside_the_longest_id() {
        let of =
            |length: usize| PublicUrl::parse(&format!("https://{}:65535/", "a".repeat(length)));
        let longest = of(HOST_LENGTH_MAX).unwrap();
        let message_id = format!("{}@{}", "x".repeat(ID_LENGTH_MAX), longest.message_domain());
        assert!(is_message_id(&message_id));
        let rule = of(HOST_LENGTH_MAX + 1).unwrap_err();
        assert!(rule.contains(&format!("at most {HOST_LENGTH_MAX} characters")), "{rule}");
    }
}
