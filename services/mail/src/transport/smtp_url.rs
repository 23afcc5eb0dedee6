//! The address of an SMTP server.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use percent_encoding::percent_decode_str;

/// The port of submission over TLS (RFC 8314, 7.3).
const SUBMISSIONS_PORT: u16 = 465;

/// The port of submission (RFC 6409, 3.1).
const SUBMISSION_PORT: u16 = 587;

/// The address of an SMTP server with its credentials. `Debug` hides the credentials.
///
/// | text | connection |
/// |---|---|
/// | `smtps://user:password@host` | TLS from the start; port 465 |
/// | `smtp://user:password@host` | STARTTLS is required; port 587 |
/// | `smtp://localhost:1025` | a loopback host: without TLS |
/// | `smtp://localhost:1025?tls=required` | STARTTLS is required |
/// | `smtp://host:25?tls=none` | without TLS |
///
/// User and password are percent-encoded; an IPv6 address is in brackets.
#[derive(derive_more::Debug, Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    #[debug("{:?}", credentials.as_ref().map(|_| "…"))]
    pub(super) credentials: Option<(String, String)>,
}

/// The encryption of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// TLS from the start.
    Tls,
    /// TLS after `STARTTLS`; without it the connection fails.
    StartTls,
    /// None.
    None,
}

impl SmtpUrl {
    /// The address of a text.
    ///
    /// # Errors
    /// The rule that the text breaks; it follows the name of the setting, and contains no part of
    /// the text.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (is_smtps, rest) = match text.split_once("://") {
            Some(("smtps", rest)) => (true, rest),
            Some(("smtp", rest)) => (false, rest),
            _ => return Err("must begin with smtp:// or smtps://"),
        };
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(r, q)| (r, Some(q)));
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (credentials, at) = match rest.rsplit_once('@') {
            Some((credentials, at)) => (Some(credentials_of(credentials)?), at),
            None => (None, rest),
        };
        let (host, port) = host_and_port(at)?;
        let encryption = match (is_smtps, query) {
            (true, None | Some("tls=required")) => Encryption::Tls,
            (true, Some("tls=none")) => return Err("must not have tls=none with smtps://"),
            (false, Some("tls=none")) => Encryption::None,
            (false, None) if is_loopback(&host) => Encryption::None,
            (false, None | Some("tls=required")) => Encryption::StartTls,
            (_, Some(_)) => return Err("must have no query except ?tls=required or ?tls=none"),
        };
        let port = port.unwrap_or(if is_smtps { SUBMISSIONS_PORT } else { SUBMISSION_PORT });
        Ok(Self { host, port, encryption, credentials })
    }

    /// Whether mails and credentials are encrypted on the way to the server.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.encryption != Encryption::None
    }

    /// Whether the server is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

impl FromStr for SmtpUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::parse(text)
    }
}

fn credentials_of(text: &str) -> Result<(String, String), &'static str> {
    let (user, password) = text.split_once(':').ok_or("must have a password after the user")?;
    let (user, password) = (percent_decoded(user)?, percent_decoded(password)?);
    if user.is_empty() || password.is_empty() {
        return Err("must have a user and a password before @, or no @");
    }
    // The null character separates them in AUTH PLAIN (RFC 4616).
    if user.chars().chain(password.chars()).any(char::is_control) {
        return Err("must have a user and a password without control characters");
    }
    Ok((user, password))
}

fn percent_decoded(text: &str) -> Result<String, &'static str> {
    let decoded = percent_decode_str(text).decode_utf8().map(Cow::into_owned);
    decoded.map_err(|_| "must have a user and a password in percent-encoded UTF-8")
}

/// The host without brackets, and the port.
fn host_and_port(text: &str) -> Result<(String, Option<u16>), &'static str> {
    const HOST: &str = "must have a host: an ASCII name, an IPv4 address or an IPv6 address in []";
    let (host, port) = match text.strip_prefix('[') {
        Some(text) => {
            let (host, rest) = text.split_once(']').ok_or(HOST)?;
            host.parse::<Ipv6Addr>().map_err(|_| HOST)?;
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':').ok_or(HOST)?) })
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':');
    if host.is_empty() || !host.chars().all(is_of_host) {
        return Err(HOST);
    }
    let port = port.map(str::parse).transpose().map_err(|_| "must have a port from 1 to 65535")?;
    if port == Some(0) {
        return Err("must have a port from 1 to 65535");
    }
    Ok((host.to_owned(), port))
}

fn is_loopback(host: &str) -> bool {
    let is_loopback_address = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback_address || host.eq_ignore_ascii_case("localhost")
}
