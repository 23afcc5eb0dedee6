//! Rate limits: quotas, `Retry-After`, bounded memory, client addresses, fair slots.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use sources::Clock;
use testing::platforms::START;
use web::throttle::KEYS_MAX;
use web::{
    AddressThrottle, ClientAddress, ClientNetwork, Code, NetworkSlot, NetworkSlots, Problem, Quota,
    Throttle,
};

fn per_minute(count: u32) -> Option<Quota> {
    NonZeroU32::new(count).map(Quota::per_minute)
}

/// The `Retry-After` of a rejection, in seconds.
fn retry_after(problem: Problem) -> u32 {
    assert_eq!(problem.code(), Code::TOO_MANY_REQUESTS);
    let response = problem.into_response("request").into_http();
    assert_eq!(response.status(), 429);
    response.headers().get("Retry-After").unwrap().to_str().unwrap().parse().unwrap()
}

#[test]
fn a_request_over_the_quota_passes_after_the_stated_wait() {
    let (clock, hand) = Clock::manual(START);
    let throttle = Throttle::new("test", per_minute(7), &clock);
    for _ in 0..7 {
        throttle.check(&"ann").unwrap();
    }
    // Seven a minute is one in 8.571… seconds.
    assert_eq!(retry_after(throttle.check(&"ann").unwrap_err()), 9);
    hand.advance(Duration::from_millis(8_571));
    assert_eq!(retry_after(throttle.check(&"ann").unwrap_err()), 1, "rounded up, never 0");
    hand.advance(Duration::from_millis(429));
    throttle.check(&"ann").unwrap();
    assert!(throttle.check(&"ann").is_err());
    throttle.check(&"bob").unwrap();
    hand.advance(Duration::from_mins(1));
    for _ in 0..7 {
        throttle.check(&"ann").unwrap();
    }
    assert!(throttle.check(&"ann").is_err());
}

#[test]
fn rejected_requests_do_not_extend_the_wait() {
    let (clock, hand) = Clock::manual(START);
    let throttle = Throttle::new("test", per_minute(1), &clock);
    throttle.check(&()).unwrap();
    for passed in 0..59 {
        assert_eq!(retry_after(throttle.check(&()).unwrap_err()), 60 - passed);
        hand.advance(Duration::from_secs(1));
    }
    hand.advance(Duration::from_secs(1));
    throttle.check(&()).unwrap();
}

#[test]
fn without_a_quota_everything_passes_and_nothing_is_stored() {
    let (clock, _) = Clock::manual(START);
    let throttle = Throttle::new("test", None, &clock);
    for key in 0..10_000 {
        throttle.check(&(key % 2)).unwrap();
    }
    assert_eq!(throttle.keys(), 0);
}

#[test]
fn keys_are_bounded_further_keys_share_one_state_and_idle_keys_are_removed() {
    let (clock, hand) = Clock::manual(START);
    let throttle = Throttle::new("test", per_minute(2), &clock);
    for key in 0..KEYS_MAX {
        throttle.check(&key).unwrap();
    }
    assert_eq!(throttle.keys(), KEYS_MAX);
    for newcomer in 0..2 {
        throttle.check(&(KEYS_MAX + newcomer)).unwrap();
    }
    assert!(throttle.check(&(KEYS_MAX + 2)).is_err());
    assert_eq!(throttle.keys(), KEYS_MAX, "the number of keys is bounded");
    throttle.check(&0).unwrap();
    assert!(throttle.check(&0).is_err());
    // By then the quota of every other key has been full again for a while.
    hand.advance(Duration::from_mins(1));
    throttle.check(&(KEYS_MAX + 2)).unwrap();
    assert_eq!(throttle.keys(), 2);
    hand.advance(Duration::from_hours(1));
    throttle.check(&0).unwrap();
    assert_eq!(throttle.keys(), 1);
}

fn address(forwarded: &[&str], peer: &str, trusted_proxies: usize) -> ClientAddress {
    let mut headers = HeaderMap::new();
    for value in forwarded {
        let name = HeaderName::from_static("x-forwarded-for");
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    ClientAddress::read(&headers, Some(peer.parse::<IpAddr>().unwrap()), trusted_proxies)
}

#[test]
fn an_address_is_the_peers_or_that_of_the_last_trusted_proxy() {
    let peer = "10.0.0.1";
    for (forwarded, trusted_proxies, expected) in [
        (vec![], 0, peer),
        (vec!["1.1.1.1"], 0, peer),
        (vec![], 1, peer),
        (vec!["1.1.1.1"], 1, "1.1.1.1"),
        (vec!["6.6.6.6, 1.1.1.1"], 1, "1.1.1.1"),
        (vec!["6.6.6.6,1.1.1.1,2.2.2.2"], 2, "1.1.1.1"),
        (vec!["6.6.6.6", "1.1.1.1", "2.2.2.2"], 2, "1.1.1.1"),
        (vec!["6.6.6.6, 1.1.1.1", "2.2.2.2"], 2, "1.1.1.1"),
        (vec!["1.1.1.1"], 2, peer),
        (vec![""], 1, peer),
        (vec!["1.1.1.1, nonsense"], 1, peer),
        (vec!["1.1.1.1, ünbekannt"], 1, peer),
        (vec!["1.1.1.1:4711"], 1, "1.1.1.1"),
        (vec!["[2001:db8::1]:4711"], 1, "2001:db8::1"),
        (vec!["[2001:db8::1]"], 1, "2001:db8::1"),
        (vec!["[2001:db8::1"], 1, peer),
    ] {
        let found = address(&forwarded, peer, trusted_proxies);
        assert!(found == address(&[], expected, 0), "{forwarded:?} behind {trusted_proxies}");
    }
}

#[test]
fn ipv6_counts_by_network_and_embedded_ipv4_as_ipv4() {
    for (one, other, is_same) in [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", true),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.1", "::ffff:192.0.2.1", true),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
        ("192.0.2.1", "64:ff9b::192.0.2.1", true),
        ("64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2", false),
        ("192.0.2.1", "64:ff9b::1:192.0.2.1", false),
        ("192.0.2.1", "2002:c000:0201:1::1", true),
        ("2002:c000:0201:1::1", "2002:c000:0201:ffff::1", true),
        ("2002:c000:0201::1", "2002:c000:0202::1", false),
    ] {
        assert_eq!(address(&[], one, 0) == address(&[], other, 0), is_same, "{one} and {other}");
    }
}

