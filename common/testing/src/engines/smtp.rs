//! A real SMTP server: aiosmtpd, which stores each mail as Python's `email` package reads it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use derive_more::Deref;
use serde_json::Value;

use super::cache;
use super::server::Server;
use crate::processes::{free_ports, within};

/// The version that tests use.
const VERSION: &str = "1.4.6";

/// Requirements for pip: the server, and the packages that it imports, for every platform.
const REQUIREMENTS: &str = "aiosmtpd==1.4.6 \
    --hash=sha256:72c99179ba5aa9ae0abbda6994668239b64a5ce054471955fe75f581d2592475\n\
    atpublic==7.0.0 \
    --hash=sha256:6702bd9e7245eb4e8220a3e222afcef7f87412154732271ee7deee4433b72b4b\n\
    attrs==26.1.0 \
    --hash=sha256:c647aa4a12dfbad9333ca4e71fe62ddc36f4e63b2d260a37a8b83d2f043ac309\n";

/// Real-time bound until the server is ready.
const READY_MAX: Duration = Duration::from_secs(30);

/// A server for one test, which may kill, pause and restart it.
#[derive(Deref)]
pub struct SmtpServer {
    #[deref]
    server: Server,
    mails: PathBuf,
    credentials: String,
    /// Its port.
    pub port: u16,
}

/// The start of the encryption of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpEncryption {
    /// After `STARTTLS`, before which the server accepts nothing else.
    StartTls,
    /// At once.
    Tls,
}

impl SmtpEncryption {
    const fn name(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }
}

impl SmtpServer {
    /// Starts a server without authentication; returns when it is ready.
    pub fn start() -> Self {
        Self::start_with(None, None)
    }

    /// Starts a server that requires AUTH, with this user; returns when it is ready.
    pub fn start_for(user: &str, password: &str) -> Self {
        Self::start_with(Some((user, password)), None)
    }

    /// As [`Self::start_for`], with encrypted sessions and a certificate in a PEM file with its key.
    pub fn start_encrypted(
        (user, password): (&str, &str),
        encryption: SmtpEncryption,
        certificate: &Path,
    ) -> Self {
        Self::start_with(Some((user, password)), Some((encryption, certificate)))
    }

    fn start_with(
        credentials: Option<(&str, &str)>,
        encryption: Option<(SmtpEncryption, &Path)>,
    ) -> Self {
        let dir = tempfile::Builder::new().prefix("boxoffice-smtp-").tempdir().unwrap().keep();
        let [port] = free_ports();
        let (mails, packages) = (dir.join("mails"), packages());
        fs::create_dir(&mails).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engines/smtp.py");
        let python_path = format!("PYTHONPATH={}", packages.display());
        let (at, script) = (port.to_string(), script.to_str().unwrap());
        let mut arguments = vec![python_path.as_str(), "python3", script];
        arguments.extend([at.as_str(), mails.to_str().unwrap()]);
        if let Some((user, password)) = credentials {
            arguments.extend(["--user", user, "--password", password]);
        }
        if let Some((encryption, certificate)) = encryption {
            let certificate = certificate.to_str().unwrap();
            arguments.extend(["--certificate", certificate, "--encryption", encryption.name()]);
        }
        let server = Server::new(dir.clone(), Path::new("env"), &arguments);
        let credentials =
            credentials.map(|(user, password)| format!("{user}:{password}@")).unwrap_or_default();
        let server = Self { server, mails, credentials, port };
        server.run();
        server
    }

    /// `smtp://127.0.0.1:…`, with the credentials if there are some; the same after a restart.
    pub fn url(&self) -> String {
        format!("smtp://{}127.0.0.1:{}", self.credentials, self.port)
    }

    /// Restarts the server; returns when it is ready.
    pub fn run(&self) {
        self.server.start();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        within(READY_MAX, "the SMTP server is ready", || {
            let connected = TcpStream::connect_timeout(&address, READY_MAX);
            connected.map(drop).map_err(|error| format!("{error}\n{}", self.server.output_tail()))
        });
    }

    /// The mails in their order: `from`, `to`, `headers`, `structure`,
    /// `parts` (the content by its type), `partHeaders` and `defects`. A mail is stored before the
    /// server accepts it.
    pub fn mails(&self) -> Vec<Value> {
        let files = fs::read_dir(&self.mails).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> =
            files.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
        files.sort();
        files.iter().map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
    }
}

/// The packages, fetched if they are not in the cache.
fn packages() -> &'static Path {
    static PACKAGES: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let fetched = PACKAGES.get_or_init(|| {
        cache::packages("aiosmtpd", VERSION, (REQUIREMENTS, &[]), |place| {
            let mut python = Command::new("python3");
            cache::run(python.env("PYTHONPATH", place).args(["-m", "aiosmtpd", "--version"]))
        })
    });
    fetched.as_ref().unwrap_or_else(|why| {
        panic!("no SMTP server for this test: let python3 with pip fetch aiosmtpd ({why})")
    })
}
