//! The Ed25519 key that sessions are signed with: made on first start, kept in a file, its public half in another beside it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
};
use ed25519_dalek::{SigningKey, VerifyingKey};
use store::Unavailable;

/// A signing key and its public half. Its `Debug` shows neither.
#[derive(Clone)]
pub struct SessionKey {
    key: SigningKey,
}

/// Where a process has the key from, or the half of it that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFile {
    /// The key itself (PKCS#8 PEM): of auth, which signs. Made if it is not there; its public half is written beside it.
    Private(PathBuf),
    /// The public half (SPKI PEM): of everybody else, who verify. Never made.
    Public(PathBuf),
}

/// How large a key file may be: ours have some 120 bytes.
const KEY_BYTES_MAX: usize = 4_096;

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

/// The file of the public half: `<file>.pub`.
#[must_use]
pub fn public_file(private: &Path) -> PathBuf {
    let mut name = private.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

/// Reads a public key (SPKI PEM); answers its 32 bytes.
///
/// # Errors
/// [`Unavailable`] when the file is not there, or holds no Ed25519 public key.
pub fn read_public(path: &Path) -> Result<[u8; 32], Unavailable> {
    let file = path.display();
    let pem = read(path).map_err(|error| {
        let cannot = format!("cannot read the public session key {file}");
        match error.kind() {
            ErrorKind::NotFound => Unavailable::new(format!(
                "{cannot}: there is no such file (auth writes it beside its --session-key when it starts)"
            )),
            _ => Unavailable::caused_by(cannot, error),
        }
    })?;
    let key = VerifyingKey::from_public_key_pem(&pem).map_err(|_| {
        let rule = "it holds no Ed25519 public key (PEM, -----BEGIN PUBLIC KEY-----)";
        Unavailable::new(format!("cannot use the public session key {file}: {rule}"))
    })?;
    Ok(key.to_bytes())
}

impl KeyFile {
    /// The 32 bytes that sessions are verified with. A private key is made if it is not there, and its public half written.
    ///
    /// # Errors
    /// [`Unavailable`] when a file cannot be read or written, or holds no such key.
    pub fn verifying_key(&self) -> Result<[u8; 32], Unavailable> {
        match self {
            Self::Private(path) => {
                let key = SessionKey::open(path)?;
                key.write_public(&public_file(path))?;
                Ok(key.public_key())
            }
            Self::Public(path) => read_public(path),
        }
    }

    /// The key that sessions are signed with.
    ///
    /// # Errors
    /// [`Unavailable`] when it cannot be read or made, or this process has only the public half.
    pub fn signing_key(&self) -> Result<SessionKey, Unavailable> {
        match self {
            Self::Private(path) => SessionKey::open(path),
            Self::Public(_) => Err(Unavailable::new("cannot sign sessions with a public key")),
        }
    }
}

impl SessionKey {
    /// The key with this secret; for tests and for keys kept elsewhere.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(secret) }
    }

    /// Reads the key in `path` (PKCS#8 PEM), or makes one and keeps it there, readable by its owner only. Of several
    /// processes that make one at once the first wins, and all use its key.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be read or written, or holds no Ed25519 key.
    pub fn open(path: &Path) -> Result<Self, Unavailable> {
        let cannot = |what: &str| format!("cannot {what} the session key {}", path.display());
        match read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let made = Self::random().and_then(|key| key.write(path));
                made.map_err(|error| Unavailable::caused_by(cannot("write"), error))?;
            }
            Ok(_) | Err(_) => {}
        }
        // Also what was just written: it may be another process's.
        let pem = read(path).map_err(|error| Unavailable::caused_by(cannot("read"), error))?;
        let key = SigningKey::from_pkcs8_pem(&pem).map_err(|_| {
            let rule = "it holds no Ed25519 key (PKCS#8 PEM, -----BEGIN PRIVATE KEY-----)";
            Unavailable::new(format!("{}: {rule}", cannot("use")))
        })?;
        Ok(Self { key })
    }

    fn random() -> std::io::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
        Ok(Self::from_secret(&secret))
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        let pem = self.key.to_pkcs8_pem(LineEnding::LF).map_err(std::io::Error::other)?;
        let partial = write_partial(path, pem.as_bytes(), 0o600)?;
        // Unlike a rename a link takes no name that is there: whoever comes second keeps the first one's key.
        let linked = std::fs::hard_link(&partial, path);
        std::fs::remove_file(partial)?;
        match linked {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            Ok(()) | Err(_) => sync_directory(path),
        }
    }

    /// Writes the public half (SPKI PEM), unless it is there; everybody may read it.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be written.
    pub fn write_public(&self, path: &Path) -> Result<(), Unavailable> {
        let written = || -> std::io::Result<()> {
            let key = self.key.verifying_key();
            let pem = key.to_public_key_pem(LineEnding::LF).map_err(std::io::Error::other)?;
            if read(path).is_ok_and(|known| known == pem) {
                return Ok(());
            }
            std::fs::rename(write_partial(path, pem.as_bytes(), 0o644)?, path)?;
            sync_directory(path)
        };
        written().map_err(|error| {
            let cannot = format!("cannot write the public session key {}", path.display());
            Unavailable::caused_by(cannot, error)
        })
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

fn read(path: &Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    if text.len() > KEY_BYTES_MAX {
        return Err(std::io::Error::other("it is too large for a key"));
    }
    Ok(text)
}

/// Writes a new file beside `path`, so that a crash leaves no half a key there; answers its name, which nobody else uses.
fn write_partial(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<PathBuf> {
    let mut unique = [0; 8];
    getrandom::fill(&mut unique).map_err(std::io::Error::other)?;
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{:016x}.partial", u64::from_ne_bytes(unique)));
    let partial = PathBuf::from(name);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(partial)
}

/// The name has to be as durable as the bytes: sessions signed with a key that is lost are lost too.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}
