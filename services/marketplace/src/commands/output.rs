//! Output of commands: aligned text, or JSON for programs.

use std::io::Write as _;

use clap::Args;
use serde::Serialize;
use store::Unavailable;

#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Format {
    /// Prints JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// Prints a text, which ends with its last line; fails when standard output is closed.
pub(super) fn print(text: &str) -> Result<(), Unavailable> {
    let printed = writeln!(std::io::stdout(), "{}", text.trim_end());
    printed.map_err(|error| Unavailable::caused_by("cannot print", error))
}

pub(super) fn print_json(value: &impl Serialize) -> Result<(), Unavailable> {
    let json = serde_json::to_string_pretty(value);
    print(&json.map_err(|error| Unavailable::caused_by("cannot write JSON", error))?)
}

/// Rows below their headings, each column as wide as its widest cell.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = headings.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rows = rows.iter().map(|row| line(row.each_ref().map(String::as_str)));
    std::iter::once(line(headings)).chain(rows).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_aligned() {
        let rows = [["a".to_owned(), "1".to_owned()], ["longer".to_owned(), "22".to_owned()]];
        assert_eq!(table(["name", "n"], &rows), "name    n\na       1\nlonger  22");
    }
}
