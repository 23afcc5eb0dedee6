//! Files with secrets: accessible to their owner, and readable by the group that a mount assigns to
//! a process.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Forbidden permissions: everything for others, writing for the group. Orchestrators mount secrets
/// readable by a group (`fsGroup`).
const FORBIDDEN: u32 = 0o027;

/// Rejects a file that others may read, or that the group may change; its reader reports a missing
/// file.
///
/// # Errors
/// The problem and the remedy.
pub fn is_private(path: &Path) -> Result<(), String> {
    let Ok(metadata) = std::fs::metadata(path) else { return Ok(()) };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & FORBIDDEN == 0 {
        return Ok(());
    }
    let file = path.display();
    Err(format!(
        "{file} is accessible to others (mode {mode:03o}): `chmod 600`, or 640 for a group"
    ))
}
