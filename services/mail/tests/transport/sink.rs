//! Deliveries to a scripted server.

use std::time::Duration;

use mail::transport::{
    Deliver, DeliveryFailure, FailureKind, OutgoingMail, SmtpOptions, SmtpTransport,
};
use testing::SmtpSink;
use testing::smtp_sink::{Stage, Step};

use super::samples::{impatient, sample, transport, transport_with};

/// Longer than a test lasts: the reply never comes.
const NEVER: Step = Step::Late(Duration::from_mins(10));

async fn failure(transport: &SmtpTransport, number: u32) -> DeliveryFailure {
    transport.deliver(&sample(number)).await.unwrap_err()
}

/// The kind of a session that ends without a reply at this stage.
fn temporary(stage: Stage) -> FailureKind {
    match stage {
        Stage::Rcpt | Stage::Data | Stage::Content => FailureKind::Temporary,
        _ => FailureKind::Unreachable,
    }
}

#[tokio::test]
async fn a_mail_is_the_servers_after_its_last_reply() {
    let sink = SmtpSink::start().await;
    transport(&sink.url()).deliver(&sample(1)).await.unwrap();
    let mails = sink.mails();
    assert_eq!(mails[0].from, "tickets@boxoffice.example");
    assert_eq!(mails[0].to, ["buyer-1@example.com"]);
    assert_eq!(mails[0].message_id, "1.letter@boxoffice.example");
    assert_eq!(mails[0].parameters, "");
}

#[tokio::test]
async fn lines_that_begin_with_a_full_stop_arrive_unchanged() {
    let sink = SmtpSink::start().await;
    let text = ".\n..two\n.\n\n.end\n.".to_owned();
    let mail = OutgoingMail { html: text.clone(), text, ..sample(1) };
    transport(&sink.url()).deliver(&mail).await.unwrap();
    let content = String::from_utf8(sink.mails()[0].content.to_vec()).unwrap();
    assert_eq!(
        content.matches("\r\n\r\n.\r\n..two\r\n.\r\n\r\n.end\r\n.\r\n").count(),
        2,
        "{content}"
    );
}

#[tokio::test]
async fn a_slow_reply_within_the_timeout_delivers() {
    let sink = SmtpSink::start().await;
    for stage in [Stage::Connect, Stage::Rcpt, Stage::Content] {
        sink.on(stage, Step::Late(Duration::from_millis(100)));
        transport(&sink.url()).deliver(&sample(1)).await.unwrap();
    }
    assert_eq!(sink.count(), 3);
}

#[tokio::test]
async fn a_reply_beyond_the_timeout_is_a_temporary_failure() {
    use Stage::{Connect, Content, Data, Hello, Mail, Rcpt};
    let sink = SmtpSink::start().await;
    let stages = [Connect, Hello, Mail, Rcpt, Data, Content];
    for stage in stages {
        sink.on(stage, NEVER);
        let failure = failure(&impatient(&sink.url(), Duration::from_millis(200)), 1).await;
        assert_eq!(failure.kind, temporary(stage), "{stage:?}: {failure:?}");
        assert!(failure.response.contains("no reply within 200ms"), "{stage:?}: {failure:?}");
    }
}

#[tokio::test]
async fn a_delivery_ends_in_time_though_each_reply_does() {
    let sink = SmtpSink::start().await;
    let options =
        SmtpOptions { delivery_timeout: Duration::from_millis(300), ..SmtpOptions::default() };
    sink.script(|_, _| Step::Late(Duration::from_millis(100)));
    let failure = failure(&transport_with(&sink.url(), options), 1).await;
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert_eq!(failure.response, "delivery: no end within 300ms");
}

#[tokio::test]
async fn a_late_reply_belongs_to_no_other_mail() {
    let sink = SmtpSink::start().await;
    let transport = impatient(&sink.url(), Duration::from_secs(1));
    sink.script(|stage, id| match stage {
        Stage::Content if id.starts_with("1.") => Step::Late(Duration::from_millis(1_100)),
        Stage::Rcpt if id.starts_with("buyer-2@") => Step::reply("550 5.1.1 unknown"),
        _ => Step::Accept,
    });
    assert_eq!(failure(&transport, 1).await.kind, FailureKind::Temporary);
    assert_eq!(failure(&transport, 2).await.kind, FailureKind::RecipientRefused);
    transport.deliver(&sample(3)).await.unwrap();
}

#[tokio::test]
async fn a_refused_recipient_is_reported_without_the_address() {
    let sink = SmtpSink::start().await;
    sink.on(Stage::Rcpt, Step::reply("550-5.1.1 <buyer-1@example.com>\r\n550 5.1.1 is unknown"));
    let failure = failure(&transport(&sink.url()), 1).await;
    assert_eq!(failure.kind, FailureKind::RecipientRefused);
    assert_eq!(failure.response, "RCPT: 550 5.1.1 [address] is unknown");
    assert_eq!(sink.count(), 0);
}

