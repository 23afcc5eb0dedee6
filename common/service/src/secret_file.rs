//! Files that hold secrets: nobody but their owner, and the group that a mount gives to a process, has anything to do with them.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Others may do nothing, the group may read: orchestrators mount secrets for a group (`fsGroup`).
const FORBIDDEN: u32 = 0o027;

/// Refuses a file that others may read, or that the group may change; one that is not there is for its reader to miss.
///
/// # Errors
/// What is wrong and what to do.
pub fn is_private(path: &Path) -> Result<(), String> {
    let Ok(metadata) = std::fs::metadata(path) else { return Ok(()) };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & FORBIDDEN == 0 {
        return Ok(());
    }
    let file = path.display();
    Err(format!("{file} is open to others (mode {mode:03o}): `chmod 600`, or 640 for a group"))
}
