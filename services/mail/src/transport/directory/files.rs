//! The files of a directory of mails.

use std::fs::{self, DirBuilder, DirEntry, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::transport::message::is_message_id;

/// Maximum number of files: days of development, listed in a moment.
pub const KEPT_MAX: usize = 1_000;

/// Bytes of a file that contain its header: the longest values are the URL for unsubscribing and a
/// subject.
const HEAD_BYTES_MAX: u64 = 16 * 1024;

/// The ending of a mail's file.
const ENDING: &str = ".eml";

/// The ending of a file that is being written.
const PARTIAL_ENDING: &str = ".partial";

/// The time between two files, so that their order is that of the deliveries: clocks of file
/// systems are coarser.
const TICK: Duration = Duration::from_micros(1);

/// An open directory.
#[derive(Debug)]
pub(super) struct Files {
    path: PathBuf,
    /// When the newest file was written.
    newest: SystemTime,
}

impl Files {
    /// Opens a directory, and deletes the files that an interrupted process left half-written.
    /// Creates the directory and a file in it, so that a directory without write permission fails
    /// the start rather than each mail.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        create_directory(&path)?;
        partial_file(&path.join(format!("start{PARTIAL_ENDING}")))?;
        for entry in entries(&path)? {
            if entry.file_name().to_string_lossy().ends_with(PARTIAL_ENDING) {
                fs::remove_file(entry.path())?;
            }
        }
        let mut files = Self { path, newest: SystemTime::UNIX_EPOCH };
        files.newest = files.by_age()?.last().map_or(SystemTime::UNIX_EPOCH, |(time, _)| *time);
        Ok(files)
    }

    /// Writes a file as a whole: a reader sees the earlier file or the new one.
    pub(super) fn write(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        create_directory(&self.path)?;
        let coming = self.path.join(format!("{name}{PARTIAL_ENDING}"));
        let mut file = partial_file(&coming)?;
        file.write_all(content)?;
        let written = file.metadata()?.modified()?.max(self.newest + TICK);
        file.set_modified(written)?;
        file.sync_all()?;
        fs::rename(&coming, self.path.join(name))?;
        File::open(&self.path)?.sync_all()?;
        self.newest = written;
        let by_age = self.by_age()?;
        let surplus = by_age.len().saturating_sub(KEPT_MAX);
        by_age.iter().take(surplus).try_for_each(|(_, name)| fs::remove_file(self.path.join(name)))
    }

    /// The names of the files, newest first.
    pub(super) fn newest_first(&self) -> io::Result<Vec<String>> {
        Ok(self.by_age()?.into_iter().rev().map(|(_, name)| name).collect())
    }

    /// The start of a listed file.
    pub(super) fn head(&self, name: &str) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        File::open(self.path.join(name))?.take(HEAD_BYTES_MAX).read_to_end(&mut head)?;
        Ok(head)
    }

    /// The file of a name that a request has; `None` if it does not exist.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        if !is_name(name) {
            return Ok(None);
        }
        match fs::read(self.path.join(name)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn by_age(&self) -> io::Result<Vec<(SystemTime, String)>> {
        let mut found = Vec::new();
        for entry in entries(&self.path)? {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let metadata = entry.metadata()?;
            if is_name(&name) && metadata.is_file() {
                found.push((metadata.modified()?, name));
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Creates a directory that only its owner reads, if it does not exist.
fn create_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// An empty file that only its owner reads.
fn partial_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// The entries of a directory; none if it does not exist.
fn entries(path: &Path) -> io::Result<Vec<DirEntry>> {
    match fs::read_dir(path) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Whether this is the name of a mail's file: a Message-ID, which contains no separator of paths.
fn is_name(name: &str) -> bool {
    let has_one_component = Path::new(name).components().count() == 1;
    has_one_component && name.strip_suffix(ENDING).is_some_and(is_message_id)
}
