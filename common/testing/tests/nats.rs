//! The servers of tests: fetched, started on ports that stay the same, paused, and ended with their
//! test process.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use testing::engines::nats::{Cluster, Nats};
use testing::engines::ports::free_ports;
use testing::engines::process_supervisor::ProcessSupervisor;
use testing::engines::within::within;

/// Set in the child process of a test, which stands for a test process that crashes.
const CHILD: &str = "BOXOFFICE_TEST_CHILD";

/// Real-time bound until a paused server is silent.
const PAUSED_MAX: Duration = Duration::from_secs(10);

fn address(url: &str) -> &str {
    url.trim_start_matches("nats://")
}

/// The first line that a server sends, which shows that it runs.
fn greeting(url: &str) -> Result<String, String> {
    let stream = TcpStream::connect(address(url)).map_err(|error| error.to_string())?;
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).map_err(|error| error.to_string())?;
    Ok(line)
}

#[test]
fn a_killed_server_restarts_at_the_same_address() {
    let nats = Nats::start();
    let url = nats.url();
    assert!(greeting(&url).unwrap().contains(nats.name()));
    nats.kill();
    assert!(greeting(&url).is_err());
    nats.run();
    assert!(greeting(&url).unwrap().contains(nats.name()));
}

#[test]
fn a_paused_server_is_silent_until_it_is_resumed() {
    let nats = Nats::start();
    nats.pause();
    // The system stops the server's threads one by one.
    within(PAUSED_MAX, "the server is silent", || match greeting(&nats.url()) {
        Ok(line) => Err(line),
        Err(_) => Ok(()),
    });
    nats.resume();
    assert!(greeting(&nats.url()).unwrap().contains(nats.name()));
}

#[test]
fn a_cluster_has_three_members() {
    let cluster = Cluster::start();
    assert_eq!(cluster.url().split(',').filter(|url| greeting(url).is_ok()).count(), 3);
}

#[test]
fn free_ports_differ() {
    let [a, b, c] = free_ports();
    assert!(a != b && b != c && a != c);
}

#[test]
fn a_dropped_supervisor_ends_its_server_and_removes_its_data() {
    let dir = tempfile::tempdir().unwrap().keep();
    let supervisor = ProcessSupervisor::new(dir.clone(), &["sleep", "600"]);
    let process = supervisor.start();
    assert!(is_alive(process));
    drop(supervisor);
    assert!(!is_alive(process));
    assert!(!dir.exists());
}

/// Kills a test process that owns a server, and checks that neither the server nor its data exists
/// afterwards.
#[test]
fn a_server_does_not_outlive_its_test_process() {
    if std::env::var_os(CHILD).is_some() {
        return die_with_a_server();
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "a_server_does_not_outlive_its_test_process", "--nocapture"]);
    let mut child = child.env(CHILD, "1").stdout(Stdio::piped()).spawn().unwrap();
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    assert!(!child.wait().unwrap().success());
    let (process, dir) = output
        .lines()
        .find_map(|line| line.strip_prefix("supervised ")?.split_once(' '))
        .unwrap_or_else(|| panic!("{output}"));
    let process = process.parse().unwrap();
    within(Duration::from_secs(10), "the server has ended", || {
        let is_gone = !is_alive(process) && !std::path::Path::new(dir).exists();
        is_gone.then_some(()).ok_or_else(|| format!("{process} runs, or {dir} exists"))
    });
}

fn die_with_a_server() {
    let dir = tempfile::tempdir().unwrap().keep();
    let supervisor = ProcessSupervisor::new(dir.clone(), &["sleep", "600"]);
    // On a separate line, after the output of the test harness.
    println!("\nsupervised {} {}", supervisor.start(), dir.display());
    let own = std::process::id().to_string();
    Command::new("kill").args(["-KILL", &own]).status().unwrap();
}

fn is_alive(process: u32) -> bool {
    let looked = Command::new("kill").args(["-0", &process.to_string()]).output();
    looked.unwrap().status.success()
}
