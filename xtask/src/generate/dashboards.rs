//! The dashboards: `infra/observability/grafana/build.py` makes them, in Python like the checks that
//! read them. It reads the list of services that was generated before.

use std::path::Path;

use xshell::Shell;

use crate::comparison::{self, Differences, Files, Mode};
use crate::process::call;

const FOLDER: &str = "infra/observability/grafana/dashboards";
const PROGRAM: &str = "infra/observability/grafana/build.py";

pub(super) fn compare(tree: &Shell, mode: Mode) -> xshell::Result<Differences> {
    if !tree.path_exists(PROGRAM) {
        return Ok(Vec::new());
    }
    let scratch = tree.create_temp_dir()?;
    call(tree, "python3").arg(PROGRAM).arg(scratch.path()).run()?;
    let mut files = Files::new();
    for file in tree.read_dir(scratch.path())? {
        let name = file.file_name().unwrap_or_default();
        files.insert(Path::new(FOLDER).join(name), Some(tree.read_file(&file)?));
    }
    comparison::compare(tree, &files, mode)
}
