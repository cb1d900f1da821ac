//! A temporary directory that is removed, whatever happens.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// A directory of this process alone; dropping it removes it with all that is in it.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
}

impl Directory {
    pub(super) fn new() -> io::Result<Self> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
            let name = format!("threadlab-{}-{number}", process::id());
            let path = env::temp_dir().join(name);
            match create(&path) {
                Ok(()) => return Ok(Self { path }),
                // Left by a process with the same number that was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // What cannot be removed is left to the system, which empties its temporary directory.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Writes a file that can be executed.
#[cfg(unix)]
pub(super) fn write_executable(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let mut options = fs::OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .mode(0o700)
        .open(path)?
        .write_all(content)
}

#[cfg(not(unix))]
pub(super) fn write_executable(path: &Path, content: &[u8]) -> io::Result<()> {
    fs::write(path, content)
}

/// Creates the directory for this user only: a program is run from it.
#[cfg(unix)]
fn create(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Directory;

    #[test]
    fn two_directories_differ_and_both_are_removed() {
        let (one, two) = (Directory::new().unwrap(), Directory::new().unwrap());
        assert_ne!(one.path(), two.path());
        fs::write(one.path().join("file"), "text").unwrap();
        let paths = [one.path().to_owned(), two.path().to_owned()];
        assert!(paths.iter().all(|path| path.is_dir()));
        drop((one, two));
        assert!(paths.iter().all(|path| !path.exists()));
    }
}
