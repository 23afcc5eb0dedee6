//! What the program of every service says: of itself, and when it is not told where its servers are.
//!
//! [`service_program_suite!`](crate::service_program_suite!) makes a test of each.

use std::process::Command;

/// Runs a program to its end, without any environment; answers its code, output and complaints.
fn run(program: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(program).env_clear().args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Its help names every setting, `key` too, which says where the session key is.
pub fn help_tells_of_every_setting(program: &str, key: &str) {
    let (code, help, _) = run(program, &["--help"]);
    assert_eq!(code, Some(0));
    for name in ["PORT", "MONGODB_URL", "NATS_URL", "NATS_MONITOR_URL", key, "MODE"] {
        assert!(help.contains(name), "{name} is not in {help}");
    }
}

/// What is missing or wrong is said at once, in a line each, by the program's `name`.
pub fn what_is_missing_is_said_in_a_line_each(program: &str, name: &str) {
    let (code, _, errors) = run(program, &["--port", "70000"]);
    assert_eq!((code, errors.lines().count()), (Some(2), 4), "{errors}");
    for complaint in
        ["--port: must be", "MONGODB_URL: is missing", "NATS_URL: is", "NATS_MONITOR_URL: is"]
    {
        assert!(errors.contains(&format!("{name}: {complaint}")), "{errors}");
    }
}

/// Makes a test of each, for a program of this package.
#[macro_export]
macro_rules! service_program_suite {
    ($name:literal, $key:literal) => {
        #[test]
        fn help_tells_of_every_setting() {
            let program = env!(concat!("CARGO_BIN_EXE_", $name));
            $crate::service_program::help_tells_of_every_setting(program, $key);
        }

        #[test]
        fn what_is_missing_is_said_in_a_line_each() {
            let program = env!(concat!("CARGO_BIN_EXE_", $name));
            $crate::service_program::what_is_missing_is_said_in_a_line_each(program, $name);
        }
    };
}
