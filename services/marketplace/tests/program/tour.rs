//! The tours of the documents, run as printed.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::running::run;

/// Runs the block of a page between the markers of this name; returns each line that is JSON, and
/// the whole output.
pub(crate) async fn tour(page: &str, name: &str, url: &str) -> (Vec<Value>, String) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page);
    let page = std::fs::read_to_string(page).unwrap();
    let (_, tour) = page.split_once(&format!("<!-- {name}:begin -->\n```bash\n")).unwrap();
    let (tour, _) = tour.split_once(&format!("```\n<!-- {name}:end -->")).unwrap();
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", tour]).env("URL", url).env("no_proxy", "*");
    let (code, output, errors) = tokio::task::spawn_blocking(move || run(&mut bash)).await.unwrap();
    assert_eq!(code, 0, "{output}{errors}");
    let answers = output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    (answers, output)
}
