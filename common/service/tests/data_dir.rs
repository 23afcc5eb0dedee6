//! The data directory: created once, locked by one process, errors in one line.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use service::DataDir;
use service::process::StartError;

fn error_line(error: impl Into<StartError>) -> String {
    let line = error.into().chain();
    assert_eq!(line.lines().count(), 1, "{line}");
    line
}

#[test]
fn it_is_created_with_its_parents_and_reused() {
    let outer = tempfile::tempdir().unwrap();
    let path = outer.path().join("a/b");
    let dir = DataDir::open(&path).unwrap();
    assert_eq!(dir.file("orders.db"), path.join("orders.db"));
    drop(dir);
    assert_eq!(DataDir::open(&path).unwrap().path(), path);
}

#[test]
fn a_second_process_is_rejected_until_the_first_has_ended() {
    let outer = tempfile::tempdir().unwrap();
    let first = DataDir::open(outer.path()).unwrap();
    let line = error_line(DataDir::open(outer.path()).unwrap_err());
    let path = outer.path().display();
    assert_eq!(
        line,
        format!(
            "the data directory {path} is used by another running process \
             (stop it, or choose another with --data-dir)"
        )
    );
    drop(first);
    DataDir::open(outer.path()).unwrap();
}

#[test]
fn an_unwritable_directory_is_named_with_the_reason() {
    let outer = tempfile::tempdir().unwrap();
    let file = outer.path().join("file");
    std::fs::write(&file, "").unwrap();
    // Neither can become a directory, whichever user runs the test: root may write anywhere.
    for path in [file.clone(), file.join("below")] {
        let line = error_line(DataDir::open(&path).unwrap_err());
        let path = path.display();
        let operation = format!("cannot write in the data directory {path}");
        let begin = format!("{operation} (choose another with --data-dir): ");
        assert!(line.starts_with(&begin), "{line}");
        assert!(line.contains("os error"), "{line}");
    }
}

#[test]
fn data_files_are_readable_by_their_owner_only() {
    let outer = tempfile::tempdir().unwrap();
    let path = outer.path().join("data");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    drop(DataDir::open(&path).unwrap());
    assert_eq!(mode(&path), 0o700);
    let files = ["auth.db", "auth.db-wal", "bus.db", "notes.txt"].map(|name| path.join(name));
    for file in &files {
        std::fs::write(file, "").unwrap();
        assert_eq!(mode(file), 0o600, "a file created later");
        std::fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
    }
    drop(DataDir::open(&path).unwrap());
    assert_eq!(
        files.map(|file| mode(&file)),
        [0o600, 0o600, 0o600, 0o644],
        "those of an earlier version"
    );
}
