//! The Ed25519 keys of sessions, created on first start, and their public halves in a file beside.
//!
//! A file may contain several PEM blocks, so that keys can be changed without ending sessions: the
//! first key signs, and signatures of all of them are accepted (see `rotation`).

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
};
use ed25519_dalek::{SigningKey, VerifyingKey};
use parking_lot::RwLock;
use store::Unavailable;

pub mod rotation;

/// A signing key and its public half. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq, derive_more::Debug)]
#[debug("SessionKey(…)")]
pub struct SessionKey {
    key: SigningKey,
}

/// The key that signs tokens at present; it follows its file. Clones share it.
#[derive(Debug, Clone)]
pub struct CurrentKey {
    key: Arc<RwLock<SessionKey>>,
}

/// The file with the keys, or with the half that a process needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFile {
    /// The keys (PKCS#8 PEM), for auth. Created if missing; public halves are written beside it.
    Private(PathBuf),
    /// The public halves (SPKI PEM), for the other services, which verify. Never created.
    Public(PathBuf),
}

/// The content of a key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRing {
    /// The signing key, where the file is a private one.
    pub signing: Option<SessionKey>,
    /// The 32 bytes of each public key that verifies tokens.
    pub public: Vec<[u8; 32]>,
}

/// Maximum keys of one file: the current one, the next one, and the previous one.
pub const KEYS_MAX: usize = 3;

/// Largest size of a key file: a key has some 120 bytes.
const FILE_BYTES_MAX: usize = 4_096;

impl From<&SessionKey> for CurrentKey {
    fn from(key: &SessionKey) -> Self {
        Self { key: Arc::new(RwLock::new(key.clone())) }
    }
}

impl CurrentKey {
    /// The current key.
    #[must_use]
    pub fn get(&self) -> SessionKey {
        self.key.read().clone()
    }

    /// Replaces the signing key.
    pub fn set(&self, key: SessionKey) {
        *self.key.write() = key;
    }
}

/// The file of the public half: `<file>.pub`.
#[must_use]
pub fn public_file(private: &Path) -> PathBuf {
    let mut name = private.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

impl KeyFile {
    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Private(path) | Self::Public(path) => path,
        }
    }

    /// The keys in it. A missing private file is created; its public halves are brought up to date.
    ///
    /// # Errors
    /// [`Unavailable`] when a file cannot be used, or does not contain one to [`KEYS_MAX`] keys.
    pub fn open(&self) -> Result<KeyRing, Unavailable> {
        if let Self::Private(path) = self {
            create_if_missing(path)?;
        }
        let ring = self.read()?;
        if let Self::Private(path) = self {
            ring.write_public(&public_file(path))?;
        }
        Ok(ring)
    }

    /// The keys in it, without creating or writing anything.
    ///
    /// # Errors
    /// [`Unavailable`] when it cannot be read, or does not contain one to [`KEYS_MAX`] keys.
    pub fn read(&self) -> Result<KeyRing, Unavailable> {
        match self {
            Self::Private(path) => Ok(KeyRing::of(&read_private(path)?)),
            Self::Public(path) => {
                let key = |pem: &str| VerifyingKey::from_public_key_pem(pem).ok();
                let keys = read_keys(path, PUBLIC, key)?;
                let public = keys.iter().map(VerifyingKey::to_bytes).collect();
                Ok(KeyRing { signing: None, public })
            }
        }
    }
}

impl From<&SessionKey> for KeyRing {
    fn from(key: &SessionKey) -> Self {
        Self::of(std::slice::from_ref(key))
    }
}

impl KeyRing {
    /// These keys and their public halves; the first one signs.
    fn of(keys: &[SessionKey]) -> Self {
        let public = keys.iter().map(SessionKey::public_key).collect();
        Self { signing: keys.first().cloned(), public }
    }

