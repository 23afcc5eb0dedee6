//! Connections to a server.

use std::sync::Arc;
use std::time::Duration;

use mail::transport::{CONNECTIONS_MAX, Deliver, FailureKind, SmtpOptions, SmtpTransport};
use testing::SmtpSink;
use testing::smtp_sink::{Recording, Stage, Step};
use tokio::task::JoinSet;

use super::samples::{impatient, sample, transport, transport_with};

/// Delivers mails with these numbers at the same time.
async fn deliver_all(transport: &Arc<SmtpTransport>, numbers: std::ops::Range<u32>) {
    let mut deliveries = JoinSet::new();
    for number in numbers {
        let transport = Arc::clone(transport);
        deliveries.spawn(async move { transport.deliver(&sample(number)).await });
    }
    while let Some(delivered) = deliveries.join_next().await {
        delivered.unwrap().unwrap();
    }
}

#[tokio::test]
async fn mails_share_a_bounded_number_of_connections() {
    let sink = SmtpSink::start_recording(Recording::WithoutContent).await;
    let transport = Arc::new(transport(&sink.url()));
    deliver_all(&transport, 0..200).await;
    let mut ids: Vec<_> = sink.mails().into_iter().map(|mail| mail.message_id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 200);
    assert!((1..=CONNECTIONS_MAX).contains(&sink.connections()), "{}", sink.connections());
}

#[tokio::test]
async fn a_connection_serves_the_next_mail_after_a_refused_one() {
    let sink = SmtpSink::start().await;
    let transport = transport(&sink.url());
    sink.script(|stage, argument| match stage {
        Stage::Rcpt if argument.starts_with("buyer-2@") => Step::reply("550 5.1.1 unknown"),
        Stage::Content if argument.starts_with("3.") => Step::reply("554 5.6.0 bad content"),
        _ => Step::Accept,
    });
    for (number, kind) in [
        (1, None),
        (2, Some(FailureKind::RecipientRefused)),
        (3, Some(FailureKind::Rejected)),
        (4, None),
    ] {
        let delivered = transport.deliver(&sample(number)).await;
        assert_eq!(delivered.err().map(|failure| failure.kind), kind, "{number}");
    }
    assert_eq!((sink.connections(), sink.count()), (1, 2));
}

#[tokio::test]
async fn a_mail_gets_a_new_connection_if_the_server_ended_the_old_one() {
    let sink = SmtpSink::start().await;
    let transport = impatient(&sink.url(), Duration::from_secs(1));
    let ends =
        [Step::Close, Step::reply("421 4.4.2 too many mails"), Step::Late(Duration::from_mins(10))];
    for (number, end) in (1_u32..).zip(ends) {
        transport.deliver(&sample(number)).await.unwrap();
        // Only the first MAIL from now on.
        let end = parking_lot::Mutex::new(Some(end));
        sink.script(move |stage, _| {
            let end = (stage == Stage::Mail).then(|| end.lock().take()).flatten();
            end.unwrap_or(Step::Accept)
        });
        transport.deliver(&sample(number + 10)).await.unwrap();
    }
    assert_eq!((sink.connections(), sink.count()), (4, 6));
}

#[tokio::test]
async fn a_cancelled_delivery_leaves_no_connection_in_its_middle() {
    let sink = SmtpSink::start().await;
    let options = SmtpOptions { connections: 1, ..SmtpOptions::default() };
    let transport = Arc::new(transport_with(&sink.url(), options));
    sink.on(Stage::Content, Step::Late(Duration::from_mins(10)));
    let task = {
        let transport = Arc::clone(&transport);
        async move { transport.deliver(&sample(1)).await }
    };
    let mut tasks = JoinSet::new();
    tasks.spawn(task);
    sink.wait_for("the first mail is kept", |mails| mails.len() == 1).await;
    tasks.shutdown().await;
    sink.accept();
    transport.deliver(&sample(2)).await.unwrap();
    assert_eq!((sink.connections(), sink.count()), (2, 2));
}
