//! The generated files of the repository are current, and a difference is reported.

use std::path::Path;

use xshell::{Shell, TempDir};

use super::generate;
use super::sections::MARK;
use crate::comparison::Mode;
use crate::process::{shell, shell_in};

/// A directory with the sources of messages, and these files; it is removed with the guard.
fn repository(files: &[(&str, &str)]) -> (TempDir, Shell) {
    let original = shell().unwrap();
    let directory = original.create_temp_dir().unwrap();
    let copy = shell_in(directory.path()).unwrap();
    let folders = ["common/contract/tests/golden", "common/contract/src/catalogue"];
    let sources = folders.map(|folder| original.read_dir(folder).unwrap()).concat();
    let sources = sources.iter().map(|file| file.strip_prefix(original.current_dir()).unwrap());
    for path in sources.chain([Path::new("Cargo.toml")]) {
        copy.write_file(path, original.read_file(path).unwrap()).unwrap();
    }
    for (path, text) in files {
        copy.write_file(path, text).unwrap();
    }
    (directory, copy)
}

fn different(tree: &Shell, mode: Mode) -> Vec<String> {
    let different = generate(tree, mode).unwrap();
    different.into_iter().map(|(path, _)| path.display().to_string()).collect()
}

#[test]
fn the_generated_files_of_the_repository_are_current() {
    let different = generate(&shell().unwrap(), Mode::Check).unwrap();
    assert!(different.is_empty(), "to write them: cargo xtask generate: {different:#?}");
}

#[test]
fn a_changed_a_missing_and_a_stale_file_are_reported_and_then_written() {
    let ports = "{% for service in services %}\nport {{ service.port }}\n{% endfor %}\n";
    let (_directory, tree) = repository(&[
        ("xtask/templates/generate/infra/{service}/a.conf.j2", &format!("# {MARK}.\n{ports}")),
        ("xtask/templates/generate/infra/hand.conf/ports.j2", ports),
        ("infra/hand.conf", &format!("one\n# {MARK}: ports\n# End of generated\ntwo\n")),
        ("infra/gone/a.conf", &format!("# {MARK}.\n")),
    ]);
    let first = different(&tree, Mode::Check);
    assert!(first.contains(&"infra/orders/a.conf".to_owned()), "missing: {first:?}");
    assert!(first.contains(&"infra/hand.conf".to_owned()), "another section: {first:?}");
    assert!(first.contains(&"infra/gone/a.conf".to_owned()), "no template: {first:?}");
    assert!(first.contains(&"infra/services.json".to_owned()), "{first:?}");
    assert_eq!(different(&tree, Mode::Write), first);
    assert!(different(&tree, Mode::Check).is_empty());
    assert!(!tree.path_exists("infra/gone/a.conf"));
    let hand = tree.read_file("infra/hand.conf").unwrap();
    assert!(hand.starts_with("one\n") && hand.ends_with("two\n") && hand.contains("port 3003"));

    tree.write_file("infra/orders/a.conf", format!("# {MARK}.\nport 1\n")).unwrap();
    let changed = generate(&tree, Mode::Check).unwrap();
    let [(path, difference)] = changed.as_slice() else { panic!("{changed:?}") };
    assert_eq!(path, Path::new("infra/orders/a.conf"));
    assert!(difference.contains("-port 1") && difference.contains("+port 3001"), "{difference}");
}

#[test]
fn a_section_without_a_template_and_a_template_without_a_section_are_refused() {
    let section = format!("# {MARK}: ports\n# End of generated\n");
    let (_directory, tree) = repository(&[
        ("infra/hand.conf", &section),
        ("xtask/templates/generate/infra/other.conf.j2", MARK),
    ]);
    let error = generate(&tree, Mode::Check).unwrap_err().to_string();
    assert!(error.contains("infra/hand.conf: no template for section ports"), "{error}");
    let (_directory, tree) = repository(&[
        ("infra/hand.conf", "nothing\n"),
        ("xtask/templates/generate/infra/hand.conf/ports.j2", "x\n"),
    ]);
    let error = generate(&tree, Mode::Check).unwrap_err().to_string();
    assert!(error.contains("section ports has no marker line"), "{error}");
}

#[test]
fn a_whole_file_says_that_it_is_generated_and_an_unknown_name_is_an_error() {
    let path = "xtask/templates/generate/infra/a.conf.j2";
    for (template, expected) in [("x\n", "must contain"), ("{{ nothing }}\n", "undefined value")] {
        let (_directory, tree) = repository(&[(path, template)]);
        let error = format!("{:#}", generate(&tree, Mode::Check).unwrap_err());
        assert!(error.contains(expected), "{error}");
    }
}