    /// Writes the public halves (SPKI PEM), readable by all, unless they are up to date.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be written.
    pub fn write_public(&self, path: &Path) -> Result<(), Unavailable> {
        let written = || -> std::io::Result<()> {
            let mut pem = String::new();
            for public in &self.public {
                let key = VerifyingKey::from_bytes(public).map_err(std::io::Error::other)?;
                let block = key.to_public_key_pem(LineEnding::LF);
                pem.push_str(&block.map_err(std::io::Error::other)?);
            }
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
}

/// The blocks of a PEM file; `None` without any, or with more than [`KEYS_MAX`].
fn blocks(pem: &str) -> Option<Vec<&str>> {
    let begins: Vec<usize> = pem.match_indices("-----BEGIN ").map(|(at, _)| at).collect();
    if begins.is_empty() || begins.len() > KEYS_MAX {
        return None;
    }
    let ends = begins.iter().skip(1).copied().chain([pem.len()]);
    begins.iter().zip(ends).map(|(begin, end)| pem.get(*begin..end)).collect()
}

/// The terms for files of one kind in errors.
struct FileTerms {
    file: &'static str,
    hint: &'static str,
    key: &'static str,
    form: &'static str,
}

const PRIVATE: FileTerms = FileTerms {
    file: "session key",
    hint: "",
    key: "Ed25519 key",
    form: "PKCS#8 PEM, -----BEGIN PRIVATE KEY-----",
};

const PUBLIC: FileTerms = FileTerms {
    file: "public session key",
    hint: " (auth writes it beside its --session-key when it starts)",
    key: "Ed25519 public key",
    form: "PEM, -----BEGIN PUBLIC KEY-----",
};

/// The keys of a private file, the signing one first.
fn read_private(path: &Path) -> Result<Vec<SessionKey>, Unavailable> {
    read_keys(path, PRIVATE, |pem| {
        SigningKey::from_pkcs8_pem(pem).ok().map(|key| SessionKey { key })
    })
}

fn read_keys<K>(
    path: &Path,
    FileTerms { file: what, hint, key: kind, form }: FileTerms,
    key: impl Fn(&str) -> Option<K>,
) -> Result<Vec<K>, Unavailable> {
    let file = path.display();
    let pem = read(path).map_err(|error| {
        let cannot = format!("cannot read the {what} {file}");
        match error.kind() {
            ErrorKind::NotFound => {
                Unavailable::new(format!("{cannot}: the file does not exist{hint}"))
            }
            _ => Unavailable::caused_by(cannot, error),
        }
    })?;
    let keys = blocks(&pem).and_then(|blocks| blocks.into_iter().map(key).collect());
    keys.ok_or_else(|| {
        let rule = format!("it contains no {kind}, or more than {KEYS_MAX} ({form})");
        Unavailable::new(format!("cannot use the {what} {file}: {rule}"))
    })
}

/// Creates a missing private key file, its owner's only; concurrent processes use the first key.
fn create_if_missing(path: &Path) -> Result<(), Unavailable> {
    let made = || -> std::io::Result<()> {
        if !matches!(read(path), Err(error) if error.kind() == ErrorKind::NotFound) {
            return Ok(());
        }
        let pem = pem(&[SessionKey::random()?])?;
        let partial = write_partial(path, pem.as_bytes(), 0o600)?;
        // A link replaces no existing file: the second process uses the key of the first.
        let linked = std::fs::hard_link(&partial, path);
        std::fs::remove_file(partial)?;
        match linked {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            Ok(()) | Err(_) => sync_directory(path),
        }
    };
    let cannot = || format!("cannot write the session key {}", path.display());
    made().map_err(|error| Unavailable::caused_by(cannot(), error))
}

pub(crate) fn replace_private(path: &Path, keys: &[SessionKey]) -> std::io::Result<()> {
    let partial = write_partial(path, pem(keys)?.as_bytes(), 0o600)?;
    std::fs::rename(partial, path)?;
    sync_directory(path)
}

fn pem(keys: &[SessionKey]) -> std::io::Result<String> {
    let mut pem = String::new();
    for key in keys {
        let block = key.key.to_pkcs8_pem(LineEnding::LF).map_err(std::io::Error::other)?;
        pem.push_str(&block);
    }
    Ok(pem)
}

impl SessionKey {
    /// The key with this secret; for tests and for keys stored elsewhere.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(secret) }
    }

    /// A new key.
    ///
    /// # Errors
    /// When the system provides no random numbers.
    pub(crate) fn random() -> std::io::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
        Ok(Self::from_secret(&secret))
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

    /// The 32 bytes of the public key, for verification.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    if text.len() > FILE_BYTES_MAX {
        return Err(std::io::Error::other("the file is too large for keys"));
    }
    Ok(text)
}

/// Writes a new file beside `path`: a crash leaves no partial key. Returns its unique name.
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

/// The name must be as durable as the bytes: a lost key would end its sessions.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}
