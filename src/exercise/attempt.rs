//! Runs a learner's function, with its panics caught, its time limited and its calls watched.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use super::watching::{Watched, Wish};
use super::{Check, judge};
use crate::capture::{self, Captured};
use crate::panics::{self, Quiet};
use crate::timing::pretty;

/// An answer that is about to run; [`Check::calls`] and [`Check::time_limit`] make one.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use threadlab::exercise;
///
/// fn count(page: &str) -> usize {
///     exercise::watch("count", || page.split(' ').count())
/// }
///
/// let report = exercise::check("ex-words", |check| {
///     let pages = ["one two", "three"];
///     let Some(words) = check.calls("count", 2).on_threads(2).off_the_caller().run(move || {
///         let counters = pages.map(|page| thread::spawn(move || count(page)));
///         counters.map(|counter| counter.join().unwrap())
///     }) else {
///         return;
///     };
///     check.equal("the words are counted", words, [2, 1]);
/// });
/// assert!(report.is_solved());
/// ```
#[derive(Debug)]
#[must_use = "nothing runs until `run` is called"]
pub struct Attempt<'a> {
    check: &'a mut Check,
    time_limit: Duration,
    wishes: Vec<Wish>,
}

/// How an answer ended.
enum Ending {
    Returned,
    Panicked(String),
    Todo,
    Hangs,
    NotStarted(String),
}

impl<'a> Attempt<'a> {
    pub(super) fn new(check: &'a mut Check) -> Self {
        Self {
            check,
            time_limit: Duration::from_secs(10),
            wishes: Vec::new(),
        }
    }

    /// Expects this many calls of the given function that is [watched](super::watch) by this name.
    ///
    /// What follows, up to the next `calls`, says more about the calls of this function.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-serve", |check| {
    ///     check.calls("brew", 1).calls("serve", 1).run(|| {
    ///         exercise::watch("brew", || ());
    ///         exercise::watch("serve", || ());
    ///     });
    /// });
    /// assert!(report.is_solved());
    /// ```
    pub fn calls(mut self, name: &str, calls: usize) -> Self {
        self.wishes.push(Wish {
            name: name.to_owned(),
            calls,
            ..Wish::default()
        });
        self
    }

    /// Expects the calls to run on at least this many different threads.
    ///
    /// # Panics
    ///
    /// Panics before a function is named with [`calls`](Self::calls).
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-two", |check| {
    ///     check.calls("step", 2).on_threads(2).run(|| {
    ///         exercise::watch("step", || ());
    ///         exercise::watch("step", || ());
    ///     });
    /// });
    /// assert!(report.to_string().contains("reason: they ran on 1 thread"));
    /// ```
    pub fn on_threads(mut self, threads: usize) -> Self {
        self.wish("on_threads").threads = Some(threads);
        self
    }

    /// Expects no call on the thread that called the answer itself.
    ///
    /// # Panics
    ///
    /// Panics before a function is named with [`calls`](Self::calls).
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-off", |check| {
    ///     check.calls("step", 1).off_the_caller().run(|| exercise::watch("step", || ()));
    /// });
    /// assert!(!report.is_solved());
    /// ```
    pub fn off_the_caller(mut self) -> Self {
        self.wish("off_the_caller").off_the_caller = true;
        self
    }

    /// Expects this many calls to be inside at the same moment.
    ///
    /// The first ones wait for the others, at most two seconds:
    /// an answer that makes one call after the other cannot pass.
    ///
    /// # Panics
    ///
    /// Panics before a function is named with [`calls`](Self::calls).
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-one-by-one", |check| {
    ///     check.calls("step", 2).at_the_same_time(2).run(|| {
    ///         exercise::watch("step", || ());
    ///         exercise::watch("step", || ());
    ///     });
    /// });
    /// assert!(!report.is_solved());
    /// ```
    pub fn at_the_same_time(mut self, calls: usize) -> Self {
        self.wish("at_the_same_time").together = Some(calls);
        self
    }

    /// Expects a call of this function and a call of the given function of this name to be inside
    /// at the same moment.
    ///
    /// The first call of each waits for that of the other, at most two seconds; later calls pass.
    ///
    /// # Panics
    ///
    /// Panics before a function is named with [`calls`](Self::calls),
    /// and when the attempt runs without `calls` for the other function.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::thread;
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-heartbeat", |check| {
    ///     check.calls("import", 1).calls("beat", 2).together_with("import").run(|| {
    ///         let import = thread::spawn(|| exercise::watch("import", || ()));
    ///         exercise::watch("beat", || ());
    ///         exercise::watch("beat", || ());
    ///         import.join().unwrap();
    ///     });
    /// });
    /// assert!(report.is_solved());
    /// ```
    pub fn together_with(mut self, other: &str) -> Self {
        self.wish("together_with").partner = Some(other.to_owned());
        self
    }

    /// Expects all calls to have ended when the answer returns.
    ///
    /// The call that starts last is held back for 0.3 seconds, so that an answer that does not wait
    /// for it is seen to return first.
    /// Calls are counted, not threads of the operating system, which may take a moment to disappear.
    ///
    /// # Panics
    ///
    /// Panics before a function is named with [`calls`](Self::calls).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::thread;
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-forgotten", |check| {
    ///     check.calls("step", 1).none_left_running().run(|| {
    ///         thread::spawn(|| exercise::watch("step", || ())); // nobody joins it
    ///     });
    /// });
    /// assert!(!report.is_solved());
    /// ```
    pub fn none_left_running(mut self) -> Self {
        self.wish("none_left_running").none_left_running = true;
        self
    }

