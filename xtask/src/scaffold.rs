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

use minijinja::Value;

use crate::Error;
use crate::comparison::write;
use crate::rendering::{files_below, text};

pub use listener::{NewListener, add_listener};
pub use route::{NewRoute, Verb, add_route};
pub use service::{NewService, add_service};

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
