//! What must hold for whatever bytes stand in the file of a notebook.

use std::path::Path;

use nbrun::compare::difference;
use nbrun::expectation::Comparison;
use nbrun::format::canonical;
use nbrun::notebook::{Notebook, Output, ReadError, Recording, Stream, splice};
use nbrun::plan::{Options, Plan};
use nbrun::source::{has_word, lines_in_literals, split_commands};
use serde_json::{Value, json};

/// A file that is a notebook can be formatted and updated, and nothing is lost; one that is none is
/// refused.
pub fn check(bytes: &[u8]) {
    let Ok(notebook) = parse(bytes) else {
        return;
    };
    assert_eq!(notebook.text().as_bytes(), bytes);
    for cell in notebook.code_cells() {
        let (commands, code) = split_commands(&cell.source);
        assert_eq!([commands, code].concat(), cell.source);
        lines_in_literals(code);
        has_word(code, "unsafe");
        let same = difference(&cell.outputs, &cell.outputs, &Comparison::default());
        assert_eq!(same, None);
    }
    formatting(&notebook);
    splicing(&notebook);
    let options = Options {
        solutions: true,
        ..Options::default()
    };
    // The order of cells and the parts of exercises are found without running anything.
    if let Ok(plan) = Plan::new(notebook, None, &options) {
        for step in &plan.steps {
            plan.source(step);
        }
    }
}

fn formatting(notebook: &Notebook) {
    // Not every text that has cells can be printed again: half of a surrogate pair cannot.
    let Ok(formatted) = canonical(notebook.text(), &[]) else {
        return;
    };
    let again = canonical(&formatted, &[]).expect("what was formatted can be read");
    assert_eq!(again, formatted, "formatting again changes something");
    let read = parse(formatted.as_bytes()).expect("what was formatted is a notebook");
    assert_eq!(said(&read), said(notebook), "formatting changed a cell");
}

fn splicing(notebook: &Notebook) {
    assert_eq!(splice(notebook, &[]), notebook.text());
    let outputs = vec![
        Output::Stream {
            name: Stream::Stdout,
            text: "one\ntwo \"\u{1b}[0m\"\r\n\u{fffd}".to_owned(),
        },
        Output::DisplayData {
            data: [("text/html".to_owned(), Value::from("<b>\n</b>"))].into(),
            metadata: json!({}),
        },
    ];
    let recordings: Vec<Recording> = notebook
        .code_cells()
        .map(|cell| Recording {
            index: cell.index,
            outputs: Some(outputs.clone()),
            execution_count: cell.number.expect("a code cell has a number"),
        })
        .collect();
    let text = splice(notebook, &recordings);
    let read = parse(text.as_bytes()).expect("what was spliced is a notebook");
    assert_eq!(read.cells.len(), notebook.cells.len());
    for (new, old) in read.cells.iter().zip(&notebook.cells) {
        assert_eq!((&new.source, &new.tags), (&old.source, &old.tags));
        if let Some(number) = new.number {
            assert_eq!(new.execution_count, Some(number));
            assert_eq!(new.outputs, outputs);
        }
    }
    assert_eq!(
        splice(&read, &recordings),
        text,
        "splicing again changes something"
    );
}

fn parse(bytes: &[u8]) -> Result<Notebook, ReadError> {
    Notebook::parse(Path::new("fuzzed.ipynb"), bytes.to_vec())
}

type Said<'a> = (&'a str, &'a [String], &'a [Output], Option<u32>);

/// What a person or a run sees of each cell.
fn said(notebook: &Notebook) -> Vec<Said<'_>> {
    notebook
        .cells
        .iter()
        .map(|cell| {
            (
                cell.source.as_str(),
                cell.tags.as_slice(),
                cell.outputs.as_slice(),
                cell.execution_count,
            )
        })
        .collect()
}
