//! New services, routes and listeners: files from templates, and lines in the lists that name them.
//!
//! | module | holds |
//! |---|---|
//! | `edits` | lines added to files that exist |
//! | `service` | a new service |
//! | `route` | a new route |
//! | `listener` | a new listener |

mod edits;
mod listener;
mod route;
mod service;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use minijinja::Value;

use crate::Error;
use crate::comparison::write;
use crate::process::run_all;
use crate::rendering::{files_below, text};

pub use listener::{NewListener, add_listener};
pub use route::{NewRoute, Verb, add_route};
pub use service::{NewService, add_service};

/// Prints the files that were written, formats them, and generates what follows from them. Prints
/// the next steps if all succeeds.
pub(crate) fn finish(
    written: &[PathBuf],
    generating: &[&str],
    next: &str,
) -> Result<ExitCode, Error> {
    for file in written {
        println!("wrote {}", file.display());
    }
    let code = run_all(&[&["cargo fmt --all"], generating].concat())?;
    if code == ExitCode::SUCCESS {
        println!("Next: {next}");
    }
    Ok(code)
}

/// Renders every template below a folder to the path that it has there; `{word}` in a path stands
/// for a value. Returns the paths of the files.
fn render_all(
    root: &Path,
    folder: &str,
    words: &[(&'static str, String)],
) -> Result<Vec<PathBuf>, Error> {
    let values = Value::from_pairs(words.iter().map(|(name, value)| (*name, value.clone())));
    let templates = root.join("xtask/templates").join(folder);
    let mut written = Vec::new();
    for template in files_below(&templates)? {
        let source = fs::read_to_string(&template).map_err(Error::file("read", &template))?;
        let relative = template.strip_prefix(&templates).unwrap_or(&template).with_extension("");
        let mut path = relative.display().to_string();
        for (name, value) in words {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let file = root.join(&path);
        if file.exists() {
            return Err(Error::Form(format!("{path} exists already")));
        }
        write(&file, &text(&template, &source, values.clone())?)?;
        written.push(path.into());
    }
    Ok(written)
}
