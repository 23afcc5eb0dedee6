//! The generated files of the repository are current, and a difference is reported.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use xtask::comparison::Mode;
use xtask::generate::{MARK, generate};
use xtask::root;

/// A directory with the sources of messages, and these files.
fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for folder in ["common/contract/tests/golden", "common/contract/src/catalogue"] {
        fs::create_dir_all(directory.path().join(folder)).unwrap();
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = PathBuf::from(folder).join(entry.unwrap().file_name());
            fs::copy(root().join(&name), directory.path().join(&name)).unwrap();
        }
    }
    fs::copy(root().join("Cargo.toml"), directory.path().join("Cargo.toml")).unwrap();
    for (path, text) in files {
        write(directory.path(), path, text);
    }
    directory
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// The paths that differ.
fn different(root: &Path, mode: Mode) -> Vec<String> {
    let different = generate(root, mode).unwrap();
    different.into_iter().map(|(path, _)| path.display().to_string()).collect()
}

#[test]
fn the_generated_files_of_the_repository_are_current() {
    let different = generate(root(), Mode::Check).unwrap();
    assert!(different.is_empty(), "to write them: cargo xtask generate: {different:#?}");
}

#[test]
fn a_changed_a_missing_and_a_stale_file_are_reported_and_then_written() {
    let ports = "{% for service in services %}\nport {{ service.port }}\n{% endfor %}\n";
    let directory = repository(&[
        ("xtask/templates/generate/infra/{service}/a.conf.j2", &format!("# {MARK}.\n{ports}")),
        ("xtask/templates/generate/infra/hand.conf/ports.j2", ports),
        ("infra/hand.conf", &format!("one\n# {MARK}: ports\n# End of generated\ntwo\n")),
        ("infra/gone/a.conf", &format!("# {MARK}.\n")),
    ]);
    let root = directory.path();
    let first = different(root, Mode::Check);
    assert!(first.contains(&"infra/orders/a.conf".to_owned()), "missing: {first:?}");
    assert!(first.contains(&"infra/hand.conf".to_owned()), "another section: {first:?}");
    assert!(first.contains(&"infra/gone/a.conf".to_owned()), "no template: {first:?}");
    assert!(first.contains(&"infra/services.json".to_owned()), "{first:?}");
    assert_eq!(different(root, Mode::Write), first);
    assert!(different(root, Mode::Check).is_empty());
    assert!(!root.join("infra/gone/a.conf").exists());
    let hand = fs::read_to_string(root.join("infra/hand.conf")).unwrap();
    assert!(hand.starts_with("one\n") && hand.ends_with("two\n") && hand.contains("port 3003"));

    write(root, "infra/orders/a.conf", &format!("# {MARK}.\nport 1\n"));
    let changed = generate(root, Mode::Check).unwrap();
    let [(path, difference)] = changed.as_slice() else { panic!("{changed:?}") };
    assert_eq!(path, Path::new("infra/orders/a.conf"));
    assert!(difference.contains("-port 1") && difference.contains("+port 3001"), "{difference}");
}

#[test]
fn a_section_without_a_template_and_a_template_without_a_section_are_refused() {
    let section = format!("# {MARK}: ports\n# End of generated\n");
    let directory = repository(&[
        ("infra/hand.conf", &section),
        ("xtask/templates/generate/infra/other.conf.j2", MARK),
    ]);
    let error = generate(directory.path(), Mode::Check).unwrap_err().to_string();
    assert!(error.contains("infra/hand.conf: no template for section ports"), "{error}");
    let directory = repository(&[
        ("infra/hand.conf", "nothing\n"),
        ("xtask/templates/generate/infra/hand.conf/ports.j2", "x\n"),
    ]);
    let error = generate(directory.path(), Mode::Check).unwrap_err().to_string();
    assert!(error.contains("section ports has no marker line"), "{error}");
}

#[test]
fn a_whole_file_says_that_it_is_generated_and_an_unknown_name_is_an_error() {
    let path = "xtask/templates/generate/infra/a.conf.j2";
    for (template, expected) in [("x\n", "must contain"), ("{{ nothing }}\n", "undefined value")] {
        let directory = repository(&[(path, template)]);
        let error = generate(directory.path(), Mode::Check).unwrap_err().chain();
        assert!(error.contains(expected), "{error}");
    }
}
