//! Turns standard output and standard error into pipes, reads them, and turns them back.

use std::io::{self, PipeReader, PipeWriter, Read as _, Write};
use std::mem;
use std::os::fd::{AsFd as _, OwnedFd};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::{CaptureError, Line, Stream};

/// Where the two streams went before; `Some` exactly while output is being captured.
static SAVED: Mutex<Option<Saved>> = Mutex::new(None);

struct Saved {
    /// The number of the capture.
    capture: u64,
    stdout: OwnedFd,
    stderr: OwnedFd,
}

/// A capture that is running; dropping it restores the output.
pub(super) struct Capture {
    number: u64,
    ends: Vec<PipeWriter>,
    readers: Vec<JoinHandle<Vec<Line>>>,
}

impl Capture {
    pub(super) fn start() -> Result<Self, CaptureError> {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let mut saved = lock();
        if saved.is_some() {
            return Err(CaptureError::Nested);
        }
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let (out_reader, out_writer) = io::pipe()?;
        let (err_reader, err_writer) = io::pipe()?;
        let before = Saved {
            capture: number,
            stdout: io::stdout().as_fd().try_clone_to_owned()?,
            stderr: io::stderr().as_fd().try_clone_to_owned()?,
        };
        let start = Instant::now();
        let read = |stream, pipe| {
            let end_mark = end_mark(number);
            let reader = thread::Builder::new().name(format!("capture {stream}"));
            reader.spawn(move || read(stream, pipe, &end_mark, start))
        };
        let readers = vec![
            read(Stream::Stdout, out_reader)?,
            read(Stream::Stderr, err_reader)?,
        ];
        let ends = vec![out_writer, err_writer];
        // What was printed before must not come out inside.
        io::stdout().flush()?;
        if let Err(error) = redirect(&ends) {
            let _ = put_back(&before);
            return Err(error.into());
        }
        *saved = Some(before);
        Ok(Self {
            number,
            ends,
            readers,
        })
    }

    /// Restores the output and returns what was printed.
    pub(super) fn finish(mut self) -> Vec<Line> {
        restore(self.number);
        for end in &mut self.ends {
            // It fails when the reader has ended, and then there is nothing to tell it.
            let _ = end.write_all(&end_mark(self.number));
        }
        let mut streams = mem::take(&mut self.readers).into_iter().map(|reader| {
            // A reader does not panic.
            reader.join().unwrap_or_default()
        });
        let (stdout, stderr) = (streams.next(), streams.next());
        merge(stdout.unwrap_or_default(), stderr.unwrap_or_default())
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        restore(self.number);
    }
}

/// The number of the capture that is running.
pub(crate) fn running() -> Option<u64> {
    lock().as_ref().map(|saved| saved.capture)
}

/// Puts standard output and standard error back where they were before this capture.
///
/// It does nothing when they are back already.
pub(crate) fn restore(capture: u64) {
    let mut saved = lock();
    if let Some(before) = saved.take_if(|saved| saved.capture == capture) {
        // What was printed without a line feed belongs to the capture.
        let _ = io::stdout().flush();
        // It cannot fail: both descriptors are open.
        let _ = put_back(&before);
    }
}

fn lock() -> MutexGuard<'static, Option<Saved>> {
    SAVED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn redirect(ends: &[PipeWriter]) -> io::Result<()> {
    rustix::stdio::dup2_stdout(&ends[0])?;
    rustix::stdio::dup2_stderr(&ends[1])?;
    Ok(())
}

fn put_back(saved: &Saved) -> io::Result<()> {
    rustix::stdio::dup2_stdout(&saved.stdout)?;
    rustix::stdio::dup2_stderr(&saved.stderr)?;
    Ok(())
}

/// A line that nobody else writes.
fn end_mark(number: u64) -> Vec<u8> {
    format!("\0\x1b end of capture {number} of {}\0\n", process::id()).into_bytes()
}

/// Reads every line up to the end mark.
fn read(stream: Stream, mut pipe: PipeReader, end_mark: &[u8], start: Instant) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut splitter = Splitter::default();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let count = match pipe.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let at = start.elapsed();
        let mut keep = |bytes| lines.push(Line { stream, at, bytes });
        if let Some(rest) = splitter.feed(&chunk[..count], end_mark, &mut keep) {
            pass_on(stream, pipe, rest);
            break;
        }
    }
    lines
}

