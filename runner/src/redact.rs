//! What differs from run to run in a text, by name, and how it is taken out before comparing.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// A part of an output that is not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Redaction {
    /// `1.5 ms`, `20s`, `300 ns`, with the spaces before them.
    Durations,
    /// `0x7f3a..`.
    Addresses,
    /// The number in `ThreadId(3)`.
    ThreadIds,
    /// Absolute paths of at least two parts.
    Paths,
    /// Every number, with the spaces before it.
    Numbers,
}

impl Redaction {
    /// `text` with a placeholder in place of every such part.
    pub fn apply(self, text: &str) -> String {
        static DURATIONS: LazyLock<Regex> =
            LazyLock::new(|| pattern(r" *\b\d+(\.\d+)?\s?(ns|us|\u{b5}s|\u{3bc}s|ms|s)\b"));
        static ADDRESSES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b0x[0-9a-f]+\b"));
        static THREAD_IDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"ThreadId\(\d+\)"));
        static PATHS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(/[\w.+@-]+){2,}/?"));
        static NUMBERS: LazyLock<Regex> = LazyLock::new(|| pattern(r" *\b\d+(\.\d+)?"));
        let (pattern, placeholder) = match self {
            Redaction::Durations => (&DURATIONS, " <duration>"),
            Redaction::Addresses => (&ADDRESSES, "<address>"),
            Redaction::ThreadIds => (&THREAD_IDS, "ThreadId(<id>)"),
            Redaction::Paths => (&PATHS, "<path>"),
            Redaction::Numbers => (&NUMBERS, " <number>"),
        };
        pattern.replace_all(text, placeholder).into_owned()
    }
}

/// A panic's report on stderr without what belongs to the run rather than to the panic: the
/// thread's number, the place in generated code, and the backtrace.
pub fn panic_report(stderr: &str) -> String {
    static PLACE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(thread '[^']*')( \(\d+\))? panicked at \S+:\d+:\d+:"));
    PLACE
        .replace_all(&without_backtraces(stderr), "$1 panicked:")
        .into_owned()
}

/// What the kernel for Jupyter says on stderr where the process of the cells has ended.
pub const PROCESS_ENDED: &str = "The process of the cells has ended: variables and threads are gone, \
     functions and types stay. Run the cells again that make the variables you need.";

/// A text on stderr without the line that only the kernel for Jupyter says.
pub fn process_ended(stderr: &str) -> String {
    let lines = stderr.split_inclusive('\n');
    lines
        .filter(|line| line.trim_end() != PROCESS_ENDED)
        .collect()
}

/// A text without the backtraces of panics in it.
pub fn without_backtraces(stderr: &str) -> String {
    let mut result = String::with_capacity(stderr.len());
    let mut in_backtrace = false;
    for line in stderr.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if line.starts_with("stack backtrace:") {
            in_backtrace = true;
        } else if in_backtrace && is_frame(line, trimmed) {
            continue;
        } else {
            in_backtrace = false;
            // What it says depends on the user's RUST_BACKTRACE.
            let note = [
                "note: Some details are omitted",
                "note: run with `RUST_BACKTRACE=1`",
            ];
            if !note.iter().any(|note| line.starts_with(note)) {
                result.push_str(line);
            }
        }
    }
    result
}

fn is_frame(line: &str, trimmed: &str) -> bool {
    let numbered = trimmed
        .split_once(": ")
        .is_some_and(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
    line.starts_with(' ') && (numbered || trimmed.starts_with("at "))
}

/// `text` without terminal colors.
pub fn colors(text: &str) -> String {
    static ESCAPE: LazyLock<Regex> = LazyLock::new(|| pattern("\u{1b}\\[[0-9;]*m"));
    ESCAPE.replace_all(text, "").into_owned()
}

/// The execution count in the name that the kernel gives a cell in diagnostics.
pub fn command_number(text: &str) -> String {
    static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcommand_\d+\b"));
    NAME.replace_all(text, "command_N").into_owned()
}

/// Places in the code that evcxr generated: they depend on the order in which it writes items, which
/// differs from run to run.
pub fn generated_places(text: &str) -> String {
    static PLACE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bsrc/lib\.rs:\d+:\d+(: \d+:\d+)?"));
    PLACE.replace_all(text, "src/lib.rs").into_owned()
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant")
}

#[cfg(test)]
mod tests {
    use super::{Redaction, colors, panic_report};

    #[test]
    fn each_redaction_takes_out_its_part_only() {
        let table = [
            (
                Redaction::Durations,
                "took  1.5 ms, 3 jobs",
                "took <duration>, 3 jobs",
            ),
            (
                Redaction::Durations,
                "12s and 7 sheep",
                " <duration> and 7 sheep",
            ),
            (
                Redaction::Addresses,
                "at 0x7ffe1c and 12",
                "at <address> and 12",
            ),
            (Redaction::ThreadIds, "ThreadId(31) 31", "ThreadId(<id>) 31"),
            (Redaction::Paths, "in /tmp/a-b/c.txt, 1/2", "in <path>, 1/2"),
            (Redaction::Numbers, "pid  4711", "pid <number>"),
        ];
        for (redaction, text, expected) in table {
            assert_eq!(redaction.apply(text), expected, "{redaction:?}");
        }
    }

    #[test]
    fn a_panic_report_keeps_thread_and_message() {
        let report = "before\nthread 'writer' (4711) panicked at src/lib.rs:99:5:\nfull\n\
                      stack backtrace:\n   0: __rustc::rust_begin_unwind\n             \
                      at /rustc/5980/library/std/src/panicking.rs:679:5\n  12: start\n\
                      note: Some details are omitted, run with `RUST_BACKTRACE=full`.\nafter\n";
        let short = "before\nthread 'writer' (7) panicked at src/lib.rs:9:5:\nfull\n\
                     note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\
                     after\n";
        assert_eq!(panic_report(short), panic_report(report));
        assert_eq!(
            panic_report(report),
            "before\nthread 'writer' panicked:\nfull\nafter\n"
        );
    }

    #[test]
    fn colors_go_and_text_stays() {
        assert_eq!(colors("\u{1b}[31mred\u{1b}[0m [0m"), "red [0m");
    }
}
