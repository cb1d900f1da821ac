//! Putting new outputs into a notebook's text, and nothing else.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::ser::PrettyFormatter;
use serde_json::value::RawValue;
use serde_json::{Serializer, Value};

use super::json::span_of;
use super::{Cell, Notebook, Output};

/// What a run recorded for a cell, to be written into the file.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The position of the cell among all cells.
    pub index: usize,
    /// The new outputs; `None` keeps the saved ones, byte for byte but for the count in them.
    pub outputs: Option<Vec<Output>>,
    /// The new execution count.
    pub execution_count: u32,
}

/// The text of `notebook` with the recordings in place of what was saved.
///
/// Every other byte is the file's own. Text that would stay the same is not touched.
pub fn splice(notebook: &Notebook, recordings: &[Recording]) -> String {
    let text = notebook.text();
    let mut edits = Vec::new();
    for recording in recordings {
        let cell = &notebook.cells[recording.index];
        let spans = cell.spans.as_ref().expect("only code cells are recorded");
        if cell.execution_count != Some(recording.execution_count) {
            let count = recording.execution_count.to_string();
            edits.push((spans.execution_count.clone(), count));
        }
        match &recording.outputs {
            Some(outputs) if !same_outputs(cell, outputs) => {
                let printed = print(outputs, text, spans.outputs.start);
                edits.push((spans.outputs.clone(), printed));
            }
            Some(_) => {}
            None => {
                let count = recording.execution_count;
                let stale = stale_counts(text, &text[spans.outputs.clone()], count);
                edits.extend(stale.into_iter().map(|span| (span, count.to_string())));
            }
        }
    }
    edits.sort_by_key(|(span, _)| span.start);

    let mut result = String::with_capacity(text.len());
    let mut end = 0;
    for (span, replacement) in edits {
        result.push_str(&text[end..span.start]);
        result.push_str(&replacement);
        end = span.end;
    }
    result.push_str(&text[end..]);
    result
}

fn same_outputs(cell: &Cell, outputs: &[Output]) -> bool {
    cell.outputs == outputs
}

/// Where in a text values stand that name another execution than this one.
fn stale_counts(text: &str, outputs: &str, count: u32) -> Vec<Range<usize>> {
    #[derive(Deserialize)]
    struct Counted<'a> {
        output_type: String,
        #[serde(borrow)]
        execution_count: Option<&'a RawValue>,
    }
    let outputs: Vec<Counted<'_>> =
        serde_json::from_str(outputs).expect("the notebook was read from it");
    outputs
        .iter()
        .filter(|output| output.output_type == "execute_result")
        .filter_map(|output| Some(output.execution_count?.get()))
        .filter(|saved| *saved != count.to_string())
        .map(|saved| span_of(text, saved))
        .collect()
}

/// Prints the outputs in the style of the place where they go: the indentation of its line, or one
/// line where the file is not indented.
fn print(outputs: &[Output], text: &str, offset: usize) -> String {
    let values: Vec<Value> = outputs.iter().map(Output::to_file_value).collect();
    let line = &text[text[..offset].rfind('\n').map_or(0, |newline| newline + 1)..offset];
    let indentation = &line[..line.len() - line.trim_start().len()];
    if !text.contains('\n') || indentation.is_empty() || values.is_empty() {
        return serde_json::to_string(&values).expect("values are plain data");
    }
    // The key stands three levels deep: document, list of cells, cell.
    let unit = &indentation[..(indentation.len() / 3).max(1)];
    let mut printed = Vec::new();
    let formatter = PrettyFormatter::with_indent(unit.as_bytes());
    values
        .serialize(&mut Serializer::with_formatter(&mut printed, formatter))
        .expect("values are plain data");
    let printed = String::from_utf8(printed).expect("JSON is UTF-8");
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    printed.replace('\n', &format!("{newline}{indentation}"))
}
