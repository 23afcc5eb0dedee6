//! The commands of development, started as `cargo xtask`.
//!
//! | module | holds |
//! |---|---|
//! | `commands` | the command line |
//! | `cycles` | cycles between the files of a crate |
//! | `generate` | the files that are rendered from the list of services and the message catalogue |
//! | `scaffold` | the files and lines of a new service or route |
//! | `rendering` | rendering a template |
//! | `process` | commands of other programs |
//! | `mutants` | mistakes as patches, and the checks that have to fail |
//! | `comparison` | writing a generated file, or comparing it with the committed one |

pub mod commands;
mod comparison;
pub mod cycles;
mod generate;
mod mutants;
mod process;
mod rendering;
mod scaffold;
