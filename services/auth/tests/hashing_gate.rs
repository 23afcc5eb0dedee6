//! Passwords: the production parameters, and the gate that refuses instead of piling up.

use auth::hashing::{Cost, Hasher, Workplace};
use futures::future::join_all;
use sources::Ids;
use web::Code;

#[tokio::test]
async fn the_parameters_are_those_that_owasp_asks_for() {
    let hasher = Hasher::new(Cost::OWASP, Workplace::OwnThreads, Ids::seeded(1)).unwrap();
    let hash = hasher.hash("a fine password".to_owned()).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert!(hasher.verify("a fine password".to_owned(), Some(hash.clone())).await.unwrap());
    assert!(!hasher.verify("another".to_owned(), Some(hash.clone())).await.unwrap());
    assert!(!hasher.verify("a fine password".to_owned(), None).await.unwrap());
    assert!(!hasher.verify("x".to_owned(), Some("no hash".to_owned())).await.unwrap());
    let other = hasher.hash("a fine password".to_owned()).await.unwrap();
    assert_ne!(hash, other, "a salt each");
}

#[tokio::test]
async fn a_full_gate_refuses_at_once_and_lets_the_others_through() {
    let cheap = Cost { memory_kib: 8, passes: 1 };
    let hasher = Hasher::new(cheap, Workplace::OwnThreads, Ids::seeded(1)).unwrap();
    let answers = join_all((0..500).map(|_| hasher.hash("a fine password".to_owned()))).await;
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    assert!(refused.clone().all(|problem| problem.code() == Code::Busy));
    let refused = refused.count();
    assert!(refused > 0, "500 at once are too many");
    assert!(refused < 500, "those that were first are hashed");
    hasher.hash("a fine password".to_owned()).await.unwrap();
}
