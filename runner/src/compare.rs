//! A cell's new output beside the saved one.
//!
//! Both are brought into one form first, so that only differences that mean something count:
//! the two streams one after the other, terminal colors, execution counts and places in generated
//! code gone, of a panic's report on stderr only the thread and the message, and nothing of what only
//! the kernel for Jupyter says there.

use serde_json::Value;
use similar::TextDiff;

use crate::expectation::Comparison;
use crate::notebook::{MimeBundle, Output, Stream};
use crate::redact;

/// Compares; returns a diff for a person, saved output first, or `None` where they agree.
pub fn difference(saved: &[Output], new: &[Output], how: &Comparison) -> Option<String> {
    if how.ignore {
        return None;
    }
    let (saved, new) = (comparable(saved, how), comparable(new, how));
    if saved == new {
        return None;
    }
    let diff = TextDiff::from_lines(&saved, &new);
    Some(
        diff.unified_diff()
            .context_radius(2)
            .header("saved", "this run")
            .to_string(),
    )
}

/// The outputs as one text, with what does not count taken out.
fn comparable(outputs: &[Output], how: &Comparison) -> String {
    let stdout = stream(outputs, Stream::Stdout);
    let stderr = redact::process_ended(&stream(outputs, Stream::Stderr));
    let stderr = redact::panic_report(&stderr);
    let mut text = String::new();
    section(&mut text, "stdout", &ordered(&redacted(&stdout, how), how));
    section(&mut text, "stderr", &ordered(&redacted(&stderr, how), how));
    for output in outputs {
        match output {
            Output::ExecuteResult { data, .. } | Output::DisplayData { data, .. } => {
                bundle(&mut text, data, how);
            }
            Output::Error {
                evalue, traceback, ..
            } => {
                let report = redact::command_number(&redact::colors(&traceback.join("\n")));
                for (title, said) in [("error", evalue), ("traceback", &report)] {
                    let said = redact::generated_places(said);
                    section(&mut text, title, &redacted(&said, how));
                }
            }
            Output::Stream { .. } => {}
        }
    }
    text
}

/// With redactions only the text of a value is compared: there is no redacting inside a picture.
fn bundle(text: &mut String, data: &MimeBundle, how: &Comparison) {
    for (mime, content) in data {
        if !how.redactions.is_empty() && mime != "text/plain" && data.contains_key("text/plain") {
            continue;
        }
        let content = match content {
            Value::String(content) => content.clone(),
            content => content.to_string(),
        };
        section(text, mime, &redacted(&content, how));
    }
}

fn stream(outputs: &[Output], wanted: Stream) -> String {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Stream { name, text } if *name == wanted => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

fn redacted(text: &str, how: &Comparison) -> String {
    how.redactions
        .iter()
        .fold(text.to_owned(), |text, redaction| redaction.apply(&text))
}

fn ordered(text: &str, how: &Comparison) -> String {
    if !how.unordered {
        return text.to_owned();
    }
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

fn section(text: &mut String, title: &str, content: &str) {
    if !content.is_empty() {
        text.push_str(&format!("[{title}]\n{}\n", content.trim_end_matches('\n')));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::difference;
    use crate::expectation::Comparison;
    use crate::notebook::{Output, Stream};
    use crate::redact::Redaction;

    fn stream(name: Stream, text: &str) -> Output {
        Output::Stream {
            name,
            text: text.to_owned(),
        }
    }

    fn error(report: &str) -> Output {
        Output::Error {
            ename: "Error".to_owned(),
            evalue: "no".to_owned(),
            traceback: report.lines().map(str::to_owned).collect(),
        }
    }

    fn shown(html: &str, text: &str) -> Output {
        Output::ExecuteResult {
            data: [
                ("text/html".to_owned(), json!(html)),
                ("text/plain".to_owned(), json!(text)),
            ]
            .into(),
            execution_count: Some(1),
            metadata: json!({}),
        }
    }

    #[test]
    fn what_only_the_kernel_for_jupyter_says_is_not_compared() {
        let said = format!("last words\n{}\n", crate::redact::PROCESS_ENDED);
        let (saved, new) = (
            stream(Stream::Stderr, &said),
            stream(Stream::Stderr, "last words\n"),
        );
        let how = Comparison::default();
        let saved = [saved];
        assert_eq!(difference(&saved, &[new], &how), None);
        assert!(difference(&saved, &[stream(Stream::Stderr, "other\n")], &how).is_some());
    }

    #[test]
    fn only_differences_that_mean_something_count() {
        let plain = Comparison::default();
        let unordered = Comparison {
            unordered: true,
            ..Comparison::default()
        };
        let durations = Comparison {
            redactions: [Redaction::Durations].into(),
            ..Comparison::default()
        };
        let out = |text| vec![stream(Stream::Stdout, text)];
        let err = |text| vec![stream(Stream::Stderr, text)];
        let table = [
            ("same", out("a\n"), out("a\n"), &plain, true),
            ("another text", out("a\n"), out("b\n"), &plain, false),
            ("another order", out("a\nb\n"), out("b\na\n"), &plain, false),
            ("any order", out("a\nb\n"), out("b\na\n"), &unordered, true),
            (
                "a line twice",
                out("a\nb\n"),
                out("a\na\nb\n"),
                &unordered,
                false,
            ),
            ("another stream", out("a\n"), err("a\n"), &plain, false),
            (
                "durations",
                out("1 ms\n"),
                out("25.5 s\n"),
                &durations,
                true,
            ),
            (
                "beside durations",
                out("1 ms a\n"),
                out("1 ms b\n"),
                &durations,
                false,
            ),
            (
                "split streams",
                vec![
                    stream(Stream::Stdout, "a\n"),
                    stream(Stream::Stderr, "x\n"),
                    stream(Stream::Stdout, "b\n"),
                ],
                vec![
                    stream(Stream::Stdout, "a\nb\n"),
                    stream(Stream::Stderr, "x\n"),
                ],
                &plain,
                true,
            ),
            (
                "colors, counts and generated places",
                vec![error(
                    "\u{1b}[31mcommand_2\u{1b}[0m at src/lib.rs:5:33: 5:40",
                )],
                vec![error("command_7 at src/lib.rs:9:1: 9:2")],
                &plain,
                true,
            ),
            (
                "another error",
                vec![error("one")],
                vec![error("two")],
                &plain,
                false,
            ),
            (
                "another picture",
                vec![shown("<b>", "b")],
                vec![shown("<i>", "b")],
                &plain,
                false,
            ),
            (
                "a redacted picture",
                vec![shown("<b>", "1 ms")],
                vec![shown("<i>", "2 ms")],
                &durations,
                true,
            ),
            ("nothing new", out("a\n"), vec![], &plain, false),
        ];
        for (name, saved, new, how, same) in table {
            assert_eq!(difference(&saved, &new, how).is_none(), same, "{name}");
            let ignoring = Comparison {
                ignore: true,
                ..how.clone()
            };
            assert_eq!(difference(&saved, &new, &ignoring), None, "{name}");
        }
    }
}
