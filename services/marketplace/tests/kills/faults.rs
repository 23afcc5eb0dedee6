//! The faults of a fleet.

use std::time::Duration;

use rand::Rng as _;
use rand::seq::{IndexedMutRandom as _, IndexedRandom as _};
use testing::engines::nats::Cluster;
use testing::engines::server::Server;
use testing::processes::{Instance, Signal};
use testing::proxy::TcpProxy;

use crate::fault_injection::InjectedFaults;
use crate::fleet::{Engines, Fleet};
use crate::servers::{Broker, Servers, blocking};

/// Longest wait for a process to reach its crash point.
const POINT_MAX: Duration = Duration::from_secs(3);

/// Maximum number of passes of a point before it kills: few enough that a replica reaches it within
/// that wait.
const PASSES_MAX: u64 = 10;

/// The points that every service passes.
const COMMON_POINTS: &[&str] = &["before_commit", "after_commit_before_answer", "during_shutdown"];

/// The points that services pass which publish messages for others.
const MESSAGE_POINTS: &[&str] = &[
    "after_commit_before_publish",
    "in_the_middle_of_a_relay_batch",
    "after_publish_before_removal",
    "after_handling_before_acknowledgement",
];

/// The points of services that call the provider.
const PROVIDER_POINTS: &[&str] =
    &["before_the_provider_is_asked", "after_the_provider_answered_before_saving"];

/// Duration of a pause, a cut or a slow proxy, in milliseconds: shorter and longer than an order's
/// window.
const HANG_MS: std::ops::RangeInclusive<u64> = 200..=3_500;

/// Delay of a slow proxy, in milliseconds: in each direction, and a transaction has many round
/// trips.
const DELAY_MS: std::ops::RangeInclusive<u64> = 5..=40;

fn points(program: &str) -> Vec<&'static str> {
    let groups: &[&[&'static str]] = match program {
        "auth" => &[COMMON_POINTS],
        "payments" | "boxoffice" => &[COMMON_POINTS, MESSAGE_POINTS, PROVIDER_POINTS],
        _ => &[COMMON_POINTS, MESSAGE_POINTS],
    };
    groups.concat()
}

/// One fault, drawn at random.
pub(crate) async fn inject_fault(fleet: &mut Fleet, injected: &mut InjectedFaults) {
    let random = &mut injected.random;
    let hang = Duration::from_millis(random.random_range(HANG_MS));
    let drawn = random.random_range(0..100);
    match &fleet.engines {
        Engines::Servers(servers) if drawn < 30 => {
            inject_server_fault(servers, injected, hang).await;
        }
        Engines::Servers(_) if drawn < 36 => {
            let name = fleet.members.choose(random).unwrap().program.name.clone();
            kill_a_service(fleet, &name, injected, hang).await;
        }
        Engines::Servers(_) | Engines::Embedded if drawn < 40 => {
            let member = fleet.members.choose(random).unwrap();
            member.process.pause();
            tokio::time::sleep(hang).await;
            member.process.resume();
            injected.count_other("process paused");
        }
        Engines::Servers(_) | Engines::Embedded => {
            kill_a_member(fleet, injected).await;
        }
    }
}

/// Kills one of three brokers; has no effect on other fleets.
pub(crate) async fn inject_broker_fault(fleet: &Fleet, injected: &mut InjectedFaults) {
    let absence = Duration::from_millis(injected.random.random_range(HANG_MS));
    if let Engines::Servers(servers) = &fleet.engines
        && let Broker::Three(cluster) = &servers.broker
    {
        kill_one_of_three(cluster, injected, absence).await;
    }
}

/// Kills one process, by a signal and sometimes at a crash point, and starts it again.
async fn kill_a_member(fleet: &mut Fleet, injected: &mut InjectedFaults) {
    let member = fleet.members.choose_mut(&mut injected.random).unwrap();
    let name = member.program.name.clone();
    member.process.kill();
    injected.count_kill(format!("{name} -9"));
    if injected.random.random_bool(0.6) {
        let points = points(&name);
        let point = *points.choose(&mut injected.random).unwrap();
        let nth = injected.random.random_range(1..=PASSES_MAX);
        *member = member.program.start(&[("CRASH_AT", format!("{point}:{nth}"))]);
        if point == "during_shutdown" {
            member.is_ready_within(POINT_MAX).await;
            member.process.signal(Signal::TERM);
        }
        let died = member.process.end_within(POINT_MAX).await.is_some();
        // A process that does not reach the point in time is killed by a signal.
        member.process.kill();
        injected.count_kill(if died { point.to_owned() } else { format!("{name} -9") });
    }
    member.restart();
    // In half of the cases the next fault comes while the process is still starting.
    if injected.random.random_bool(0.5) {
        fleet.ready().await;
    }
}

/// Kills every replica of a service, and starts them again after a while.
async fn kill_a_service(
    fleet: &mut Fleet,
    name: &str,
    injected: &mut InjectedFaults,
    absence: Duration,
) {
    let of_service = |member: &&mut Instance| member.program.name == name;
    for member in fleet.members.iter_mut().filter(of_service) {
        member.process.kill();
        injected.count_kill(format!("{name} -9"));
    }
    tokio::time::sleep(absence).await;
    fleet.members.iter_mut().filter(of_service).for_each(Instance::restart);
    fleet.ready().await;
}

/// Kills, pauses or disconnects the database or the broker.
async fn inject_server_fault(servers: &Servers, injected: &mut InjectedFaults, hang: Duration) {
    let (nats, nats_proxy) = match &servers.broker {
        Broker::Three(cluster) => return kill_one_of_three(cluster, injected, hang).await,
        Broker::One { nats, proxy } => (nats, proxy),
    };
    let (run_broker, run_database) = (|| nats.run(), || servers.mongo.run());
    let (server, run, proxy, name): (&Server, &dyn Fn(), _, _) = if injected.random.random_bool(0.5)
    {
        (nats, &run_broker, nats_proxy, "nats-server")
    } else {
        (&servers.mongo, &run_database, &servers.mongo_proxy, "database")
    };
    match injected.random.random_range(0..4) {
        0 | 1 => {
            blocking(|| server.kill());
            blocking(run);
            injected.count_kill(format!("{name} -9"));
        }
        2 => {
            server.pause();
            tokio::time::sleep(hang).await;
            server.resume();
            injected.count_other(format!("{name} paused"));
        }
        _ => inject_network_fault(proxy, name, injected, hang).await,
    }
}

/// Kills one of three brokers, without which the other two continue, and starts it again after a
/// while.
async fn kill_one_of_three(cluster: &Cluster, injected: &mut InjectedFaults, absence: Duration) {
    let broker = cluster.members.choose(&mut injected.random).unwrap();
    blocking(|| broker.kill());
    injected.count_kill("one of three nats-servers -9");
    tokio::time::sleep(absence).await;
    blocking(|| broker.run());
}

/// Cuts connections once or for a while, or slows them down.
async fn inject_network_fault(
    proxy: &TcpProxy,
    name: &str,
    injected: &mut InjectedFaults,
    hang: Duration,
) {
    match injected.random.random_range(0..3) {
        0 => {
            proxy.cut();
            injected.count_other(format!("connections to {name} cut"));
        }
        1 => {
            proxy.partition();
            tokio::time::sleep(hang).await;
            proxy.heal();
            injected.count_other(format!("{name} cut off"));
        }
        _ => {
            proxy.delay(Duration::from_millis(injected.random.random_range(DELAY_MS)));
            tokio::time::sleep(hang).await;
            proxy.heal();
            injected.count_other(format!("proxy to {name} slow"));
        }
    }
}
