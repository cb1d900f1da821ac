//! Timing, output capture and pictures of threads, for notebooks that teach threads in Rust.
//!
//! A notebook can do much by itself: `std::thread` works in a cell as it does in a program.
//! This crate adds what a cell cannot do alone, and hides nothing of what there is to learn.
//!
//! # Load it
//!
//! The first cell of a notebook loads the crate, the second one names what it uses:
//!
//! ```text
//! :dep threadlab = { path = ".." }
//! ```
//!
//! ```
//! use std::thread;
//! use threadlab::{capture, exercise, timeline, timing};
//!
//! threadlab::panics::short(); // a panic is one line from now on
//! ```
//!
//! # A first look
//!
//! **How long does it take?** [`timing::time`] gives the value and the duration,
//! [`timing::compare`] puts several ways side by side, as bars beside what the cores allow.
//!
//! ```
//! # use threadlab::{timing, work};
//! let counted = timing::time(|| work::shop_log(1000).lines().count());
//! println!("{} lines, {counted}", counted.value);
//! ```
//!
//! **What was printed, by whom?** [`capture::output`](capture::output()) returns every line that any thread prints,
//! and you can assert what the order has to be and what it may be.
//!
//! ```
//! # use std::thread;
//! # use threadlab::capture;
//! let seen = capture::output(|| {
//!     let clerk = thread::spawn(|| println!("in the thread"));
//!     clerk.join().unwrap();
//!     println!("after the join");
//! });
//! seen.assert_lines(["in the thread", "after the join"]);
//! ```
//!
//! **Who did what when?** Inside of [`timeline::record`], any thread says what it does with
//! [`timeline::span`], [`timeline::waiting`] and [`timeline::mark`].
//! As the last expression of a cell the recording is a picture, with `println!` a drawing in text.
//!
//! ```
//! # use std::thread;
//! # use threadlab::{timeline, work};
//! let kitchen = timeline::record(|| {
//!     let helper = thread::Builder::new().name("helper".into());
//!     let helper = helper.spawn(|| timeline::span("chop", || work::crunch(9000))).unwrap();
//!     timeline::span("take orders", || work::crunch(3000));
//!     timeline::waiting("join", || helper.join().unwrap());
//! });
//! println!("{kitchen}");
//! ```
//!
//! **What would a program do?** The `main` of a notebook never returns, and what ends a process
//! ends the kernel. [`program::Program`] compiles and runs a real program instead.
//!
//! ```
//! # use threadlab::program::Program;
//! let run = Program::new("fn main() { std::process::abort() }").run().unwrap();
//! assert_eq!(run.ending.to_string(), "killed by signal 6 (SIGABRT)");
//! ```
//!
//! **What did the thread die of?** [`panics::message`] is the text of what `join` returns.
//!
//! **Something to do** for the threads of a demo is in [`work`].
//!
//! **Is my answer right?** [`exercise::check`](exercise::check()) is the check below an exercise.
//! It sees what an answer returns, and also how: on which threads, at the same time or not,
//! and whether anything was left running.
//!
//! # How values show themselves
//!
//! A value of this crate that is the last expression of a cell shows itself: as a picture with a text
//! beside it where there is a picture, as text otherwise.
//! Each picture is an image with a description, on a panel of its own that reads well on a light and
//! on a dark page, in colors that color-blind readers tell apart.
//! Outside of a kernel the same method prints the text, and every such value implements `Display`.
//!
//! # One process, one of each
//!
//! A process has one standard output, one hook for panics and one recording at a time.
//! The crate is built as a `dylib` too, so that all cells of a notebook share them:
//! a recording that starts in one cell is seen by a thread that was spawned in another.
//! After a restart of the kernel's process only [`panics::short`] has to be called again.
//!
//! # Features
//!
//! `serde` makes what is recorded and measured writable as JSON, and readable again.
//!
//! # Load time
//!
//! Every notebook compiles this crate first, so that it has to be small.
//! `scripts/measure-load` measures the `:dep` cell and the first use after it, in a kernel that has
//! never seen the crate (cold) and again after `:clear`, beside an empty crate.
//! Each row has all the modules of the rows above it; medians of five on two idle cores, cells at
//! `opt_level = "0"`:
//!
//! ```text
//! crate                    cold            after :clear
//! empty                   1.16 s  1.00x     0.23 s  1.00x
//! rustix alone            2.73 s  2.36x     0.28 s  1.22x
//! timing, work            1.51 s  1.30x     0.24 s  1.03x
//! + panics                1.45 s  1.25x     0.22 s  0.97x
//! + timeline              1.75 s  1.51x     0.24 s  1.04x
//! + capture (rustix)      3.33 s  2.88x     0.27 s  1.16x
//! + program               3.63 s  3.14x     0.28 s  1.22x
//! + exercise = all        3.94 s  3.41x     0.27 s  1.16x
//! ```
//!
//! `capture` needs `dup2`, which the standard library does not have. `rustix` with as few features as
//! possible was the quickest to compile of the crates that offer it safely; it costs as much as
//! everything else together. So a cold load takes 3.4 times as long as that of an empty crate, where at
//! most three times was the goal. An `unsafe` call of `dup2` in its place would bring the whole crate to
//! about twice the empty one, and the promise that there is no `unsafe` would be gone.
//! What else costs load time has been left out: a process group is killed by the shell, JSON is read
//! by hand, and pictures are written without a crate for them.
#![forbid(unsafe_code)]

pub mod capture;
pub mod exercise;
pub mod panics;
pub mod program;
pub mod timeline;
pub mod timing;
pub mod work;

mod show;
mod svg;
