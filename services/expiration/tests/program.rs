//! The program: what it says of itself, and what it says when it is not told where its servers are.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

/// Runs the program to its end, without any environment; answers its code, output and complaints.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_expiration"));
    let output = program.env_clear().args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn help_tells_of_every_setting() {
    let (code, help, _) = run(&["--help"]);
    assert_eq!(code, Some(0));
    for name in
        ["PORT", "MONGODB_URL", "NATS_URL", "NATS_MONITOR_URL", "SESSION_PUBLIC_KEY", "MODE"]
    {
        assert!(help.contains(name), "{name} is not in {help}");
    }
}

#[test]
fn what_is_missing_is_said_in_a_line_each() {
    let (code, _, errors) = run(&["--port", "70000"]);
    assert_eq!((code, errors.lines().count()), (Some(2), 4), "{errors}");
    for name in
        ["--port: must be", "MONGODB_URL: is missing", "NATS_URL: is", "NATS_MONITOR_URL: is"]
    {
        assert!(errors.contains(&format!("expiration: {name}")), "{errors}");
    }
}
