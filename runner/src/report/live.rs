//! A live line for each notebook that runs, on a terminal.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::notebook::Cell;
use crate::plan::Plan;

/// The live lines.
#[derive(Debug)]
pub(super) struct Live {
    lines: MultiProgress,
    running: BTreeMap<PathBuf, ProgressBar>,
}

impl Live {
    pub(super) fn new() -> Live {
        Live {
            lines: MultiProgress::new(),
            running: BTreeMap::new(),
        }
    }

    /// A notebook starts.
    pub(super) fn start(&mut self, plan: &Plan) {
        let style =
            ProgressStyle::with_template("{spinner} {elapsed:>4} {prefix} {pos}/{len} {msg}")
                .expect("the template is a constant");
        let line = self.lines.add(ProgressBar::new(plan.steps.len() as u64));
        line.set_style(style);
        line.set_prefix(plan.notebook.path.display().to_string());
        line.enable_steady_tick(Duration::from_millis(120));
        self.running.insert(plan.notebook.path.clone(), line);
    }

    /// A cell starts.
    pub(super) fn cell(&mut self, plan: &Plan, cell: &Cell) {
        if let Some(line) = self.running.get(&plan.notebook.path) {
            line.set_position(u64::from(cell.number.unwrap_or_default()));
            line.set_message(cell.name());
            line.reset_elapsed();
        }
    }

    /// A notebook is done.
    pub(super) fn finish(&mut self, plan: &Plan) {
        if let Some(line) = self.running.remove(&plan.notebook.path) {
            line.finish_and_clear();
        }
    }

    /// Prints above the live lines.
    pub(super) fn print(&self, text: &str) -> io::Result<()> {
        self.lines.println(text)
    }

    /// Takes the live lines away.
    pub(super) fn clear(&self) -> io::Result<()> {
        self.lines.clear()
    }
}
