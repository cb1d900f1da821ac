//! Turns standard output and standard error into pipes, reads them, and turns them back.

use std::io::{self, PipeReader, PipeWriter, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

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
    ends: [PipeWriter; 2],
    lines: mpsc::Receiver<Option<Line>>,
    end_mark: Vec<u8>,
}

impl Capture {
    pub(super) fn start() -> Result<Self, CaptureError> {
        let mut saved = lock();
        if saved.is_some() {
            return Err(CaptureError::Nested);
        }
        let (out_reader, out_writer) = io::pipe()?;
        let (err_reader, err_writer) = io::pipe()?;
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let before = Saved {
            capture: number,
            stdout: io::stdout().as_fd().try_clone_to_owned()?,
            stderr: io::stderr().as_fd().try_clone_to_owned()?,
        };
        let end_mark = end_mark(number);
        let (sender, lines) = mpsc::channel();
        let start = Instant::now();
        for (stream, pipe) in [(Stream::Stdout, out_reader), (Stream::Stderr, err_reader)] {
            let (sender, end_mark) = (sender.clone(), end_mark.clone());
            let reader = thread::Builder::new().name(format!("capture {stream}"));
            // Not joined: it ends with the pipe, which a program started meanwhile may hold open.
            reader.spawn(move || read(stream, pipe, &end_mark, start, &sender))?;
        }
        let ends = [out_writer, err_writer];
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
            lines,
            end_mark,
        })
    }

    /// Restores the output and returns what was printed.
    pub(super) fn finish(mut self) -> Vec<Line> {
        restore(self.number);
        let mut open = 0;
        for end in &mut self.ends {
            // A reader is gone only when its pipe is broken; then there is nothing to wait for.
            open += usize::from(end.write_all(&self.end_mark).is_ok());
        }
        let mut lines = Vec::new();
        while open > 0 {
            match self.lines.recv() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => open -= 1,
                Err(mpsc::RecvError) => break,
            }
        }
        // Each stream is in order already; this puts the two together.
        lines.sort_by_key(|line| line.at);
        lines
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

fn redirect(ends: &[PipeWriter; 2]) -> io::Result<()> {
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

/// Sends every line up to the end mark, then `None`; passes on what comes even later.
fn read(
    stream: Stream,
    mut pipe: PipeReader,
    end_mark: &[u8],
    start: Instant,
    lines: &mpsc::Sender<Option<Line>>,
) {
    let mut splitter = Splitter::default();
    let mut chunk = vec![0; 64 * 1024];
    let mut captured = false;
    loop {
        let count = match pipe.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let bytes = &chunk[..count];
        if captured {
            pass_on(stream, bytes);
            continue;
        }
        let at = start.elapsed();
        let rest = splitter.feed(bytes, end_mark, &mut |bytes| {
            let _ = lines.send(Some(line(stream, at, bytes)));
        });
        if let Some(rest) = rest {
            captured = true;
            let _ = lines.send(None);
            pass_on(stream, &rest);
        }
    }
    if !captured {
        let _ = lines.send(None);
    }
}

fn line(stream: Stream, at: Duration, bytes: Vec<u8>) -> Line {
    Line { stream, at, bytes }
}

/// What a program writes that outlives the capture goes to the real output.
fn pass_on(stream: Stream, bytes: &[u8]) {
    // Nobody is left to hear of an output that is closed.
    let _ = match stream {
        Stream::Stdout => io::stdout().lock().write_all(bytes),
        Stream::Stderr => io::stderr().lock().write_all(bytes),
    };
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
            let mut line = std::mem::take(&mut self.unfinished);
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
    use super::Splitter;

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