/// How many of `count` requests pass, the n-th from the address `from(n)`.
fn passed(throttle: &AddressThrottle, count: u32, from: impl Fn(u32) -> String) -> usize {
    let pass = |number: &u32| throttle.check(address(&[], &from(*number), 0)).is_ok();
    (0..count).filter(pass).count()
}

/// The address of the n-th request.
type Sender = fn(u32) -> String;

#[test]
fn networks_around_an_address_have_a_multiple_of_its_limit() {
    let (clock, _) = Clock::manual(START);
    let fresh = || AddressThrottle::new("test", per_minute(10), &clock);
    let cases: [(&str, usize, Sender); 8] = [
        ("an IPv6 /64", 10, |n| format!("2001:db8:0:1::{n:x}")),
        ("an IPv6 /56", 20, |n| format!("2001:db8:0:{:x}::1", n % 256)),
        ("an IPv6 /48", 40, |n| format!("2001:db8:0:{:x}::1", n * 97 % 65_536)),
        ("an IPv4 address", 10, |_| "192.0.2.1".to_owned()),
        ("an IPv4 /24", 40, |n| format!("192.0.2.{}", n % 256)),
        ("… written as IPv6", 40, |n| format!("::ffff:192.0.2.{}", n % 256)),
        ("… behind NAT64", 40, |n| format!("64:ff9b::192.0.2.{}", n % 256)),
        ("… with 6to4 sites", 40, |n| format!("2002:c000:2{:02x}:{n:x}::1", n % 256)),
    ];
    for (what, limit, from) in cases {
        assert_eq!(passed(&fresh(), 200, from), limit, "{what}");
    }
    assert_eq!(passed(&fresh(), 200, |n| format!("2001:db8:{n:x}::1")), 200, "other sites");
    assert_eq!(passed(&fresh(), 200, |n| format!("192.0.{n}.1")), 200, "other networks");
    let translated = |n| format!("64:ff9b::192.0.{n}.1");
    assert_eq!(passed(&fresh(), 200, translated), 200, "other networks behind NAT64");
}

#[test]
fn a_rejection_of_one_level_counts_on_no_level() {
    let (clock, hand) = Clock::manual(START);
    let throttle = AddressThrottle::new("test", per_minute(10), &clock);
    // One address exceeds its limit; the network's remaining quota serves its neighbours.
    assert_eq!(passed(&throttle, 1_000, |_| "192.0.2.1".to_owned()), 10);
    assert_eq!(passed(&throttle, 1_000, |n| format!("192.0.2.{}", 2 + n % 200)), 30);
    // Requests that the full network rejected cost no address any quota.
    assert_eq!(passed(&throttle, 1_000, |_| "192.0.2.250".to_owned()), 0);
    hand.advance(Duration::from_mins(1));
    assert_eq!(passed(&throttle, 1_000, |_| "192.0.2.250".to_owned()), 10);
    let refused = throttle.check(address(&[], "192.0.2.250", 0)).unwrap_err();
    assert_eq!(retry_after(refused), 6);
    assert!(AddressThrottle::new("test", None, &clock).is_off());
    assert!(!throttle.is_off());
}

/// The slots that networks receive, taking turns, until none receives another.
fn shares(slots: &NetworkSlots, networks: u32) -> Vec<NetworkSlot> {
    let mut taken = Vec::new();
    loop {
        let before = taken.len();
        let from = |n| ClientNetwork::from(address(&[], &format!("192.0.{n}.1"), 0));
        taken.extend((0..networks).filter_map(|n| slots.take(from(n))));
        if taken.len() == before {
            return taken;
        }
    }
}

#[test]
fn networks_share_slots_fairly_and_a_newcomer_receives_one() {
    let newcomer = ClientNetwork::from(address(&[], "2001:db8::1", 0));
    for (networks, expected) in [(1, 32), (2, 43), (3, 48), (20, 61), (63, 63)] {
        let slots = NetworkSlots::new(64);
        let taken = shares(&slots, networks);
        assert_eq!(taken.len(), expected, "{networks}");
        let slot = slots.take(newcomer);
        assert!(slot.is_some(), "{networks}");
        drop((taken, slot));
        assert_eq!(shares(&slots, 1).len(), 32, "dropping a slot frees it");
    }
    let slots = NetworkSlots::new(64);
    let taken = shares(&slots, 64);
    assert_eq!(taken.len(), 64);
    assert!(slots.take(newcomer).is_none());
}

#[test]
fn debug_output_hides_the_address() {
    assert_eq!(format!("{:?}", address(&[], "192.0.2.1", 0)), "ClientAddress(…)");
}
