//! `nbrun` runs Rust notebooks headlessly and says whether they are right.
//!
//! The Rust kernel for Jupyter reports a cell that panics as ok, so that the usual executors call a
//! notebook green whose assertions fail. `nbrun` looks at the evidence instead: how the process of
//! the cell ended, what it printed, what the compiler said.
//!
//! # The way of a notebook
//! 1. [`cli`] reads the command line, [`commands`] does what it says.
//! 2. [`plan`] finds the notebooks and reads them ([`notebook`]); [`expectation`] and [`parts`] say
//!    what each cell is meant to do, [`answers`] what a check must refuse.
//! 3. [`schedule`] hands plans to engines, several at a time; [`run`](mod@run) executes one notebook
//!    with an [`engine`].
//! 4. [`verdict`] judges what an engine brought back, with [`compare`] and [`redact`] for outputs.
//! 5. [`partition`] and [`changed`] leave out what need not be run.
//! 6. [`event`]s go to the reporters in [`report`]; [`update`] writes outputs into the file.
//!
//! [`mod@format`], [`lint`] and [`mod@hand_out`] work on files alone; [`file`](mod@file) writes them.
//!
//! The program `nbrun-kernel` is the Jupyter kernel from the same build: evcxr_jupyter, with the
//! engine's tap between it and the cells; [`kernelspec`] tells Jupyter about it.
//!
//! # What always holds
//! * Only [`report`] and [`commands::complain`] print.
//! * Only [`engine`]'s embedded part knows evcxr.
//! * A failing cell is data; an `Err` means that the run cannot go on.
//! * A file is replaced whole or not at all, and what the runner does not change comes back byte for
//!   byte.
//! * Every wait has a limit, and no process or directory outlives the run ([`workspace`]).
//!
//! # Exit codes
//! | code | meaning |
//! | --- | --- |
//! | 0 | every notebook is right |
//! | 1 | at least one is not |
//! | 2 | something could not be run: a broken notebook, a wrong argument, no kernel |
//! | 4 | nothing was selected |
//! | 130 | the run was interrupted |

pub mod answers;
pub mod changed;
pub mod cli;
pub mod commands;
pub mod compare;
pub mod engine;
pub mod event;
pub mod expectation;
pub mod file;
pub mod format;
pub mod hand_out;
pub mod kernelspec;
pub mod lint;
pub mod notebook;
pub mod partition;
pub mod parts;
pub mod plan;
pub mod redact;
pub mod report;
pub mod run;
pub mod schedule;
pub mod signal;
pub mod source;
pub mod source_map;
pub mod update;
pub mod verdict;
pub mod workspace;
