//! Files that are written whole or not at all: a crash, a full disk or an interrupt leaves what
//! stood there before, or the new text.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use tempfile::NamedTempFile;

/// The name of the file that takes another's place once it is written.
const PREFIX: &str = ".nbrun-";
const SUFFIX: &str = ".tmp";

/// Nobody writes a notebook for so long.
const LONGEST_WRITE: Duration = Duration::from_secs(3600);

/// Replaces the bytes of the file at `path`, which held `old` when it was read.
///
/// # Errors
/// When the new bytes cannot be written, or somebody else has changed the file since it was read;
/// what stands in it is still there.
pub fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    // A link stays a link.
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only",
        ));
    }
    let file = written(&path, new, permissions)?;
    if fs::read(&path)? != old {
        return Err(io::Error::other("the file was changed since it was read"));
    }
    file.persist(&path)?;
    Ok(())
}

/// Makes a file that is not there yet.
///
/// # Errors
/// When it cannot be written, or is there by now.
pub fn create(path: &Path, bytes: &[u8], permissions: Permissions) -> io::Result<()> {
    written(path, bytes, permissions)?.persist_noclobber(path)?;
    Ok(())
}

/// A temporary file with these bytes, beside `path`.
fn written(path: &Path, bytes: &[u8], permissions: Permissions) -> io::Result<NamedTempFile> {
    let parent = path.parent().unwrap_or(Path::new("."));
    sweep(parent);
    let mut file = tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .tempfile_in(parent)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Removes what runs left that were killed while they wrote.
fn sweep(dir: &Path) {
    // Others may sweep at the same time, so nothing here is an error.
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let age = || {
            entry
                .metadata()?
                .modified()?
                .elapsed()
                .map_err(io::Error::other)
        };
        if ours && age().is_ok_and(|age| age > LONGEST_WRITE) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
