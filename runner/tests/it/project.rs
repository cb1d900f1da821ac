//! A temporary directory with notebooks, in which `nbrun` is run with a clean environment.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A directory with notebooks.
pub(crate) struct Project {
    dir: TempDir,
    /// In the environment of every process of the run, to find those that are left.
    mark: String,
}

/// A cell of a notebook to be written.
#[derive(Clone)]
pub(crate) struct Cell(Value);

/// A code cell.
pub(crate) fn code(source: &str) -> Cell {
    Cell(json!({
        "cell_type": "code",
        "execution_count": null,
        "metadata": {},
        "outputs": [],
        "source": source,
    }))
}

/// A Markdown cell.
pub(crate) fn markdown(source: &str) -> Cell {
    Cell(json!({"cell_type": "markdown", "metadata": {}, "source": source}))
}

impl Cell {
    pub(crate) fn tags(mut self, tags: &[&str]) -> Cell {
        self.0["metadata"]["tags"] = json!(tags);
        self
    }

    pub(crate) fn meta(mut self, nbrun: Value) -> Cell {
        self.0["metadata"]["nbrun"] = nbrun;
        self
    }

    /// A saved run without an output.
    pub(crate) fn counted(mut self, count: u32) -> Cell {
        self.0["execution_count"] = json!(count);
        self
    }

    /// A saved run that printed this.
    pub(crate) fn printed(mut self, text: &str) -> Cell {
        self.0["execution_count"] = json!(1);
        self.0["outputs"] = json!([{"output_type": "stream", "name": "stdout", "text": text}]);
        self
    }
}

impl Project {
    pub(crate) fn new() -> Project {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = TempDir::new().expect("a temporary directory");
        fs::create_dir(dir.path().join("tmp")).expect("a directory");
        fs::create_dir(dir.path().join("notebooks")).expect("a directory");
        Project {
            dir,
            mark: format!("NBRUN_TEST_MARK={}-{number}", std::process::id()),
        }
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes `notebooks/NAME.ipynb`.
    pub(crate) fn notebook(&self, name: &str, cells: &[Cell]) -> PathBuf {
        let cells: Vec<Value> = cells
            .iter()
            .enumerate()
            .map(|(index, cell)| {
                let mut cell = cell.0.clone();
                cell["id"] = json!(format!("cell-{}", index + 1));
                cell
            })
            .collect();
        let notebook = json!({
            "cells": cells,
            "metadata": {"kernelspec": {"display_name": "Rust", "language": "rust", "name": "rust"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        });
        let text = serde_json::to_string_pretty(&notebook).expect("plain data") + "\n";
        self.file(&format!("notebooks/{name}.ipynb"), &text)
    }

    /// Writes any file.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(&path, text).expect("a file is written");
        path
    }

    pub(crate) fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let (mark, value) = self.mark.split_once('=').expect("a mark is NAME=VALUE");
        let mut command = Command::new(env!("CARGO_BIN_EXE_nbrun"));
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .env("TMPDIR", self.path("tmp"))
            .env(mark, value)
            .env_remove("RUSTFLAGS")
            .env_remove("RUSTC_WRAPPER")
            .env_remove("RUSTC_WORKSPACE_WRAPPER")
            .env_remove("EVCXR_TMPDIR");
        // What cargo sets for a test must not reach the cells' own cargo.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs `nbrun` to its end.
    #[track_caller]
    pub(crate) fn nbrun(&self, arguments: &[impl AsRef<OsStr>]) -> Run {
        Run::of(self.command(arguments))
    }

    /// Runs `nbrun` with the scripted engine.
    #[track_caller]
    pub(crate) fn scripted(&self, arguments: &[&str]) -> Run {
        let (command, rest) = arguments.split_first().expect("a command");
        self.nbrun(&[&[*command, "--engine", "scripted"], rest].concat())
    }

    /// Runs `nbrun test --json` and gives each notebook's verdict: `passed`, or that of the cell
    /// that failed.
    #[track_caller]
    pub(crate) fn verdicts(&self, arguments: &[&str]) -> BTreeMap<String, String> {
        let report = self.path("report.json");
        let report = report.to_str().expect("a path in UTF-8");
        let run = self.nbrun(&[&["test", "--json", report], arguments].concat());
        let document = self.json("report.json");
        let notebooks = document["notebooks"].as_array().expect("a list");
        assert!(!notebooks.is_empty(), "nothing was run\n{run}");
        notebooks
            .iter()
            .map(|notebook| {
                let path = notebook["path"].as_str().expect("a path");
                let name = Path::new(path).file_stem().expect("a name");
                (name.to_string_lossy().into_owned(), verdict(notebook))
            })
            .collect()
    }

    #[track_caller]
    pub(crate) fn json(&self, name: &str) -> Value {
        let text = fs::read_to_string(self.path(name)).expect("a file that was written");
        serde_json::from_str(&text).expect("JSON")
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Fails if a process or a temporary file of a run is left.
    #[track_caller]
    pub(crate) fn assert_nothing_left(&self) {
        assert_eq!(self.processes(), Vec::<String>::new(), "processes are left");
        let files: Vec<_> = fs::read_dir(self.path("tmp"))
            .expect("the directory is there")
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        assert!(files.is_empty(), "temporary files are left: {files:?}");
    }

    /// The running processes that carry the mark, and are not zombies, by their command lines.
    pub(crate) fn processes(&self) -> Vec<String> {
        fs::read_dir("/proc")
            .expect("/proc is there")
            .flatten()
            .filter_map(|entry| {
                let environment = fs::read(entry.path().join("environ")).ok()?;
                let marked = environment
                    .split(|byte| *byte == 0)
                    .any(|variable| variable == self.mark.as_bytes());
                let command = fs::read(entry.path().join("cmdline")).ok()?;
                marked.then(|| String::from_utf8_lossy(&command).replace('\0', " "))
            })
            .collect()
    }
}

fn verdict(notebook: &Value) -> String {
    let good = ["passed", "skipped", "not-run"];
    let cells = notebook["cells"].as_array().expect("a list of cells");
    cells
        .iter()
        .filter_map(|cell| cell["verdict"].as_str())
        .find(|verdict| !good.contains(verdict))
        .or(notebook["verdict"].as_str())
        .expect("a verdict")
        .to_owned()
}

/// A finished run of the program.
pub(crate) struct Run {
    shown: String,
    pub(crate) output: Output,
}

impl Run {
    /// Runs a command to its end.
    #[track_caller]
    pub(crate) fn of(mut command: Command) -> Run {
        let output = command.output().expect("nbrun starts");
        Run {
            shown: format!("{command:?}"),
            output,
        }
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Run {
        assert_eq!(self.output.status.code(), Some(code), "\n{self}");
        self
    }

    /// Fails unless the program printed this text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Run {
        assert!(self.text().contains(text), "no `{text}` in\n{self}");
        self
    }

    /// Fails if the program printed this text.
    #[track_caller]
    pub(crate) fn does_not_say(self, text: &str) -> Run {
        assert!(!self.text().contains(text), "`{text}` in\n{self}");
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
            + &String::from_utf8_lossy(&self.output.stderr)
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "$ {}\n{}\n--- stdout\n{}--- stderr\n{}",
            self.shown,
            self.output.status,
            String::from_utf8_lossy(&self.output.stdout),
            String::from_utf8_lossy(&self.output.stderr)
        )
    }
}
