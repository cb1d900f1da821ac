//! Exercises and predictions: cells that belong together by `nbrun.id`.
//!
//! An exercise is a stub (code, tag `exercise`), hints, one folded solution (Markdown) and checks
//! (code). A prediction is a question, its folded answer (Markdown, often one cell) and the cells
//! that prove it (code).

use std::collections::BTreeMap;
use std::ops::Range;

use crate::notebook::{Cell, Notebook};

/// An exercise of a notebook. Numbers are positions among all cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// The id that its cells share.
    pub id: String,
    /// The cell that the learner fills in.
    pub stub: usize,
    /// The cell with the folded solution.
    pub solution: usize,
    /// The code of the solution, which takes the place of the stub's source.
    pub code: String,
    /// The cells that check it.
    pub checks: Vec<usize>,
}

/// What the checks of an exercise say, in a line `exercise ID: STATE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExerciseState {
    /// `solved`
    Solved,
    /// `not solved yet`: the stub is as it was shipped.
    NotSolvedYet,
    /// Anything else: an answer that misses something.
    NotThereYet,
}

/// A cell that does not fit to the others of its exercise or prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartError {
    /// The position of the cell among all cells.
    pub index: usize,
    /// What is wrong.
    pub reason: String,
}

const OF_EXERCISE: [&str; 4] = ["exercise", "hint", "solution", "check"];
const OF_PREDICTION: [&str; 3] = ["prediction", "answer", "proof"];

/// Finds the exercises of a notebook, and everything that is wrong with them and with predictions.
pub fn parts(notebook: &Notebook) -> (Vec<Exercise>, Vec<PartError>) {
    let mut errors = Vec::new();
    let mut groups: BTreeMap<&str, Vec<&Cell>> = BTreeMap::new();
    for cell in &notebook.cells {
        let tags = || OF_EXERCISE.iter().chain(&OF_PREDICTION);
        let Some(tag) = tags().find(|tag| cell.has_tag(tag)) else {
            if cell.meta.id.is_some() {
                errors.push(error(cell, "`nbrun.id` ties parts of an exercise or a prediction together, and this cell has no tag that says which part it is"));
            }
            continue;
        };
        match &cell.meta.id {
            Some(id) => groups.entry(id).or_default().push(cell),
            None => errors.push(error(
                cell,
                &format!("`{tag}` needs `nbrun.id` in the cell's metadata, the same for all parts"),
            )),
        }
    }
    let mut exercises = Vec::new();
    for (id, cells) in groups {
        let of = |tags: &[&str]| {
            cells
                .iter()
                .any(|cell| tags.iter().any(|tag| cell.has_tag(tag)))
        };
        match (of(&OF_EXERCISE), of(&OF_PREDICTION)) {
            (true, true) => errors.push(error(
                cells[0],
                &format!("`{id}` names an exercise and a prediction"),
            )),
            (true, false) => match exercise(id, &cells) {
                Ok(exercise) => exercises.push(exercise),
                Err(wrong) => errors.push(wrong),
            },
            (false, _) => errors.extend(prediction(id, &cells)),
        }
    }
    errors.sort_by_key(|error| error.index);
    (exercises, errors)
}

fn exercise(id: &str, cells: &[&Cell]) -> Result<Exercise, PartError> {
    let stub = one(id, cells, "exercise")?;
    let solution = one(id, cells, "solution")?;
    if !cells.iter().any(|cell| cell.has_tag("hint")) {
        return Err(error(stub, &format!("the exercise `{id}` has no `hint`")));
    }
    let checks: Vec<&Cell> = with_tag(cells, "check").collect();
    let Some(first_check) = checks.first() else {
        return Err(error(stub, &format!("the exercise `{id}` has no `check`")));
    };
    if first_check.index < stub.index {
        return Err(error(
            first_check,
            &format!("the check of `{id}` stands before its exercise"),
        ));
    }
    let code = fenced_block(&solution.source).ok_or_else(|| {
        error(
            solution,
            "a solution needs exactly one block fenced by ```rust",
        )
    })?;
    Ok(Exercise {
        id: id.to_owned(),
        stub: stub.index,
        solution: solution.index,
        code: solution.source[code].to_owned(),
        checks: checks.iter().map(|cell| cell.index).collect(),
    })
}

