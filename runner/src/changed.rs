//! Remembering which notebooks passed, to leave out those that nothing has changed for.
//!
//! A notebook's key covers everything that its verdict depends on: code cells with their tags,
//! values and saved outputs, the packages that it loads from a path and those that they take from one, the configuration beside it,
//! the compiler, this program, and how the run was asked for.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use regex::Regex;
use sha2::{Digest, Sha256};

use crate::plan::Plan;

/// The notebooks that passed before.
#[derive(Debug)]
pub struct Passed {
    dir: PathBuf,
    /// What all notebooks of a run depend on.
    common: Vec<u8>,
}

impl Passed {
    /// Opens the memory in the user's cache directory. `settings` is what else a verdict depends on.
    ///
    /// # Errors
    /// When there is no place for it, or the compiler's version cannot be asked for.
    pub fn open(settings: &str) -> io::Result<Passed> {
        let cache = std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))
            .ok_or_else(|| io::Error::other("neither XDG_CACHE_HOME nor HOME is set"))?;
        let dir = cache.join("nbrun").join("passed");
        fs::create_dir_all(&dir)?;
        let compiler = Command::new("rustc").arg("-vV").output()?.stdout;
        let mut common = Sha256::new();
        add(&mut common, &compiler);
        // Reading all of this program would take longer than what it leaves out may save.
        let program = std::env::current_exe()?;
        let metadata = fs::metadata(&program)?;
        let written = metadata.modified()?;
        add(&mut common, program.as_os_str().as_encoded_bytes());
        add(
            &mut common,
            format!("{} {written:?}", metadata.len()).as_bytes(),
        );
        add(&mut common, settings.as_bytes());
        Ok(Passed {
            dir,
            common: common.finalize().to_vec(),
        })
    }

    /// Whether the notebook passed with this key before.
    pub fn contains(&self, key: &str) -> bool {
        self.dir.join(key).exists()
    }

    /// Remembers that a notebook with this key passed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn insert(&self, key: &str) -> io::Result<()> {
        fs::write(self.dir.join(key), "")
    }

    /// The key of a notebook.
    ///
    /// # Errors
    /// When something that it depends on cannot be read.
    pub fn key(&self, plan: &Plan) -> io::Result<String> {
        let dir = plan.directory();
        let mut key = Sha256::new();
        add(&mut key, &self.common);
        add(&mut key, dir.as_os_str().as_encoded_bytes());
        add(&mut key, format!("{:?}", plan.wrong_answers).as_bytes());
        let mut packages = BTreeSet::new();
        let config = add_file(&mut key, &dir.join("evcxr.toml"))?;
        for package in paths_in(&config) {
            add_package(&mut key, &dir.join(package), &mut packages)?;
        }
        for cell in plan.notebook.cells.iter().filter(|cell| {
            // Prose does not count, but for a solution, which may be run.
            cell.number.is_some() || cell.has_tag("solution")
        }) {
            add(&mut key, cell.source.as_bytes());
            add(
                &mut key,
                format!("{:?} {:?}", cell.tags, cell.meta).as_bytes(),
            );
            add(
                &mut key,
                format!("{:?} {:?}", cell.outputs, cell.execution_count).as_bytes(),
            );
            for package in local_packages(&cell.source) {
                add_package(&mut key, &dir.join(package), &mut packages)?;
            }
        }
        let digest = key.finalize();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Adds a part with its length, so that no two lists of parts look the same.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_le_bytes());
    hash.update(part);
}

/// Adds what stands in a file, and gives it back; a file that is not there is not an empty one.
fn add_file(hash: &mut Sha256, path: &Path) -> io::Result<Vec<u8>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    add(hash, &[u8::from(bytes.is_some())]);
    let bytes = bytes.unwrap_or_default();
    add(hash, &bytes);
    Ok(bytes)
}

/// The paths in the `:dep` lines of a cell.
fn local_packages(source: &str) -> Vec<String> {
    source
        .lines()
        .filter(|line| line.trim_start().starts_with(":dep"))
        .filter_map(path_in)
        .collect()
}

/// The paths that a file in TOML names.
fn paths_in(toml: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(toml)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(path_in)
        .collect()
}

/// The path that a line of TOML names, if it names one.
fn path_in(line: &str) -> Option<String> {
    static PATH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"\bpath\s*=\s*(?:"([^"]+)"|'([^']+)')"#).expect("a constant")
    });
    let found = PATH.captures(line)?;
    Some(found.get(1).or(found.get(2))?.as_str().to_owned())
}

/// Adds what a package is built from: its manifest and sources, the manifests and lock files above
/// it, of which one may be its workspace's, and what they name by a path.
fn add_package(hash: &mut Sha256, dir: &Path, seen: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    // Packages may name each other, and a workspace names all of them.
    if !seen.insert(fs::canonicalize(dir)?) {
        return Ok(());
    }
    let mut named = Vec::new();
    for ancestor in dir.ancestors() {
        let manifest = add_file(hash, &ancestor.join("Cargo.toml"))?;
        named.extend(paths_in(&manifest).iter().map(|path| ancestor.join(path)));
        add_file(hash, &ancestor.join("Cargo.lock"))?;
    }
    let mut files = vec![dir.join("build.rs")];
    if dir.join("src").is_dir() {
        collect(&dir.join("src"), &mut files)?;
    }
    for path in named {
        match path.join("Cargo.toml").exists() {
            true => add_package(hash, &path, seen)?,
            // The source of a target, or something that is not there.
            false => files.push(path),
        }
    }
    files.sort();
    for file in files {
        add(hash, file.as_os_str().as_encoded_bytes());
        add_file(hash, &file)?;
    }
    Ok(())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => collect(&entry.path(), files)?,
            false => files.push(entry.path()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::local_packages;

    #[test]
    fn packages_with_a_path_are_found() {
        let source = ":dep a = { path = \"..\" }\n:dep b = \"1\"\nlet path = \"no\";\n \
                      :dep c = {version = \"1\", path='../c'}";
        assert_eq!(local_packages(source), ["..", "../c"]);
    }
}
