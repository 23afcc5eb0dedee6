//! Programs that tests start: they end with their test process, however it ends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use testing::engines::within::within;
use testing::processes::{Process, Program};

/// Set in the child process of a test, which stands for a test process that crashes.
const CHILD: &str = "BOXOFFICE_TEST_CHILD";

/// Real-time bound until a process has ended.
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

/// Whether the process runs; a zombie, of which only the exit code remains, does not.
fn is_alive(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let state = status.lines().find_map(|line| line.strip_prefix("State:"));
    state.is_some_and(|state| !state.trim().starts_with(['Z', 'X']))
}

#[test]
fn a_dropped_process_ends_and_a_killed_process_is_noticed() {
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

/// Kills a test process that owns a program, and checks that the program has ended.
#[test]
fn a_process_does_not_outlive_its_test_process() {
    if std::env::var_os(CHILD).is_some() {
        return die_with_a_process();
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "a_process_does_not_outlive_its_test_process", "--nocapture"]);
    let mut child = child.env(CHILD, "1").stdout(Stdio::piped()).spawn().unwrap();
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    assert!(!child.wait().unwrap().success());
    let started = output.lines().find_map(|line| line.strip_prefix("started "));
    let process = started.unwrap_or_else(|| panic!("{output}")).parse().unwrap();
    within(GONE_MAX, "the process has ended", || {
        (!is_alive(process)).then_some(()).ok_or_else(|| format!("{process} runs"))
    });
}

fn die_with_a_process() {
    let process = sleeping();
    // On a separate line, after the output of the test harness.
    println!("\nstarted {}", process.id());
    let own = std::process::id().to_string();
    Command::new("kill").args(["-KILL", &own]).status().unwrap();
}
