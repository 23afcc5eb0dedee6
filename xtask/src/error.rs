//! The failures of a command.

use std::error::Error as _;
use std::io;
use std::path::Path;

/// The reason why a command did not complete.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or a program could not be used.
    #[error("{what}")]
    Io {
        /// The operation, with its file or program.
        what: String,
        /// The reason.
        source: io::Error,
    },
    /// A template could not be rendered.
    #[error("cannot render {template}")]
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
    #[error("cannot write JSON")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// The failed operation and every cause, joined by colons.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut texts = vec![self.to_string()];
        let mut next = self.source();
        while let Some(cause) = next {
            // The alternate form of a template's error quotes the line.
            texts.push(format!("{cause:#}"));
            next = cause.source();
        }
        texts.join(": ")
    }

    /// A failed operation on a file.
    pub(crate) fn file(operation: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let what = format!("cannot {operation} {}", path.display());
        |source| Self::Io { what, source }
    }
}
