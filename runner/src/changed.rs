//! Remembering which notebooks passed, to leave out those that nothing has changed for.
//!
//! A notebook's key covers everything that its verdict depends on: code cells with their tags,
//! values and saved outputs, the packages that it loads from a path, the configuration beside it,
//! the compiler, this program, and how the run was asked for.

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
        add(&mut common, &fs::read(std::env::current_exe()?)?);
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
        add(
            &mut key,
            &fs::read(dir.join("evcxr.toml")).unwrap_or_default(),
        );
        add(&mut key, format!("{:?}", plan.wrong_answers).as_bytes());
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
                add_package(&mut key, &dir.join(package))?;
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

/// The paths in the `:dep` lines of a cell.
fn local_packages(source: &str) -> Vec<String> {
    static PATH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"path\s*=\s*"([^"]+)""#).expect("a constant"));
    source
        .lines()
        .filter(|line| line.trim_start().starts_with(":dep"))
        .filter_map(|line| Some(PATH.captures(line)?[1].to_owned()))
        .collect()
}

/// Adds what a package is built from: its manifest, its sources, and the manifest of its workspace.
fn add_package(hash: &mut Sha256, dir: &Path) -> io::Result<()> {
    for ancestor in dir.ancestors() {
        add(
            hash,
            &fs::read(ancestor.join("Cargo.toml")).unwrap_or_default(),
        );
    }
    let mut files = Vec::new();
    collect(&dir.join("src"), &mut files)?;
    files.sort();
    for file in files {
        add(hash, file.as_os_str().as_encoded_bytes());
        add(hash, &fs::read(&file)?);
    }
    add(hash, &fs::read(dir.join("build.rs")).unwrap_or_default());
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
                      :dep c = {version = \"1\", path=\"../c\"}";
        assert_eq!(local_packages(source), ["..", "../c"]);
    }
}
