//! Collects what the threads do, in a log for each thread.
//!
//! Threads meet only where one of them writes to a recording for the first time.
//! After that a thread finds its log in a variable of its own,
//! behind a lock that nobody else wants before the recording ends.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Instant;

use super::{AlreadyRecording, Kind, Lane, Timeline};

/// The number of the recording that runs, or 0.
static RUNNING: AtomicU64 = AtomicU64::new(0);
/// The recording that runs.
static CURRENT: Mutex<Option<Arc<Session>>> = Mutex::new(None);

thread_local! {
    /// The log of this thread in the last recording to which it wrote.
    static LOG: RefCell<Option<Arc<Log>>> = const { RefCell::new(None) };
}

struct Session {
    number: u64,
    start: Instant,
    recorder: ThreadId,
    logs: Mutex<Vec<Arc<Log>>>,
}

struct Log {
    session: u64,
    /// Whether it is that of the thread that records.
    recorder: bool,
    name: Option<String>,
    events: Mutex<Vec<Event>>,
}

struct Event {
    at: Instant,
    what: What,
}

enum What {
    Begin(Kind, Cow<'static, str>),
    End { panicked: bool },
    Mark(Cow<'static, str>),
}

/// A recording that is running; it ends with `finish`, or without a result when it is dropped.
pub(super) struct Recording {
    session: Arc<Session>,
}

impl Recording {
    pub(super) fn start() -> Result<Self, AlreadyRecording> {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let mut current = lock(&CURRENT);
        if current.is_some() {
            return Err(AlreadyRecording);
        }
        let session = Arc::new(Session::new(
            NUMBERS.fetch_add(1, Ordering::Relaxed),
            Instant::now(),
        ));
        *current = Some(Arc::clone(&session));
        RUNNING.store(session.number, Ordering::Release);
        Ok(Self { session })
    }

    pub(super) fn finish(self) -> Timeline {
        let end = Instant::now();
        self.session.timeline(end)
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let mut current = lock(&CURRENT);
        RUNNING.store(0, Ordering::Release);
        *current = None;
    }
}

/// A span that ends when this is dropped.
pub(super) struct OpenSpan {
    log: Option<Arc<Log>>,
}

impl OpenSpan {
    pub(super) fn begin(kind: Kind, label: Cow<'static, str>) -> Self {
        let log = log();
        if let Some(log) = &log {
            log.push(Instant::now(), What::Begin(kind, label));
        }
        Self { log }
    }
}

impl Drop for OpenSpan {
    fn drop(&mut self) {
        if let Some(log) = &self.log {
            let panicked = thread::panicking();
            log.push(Instant::now(), What::End { panicked });
        }
    }
}

pub(super) fn mark(label: Cow<'static, str>) {
    if let Some(log) = log() {
        log.push(Instant::now(), What::Mark(label));
    }
}

/// The log of this thread, if anything is being recorded.
fn log() -> Option<Arc<Log>> {
    let running = RUNNING.load(Ordering::Acquire);
    if running == 0 {
        return None;
    }
    let known = LOG.try_with(|log| {
        let log = log.borrow();
        log.as_ref()
            .filter(|log| log.session == running)
            .map(Arc::clone)
    });
    match known {
        Ok(Some(log)) => Some(log),
        Ok(None) => {
            let log = new_log()?;
            LOG.with(|slot| slot.replace(Some(Arc::clone(&log))));
            Some(log)
        }
        // The thread is ending; what it still does is not recorded.
        Err(_) => None,
    }
}

fn new_log() -> Option<Arc<Log>> {
    let current = lock(&CURRENT);
    current
        .as_ref()
        .map(|session| session.new_log(&thread::current()))
}

impl Session {
    fn new(number: u64, start: Instant) -> Self {
        Self {
            number,
            start,
            recorder: thread::current().id(),
            logs: Mutex::new(Vec::new()),
        }
    }

    fn new_log(&self, thread: &thread::Thread) -> Arc<Log> {
        let recorder = thread.id() == self.recorder;
        let name = match thread.name() {
            Some(name) => Some(name.to_owned()),
            None if recorder => Some("main".to_owned()),
            None => None,
        };
        let log = Arc::new(Log {
            session: self.number,
            recorder,
            name,
            events: Mutex::new(Vec::with_capacity(64)),
        });
        lock(&self.logs).push(Arc::clone(&log));
        log
    }

    /// What was recorded up to now.
    ///
    /// The thread that records comes first, then the others in the order in which they first spoke.
    fn timeline(&self, end: Instant) -> Timeline {
        let mut timeline = Timeline::new(end.duration_since(self.start));
        let mut unnamed = 0;
        let mut logs = lock(&self.logs).clone();
        if let Some(own) = logs.iter().position(|log| log.recorder) {
            logs[..=own].rotate_right(1);
        }
        for log in logs {
            let name = log.name.clone().unwrap_or_else(|| {
                unnamed += 1;
                format!("unnamed {unnamed}")
            });
            timeline = timeline.lane(log.lane(&name, self.start, end));
        }
        timeline
    }
}

impl Log {
    fn push(&self, at: Instant, what: What) {
        lock(&self.events).push(Event { at, what });
    }

    fn lane(&self, name: &str, start: Instant, end: Instant) -> Lane {
        let mut lane = Lane::new(name);
        let mut open = Vec::new();
        // A detached thread may have gone on after the end.
        for event in lock(&self.events)
            .iter()
            .take_while(|event| event.at <= end)
        {
            let at = event.at.duration_since(start);
            match &event.what {
                What::Begin(kind, label) => open.push(lane.open(*kind, label, at, open.len())),
                What::Mark(label) => lane = lane.mark(label.as_ref(), at),
                What::End { panicked } => {
                    if let Some(place) = open.pop() {
                        lane.close(place, at, *panicked);
                    }
                }
            }
        }
        lane
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::{Duration, Instant};

    use super::{Session, What};
    use crate::timeline::Kind;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn events_become_spans_and_marks() {
        let start = Instant::now();
        let session = Session::new(1, start);
        let log = session.new_log(&thread::current());
        log.push(start + MS, What::Begin(Kind::Working, "cook".into()));
        log.push(start + 2 * MS, What::Begin(Kind::Waiting, "oven".into()));
        log.push(start + 3 * MS, What::End { panicked: false });
        log.push(start + 4 * MS, What::Mark("done".into()));
        log.push(start + 5 * MS, What::End { panicked: true });
        log.push(start + 6 * MS, What::Begin(Kind::Working, "clean".into()));
        log.push(start + 9 * MS, What::End { panicked: false });

        let timeline = session.timeline(start + 8 * MS);
        assert_eq!(timeline.duration(), 8 * MS);
        let lane = &timeline.lanes()[0];
        let spans: Vec<_> = lane.spans().iter().collect();
        let seen: Vec<_> = spans
            .iter()
            .map(|span| {
                (
                    span.label.as_str(),
                    span.kind,
                    span.start,
                    span.end,
                    span.panicked,
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("cook", Kind::Working, MS, Some(5 * MS), true),
                ("oven", Kind::Waiting, 2 * MS, Some(3 * MS), false),
                ("clean", Kind::Working, 6 * MS, None, false),
            ]
        );
        assert_eq!(lane.marks()[0].at, 4 * MS);
    }

    #[test]
    fn threads_without_a_name_are_numbered() {
        let start = Instant::now();
        let session = Session::new(1, start);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| session.new_log(&thread::current()));
            }
        });
        let timeline = session.timeline(start);
        let names: Vec<_> = timeline.lanes().iter().map(|lane| lane.name()).collect();
        assert_eq!(names, ["unnamed 1", "unnamed 2"]);
    }
}
