//! The dashboards: `infra/observability/grafana/build.py` makes them, in Python like the checks that
//! read them. It reads the list of services that was generated before.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::comparison::{self, Files, Mode, read};
use crate::process::Call;

const FOLDER: &str = "infra/observability/grafana/dashboards";
const PROGRAM: &str = "infra/observability/grafana/build.py";

pub(super) fn compare(root: &Path, mode: Mode) -> Result<Vec<(PathBuf, String)>, Error> {
    if !root.join(PROGRAM).is_file() {
        return Ok(Vec::new());
    }
    let scratch = std::env::temp_dir().join(format!("xtask-dashboards-{}", std::process::id()));
    fs::create_dir_all(&scratch).map_err(Error::file("create", &scratch))?;
    let files = make(root, &scratch);
    // A folder that stays behind is of no further use to anything.
    let _ = fs::remove_dir_all(&scratch);
    comparison::compare(root, &files?, mode)
}

fn make(root: &Path, scratch: &Path) -> Result<Files, Error> {
    let arguments = [root.join(PROGRAM), scratch.to_owned()];
    let arguments = arguments.map(|path| path.display().to_string());
    Call::new("python3").with(arguments).output()?;
    let mut files = Files::new();
    for entry in fs::read_dir(scratch).map_err(Error::file("read", scratch))? {
        let entry = entry.map_err(Error::file("read", scratch))?;
        files.insert(Path::new(FOLDER).join(entry.file_name()), read(&entry.path())?);
    }
    Ok(files)
}
