//! The format of a table, by the `Accept` header (RFC 9110, 12.5.1).

use std::convert::Infallible;

use actix_web::http::header::ACCEPT;

use crate::request::extract;

/// The format of a table: CSV where the client prefers it, else JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// `application/json`
    Json,
    /// `text/csv`
    Csv,
}

extract!(TableFormat, Infallible, |request| {
    let lines = request.headers().get_all(ACCEPT).map(|line| line.to_str().unwrap_or_default());
    Ok(Self::preferred(&lines.collect::<Vec<_>>().join(",")))
});

impl TableFormat {
    fn preferred(accept: &str) -> Self {
        let csv = quality(accept, ["text/csv", "text/*", "*/*"]);
        let json = quality(accept, ["application/json", "application/*", "*/*"]);
        if csv > json { Self::Csv } else { Self::Json }
    }
}

/// The weight of a media type, in thousandths: that of the first of these ranges that occurs.
fn quality(accept: &str, ranges: [&str; 3]) -> u16 {
    let weight_of = |wanted: &str| {
        accept.split(',').find_map(|entry| {
            let (range, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            range.trim().eq_ignore_ascii_case(wanted).then(|| weight(parameters))
        })
    };
    ranges.into_iter().find_map(weight_of).unwrap_or(0)
}

/// The `q` among parameters; 1,000 without a valid one.
fn weight(parameters: &str) -> u16 {
    let named = |parameter: &str| {
        let (name, value) = parameter.split_once('=')?;
        let (whole, decimals) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
        let digits = format!("{whole}{decimals:0<3}");
        let is_weight = name.trim().eq_ignore_ascii_case("q") && digits.len() == 4;
        digits.parse().ok().filter(|thousandths| is_weight && *thousandths <= 1_000)
    };
    parameters.split(';').find_map(named).unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_is_chosen_only_where_it_is_preferred() {
        for (accept, expected) in [
            ("", TableFormat::Json),
            ("*/*", TableFormat::Json),
            ("text/csv", TableFormat::Csv),
            ("TEXT/CSV; header=present", TableFormat::Csv),
            ("text/*", TableFormat::Csv),
            ("text/csv, application/json", TableFormat::Json),
            ("text/csv, application/json;q=0.9", TableFormat::Csv),
            ("text/csv;q=0.5, */*;q=0.1", TableFormat::Csv),
            ("text/csv;q=0.5, application/json;q=0.51", TableFormat::Json),
            ("text/csv;q=0", TableFormat::Json),
            ("text/csv;q=7", TableFormat::Csv),
            ("text/csv;q=0.5, */*", TableFormat::Json),
            ("text/html,application/xhtml+xml,*/*;q=0.8", TableFormat::Json),
            ("text/csvs", TableFormat::Json),
            (";;,,q=,=;text/csv", TableFormat::Json),
        ] {
            assert_eq!(TableFormat::preferred(accept), expected, "{accept}");
        }
    }
}
