//! The failures of a command.

use std::io;
use std::path::Path;

/// The reason why a command did not complete.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or a program could not be used.
    #[error("{what}: {source}")]
    Io {
        /// The operation, with its file or program.
        what: String,
        /// The reason.
        source: io::Error,
    },
    /// A template could not be rendered.
    #[error("{template}: {source:#}")]
    Template {
        /// The template's file.
        template: String,
        /// The reason.
        source: minijinja::Error,
    },
    /// A file is not in the expected form.
    #[error("{0}")]
    Form(String),
    /// A value could not be written as JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// A failed operation on a file.
    pub(crate) fn file(operation: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let what = format!("cannot {operation} {}", path.display());
        |source| Self::Io { what, source }
    }
}
