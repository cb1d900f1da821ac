//! `nbrun hand-out`: copies to work in.

use std::io::{self, Write};

use crate::cli::HandOutArguments;
use crate::hand_out::{Change, HandedOut, hand_out as copy};

/// Hands out, and prints a line for each copy that was there and changed.
pub(super) fn hand_out(arguments: &HandOutArguments) -> anyhow::Result<u8> {
    let HandOutArguments { from, into, reset } = arguments;
    let done = copy(from, into, reset)?;
    let mut out = io::stdout().lock();
    let new = done.iter().filter(|one| one.change == Change::New).count();
    if new > 0 {
        let files = if new == 1 { "file" } else { "files" };
        writeln!(out, "{}: {new} new {files}", into.display())?;
    }
    for HandedOut { path, change } in &done {
        let path = path.display();
        match change {
            Change::New => {}
            Change::Updated { kept: 0, .. } => writeln!(out, "{path}: updated")?,
            Change::Updated { kept, outdated } => {
                let cells = if *kept == 1 { "cell" } else { "cells" };
                write!(out, "{path}: updated, with your {kept} {cells}")?;
                if !outdated.is_empty() {
                    let names: Vec<_> = outdated.iter().map(|id| format!("`{id}`")).collect();
                    write!(out, "; newer originals: {}", names.join(", "))?;
                }
                writeln!(out)?;
            }
            Change::Kept { newer, reason } => writeln!(
                out,
                "warning: {path} stays as it is: {reason}; the new version is {}",
                newer.display()
            )?,
            Change::Restored { backup: None } => writeln!(out, "{path}: restored")?,
            Change::Restored {
                backup: Some(backup),
            } => writeln!(out, "{path}: restored; it was {}", backup.display())?,
        }
    }
    Ok(0)
}
