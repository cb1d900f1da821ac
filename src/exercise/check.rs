//! A check and its points.

use std::cell::Cell;
use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::report::Missing;
use super::{Attempt, Point, Report};
use crate::panics::{self, Quiet};
use crate::show::{self, shorten};

/// How much of a value is shown, in characters.
const SHOWN: usize = 300;

/// Checks an exercise: `points` looks at the answer, and the report is printed.
///
/// The last line that is printed tells the result; see [`Report`].
/// End the cell with a semicolon.
/// A panic inside `points` does not leave the check: it becomes a point that is not met.
///
/// # Panics
///
/// Panics inside of another check.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use threadlab::exercise;
///
/// // The learner's answer:
/// fn sum_elsewhere(orders: Vec<u32>) -> u32 {
///     thread::spawn(move || orders.into_iter().sum()).join().unwrap()
/// }
///
/// let report = exercise::check("ex-04-sum", |check| {
///     let Some(sum) = check.run(|| sum_elsewhere(vec![3, 4, 5])) else { return };
///     check.equal("the sum is right", sum, 12);
/// });
/// assert!(report.is_solved());
/// ```
pub fn check(id: &str, points: impl FnOnce(&mut Check)) -> Report {
    let mut check = Check {
        points: Vec::new(),
        is_stub: false,
    };
    let mut points = Some(points);
    run(id, &mut check, &mut |check| {
        if let Some(points) = points.take() {
            points(check);
        }
    })
}

/// The part of `check` that does not depend on the type of the closure.
fn run(id: &str, check: &mut Check, points: &mut dyn FnMut(&mut Check)) -> Report {
    /// The hook for panics and the calls that are watched belong to one check at a time.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    thread_local! {
        static CHECKING: Cell<bool> = const { Cell::new(false) };
    }
    assert!(
        !CHECKING.get(),
        "a check cannot run inside of another check"
    );
    let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    CHECKING.set(true);
    let quiet = Quiet::new();
    let ended = panic::catch_unwind(AssertUnwindSafe(|| points(check)));
    drop(quiet);
    CHECKING.set(false);
    drop(turn);
    if let Err(payload) = ended {
        check.panicked(&panics::message(&*payload));
    }
    let report = Report::new(id, check.is_stub, std::mem::take(&mut check.points));
    show::say(&report.to_string());
    report
}

/// A check that is under way.
#[derive(Debug)]
pub struct Check {
    points: Vec<Point>,
    is_stub: bool,
}

impl Check {
    /// Runs the answer, as [`Attempt::run`] does, without a wish about the calls that it makes.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-panic", |check| {
    ///     let Some(()) = check.run(|| panic!("out of milk")) else { return };
    /// });
    /// assert!(report.to_string().contains("reason: it panicked: out of milk"));
    /// ```
    pub fn run<T: Send + 'static>(
        &mut self,
        answer: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        Attempt::new(self).run(answer)
    }

    /// Runs the answer and captures what it prints, as [`Attempt::run_captured`] does.
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
        &mut self,
        answer: impl FnOnce() -> T + Send + 'static,
    ) -> Option<crate::capture::Captured<T>> {
        Attempt::new(self).run_captured(answer)
    }

    /// Prepares to run an answer that should call a given function; see [`Attempt::calls`].
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-call", |check| {
    ///     check.calls("brew", 1).run(|| exercise::watch("brew", || "latte"));
    /// });
    /// assert!(report.is_solved());
    /// ```
    pub fn calls(&mut self, name: &str, calls: usize) -> Attempt<'_> {
        Attempt::new(self).calls(name, calls)
    }

    /// Prepares to run an answer with another time limit; see [`Attempt::time_limit`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::exercise;
    ///
    /// exercise::check("ex-patient", |check| {
    ///     check.time_limit(Duration::from_secs(60)).run(|| 6 * 7);
    /// });
    /// ```
    pub fn time_limit(&mut self, limit: Duration) -> Attempt<'_> {
        Attempt::new(self).time_limit(limit)
    }

    /// Adds a point: `got` has to equal `expected`; the reason shows both. Returns whether it does.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-equal", |check| {
    ///     check.equal("the cups are right", vec!["latte"], ["mocha"]);
    /// });
    /// assert!(report.to_string().contains("reason: got [\"latte\"], expected [\"mocha\"]"));
    /// ```
    pub fn equal<T: PartialEq<U> + Debug, U: Debug>(
        &mut self,
        title: &str,
        got: T,
        expected: U,
    ) -> bool {
        if got == expected {
            return self.point(title, true, "", "");
        }
        let got = shorten(&format!("{got:?}"), SHOWN);
        let expected = shorten(&format!("{expected:?}"), SHOWN);
        let reason = format!("got {got}, expected {expected}");
        self.point(
            title,
            false,
            &reason,
            "compare the two and find where they part",
        )
    }

    /// Adds a point that is met or not, the reason if it is not, and what to do next.
    ///
    /// Returns `met`.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let cups = 2;
    /// exercise::check("ex-cups", |check| {
    ///     check.point(
    ///         "no cup is lost",
    ///         cups == 3,
    ///         &format!("{cups} of 3 cups came back"),
    ///         "join every thread and keep what it returns",
    ///     );
    /// });
    /// ```
    pub fn point(&mut self, title: &str, met: bool, reason: &str, next: &str) -> bool {
        let missing = (!met).then(|| Missing {
            reason: reason.to_owned(),
            next: next.to_owned(),
        });
        self.points.push(Point {
            title: title.to_owned(),
            missing,
        });
        met
    }

    /// Notes that the answer is still a `todo!()`.
    pub(super) fn is_stub(&mut self) {
        self.is_stub = true;
    }

    /// Notes that the check itself panicked.
    fn panicked(&mut self, message: &str) {
        if panics::is_todo(message) {
            return self.is_stub();
        }
        self.point(
            "the check can look at what your function gives",
            false,
            &format!("the check panicked: {message}"),
            "see whether your function gives what the task asks for",
        );
    }
}
