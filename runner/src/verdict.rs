//! Verdicts: what a cell's run means, given what the cell says about itself.
//!
//! A verdict follows from evidence only; nothing here runs or prints.

use std::collections::BTreeSet;

use crate::compare::difference;
use crate::engine::{CellRun, Diagnostic, End, Phase};
use crate::expectation::{Ending, Expectation};
use crate::notebook::{Cell, Output, Stream};
use crate::signal;

/// What is said of a cell in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It did what it should.
    Passed,
    /// It says itself that it is not to be run.
    Skipped,
    /// It did not do what it should.
    Failed(Failure),
    /// It did not run, because an earlier cell failed.
    NotRun {
        /// The name of the cell that failed.
        cause: String,
    },
}

/// How a cell failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The kind.
    pub kind: FailureKind,
    /// One line for a person.
    pub summary: String,
    /// The evidence: diagnostics, the text of a panic, a diff. May be empty.
    pub detail: String,
    /// The line in the cell, from 1.
    pub line: Option<usize>,
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// It does not compile.
    CompileError,
    /// It panicked.
    Panic,
    /// A top-level `?` left it early.
    Error,
    /// Something stands on stderr, such as the panic of another thread.
    Stderr,
    /// The process ended.
    Died,
    /// It ran into its time limit.
    Timeout,
    /// It wrote more than it may.
    OutputLimit,
    /// Its processes took more memory than they may.
    Memory,
    /// A thread printed after its cell had ended.
    LateOutput,
    /// The output is not the saved one.
    Mismatch,
    /// It was meant to fail and did not.
    UnexpectedSuccess,
    /// It was meant to fail and failed in another way.
    WrongFailure,
    /// A check of an exercise did not say what it must.
    Exercise,
    /// The engine failed, and what the cell did is not known.
    Engine,
}

impl FailureKind {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            FailureKind::CompileError => "compile-error",
            FailureKind::Panic => "panic",
            FailureKind::Error => "error",
            FailureKind::Stderr => "stderr",
            FailureKind::Died => "died",
            FailureKind::Timeout => "timeout",
            FailureKind::OutputLimit => "output-limit",
            FailureKind::Memory => "memory",
            FailureKind::LateOutput => "late-output",
            FailureKind::Mismatch => "mismatch",
            FailureKind::UnexpectedSuccess => "unexpected-success",
            FailureKind::WrongFailure => "wrong-failure",
            FailureKind::Exercise => "exercise",
            FailureKind::Engine => "engine",
        }
    }
}

impl Verdict {
    /// Whether the notebook may be called right with this verdict in it.
    pub fn is_good(&self) -> bool {
        matches!(self, Verdict::Passed | Verdict::Skipped)
    }

    /// The name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Skipped => "skipped",
            Verdict::Failed(failure) => failure.kind.name(),
            Verdict::NotRun { .. } => "not-run",
        }
    }
}

/// Judges a run of `cell`. With `compare`, its output is held against the saved one.
pub fn judge(cell: &Cell, expected: &Expectation, run: &CellRun, compare: bool) -> Verdict {
    match failure(cell, expected, run, compare) {
        Some(failure) => Verdict::Failed(failure),
        None => Verdict::Passed,
    }
}

fn failure(cell: &Cell, expected: &Expectation, run: &CellRun, compare: bool) -> Option<Failure> {
    // No cell can mean to take without bound.
    if matches!(run.end, End::OutputLimit | End::MemoryLimit) {
        return Some(happened(run));
    }
    if let Some(failure) = wrong_ending(expected, run) {
        return Some(failure);
    }
    let stderr = text(run, Stream::Stderr);
    match &expected.stderr {
        Some(part) if !stderr.contains(part) => {
            return Some(Failure {
                kind: FailureKind::Mismatch,
                summary: format!("stderr does not contain `{part}`"),
                detail: stderr,
                line: None,
            });
        }
        None if expected.ending == Ending::Success && !stderr.is_empty() => {
            return Some(Failure {
                kind: FailureKind::Stderr,
                summary: stderr_summary(&stderr),
                detail: stderr,
                line: None,
            });
        }
        _ => {}
    }
    if !run.late.is_empty() && !expected.detached {
        return Some(Failure {
            kind: FailureKind::LateOutput,
            summary: "a thread of an earlier cell was still printing".to_owned(),
            detail: run.late.clone(),
            line: None,
        });
    }
    if compare && cell.is_recorded() {
        let diff = difference(&cell.outputs, &run.outputs, &expected.comparison)?;
        return Some(Failure {
            kind: FailureKind::Mismatch,
            summary: "the output is not the saved one".to_owned(),
            detail: diff,
            line: None,
        });
    }
    None
}

