//! Deliveries to aiosmtpd, whose mails Python's `email` package reads.

use mail::transport::{Deliver, FailureKind, OutgoingMail};
use serde_json::{Value, json};
use testing::SmtpServer;

use super::samples::{sample, transport};

async fn server(start: fn() -> SmtpServer) -> SmtpServer {
    tokio::task::spawn_blocking(start).await.unwrap()
}

fn value<'a>(mail: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = mail["headers"].as_array().unwrap().iter();
    headers.filter(|h| h[0] == name).map(|h| h[1].as_str().unwrap()).collect()
}

/// The content with line feeds. The last one belongs to the encoding.
fn content(mail: &Value, kind: &str) -> String {
    let content = mail["parts"][kind].as_str().unwrap().replace("\r\n", "\n");
    content.trim_end_matches('\n').to_owned()
}

#[tokio::test]
async fn a_mail_arrives_with_all_its_values() {
    let server = server(SmtpServer::start).await;
    let calendar = "BEGIN:VCALENDAR\r\nSUMMARY:Öper 🎭\r\nEND:VCALENDAR";
    let mail = OutgoingMail {
        to: "käufer@bücher.example".to_owned(),
        subject:
            "🎟️ Ihre Karten für „Öper“: 例え, a rather long subject that needs several words 👩‍👩‍👧"
                .to_owned(),
        text: format!(
            ".\n..leading dots\nGrüße 🎭 = 100%\n{}\n\ntrailing space \nend",
            "long ".repeat(400)
        ),
        html: "<p>Grüße &amp; 🎭</p>\n<a href=\"https://x.example/?a=b\">x</a>".to_owned(),
        calendar: Some(calendar.to_owned()),
        unsubscribe_url: Some(format!(
            "https://boxoffice.example/unsubscribe/1.{}",
            "x".repeat(60)
        )),
        ..sample(1)
    };
    transport(&server.url()).deliver(&mail).await.unwrap();

    let mails = server.mails();
    let [arrived] = mails.as_slice() else { panic!("{mails:#?}") };
    assert_eq!(arrived["defects"], json!([]));
    assert_eq!(arrived["from"], "tickets@boxoffice.example");
    assert_eq!(arrived["to"], json!(["käufer@xn--bcher-kva.example"]));
    assert_eq!(value(arrived, "Subject"), [mail.subject.as_str()]);
    assert_eq!(value(arrived, "Message-ID"), ["<1.letter@boxoffice.example>"]);
    assert_eq!(value(arrived, "Date"), ["Mon, 26 Oct 2026 07:33:21 +0000"]);
    assert_eq!(value(arrived, "To"), ["käufer@xn--bcher-kva.example"]);
    let unsubscribe = format!("<{}>", mail.unsubscribe_url.as_deref().unwrap());
    assert_eq!(value(arrived, "List-Unsubscribe"), [unsubscribe.as_str()]);
    let structure =
        ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"];
    assert_eq!(arrived["structure"], json!(structure));
    assert_eq!(content(arrived, "text/plain"), mail.text);
    assert_eq!(content(arrived, "text/html"), mail.html);
    assert_eq!(content(arrived, "text/calendar"), calendar.replace("\r\n", "\n"));
    let file = &arrived["partHeaders"]["text/calendar"];
    assert_eq!(file["Content-Type"], "text/calendar; charset=\"utf-8\"; method=\"PUBLISH\"");
    assert_eq!(file["Content-Disposition"], "attachment; filename=\"calendar.ics\"");
}

#[tokio::test]
async fn a_mail_without_calendar_has_two_alternatives() {
    let server = server(SmtpServer::start).await;
    transport(&server.url()).deliver(&sample(2)).await.unwrap();
    let mails = server.mails();
    assert_eq!(mails[0]["structure"], json!(["multipart/alternative", "text/plain", "text/html"]));
}

#[tokio::test]
async fn mails_wait_for_the_right_password() {
    let server = server(|| SmtpServer::start_for("shop", "fine-password")).await;
    let wrong = format!("smtp://shop:wrong@127.0.0.1:{}", server.port);
    for url in [wrong, format!("smtp://127.0.0.1:{}", server.port)] {
        let failure = transport(&url).deliver(&sample(1)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unreachable, "{failure:?}");
    }
    assert_eq!(server.mails(), Vec::<Value>::new());
    transport(&server.url()).deliver(&sample(1)).await.unwrap();
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_mail_is_delivered_after_a_restart_of_the_server() {
    let server = server(SmtpServer::start).await;
    let transport = transport(&server.url());
    transport.deliver(&sample(1)).await.unwrap();
    server.kill();
    let failure = transport.deliver(&sample(2)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable, "{failure:?}");
    let server = tokio::task::spawn_blocking(move || {
        server.run();
        server
    });
    let server = server.await.unwrap();
    transport.deliver(&sample(2)).await.unwrap();
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test]
async fn starttls_that_the_server_does_not_offer_is_a_temporary_failure() {
    let server = server(SmtpServer::start).await;
    let url = format!("{}?tls=required", server.url());
    let failure = transport(&url).deliver(&sample(1)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable, "{failure:?}");
    assert_eq!(server.mails(), Vec::<Value>::new());
}
