//! Copies of notebooks for somebody to work in, and newer versions for such copies.
//!
//! What was handed out last is remembered in `.handed-out`, so that a later call can tell what its
//! owner changed ([`merge`]). A notebook that was only run says the same as before and is replaced.
//! Nothing that somebody wrote is lost: what cannot be merged stays, and the new version is put
//! beside it. A notebook that is no longer handed out stays, too.

mod merge;
mod names;

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::file;
use crate::notebook::Notebook;

/// Where copies of what was handed out last are kept, among the copies.
const REMEMBERED: &str = ".handed-out";

/// What happened to one copy.
#[derive(Debug)]
pub struct HandedOut {
    /// The copy.
    pub path: PathBuf,
    /// What happened to it.
    pub change: Change,
}

/// What happened to a copy.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not there.
    New,
    /// It has the new version of everything, but for its owner's cells.
    Updated {
        /// How many cells stayed as their owner changed or added them.
        kept: usize,
        /// The ids of those that have a newer original.
        outdated: Vec<String>,
    },
    /// It stayed as it was.
    Kept {
        /// Where the new version is.
        newer: PathBuf,
        /// Why the two cannot be made into one.
        reason: String,
    },
    /// It is as it is handed out; what it was is in the backup, if it was something else.
    Restored {
        /// Where.
        backup: Option<PathBuf>,
    },
}

/// Why nothing more was handed out.
#[derive(Debug, thiserror::Error)]
pub enum HandOutError {
    /// A file or directory could not be read or written.
    #[error("`{path}`: {error}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// The originals and the copies would be the same files, or stand among each other.
    #[error("`{0}` cannot hold the copies: the originals stand there, or it stands among them")]
    Among(PathBuf),
    /// No notebook is called so, or several are.
    #[error("there is no notebook `{name}`; there are {choices}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that there are.
        choices: String,
    },
}

/// Copies what stands in the directory `from` into the directory `into`, or brings what is new into
/// the copies that are there; returns what was done. Hidden files are left out. The notebooks that
/// `reset` names become what is handed out.
///
/// # Errors
/// When a file cannot be read or written, or `reset` names what is not there. Each copy is what it
/// was or what it should be.
pub fn hand_out(
    from: &Path,
    into: &Path,
    reset: &[String],
) -> Result<Vec<HandedOut>, HandOutError> {
    let at = |path: &Path, error| HandOutError::Io {
        path: path.to_owned(),
        error,
    };
    let mut files = Vec::new();
    collect(from, Path::new(""), &mut files).map_err(|error| at(from, error))?;
    files.sort();
    if overlap(from, into).map_err(|error| at(into, error))? {
        return Err(HandOutError::Among(into.to_owned()));
    }
    let reset = reset
        .iter()
        .map(|name| names::find(name, &files).ok_or_else(|| unknown(name, &files)))
        .collect::<Result<Vec<_>, _>>()?;

    let mut done = Vec::new();
    for relative in &files {
        let place = Place {
            original: from.join(relative),
            copy: into.join(relative),
            remembered: into.join(REMEMBERED).join(relative),
        };
        let change = match reset.contains(&relative.as_path()) {
            true => place.restore().map(Some),
            false => place.bring(),
        };
        let change = change.map_err(|error| at(&place.copy, error))?;
        done.extend(change.map(|change| HandedOut {
            path: place.copy,
            change,
        }));
    }
    Ok(done)
}

/// The files of a directory and of those below it, relative to it, but for hidden ones.
fn collect(dir: &Path, relative: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = relative.join(entry.file_name());
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        // A link to a directory may lead back here.
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &name, files)?;
        } else if fs::metadata(entry.path())?.is_file() {
            files.push(name);
        }
    }
    Ok(())
}

fn overlap(from: &Path, into: &Path) -> io::Result<bool> {
    let real = |path: &Path| match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => std::path::absolute(path),
        result => result,
    };
    let (from, into) = (real(from)?, real(into)?);
    Ok(from.starts_with(&into) || into.starts_with(&from))
}

fn unknown(name: &str, files: &[PathBuf]) -> HandOutError {
    let choices: Vec<_> = names::notebooks(files)
        .map(|path| format!("`{}`", names::stem(path)))
        .collect();
    HandOutError::Unknown {
        name: name.to_owned(),
        choices: match choices.is_empty() {
            true => "none".to_owned(),
            false => choices.join(", "),
        },
    }
}

/// One file and its copies.
struct Place {
    original: PathBuf,
    copy: PathBuf,
    remembered: PathBuf,
}

/// What becomes of a copy that differs from the original.
enum Outcome {
    /// It has this text, in which so many cells are its owner's, and these could be newer.
    Text(Vec<u8>, usize, Vec<String>),
    /// It stays as it is.
    Stays(String),
    /// It stays as it is until it can be read.
    StaysForNow(String),
}

