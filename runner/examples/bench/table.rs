//! The numbers of all rounds, and what follows from them.

use crate::capture::Profile;
use crate::tool::{Split, Tool};
use crate::tree::Usage;

/// How many times the floor nbrun may take.
pub(crate) const FLOOR_GOAL: f64 = 1.5;

/// One round: every tool once.
#[derive(Debug, Default)]
pub(crate) struct Round {
    pub(crate) tools: Vec<(Tool, Usage)>,
    /// rustc alone, one crate after the other.
    pub(crate) floor: Usage,
}

/// All rounds.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) notebooks: usize,
    pub(crate) cells: usize,
    pub(crate) crates: usize,
    pub(crate) jobs: usize,
    pub(crate) rounds: Vec<Round>,
    /// What nbrun says of its own time, in each round.
    pub(crate) split: Vec<Split>,
    pub(crate) profile: Profile,
}

/// A line of the table: a tool, or rustc alone.
#[derive(Debug)]
pub(crate) struct Row {
    /// `None` is rustc alone.
    pub(crate) tool: Option<Tool>,
    /// Medians.
    pub(crate) wall: f64,
    pub(crate) processor: f64,
    pub(crate) megabytes: f64,
    /// In each round: how many times as long as nbrun it took.
    pub(crate) ratios: Vec<f64>,
}

impl Table {
    /// The tools, and rustc alone, whose time is divided by the cores that could share it.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let tools = Tool::ALL.map(|tool| self.row(Some(tool), |round| round.usage(tool)));
        let floor = self.row(None, |round| {
            let mut usage = round.floor;
            usage.wall = usage.wall.div_f64(self.jobs as f64);
            usage
        });
        tools.into_iter().chain([floor]).collect()
    }

    fn row(&self, tool: Option<Tool>, usage: impl Fn(&Round) -> Usage) -> Row {
        let all: Vec<Usage> = self.rounds.iter().map(&usage).collect();
        let of = |value: fn(&Usage) -> f64| median(all.iter().map(value).collect());
        let ratio = |round: &Round| {
            usage(round).wall.as_secs_f64() / round.usage(Tool::Nbrun).wall.as_secs_f64()
        };
        Row {
            tool,
            wall: of(|usage| usage.wall.as_secs_f64()),
            processor: of(|usage| usage.processor.as_secs_f64()),
            megabytes: of(|usage| (usage.memory >> 20) as f64),
            ratios: self.rounds.iter().map(ratio).collect(),
        }
    }

    /// What nbrun says of its own time: medians.
    pub(crate) fn split(&self) -> Split {
        let of = |value: fn(&Split) -> f64| median(self.split.iter().map(value).collect());
        Split {
            waiting: of(|split| split.waiting),
            compiling: of(|split| split.compiling),
            running: of(|split| split.running),
        }
    }

    /// For a person at a terminal.
    pub(crate) fn text(&self) -> String {
        let mut text =
            String::from("\nmedians           wall s  processor s      MB  times nbrun\n");
        for row in self.rows() {
            text.push_str(&format!(
                "{:16} {:7.1} {:12.1} {:7.0}  {}\n",
                row.name(),
                row.wall,
                row.processor,
                row.megabytes,
                row.ratios_text()
            ));
        }
        text
    }
}

impl Round {
    fn usage(&self, wanted: Tool) -> Usage {
        let found = self.tools.iter().find(|(tool, _)| *tool == wanted);
        found.map(|(_, usage)| *usage).unwrap_or_default()
    }
}

impl Row {
    pub(crate) fn name(&self) -> &'static str {
        self.tool.map_or("rustc alone", Tool::name)
    }

    pub(crate) fn ratios_text(&self) -> String {
        let ratios: Vec<String> = self
            .ratios
            .iter()
            .map(|ratio| format!("{ratio:.2}"))
            .collect();
        ratios.join(", ")
    }
}

/// The middle of some values; the mean of the two in the middle where there are two.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (None, _) => f64::NAN,
        (Some(value), 1) => *value,
        (Some(value), _) => (values[middle - 1] + value) / 2.0,
    }
}
