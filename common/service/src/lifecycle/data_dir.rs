//! The data directory, locked against a second process; its files are readable by their owner
//! only.

use std::fs::{DirBuilder, File, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

/// Permissions of the directory: its owner only.
const DIRECTORY_MODE: u32 = 0o700;

const OTHERS: u32 = 0o077;

/// A locked data directory. The lock ends with the value, or with the process.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why a data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be created or written to.
    #[error("cannot write in the data directory {} (choose another with --data-dir)", .0.display())]
    NotWritable(PathBuf, #[source] std::io::Error),
    /// Another process has locked it.
    #[error("the data directory {} is used by another running process (stop it, or choose another with --data-dir)", .0.display())]
    InUse(PathBuf),
}

/// Removes the permissions of group and others from the data files of earlier versions.
fn keep_private(directory: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let (name, metadata) = (entry.file_name(), entry.metadata()?);
        let is_data = name.to_str().is_some_and(|name| name.contains(".db"));
        let mode = metadata.permissions().mode();
        if metadata.is_file() && is_data && mode & OTHERS != 0 {
            std::fs::set_permissions(entry.path(), Permissions::from_mode(mode & !OTHERS))?;
        }
    }
    Ok(())
}

impl DataDir {
    /// Creates the directory if it is missing, and locks it.
    ///
    /// # Errors
    /// [`DataDirError`] when it is not writable or in use.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        Self::create(path)?;
        let not_writable = |error| DataDirError::NotWritable(path.to_owned(), error);
        let lock = File::create(path.join("lock")).map_err(not_writable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(not_writable(error)),
        }
    }

    /// Creates the directory if it is missing, for files that processes of one user share. From
    /// here on only that user can read files of this process, and those of an earlier version are
    /// restricted. The mode of an existing directory remains as its owner chose it.
    ///
    /// # Errors
    /// [`DataDirError::NotWritable`].
    pub fn create(path: &Path) -> Result<(), DataDirError> {
        let not_writable = |error| DataDirError::NotWritable(path.to_owned(), error);
        rustix::process::umask(Mode::RWXG | Mode::RWXO);
        let making = DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path);
        making.and_then(|()| keep_private(path)).map_err(not_writable)
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}
