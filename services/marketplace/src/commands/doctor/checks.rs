//! The checks, each a line or some.

use std::path::Path;
use std::time::Duration;

use contract::catalogue::services;
use service::loops::missing_consumers;
use service::server_settings::ServerSettings;
use service::session_key::public_file;
use service::{DataDir, Engines, KeyFile};
use sources::Clock;
use store::MongoServer;

use super::super::operating::with_store;
use super::super::status::look;
use super::report::Report;

/// How far the clocks of this machine and of the database may be apart: deadlines of orders are
/// judged by the clocks of the services, and are a minute long.
const CLOCKS_APART_MAX: Duration = Duration::from_secs(1);

/// How long a message may wait in an outbox: a relay that works takes milliseconds, and looks again
/// each second.
const OUTBOX_AGE_MAX: Duration = Duration::from_secs(10);

/// Maximum lag of a healthy consumer: the messages of some seconds.
const BEHIND_MAX: u64 = 1_000;

/// The key that sessions are signed with can be read, and its public half belongs to it.
pub(super) fn key_files(report: &mut Report, key: &KeyFile) {
    let path = key.path();
    if !path.exists() {
        let found = format!("there is no {}", path.display());
        return report.unknown("session key", format!("{found}; auth makes it when it starts"));
    }
    let todo = "name another with --session-key";
    let Some(keys) = report.value("session key", key.read(), todo) else { return };
    report.ok("session key", path.display().to_string());
    let (what, public) = ("public session key", public_file(path));
    let halves = KeyFile::Public(public.clone()).read();
    match report.value(what, halves, "start auth, which writes it") {
        Some(halves) if halves.public == keys.public => {
            report.ok(what, public.display().to_string());
        }
        Some(_) => {
            let found = format!("{} does not belong to the session key", public.display());
            report.fail(what, &found, "remove it and start auth, which writes it");
        }
        None => {}
    }
}

/// The embedded engines can be opened; `None` if not.
pub(super) fn embedded_engines(report: &mut Report, path: &Path) -> Option<Engines> {
    let data_dir = report.value("data directory", DataDir::open(path), "")?;
    report.ok("data directory", path.display().to_string());
    let engines = report.value("bus", Engines::embedded(data_dir, &Clock::System), "")?;
    report.ok("bus", engines.bus.describe());
    Some(engines)
}

/// MongoDB and NATS respond and are fit; `None` if one of them does not.
pub(super) async fn servers(report: &mut Report, settings: &ServerSettings) -> Option<Engines> {
    let todo = "see that MONGODB_URL names a replica set, and that it runs";
    if let Some(mongodb) = report.value("MongoDB", settings.connect_mongodb().await, todo) {
        report.ok("MongoDB", format!("{}; it has transactions", settings.mongodb_address));
        clocks(report, &mongodb).await;
        mongodb.close().await;
    }
    // Whether it writes before it acknowledges is a question of its own.
    let unchecked = settings.unchecked();
    let engines = Engines::connect_now(&unchecked, &Clock::System);
    let nats = unchecked.connect_nats(&Clock::System, CONNECT_MAX).await;
    let todo = "check NATS_URL, and that the server runs";
    if let Some(bus) = report.value("NATS JetStream", nats, todo) {
        report.ok("NATS JetStream", bus.describe());
        writes_before_it_acknowledges(report, settings).await;
    }
    engines.await.ok()
}

/// Maximum wait for a response of NATS.
const CONNECT_MAX: Duration = Duration::from_secs(2);

async fn clocks(report: &mut Report, mongodb: &MongoServer) {
    match mongodb.time().await {
        Ok(theirs) => {
            let ours = Clock::System.now();
            let apart = Duration::from_millis(ours.unix_ms().abs_diff(theirs.unix_ms()));
            let found = format!("{apart:?} apart from the database's");
            if apart <= CLOCKS_APART_MAX {
                report.ok("clock", found);
            } else {
                report.fail("clock", &found, "keep both by NTP");
            }
        }
        Err(error) => report.unknown("clock", error.chain()),
    }
}

async fn writes_before_it_acknowledges(report: &mut Report, settings: &ServerSettings) {
    let what = "fsync before acknowledge";
    let Some(checked) = settings.checked() else {
        let how = "not looked at: name the monitoring addresses with NATS_MONITOR_URL";
        return report.unknown(what, how);
    };
    let todo = "set `jetstream { sync_interval: always }` in each server's configuration";
    let connected = checked.connect_nats(&Clock::System, CONNECT_MAX).await;
    if report.value(what, connected, todo).is_some() {
        report.ok(what, "every server has `sync_interval: always`");
    }
}

pub(super) async fn stores(report: &mut Report, engines: &Engines) {
    for service in services::names() {
        let what = format!("store of {service}");
        let beating =
            with_store(engines, service, &[], async |store, _| store.check_writable().await);
        let todo = "check the rights of the user, and the space on the disk";
        if report.value(&what, beating.await, todo).is_some() {
            report.ok(what, engines.store(service).describe());
        }
    }
}

pub(super) async fn consumers(report: &mut Report, engines: &Engines) {
    let (what, lag) = ("consumers", engines.bus.lag().await);
    let Some(lag) = report.value(what, lag, "check that the bus responds") else { return };
    let missing = missing_consumers(&lag);
    if missing.is_empty() {
        report.ok(what, format!("{} of {} are there", lag.len(), lag.len()));
    } else {
        report.fail(what, &format!("missing: {}", missing.join(", ")), "start their services once");
    }
}

/// Checks that outboxes and consumers are current, and that no dead letters exist.
pub(super) async fn progress(report: &mut Report, engines: &Engines) {
    let Some(status) = report.value("progress", look(engines).await, "") else { return };
    for service in &status.services {
        let (name, entries) = (service.service, service.outbox_entries);
        let what = format!("outbox of {name}");
        match service.oldest_ms {
            Some(age) if age > OUTBOX_AGE_MAX.as_millis() => {
                let found = format!("{entries} entries, the oldest {} s old", age / 1_000);
                report.fail(what, &found, &format!("start {name}, and see what its log says"));
            }
            Some(_) | None => report.ok(what, format!("{entries} entries")),
        }
        match service.dead_letters {
            0 => report.ok(format!("dead letters of {name}"), "none"),
            count => {
                let todo = "see `boxoffice dead-letters list`; mend the cause, then replay";
                report.fail(format!("dead letters of {name}"), &count.to_string(), todo);
            }
        }
    }
    let behind = status.consumers.iter().filter(|lag| lag.behind > BEHIND_MAX);
    let behind: Vec<_> = behind.map(|lag| format!("{} by {}", lag.consumer, lag.behind)).collect();
    if behind.is_empty() {
        report.ok("consumers' lag", format!("none is behind by more than {BEHIND_MAX}"));
    } else {
        report.fail("consumers' lag", &behind.join(", "), "start their services, or more of them");
    }
}
