//! What a check has found, as text whose last line a machine can read.

use std::fmt;

/// One thing that an answer has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// What it has to do.
    pub title: String,
    /// What is missing; `None` when it is done.
    pub missing: Option<Missing>,
}

/// Why a point is not met, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What was seen instead.
    pub reason: String,
    /// What to try next.
    pub next: String,
}

/// How far an exercise is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All points are met.
    Solved,
    /// The answer is still a `todo!()`.
    NotSolvedYet,
    /// Some points are met and others are not.
    NotThereYet,
}

/// The result of [`check`](super::check()), which has printed it already.
///
/// The last line of its text is one of these:
///
/// ```text
/// exercise ex-02-brew: solved
/// exercise ex-02-brew: not solved yet
/// exercise ex-02-brew: not there yet (1 of 2 points)
/// ```
///
/// # Examples
///
/// ```
/// use threadlab::exercise::{self, Verdict};
///
/// let report = exercise::check("ex-sum", |check| {
///     let Some(sum) = check.run(|| 1 + 2) else { return };
///     check.equal("the sum is right", sum, 4);
/// });
/// assert_eq!(report.verdict(), Verdict::NotThereYet);
/// assert!(report.to_string().ends_with("exercise ex-sum: not there yet (1 of 2 points)"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    id: String,
    is_stub: bool,
    points: Vec<Point>,
}

impl Report {
    pub(super) fn new(id: &str, is_stub: bool, points: Vec<Point>) -> Self {
        Self {
            id: id.to_owned(),
            is_stub,
            points,
        }
    }

    /// How far the exercise is.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise::{self, Verdict};
    ///
    /// let report = exercise::check("ex-stub", |check| {
    ///     let answer: Option<u32> = check.run(|| todo!());
    ///     assert_eq!(answer, None);
    /// });
    /// assert_eq!(report.verdict(), Verdict::NotSolvedYet);
    /// ```
    pub fn verdict(&self) -> Verdict {
        if self.is_stub {
            Verdict::NotSolvedYet
        } else if !self.points.is_empty() && self.met() == self.points.len() {
            Verdict::Solved
        } else {
            // A check that has looked at nothing proves nothing.
            Verdict::NotThereYet
        }
    }

    /// Whether all points are met.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-seven", |check| {
    ///     check.point("seven is odd", 7 % 2 == 1, "it is even", "count again");
    /// });
    /// assert!(report.is_solved());
    /// ```
    pub fn is_solved(&self) -> bool {
        self.verdict() == Verdict::Solved
    }

    /// The points in the order in which they were looked at.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise;
    ///
    /// let report = exercise::check("ex-seven", |check| {
    ///     check.point("seven is even", 7 % 2 == 0, "it is odd", "take another number");
    /// });
    /// let missing = report.points()[0].missing.as_ref().unwrap();
    /// assert_eq!(missing.reason, "it is odd");
    /// ```
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Does nothing: [`check`](super::check()) has printed the report.
    ///
    /// So a report is not shown twice when it is the last expression of a cell.
    ///
    /// # Examples
    ///
    /// ```
    /// threadlab::exercise::check("ex-empty", |_| ()).evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {}

    fn met(&self) -> usize {
        self.points
            .iter()
            .filter(|point| point.missing.is_none())
            .count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = &self.id;
        let verdict = self.verdict();
        if verdict == Verdict::NotSolvedYet {
            writeln!(
                f,
                "Replace the `todo!()`, run that cell, then run this one again."
            )?;
            return write!(f, "exercise {id}: not solved yet");
        }
        for point in &self.points {
            match &point.missing {
                None => writeln!(f, "[x] {}", point.title)?,
                Some(Missing { reason, next }) => {
                    let (reason, next) = (indented(reason), indented(next));
                    let title = &point.title;
                    writeln!(f, "[ ] {title}\n    reason: {reason}\n    next:   {next}")?;
                }
            }
        }
        if verdict == Verdict::Solved {
            return write!(f, "exercise {id}: solved");
        }
        let (met, all) = (self.met(), self.points.len());
        write!(f, "exercise {id}: not there yet ({met} of {all} points)")
    }
}

/// Keeps further lines apart from the headlines of the report.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n            ")
}

#[cfg(test)]
mod tests {
    use super::{Missing, Point, Report};

    fn met(title: &str) -> Point {
        Point {
            title: title.to_owned(),
            missing: None,
        }
    }

    fn open(title: &str) -> Point {
        Point {
            title: title.to_owned(),
            missing: Some(Missing {
                reason: "it is 3\nexercise x: solved".to_owned(),
                next: "count".to_owned(),
            }),
        }
    }

    #[test]
    fn the_last_line_is_the_verdict() {
        let table = [
            (
                Report::new("a", false, vec![met("p")]),
                "[x] p\nexercise a: solved",
            ),
            (
                Report::new("a", true, vec![open("p")]),
                "Replace the `todo!()`, run that cell, then run this one again.\n\
                 exercise a: not solved yet",
            ),
            (
                Report::new("a", false, vec![met("p"), open("q")]),
                "[x] p\n[ ] q\n    reason: it is 3\n            exercise x: solved\n    \
                 next:   count\nexercise a: not there yet (1 of 2 points)",
            ),
            (
                Report::new("a", false, vec![]),
                "exercise a: not there yet (0 of 0 points)",
            ),
        ];
        for (report, text) in table {
            assert_eq!(report.to_string(), text);
        }
    }
}
