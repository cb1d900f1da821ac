//! Running one notebook: cell by cell, until one fails.

use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::answers::WrongAnswer;
use crate::engine::{CellRun, End, Engine, Request, Times};
use crate::notebook::{Cell, Output, Stream};
use crate::parts::{ExerciseState, exercise_state};
use crate::plan::{Plan, Step};
use crate::verdict::{Failure, FailureKind, Verdict, judge};

/// How notebooks are run.
#[derive(Clone, Debug)]
pub struct Config {
    /// How long a cell may take that says nothing else.
    pub cell_timeout: Duration,
    /// How long a notebook may take.
    pub notebook_timeout: Duration,
    /// How many bytes a cell may write.
    pub output_limit: u64,
    /// How many bytes of memory a kernel and all that it started may take.
    pub memory_limit: u64,
    /// Whether outputs are compared with the saved ones.
    pub compare: bool,
    /// Whether solutions take the place of stubs.
    pub solutions: bool,
    /// Whether no further notebook starts after one that is not right.
    pub fail_fast: bool,
}

/// How a notebook's run went.
#[derive(Clone, Debug)]
pub struct NotebookReport {
    /// All code cells in order.
    pub cells: Vec<CellReport>,
    /// The number of the job that ran it, from 0.
    pub job: usize,
    /// When it started, since the whole run started.
    pub started: Duration,
    /// From the start of the first cell to the end of the last.
    pub took: Duration,
    /// Wrong answers that were refused.
    pub refused: usize,
}

/// How a cell's run went.
#[derive(Clone, Debug)]
pub struct CellReport {
    /// The position among all cells.
    pub index: usize,
    /// What is said of it.
    pub verdict: Verdict,
    /// What it printed and showed.
    pub outputs: Vec<Output>,
    /// When its turn came, since the notebook started.
    pub started: Duration,
    /// How long it took.
    pub times: Times,
}

impl NotebookReport {
    /// Whether every cell did what it should.
    pub fn is_good(&self) -> bool {
        self.cells.iter().all(|cell| cell.verdict.is_good())
    }

    /// The cell that failed, if one did.
    pub fn failure(&self) -> Option<(&CellReport, &Failure)> {
        self.cells.iter().find_map(|cell| match &cell.verdict {
            Verdict::Failed(failure) => Some((cell, failure)),
            _ => None,
        })
    }
}

/// Lets exclusive cells run alone: they hold it alone, all others share it.
#[derive(Debug, Default)]
pub struct Gate(RwLock<()>);

/// Runs a notebook. `on_cell` hears of each cell before it runs.
pub fn run(
    plan: &Plan,
    engine: &mut dyn Engine,
    config: &Config,
    gate: &Gate,
    on_cell: &mut dyn FnMut(&Cell),
) -> NotebookReport {
    let began = Instant::now();
    let mut reports = Vec::new();
    let mut waited = Duration::ZERO;
    let mut refused = 0;
    let mut cause = gate
        .with(false, || engine.open(&plan.directory()))
        .err()
        // Without a kernel the first cell to run is the one that fails.
        .map(|error| Cause::Engine(error.0));
    for step in &plan.steps {
        let cell = &plan.notebook.cells[step.index];
        let mut report = CellReport {
            index: step.index,
            verdict: Verdict::Skipped,
            outputs: Vec::new(),
            started: match reports.is_empty() {
                true => Duration::ZERO,
                false => began.elapsed(),
            },
            times: Times::default(),
        };
        match cause.take() {
            Some(Cause::Cell(name)) => {
                report.verdict = Verdict::NotRun {
                    cause: name.clone(),
                };
                cause = Some(Cause::Cell(name));
            }
            Some(Cause::Engine(reason)) => {
                report.verdict = engine_failure(reason);
                cause = Some(Cause::Cell(cell.name()));
            }
            None if step.expectation.skip => {}
            None => {
                on_cell(cell);
                let left = (config.notebook_timeout + waited).saturating_sub(began.elapsed());
                let request = Request {
                    source: plan.source(step),
                    count: cell.number.unwrap_or_default(),
                    time_limit: step
                        .expectation
                        .timeout
                        .unwrap_or(config.cell_timeout)
                        .min(left),
                    output_limit: config.output_limit,
                    memory_limit: config.memory_limit,
                };
                let (result, waiting) = gate.with(step.expectation.exclusive, || {
                    let waiting = began.elapsed().saturating_sub(report.started);
                    (engine.execute(&request), waiting)
                });
                waited += waiting;
                match result {
                    Ok(result) => {
                        report.verdict = judge_step(plan, step, cell, &result, config);
                        report.outputs = result.outputs;
                        report.times = result.times;
                    }
                    Err(error) => report.verdict = engine_failure(error.0),
                }
                report.times.waiting = waiting;
                if report.verdict == Verdict::Passed {
                    match try_answers(plan, step, engine, &request) {
                        Ok(number) => refused += number,
                        Err(failure) => report.verdict = Verdict::Failed(failure),
                    }
                }
                if !report.verdict.is_good() {
                    cause = Some(Cause::Cell(cell.name()));
                }
            }
        }
        reports.push(report);
    }
    NotebookReport {
        cells: reports,
        job: 0,
        refused,
        started: Duration::ZERO,
        took: began.elapsed(),
    }
}

