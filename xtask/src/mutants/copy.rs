//! A copy of the tree, with build artefacts of its own.
//!
//! Cargo decides by modification times what to compile, and the names of artefacts do not depend on
//! the directory of the workspace. The copy therefore keeps the times, and starts with the
//! artefacts of the original: only the crates that a patch changes are compiled. The original's
//! directory of artefacts is not shared, since it would keep those of a mutant.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use xshell::Shell;

use crate::process::{call, shell_in};
use crate::rendering::files_below;

/// The profile whose artefacts are taken over: that of `cargo test`.
const PROFILE: &str = "debug";

/// Files of a profile that a build replaces and never changes in place: they are linked.
const LINKED: [&str; 3] = ["rlib", "rmeta", "so"];

/// The copy; its directory is removed at the end.
pub(crate) struct Copy {
    base: PathBuf,
    pub(super) tree: Shell,
}

impl Copy {
    /// Copies a tree: the files that git tracks, and new ones that it does not ignore.
    pub(crate) fn of(original: &Shell) -> anyhow::Result<Self> {
        let root = original.current_dir();
        let target = env::var_os("CARGO_TARGET_DIR").unwrap_or("target".into());
        // Relative to the root, as the tests are run there.
        let target = root.join(target);
        let base = target.join("mutants");
        original.remove_path(&base)?;
        let tree = shell_in(&base.join("tree"))?;
        let copy = Self { base, tree };
        let listed = "git -c core.quotePath=off ls-files --cached --others --exclude-standard";
        let listed = call(original, listed).read()?;
        // A file that was removed, and not from the index, does not exist.
        for path in listed.lines().filter(|path| original.path_exists(path)) {
            copy.file(&root.join(path), &copy.tree.current_dir().join(path))?;
        }
        let (from, to) = (target.join(PROFILE), copy.target().join(PROFILE));
        for path in [".fingerprint", "build"].map(Path::new) {
            for file in files_below(original, &from.join(path))? {
                copy.file(&from.join(path).join(&file), &to.join(path).join(&file))?;
            }
        }
        let (from, to) = (from.join("deps"), to.join("deps"));
        original.create_dir(&to)?;
        for file in files_below(original, &from)? {
            // A second name keeps the modification time.
            if LINKED.iter().any(|one| file.extension() == Some(OsStr::new(one))) {
                original.hard_link(from.join(&file), to.join(&file))?;
            }
        }
        Ok(copy)
    }

    pub(super) fn target(&self) -> PathBuf {
        self.base.join("target")
    }

    /// Copies a file with its modification time, and creates the directory that it needs.
    fn file(&self, from: &Path, to: &Path) -> anyhow::Result<()> {
        if let Some(folder) = to.parent() {
            self.tree.create_dir(folder)?;
        }
        self.tree.copy_file(from, to)?;
        Ok(File::open(to)?.set_modified(fs::metadata(from)?.modified()?)?)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = self.tree.remove_path(&self.base) {
            eprintln!("{error}");
        }
    }
}