/// The failure where a cell ended otherwise than it is meant to.
fn wrong_ending(expected: &Expectation, run: &CellRun) -> Option<Failure> {
    let meant = match (&expected.ending, &run.end) {
        (Ending::Success, End::Completed)
        | (Ending::EarlyReturn, End::LeftEarly)
        | (Ending::Timeout, End::TimedOut(Phase::Running))
        | (Ending::Exit(None), End::Exited(_)) => return None,
        (Ending::Panic, End::Panicked { .. }) => return missing_panic_text(expected, run),
        (Ending::Exit(Some(code)), End::Exited(actual)) if code == actual => return None,
        (Ending::Signal(signal), End::Signaled(actual)) if signal == actual => return None,
        (Ending::CompileFail(codes), End::NotCompiled(diagnostics))
            if fails_with(diagnostics, codes) =>
        {
            return None;
        }
        (Ending::AnyFailure, end) if *end != End::Completed => return None,
        (Ending::Success, _) => return Some(happened(run)),
        (Ending::CompileFail(codes), _) if codes.is_empty() => "not to compile".to_owned(),
        (Ending::CompileFail(codes), _) => {
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            format!("to fail with {}", codes.join(", "))
        }
        (Ending::Panic, _) => "to panic".to_owned(),
        (Ending::EarlyReturn, _) => "to be left early by `?`".to_owned(),
        (Ending::Exit(None), _) => "to end the process".to_owned(),
        (Ending::Exit(Some(code)), _) => format!("to exit with code {code}"),
        (Ending::Signal(number), _) => format!("to be killed by {}", signal::name(*number)),
        (Ending::Timeout, _) => "to run into its time limit".to_owned(),
        (Ending::AnyFailure, _) => "to fail".to_owned(),
    };
    let actual = happened(run);
    let kind = match run.end {
        End::Completed => FailureKind::UnexpectedSuccess,
        // A cell that hangs is a cell that hangs, whatever it was meant to do.
        End::TimedOut(_) => FailureKind::Timeout,
        _ => FailureKind::WrongFailure,
    };
    Some(Failure {
        kind,
        summary: format!("meant {meant}, but {}", actual.summary),
        ..actual
    })
}

fn missing_panic_text(expected: &Expectation, run: &CellRun) -> Option<Failure> {
    let part = expected.panic.as_ref()?;
    let printed = text(run, Stream::Stdout) + &text(run, Stream::Stderr);
    (!printed.contains(part)).then(|| Failure {
        kind: FailureKind::WrongFailure,
        summary: format!("it panicked, but nothing it printed contains `{part}`"),
        ..happened(run)
    })
}

/// What happened, told as a failure.
fn happened(run: &CellRun) -> Failure {
    let printed = text(run, Stream::Stderr);
    let (kind, summary, detail, line) = match &run.end {
        End::Completed => (
            FailureKind::UnexpectedSuccess,
            "it ran to its end".to_owned(),
            String::new(),
            None,
        ),
        End::NotCompiled(diagnostics) => (
            FailureKind::CompileError,
            compile_summary(diagnostics),
            reports(diagnostics),
            diagnostics.iter().find_map(|diagnostic| diagnostic.line),
        ),
        End::Panicked { line } => (
            FailureKind::Panic,
            panic_summary(&printed),
            either(printed, text(run, Stream::Stdout)),
            *line,
        ),
        End::LeftEarly => (
            FailureKind::Error,
            format!("a `?` left the cell early: {}", first_line(&printed)),
            printed,
            None,
        ),
        End::Exited(code) => (
            FailureKind::Died,
            format!("the process exited with code {code}"),
            printed,
            None,
        ),
        End::Signaled(number) => (
            FailureKind::Died,
            format!("the process was killed by {}", signal::name(*number)),
            printed,
            None,
        ),
        End::TimedOut(phase) => (
            FailureKind::Timeout,
            match phase {
                Phase::Compiling => "it was still being compiled at its time limit".to_owned(),
                Phase::Running => "it was still running at its time limit".to_owned(),
            },
            either(text(run, Stream::Stdout), printed),
            None,
        ),
        End::OutputLimit => (
            FailureKind::OutputLimit,
            "it wrote more than the output limit".to_owned(),
            String::new(),
            None,
        ),
        End::MemoryLimit => (
            FailureKind::Memory,
            "its processes took more memory than the limit".to_owned(),
            String::new(),
            None,
        ),
        End::KernelDied => (
            FailureKind::Died,
            "it took the kernel's own process with it".to_owned(),
            String::new(),
            None,
        ),
    };
    Failure {
        kind,
        summary,
        detail,
        line,
    }
}

/// Whether the errors have exactly these codes. An error without a code fits only where none is
/// named.
fn fails_with(diagnostics: &[Diagnostic], codes: &BTreeSet<String>) -> bool {
    let found: BTreeSet<Option<&String>> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.as_ref())
        .collect();
    match codes.is_empty() {
        true => found == BTreeSet::from([None]),
        false => found == codes.iter().map(Some).collect(),
    }
}

fn compile_summary(diagnostics: &[Diagnostic]) -> String {
    let mut parts: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| match &diagnostic.code {
            Some(code) => format!("{code}, {}", first_line(&diagnostic.message)),
            None => first_line(&diagnostic.message).to_owned(),
        })
        .collect();
    parts.dedup();
    format!("it does not compile: {}", parts.join("; "))
}

fn reports(diagnostics: &[Diagnostic]) -> String {
    let reports: Vec<&str> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.report.trim_end())
        .collect();
    reports.join("\n")
}

fn panic_summary(stderr: &str) -> String {
    let mut lines = stderr.lines();
    match lines.find(|line| line.contains("panicked at")) {
        Some(_) => format!("it panicked: {}", lines.next().unwrap_or_default()),
        None => "it panicked".to_owned(),
    }
}

fn stderr_summary(stderr: &str) -> String {
    let Some(report) = stderr
        .lines()
        .find(|line| line.contains("' panicked at"))
        .or_else(|| stderr.lines().find(|line| line.contains(") panicked at")))
    else {
        return format!("stderr is not empty: {}", first_line(stderr));
    };
    let thread = report.split('\'').nth(1).unwrap_or("<unnamed>");
    format!("thread `{thread}` panicked while the cell ran")
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn either(first: String, second: String) -> String {
    if first.is_empty() { second } else { first }
}

fn text(run: &CellRun, wanted: Stream) -> String {
    run.outputs
        .iter()
        .filter_map(|output| match output {
            Output::Stream { name, text } if *name == wanted => Some(text.as_str()),
            _ => None,
        })
        .collect()
}
