//! Checks for exercises about threads: not only what an answer returns, but how it got there.
//!
//! [`check()`] runs the learner's function on a thread of its own, with panics caught and a time limit.
//! [`watch`] goes around the body of a function that the exercise gives to the learner;
//! a check sees from it which threads called that function, how many calls were inside at once,
//! and whether all of them had ended when the learner's function returned.
//!
//! No check measures time to be right.
//! The time limits are there to end the wait for what a wrong answer never does, and they grow when
//! the computer is busy.
//!
//! `check` holds the points, `attempt` runs an answer, `watching` sees the calls and `judge` makes
//! points of them, `rendezvous` lets calls meet, `patience` waits, `report` is what the learner reads.

mod attempt;
mod check;
mod judge;
mod patience;
mod rendezvous;
mod report;
mod watching;

pub use attempt::Attempt;
pub use check::{Check, check};
pub use rendezvous::Rendezvous;
pub use report::{Missing, Point, Report, Verdict};
pub use watching::watch;
