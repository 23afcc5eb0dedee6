//! The files of the repository, for tests that read them.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file is a program of its own, and fails by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The top directory.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The paths of every file below some folders with one of these name endings, from the top
/// directory. Files that git ignores are left out.
pub fn paths(folders: &[&str], endings: &[&str]) -> Vec<String> {
    let mut git = Command::new("git");
    git.args(["-c", "core.quotePath=off", "ls-files", "--cached", "--others"]);
    git.args(["--exclude-standard", "--"]).args(folders).current_dir(root());
    let output = git.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).unwrap();
    let mut paths: Vec<String> = listed.lines().map(str::to_owned).collect();
    paths.retain(|path| endings.iter().any(|ending| path.ends_with(ending)));
    // A file that was just removed is still listed.
    paths.retain(|path| root().join(path).exists());
    for folder in folders {
        let is_below = |path: &String| *folder == "." || path.starts_with(folder);
        assert!(paths.iter().any(is_below), "no {endings:?} in {folder}");
    }
    paths
}

/// The same files, each with its text.
pub fn files(folders: &[&str], endings: &[&str]) -> Vec<(String, String)> {
    let text = |path: &String| std::fs::read_to_string(root().join(path)).unwrap();
    paths(folders, endings).into_iter().map(|path| (path.clone(), text(&path))).collect()
}
