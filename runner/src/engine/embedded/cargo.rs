//! A stand-in for cargo that compiles a cell as cargo would, but without asking it again.
//!
//! For each cell evcxr calls `cargo build`, which looks at every dependency, finds that only the
//! cell has changed, and calls rustc with the arguments of the time before. That takes as long as
//! the compilation of a small cell. So this program stands before cargo in evcxr's `PATH`: after a
//! build by cargo it remembers the call of rustc, and as long as nothing that cargo looks at has
//! changed, it calls rustc itself.
//!
//! evcxr asks rustup for cargo, so there is a stand-in for rustup as well. It passes rustup's answers
//! on, but in cargo's place it names the stand-in. And it keeps the path of the rustc that it found
//! where rust-analyzer looks for one: outside of the notebook's folder, rustup may choose another
//! toolchain.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::symlink;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Output, Stdio};
use std::time::SystemTime;

use rustix::process::Pid;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::processes::{Process, descendants, has_variable};
use super::rustc;

/// The environment variable with the `PATH` that has no stand-ins in it.
pub(super) const SHADOWED_PATH: &str = "NBRUN_PATH";

/// The environment variable with the worker's directory.
pub(super) const DIRECTORY_VARIABLE: &str = "NBRUN_STAND_INS";

/// The directory of the stand-ins, in the worker's.
const BIN: &str = "bin";

const CARGO: &str = "cargo";
const RUSTUP: &str = "rustup";

/// Where evcxr looks for the path of the library that was built.
const LIBRARY_VARIABLE: &str = "EVCXR_EXECUTION_SO_PATH";

/// cargo's exit code where it cannot do its work.
const FAILURE: i32 = 101;

/// What evcxr asks to find a dependency.
const FINDS_DEPENDENCY: [&str; 2] = ["metadata", "--format-version=1"];

/// Set for the compilers of a cell, which an interrupt ends.
const COMPILER_VARIABLE: &str = "NBRUN_COMPILER";

/// What these say last when they were ended, as a part of the error that evcxr shows.
const CUT_OFF: &str =
    "the compilation was cut off: nothing of this cell has run, and nothing is lost";

/// Set where evcxr keeps libraries between processes, which is its own matter.
const CACHE_VARIABLE: &str = "EVCXR_CACHE_ENABLED";

/// A file that cargo looks at, and its length and time of change; `None` if it does not exist.
type Seen = (PathBuf, Option<(u64, SystemTime)>);

/// A call of rustc, and what it depends on.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    /// A hash of what cargo was asked.
    question: Vec<u8>,
    seen: Vec<Seen>,
    library: PathBuf,
    call: rustc::Call,
}

/// The environment in which evcxr finds the stand-ins, which are put into the worker's directory.
pub(super) fn environment(dir: &Path) -> io::Result<[(&'static str, OsString); 3]> {
    let bin = dir.join(BIN);
    fs::create_dir(&bin)?;
    let program = std::env::current_exe()?;
    for name in [CARGO, RUSTUP] {
        symlink(&program, bin.join(name))?;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let longer = std::env::join_paths([bin].into_iter().chain(std::env::split_paths(&path)))
        .map_err(io::Error::other)?;
    Ok([
        ("PATH", longer),
        (SHADOWED_PATH, path),
        (DIRECTORY_VARIABLE, dir.as_os_str().to_owned()),
    ])
}

/// The processes that are at work for a cell, and without which evcxr reports it as failed.
pub(super) fn compilers() -> Vec<Process> {
    let mut found = descendants();
    found.retain(|process| has_variable(process.pid, COMPILER_VARIABLE));
    found
}

/// The stand-ins, with all that they have started, also for rust-analyzer.
pub(super) fn stand_ins(child: Option<Pid>) -> Vec<Process> {
    let mut found = descendants();
    // The child takes the variable out of its environment, and what cells start does not have it.
    found.retain(|process| {
        Some(process.pid) != child && has_variable(process.pid, DIRECTORY_VARIABLE)
    });
    found
}

/// Becomes a stand-in and does not return, if it was called by the name of one.
pub(super) fn become_cargo() {
    let mut arguments = std::env::args_os();
    let called = PathBuf::from(arguments.next().unwrap_or_default());
    let (Some(dir), Some(path)) = (
        std::env::var_os(DIRECTORY_VARIABLE).map(PathBuf::from),
        std::env::var_os(SHADOWED_PATH),
    ) else {
        return;
    };
    let arguments: Vec<OsString> = arguments.collect();
    let (name, result) = match called.file_name().and_then(OsStr::to_str) {
        Some(CARGO) => (CARGO, stand_in_for_cargo(&dir, &path, &arguments)),
        Some(RUSTUP) => (RUSTUP, stand_in_for_rustup(&dir, &path, &arguments)),
        _ => return,
    };
    let code = result.unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "error: {name}: {error}");
        FAILURE
    });
    process::exit(code);
}

