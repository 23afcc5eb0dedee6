//! The command line and its help.

use std::fs;

use xtask::commands::{TESTS, command_line};
use xtask::root;

#[test]
fn help_lists_every_command() {
    let help = command_line().render_help().to_string();
    for command in ["bench", "check", "ci", "generate", "kills", "mutants", "openapi", "simulate"] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}: {help}");
    }
}

#[test]
fn the_command_line_is_consistent() {
    command_line().debug_assert();
}

#[test]
fn the_tests_that_commands_run_exist() {
    for (file, test) in TESTS {
        let source = fs::read_to_string(root().join(file)).unwrap_or_default();
        assert!(source.contains(&format!("fn {test}()")), "{file} has no test {test}");
    }
}