impl Place {
    /// Brings what is new into the copy; `None` where nothing was to be done.
    fn bring(&self) -> io::Result<Option<Change>> {
        let new = fs::read(&self.original)?;
        let Some(own) = read(&self.copy)? else {
            self.create(&self.copy, &new)?;
            self.remember(&new)?;
            return Ok(Some(Change::New));
        };
        let last = read(&self.remembered)?;
        if last.as_ref() == Some(&new) {
            return Ok(None);
        }
        if own == new {
            self.remember(&new)?;
            return Ok(None);
        }
        let kept = |reason| {
            let newer = self.beside("new", &new)?;
            Ok(Change::Kept { newer, reason })
        };
        let change = match self.outcome(last, &own, &new) {
            Outcome::Text(text, kept, outdated) => {
                file::replace(&self.copy, &own, &text)?;
                Change::Updated { kept, outdated }
            }
            Outcome::Stays(reason) => kept(reason)?,
            Outcome::StaysForNow(reason) => return kept(reason).map(Some),
        };
        // Not before: a copy without the changes that are remembered would seem to be its owner's.
        self.remember(&new)?;
        Ok(Some(change))
    }

    fn outcome(&self, last: Option<Vec<u8>>, own: &[u8], new: &[u8]) -> Outcome {
        let Some(last) = last else {
            return Outcome::Stays("it was not handed out".to_owned());
        };
        if own == last {
            return Outcome::Text(new.to_owned(), 0, Vec::new());
        }
        if !names::is_notebook(&self.copy) {
            return Outcome::Stays("it was changed".to_owned());
        }
        let parse = |bytes: &[u8]| Notebook::parse(&self.copy, bytes.to_owned());
        let own = match parse(own) {
            Ok(own) => own,
            Err(error) => return Outcome::StaysForNow(format!("it cannot be read: {error}")),
        };
        let new_notebook = match parse(new) {
            Ok(notebook) => notebook,
            Err(error) => {
                return Outcome::StaysForNow(format!("the new version cannot be read: {error}"));
            }
        };
        let Ok(last) = parse(&last) else {
            return Outcome::Stays("what was handed out cannot be read".to_owned());
        };
        if merge::same_sources(&last, &own) {
            return Outcome::Text(new.to_owned(), 0, Vec::new());
        }
        match merge::merge(&last, &own, &new_notebook) {
            Ok(Some(merged)) => {
                Outcome::Text(merged.text.into_bytes(), merged.kept, merged.outdated)
            }
            Ok(None) => Outcome::Stays("it was changed, and its cells have no ids".to_owned()),
            Err(error) => Outcome::Stays(format!("it cannot be merged: {error}")),
        }
    }

    /// Makes the copy what is handed out.
    fn restore(&self) -> io::Result<Change> {
        let new = fs::read(&self.original)?;
        let mut backup = None;
        match read(&self.copy)? {
            None => self.create(&self.copy, &new)?,
            Some(own) if own == new => {}
            Some(own) => {
                backup = Some(self.beside("before-reset", &own)?);
                file::replace(&self.copy, &own, &new)?;
            }
        }
        self.remember(&new)?;
        Ok(Change::Restored { backup })
    }

    fn remember(&self, bytes: &[u8]) -> io::Result<()> {
        match read(&self.remembered)? {
            None => self.create(&self.remembered, bytes),
            Some(last) if last == bytes => Ok(()),
            Some(last) => file::replace(&self.remembered, &last, bytes),
        }
    }

    /// Makes a file that is not there, which its owner may write.
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mode = fs::metadata(&self.original)?.permissions().mode();
        file::create(path, bytes, Permissions::from_mode(mode | 0o600))
    }

    /// Puts these bytes beside the copy, in a file of the same name with `mark` in it; one that
    /// holds them already will do.
    fn beside(&self, mark: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let stem = self.copy.file_stem().unwrap_or_default().to_string_lossy();
        let ending = match self.copy.extension() {
            Some(extension) => format!(".{}", extension.to_string_lossy()),
            None => String::new(),
        };
        for number in 1.. {
            let number = match number {
                1 => String::new(),
                _ => format!("-{number}"),
            };
            let path = self
                .copy
                .with_file_name(format!("{stem}.{mark}{number}{ending}"));
            match read(&path)? {
                None => {
                    self.create(&path, bytes)?;
                    return Ok(path);
                }
                Some(there) if there == bytes => return Ok(path),
                Some(_) => {}
            }
        }
        unreachable!("numbers do not run out")
    }
}

/// The bytes of a file, or `None` if there is no such file.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
