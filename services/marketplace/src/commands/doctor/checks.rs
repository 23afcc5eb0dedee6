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
    let keys = match key.read() {
        Ok(keys) => keys,
        Err(error) => {
            return report.fail("session key", &error.chain(), "name another with --session-key");
        }
    };
    report.ok("session key", path.display().to_string());
    let public = public_file(path);
    match KeyFile::Public(public.clone()).read() {
        Ok(halves) if halves.public == keys.public => {
            report.ok("public session key", public.display().to_string());
        }
        Ok(_) => {
            let found = format!("{} does not belong to the session key", public.display());
            report.fail("public session key", &found, "remove it and start auth, which writes it");
        }
        Err(error) => {
            report.fail("public session key", &error.chain(), "start auth, which writes it");
        }
    }
}

/// The embedded engines can be opened; `None` if not.
pub(super) fn embedded_engines(report: &mut Report, path: &Path) -> Option<Engines> {
    let data_dir = match DataDir::open(path) {
        Ok(data_dir) => data_dir,
        Err(error) => {
            report.fail("data directory", &store::error_chain(&error), "");
            return None;
        }
    };
    report.ok("data directory", path.display().to_string());
    match Engines::embedded(data_dir, &Clock::System) {
        Ok(engines) => {
            report.ok("bus", engines.bus.describe());
            Some(engines)
        }
        Err(error) => {
            report.fail("bus", &error.chain(), "");
            None
        }
    }
}

/// MongoDB and NATS respond and are fit; `None` if one of them does not.
pub(super) async fn servers(report: &mut Report, settings: &ServerSettings) -> Option<Engines> {
    match settings.connect_mongodb().await {
        Ok(mongodb) => {
            report.ok("MongoDB", format!("{}; it has transactions", settings.mongodb_address));
            clocks(report, &mongodb).await;
            mongodb.close().await;
        }
        Err(error) => {
            let todo = "see that MONGODB_URL names a replica set, and that it runs";
            report.fail("MongoDB", &error.chain(), todo);
        }
    }
    // Whether it writes before it acknowledges is a question of its own.
    let unchecked = settings.unchecked();
    let engines = Engines::connect_now(&unchecked, &Clock::System);
    let nats = unchecked.connect_nats(&Clock::System, CONNECT_MAX);
    match nats.await {
        Ok(bus) => {
            report.ok("NATS JetStream", bus.describe());
            writes_before_it_acknowledges(report, settings).await;
        }
        Err(error) => {
            report.fail(
                "NATS JetStream",
                &error.chain(),
                "check NATS_URL, and that the server runs",
            );
        }
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
    match checked.connect_nats(&Clock::System, CONNECT_MAX).await {
        Ok(_) => report.ok(what, "every server has `sync_interval: always`"),
        Err(error) => {
            let todo = "set `jetstream { sync_interval: always }` in each server's configuration";
            report.fail(what, &error.chain(), todo);
        }
    }
}

/// Every store can be written to.
pub(super) async fn stores(report: &mut Report, engines: &Engines) {
    for service in services::names() {
        let what = format!("store of {service}");
        let beating =
            with_store(engines, service, &[], async |store, _| store.check_writable().await);
        match beating.await {
            Ok(()) => report.ok(what, engines.store(service).describe()),
            Err(error) => {
                let todo = "check the rights of the user, and the space on the disk";
                report.fail(what, &error.chain(), todo);
            }
        }
    }
}

/// Every consumer exists.
pub(super) async fn consumers(report: &mut Report, engines: &Engines) {
    match engines.bus.lag().await {
        Ok(lag) => {
            let missing = missing_consumers(&lag);
            if missing.is_empty() {
                report.ok("consumers", format!("{} of {} are there", lag.len(), lag.len()));
            } else {
                let found = format!("missing: {}", missing.join(", "));
                report.fail("consumers", &found, "start their services once");
            }
        }
        Err(error) => report.fail("consumers", &error.chain(), "check that the bus responds"),
    }
}

/// Checks that outboxes and consumers are current, and that no dead letters exist.
pub(super) async fn progress(report: &mut Report, engines: &Engines) {
    let status = match look(engines).await {
        Ok(status) => status,
        Err(error) => return report.fail("progress", &error.chain(), ""),
    };
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
