//! What a cell printed, in a form that can go through evcxr to Jupyter.
//!
//! evcxr takes whole lines of UTF-8, and takes some of them for its own control lines.
//! Here a line that only looks like one is changed where nobody sees it, and the end of a cell waits
//! until everything that was printed has arrived.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::ioctl_fionread;

use super::processes::other_threads_sleep;
use crate::engine::transcript::Transcript;
use crate::redact::PROCESS_ENDED;

/// What evcxr takes for a control line if it is the whole line.
const WHOLE_LINES: [&str; 4] = [
    "EVCXR_EXECUTION_COMPLETE",
    "EVCXR_PANIC_NOTIFICATION",
    "EVCXR_ERROR_OCCURRED",
    "EVCXR_END_CONTENT",
];

/// What evcxr takes for a control line if the line begins so.
const BEGINNINGS: [&str; 2] = ["EVCXR_INPUT_REQUEST", "EVCXR_VARIABLE_CHANGED_TYPE:"];

/// What evcxr takes for the beginning of a content anywhere in a line.
const BEGIN_CONTENT: &str = "EVCXR_BEGIN_CONTENT ";

/// Is not seen, and keeps evcxr from knowing a control line: a zero-width space.
const INVISIBLE: &str = "\u{200b}";

/// With this in place of the end of a cell evcxr reports the cell as failed: it is no UTF-8.
const FAILURE: &[u8] = b"\xff\n";

/// So much between two cells, and the threads that print it wait for the next cell to begin.
const HELD_BACK: usize = 1 << 20;

/// So often, and so far apart, nothing is seen to move before everything has arrived.
const QUIET_LOOKS: u32 = 6;
const BETWEEN_LOOKS: Duration = Duration::from_micros(400);

/// How long that may take.
const READING: Duration = Duration::from_secs(2);

/// The kernel's ends of evcxr's pipes.
#[derive(Debug)]
pub(super) struct Forward {
    stdout: File,
    stderr: File,
    strict: bool,
    /// Whether something was written since the last cell ended.
    written: bool,
}

impl Forward {
    pub(super) fn new(stdout: File, stderr: File, strict: bool) -> Forward {
        Forward {
            stdout,
            stderr,
            strict,
            written: false,
        }
    }

    /// Whether no more is to be read until the next cell begins.
    pub(super) fn is_full(printed: &Transcript) -> bool {
        printed.stdout.len() >= HELD_BACK
    }

    /// Passes on whole lines. evcxr reads standard output only while a cell runs.
    pub(super) fn lines(&mut self, printed: &mut Transcript, cell_runs: bool) -> io::Result<()> {
        let stderr = take_lines(&mut printed.stderr);
        self.write_stderr(&stderr)?;
        if cell_runs {
            let stdout = take_lines(&mut printed.stdout);
            self.write_stdout(&stdout)?;
        }
        Ok(())
    }

    /// Passes on what is left at the end of a cell: lines without an end, and the values to show.
    pub(super) fn rest(&mut self, printed: &mut Transcript) -> io::Result<()> {
        for text in [&mut printed.stdout, &mut printed.stderr] {
            if !text.is_empty() && !text.ends_with(b"\n") {
                text.push(b'\n');
            }
        }
        self.lines(printed, true)?;
        for (mime, content) in std::mem::take(&mut printed.bundle) {
            self.write_stdout_raw(&content_lines(&mime, &content))?;
        }
        Ok(())
    }

    /// Tells evcxr how the cell ended: `complete` as it wants to hear it, or in a strict kernel that
    /// it failed.
    pub(super) fn end(&mut self, printed: &Transcript, complete: &[u8]) -> io::Result<()> {
        let reason = match (printed.panicked, printed.left_early) {
            _ if !self.strict => None,
            (true, _) => Some("the cell panicked"),
            (false, true) => Some("a `?` left the cell early"),
            (false, false) => None,
        };
        if let Some(reason) = reason {
            let note = format!("{reason}: the strict kernel reports it as failed\n");
            self.write_stderr(note.as_bytes())?;
        }
        self.wait_until_read();
        match reason {
            Some(_) => self.write_stdout_raw(FAILURE),
            None => self.write_stdout_raw(complete),
        }
    }

    /// Says what evcxr does not, where the process of the cells ends in the middle of one: because of
    /// an interrupt, or because the cell has ended it.
    pub(super) fn process_ended(&mut self) -> io::Result<()> {
        self.write_stderr(format!("{PROCESS_ENDED}\n").as_bytes())?;
        self.wait_until_read();
        Ok(())
    }

