//! What any thread prints while a closure runs, line by line, with the time of each line.
//!
//! The file descriptors are left to `redirect`, the lines to `output`, what can be asserted of them
//! to `assertion`.
//!
//! Standard output and standard error each become a pipe, which a thread of its own reads,
//! so that no amount of output can block.
//! The end is found by a line that nobody else writes, not by the end of the pipe:
//! a program that was started meanwhile and still runs may hold the pipe open for longer.

mod assertion;
mod output;
#[cfg_attr(not(unix), path = "capture/elsewhere.rs")]
mod redirect;

use std::fmt;
use std::io;
use std::ops::Deref;
use std::panic::{self, AssertUnwindSafe};

use crate::show;

pub use output::{Line, Output, Stream};
pub(crate) use redirect::{restore, running};

/// What a closure returned, and everything that was printed meanwhile.
///
/// It gives all methods of [`Output`], and shows itself as a table of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Captured<T> {
    /// What the closure returned.
    pub value: T,
    output: Output,
}

/// Runs `work` and returns everything that any thread prints meanwhile.
///
/// Plain `println!` and `eprintln!` are captured, and what a program writes that is started meanwhile
/// and inherits the output.
/// Under the capture of `cargo test` they go elsewhere and nothing is seen.
///
/// Lines of one stream come in the order in which they were written.
/// Standard output and standard error are two pipes, and between them the order is that of arrival:
/// a line of the one and a line of the other that are printed within a fraction of a millisecond may
/// change places.
/// Where that matters, assert on [`Output::stdout`] and [`Output::stderr`].
///
/// When `work` panics, the output is restored, what was captured is printed after all,
/// and the panic goes on.
///
/// # Panics
///
/// Panics where [`try_output`] returns an error, for example when captures are nested,
/// and where `work` panics.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use threadlab::capture;
///
/// let seen = capture::output(|| {
///     thread::scope(|scope| {
///         for cook in ["Ada", "Linus", "Grace"] {
///             scope.spawn(move || println!("{cook} chops"));
///         }
///     });
/// });
/// seen.assert_lines_in_any_order(["Ada chops", "Grace chops", "Linus chops"]);
/// ```
#[track_caller]
pub fn output<T>(work: impl FnOnce() -> T) -> Captured<T> {
    match try_output(work) {
        Ok(captured) => captured,
        Err(error) => panic!("cannot capture the output: {error}"),
    }
}

/// Like [`output()`], with an error where the output cannot be captured.
///
/// # Errors
///
/// - [`CaptureError::Nested`] when output is being captured already: there is only one standard output;
/// - [`CaptureError::Unsupported`] where the system has no file descriptors;
/// - [`CaptureError::Io`] when the system refuses a pipe or a thread.
///
/// # Panics
///
/// Panics where `work` does.
///
/// # Examples
///
/// ```
/// use threadlab::capture::{self, CaptureError};
///
/// let outer = capture::try_output(|| {
///     let inner = capture::try_output(|| println!("too deep"));
///     assert!(matches!(inner, Err(CaptureError::Nested)));
/// });
/// assert!(outer.unwrap().lines().is_empty());
/// ```
pub fn try_output<T>(work: impl FnOnce() -> T) -> Result<Captured<T>, CaptureError> {
    let capture = redirect::Capture::start()?;
    let ended = panic::catch_unwind(AssertUnwindSafe(work));
    let output = Output::new(capture.finish());
    match ended {
        Ok(value) => Ok(Captured { value, output }),
        Err(payload) => {
            output.print_again();
            panic::resume_unwind(payload)
        }
    }
}

impl<T> Captured<T> {
    /// Shows the lines as the result of a cell.
    ///
    /// # Examples
    ///
    /// ```
    /// threadlab::capture::output(|| println!("one line")).evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        show::text(&self.output.to_string());
    }
}

impl<T> Captured<Option<T>> {
    /// The capture of a value that is there.
    pub(crate) fn transpose(self) -> Option<Captured<T>> {
        let Self { value, output } = self;
        value.map(|value| Captured { value, output })
    }
}

impl<T> Deref for Captured<T> {
    type Target = Output;

    fn deref(&self) -> &Output {
        &self.output
    }
}

impl<T> fmt::Display for Captured<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.output.fmt(f)
    }
}

/// Why output cannot be captured.
///
/// # Examples
///
/// ```
/// use threadlab::capture::CaptureError;
///
/// let nested = CaptureError::Nested.to_string();
/// assert!(nested.starts_with("output is being captured already"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum CaptureError {
    /// A capture is running already, in this thread or in another one.
    Nested,
    /// This system has no file descriptors to redirect.
    Unsupported,
    /// The system refused something.
    Io(io::Error),
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nested => f.write_str(
                "output is being captured already, and a process has only one standard output",
            ),
            Self::Unsupported => f.write_str("this system cannot redirect its standard output"),
            Self::Io(error) => write!(f, "the system refused: {error}"),
        }
    }
}

impl std::error::Error for CaptureError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Nested | Self::Unsupported => None,
        }
    }
}

impl From<io::Error> for CaptureError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
