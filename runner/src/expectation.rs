//! What a cell says about itself: how it is meant to end, and how its output is compared.
//!
//! Tags are written by people, so every contradiction is an error with a reason.
//! Whether the parts of an exercise or a prediction are complete is left to [`crate::parts`].

use std::collections::BTreeSet;
use std::time::Duration;

use crate::notebook::{Cell, CellKind};
use crate::redact::Redaction;
use crate::signal;

/// How a cell is meant to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It compiles and runs to its end.
    Success,
    /// It does not compile, with exactly these codes.
    CompileFail(BTreeSet<String>),
    /// It panics.
    Panic,
    /// A top-level `?` leaves it early.
    EarlyReturn,
    /// The process exits, with this code if one is given.
    Exit(Option<i32>),
    /// A signal kills the process.
    Signal(i32),
    /// It runs into its time limit.
    Timeout,
    /// It fails, in whatever way: `raises-exception` alone.
    AnyFailure,
}

/// How the output of a cell is compared with the saved one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Not at all.
    pub ignore: bool,
    /// Lines in any order.
    pub unordered: bool,
    /// Without these parts.
    pub redactions: BTreeSet<Redaction>,
}

/// Everything that a cell's tags and values say about its run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// How it ends.
    pub ending: Ending,
    /// What the output of its panic contains.
    pub panic: Option<String>,
    /// What stderr contains; `None` means that stderr stays empty.
    pub stderr: Option<String>,
    /// How its output is compared.
    pub comparison: Comparison,
    /// Its own time limit.
    pub timeout: Option<Duration>,
    /// Whether it is left out.
    pub skip: bool,
    /// Whether threads may go on after its end.
    pub detached: bool,
    /// Whether nothing else may run beside it.
    pub exclusive: bool,
}

/// A tag or value that contradicts another, or has no meaning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TagError(String);

/// The tags that belong to the runner, beside the codes of errors.
pub const TAGS: [&str; 16] = [
    "raises-exception",
    "compile_fail",
    "should_panic",
    "should_error",
    "should_exit",
    "unordered-output",
    "nbval-ignore-output",
    "detached",
    "skip-execution",
    "exercise",
    "hint",
    "solution",
    "check",
    "prediction",
    "answer",
    "proof",
];

/// Reads what `cell` says about its run.
///
/// # Errors
/// When tags or values contradict each other, belong to another kind of cell, or look like a
/// misspelled tag of the runner.
pub fn expectation(cell: &Cell) -> Result<Expectation, TagError> {
    check_tags(cell)?;
    let meta = &cell.meta;
    let codes: BTreeSet<String> = cell
        .tags
        .iter()
        .filter(|tag| is_code(tag))
        .chain(&meta.lints)
        .cloned()
        .collect();
    let compile_fail = cell.has_tag("compile_fail");
    require(
        compile_fail || codes.is_empty(),
        "a code of an error needs the tag `compile_fail`",
    )?;
    require(
        !compile_fail || cell.has_tag("raises-exception"),
        "`compile_fail` needs `raises-exception` beside it, or other tools stop at this cell",
    )?;

    let mut endings = Vec::new();
    if compile_fail {
        endings.push(Ending::CompileFail(codes));
    }
    if cell.has_tag("should_panic") {
        endings.push(Ending::Panic);
    }
    if cell.has_tag("should_error") {
        endings.push(Ending::EarlyReturn);
    }
    if cell.has_tag("should_exit") {
        endings.push(Ending::Exit(meta.exit_code));
    }
    if let Some(named) = &meta.signal {
        let number = signal::number(named)
            .ok_or_else(|| TagError(format!("`nbrun.signal` names no signal: {named:?}")))?;
        endings.push(Ending::Signal(number));
    }
    if meta.on_timeout.is_some() {
        endings.push(Ending::Timeout);
    }
    require(
        endings.len() <= 1,
        "a cell can be meant to end in one way only",
    )?;
    require(
        meta.exit_code.is_none() || cell.has_tag("should_exit"),
        "`nbrun.exit_code` needs the tag `should_exit`",
    )?;
    require(
        meta.panic.is_none() || cell.has_tag("should_panic"),
        "`nbrun.panic` needs the tag `should_panic`",
    )?;
    let ending = endings
        .pop()
        .unwrap_or(if cell.has_tag("raises-exception") {
            Ending::AnyFailure
        } else {
            Ending::Success
        });

    let comparison = Comparison {
        ignore: cell.has_tag("nbval-ignore-output"),
        unordered: cell.has_tag("unordered-output"),
        redactions: meta.redact.iter().copied().collect(),
    };
    require(
        !(comparison.ignore && (comparison.unordered || !comparison.redactions.is_empty())),
        "`nbval-ignore-output` compares nothing, so `unordered-output` and `nbrun.redact` have no \
         meaning beside it",
    )?;
    Ok(Expectation {
        ending,
        panic: meta.panic.clone(),
        stderr: meta.stderr.clone(),
        comparison,
        timeout: timeout(meta.timeout)?,
        skip: cell.has_tag("skip-execution"),
        detached: cell.has_tag("detached"),
        exclusive: meta.exclusive,
    })
}

/// Whether a tag is the code of a compile error: `E` and four digits.
pub fn is_code(tag: &str) -> bool {
    tag.strip_prefix('E')
        .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn check_tags(cell: &Cell) -> Result<(), TagError> {
    for tag in &cell.tags {
        let malformed_code = tag.len() > 1
            && tag.starts_with(['E', 'e'])
            && tag[1..].bytes().all(|byte| byte.is_ascii_digit())
            && !is_code(tag);
        require(
            !malformed_code,
            &format!("`{tag}` is no code of an error: `E` and four digits, `E0373`"),
        )?;
        if let Some(meant) = misspelled(tag) {
            return Err(TagError(format!("unknown tag `{tag}`; is it `{meant}`?")));
        }
        let prose = ["hint", "solution", "prediction", "answer"].contains(&tag.as_str());
        let code = TAGS.contains(&tag.as_str()) && !prose || is_code(tag);
        require(
            !(prose && cell.kind != CellKind::Markdown),
            &format!("`{tag}` belongs to a Markdown cell"),
        )?;
        require(
            !(code && cell.kind != CellKind::Code),
            &format!("`{tag}` belongs to a code cell"),
        )?;
    }
    Ok(())
}

/// The runner's tag that `tag` is a different spelling of.
fn misspelled(tag: &str) -> Option<&'static str> {
    let plain = |tag: &str| tag.to_lowercase().replace(['-', '_', ' '], "");
    TAGS.into_iter()
        .find(|own| *own != tag && plain(own) == plain(tag))
}

fn timeout(seconds: Option<f64>) -> Result<Option<Duration>, TagError> {
    seconds
        .map(|seconds| {
            Duration::try_from_secs_f64(seconds)
                .ok()
                .filter(|limit| !limit.is_zero())
                .ok_or_else(|| {
                    TagError("`nbrun.timeout` must be a positive number of seconds".into())
                })
        })
        .transpose()
}

fn require(holds: bool, otherwise: &str) -> Result<(), TagError> {
    if holds {
        Ok(())
    } else {
        Err(TagError(otherwise.to_owned()))
    }
}