    fn write_stdout(&mut self, text: &[u8]) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.write_stdout_raw(&harmless(text))
    }

    fn write_stdout_raw(&mut self, lines: &[u8]) -> io::Result<()> {
        self.written |= !lines.is_empty();
        self.stdout.write_all(lines)
    }

    fn write_stderr(&mut self, text: &[u8]) -> io::Result<()> {
        self.written |= !text.is_empty();
        self.stderr
            .write_all(String::from_utf8_lossy(text).as_bytes())
    }

    /// Waits until evcxr has read everything and Jupyter has been sent it: what comes after the end
    /// of its cell is lost to programs such as nbconvert.
    ///
    /// On its way a line goes from thread to thread, and each wakes the next before it sleeps. So
    /// when the pipes are empty and all other threads sleep, it has arrived. But one of them looks
    /// at one stream for a millisecond before it turns to the other, so they must go on sleeping.
    fn wait_until_read(&mut self) {
        if !std::mem::take(&mut self.written) {
            return;
        }
        let deadline = Instant::now() + READING;
        let is_empty = |pipe: &File| ioctl_fionread(pipe).is_ok_and(|left| left == 0);
        let mut looks = 0;
        while looks < QUIET_LOOKS && Instant::now() < deadline {
            let quiet = is_empty(&self.stdout) && is_empty(&self.stderr) && other_threads_sleep();
            looks = if quiet { looks + 1 } else { 0 };
            thread::sleep(BETWEEN_LOOKS);
        }
    }
}

/// Takes the lines that have ended.
fn take_lines(text: &mut Vec<u8>) -> Vec<u8> {
    let end = text.iter().rposition(|byte| *byte == b'\n');
    let rest = text.split_off(end.map_or(0, |end| end + 1));
    std::mem::replace(text, rest)
}

/// Text in which evcxr finds no control line.
fn harmless(text: &[u8]) -> Vec<u8> {
    let mut lines = String::with_capacity(text.len());
    for line in String::from_utf8_lossy(text).lines() {
        let forged =
            WHOLE_LINES.contains(&line) || BEGINNINGS.iter().any(|start| line.starts_with(start));
        if forged {
            lines.push_str(INVISIBLE);
        }
        lines.push_str(&without_begin(line));
        lines.push('\n');
    }
    lines.into_bytes()
}

fn without_begin(line: &str) -> Cow<'_, str> {
    if line.contains(BEGIN_CONTENT) {
        let (word, space) = BEGIN_CONTENT.split_at(BEGIN_CONTENT.len() - 1);
        Cow::Owned(line.replace(BEGIN_CONTENT, &format!("{word}{INVISIBLE}{space}")))
    } else {
        Cow::Borrowed(line)
    }
}

/// A value to show, as evcxr reads it.
fn content_lines(mime: &str, content: &str) -> Vec<u8> {
    let mut lines = format!("{BEGIN_CONTENT}{mime}\n").into_bytes();
    for line in content.lines() {
        if WHOLE_LINES.contains(&line) {
            lines.extend(INVISIBLE.as_bytes());
        }
        lines.extend(line.as_bytes());
        lines.push(b'\n');
    }
    lines.extend(b"EVCXR_END_CONTENT\n");
    lines
}

#[cfg(test)]
mod tests {
    use super::{INVISIBLE, content_lines, harmless, take_lines};

    #[test]
    fn evcxr_knows_no_control_line() {
        let table = [
            ("plain\n", "plain\n".to_owned()),
            (
                "EVCXR_EXECUTION_COMPLETE\n",
                format!("{INVISIBLE}EVCXR_EXECUTION_COMPLETE\n"),
            ),
            (
                "xEVCXR_EXECUTION_COMPLETE\n",
                "xEVCXR_EXECUTION_COMPLETE\n".to_owned(),
            ),
            (
                "EVCXR_INPUT_REQUEST:a\n",
                format!("{INVISIBLE}EVCXR_INPUT_REQUEST:a\n"),
            ),
            (
                "see EVCXR_BEGIN_CONTENT text/html\n",
                format!("see EVCXR_BEGIN_CONTENT{INVISIBLE} text/html\n"),
            ),
            ("\u{e9}\n", "\u{e9}\n".to_owned()),
        ];
        for (text, expected) in table {
            assert_eq!(harmless(text.as_bytes()), expected.into_bytes(), "{text}");
        }
        assert_eq!(harmless(b"a\xffb\n"), "a\u{fffd}b\n".as_bytes());
    }

    #[test]
    fn a_content_cannot_end_itself_early() {
        let lines = content_lines("text/plain", "one\nEVCXR_PANIC_NOTIFICATION");
        let expected = format!(
            "EVCXR_BEGIN_CONTENT text/plain\none\n{INVISIBLE}EVCXR_PANIC_NOTIFICATION\n\
             EVCXR_END_CONTENT\n"
        );
        assert_eq!(lines, expected.into_bytes());
    }

    #[test]
    fn only_whole_lines_are_taken() {
        let mut text = b"one\ntwo\nthr".to_vec();
        assert_eq!(take_lines(&mut text), b"one\ntwo\n");
        assert_eq!(text, b"thr");
        assert_eq!(take_lines(&mut text), b"");
        assert_eq!(text, b"thr");
    }
}
