//! The commands of development, started as `cargo xtask`.
//!
//! | module | holds |
//! |---|---|
//! | `commands` | the command line |
//! | `cycles` | cycles between the files of a crate |
//! | `generate` | the files that are rendered from the list of services and the message catalogue |
//! | `scaffold` | the files and lines of a new service or route |
//! | `rendering` | rendering a template |
//! | `process` | printing and running a command of another program |
//! | `mutants` | mistakes as patches, and the checks that have to fail |
//! | `comparison` | writing a generated file, or comparing it with the committed one |

pub mod commands;
pub mod comparison;
pub mod cycles;
mod error;
pub mod generate;
pub mod mutants;
mod process;
mod rendering;
pub mod scaffold;

use std::path::Path;

pub use error::Error;

/// The root of the repository.
#[must_use]
pub fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}
