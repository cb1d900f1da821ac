//! A temporary directory that is removed, whatever happens.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

const HOUR: Duration = Duration::from_secs(3600);

/// A directory of this process alone; dropping it removes it with all that is in it.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
}

impl Directory {
    pub(super) fn new() -> io::Result<Self> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        static SWEEP: Once = Once::new();
        SWEEP.call_once(|| sweep(&env::temp_dir(), Path::new("/proc")));
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
        // What cannot be removed now is swept later, or left to the system.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes what processes have left that were killed, as a kernel is when it is interrupted.
///
/// The processes that run are listed in `processes`; where there is no such list nothing is removed.
/// A directory of the last hour stays too: its process may run where this one cannot see it.
fn sweep(directory: &Path, processes: &Path) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name
            .to_str()
            .and_then(|name| name.strip_prefix("threadlab-"));
        let Some((process, _)) = process.and_then(|rest| rest.split_once('-')) else {
            continue;
        };
        let is_old = |time: SystemTime| time.elapsed().is_ok_and(|age| age > HOUR);
        let age = entry.metadata().and_then(|entry| entry.modified());
        let runs = processes.join(process).exists() || !processes.join("self").exists();
        if !runs && age.is_ok_and(is_old) {
            // It may belong to somebody else, who removes it.
            let _ = fs::remove_dir_all(entry.path());
        }
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

    use std::fs::File;
    use std::time::{Duration, SystemTime};

    use super::{Directory, HOUR, sweep};

    #[test]
    fn only_what_is_old_and_has_no_process_is_swept() {
        let place = tempfile::tempdir().unwrap();
        let processes = place.path().join("proc");
        for process in ["self", "7"] {
            fs::create_dir_all(processes.join(process)).unwrap();
        }
        let before = SystemTime::now() - HOUR - Duration::from_secs(60);
        for (name, is_old) in [("7-0", true), ("8-0", true), ("8-1", false), ("x", true)] {
            let path = place.path().join(format!("threadlab-{name}"));
            fs::create_dir(&path).unwrap();
            fs::write(path.join("main"), "").unwrap();
            if is_old {
                File::open(&path).unwrap().set_modified(before).unwrap();
            }
        }
        let left = || {
            let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
            let entries = fs::read_dir(place.path()).unwrap();
            let mut left: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
            left.sort();
            left
        };
        sweep(place.path(), &place.path().join("no-such-list"));
        assert_eq!(left().len(), 5);
        sweep(place.path(), &processes);
        assert_eq!(
            left(),
            ["proc", "threadlab-7-0", "threadlab-8-1", "threadlab-x"]
        );
    }

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
