//! The content of a mail as SMTP transmits it.

use std::fmt;

/// The content of a mail and its end, with dot stuffing (RFC 5321, 4.5.2).
///
/// `lettre` has its own (`message`), but writes the end separately. The system keeps such a second
/// write until the server has acknowledged the first one (Nagle's algorithm), and servers
/// acknowledge with their reply or after 40 ms: each mail took that long.
pub(super) struct Content<'a>(pub(super) &'a str);

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split_inclusive("\r\n") {
            let stuffing = if line.starts_with('.') { "." } else { "" };
            write!(f, "{stuffing}{line}")?;
        }
        f.write_str(if self.0.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" })
    }
}