/// Sends to the real output what a program writes that was started meanwhile and outlives the capture.
fn pass_on(stream: Stream, mut pipe: PipeReader, rest: Vec<u8>) {
    let late = thread::Builder::new().name(format!("late {stream}"));
    // Not joined, because it ends when the last such program does: almost always that is at once.
    // Where there can be no thread, such a program finds its output closed.
    let _ = late.spawn(move || {
        let mut output: Box<dyn Write> = match stream {
            Stream::Stdout => Box::new(io::stdout()),
            Stream::Stderr => Box::new(io::stderr()),
        };
        // Nobody is left to hear of an output that is closed.
        let _ = output.write_all(&rest);
        let _ = io::copy(&mut pipe, &mut output);
    });
}

/// Puts two streams together, each of which is in order already.
fn merge(stdout: Vec<Line>, stderr: Vec<Line>) -> Vec<Line> {
    let mut lines = Vec::with_capacity(stdout.len() + stderr.len());
    let mut stderr = stderr.into_iter().peekable();
    for line in stdout {
        while let Some(earlier) = stderr.next_if(|other| other.at < line.at) {
            lines.push(earlier);
        }
        lines.push(line);
    }
    lines.extend(stderr);
    lines
}

/// Cuts a stream of bytes into lines.
#[derive(Default)]
struct Splitter {
    unfinished: Vec<u8>,
}

impl Splitter {
    /// Gives every finished line to `each`; returns what follows the end mark once it has come.
    fn feed(
        &mut self,
        bytes: &[u8],
        end_mark: &[u8],
        each: &mut dyn FnMut(Vec<u8>),
    ) -> Option<Vec<u8>> {
        let mut rest = bytes;
        while let Some(feed) = rest.iter().position(|&byte| byte == b'\n') {
            let (head, tail) = rest.split_at(feed + 1);
            rest = tail;
            let mut line = mem::take(&mut self.unfinished);
            line.extend_from_slice(head);
            if let Some(last) = line.strip_suffix(end_mark) {
                if !last.is_empty() {
                    each(last.to_vec());
                }
                return Some(rest.to_vec());
            }
            line.pop();
            each(line);
        }
        self.unfinished.extend_from_slice(rest);
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Line, Splitter, Stream, merge};

    #[test]
    fn two_streams_are_merged_by_time_and_stay_in_order() {
        let lines = |stream, times: &[u64]| -> Vec<Line> {
            let line = |(number, &at)| Line {
                stream,
                at: Duration::from_millis(at),
                bytes: vec![number as u8],
            };
            times.iter().enumerate().map(line).collect()
        };
        let merged = merge(
            lines(Stream::Stdout, &[1, 3, 3]),
            lines(Stream::Stderr, &[0, 2, 3, 9]),
        );
        let seen: Vec<_> = merged
            .iter()
            .map(|line| (line.at.as_millis(), line.stream, line.bytes[0]))
            .collect();
        let (out, err) = (Stream::Stdout, Stream::Stderr);
        assert_eq!(
            seen,
            [
                (0, err, 0),
                (1, out, 0),
                (2, err, 1),
                (3, out, 1),
                (3, out, 2),
                (3, err, 2),
                (9, err, 3)
            ]
        );
    }

    #[test]
    fn lines_are_cut_the_same_however_the_bytes_arrive() {
        let stream = b"one\n\ncaf\xe9\nunfinished\0end\nlater\n";
        for size in 1..=stream.len() {
            let mut splitter = Splitter::default();
            let mut lines = Vec::new();
            let mut later = None;
            for chunk in stream.chunks(size) {
                match &mut later {
                    None => later = splitter.feed(chunk, b"\0end\n", &mut |line| lines.push(line)),
                    Some(later) => later.extend_from_slice(chunk),
                }
            }
            let expected: [&[u8]; 4] = [b"one", b"", b"caf\xe9", b"unfinished"];
            assert_eq!(lines, expected, "in chunks of {size}");
            assert_eq!(
                later.as_deref(),
                Some(&b"later\n"[..]),
                "in chunks of {size}"
            );
        }
    }
}
