//! The servers and programs of tests: servers are fetched, started on ports that stay the same, and
//! paused; both end with their test process, however it ends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use testing::engines::nats::{Cluster, Nats};
use testing::engines::server::Server;
use testing::processes::{Process, Signal, free_ports, within};

/// Set in the child process of a test, which stands for a test process that crashes.
const CHILD: &str = "BOXOFFICE_TEST_CHILD";

/// Real-time bound until a paused server is silent, or a process has ended.
const DONE_MAX: Duration = Duration::from_secs(10);

/// The first line that a server sends, which shows that it runs.
fn greeting(url: &str) -> Result<String, String> {
    let address = url.trim_start_matches("nats://");
    let stream = TcpStream::connect(address).map_err(|error| error.to_string())?;
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).map_err(|error| error.to_string())?;
    Ok(line)
}

#[test]
fn a_killed_server_restarts_at_the_same_address() {
    let nats = Nats::start();
    let url = nats.url();
    assert!(greeting(&url).unwrap().contains(&nats.name));
    nats.kill();
    assert!(greeting(&url).is_err());
    nats.run();
    assert!(greeting(&url).unwrap().contains(&nats.name));
}

#[test]
fn a_paused_server_is_silent_until_it_is_resumed() {
    let nats = Nats::start();
    nats.pause();
    within(DONE_MAX, "the server is silent", || match greeting(&nats.url()) {
        Ok(line) => Err(line),
        Err(_) => Ok(()),
    });
    nats.resume();
    assert!(greeting(&nats.url()).unwrap().contains(&nats.name));
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

fn sleeping() -> Process {
    Process::spawn(Command::new("sleep").arg("600"), None)
}

fn sleeping_server(dir: &Path) -> Server {
    Server::new(dir.to_owned(), Path::new("sleep"), &["600"])
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
    let id = process.child.id();
    assert!(is_alive(id));
    drop(process);
    assert!(!is_alive(id));
    let mut process = sleeping();
    assert!(process.ended().is_none());
    process.signal(Signal::KILL);
    within(DONE_MAX, "it has ended", || process.ended().ok_or_else(|| "it runs".to_owned()));
}

#[test]
fn a_dropped_server_ends_and_its_data_is_removed() {
    let dir = tempfile::tempdir().unwrap().keep();
    let server = sleeping_server(&dir);
    let process = server.start();
    assert!(is_alive(process));
    drop(server);
    assert!(!is_alive(process));
    assert!(!dir.exists());
}

/// Kills a test process that owns a process and a server, and checks that neither of them nor the
/// server's data exists afterwards.
#[test]
fn processes_and_servers_do_not_outlive_their_test_process() {
    if std::env::var_os(CHILD).is_some() {
        return die_with_a_process_and_a_server();
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "processes_and_servers_do_not_outlive_their_test_process"]);
    let child = child.arg("--nocapture").env(CHILD, "1").stdout(Stdio::piped());
    let mut child = child.spawn().unwrap();
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    assert!(!child.wait().unwrap().success());
    let started = output.lines().find_map(|line| line.strip_prefix("started "));
    let started: Vec<&str> = started.unwrap_or_else(|| panic!("{output}")).split(' ').collect();
    let [process, server, dir] = started[..] else { panic!("{output}") };
    for process in [process, server] {
        let process = process.parse().unwrap();
        within(DONE_MAX, "the process has ended", || {
            (!is_alive(process)).then_some(()).ok_or_else(|| format!("{process} runs"))
        });
    }
    within(DONE_MAX, "the data is removed", || {
        (!Path::new(dir).exists()).then_some(()).ok_or_else(|| format!("{dir} exists"))
    });
}

fn die_with_a_process_and_a_server() {
    let dir = tempfile::tempdir().unwrap().keep();
    let (process, server) = (sleeping(), sleeping_server(&dir));
    // On a separate line, after the output of the test harness.
    println!("\nstarted {} {} {}", process.child.id(), server.start(), dir.display());
    let own = std::process::id().to_string();
    Command::new("kill").args(["-KILL", &own]).status().unwrap();
}
