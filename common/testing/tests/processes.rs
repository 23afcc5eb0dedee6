//! Programs that tests start: they end with their test process, however it ends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use testing::engines::within::within;
use testing::processes::{Process, Program};

/// Set in the child process of a test, which is a test process that dies.
const CHILD: &str = "BOXOFFICE_TEST_CHILD";

/// Real time within which a process is gone.
const GONE_MAX: Duration = Duration::from_secs(10);

fn sleeping() -> Process {
    let program = Program {
        name: "sleep".to_owned(),
        path: PathBuf::from("/bin/sleep"),
        arguments: vec!["600".into()],
        environment: Vec::new(),
        port: 0,
        log: PathBuf::from("/dev/null"),
    };
    program.start(&[])
}

/// Whether it is there, and not only its exit code, which waits for somebody who wants to know.
fn is_alive(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let state = status.lines().find_map(|line| line.strip_prefix("State:"));
    state.is_some_and(|state| !state.trim().starts_with(['Z', 'X']))
}

#[test]
fn a_dropped_process_is_gone_and_one_that_was_killed_is_noticed() {
    let process = sleeping();
    let id = process.id();
    assert!(is_alive(id));
    drop(process);
    assert!(!is_alive(id));
    let mut process = sleeping();
    assert!(process.ended().is_none());
    process.signal("-KILL");
    within(GONE_MAX, "it has ended", || process.ended().ok_or_else(|| "it runs".to_owned()));
}

/// Kills a test process with a program of its own, and finds the program gone.
#[test]
fn a_process_does_not_outlive_its_test_process() {
    if std::env::var_os(CHILD).is_some() {
        return die_with_a_process();
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "a_process_does_not_outlive_its_test_process", "--nocapture"]);
    let mut child = child.env(CHILD, "1").stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!child.wait().unwrap().success());
    let started = said.lines().find_map(|line| line.strip_prefix("started "));
    let process = started.unwrap_or_else(|| panic!("{said}")).parse().unwrap();
    within(GONE_MAX, "the process is gone", || {
        (!is_alive(process)).then_some(()).ok_or_else(|| format!("{process} lives"))
    });
}

fn die_with_a_process() {
    let process = sleeping();
    // In a line of its own, whatever the test harness has printed.
    println!("\nstarted {}", process.id());
    let own = std::process::id().to_string();
    Command::new("kill").args(["-KILL", &own]).status().unwrap();
}
