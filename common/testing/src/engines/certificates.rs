//! Certificates of a private authority, made with openssl for one test.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::cache;

/// Arguments of a certificate with a new key of its own.
const REQUEST: &str = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";

/// A certificate authority. Its files are removed on drop.
pub struct TestAuthority {
    dir: TempDir,
}

impl TestAuthority {
    /// An authority with a key and a name of its own.
    pub fn create() -> Self {
        let dir = tempfile::Builder::new().prefix("boxoffice-authority-").tempdir().unwrap();
        let name = dir.path().file_name().unwrap().to_str().unwrap().to_owned();
        let authority = Self { dir };
        let key = authority.file("authority.key");
        let mut openssl = openssl(&key, &authority.certificate());
        openssl.args(["-subj", &format!("/CN={name}")]);
        cache::run(&mut openssl).unwrap();
        authority
    }

    /// Its certificate, in PEM.
    pub fn certificate(&self) -> PathBuf {
        self.file("authority.pem")
    }

    /// A certificate for a subject alternative name, such as `IP:127.0.0.1`, with its key in one PEM
    /// file. Each one replaces the one before.
    pub fn issue(&self, name: &str) -> PathBuf {
        let file = self.file("server.pem");
        let mut openssl = openssl(&file, &self.file("server.certificate"));
        openssl.args(["-subj", "/CN=Server of a test"]).arg("-CA").arg(self.certificate());
        openssl.arg("-CAkey").arg(self.file("authority.key"));
        openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        openssl.args(["-addext", &format!("subjectAltName={name}")]);
        cache::run(&mut openssl).unwrap();
        let key = std::fs::read_to_string(&file).unwrap();
        let certificate = std::fs::read_to_string(self.file("server.certificate")).unwrap();
        std::fs::write(&file, key + &certificate).unwrap();
        file
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

fn openssl(key: &Path, certificate: &Path) -> Command {
    let mut openssl = Command::new("openssl");
    openssl.args(REQUEST.split(' ')).arg("-keyout").arg(key).arg("-out").arg(certificate);
    openssl
}
