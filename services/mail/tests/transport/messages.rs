//! Messages.

use contract::Timestamp;
use mail::transport::{OutgoingMail, Unsendable, message};

use super::samples::{sample, sender};

fn built(mail: &OutgoingMail) -> Result<String, Unsendable> {
    Ok(String::from_utf8(message(mail, &sender())?.formatted()).unwrap())
}

/// The lines of the header.
fn header(mail: &OutgoingMail) -> Vec<String> {
    let text = built(mail).unwrap();
    let (header, _) = text.split_once("\r\n\r\n").unwrap();
    header.split("\r\n").map(ToOwned::to_owned).collect()
}

#[test]
fn a_message_is_automatic_and_has_the_given_id_and_date() {
    let mail = OutgoingMail {
        unsubscribe_url: Some("https://boxoffice.example/unsubscribe/1.x".to_owned()),
        ..sample(1)
    };
    let header = header(&mail);
    for expected in [
        "Message-ID: <1.letter@boxoffice.example>",
        "Date: Mon, 26 Oct 2026 07:33:21 +0000",
        "From: Boxoffice <tickets@boxoffice.example>",
        "To: buyer-1@example.com",
        "Subject: Your order 1",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "List-Unsubscribe: <https://boxoffice.example/unsubscribe/1.x>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "MIME-Version: 1.0",
    ] {
        assert!(header.iter().any(|line| line == expected), "{expected} in {header:#?}");
    }
}

#[test]
fn a_mail_without_a_url_for_unsubscribing_has_no_such_header() {
    assert!(!built(&sample(1)).unwrap().contains("Unsubscribe"));
}

#[test]
fn a_hostile_subject_adds_no_header() {
    for subject in [
        "a\r\nBcc: x@y.example",
        "a\nBcc: x@y.example",
        "a\rBcc: x@y.example",
        "a\r\n\r\nbody",
        "\u{2028}Bcc: x@y.example\u{85}",
        "é\r\nBcc: x@y.example",
        "=?utf-8?q?=0D=0ABcc:_x@y.example?=",
        &"x".repeat(5_000),
        &"🎟\r\nBcc: x@y.example ".repeat(100),
    ] {
        let header = header(&OutgoingMail { subject: subject.to_owned(), ..sample(1) });
        let usual = self::header(&sample(1));
        let names = |lines: &[String]| {
            let names = lines.iter().filter(|line| !line.starts_with(' '));
            names.map(|line| line.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&header), names(&usual), "{subject:?}");
        assert!(header.iter().all(|line| line.len() <= 78 || !line.starts_with("Subject")));
        assert!(header.iter().all(|line| line.is_ascii() && !line.contains(['\r', '\n'])));
    }
}

#[test]
fn a_hostile_address_is_refused() {
    for to in [
        "",
        "a",
        "@example.com",
        "a@",
        "a@example.com\r\nBcc: x@y.example",
        "a\r\nRCPT TO:<x@y.example>@example.com",
        "a@example.com>\u{0}",
        "a> <x@y.example",
        "a b@example.com",
        "\"a\r\nb\"@example.com",
        "a@exa mple.com",
        "a@b@example.com",
        "a,x@example.com",
        "a@-example.com",
    ] {
        let mail = OutgoingMail { to: to.to_owned(), ..sample(1) };
        assert_eq!(built(&mail), Err(Unsendable::Recipient), "{to:?}");
    }
}

#[test]
fn a_unicode_domain_is_written_in_ascii() {
    for (to, written) in [
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"),
        ("a@example.com", "a@example.com"),
    ] {
        let message = message(&OutgoingMail { to: to.to_owned(), ..sample(1) }, &sender()).unwrap();
        assert_eq!(message.envelope().to()[0].to_string(), written);
        assert!(message.formatted().is_ascii());
    }
}

#[test]
fn each_local_part_of_an_account_is_accepted() {
    let signs = "!#$%&'*+-/=?^_`{|}~.x";
    for local in ["नमस्ते", "e\u{301}tudiant", "x٣", signs, &"a".repeat(64)] {
        let mail = OutgoingMail { to: format!("{local}@example.com"), ..sample(1) };
        let message = message(&mail, &sender()).unwrap();
        assert_eq!(message.envelope().to()[0].user(), local);
    }
}

#[test]
fn other_values_that_cannot_be_written_are_refused() {
    let id = |id: &str| built(&OutgoingMail { message_id: id.to_owned(), ..sample(1) });
    for wrong in ["", "a b@c", "a>\r\nBcc: x@y", "../a@b", ".a@b", "a/b@c", "é@b", &"a".repeat(201)]
    {
        assert_eq!(id(wrong), Err(Unsendable::MessageId), "{wrong:?}");
    }
    let at = |ms| built(&OutgoingMail { date: Timestamp::from_unix_ms(ms), ..sample(1) });
    assert_eq!(at(-1), Err(Unsendable::Date));
    assert_eq!(at(253_402_300_800_000), Err(Unsendable::Date));
    assert!(at(0).unwrap().contains("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"));
    assert!(at(253_402_300_799_999).unwrap().contains("31 Dec 9999 23:59:59 +0000\r\n"));
    for url in
        ["https://x/ y", "https://x/>", "https://x/\r\nBcc: x@y", "https://é", "https://x/,y"]
    {
        let mail = OutgoingMail { unsubscribe_url: Some(url.to_owned()), ..sample(1) };
        assert_eq!(built(&mail), Err(Unsendable::UnsubscribeUrl), "{url}");
    }
}

#[test]
fn a_body_has_no_bare_carriage_return_or_line_feed() {
    let breaks = "a\rb\nc\r\nd\r.\r\n\r\r\n.\n";
    let mail = OutgoingMail {
        text: breaks.to_owned(),
        html: breaks.to_owned(),
        calendar: Some(breaks.to_owned()),
        ..sample(1)
    };
    let text = built(&mail).unwrap().replace("\r\n", "");
    assert!(!text.contains(['\r', '\n']), "{text:?}");
}

#[test]
fn debug_output_of_a_mail_hides_recipient_and_content() {
    let mail = OutgoingMail { subject: "Reset your password".to_owned(), ..sample(1) };
    let shown = format!("{mail:?}");
    for hidden in ["buyer", "Reset", "Hello", "tickets"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(shown.contains("1.letter@boxoffice.example"), "{shown}");
}
