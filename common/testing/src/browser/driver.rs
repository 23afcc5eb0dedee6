//! ChromeDriver: one process for all tests of a binary, one session and one profile for each test.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use futures::FutureExt as _;
use tokio::sync::OnceCell;

use super::screen::{DESKTOP, Scheme};
use super::session::{Browser, Installation, Script};
use crate::processes::{Process, READY_MAX, free_ports, holds_within};

/// Names of the browser: Debian's, and that of the runners of workflows.
const CHROMIUM: [&str; 2] = ["chromium", "google-chrome"];

/// The command that installs the programs on Debian.
const INSTALL: &str = "apt-get install --yes chromium chromium-driver";

/// The running ChromeDriver. The profiles are removed when this process ends.
struct Driver {
    installed: Installation,
    _process: Process,
}

/// The driver of this process. It is killed when this process ends.
async fn driver() -> &'static Driver {
    static DRIVER: OnceCell<Driver> = OnceCell::const_new();
    DRIVER.get_or_init(Driver::start).await
}

/// Runs a test in a browser with an empty profile, at the pages of an address. The test fails if a
/// page writes an error to the console or violates its Content-Security-Policy. The session ends
/// with the test, whether it fails or not.
pub async fn with_browser(base: &str, script: Script, test: impl AsyncFnOnce(&Browser)) {
    with_switches(base, (script, &[]), test).await;
}

/// As [`with_browser`], with a camera that shows a film: a file in the format YUV4MPEG2, again and
/// again.
pub async fn with_camera(base: &str, film: &Path, test: impl AsyncFnOnce(&Browser)) {
    let switches = [
        "--use-fake-ui-for-media-stream".to_owned(),
        "--use-fake-device-for-media-stream".to_owned(),
        format!("--use-file-for-fake-video-capture={}", film.display()),
    ];
    with_switches(base, (Script::On, &switches), test).await;
}

async fn with_switches(
    base: &str,
    (script, switches): (Script, &[String]),
    test: impl AsyncFnOnce(&Browser),
) {
    let browser = Browser::open(&driver().await.installed, base, (script, switches)).await;
    browser.set_screen(DESKTOP, Scheme::Light).await;
    let outcome = AssertUnwindSafe(test(&browser)).catch_unwind().await;
    let state = match &outcome {
        Ok(()) => String::new(),
        Err(_) => browser.description().await,
    };
    let findings = browser.findings().await;
    browser.close().await;
    if let Err(panic) = outcome {
        eprintln!("{state}\nconsole: {findings:#?}");
        resume_unwind(panic);
    }
    assert!(findings.is_empty(), "the console has errors: {findings:#?}");
}

impl Driver {
    async fn start() -> Self {
        let (chromium, program) = (chromium(), program(&["chromedriver"]));
        let profiles = tempfile::Builder::new().prefix("boxoffice-browser-").tempdir().unwrap();
        let profiles = profiles.keep();
        let [port] = free_ports();
        let mut command = Command::new(program);
        command.arg(format!("--port={port}")).env("TMPDIR", &profiles);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = Process::spawn(&mut command, Some(&profiles));
        let url = format!("http://127.0.0.1:{port}");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let status = format!("{url}/status");
        let is_ready = async || http.get(&status).send().await.is_ok();
        assert!(holds_within(READY_MAX, is_ready).await, "ChromeDriver does not start");
        let installed = Installation { driver: url, chromium, profiles };
        Self { installed, _process: process }
    }
}

/// The path of Chromium.
pub(super) fn chromium() -> PathBuf {
    program(&CHROMIUM)
}

/// The path of the first installed program of these names. Fails the test without any.
fn program(names: &[&str]) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([Path::new("/usr/bin").to_owned()]);
    let mut paths = folders.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let found = paths.find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{} is missing; to install it: {INSTALL}", names.join(" or ")))
}
