//! Test files of a package that links its tests into one program, `tests/all.rs`.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// Files and folders of `tests` that neither `tests/all.rs` nor `Cargo.toml` names.
///
/// With `autotests = false`, cargo does not compile such a file, and its tests never run.
pub fn not_compiled(package: &str) -> Vec<String> {
    let package = Path::new(package);
    let all = fs::read_to_string(package.join("tests/all.rs")).unwrap();
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap();
    let is_compiled = |name: &str| {
        all.contains(&format!("mod {name};")) || manifest.contains(&format!("name = \"{name}\""))
    };
    let entries = fs::read_dir(package.join("tests")).unwrap().map(|entry| entry.unwrap().path());
    let sources = entries.filter(|path| {
        path.extension() == Some(OsStr::new("rs"))
            || path.join("main.rs").exists()
            || path.join("mod.rs").exists()
    });
    let names = sources.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    names.filter(|name| !is_compiled(name)).collect()
}
