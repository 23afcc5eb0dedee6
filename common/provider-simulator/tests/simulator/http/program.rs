//! The program as started from a shell.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_provider-simulator"))
}

#[tokio::test]
async fn the_program_prints_its_urls_and_serves_its_ledger() {
    let flags = "--port 0 --log warn --webhook-url http://127.0.0.1:9/ --webhook-secret whsec_1";
    let mut starting = program();
    starting.args(flags.split(' ')).stdout(Stdio::piped());
    let mut running = Running(starting.spawn().unwrap());
    let mut output = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let first = output.next().unwrap().unwrap();
    let url = first.rsplit(' ').next().unwrap().to_owned();
    let second = output.next().unwrap().unwrap();
    assert_eq!(second, format!("its ledger: {url}_simulator/ledger"));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let ledger = http.get(format!("{url}_simulator/ledger")).send().await.unwrap();
    let ledger: Value = ledger.json().await.unwrap();
    assert_eq!(ledger["entries"].as_array().unwrap().len(), 0);
}

#[test]
fn a_webhook_url_requires_a_secret() {
    let refused = program().args(["--webhook-url", "http://127.0.0.1:9/"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let output = String::from_utf8(refused.stderr).unwrap();
    assert!(output.contains("--webhook-secret"), "{output}");
}
