//! What can be asserted of captured lines, and how a failure reads.

use super::Output;

impl Output {
    /// Asserts that exactly these lines were printed, in this order.
    ///
    /// # Panics
    ///
    /// Panics when they were not, and shows what was expected, what was printed, and where they differ.
    ///
    /// # Examples
    ///
    /// ```
    /// let seen = threadlab::capture::output(|| println!("one\ntwo"));
    /// seen.assert_lines(["one", "two"]);
    /// ```
    #[track_caller]
    pub fn assert_lines<L: AsRef<str>>(&self, expected: impl IntoIterator<Item = L>) -> &Self {
        assert_same("these lines in this order", &owned(expected), &self.texts());
        self
    }

    /// Asserts that exactly these lines were printed, in whatever order.
    ///
    /// # Panics
    ///
    /// Panics when they were not, and shows both sides sorted, and where they differ.
    ///
    /// # Examples
    ///
    /// ```
    /// let seen = threadlab::capture::output(|| println!("one\ntwo"));
    /// seen.assert_lines_in_any_order(["two", "one"]);
    /// ```
    #[track_caller]
    pub fn assert_lines_in_any_order<L: AsRef<str>>(
        &self,
        expected: impl IntoIterator<Item = L>,
    ) -> &Self {
        let (mut expected, mut got) = (owned(expected), self.texts());
        expected.sort();
        got.sort();
        assert_same("these lines in any order (shown sorted)", &expected, &got);
        self
    }

    /// Asserts that these lines were printed in this order, with any others before, between and after.
    ///
    /// # Panics
    ///
    /// Panics when they were not, and names the first line that is missing or comes too early.
    ///
    /// # Examples
    ///
    /// ```
    /// let seen = threadlab::capture::output(|| println!("one\ntwo\nthree"));
    /// seen.assert_in_order(["one", "three"]);
    /// ```
    #[track_caller]
    pub fn assert_in_order<L: AsRef<str>>(&self, expected: impl IntoIterator<Item = L>) -> &Self {
        let (expected, got) = (owned(expected), self.texts());
        let mut rest = got.iter();
        for (at, line) in expected.iter().enumerate() {
            if rest.any(|text| text == line) {
                continue;
            }
            let why = if got.contains(line) {
                format!(
                    "was printed, but not after {:?}",
                    expected[at.saturating_sub(1)]
                )
            } else {
                "was not printed".to_owned()
            };
            fail(
                "these lines in this order, among others",
                &expected,
                &got,
                &format!("{line:?} {why}"),
            );
        }
        self
    }
}

fn owned<L: AsRef<str>>(lines: impl IntoIterator<Item = L>) -> Vec<String> {
    lines
        .into_iter()
        .map(|line| line.as_ref().to_owned())
        .collect()
}

#[track_caller]
fn assert_same(what: &str, expected: &[String], got: &[String]) {
    if expected == got {
        return;
    }
    let at = expected.iter().zip(got).take_while(|(a, b)| a == b).count();
    let side = |lines: &[String]| {
        lines
            .get(at)
            .map_or("no line".to_owned(), |line| format!("{line:?}"))
    };
    let difference = format!(
        "line {}: expected {}, got {}",
        at + 1,
        side(expected),
        side(got)
    );
    fail(what, expected, got, &difference);
}

#[track_caller]
fn fail(what: &str, expected: &[String], got: &[String], difference: &str) -> ! {
    panic!(
        "the output is not as expected\nexpected {what}:\n{}got:\n{}first difference: {difference}",
        listing(expected),
        listing(got)
    );
}

fn listing(lines: &[String]) -> String {
    if lines.is_empty() {
        return "    (no lines)\n".to_owned();
    }
    lines.iter().map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use std::panic;
    use std::time::Duration;

    use crate::capture::{Line, Output, Stream};
    use crate::panics::message;

    fn output(lines: &[&str]) -> Output {
        let lines = lines.iter().enumerate().map(|(at, text)| Line {
            stream: Stream::Stdout,
            at: Duration::from_millis(at as u64),
            bytes: text.as_bytes().to_vec(),
        });
        Output::new(lines.collect())
    }

    fn failure(assertion: impl FnOnce() + panic::UnwindSafe) -> String {
        message(&*panic::catch_unwind(assertion).expect_err("the assertion holds"))
    }

    #[test]
    fn equal_lines_pass() {
        let seen = output(&["a", "b"]);
        seen.assert_lines(["a", "b"])
            .assert_lines_in_any_order(["b", "a"])
            .assert_in_order(["b"]);
    }

    #[test]
    fn a_failure_shows_expected_got_and_the_first_difference() {
        let text = failure(|| {
            output(&["a", "b", "c"]).assert_lines(["a", "x", "c"]);
        });
        assert_eq!(
            text,
            "the output is not as expected\n\
             expected these lines in this order:\n    a\n    x\n    c\n\
             got:\n    a\n    b\n    c\n\
             first difference: line 2: expected \"x\", got \"b\""
        );
    }

    #[test]
    fn a_missing_and_a_surplus_line_are_differences() {
        let missing = failure(|| {
            output(&["a"]).assert_lines(["a", "b"]);
        });
        assert!(
            missing.ends_with("line 2: expected \"b\", got no line"),
            "{missing}"
        );
        let surplus = failure(|| {
            output(&["a"]).assert_lines(Vec::<String>::new());
        });
        assert!(
            surplus.ends_with("line 1: expected no line, got \"a\""),
            "{surplus}"
        );
    }

    #[test]
    fn any_order_still_counts_lines() {
        let text = failure(|| {
            output(&["a", "b"]).assert_lines_in_any_order(["b", "a", "a"]);
        });
        assert!(
            text.ends_with("line 2: expected \"a\", got \"b\""),
            "{text}"
        );
    }

    #[test]
    fn in_order_names_what_is_missing_and_what_comes_too_early() {
        let missing = failure(|| {
            output(&["a", "b"]).assert_in_order(["a", "c"]);
        });
        assert!(missing.ends_with("\"c\" was not printed"), "{missing}");
        let early = failure(|| {
            output(&["a", "b"]).assert_in_order(["b", "a"]);
        });
        assert!(
            early.ends_with("\"a\" was printed, but not after \"b\""),
            "{early}"
        );
    }
}
