//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod deadline_table;
mod deadlines;

#[test]
fn every_test_file_is_compiled() {
    assert_eq!(testing::test_files::not_compiled(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
}
