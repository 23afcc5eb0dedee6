//! One run: a fleet under load, faults, load without faults, rest, and the checker.

use std::time::Duration;

use invariants::{Evidence, Violation, check};
use sources::Clock;
use testing::load::{End, Erasures, Journal, Load};
use testing::processes::holds_within;

use crate::fault_injection;
use crate::fleet::Fleet;
use crate::mailboxes::{self, Mailboxes, Page};

/// Processes killed in a run without `KILLS`: half a minute's worth, since this is one test among
/// many.
const KILLS_DEFAULT: u32 = 8;

/// Concurrent customers: enough to race for the last units, and few enough for two cores.
const CUSTOMERS: u64 = 12;

/// Time after the last fault in which every request must have a response and every order its end:
/// half a minute until the broker redelivers messages that a dead process had received, another for
/// the longest backoff of a listener, and room for a slow machine.
const TIMEOUT: Duration = Duration::from_secs(90);

/// Responses after the last fault, during which orders must expire on time again.
const RESPONSES_AFTER_FAULTS: u64 = 300;

/// Longest wait for these responses.
const AFTER_FAULTS_MAX: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// Any process or server, at random.
    Any,
    /// One of three brokers, and occasionally any other target.
    Brokers,
}

#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) what: &'static str,
    pub(crate) seed: u64,
    pub(crate) kills: u32,
    pub(crate) target: Target,
}

/// The number in a variable of the environment.
pub(crate) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

impl Run {
    /// A run with the seed and the number of kills that the environment names.
    pub(crate) fn by_environment(what: &'static str) -> Self {
        let seed = number("SEED").unwrap_or_else(|| u64::from(rand::random::<u32>()));
        let kills = number("KILLS").map_or(KILLS_DEFAULT, |kills| u32::try_from(kills).unwrap());
        println!("{what}: SEED={seed} KILLS={kills}");
        Self { what, seed, kills, target: Target::Any }
    }

    /// Runs on a fleet; fails the test if a rule is violated.
    pub(crate) async fn on(&self, mut fleet: Fleet) {
        let (base, erasures) = (fleet.base(), Erasures::Requested);
        let load = Load::start(base, self.seed, CUSTOMERS, TIMEOUT, erasures).await;
        let readers = Mailboxes::follow(fleet.base(), &fleet.sink);
        let began = Clock::System.now();
        let injected = fault_injection::inject(&mut fleet, &load, self).await;
        let disturbed = (began, Clock::System.now());
        let target = load.responses() + RESPONSES_AFTER_FAULTS;
        holds_within(AFTER_FAULTS_MAX, || async { load.responses() >= target }).await;
        let journal = load.finish().await;
        let read = readers.finish().await;
        let reader = fleet.at_rest(TIMEOUT).await;
        let mut evidence = reader.evidence(Some(journal.clone())).await.unwrap();
        evidence.disturbed.push(disturbed);
        let used = read.used.clone();
        evidence.mails = Some(mailboxes::recorded(&fleet.sink, read));
        let violations = check(&evidence);
        let moved = reader.captured_and_refunded().await.unwrap();
        println!("{}, seed {}:", self.what, self.seed);
        println!("  faults               {injected}");
        println!("  mails                {}, links used: {used:?}", fleet.sink.count());
        for page in Page::ALL {
            assert!(used.contains_key(&page), "no link to the page {page:?} was used");
        }
        print_summary(&journal, &evidence, moved, &violations);
        assert!(violations.is_empty(), "{} violations", violations.len());
    }
}

/// `moved` contains the provider's total captures and refunds, in minor units.
fn print_summary(
    journal: &Journal,
    evidence: &Evidence,
    (captured, refunded): (i64, i64),
    violations: &[Violation],
) {
    let ended = |end| evidence.orders_that_ended(Some(end));
    println!(
        "  requests             {} ({} without a response)",
        journal.requests, journal.lost_responses
    );
    println!("  acknowledged orders  {}", journal.orders.len());
    println!(
        "  shows                {}, {} cancelled",
        journal.shows.len(),
        journal.cancelled_shows.len()
    );
    println!(
        "  ends                 {} complete, {} cancelled by their buyer, {} expired, {} with their show",
        ended(End::Complete),
        ended(End::CancelledByBuyer),
        ended(End::Expired),
        ended(End::ShowCancelled)
    );
    println!(
        "  payments             {} acknowledged, {} at the provider, {captured} minor units captured",
        journal.captured.len(),
        evidence.intents.len()
    );
    println!(
        "  refunds              {} acknowledged, {} requested, {refunded} minor units refunded by the provider",
        journal.refunded.len(),
        evidence.refunds.len()
    );
    let revoked = evidence.revocations.iter().map(|(_, kept)| kept.len());
    let erased = evidence.person_requests.iter().filter(|request| request.is_erasure());
    println!("  erased persons       {}", erased.count());
    println!("  revoked sessions     {:?} in each service", revoked.collect::<Vec<_>>());
    println!("  violations           {}", violations.len());
    for violation in violations.iter().take(20) {
        println!("    {:.400}", violation.to_string());
    }
}
