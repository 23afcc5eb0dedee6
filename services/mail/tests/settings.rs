//! Settings of mail: those with which no mail could be sent are rejected.

use std::fs::File;
use std::os::unix::fs::symlink;
use std::path::Path;

use mail::domain::letter::ID_LENGTH_MAX;
use mail::settings::{Arguments, Settings, take};
use mail::transport::message;
use service::settings::table;
use service::{ServiceContext, ServiceSettings};
use testing::Platforms;

use crate::samples::show_change;
use crate::transport::samples::sample;

fn read(name: &str, value: &str) -> Result<Settings, String> {
    testing::settings::read(table::<Arguments>(), &[(name, value)], take)
}

#[test]
fn a_sender_with_which_no_message_can_be_built_is_rejected() {
    for text in [
        "tickets@example.com",
        "Box office <tickets@example.com>",
        "\"Büro, Karten\" <tickets+a@bücher.example>",
        &format!("{} <tickets@example.com>", "a".repeat(200)),
    ] {
        let from = read("MAIL_FROM", text).unwrap().mail_from.unwrap();
        let content = message(&sample(1), &from).unwrap().formatted();
        assert!(content.is_ascii(), "{text}");
        assert!(content.split(|b| *b == b'\n').all(|line| line.len() <= 998), "{text}");
    }
    for text in [
        "tickets",
        "ü@example.com",
        "tickets@exa_mple.com",
        "tickets@-example.com",
        "tickets@[127.0.0.1]",
        "\"a b\"@example.com",
        "\"a\u{1}b\" <tickets@example.com>",
        "a@example.com, b@example.com",
        &format!("{} <tickets@example.com>", "a".repeat(201)),
    ] {
        let error = read("MAIL_FROM", text).map(|it| it.mail_from).unwrap_err();
        assert!(error.contains("MAIL_FROM: must "), "{text}: {error}");
    }
}

#[test]
fn an_address_whose_host_is_too_long_for_a_message_id_is_rejected() {
    let error = read("PUBLIC_URL", &format!("https://{}.example", "a".repeat(202))).unwrap_err();
    assert!(error.contains("PUBLIC_URL: must have a host of at most 124 characters"), "{error}");
}

#[test]
fn the_longest_id_is_that_of_a_changed_show() {
    let mut change = show_change(contract::show::ShowStatus::Cancelled);
    change.show_version = u64::MAX;
    assert_eq!(change.letter_id().len(), ID_LENGTH_MAX);
}

/// The error of a start with this directory of mails.
async fn start_error(mail_dir: &Path) -> String {
    let platforms = Platforms::in_memory();
    let mut settings = ServiceSettings::default();
    settings.set(Settings { mail_dir: Some(mail_dir.to_owned()), ..Settings::default() });
    let platform = |name| platforms.platform_with(name, platforms.sessions());
    let context = ServiceContext::new(mail::DEFINITION.service, platform, None, settings);
    (mail::DEFINITION.open)(context).await.err().unwrap().to_string()
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_rejected_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let (file, link) = (dir.path().join("file"), dir.path().join("link"));
    File::create(&file).unwrap();
    symlink(dir.path().join("missing/target"), &link).unwrap();
    for path in [file, link] {
        let error = start_error(&path).await;
        let rule = format!("MAIL_DIR: cannot write mails to the directory {}", path.display());
        assert!(error.contains(&rule), "{error}");
    }
}
