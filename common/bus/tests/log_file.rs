//! The embedded log's file: killed, opened twice, out of order, read from far behind.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use bus::{Bus, LogLimits};
use futures::future::join_all;
use sources::Clock;
use testing::bus_suite::{OTHER, SUBJECT, bodies, consumer, done, drain, fetch, publish};
use testing::platforms::START;

/// The environment variable with the log of the child of [`acknowledged_messages_survive_a_kill`].
const CHILD_LOG: &str = "BUS_TEST_CHILD_LOG";

/// Messages that the child has acknowledged and handled when it is killed.
const BEFORE_THE_KILL: usize = 300;

/// A child that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn open(path: &Path) -> Bus {
    Bus::embedded(path, Clock::manual(START).0).unwrap()
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Publishes and consumes, and reports each event once it is durable, until it is killed.
#[tokio::test]
#[ignore = "only as the child of acknowledged_messages_survive_a_kill"]
async fn child() {
    let Ok(path) = std::env::var(CHILD_LOG) else { return };
    // The output of the test runner ends here.
    say("");
    let bus = open(Path::new(&path));
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    let publishers = (0..8).map(|publisher| {
        let bus = bus.clone();
        async move {
            for number in 0.. {
                let id = format!("{publisher}-{number:06}");
                publish(&bus, &[&id], SUBJECT).await;
                say(&format!("acknowledged {id}"));
            }
        }
    });
    let consuming = async {
        loop {
            one.ready().await;
            let fetched = fetch(&one).await;
            for id in bodies(&fetched) {
                say(&format!("handled {id}"));
            }
            done(&one, &fetched).await;
        }
    };
    tokio::join!(join_all(publishers), consuming);
}

#[tokio::test]
async fn acknowledged_messages_survive_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus.db");
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(CHILD_LOG, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = Killed(child);
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let (mut acknowledged, mut handled) = (BTreeSet::new(), BTreeSet::new());
    let mut note = |line: String| {
        if let Some(id) = line.strip_prefix("acknowledged ") {
            acknowledged.insert(id.to_owned());
        } else if let Some(id) = line.strip_prefix("handled ") {
            handled.insert(id.to_owned());
        }
        acknowledged.len().min(handled.len())
    };
    while note(lines.next().unwrap()) < BEFORE_THE_KILL {}
    let twice = Bus::embedded(&path, Clock::System).err().unwrap();
    assert!(twice.chain().contains("another process"), "{}", twice.chain());
    child.0.kill().unwrap();
    for line in lines {
        note(line);
    }
    drop(child);

    let bus = open(&path);
    let kept = drain(&consumer(&bus, "new", &[SUBJECT]).await).await;
    let kept_once: BTreeSet<String> = kept.iter().cloned().collect();
    assert_eq!(kept.len(), kept_once.len(), "a message is in the log twice");
    assert!(acknowledged.is_subset(&kept_once), "an acknowledged message is lost");
    for publisher in 0..8 {
        let prefix = format!("{publisher}-");
        let own = kept.iter().filter(|id| id.starts_with(&prefix));
        assert!(own.is_sorted(), "each publisher's messages stay in order");
    }
    let again = drain(&consumer(&bus, "one", &[SUBJECT]).await).await;
    let all: BTreeSet<String> = handled.into_iter().chain(again).collect();
    assert!(kept_once.is_subset(&all), "a message was neither handled nor redelivered");
}

#[test]
fn an_open_log_cannot_be_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus.db");
    let bus = open(&path);
    let twice = Bus::embedded(&path, Clock::System).err().unwrap();
    assert!(twice.chain().contains("already open"), "{}", twice.chain());
    drop(bus);
    drop(open(&path));
}

#[test]
fn a_failure_to_open_names_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("not there").join("bus.db");
    let error = Bus::embedded(&path, Clock::System).err().unwrap();
    assert!(error.chain().contains(&path.display().to_string()), "{}", error.chain());
    let path = dir.path().join("bus.db");
    std::fs::write(&path, "this is no database, and far too long to be taken for an empty one")
        .unwrap();
    let error = Bus::embedded(&path, Clock::System).err().unwrap();
    assert!(error.chain().contains("not a database"), "{}", error.chain());
}

#[tokio::test]
async fn a_failed_transaction_has_no_effect_and_the_next_one_succeeds() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus.db");
    let bus = open(&path);
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    publish(&bus, &["a"], SUBJECT).await;
    let vandal = rusqlite::Connection::open(&path).unwrap();
    vandal.execute_batch("ALTER TABLE log RENAME TO elsewhere").unwrap();
    let message = testing::bus_suite::message("b", SUBJECT);
    assert!(bus.publish(vec![message]).await.is_err());
    assert_eq!(drain(&one).await, ["a"]);
    vandal.execute_batch("ALTER TABLE elsewhere RENAME TO log").unwrap();
    publish(&bus, &["b", "c"], SUBJECT).await;
    assert_eq!(drain(&one).await, ["b", "c"]);
    drop((bus, one));
    let bus = open(&path);
    let new = consumer(&bus, "new", &[SUBJECT]).await;
    assert_eq!(drain(&new).await, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_lagging_consumer_finds_its_few_messages() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus.db");
    let limits = LogLimits { tail_bytes_max: 0, ..LogLimits::default() };
    let bus = Bus::embedded_within(&path, Clock::manual(START).0, limits).unwrap();
    let rare = consumer(&bus, "rare", &[OTHER]).await;
    publish(&bus, &["first"], OTHER).await;
    let many: Vec<String> = (0..5_000).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    publish(&bus, &many, SUBJECT).await;
    publish(&bus, &["last"], OTHER).await;
    let fetched = rare.fetch(2).await.unwrap();
    assert_eq!(bodies(&fetched), ["first", "last"]);
    done(&rare, &fetched).await;
    assert!(fetch(&rare).await.is_empty());
    assert_eq!(drain(&consumer(&bus, "all", &[SUBJECT, OTHER]).await).await.len(), 5_002);
}

#[tokio::test]
async fn concurrent_publishers_keep_their_own_order() {
    let dir = tempfile::tempdir().unwrap();
    let bus = open(&dir.path().join("bus.db"));
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    let publishers: Vec<Vec<String>> =
        (0..40).map(|publisher| vec![format!("{publisher}-a"), format!("{publisher}-b")]).collect();
    join_all(publishers.iter().map(|ids| async {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        publish(&bus, &ids, SUBJECT).await;
    }))
    .await;
    let all = drain(&one).await;
    assert_eq!(all.len(), 80);
    for ids in publishers {
        assert!(all.windows(2).any(|two| two == ids), "{ids:?} are apart");
    }
}

/// The files of a killed process, copied without an orderly close.
fn left_behind(path: &Path) -> PathBuf {
    let left = path.with_file_name("left");
    std::fs::create_dir(&left).unwrap();
    for name in ["bus.db", "bus.db-wal"] {
        std::fs::copy(path.with_file_name(name), left.join(name)).unwrap();
    }
    left.join("bus.db")
}

#[tokio::test]
async fn deliveries_settled_before_a_close_are_not_redelivered() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus.db");
    let bus = open(&path);
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    publish(&bus, &["a"], SUBJECT).await;
    done(&one, &fetch(&one).await).await;
    bus.close().await.unwrap();
    let next = open(&left_behind(&path));
    let again = consumer(&next, "one", &[SUBJECT]).await;
    assert!(fetch(&again).await.is_empty());
}
