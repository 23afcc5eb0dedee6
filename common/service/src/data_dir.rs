//! The data directory: made if it is not there, and locked, so that two processes never share it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// A data directory that this process holds. The lock ends with the value, or with the process.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why a data directory cannot be used; one line for the person who started the process.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be made, or nothing can be written in it.
    #[error("cannot write in the data directory {}: {source} (choose another with --data-dir)", path.display())]
    NotWritable {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process holds it.
    #[error("the data directory {} is used by another running process (stop it, or choose another with --data-dir)", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },
}

impl DataDir {
    /// Makes the directory if it is not there, and locks it.
    ///
    /// # Errors
    /// [`DataDirError`] when it is not writable or in use.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        Self::make(path)?;
        let not_writable = |source| DataDirError::NotWritable { path: path.to_owned(), source };
        let lock = File::create(path.join("lock")).map_err(not_writable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(not_writable(source)),
        }
    }

    /// Makes the directory if it is not there, for files that processes may share.
    ///
    /// # Errors
    /// [`DataDirError::NotWritable`].
    pub fn make(path: &Path) -> Result<(), DataDirError> {
        let not_writable = |source| DataDirError::NotWritable { path: path.to_owned(), source };
        std::fs::create_dir_all(path).map_err(not_writable)
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}
