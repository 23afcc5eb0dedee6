//! The program as a process: started, called, signalled.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "each test file is a program of its own, takes what it needs, and fails by panicking"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use testing::processes::{KillOnExit, holds_within};

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_boxoffice");

/// Real time within which a fact must hold.
pub const FACT_WAIT_MAX: Duration = Duration::from_secs(30);

pub fn program(data_dir: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_clear().args(["--data-dir", data_dir.to_str().unwrap()]).args(flags);
    command
}

/// The running program; killed when its test ends, also by a panic.
pub struct Marketplace {
    pub child: Child,
    _kill_on_exit: KillOnExit,
    pub url: String,
    pub banner: String,
    http: reqwest::Client,
}

impl Drop for Marketplace {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Marketplace {
    pub fn start(data_dir: &Path, flags: &[&str]) -> Self {
        Self::start_by(program(data_dir, &["--port", "0"]).args(flags))
    }

    /// Starts the program by a command, which names the port 0.
    pub fn start_by(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let kill_on_exit = KillOnExit::of(&child);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut banner = String::new();
        for line in lines.by_ref() {
            banner.push_str(&line.unwrap());
            banner.push('\n');
            if banner.ends_with("Ctrl-C stops it.\n") {
                break;
            }
        }
        let url = banner.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("the program did not start: {banner}")).to_owned();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, _kill_on_exit: kill_on_exit, url, banner, http }
    }

    pub async fn call(
        &self,
        cookie: &str,
        path: &str,
        body: Option<Value>,
    ) -> (u16, String, Value) {
        let url = format!("{}{path}", self.url);
        let request = match body {
            Some(body) => self.http.post(url).json(&body),
            None => self.http.get(url),
        };
        let request = request.header("Cookie", cookie).timeout(FACT_WAIT_MAX);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let cookie = response.headers().get("set-cookie").map(|c| c.to_str().unwrap().to_owned());
        let cookie = cookie.unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
        let body = response.text().await.unwrap();
        (status, cookie, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// GET, as text.
    pub async fn text(&self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.url)).timeout(FACT_WAIT_MAX);
        request.send().await.unwrap().text().await.unwrap()
    }

    pub async fn sign_up(&self, name: &str) -> String {
        let body = json!({"email": format!("{name}@example.com"), "password": "a fine password"});
        let (status, cookie, _) = self.call("", "/api/users/signup", Some(body)).await;
        assert_eq!(status, 201);
        cookie
    }

    pub async fn create(&self, cookie: &str, path: &str, body: Value) -> String {
        let (status, _, created) = self.call(cookie, path, Some(body)).await;
        assert_eq!(status, 201, "{created}");
        created["id"].as_str().unwrap().to_owned()
    }

    pub async fn becomes(&self, cookie: &str, path: &str, field: &str, value: Value) {
        let is_so = || async { self.call(cookie, path, None).await.2[field] == value };
        assert!(
            holds_within(FACT_WAIT_MAX, is_so).await,
            "{path} does not come to {field} = {value}"
        );
    }

    /// Stops the program; returns once it has exited.
    pub async fn stop(mut self) {
        self.signal("-TERM");
        tokio::task::spawn_blocking(move || self.child.wait().unwrap()).await.unwrap();
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }
}

/// Runs a program to its end; returns its exit code, standard output and standard error.
pub fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}
