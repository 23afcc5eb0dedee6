//! Deliveries to a directory.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use contract::Timestamp;
use mail::transport::{Deliver, FailureKind, KEPT_MAX, MailDirectory, OutgoingMail, message};
use tempfile::TempDir;

use super::samples::{sample, sender};

async fn directory() -> (TempDir, MailDirectory) {
    let dir = tempfile::tempdir().unwrap();
    let directory = MailDirectory::open(dir.path().join("mails/new"), sender()).await.unwrap();
    (dir, directory)
}

fn names(path: &Path) -> Vec<String> {
    let names = fs::read_dir(path).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

async fn listed(directory: &MailDirectory) -> Vec<String> {
    directory.list().await.unwrap().into_iter().map(|entry| entry.name).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_mail_becomes_a_file_that_only_its_owner_reads() {
    let (dir, directory) = directory().await;
    let path = dir.path().join("mails/new");
    directory.deliver(&sample(1)).await.unwrap();
    assert_eq!(names(&path), ["1.letter@boxoffice.example.eml"]);
    let file = path.join("1.letter@boxoffice.example.eml");
    assert_eq!((mode(&path), mode(&file)), (0o700, 0o600));
    let header = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().next().unwrap().to_owned();
    let expected = message(&sample(1), &sender()).unwrap().formatted();
    assert_eq!(header(&fs::read(file).unwrap()), header(&expected));
}

#[tokio::test]
async fn a_repeat_replaces_the_file() {
    let (_dir, directory) = directory().await;
    directory.deliver(&sample(1)).await.unwrap();
    directory.deliver(&OutgoingMail { text: "Again".to_owned(), ..sample(1) }).await.unwrap();
    assert_eq!(listed(&directory).await, ["1.letter@boxoffice.example.eml"]);
    let parts = directory.parts("1.letter@boxoffice.example.eml").await.unwrap().unwrap();
    assert_eq!(parts.text, "Again");
}

#[tokio::test]
async fn a_list_has_the_newest_first_with_decoded_values() {
    let (_dir, directory) = directory().await;
    let subject =
        "🎟️ Ihre Karten für „Öper“, a rather long subject that needs several words".to_owned();
    let mails = [
        sample(9),
        OutgoingMail {
            subject: subject.clone(),
            to: "käufer@bücher.example".to_owned(),
            ..sample(5)
        },
        OutgoingMail { subject: "=?utf-8?b?eA==?=".to_owned(), ..sample(7) },
        OutgoingMail { subject: " a\r\nBcc: x@y.example\t".to_owned(), ..sample(3) },
    ];
    for mail in &mails {
        directory.deliver(mail).await.unwrap();
    }
    let entries = directory.list().await.unwrap();
    let shown: Vec<_> = entries.iter().map(|e| (e.to.as_str(), e.subject.as_str())).collect();
    let expected = [
        ("buyer-3@example.com", "a  Bcc: x@y.example"),
        ("buyer-7@example.com", "=?utf-8?b?eA==?="),
        ("käufer@xn--bcher-kva.example", subject.as_str()),
        ("buyer-9@example.com", "Your order 9"),
    ];
    assert_eq!(shown, expected);
    assert_eq!(entries[1].date, Some(Timestamp::from_unix_ms(1_793_000_007_000)));
}

#[tokio::test]
async fn the_newest_is_first_though_the_clock_was_set_back() {
    let (dir, directory) = directory().await;
    let path = dir.path().join("mails/new");
    directory.deliver(&sample(1)).await.unwrap();
    let future = SystemTime::UNIX_EPOCH + Duration::from_hours(2_500_000);
    let file = File::options().write(true).open(path.join("1.letter@boxoffice.example.eml"));
    file.unwrap().set_modified(future).unwrap();
    let reopened = MailDirectory::open(path, sender()).await.unwrap();
    reopened.deliver(&sample(2)).await.unwrap();
    let names = ["2.letter@boxoffice.example.eml", "1.letter@boxoffice.example.eml"];
    assert_eq!(listed(&reopened).await, names);
}

#[tokio::test]
async fn parts_are_decoded() {
    let (_dir, directory) = directory().await;
    let texts = [
        "plain\n\n.\n--x\n\nend",
        "Grüße = 100% 🎭\ntrailing space \nhttps://x.example/?a=b\n",
        "例え例え例え例え例え\n",
        "",
        "\n",
        &"a long line ".repeat(200),
        &"ü".repeat(2_000),
        "Content-Type: text/plain\n\n--boundary--",
    ];
    for (number, text) in (1..).zip(texts) {
        for calendar in [None, Some("BEGIN:VCALENDAR\nEND:VCALENDAR\n".to_owned())] {
            let html = format!("<p>{text}</p>");
            let mail = OutgoingMail {
                text: text.to_owned(),
                html: html.clone(),
                calendar,
                ..sample(number)
            };
            directory.deliver(&mail).await.unwrap();
            let name = format!("{}.eml", mail.message_id);
            let parts = directory.parts(&name).await.unwrap().unwrap();
            assert_eq!((parts.text.as_str(), parts.html), (text, html));
        }
    }
}

#[tokio::test]
async fn half_written_and_foreign_files_are_not_listed() {
    let (dir, directory) = directory().await;
    let path = dir.path().join("mails/new");
    directory.deliver(&sample(1)).await.unwrap();
    for name in ["2.letter@boxoffice.example.eml.partial", "notes.txt", ".hidden.eml", "é.eml"] {
        fs::write(path.join(name), "x").unwrap();
    }
    fs::create_dir(path.join("folder.eml")).unwrap();
    assert_eq!(listed(&directory).await, ["1.letter@boxoffice.example.eml"]);
    for name in ["2.letter@boxoffice.example.eml.partial", "notes.txt", ".hidden.eml"] {
        assert_eq!(directory.read(name).await.unwrap(), None, "{name}");
    }
    let reopened = MailDirectory::open(path.clone(), sender()).await.unwrap();
    assert_eq!(listed(&reopened).await, ["1.letter@boxoffice.example.eml"]);
    assert!(!names(&path).iter().any(|name| name.ends_with(".partial")));
    assert!(names(&path).iter().any(|name| name == "notes.txt"));
}

#[tokio::test]
async fn a_name_with_a_path_reads_no_file() {
    let (dir, directory) = directory().await;
    fs::create_dir_all(dir.path().join("mails/new")).unwrap();
    fs::write(dir.path().join("mails/secret.eml"), "secret").unwrap();
    fs::write(dir.path().join("secret.eml"), "secret").unwrap();
    let absolute = dir.path().join("secret.eml");
    for name in [
        "../secret.eml",
        "../../secret.eml",
        "./../secret.eml",
        absolute.to_str().unwrap(),
        "..",
        "",
        ".eml",
        "a\0.eml",
        "missing.eml",
    ] {
        assert_eq!(directory.read(name).await.unwrap(), None, "{name:?}");
        assert_eq!(directory.parts(name).await.unwrap(), None, "{name:?}");
    }
}

#[tokio::test]
async fn the_oldest_files_are_deleted_above_the_limit() {
    let (dir, directory) = directory().await;
    let path = dir.path().join("mails/new");
    fs::create_dir_all(&path).unwrap();
    for number in 0..KEPT_MAX {
        let file = File::create(path.join(format!("{number}.old@x.eml"))).unwrap();
        let age = u64::try_from(KEPT_MAX - number).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000 - age)).unwrap();
    }
    fs::write(path.join("notes.txt"), "x").unwrap();
    directory.deliver(&sample(1)).await.unwrap();
    directory.deliver(&sample(2)).await.unwrap();
    directory.deliver(&sample(2)).await.unwrap();
    let listed = listed(&directory).await;
    assert_eq!(listed.len(), KEPT_MAX);
    assert_eq!(listed[..2], ["2.letter@boxoffice.example.eml", "1.letter@boxoffice.example.eml"]);
    assert_eq!(listed[2], format!("{}.old@x.eml", KEPT_MAX - 1));
    assert_eq!(listed[KEPT_MAX - 1], "2.old@x.eml");
    assert!(path.join("notes.txt").exists());
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_an_outage() {
    let (dir, directory) = directory().await;
    fs::remove_dir_all(dir.path().join("mails")).unwrap();
    fs::write(dir.path().join("mails"), "a file").unwrap();
    let failure = directory.deliver(&sample(1)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable);
    fs::set_permissions(dir.path().join("mails"), Permissions::from_mode(0o600)).unwrap();
    assert!(MailDirectory::open(dir.path().join("mails/new"), sender()).await.is_err());
}

#[tokio::test]
async fn a_mail_that_cannot_be_built_is_not_written() {
    let (_dir, directory) = directory().await;
    let hostile = OutgoingMail { message_id: "../x@y".to_owned(), ..sample(1) };
    assert_eq!(directory.deliver(&hostile).await.unwrap_err().kind, FailureKind::Rejected);
    let hostile = OutgoingMail { to: "a\r\nb@x".to_owned(), ..sample(1) };
    assert_eq!(directory.deliver(&hostile).await.unwrap_err().kind, FailureKind::RecipientRefused);
    assert_eq!(listed(&directory).await, Vec::<String>::new());
}