fn stand_in_for_rustup(dir: &Path, path: &OsStr, arguments: &[OsString]) -> io::Result<i32> {
    let mut rustup = Command::new(RUSTUP);
    rustup.args(arguments).env("PATH", path);
    let [.., which, tool] = arguments else {
        return Err(rustup.exec());
    };
    if which != "which" {
        return Err(rustup.exec());
    }
    let Output {
        status,
        mut stdout,
        stderr,
    } = rustup.output()?;
    if status.success() && tool == CARGO {
        stdout = dir.join(BIN).join(CARGO).into_os_string().into_vec();
    } else if status.success() && arguments.len() == 2 && tool == "rustc" {
        let found = Path::new(OsStr::from_bytes(stdout.trim_ascii_end()));
        // It is there already where a context is built a second time.
        let _ = symlink(found, dir.join(BIN).join("rustc"));
    }
    io::stdout().write_all(&stdout)?;
    io::stderr().write_all(&stderr)?;
    Ok(status.code().unwrap_or(1))
}

fn stand_in_for_cargo(dir: &Path, path: &OsStr, arguments: &[OsString]) -> io::Result<i32> {
    let mut cargo = Command::new(find_cargo(dir, path));
    cargo.args(arguments).env("PATH", path);
    // evcxr shows which crate is being compiled.
    cargo.stderr(Stdio::inherit());
    let asks = |what: &str| arguments.iter().any(|argument| argument == what);
    if asks("build") || asks("check") {
        cargo.envs(rustc::environment(dir)?);
    }
    // What evcxr asks, and not rust-analyzer.
    if arguments == FINDS_DEPENDENCY {
        return wait(&mut cargo);
    }
    let (Some(library), true) = (std::env::var_os(LIBRARY_VARIABLE), asks("build")) else {
        return Err(cargo.exec());
    };
    if std::env::var_os(CACHE_VARIABLE).is_some() {
        return wait(&mut cargo);
    }

    let memory = dir.join("compilation.json");
    let directory = std::env::current_dir()?;
    let question = hash(arguments, &directory);
    if let Some(remembered) = recall(&memory)
        && remembered.question == question
        && remembered.seen.iter().all(is_unchanged)
    {
        // evcxr looks at it only if rustc has succeeded.
        fs::write(&library, remembered.library.as_os_str().as_bytes())?;
        return wait(&mut remembered.call.repeat(dir));
    }
    let _ = fs::remove_file(&memory);
    let _ = rustc::Call::take(dir);
    let began = SystemTime::now();
    let code = wait(&mut cargo)?;
    if code == 0
        && let Some(call) = rustc::Call::take(dir)
        && let Some(remembered) = remember(&directory, question, call, began)
    {
        fs::write(&memory, serde_json::to_vec(&remembered)?)?;
    }
    Ok(code)
}

/// Runs a compiler of a cell, and returns its exit code. Where it was killed, this says so in place
/// of what it has written.
fn wait(compiler: &mut Command) -> io::Result<i32> {
    let output = compiler.env(COMPILER_VARIABLE, "").output()?;
    if output.status.signal().is_some() {
        writeln!(io::stderr(), "{CUT_OFF}")?;
        return Ok(FAILURE);
    }
    io::stdout().write_all(&output.stdout)?;
    io::stderr().write_all(&output.stderr)?;
    Ok(output.status.code().unwrap_or(FAILURE))
}

