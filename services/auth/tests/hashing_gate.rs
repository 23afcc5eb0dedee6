//! Passwords: the production parameters, and the gate that refuses instead of piling up.

use auth::hashing::{Cost, Hasher, Verified, Workplace};
use futures::future::join_all;
use sources::Ids;
use web::Code;

#[tokio::test]
async fn the_parameters_are_those_that_owasp_asks_for() {
    let hasher = Hasher::new(Cost::OWASP, Workplace::OwnThreads, Ids::seeded(1)).unwrap();
    let hash = hasher.hash("a fine password".to_owned()).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let verify = async |spellings: &[&str], hash: Option<&str>| {
        let spellings = spellings.iter().map(ToString::to_string).collect();
        hasher.verify(spellings, hash.map(str::to_owned)).await.unwrap()
    };
    let known = Some(hash.as_str());
    assert_eq!(verify(&["a fine password"], known).await, Verified::Prepared);
    assert_eq!(verify(&["prepared", "a fine password"], known).await, Verified::AsItCame);
    assert_eq!(verify(&["another", "yet another"], known).await, Verified::No);
    assert_eq!(verify(&["a fine password"], None).await, Verified::No);
    assert_eq!(verify(&["x"], Some("no hash")).await, Verified::No);
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
