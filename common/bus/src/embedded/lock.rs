//! The lock of a log: one process, and in it one bus, has the file open.

use std::fs::{File, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::Path;

/// Exclusive access to a log, until the value is dropped or the process ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Acquires the lock, a file beside the log: SQLite has its own locks on the log itself.
    pub(super) fn take(log: &Path) -> Result<Self, Error> {
        let mut path = log.as_os_str().to_owned();
        path.push(".lock");
        let file = File::create(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::new(
                ErrorKind::ResourceBusy,
                "it is already open, perhaps by another process",
            )),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
