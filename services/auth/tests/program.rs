//! The program: what it says of itself, and what it says when it is not told where its servers are.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

testing::service_program_suite!("auth", "SESSION_KEY");

#[test]
fn in_production_nothing_is_signed_with_a_key_that_others_may_read() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("session-key.pem");
    service::KeyFile::Private(key.clone()).open().unwrap();
    let complaints = |mode: u32| {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        let program = Command::new(env!("CARGO_BIN_EXE_auth")).env("SESSION_KEY", &key).output();
        String::from_utf8(program.unwrap().stderr).unwrap()
    };
    assert!(complaints(0o644).contains("SESSION_KEY: "), "{}", complaints(0o644));
    let complaints = complaints(0o640);
    assert!(!complaints.contains("SESSION_KEY") && complaints.contains("NATS_URL"), "{complaints}");
}
