//! Key files: made once whoever comes, readable by those who may, and clear words where they are not what they should be.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Barrier};

use service::session_key::{public_file, read_public};
use service::{KeyFile, SessionKey};

#[test]
fn processes_that_start_at_once_sign_with_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.pem");
    let start = Arc::new(Barrier::new(8));
    let processes: Vec<_> = (0..8)
        .map(|_| {
            let (path, start) = (path.clone(), Arc::clone(&start));
            std::thread::spawn(move || {
                start.wait();
                KeyFile::Private(path).verifying_key().unwrap()
            })
        })
        .collect();
    let keys: HashSet<_> = processes.into_iter().map(|one| one.join().unwrap()).collect();
    assert_eq!(keys.len(), 1);
    assert_eq!(read_public(&public_file(&path)).unwrap(), *keys.iter().next().unwrap());
    let files = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(files, 2, "nothing partial is left");
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(path.clone()), mode(public_file(&path))), (0o600, 0o644));
}

#[test]
fn a_key_outlives_the_process_and_its_public_half_is_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.pem");
    let first = SessionKey::open(&path).unwrap().public_key();
    assert_eq!(SessionKey::open(&path).unwrap().public_key(), first);
    std::fs::write(public_file(&path), "something else").unwrap();
    assert_eq!(KeyFile::Private(path.clone()).verifying_key().unwrap(), first);
    assert_eq!(KeyFile::Public(public_file(&path)).verifying_key().unwrap(), first);
    KeyFile::Public(public_file(&path)).signing_key().unwrap_err();
}

#[test]
fn what_is_wrong_with_a_key_file_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.pem");
    let said = read_public(&path).unwrap_err().chain();
    assert!(said.contains("there is no such file (auth writes it"), "{said}");
    std::fs::write(&path, "-----BEGIN NOTHING-----").unwrap();
    let said = read_public(&path).unwrap_err().chain();
    assert!(said.contains("it holds no Ed25519 public key"), "{said}");
    let said = SessionKey::open(&path).unwrap_err().chain();
    assert!(said.contains("it holds no Ed25519 key (PKCS#8 PEM"), "{said}");
    assert!(!said.contains("NOTHING"), "{said}");
    let said = SessionKey::open(&dir.path().join("no/key.pem")).unwrap_err().chain();
    assert!(said.starts_with("cannot write the session key"), "{said}");
}
