//! A cell's new output beside the saved one.
//!
//! Both are brought into one form first, so that only differences that mean something count:
//! the two streams one after the other, terminal colors and execution counts gone, and of a panic's
//! report on stderr only the thread and the message.

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
    let stderr = redact::panic_report(&stream(outputs, Stream::Stderr));
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
                section(&mut text, "error", &redacted(evalue, how));
                section(&mut text, "traceback", &redacted(&report, how));
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
