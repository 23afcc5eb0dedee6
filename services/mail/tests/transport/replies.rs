//! The meaning of replies.

use mail::transport::FailureKind::{self, RecipientRefused, Rejected, Temporary, Unreachable};
use mail::transport::reply::Stage::{self, Auth, Connect, Data, Mail, Rcpt};
use mail::transport::reply::{kind, printable};

#[rustfmt::skip]
const REPLIES: &[(Stage, u16, &str, FailureKind)] = &[
    // The mailbox, the domain or the syntax of the recipient.
    (Rcpt, 550, "5.1.1 <a@b.c>: user unknown", RecipientRefused),
    (Rcpt, 550, "#5.1.1 user unknown", RecipientRefused),
    (Rcpt, 550, "No such user here", RecipientRefused),
    (Rcpt, 550, "", RecipientRefused),
    (Rcpt, 550, "5.1.0 address rejected", RecipientRefused),
    (Rcpt, 550, "5.0.0 refused", RecipientRefused),
    (Rcpt, 551, "user not local", RecipientRefused),
    (Rcpt, 553, "mailbox name not allowed", RecipientRefused),
    (Rcpt, 521, "host accepts no mail", RecipientRefused),
    (Rcpt, 556, "domain accepts no mail", RecipientRefused),
    (Rcpt, 556, "5.1.10 recipient address has a null MX", RecipientRefused),
    (Rcpt, 554, "5.1.2 bad destination system", RecipientRefused),
    (Rcpt, 501, "5.1.3 bad recipient syntax", RecipientRefused),
    (Rcpt, 551, "5.1.6 mailbox has moved", RecipientRefused),
    (Rcpt, 550, "5.2.1 mailbox disabled", RecipientRefused),
    (Rcpt, 554, "5.2.1 mailbox disabled", RecipientRefused),
    (Data, 550, "5.1.1 no such user", RecipientRefused),
    (Data, 554, "5.1.1 no such user", RecipientRefused),
    // A status code of another class, or none at all.
    (Rcpt, 550, "4.7.1 try later", RecipientRefused),
    (Rcpt, 550, "5.1.1.1 no such user", RecipientRefused),
    (Rcpt, 550, "5.7 no such user", RecipientRefused),
    // Policy, system, network, protocol.
    (Rcpt, 550, "5.7.1 relaying denied", Temporary),
    (Rcpt, 550, "5.3.0 system", Temporary),
    (Rcpt, 550, "5.4.1 routing", Temporary),
    (Rcpt, 550, "5.5.1 protocol", Temporary),
    (Rcpt, 553, "5.7.1 sender address not owned by user", Temporary),
    (Rcpt, 521, "5.3.2 system accepts no mail", Temporary),
    (Rcpt, 550, "5.1.8 bad sender's system", Temporary),
    (Rcpt, 550, "relay not permitted", Temporary),
    (Rcpt, 550, "Sender verify failed", Temporary),
    (Rcpt, 550, "Authentication required", Temporary),
    (Rcpt, 550, "Your address is on a BLOCK list", Temporary),
    (Rcpt, 554, "transaction failed", Temporary),
    (Data, 550, "5.7.1 unsigned", Temporary),
    (Data, 554, "5.7.9 DMARC", Temporary),
    (Data, 554, "considered spam", Temporary),
    // The sender of all mails is a setting.
    (Mail, 550, "5.1.1 unknown", Unreachable),
    (Mail, 550, "5.1.2 no such domain", Unreachable),
    (Mail, 550, "mailbox unavailable", Unreachable),
    (Mail, 553, "5.1.8 sender", Unreachable),
    (Mail, 554, "5.2.1 disabled", Unreachable),
    (Mail, 552, "5.2.2 over quota", Unreachable),
    (Mail, 555, "parameters not recognised", Unreachable),
    // This mail.
    (Rcpt, 552, "mailbox full", Rejected),
    (Rcpt, 550, "5.2.2 mailbox full", Rejected),
    (Data, 552, "5.3.4 too big", Rejected),
    (Data, 552, "too much mail data", Rejected),
    (Data, 554, "5.6.0 bad content", Rejected),
    (Data, 550, "5.6.1 media not supported", Rejected),
    (Data, 554, "5.2.3 too large", Rejected),
    (Data, 554, "transaction failed", Rejected),
    (Data, 550, "content rejected", Rejected),
    (Mail, 552, "5.3.4 too big", Rejected),
    // Mistakes of operators and programs.
    (Auth, 535, "5.7.8 credentials invalid", Unreachable),
    (Auth, 534, "5.7.9 mechanism too weak", Unreachable),
    (Auth, 550, "5.1.1 user unknown", Unreachable),
    (Mail, 530, "authentication required", Unreachable),
    (Rcpt, 530, "5.7.0 must issue STARTTLS", Temporary),
    (Mail, 538, "encryption required", Unreachable),
    (Rcpt, 503, "bad sequence", Temporary),
    (Mail, 502, "not implemented", Unreachable),
    (Rcpt, 500, "syntax", Temporary),
    (Rcpt, 501, "syntax", Temporary),
    (Connect, 554, "no service", Unreachable),
    (Connect, 550, "5.1.1 no service", Unreachable),
    (Connect, 521, "accepts no mail", Unreachable),
    // 4xx, and codes that are none.
    (Rcpt, 450, "4.2.0 greylisted", Temporary),
    (Rcpt, 451, "4.1.1 unknown", Temporary),
    (Data, 452, "storage", Temporary),
    (Mail, 421, "4.3.2 closing", Unreachable),
    (Rcpt, 421, "4.3.2 closing", Unreachable),
    (Data, 421, "", Unreachable),
    (Rcpt, 499, "5.1.1 unknown", Temporary),
    (Rcpt, 600, "5.1.1 unknown", Temporary),
    (Rcpt, 250, "ok", Temporary),
];

#[test]
fn a_reply_refuses_the_recipient_or_the_mail_only_if_it_is_about_them() {
    for (stage, code, text, expected) in REPLIES {
        assert_eq!(kind(*stage, *code, text), *expected, "{stage} {code} {text}");
    }
}

#[test]
fn a_stored_reply_contains_no_address() {
    let shown = |text: &str| printable(text, "Jo.Bloggs@example.com");
    assert_eq!(shown("550 <jo.bloggs@example.com>: unknown"), "550 [address] unknown");
    assert_eq!(shown("550 SRS0=x=jo@relay.example unknown"), "550 [address] unknown");
    assert_eq!(shown("550 user 'JO.BLOGGS' unknown"), "550 user [address] unknown");
    assert_eq!(shown("550 user unknown"), "550 user unknown");
}

#[test]
fn a_stored_reply_is_bounded_and_printable() {
    let shown = printable(&"550 a\u{1b}[31m\u{202e}é\tb\r\n".repeat(1_000), "a@example.com");
    assert_eq!(shown.len(), 300);
    assert!(shown.chars().all(|c| c == ' ' || c.is_ascii_graphic()), "{shown}");
}
