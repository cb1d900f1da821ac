//! Who did what when: spans and marks of any thread, drawn as a chart with a lane for each.
//!
//! `recorder` collects, `model` is what was collected, `picture` and `text` draw it.
//! A thread writes only to a log of its own, so that recording never makes one thread wait for another.

#[cfg(test)]
mod drawing_tests;
mod labels;
mod model;
mod picture;
mod recorder;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use recorder::{OpenSpan, Recording};

pub use model::{Kind, Lane, Mark, Span, Timeline};

/// What a closure returned, and what the threads did meanwhile.
///
/// It gives all methods of [`Timeline`], and shows itself as the same picture.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Recorded<T> {
    /// What the closure returned.
    pub value: T,
    timeline: Timeline,
}

/// Runs `work` and records the spans and marks of all threads meanwhile.
///
/// Every thread that calls [`span`], [`waiting`] or [`mark`] gets a lane with its name.
/// The thread that records is called `main` if it has no name, others without a name are numbered.
/// A span that is still open when `work` returns belongs to a thread that was not joined:
/// it is drawn with an open end, as still running.
///
/// # Panics
///
/// Panics where [`try_record`] returns an error, and where `work` panics.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use threadlab::{timeline, work};
///
/// let kitchen = timeline::record(|| {
///     let helper = thread::Builder::new().name("helper".into());
///     let helper = helper
///         .spawn(|| timeline::span("chop", || work::crunch(20_000)))
///         .unwrap();
///     timeline::span("take orders", || work::crunch(5_000));
///     timeline::waiting("join", || helper.join().unwrap());
///     timeline::mark("serve");
/// });
/// assert_eq!(kitchen.lanes().len(), 2);
/// println!("{kitchen}"); // a drawing in text; a cell shows a picture
/// ```
#[track_caller]
pub fn record<T>(work: impl FnOnce() -> T) -> Recorded<T> {
    match try_record(work) {
        Ok(recorded) => recorded,
        Err(error) => panic!("cannot record: {error}"),
    }
}

/// Like [`record`], with an error where something is being recorded already.
///
/// # Errors
///
/// Returns [`AlreadyRecording`] when recordings are nested, or another thread records.
///
/// # Panics
///
/// Panics where `work` does.
///
/// # Examples
///
/// ```
/// use threadlab::timeline;
///
/// let outer = timeline::try_record(|| timeline::try_record(|| ()).is_err());
/// assert!(outer.unwrap().value);
/// ```
pub fn try_record<T>(work: impl FnOnce() -> T) -> Result<Recorded<T>, AlreadyRecording> {
    let recording = Recording::start()?;
    let value = work();
    let timeline = recording.finish();
    Ok(Recorded { value, timeline })
}

/// Runs `work` and records it as work of this thread.
///
/// Spans may be nested.
/// Without a recording it only runs `work`.
///
/// # Panics
///
/// Panics where `work` does; the span is then marked as left by a panic.
///
/// # Examples
///
/// ```
/// use threadlab::timeline;
///
/// let recorded = timeline::record(|| timeline::span("add", || 2 + 2));
/// assert_eq!(recorded.value, 4);
/// assert_eq!(recorded.lanes()[0].spans()[0].label, "add");
/// ```
pub fn span<T>(label: impl Into<Cow<'static, str>>, work: impl FnOnce() -> T) -> T {
    let _open = OpenSpan::begin(Kind::Working, label.into());
    work()
}

/// Runs `wait` and records it as waiting of this thread: for a join, a lock, a channel.
///
/// Without a recording it only runs `wait`.
///
/// # Panics
///
/// Panics where `wait` does.
///
/// # Examples
///
/// ```
/// use std::sync::Mutex;
/// use threadlab::timeline;
///
/// let till = Mutex::new(100);
/// let recorded = timeline::record(|| {
///     let mut cash = timeline::waiting("lock", || till.lock().unwrap());
///     timeline::span("count", || *cash += 7);
/// });
/// assert_eq!(recorded.lanes()[0].spans().len(), 2);
/// ```
pub fn waiting<T>(label: impl Into<Cow<'static, str>>, wait: impl FnOnce() -> T) -> T {
    let _open = OpenSpan::begin(Kind::Waiting, label.into());
    wait()
}

/// Records a moment of this thread.
///
/// Without a recording it does nothing.
///
/// # Examples
///
/// ```
/// use threadlab::timeline;
///
/// let recorded = timeline::record(|| timeline::mark("the shop closes"));
/// assert_eq!(recorded.lanes()[0].marks()[0].label, "the shop closes");
/// ```
pub fn mark(label: impl Into<Cow<'static, str>>) {
    recorder::mark(label.into());
}

impl<T> Recorded<T> {
    /// Shows the timeline as the result of a cell: a picture and its text.
    ///
    /// # Examples
    ///
    /// ```
    /// threadlab::timeline::record(|| ()).evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        self.timeline.evcxr_display();
    }
}

impl<T> Deref for Recorded<T> {
    type Target = Timeline;

    fn deref(&self) -> &Timeline {
        &self.timeline
    }
}

impl<T> fmt::Display for Recorded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timeline.fmt(f)
    }
}

/// Something is being recorded already: there is one recording at a time in a process.
///
/// # Examples
///
/// ```
/// use threadlab::timeline;
///
/// let error = timeline::record(|| timeline::try_record(|| ()).unwrap_err()).value;
/// assert!(error.to_string().starts_with("a timeline is being recorded already"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlreadyRecording;

impl fmt::Display for AlreadyRecording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a timeline is being recorded already, and there is one at a time")
    }
}

impl std::error::Error for AlreadyRecording {}