/// A hash of what cargo is asked, with what environment, and where.
fn hash(arguments: &[OsString], directory: &Path) -> Vec<u8> {
    let variables = std::env::vars_os().flat_map(|(name, value)| [name, value]);
    let mut hash = Sha256::new();
    for part in arguments
        .iter()
        .cloned()
        .chain(variables)
        .chain([directory.into()])
    {
        // No part has a zero byte in it.
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().to_vec()
}

/// The cargo beside the rustc that evcxr uses, or else the first in the `PATH`.
fn find_cargo(dir: &Path, path: &OsStr) -> PathBuf {
    let rustc = std::env::var_os("RUSTC").map(PathBuf::from);
    let rustc = rustc.or_else(|| fs::read_link(dir.join(BIN).join("rustc")).ok());
    let beside = rustc.and_then(|rustc| Some(rustc.parent()?.join(CARGO)));
    beside
        .into_iter()
        .chain(std::env::split_paths(path).map(|dir| dir.join(CARGO)))
        .find(|cargo| cargo.is_file())
        .unwrap_or_else(|| PathBuf::from(CARGO))
}

fn recall(memory: &Path) -> Option<Remembered> {
    serde_json::from_slice(&fs::read(memory).ok()?).ok()
}

/// What a build by cargo leaves to remember; nothing where cargo looks at more than can be known
/// here, or where a source may have changed since cargo began.
fn remember(
    directory: &Path,
    question: Vec<u8>,
    call: rustc::Call,
    began: SystemTime,
) -> Option<Remembered> {
    let out = directory.join(call.out_directory()?);
    let notes = fs::read_to_string(out.parent()?.join(format!("{DLL_PREFIX}ctx.d"))).ok()?;
    let generated = directory.join(rustc::GENERATED);
    let mut files = vec![
        directory.join("Cargo.toml"),
        directory.join("Cargo.lock"),
        directory.join(".cargo/config.toml"),
    ];
    files.extend(cargo_home().map(|home| home.join("config.toml")));
    for source in dependencies(&notes).filter(|source| *source != generated) {
        for folder in source.ancestors().skip(1) {
            let manifest = folder.join("Cargo.toml");
            // Cargo asks it what it depends on.
            if manifest.exists() && folder.join("build.rs").exists() {
                return None;
            }
            if manifest.exists() && !files.contains(&manifest) {
                files.push(manifest);
            }
        }
        if fs::metadata(&source).ok()?.modified().ok()? >= began {
            return None;
        }
        files.push(source);
    }
    Some(Remembered {
        question,
        seen: files.into_iter().map(see).collect(),
        library: out.join(format!("{DLL_PREFIX}ctx{DLL_SUFFIX}")),
        call,
    })
}

/// The files on the right of the first colon in what cargo notes beside a library.
fn dependencies(notes: &str) -> impl Iterator<Item = PathBuf> {
    let line = notes.lines().next().unwrap_or_default();
    let (_, files) = line.split_once(": ").unwrap_or_default();
    // Spaces in paths are escaped.
    let files = files.replace("\\ ", "\0");
    let files: Vec<PathBuf> = files
        .split(' ')
        .filter(|file| !file.is_empty())
        .map(|file| PathBuf::from(file.replace('\0', " ")))
        .collect();
    files.into_iter()
}

fn cargo_home() -> Option<PathBuf> {
    let home = || Some(std::env::home_dir()?.join(".cargo"));
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(home)
}

fn see(file: PathBuf) -> Seen {
    let metadata = fs::metadata(&file).ok();
    let stamp = metadata.and_then(|metadata| Some((metadata.len(), metadata.modified().ok()?)));
    (file, stamp)
}

fn is_unchanged(seen: &Seen) -> bool {
    see(seen.0.clone()) == *seen
}
