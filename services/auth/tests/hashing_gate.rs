//! Passwords: the production parameters, and the gates that reject instead of queueing.

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use auth::hashing::{Cost, HashSlot, HashThreads, Hasher, Lane, Verified};
use futures::future::join_all;
use sources::Ids;
use web::{ClientAddress, ClientNetwork, Code, Problem};

use crate::fixture::CHEAP;

fn hasher(cost: Cost) -> Hasher {
    Hasher::new(cost, HashThreads::Separate, Ids::seeded(1)).unwrap()
}

fn network(address: &str) -> ClientNetwork {
    let peer: IpAddr = address.parse().unwrap();
    ClientAddress::read(&HeaderMap::new(), Some(peer), 0).into()
}

/// Reserves slots until the lane is full.
fn fill(hasher: &Hasher, lane: Lane, from: ClientNetwork) -> Vec<HashSlot> {
    std::iter::from_fn(|| hasher.queue(lane, from).ok()).take(10_000).collect()
}

async fn hash(hasher: &Hasher, lane: Lane, from: ClientNetwork) -> Result<String, Problem> {
    hasher.queue(lane, from)?.hash("a fine password".to_owned()).await
}

#[tokio::test]
async fn the_parameters_are_those_of_owasp() {
    let hasher = hasher(Cost::OWASP);
    let place = hasher.queue(Lane::Strangers, network("192.0.2.1")).unwrap();
    let hash = place.hash("a fine password".to_owned()).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let verify = async |spellings: &[&str], hash: Option<&str>| {
        let spellings = spellings.iter().map(ToString::to_string).collect();
        place.verify(spellings, hash.map(str::to_owned)).await.unwrap()
    };
    let known = Some(hash.as_str());
    assert_eq!(verify(&["a fine password"], known).await, Verified::Prepared);
    assert_eq!(verify(&["prepared", "a fine password"], known).await, Verified::Unprepared);
    assert_eq!(verify(&["another", "yet another"], known).await, Verified::No);
    assert_eq!(verify(&["a fine password"], None).await, Verified::No);
    assert_eq!(verify(&["x"], Some("no hash")).await, Verified::No);
    let other = place.hash("a fine password".to_owned()).await.unwrap();
    assert_ne!(hash, other, "a salt each");
}

#[tokio::test]
async fn a_full_gate_refuses_at_once_and_lets_the_others_through() {
    let hasher = hasher(CHEAP);
    let from = network("192.0.2.1");
    let answers = join_all((0..2_000).map(|_| hash(&hasher, Lane::Strangers, from))).await;
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    assert!(refused.clone().all(|problem| problem.code() == Code::BUSY));
    let refused = refused.count();
    assert!(refused > 0, "2,000 at once are too many");
    assert!(refused < 2_000, "those that were first are hashed");
    hash(&hasher, Lane::Strangers, from).await.unwrap();
}

#[tokio::test]
async fn a_full_lane_keeps_no_other_lane_waiting() {
    let hasher = hasher(CHEAP);
    for full in [Lane::Familiar, Lane::Strangers, Lane::SignUps] {
        let networks = (0..10_000).map(|n| network(&format!("2001:db8:{n:x}::1")));
        let places: Vec<HashSlot> = networks.flat_map(|from| fill(&hasher, full, from)).collect();
        assert!(hasher.queue(full, network("198.51.100.1")).is_err());
        for lane in [Lane::Familiar, Lane::Strangers, Lane::SignUps] {
            let answer = hash(&hasher, lane, network("198.51.100.1")).await;
            assert_eq!(answer.is_ok(), lane != full, "{lane:?} while {full:?} is full");
        }
        drop(places);
        hash(&hasher, full, network("192.0.2.1")).await.unwrap();
    }
}

#[tokio::test]
async fn one_network_has_half_of_a_lane_for_all_its_addresses() {
    let hasher = hasher(CHEAP);
    let half = fill(&hasher, Lane::Strangers, network("2001:db8:1:1::1"));
    assert!(hasher.queue(Lane::Strangers, network("2001:db8:1:ffff::1")).is_err());
    let others = fill(&hasher, Lane::Strangers, network("2001:db8:2::1"));
    assert_eq!(half.len(), 2 * others.len(), "half of what is left");
    drop(half);
    assert!(hasher.queue(Lane::Strangers, network("2001:db8:1:2::1")).is_ok());
}

#[tokio::test]
async fn a_flood_from_many_networks_leaves_a_place_for_a_network_that_has_none() {
    let hasher = hasher(CHEAP);
    for lane in [Lane::Familiar, Lane::Strangers, Lane::SignUps] {
        let mut places = Vec::new();
        for _ in 0..100 {
            let networks = (0..20).map(|n| network(&format!("2001:db8:{n:x}::1")));
            places.extend(networks.filter_map(|from| hasher.queue(lane, from).ok()));
        }
        hash(&hasher, lane, network("198.51.100.1")).await.unwrap();
    }
}

#[tokio::test]
async fn twenty_at_once_on_two_cores_wait_and_are_served() {
    let hasher = hasher(CHEAP);
    let cores = std::thread::available_parallelism().unwrap().get();
    for lane in [Lane::Familiar, Lane::Strangers, Lane::SignUps] {
        let at_once = (0..10 * cores).map(|_| hash(&hasher, lane, network("192.0.2.1")));
        assert!(join_all(at_once).await.iter().all(Result::is_ok), "{lane:?}");
    }
}
