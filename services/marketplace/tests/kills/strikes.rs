//! The faults of a fleet.

use std::time::Duration;

use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use testing::engines::nats::Cluster;
use testing::processes::Process;
use testing::proxy::Wire;

use crate::fleet::{Engines, Fleet};
use crate::servers::{Broker, Servers, blocking};
use crate::storm::Damage;

/// Longest wait for a process to reach its crash point.
const POINT_MAX: Duration = Duration::from_secs(3);

/// Maximum number of passes of a point before it kills: few enough that a replica reaches it within
/// that wait.
const PASSES_MAX: u64 = 10;

/// The points that every service passes.
const OF_ALL: &[&str] = &["before_commit", "after_commit_before_answer", "during_shutdown"];

/// The points that services pass which publish messages for others.
const OF_MESSAGES: &[&str] = &[
    "after_commit_before_publish",
    "in_the_middle_of_a_relay_batch",
    "after_publish_before_removal",
    "after_handling_before_acknowledgement",
];

/// The points of services that call the provider.
const OF_MONEY: &[&str] =
    &["before_the_provider_is_asked", "after_the_provider_answered_before_saving"];

/// Duration of a pause, a cut or a slow wire, in milliseconds: shorter and longer than an order's
/// window.
const HANG_MS: std::ops::RangeInclusive<u64> = 200..=3_500;

/// Delay of a slow wire, in milliseconds: in each direction, and a transaction has many round
/// trips.
const DELAY_MS: std::ops::RangeInclusive<u64> = 5..=40;

/// The points that a program passes.
fn points(program: &str) -> Vec<&'static str> {
    let groups: &[&[&'static str]] = match program {
        "auth" => &[OF_ALL],
        "payments" | "boxoffice" => &[OF_ALL, OF_MESSAGES, OF_MONEY],
        _ => &[OF_ALL, OF_MESSAGES],
    };
    groups.concat()
}

/// One fault, drawn at random.
pub(crate) async fn strike(fleet: &mut Fleet, random: &mut StdRng, damage: &mut Damage) {
    let hang = Duration::from_millis(random.random_range(HANG_MS));
    let drawn = random.random_range(0..100);
    match &fleet.engines {
        Engines::Servers(servers) if drawn < 30 => {
            strike_servers(servers, random, damage, hang).await;
        }
        Engines::Servers(_) if drawn < 36 => {
            let any = random.random_range(0..fleet.members.len());
            let name = fleet.members[any].program().name.clone();
            kill_a_service(fleet, &name, damage, hang).await;
        }
        Engines::Servers(_) | Engines::Embedded if drawn < 40 => {
            let count = fleet.members.len();
            let member = &mut fleet.members[random.random_range(0..count)];
            member.signal("-STOP");
            tokio::time::sleep(hang).await;
            member.signal("-CONT");
            damage.count_other("process paused");
        }
        Engines::Servers(_) | Engines::Embedded => {
            kill_a_member(fleet, random, damage).await;
        }
    }
}

/// Kills one of three brokers; has no effect on other fleets.
pub(crate) async fn strike_brokers(fleet: &Fleet, random: &mut StdRng, damage: &mut Damage) {
    let absence = Duration::from_millis(random.random_range(HANG_MS));
    if let Engines::Servers(servers) = &fleet.engines
        && let Broker::Three(cluster) = &servers.broker
    {
        kill_one_of_three(cluster, random, damage, absence).await;
    }
}

/// Kills one process, by a signal and sometimes at a crash point, and starts it again.
async fn kill_a_member(fleet: &mut Fleet, random: &mut StdRng, damage: &mut Damage) {
    let count = fleet.members.len();
    let member = &mut fleet.members[random.random_range(0..count)];
    let name = member.program().name.clone();
    member.kill();
    damage.count_kill(format!("{name} -9"));
    if random.random_bool(0.6) {
        let points = points(&name);
        let point = points[random.random_range(0..points.len())];
        let nth = random.random_range(1..=PASSES_MAX);
        *member = member.program().start(&[("CRASH_AT", format!("{point}:{nth}"))]);
        if point == "during_shutdown" {
            member.is_ready_within(POINT_MAX).await;
            member.signal("-TERM");
        }
        let died = member.end_within(POINT_MAX).await.is_some();
        // A process that does not reach the point in time is killed by a signal.
        member.kill();
        damage.count_kill(if died { point.to_owned() } else { format!("{name} -9") });
    }
    *member = member.program().start(&[]);
    // In half of the cases the next fault comes while the process is still starting.
    if random.random_bool(0.5) {
        fleet.ready().await;
    }
}

/// Kills every replica of a service, and starts them again after a while.
async fn kill_a_service(fleet: &mut Fleet, name: &str, damage: &mut Damage, absence: Duration) {
    let of_service = |member: &&mut Process| member.program().name == name;
    for member in fleet.members.iter_mut().filter(of_service) {
        member.kill();
        damage.count_kill(format!("{name} -9"));
    }
    tokio::time::sleep(absence).await;
    for member in fleet.members.iter_mut().filter(of_service) {
        *member = member.program().start(&[]);
    }
    fleet.ready().await;
}

/// Kills, pauses or disconnects the database or the broker.
async fn strike_servers(
    servers: &Servers,
    random: &mut StdRng,
    damage: &mut Damage,
    hang: Duration,
) {
    match &servers.broker {
        Broker::Three(cluster) => kill_one_of_three(cluster, random, damage, hang).await,
        Broker::One { nats, wire } if random.random_bool(0.5) => match random.random_range(0..4) {
            0 | 1 => {
                blocking(|| nats.kill());
                blocking(|| nats.run());
                damage.count_kill("nats-server -9");
            }
            2 => {
                nats.pause();
                tokio::time::sleep(hang).await;
                nats.resume();
                damage.count_other("nats-server paused");
            }
            _ => strike_wire(wire, "nats-server", random, damage, hang).await,
        },
        Broker::One { .. } => match random.random_range(0..4) {
            0 | 1 => {
                blocking(|| servers.mongo.kill());
                blocking(|| servers.mongo.run());
                damage.count_kill("database -9");
            }
            2 => {
                servers.mongo.pause();
                tokio::time::sleep(hang).await;
                servers.mongo.resume();
                damage.count_other("database paused");
            }
            _ => strike_wire(&servers.mongo_wire, "database", random, damage, hang).await,
        },
    }
}

/// Kills one of three brokers, without which the other two continue, and starts it again after a
/// while.
async fn kill_one_of_three(
    cluster: &Cluster,
    random: &mut StdRng,
    damage: &mut Damage,
    absence: Duration,
) {
    let broker = cluster.members.choose(random).unwrap();
    blocking(|| broker.kill());
    damage.count_kill("one of three nats-servers -9");
    tokio::time::sleep(absence).await;
    blocking(|| broker.run());
}

/// Cuts connections once or for a while, or slows them down.
async fn strike_wire(
    wire: &Wire,
    name: &str,
    random: &mut StdRng,
    damage: &mut Damage,
    hang: Duration,
) {
    match random.random_range(0..3) {
        0 => {
            wire.cut();
            damage.count_other(format!("connections to {name} cut"));
        }
        1 => {
            wire.partition();
            tokio::time::sleep(hang).await;
            wire.mend();
            damage.count_other(format!("{name} cut off"));
        }
        _ => {
            wire.delay(Duration::from_millis(random.random_range(DELAY_MS)));
            tokio::time::sleep(hang).await;
            wire.mend();
            damage.count_other(format!("wire to {name} slow"));
        }
    }
}
