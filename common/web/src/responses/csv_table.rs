//! Tables as CSV (RFC 4180) that spreadsheet programs read as data.

use actix_web::http::StatusCode;

use crate::Response;

/// The media type of a table.
const CSV: &str = "text/csv; charset=utf-8; header=present";

/// The first characters of a cell that a spreadsheet program runs as a formula (OWASP: CSV
/// injection), full-width forms included. White space before them makes no difference.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CsvCell {
    /// Text, quoted. A text that would be a formula receives a leading `'`.
    Text(String),
    /// A number, an id or a time: none contains a separator or a quote.
    Value(String),
}

/// A table, with the header row first.
#[derive(Debug)]
pub struct CsvTable(String);

impl CsvTable {
    /// A table with these columns and rows.
    #[must_use]
    pub fn of(
        columns: &[&str],
        rows: impl IntoIterator<Item: IntoIterator<Item = CsvCell>>,
    ) -> Self {
        let mut table = Self::new(columns);
        for row in rows {
            table.row(row);
        }
        table
    }

    fn new(columns: &[&str]) -> Self {
        Self(format!("{}\r\n", columns.join(",")))
    }

    fn row(&mut self, cells: impl IntoIterator<Item = CsvCell>) {
        for (number, cell) in cells.into_iter().enumerate() {
            if number > 0 {
                self.0.push(',');
            }
            match cell {
                CsvCell::Text(text) => {
                    self.0.push('"');
                    if is_formula(&text) {
                        self.0.push('\'');
                    }
                    self.0.push_str(&text.replace('"', "\"\""));
                    self.0.push('"');
                }
                CsvCell::Value(value) => self.0.push_str(&value),
            }
        }
        self.0.push_str("\r\n");
    }

    /// The response 200, which browsers store as a file of this name.
    pub fn response(self, file_name: &str) -> Response {
        let disposition = format!("attachment; filename=\"{file_name}\"");
        Response::text(StatusCode::OK, CSV, self.0).header("Content-Disposition", disposition)
    }
}

/// Whether a spreadsheet program may run the text.
fn is_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(cells: &[&str]) -> String {
        let mut table = CsvTable::new(&["a", "b"]);
        table.row(cells.iter().map(|text| CsvCell::Text((*text).to_owned())));
        table.0
    }

    /// The cells of the rows of a table whose cells are all quoted, without its header.
    fn read(table: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
        let mut rest = table.split_once("\r\n").map_or("", |(_, rows)| rows).chars().peekable();
        let mut is_quoted = false;
        while let Some(character) = rest.next() {
            match character {
                '"' if is_quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
                '\r' if !is_quoted && rest.next_if_eq(&'\n').is_some() => {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                other => cell.push(other),
            }
        }
        rows
    }

    #[test]
    fn a_text_that_would_be_a_formula_is_marked_as_text() {
        for formula in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\rx",
            "\nx",
            " =1",
            "\u{a0}=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "=cmd|' /C calc'!A0",
        ] {
            let row = format!("a,b\r\n\"'{formula}\",\"x\"\r\n");
            assert_eq!(written(&[formula, "x"]), row, "{formula:?}");
        }
        for text in ["", "x", "1=1", "a-b", "'=1", "2 × =x"] {
            let row = format!("a,b\r\n\"{text}\",\"x\"\r\n");
            assert_eq!(written(&[text, "x"]), row, "{text:?}");
        }
    }

    #[test]
    fn quotes_separators_and_line_breaks_stay_in_their_cell() {
        let row = written(&["a \"b\", c\r\nd", "\""]);
        assert_eq!(row, "a,b\r\n\"a \"\"b\"\", c\r\nd\",\"\"\"\"\r\n");
    }

    #[test]
    fn a_value_is_written_as_it_is() {
        let mut table = CsvTable::new(&["amount"]);
        table.row([CsvCell::Value("-20.50".to_owned())]);
        assert_eq!(table.0, "amount\r\n-20.50\r\n");
    }

    proptest! {
        #[test]
        fn any_text_is_read_back_from_one_cell(first in ".{0,40}", second in "[\"',;=\r\n\t ]{0,8}") {
            let rows = read(&written(&[&first, &second]));
            let marked = |text: &str| {
                if is_formula(text) { format!("'{text}") } else { text.to_owned() }
            };
            prop_assert_eq!(rows, vec![vec![marked(&first), marked(&second)]]);
        }
    }
}
