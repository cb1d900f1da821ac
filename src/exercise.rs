//! Checks for exercises about threads: not only what an answer returns, but how it got there.
//!
//! [`check()`] runs the learner's function on a thread of its own, with panics caught and a time limit.
//! [`watch`] goes around the body of a function that the exercise gives to the learner;
//! a check sees from it which threads called that function, how many calls were inside at once,
//! and whether all of them had ended when the learner's function returned.
//!
//! No check measures time to be right: a correct answer passes however slow the computer is.
//! The time limits are only there to end the wait for what a wrong answer never does.
//!
//! `check` holds the points, `attempt` runs an answer, `watching` sees the calls and `judge` makes
//! points of them, `rendezvous` lets calls meet, `report` is what the learner reads.

mod attempt;
mod check;
mod judge;
mod rendezvous;
mod report;
mod watching;

pub use attempt::Attempt;
pub use check::{Check, check};
pub use rendezvous::Rendezvous;
pub use report::{Missing, Point, Report, Verdict};
pub use watching::watch;
