//! Key files: created once by concurrent processes, with their permissions, and clear errors.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Arc, Barrier};

use service::session_key::public_file;
use service::session_key::rotation::{self, FollowKeys, Step};
use service::{CurrentKey, KeyFile, KeyRing, SessionKey};
use testing::Platforms;

#[test]
fn concurrently_started_processes_share_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.pem");
    let start = Arc::new(Barrier::new(8));
    let processes: Vec<_> = (0..8)
        .map(|_| {
            let (path, start) = (path.clone(), Arc::clone(&start));
            std::thread::spawn(move || {
                start.wait();
                KeyFile::Private(path).open().unwrap().public
            })
        })
        .collect();
    let keys: HashSet<_> = processes.into_iter().map(|one| one.join().unwrap()).collect();
    assert_eq!(keys.len(), 1);
    assert_eq!(public_halves(&path), *keys.iter().next().unwrap());
    let files = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(files, 2, "no partial file remains");
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(path.clone()), mode(public_file(&path))), (0o600, 0o644));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("-----BEGIN PRIVATE KEY-----"));
    let other = KeyFile::Private(dir.path().join("other.pem")).open().unwrap();
    assert_ne!(other.public, *keys.iter().next().unwrap(), "two files have two keys");
}

#[test]
fn a_key_survives_restarts_and_its_public_half_is_rewritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.pem");
    let file = KeyFile::Private(path.clone());
    let first = file.open().unwrap();
    assert_eq!(file.open().unwrap(), first);
    std::fs::write(public_file(&path), "something else").unwrap();
    assert_eq!(file.open().unwrap(), first);
    assert_eq!(public_halves(&path), first.public);
    assert_eq!(first.public, [first.signing.unwrap().public_key()]);
}

#[test]
fn an_invalid_key_file_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.pem");
    let public = KeyFile::Public(path.clone());
    let message = public.open().unwrap_err().chain();
    assert!(message.contains("the file does not exist (auth writes it"), "{message}");
    std::fs::write(&path, "-----BEGIN NOTHING-----").unwrap();
    let message = public.open().unwrap_err().chain();
    assert!(message.contains("it contains no Ed25519 public key"), "{message}");
    let message = KeyFile::Private(path.clone()).open().unwrap_err().chain();
    let start = format!("cannot use the session key {}", path.display());
    assert!(message.starts_with(&start) && message.lines().count() == 1, "{message}");
    assert!(message.contains("it contains no Ed25519 key"), "{message}");
    assert!(message.contains("PKCS#8 PEM") && !message.contains("NOTHING"), "{message}");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, "-----BEGIN NOTHING-----", "it is left unchanged");
    let missing = KeyFile::Private(dir.path().join("no/key.pem"));
    let message = missing.open().unwrap_err().chain();
    assert!(message.starts_with("cannot write the session key"), "{message}");
}

#[test]
fn debug_output_hides_a_key() {
    assert_eq!(format!("{:?}", SessionKey::from_secret(&[7; 32])), "SessionKey(…)");
}

fn public_halves(private: &Path) -> Vec<[u8; 32]> {
    KeyFile::Public(public_file(private)).read().unwrap().public
}

#[test]
fn a_key_is_announced_used_and_retired() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.pem");
    rotation::take(Step::Announce, &path).unwrap_err();
    let first = KeyFile::Private(path.clone()).open().unwrap();
    let refused = |step: Step| rotation::take(step, &path).unwrap_err().chain();
    assert!(refused(Step::Use).contains("announce another first"));
    assert!(refused(Step::Retire).contains("there is none to retire"));
    let announced = rotation::take(Step::Announce, &path).unwrap();
    assert_eq!(announced.signing, first.signing, "the old one still signs");
    assert_eq!((announced.public.len(), announced.public[0]), (2, first.public[0]));
    let used = rotation::take(Step::Use, &path).unwrap();
    assert_eq!(used.public, [announced.public[1], announced.public[0]]);
    assert_eq!(used.signing.as_ref().map(SessionKey::public_key), Some(announced.public[1]));
    assert_eq!(public_halves(&path), used.public);
    rotation::take(Step::Announce, &path).unwrap();
    assert!(refused(Step::Announce).contains("retire the old keys first"));
    let retired = rotation::take(Step::Retire, &path).unwrap();
    assert_eq!(retired.public, [used.public[0]]);
    assert_eq!(public_halves(&path), retired.public);
    let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "no partial file remains");
}

#[tokio::test]
async fn a_process_follows_its_key_file_and_ignores_an_invalid_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.pem");
    let platforms = Platforms::in_memory();
    let file = KeyFile::Private(path.clone());
    let held = file.open().unwrap();
    let (sessions, current) =
        (platforms.sessions(), CurrentKey::from(&held.signing.clone().unwrap()));
    sessions.verifier.accept(&held.public);
    let known = || sessions.verifier.keys().len();
    let follow = FollowKeys::new(file, held, sessions.clone(), Some(current.clone()));
    assert_eq!(follow.run_once().await.unwrap(), 0);
    let KeyRing { public, .. } = rotation::take(Step::Announce, &path).unwrap();
    assert_eq!((follow.run_once().await.unwrap(), known()), (1, 2));
    assert_eq!(current.get().public_key(), public[0]);
    rotation::take(Step::Use, &path).unwrap();
    assert_eq!((follow.run_once().await.unwrap(), current.get().public_key()), (1, public[1]));
    std::fs::write(&path, "half a ke").unwrap();
    follow.run_once().await.unwrap_err();
    assert_eq!((known(), current.get().public_key()), (2, public[1]));
}