    /// Sets how long the answer may take, 10 seconds unless said.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::thread;
    /// use std::time::Duration;
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-endless", |check| {
    ///     check.time_limit(Duration::from_millis(50)).run(|| loop {
    ///         thread::park();
    ///     });
    /// });
    /// assert!(report.to_string().contains("has not returned"));
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Runs the answer on a thread of its own and returns its value.
    ///
    /// `None` means that there is none, because it panicked, did not return in time,
    /// or is still a `todo!()`; the report says so, and the check has nothing more to look at.
    /// A thread that hangs cannot be stopped; it is left behind, and the check goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// exercise::check("ex-length", |check| {
    ///     let Some(length) = check.run(|| "latte".len()) else { return };
    ///     check.equal("the length is right", length, 5);
    /// });
    /// ```
    pub fn run<T: Send + 'static>(self, answer: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let value = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&value);
        self.run_boxed(Box::new(move || {
            let value = answer();
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        }));
        value.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Like [`run`](Self::run), and returns with the value everything that was printed meanwhile.
    ///
    /// Do not capture inside of the answer: one that hangs would never give the output back.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// exercise::check("ex-greet", |check| {
    ///     let Some(seen) = check.run_captured(|| println!("welcome")) else { return };
    ///     check.equal("it greets", seen.texts(), ["welcome"]);
    /// });
    /// ```
    pub fn run_captured<T: Send + 'static>(
        self,
        answer: impl FnOnce() -> T + Send + 'static,
    ) -> Option<Captured<T>> {
        capture::output(|| self.run(answer)).transpose()
    }

    fn wish(&mut self, what: &str) -> &mut Wish {
        match self.wishes.last_mut() {
            Some(wish) => wish,
            None => panic!("`{what}` comes after `calls`, which names the function"),
        }
    }

    /// The part of `run` that does not depend on the type of the value.
    fn run_boxed(self, answer: Box<dyn FnOnce() + Send>) {
        for partner in self.wishes.iter().filter_map(|wish| wish.partner.as_ref()) {
            let is_known = self.wishes.iter().any(|wish| wish.name == *partner);
            assert!(
                is_known,
                "`together_with` names `{partner}`, and there is no `calls` for it"
            );
        }
        let watched = Watched::start(self.wishes);
        let capture = capture::running();
        // What happened before belongs to another answer.
        let _ = Quiet::saw_todo();
        let (ending, caller) = run_on_a_thread(answer, &watched, self.time_limit);
        // An answer that captures and hangs would keep the report for itself.
        if let Some(left) = capture::running().filter(|&left| Some(left) != capture) {
            capture::restore(left);
        }
        let seen = watched.end();
        let ending = if Quiet::saw_todo() {
            Ending::Todo
        } else {
            ending
        };
        if say_how_it_ended(self.check, &ending, self.time_limit) {
            for (function, seen) in watched.functions().iter().zip(&seen) {
                judge::judge(self.check, function, seen, caller);
            }
        }
    }
}

fn run_on_a_thread(
    answer: Box<dyn FnOnce() + Send>,
    watched: &Arc<Watched>,
    limit: Duration,
) -> (Ending, Option<ThreadId>) {
    let inside = Arc::clone(watched);
    let thread = thread::Builder::new().name("answer".into()).spawn(move || {
        Quiet::silence_this_thread();
        let result = panic::catch_unwind(AssertUnwindSafe(answer));
        inside.answer_returned();
        result
    });
    let thread = match thread {
        Ok(thread) => thread,
        Err(error) => return (Ending::NotStarted(error.to_string()), None),
    };
    let caller = Some(thread.thread().id());
    if !watched.returns_within(limit) {
        return (Ending::Hangs, caller);
    }
    let ending = match thread.join() {
        Ok(Ok(())) => Ending::Returned,
        // Its panics are caught, but for one that is thrown while its value is dropped.
        Ok(Err(payload)) | Err(payload) => match panics::message(&*payload) {
            message if panics::is_todo(&message) => Ending::Todo,
            message => Ending::Panicked(message),
        },
    };
    (ending, caller)
}

/// Adds the point that the answer returns; tells whether it did.
fn say_how_it_ended(check: &mut Check, ending: &Ending, limit: Duration) -> bool {
    let title = "your function returns";
    match ending {
        Ending::Returned => check.point(title, true, "", ""),
        Ending::Todo => {
            check.is_stub();
            false
        }
        Ending::Panicked(message) => check.point(
            title,
            false,
            &format!("it panicked: {message}"),
            "find the line that panics: an `unwrap`, an `expect`, an index, or a failed `assert!`",
        ),
        Ending::Hangs => check.point(
            title,
            false,
            &format!(
                "it has not returned after {}; it still runs, and nothing can stop it from inside this process",
                pretty(limit)
            ),
            "look for a `join`, `recv` or `lock` that waits for ever; restart the kernel to be rid of the thread",
        ),
        Ending::NotStarted(error) => check.point(
            title,
            false,
            &format!("there is no thread to run it on: {error}"),
            "restart the kernel, which may be full of threads that hang",
        ),
    }
}
