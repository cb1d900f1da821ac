//! Captured lines, and what can be asserted of them.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write as _};
use std::time::Duration;

use crate::show;
use crate::timing::pretty;

/// Where a line was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Stream {
    /// Standard output, as by `println!`.
    Stdout,
    /// Standard error, as by `eprintln!`.
    Stderr,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        })
    }
}

/// One line that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Line {
    /// Where it was printed.
    pub stream: Stream,
    /// When its end arrived, since the start of the capture.
    pub at: Duration,
    /// Its bytes as they were written, without the line feed.
    pub bytes: Vec<u8>,
}

impl Line {
    /// The text of the line; bytes that are not UTF-8 are shown as U+FFFD.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::capture::{Line, Stream};
    ///
    /// let line = Line {
    ///     stream: Stream::Stdout,
    ///     at: Duration::ZERO,
    ///     bytes: b"caf\xe9".to_vec(),
    /// };
    /// assert_eq!(line.text(), "caf\u{fffd}");
    /// ```
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

/// Lines in the order in which they arrived.
///
/// # Examples
///
/// ```
/// use threadlab::capture;
///
/// let seen = capture::output(|| {
///     println!("the shop opens");
///     println!("an order comes in");
///     println!("the shop closes");
/// });
/// assert_eq!(seen.texts()[1], "an order comes in");
/// seen.assert_in_order(["the shop opens", "the shop closes"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Output {
    lines: Vec<Line>,
}

impl Output {
    /// An output made of these lines.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::capture::Output;
    ///
    /// Output::new(Vec::new()).assert_lines(Vec::<String>::new());
    /// ```
    pub fn new(lines: Vec<Line>) -> Self {
        Self { lines }
    }

    /// All lines.
    ///
    /// # Examples
    ///
    /// ```
    /// let seen = threadlab::capture::output(|| println!("one"));
    /// println!("{:?} after the start", seen.lines()[0].at);
    /// ```
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The text of each line.
    ///
    /// # Examples
    ///
    /// ```
    /// let seen = threadlab::capture::output(|| println!("one\ntwo"));
    /// assert_eq!(seen.texts(), ["one", "two"]);
    /// ```
    pub fn texts(&self) -> Vec<String> {
        self.lines
            .iter()
            .map(|line| line.text().into_owned())
            .collect()
    }

    /// Only what was printed on standard output.
    ///
    /// # Examples
    ///
    /// ```
    /// let seen = threadlab::capture::output(|| {
    ///     println!("served");
    ///     eprintln!("out of milk");
    /// });
    /// assert_eq!(seen.stdout().texts(), ["served"]);
    /// ```
    #[must_use]
    pub fn stdout(&self) -> Self {
        self.only(Stream::Stdout)
    }

    /// Only what was printed on standard error.
    ///
    /// # Examples
    ///
    /// ```
    /// let seen = threadlab::capture::output(|| {
    ///     println!("served");
    ///     eprintln!("out of milk");
    /// });
    /// assert_eq!(seen.stderr().texts(), ["out of milk"]);
    /// ```
    #[must_use]
    pub fn stderr(&self) -> Self {
        self.only(Stream::Stderr)
    }

    fn only(&self, stream: Stream) -> Self {
        let lines = self.lines.iter().filter(|line| line.stream == stream);
        Self::new(lines.cloned().collect())
    }

    /// Shows the lines as the result of a cell.
    ///
    /// # Examples
    ///
    /// ```
    /// let seen = threadlab::capture::output(|| println!("one"));
    /// seen.stdout().evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        show::text(&self.to_string());
    }

    /// Writes the lines where they would have gone without a capture.
    pub(super) fn print_again(&self) {
        for line in &self.lines {
            let bytes = [line.bytes.as_slice(), b"\n"].concat();
            // Nobody is left to hear of an output that is closed.
            let _ = match line.stream {
                Stream::Stdout => io::stdout().lock().write_all(&bytes),
                Stream::Stderr => io::stderr().lock().write_all(&bytes),
            };
        }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lines.is_empty() {
            return write!(f, "nothing was printed");
        }
        for (row, line) in self.lines.iter().enumerate() {
            let end = if row == 0 { "" } else { "\n" };
            write!(
                f,
                "{end}{:>8}  {}  {}",
                pretty(line.at),
                line.stream,
                line.text()
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Line, Output, Stream};

    #[test]
    fn an_output_shows_time_stream_and_text() {
        let line = |stream, millis, text: &str| Line {
            stream,
            at: Duration::from_millis(millis),
            bytes: text.as_bytes().to_vec(),
        };
        let seen = Output::new(vec![
            line(Stream::Stdout, 0, "fine"),
            line(Stream::Stderr, 1, "error"),
        ]);
        assert_eq!(
            seen.to_string(),
            "    0 ns  stdout  fine\n 1.00 ms  stderr  error"
        );
        assert_eq!(seen.stderr().texts(), ["error"]);
        assert_eq!(Output::default().to_string(), "nothing was printed");
    }
}
