//! The services as users of the broker with their own rights only: the broker refuses none of their
//! operations, and messages that no listener can handle become dead letters.

use bus::BusMessage;
use bytes::Bytes;
use contract::ticket::CREATED;
use testing::processes::holds_within;

use crate::fleet::{Engines, Fleet};
use crate::replicas::TIMEOUT;

/// Permission violations of the broker, in the services' own logs.
pub(crate) fn refusals(fleet: &Fleet) -> Vec<String> {
    let log = |member: &testing::processes::Process| {
        let text = std::fs::read_to_string(&member.program().log).unwrap();
        let lines = text.lines().filter(|line| line.contains("Permissions Violation"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    fleet.members.iter().flat_map(log).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_orders_cannot_handle_is_dead_lettered_and_replayed() {
    let fleet = Fleet::of_services().await;
    let Engines::Servers(servers) = &fleet.engines else { panic!("not on servers") };
    let operator = servers.bus().await;
    let poison = BusMessage {
        id: "poison".to_owned(),
        subject: CREATED.subject(),
        body: Bytes::from_static(b"[{\"neither\": \"a CloudEvent\"}]"),
    };
    operator.publish(vec![poison]).await.unwrap();
    let letters = async || operator.dead_letters(Some("orders")).await.unwrap();
    let is_given_up = holds_within(TIMEOUT, || async { letters().await.len() == 1 }).await;
    assert!(is_given_up, "{:?}", refusals(&fleet));
    let first = letters().await.first().unwrap().id;
    operator.replay(first).await.unwrap();
    let is_given_up_again = holds_within(TIMEOUT, || async {
        letters().await.first().is_some_and(|letter| letter.id != first)
    });
    assert!(is_given_up_again.await, "{:?}", refusals(&fleet));
    assert_eq!(refusals(&fleet), Vec::<String>::new());
}
