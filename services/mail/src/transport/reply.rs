//! The meaning of negative SMTP replies.
//!
//! The consequences are unequal: a recipient refused by mistake receives no mail any more, a mail
//! rejected by mistake is lost, and a temporary failure is repeated for some hours. A reply that
//! may be caused by the settings of the sender or of the server is therefore temporary. Before the
//! server knows the recipient, and where it ends the session, a temporary failure is an outage:
//! other mails would fail as well. A later one concerns one recipient, who may cause it on purpose.

use super::failure::DeliveryFailure;
use crate::domain::FailureKind;

/// Maximum length of a stored reply: a line of a reply has at most 512 characters (RFC 5321,
/// 4.5.3.1.5), and the reason is at its start.
const RESPONSE_CHARS_MAX: usize = 300;

/// Lower-case words in replies without an enhanced status code that are about the sender or the
/// policy of the server, as in Exim's `550 relay not permitted`.
const OF_POLICY: [&str; 7] = ["relay", "authent", "sender", "policy", "spam", "block", "denied"];

/// The part of an SMTP session that a reply belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, derive_more::Display)]
pub enum Stage {
    /// A delivery as a whole.
    #[display("delivery")]
    Delivery,
    /// The connection, TLS and the greeting.
    #[display("connect")]
    Connect,
    /// The authentication.
    #[display("AUTH")]
    Auth,
    /// The sender of a mail.
    #[display("MAIL")]
    Mail,
    /// The recipient of a mail.
    #[display("RCPT")]
    Rcpt,
    /// The content of a mail.
    #[display("DATA")]
    Data,
}

impl Stage {
    /// The kind of a failure at this stage that a repeat may overcome.
    const fn temporary(self) -> FailureKind {
        match self {
            Self::Delivery | Self::Connect | Self::Auth | Self::Mail => FailureKind::Unreachable,
            Self::Rcpt | Self::Data => FailureKind::Temporary,
        }
    }
}

/// The consequence of a reply with this code and text. 421 ends the session at each stage (RFC
/// 5321, 3.8).
#[must_use]
pub fn kind(stage: Stage, code: u16, text: &str) -> FailureKind {
    match kind_of_mail(stage, code, text) {
        FailureKind::Temporary if code == 421 => FailureKind::Unreachable,
        FailureKind::Temporary => stage.temporary(),
        kind => kind,
    }
}

/// The consequence of a reply for its mail.
///
/// The enhanced status code (RFC 3463) decides if the text begins with one of the class of the
/// code: it distinguishes a missing mailbox (x.1.1) from a policy (x.7.x), and both are sent with
/// 550.
fn kind_of_mail(stage: Stage, code: u16, text: &str) -> FailureKind {
    use FailureKind::{RecipientRefused, Rejected, Temporary};
    if !(500..600).contains(&code)
        || matches!(stage, Stage::Delivery | Stage::Connect | Stage::Auth)
    {
        return Temporary;
    }
    let is_of_sender = stage == Stage::Mail;
    match enhanced_status(text) {
        // Media and size, and a message too big for the system.
        Some((6, _) | (2, 3) | (3, 4)) => Rejected,
        // The sender's own address, mailbox or domain.
        Some((1 | 2, _)) if is_of_sender => Temporary,
        // No such mailbox, domain or syntax; moved; a domain without mail; a disabled mailbox.
        Some((1, 1 | 2 | 3 | 6 | 10) | (2, 1)) => RecipientRefused,
        // A full mailbox.
        Some((2, 2)) => Rejected,
        // The sender's address, and policy.
        Some((1, 7 | 8) | (7, _)) => Temporary,
        // The system, the network and the protocol.
        Some((3..=5, _)) if code != 552 => Temporary,
        None if is_of_policy(text) => Temporary,
        _ => kind_of_code(stage, code),
    }
}

/// The consequence of a code alone.
fn kind_of_code(stage: Stage, code: u16) -> FailureKind {
    match (stage, code) {
        // RFC 5321, 4.2.3, and RFC 7504.
        (Stage::Rcpt, 521 | 550 | 551 | 553 | 556) => FailureKind::RecipientRefused,
        // Too large or a full mailbox; or the content, since the recipient was accepted before.
        (_, 552) | (Stage::Data, 521 | 550 | 551 | 553 | 554 | 556) => FailureKind::Rejected,
        _ => FailureKind::Temporary,
    }
}

/// Subject and detail of the enhanced status code of class 5 at the start of a reply. Some servers
/// write it with a number sign.
fn enhanced_status(text: &str) -> Option<(u16, u16)> {
    let word = text.split_whitespace().next()?.trim_start_matches('#');
    let (subject, detail) = word.strip_prefix("5.")?.split_once('.')?;
    let number = |part: &str| {
        let is_number = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse().ok())?
    };
    Some((number(subject)?, number(detail)?))
}

fn is_of_policy(text: &str) -> bool {
    let text = text.to_lowercase();
    OF_POLICY.iter().any(|word| text.contains(word))
}

/// The failure of a reply to a mail for this address.
pub(super) fn refused(stage: Stage, code: u16, text: &str, to: &str) -> DeliveryFailure {
    let response = printable(&format!("{stage}: {code} {text}"), to);
    DeliveryFailure { kind: kind(stage, code, text), response }
}

/// The failure of a session without a negative reply.
pub(super) fn interrupted(stage: Stage, error: &str, to: &str) -> DeliveryFailure {
    let response = printable(&format!("{stage}: {error}"), to);
    DeliveryFailure { kind: stage.temporary(), response }
}

/// The text for logs and the store: bounded, in printable ASCII, without anything that looks like
/// an address, and without the local part of the recipient as a word.
#[must_use]
pub fn printable(text: &str, to: &str) -> String {
    let local = to.rsplit_once('@').map_or(to, |(local, _)| local).to_lowercase();
    let shown = text.split_whitespace().map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let bare_local = local.trim_matches(|c: char| !c.is_alphanumeric());
        let is_address = word.contains('@') || (!bare.is_empty() && bare == bare_local);
        if is_address { "[address]" } else { word }
    });
    let shown = shown.collect::<Vec<_>>().join(" ");
    let is_shown = |c: char| c == ' ' || c.is_ascii_graphic();
    shown.chars().map(|c| if is_shown(c) { c } else { '?' }).take(RESPONSE_CHARS_MAX).collect()
}
