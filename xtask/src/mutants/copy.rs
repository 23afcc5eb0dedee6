//! A copy of the tree, with build artefacts of its own.
//!
//! Cargo decides by modification times what to compile, and the names of artefacts do not depend on
//! the directory of the workspace. The copy therefore keeps the times, and starts with the
//! artefacts of the original: only the crates that a patch changes are compiled. The original's
//! directory of artefacts is not shared, since it would keep those of a mutant.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::process::Call;

/// The profile whose artefacts are taken over: that of `cargo test`.
const PROFILE: &str = "debug";

/// Files of a profile that a build replaces and never changes in place: they are linked.
const LINKED: [&str; 3] = ["rlib", "rmeta", "so"];

/// The copy; its directory is removed at the end.
#[derive(Debug)]
pub struct Copy {
    base: PathBuf,
}

impl Copy {
    /// Copies the tree below `root`: the files that git tracks, and new ones that it does not ignore.
    ///
    /// # Errors
    /// [`Error::Io`] if a file cannot be read or written.
    pub fn of(root: &Path) -> Result<Self, Error> {
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
        let copy = Self { base: target.join("mutants") };
        copy.remove()?;
        let listed =
            Call::new("git -c core.quotePath=off ls-files --cached --others --exclude-standard")
                .output()?;
        for path in listed.lines() {
            let (from, to) = (root.join(path), copy.tree().join(path));
            // A file that was removed, and not from the index.
            if from.exists() {
                copy_file(&from, &to)?;
            }
        }
        let (from, to) = (target.join(PROFILE), copy.target().join(PROFILE));
        for copied in [".fingerprint", "build"] {
            for_each_file(&from.join(copied), &to.join(copied), copy_file)?;
        }
        for_each_file(&from.join("deps"), &to.join("deps"), |from, to| {
            let is_linked = LINKED.iter().any(|one| from.extension() == Some(OsStr::new(one)));
            if is_linked { link(from, to) } else { Ok(()) }
        })?;
        Ok(copy)
    }

    /// The directory of the copied files.
    #[must_use]
    pub fn tree(&self) -> PathBuf {
        self.base.join("tree")
    }

    /// The directory of its artefacts.
    #[must_use]
    pub fn target(&self) -> PathBuf {
        self.base.join("target")
    }

    fn remove(&self) -> Result<(), Error> {
        match fs::remove_dir_all(&self.base) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::file("remove", &self.base)(error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            eprintln!("{}", error.chain());
        }
    }
}

/// Calls `place` for every file below a directory, with its path below another one. A directory
/// that does not exist has no files.
fn for_each_file(
    from: &Path,
    to: &Path,
    place: fn(&Path, &Path) -> Result<(), Error>,
) -> Result<(), Error> {
    if !from.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(from).map_err(Error::file("list", from))? {
        let entry = entry.map_err(Error::file("list", from))?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { for_each_file(&path, &to, place)? } else { place(&path, &to)? }
    }
    Ok(())
}

/// Copies a file with its modification time, and creates the directory that it needs.
fn copy_file(from: &Path, to: &Path) -> Result<(), Error> {
    let copying = || {
        make_room(to)?;
        fs::copy(from, to)?;
        File::open(to)?.set_modified(fs::metadata(from)?.modified()?)
    };
    copying().map_err(Error::file("copy", from))
}

/// Gives a file a second name, which keeps its modification time.
fn link(from: &Path, to: &Path) -> Result<(), Error> {
    let linking = || {
        make_room(to)?;
        fs::hard_link(from, to)
    };
    linking().map_err(Error::file("link", from))
}

fn make_room(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)
}