impl Gate {
    fn with<T>(&self, alone: bool, work: impl FnOnce() -> T) -> T {
        // It guards no data, so it cannot be left in a bad state.
        if alone {
            let _alone = self.0.write().unwrap_or_else(PoisonError::into_inner);
            work()
        } else {
            let _beside = self.0.read().unwrap_or_else(PoisonError::into_inner);
            work()
        }
    }
}

/// Why the next cell cannot run.
enum Cause {
    Cell(String),
    Engine(String),
}

fn engine_failure(reason: String) -> Verdict {
    Verdict::Failed(Failure {
        kind: FailureKind::Engine,
        summary: reason.lines().next().unwrap_or_default().to_owned(),
        detail: reason,
        line: None,
    })
}

/// The verdict on a cell, where for the check of an exercise it also counts what it said.
fn judge_step(plan: &Plan, step: &Step, cell: &Cell, result: &CellRun, config: &Config) -> Verdict {
    let index = step.index;
    let exercise = plan
        .exercises
        .iter()
        .find(|exercise| exercise.stub == index || exercise.checks.contains(&index));
    let solved = config.solutions && exercise.is_some();
    let verdict = judge(cell, &step.expectation, result, config.compare && !solved);
    match exercise {
        Some(exercise) if verdict.is_good() && exercise.checks.last() == Some(&index) => {
            let state = exercise_state(&text(result), &exercise.id);
            let wanted = match config.solutions {
                true => ExerciseState::Solved,
                false => ExerciseState::NotSolvedYet,
            };
            match exercise_failure(state, wanted, &exercise.id, result) {
                Some(failure) => Verdict::Failed(failure),
                None => verdict,
            }
        }
        _ => verdict,
    }
}

fn exercise_failure(
    state: Option<ExerciseState>,
    wanted: ExerciseState,
    id: &str,
    result: &CellRun,
) -> Option<Failure> {
    if state == Some(wanted) {
        return None;
    }
    let summary = match (state, wanted) {
        (None, _) => format!("the check says nothing: no line `exercise {id}: ...`"),
        (Some(_), ExerciseState::Solved) => "the check refuses the solution".to_owned(),
        (Some(ExerciseState::Solved), _) => {
            "the check accepts the stub as it is shipped".to_owned()
        }
        (Some(_), _) => "the check of the stub does not say `not solved yet`".to_owned(),
    };
    Some(Failure {
        kind: FailureKind::Exercise,
        summary,
        detail: text(result),
        line: None,
    })
}

/// After the last check of an exercise: puts each wrong answer in the stub's place, has it checked,
/// and puts the stub back. Returns how many were refused.
fn try_answers(
    plan: &Plan,
    step: &Step,
    engine: &mut dyn Engine,
    request: &Request<'_>,
) -> Result<usize, Failure> {
    let exercises = plan.exercises.iter().zip(&plan.wrong_answers);
    let Some((exercise, answers)) = exercises
        .into_iter()
        .find(|(exercise, _)| exercise.checks.last() == Some(&step.index))
        .filter(|(_, answers)| !answers.is_empty())
    else {
        return Ok(0);
    };
    let mut execute = |source: &str| {
        let request = Request { source, ..*request };
        engine.execute(&request).map_err(|error| Failure {
            kind: FailureKind::Engine,
            summary: error.to_string(),
            detail: String::new(),
            line: None,
        })
    };
    for answer in answers {
        let mut said = String::new();
        let checks = exercise
            .checks
            .iter()
            .map(|check| &plan.notebook.cells[*check].source);
        for source in std::iter::once(&answer.source).chain(checks) {
            let result = execute(source)?;
            said.push_str(&text(&result));
            if result.end != End::Completed {
                said.push_str(&format!("{:?}\n", result.outputs));
                said.push_str(&format!("{:?}\n", result.end));
                return Err(answer_failure(
                    answer,
                    "ends in another way than by its check",
                    said,
                ));
            }
        }
        match exercise_state(&said, &exercise.id) {
            Some(ExerciseState::NotThereYet) if said.contains(&answer.expect) => {}
            Some(ExerciseState::NotThereYet) => {
                let how = format!("is refused without saying `{}`", answer.expect);
                return Err(answer_failure(answer, &how, said));
            }
            _ => return Err(answer_failure(answer, "is not refused", said)),
        }
    }
    if let Some(stub) = plan.steps.iter().find(|step| step.index == exercise.stub) {
        execute(plan.source(stub))?;
    }
    Ok(answers.len())
}

fn answer_failure(answer: &WrongAnswer, how: &str, said: String) -> Failure {
    Failure {
        kind: FailureKind::Exercise,
        summary: format!("the wrong answer `{}` {how}", answer.name),
        detail: said,
        line: None,
    }
}

/// Everything readable in a cell's output.
fn text(result: &CellRun) -> String {
    let mut text = String::new();
    for output in &result.outputs {
        match output {
            Output::Stream {
                name: Stream::Stdout,
                text: printed,
            } => text.push_str(printed),
            Output::ExecuteResult { data, .. } => {
                if let Some(shown) = data.get("text/plain").and_then(|value| value.as_str()) {
                    text.push_str(shown);
                    text.push('\n');
                }
            }
            _ => {}
        }
    }
    text
}
