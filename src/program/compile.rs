//! Calls the compiler, and keeps what it has compiled for the next time.

use std::env;
use std::fs;
use std::io;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::directory::Directory;
use super::{CompileErrors, Program, ProgramError};

/// How many programs are kept.
const KEPT: usize = 16;

/// How the variables start that the kernel and the runner set for themselves.
const OF_THE_KERNEL: [&str; 4] = ["EVCXR", "NBRUN", "RUSTC_", "RUST_BACKTRACE"];

/// What was compiled lately, the newest last.
///
/// The programs are kept in memory, because a kernel is killed rather than ended:
/// a directory that outlives one call would be left behind.
static COMPILED: Mutex<Vec<Compiled>> = Mutex::new(Vec::new());

struct Compiled {
    key: Vec<String>,
    binary: Arc<[u8]>,
}

/// The executable file of this program.
pub(super) fn binary(program: &Program) -> Result<Arc<[u8]>, ProgramError> {
    let mut key = vec![program.source.clone(), program.edition.clone()];
    key.extend(program.flags.iter().cloned());
    let known = compiled()
        .iter()
        .find(|known| known.key == key)
        .map(|known| Arc::clone(&known.binary));
    if let Some(binary) = known {
        return Ok(binary);
    }
    // The lock is free meanwhile: two different programs can be compiled at once.
    let binary: Arc<[u8]> = compile(program)?.into();
    let mut compiled = compiled();
    if compiled.len() == KEPT {
        compiled.remove(0);
    }
    let kept = Arc::clone(&binary);
    compiled.push(Compiled { key, binary: kept });
    Ok(binary)
}

fn compiled() -> MutexGuard<'static, Vec<Compiled>> {
    COMPILED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn compile(program: &Program) -> Result<Vec<u8>, ProgramError> {
    let directory = Directory::new()?;
    let source = directory.path().join("main.rs");
    let target = directory.path().join("main");
    fs::write(&source, &program.source)?;
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(&rustc);
    // It runs where the notebook is, so that the toolchain is the one chosen there.
    command
        .arg(&source)
        .arg("-o")
        .arg(&target)
        .arg(format!("--edition={}", program.edition))
        .args([
            "--crate-name=main",
            "--crate-type=bin",
            "--error-format=json",
            "--color=never",
        ])
        .arg(format!(
            "--remap-path-prefix={}/=",
            directory.path().display()
        ))
        // Symbols are nine tenths of a small program, and it is written anew for every run.
        .arg("-Cstrip=symbols")
        .args(&program.flags)
        .stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if OF_THE_KERNEL.iter().any(|start| name.starts_with(start)) {
            command.env_remove(&*name);
        }
    }
    let output = command.output().map_err(|error| ProgramError::NoRustc {
        rustc: rustc.to_string_lossy().into_owned(),
        error,
    })?;
    if output.status.success() {
        return Ok(fs::read(&target)?);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let prefix = format!("{}/", directory.path().display());
    let mut errors = CompileErrors::read(&stderr, &prefix);
    if errors.is_empty() {
        if stderr.trim().is_empty() {
            let died = format!("`rustc` ended with {} and said nothing", output.status);
            return Err(ProgramError::Io(io::Error::other(died)));
        }
        errors = CompileErrors::unread(&stderr);
    }
    Err(ProgramError::DoesNotCompile(errors))
}