fn prediction(id: &str, cells: &[&Cell]) -> Option<PartError> {
    for tag in OF_PREDICTION {
        if with_tag(cells, tag).next().is_none() {
            return Some(error(
                cells[0],
                &format!("the prediction `{id}` has no `{tag}`"),
            ));
        }
    }
    let question = with_tag(cells, "prediction").next()?;
    let proof = with_tag(cells, "proof").next()?;
    (proof.index < question.index).then(|| {
        error(
            proof,
            &format!("the proof of `{id}` stands before its question"),
        )
    })
}

fn one<'a>(id: &str, cells: &[&'a Cell], tag: &str) -> Result<&'a Cell, PartError> {
    let mut found = with_tag(cells, tag);
    match (found.next(), found.next()) {
        (Some(cell), None) => Ok(cell),
        (None, _) => Err(error(
            cells[0],
            &format!("`{id}` has no cell with the tag `{tag}`"),
        )),
        (Some(_), Some(second)) => Err(error(
            second,
            &format!("`{id}` has a second cell with the tag `{tag}`"),
        )),
    }
}

fn with_tag<'a, 'b>(cells: &'b [&'a Cell], tag: &'b str) -> impl Iterator<Item = &'a Cell> {
    cells.iter().copied().filter(move |cell| cell.has_tag(tag))
}

fn error(cell: &Cell, reason: &str) -> PartError {
    PartError {
        index: cell.index,
        reason: reason.to_owned(),
    }
}

/// Where the content of the only block fenced by ```` ```rust ```` stands.
fn fenced_block(markdown: &str) -> Option<Range<usize>> {
    let mut blocks = Vec::new();
    let mut open = None;
    let mut offset = 0;
    for line in markdown.split_inclusive('\n') {
        match (open, line.trim_end()) {
            (None, "```rust") => open = Some(offset + line.len()),
            (Some(start), "```") => {
                // Without the newline before the fence, as a cell's source has none at its end.
                blocks.push(start..offset.saturating_sub(1).max(start));
                open = None;
            }
            _ => {}
        }
        offset += line.len();
    }
    match (blocks.pop(), blocks.pop(), open) {
        (Some(block), None, None) => Some(block),
        _ => None,
    }
}

/// What a check said of the exercise `id` in its output; `None` where it said nothing.
pub fn exercise_state(output: &str, id: &str) -> Option<ExerciseState> {
    let prefix = format!("exercise {id}: ");
    let said = output
        .lines()
        .filter_map(|line| line.trim().strip_prefix(&prefix))
        .next_back()?;
    Some(match said {
        "solved" => ExerciseState::Solved,
        "not solved yet" => ExerciseState::NotSolvedYet,
        _ => ExerciseState::NotThereYet,
    })
}

#[cfg(test)]
mod tests {
    use super::{ExerciseState, exercise_state, fenced_block};

    #[test]
    fn a_solution_is_one_fenced_block() {
        let table = [
            (
                "<details>\n\n```rust\nfn a() {}\n```\n\n</details>",
                Some("fn a() {}"),
            ),
            (
                "```rust\nfn a() {}\nfn b() {}\n```",
                Some("fn a() {}\nfn b() {}"),
            ),
            ("```rust\n```", Some("")),
            ("```text\nno\n```", None),
            ("```rust\na\n```\n```rust\nb\n```", None),
            ("```rust\nnever closed", None),
        ];
        for (markdown, code) in table {
            assert_eq!(
                fenced_block(markdown).map(|span| &markdown[span]),
                code,
                "{markdown}"
            );
        }
    }

    #[test]
    fn the_last_line_about_the_exercise_counts() {
        let output = "exercise a: solved\nexercise b: not solved yet\nexercise a: 1 of 3 points\n";
        assert_eq!(
            exercise_state(output, "a"),
            Some(ExerciseState::NotThereYet)
        );
        assert_eq!(
            exercise_state(output, "b"),
            Some(ExerciseState::NotSolvedYet)
        );
        assert_eq!(exercise_state(output, "c"), None);
    }
}