#[tokio::test]
async fn replies_of_a_session_have_their_kinds() {
    use FailureKind::{RecipientRefused, Rejected, Temporary, Unreachable};
    let sink = SmtpSink::start().await;
    let table = [
        (Stage::Rcpt, "450 4.2.0 greylisted", Temporary),
        (Stage::Rcpt, "421 4.3.2 closing", Unreachable),
        (Stage::Rcpt, "550 5.7.1 relaying denied", Temporary),
        (Stage::Rcpt, "553 no such mailbox", RecipientRefused),
        (Stage::Content, "554 5.6.0 bad content", Rejected),
        (Stage::Content, "552 5.3.4 too big", Rejected),
        (Stage::Content, "451 4.3.0 try again", Temporary),
        (Stage::Content, "421 4.3.2 closing", Unreachable),
        (Stage::Content, "354 again", Temporary),
        (Stage::Data, "250 out of step", Temporary),
        (Stage::Data, "503 5.5.1 no recipient", Temporary),
        (Stage::Mail, "354 out of step", Unreachable),
        (Stage::Mail, "550 5.1.8 bad sender", Unreachable),
        (Stage::Hello, "550 5.1.1 go away", Unreachable),
        (Stage::Connect, "554 5.1.1 no service", Unreachable),
        (Stage::Connect, "not SMTP", Unreachable),
    ];
    for (stage, reply, kind) in table {
        sink.on(stage, Step::reply(reply));
        let failure = failure(&transport(&sink.url()), 1).await;
        assert_eq!(failure.kind, kind, "{stage:?} {reply}: {failure:?}");
    }
    assert_eq!(sink.count(), 0);
}

#[tokio::test]
async fn a_greylisted_mail_is_delivered_by_its_repeat() {
    let sink = SmtpSink::start().await;
    let transport = transport(&sink.url());
    sink.on(Stage::Rcpt, Step::reply("450 4.2.0 greylisted, try again later"));
    assert_eq!(failure(&transport, 1).await.kind, FailureKind::Temporary);
    sink.accept();
    transport.deliver(&sample(1)).await.unwrap();
    assert_eq!(sink.count(), 1);
}

#[tokio::test]
async fn a_refused_authentication_is_temporary() {
    let sink = SmtpSink::start().await;
    sink.on(Stage::Auth, Step::reply("535 5.7.8 credentials of shop@example.com invalid"));
    let transport = transport(&sink.url_of("shop", "pass"));
    let failure = failure(&transport, 1).await;
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert_eq!(failure.response, "AUTH: 535 5.7.8 credentials of [address] invalid");
    sink.accept();
    transport.deliver(&sample(1)).await.unwrap();
}

#[tokio::test]
async fn the_repeat_after_a_lost_reply_has_the_same_message_id() {
    let sink = SmtpSink::start().await;
    let transport = transport(&sink.url());
    for (step, kept) in [(Step::Close, 0), (Step::KeepAndClose, 1)] {
        sink.on(Stage::Content, step);
        assert_eq!(failure(&transport, 1).await.kind, FailureKind::Temporary);
        sink.wait_for("the mail is kept", |mails| mails.len() == kept).await;
    }
    sink.accept();
    transport.deliver(&sample(1)).await.unwrap();
    let ids: Vec<_> = sink.mails().into_iter().map(|mail| mail.message_id).collect();
    assert_eq!(ids, ["1.letter@boxoffice.example"; 2]);
}

#[tokio::test]
async fn a_connection_that_is_closed_at_any_stage_is_a_temporary_failure() {
    use Stage::{Connect, Content, Data, Hello, Mail, Rcpt};
    let sink = SmtpSink::start().await;
    for stage in [Connect, Hello, Mail, Rcpt, Data, Content] {
        sink.on(stage, Step::Close);
        let failure = failure(&transport(&sink.url()), 1).await;
        assert_eq!(failure.kind, temporary(stage), "{stage:?}: {failure:?}");
    }
    let url = sink.url();
    drop(sink);
    assert_eq!(failure(&transport(&url), 1).await.kind, FailureKind::Unreachable);
}

#[tokio::test]
async fn an_address_that_needs_smtputf8_is_sent_only_with_it() {
    let sink = SmtpSink::start().await;
    let mail = OutgoingMail { to: "käufer@example.com".to_owned(), ..sample(1) };
    transport(&sink.url()).deliver(&mail).await.unwrap();
    let mails = sink.mails();
    assert_eq!(
        (mails[0].to[0].as_str(), mails[0].parameters.as_str()),
        ("käufer@example.com", "SMTPUTF8 BODY=8BITMIME")
    );
    sink.on(Stage::Hello, Step::reply("250-sink\r\n250 8BITMIME"));
    let transport = transport(&sink.url());
    let failure = transport.deliver(&mail).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Rejected);
    assert!(failure.response.contains("SMTPUTF8"), "{failure:?}");
    transport.deliver(&sample(2)).await.unwrap();
    assert_eq!(sink.count(), 2);
}
