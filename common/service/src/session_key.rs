//! The Ed25519 key that sessions are signed with: made on first start, kept in the data directory.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use store::Unavailable;

/// A signing key and its public half. Its `Debug` shows neither.
#[derive(Clone)]
pub struct SessionKey {
    key: SigningKey,
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

impl SessionKey {
    /// The key with this secret; for tests and for keys kept elsewhere.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(secret) }
    }

    /// Reads the key in `path` (PKCS#8 PEM), or makes one and keeps it there, readable by its owner only.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be read or written, or holds no Ed25519 key.
    pub fn open(path: &Path) -> Result<Self, Unavailable> {
        let cannot = |what: &str| format!("cannot {what} the session key {}", path.display());
        match std::fs::read_to_string(path) {
            Ok(pem) => {
                let key = SigningKey::from_pkcs8_pem(&pem)
                    .map_err(|error| Unavailable::caused_by(cannot("use"), error.to_string()))?;
                Ok(Self { key })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut secret = [0; 32];
                getrandom::fill(&mut secret)
                    .map_err(|error| Unavailable::caused_by(cannot("make"), error.to_string()))?;
                let key = Self::from_secret(&secret);
                key.write(path).map_err(|error| Unavailable::caused_by(cannot("write"), error))?;
                Ok(key)
            }
            Err(error) => Err(Unavailable::caused_by(cannot("read"), error)),
        }
    }

    /// Writes to a new file first and renames it, so that a crash leaves no half a key.
    fn write(&self, path: &Path) -> std::io::Result<()> {
        let pem = self.key.to_pkcs8_pem(LineEnding::LF).map_err(std::io::Error::other)?;
        let partial = path.with_extension("partial");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&partial)?;
        file.write_all(pem.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(partial, path)?;
        // The name has to be as durable as the bytes: sessions signed with a key that is lost are lost too.
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    }

    /// The PKCS#8 DER of the key, to sign with.
    ///
    /// # Errors
    /// [`Unavailable`] when the key has no such form, which is a bug.
    pub fn signing_der(&self) -> Result<Vec<u8>, Unavailable> {
        let der = self.key.to_pkcs8_der();
        let der = der.map_err(|error| Unavailable::caused_by("cannot encode the key", error))?;
        Ok(der.as_bytes().to_vec())
    }

    /// The 32 bytes of the public key, to verify with.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }
}
