//! Reading a notebook: the parts the runner needs, and where they stand in the file.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::cell::{Cell, CellKind, Spans};
use super::json::{check, line_at, line_of, parse_object, parse_part, parse_values, span_of};
use super::output::{MultilineText, Output, is_json};

/// A notebook and the text it was read from.
#[derive(Clone, Debug)]
pub struct Notebook {
    /// The file.
    pub path: PathBuf,
    /// The cells in order.
    pub cells: Vec<Cell>,
    /// The file's text.
    pub(super) text: String,
}

/// Why a file is not a notebook that can be run.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The file is not UTF-8.
    #[error("line {line}: the file is not UTF-8")]
    Encoding {
        /// The line of the first wrong byte, from 1.
        line: usize,
    },
    /// The file is not JSON, or not of nbformat's shape.
    #[error("line {line}: {reason}")]
    Shape {
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A format that is not nbformat 4.
    #[error("nbformat {0} is not supported: open the notebook in Jupyter and save it as version 4")]
    Version(i64),
    /// Another language than Rust.
    #[error("the kernel is for `{0}`, not for Rust")]
    Language(String),
}

#[derive(Deserialize)]
struct RawNotebook<'a> {
    #[serde(borrow)]
    cells: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    metadata: &'a RawValue,
    nbformat: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NotebookMetadata {
    kernelspec: Kernelspec,
    language_info: LanguageInfo,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Kernelspec {
    name: String,
    language: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LanguageInfo {
    name: String,
}

#[derive(Deserialize)]
struct RawCell<'a> {
    cell_type: String,
    id: Option<String>,
    #[serde(borrow)]
    metadata: &'a RawValue,
    #[serde(borrow)]
    source: &'a RawValue,
    #[serde(borrow)]
    outputs: Option<&'a RawValue>,
    // `null` must keep its span, and an `Option` would swallow it.
    #[serde(borrow, default)]
    execution_count: Span<'a>,
}

#[derive(Default)]
struct Span<'a>(Option<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Span<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|raw| Span(Some(raw)))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CellMetadata<'a> {
    tags: Vec<String>,
    #[serde(borrow)]
    nbrun: Option<&'a RawValue>,
}

impl Notebook {
    /// Reads the notebook at `path`.
    ///
    /// # Errors
    /// When the file cannot be read or is not a Rust notebook of nbformat 4; the error names the
    /// line.
    pub fn read(path: &Path) -> Result<Notebook, ReadError> {
        Notebook::parse(path, std::fs::read(path)?)
    }

    /// Reads a notebook from the bytes of a file; `path` is only remembered.
    ///
    /// # Errors
    /// As [`Notebook::read`].
    pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Notebook, ReadError> {
        let text = String::from_utf8(bytes).map_err(|error| ReadError::Encoding {
            line: line_of(error.as_bytes(), error.utf8_error().valid_up_to()),
        })?;
        if text.trim().is_empty() {
            return Err(ReadError::Empty);
        }
        let cells = parse_cells(&text)?;
        check(&text, &text, 0)?;
        Ok(Notebook {
            path: path.to_owned(),
            cells,
            text,
        })
    }

    /// The code cells in order.
    pub fn code_cells(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| cell.kind == CellKind::Code)
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn parse_cells(text: &str) -> Result<Vec<Cell>, ReadError> {
    let raw: RawNotebook<'_> = parse_object(text, text, "the notebook")?;
    if raw.nbformat != 4 {
        return Err(ReadError::Version(raw.nbformat));
    }
    let Some(raw_cells) = raw.cells else {
        return Err(ReadError::Shape {
            line: 1,
            reason: "missing field `cells`".to_owned(),
        });
    };
    check_language(&parse_object(text, raw.metadata.get(), "`metadata`")?)?;

    let mut cells = Vec::with_capacity(raw_cells.len());
    let mut heading = None;
    let mut number = 0;
    for (index, raw_cell) in raw_cells.into_iter().enumerate() {
        let cell = parse_cell(text, raw_cell, index, heading.as_deref(), &mut number)?;
        if cell.kind == CellKind::Markdown
            && let Some(last) = last_heading(&cell.source)
        {
            heading = Some(last);
        }
        cells.push(cell);
    }
    Ok(cells)
}

fn check_language(metadata: &NotebookMetadata) -> Result<(), ReadError> {
    let named = [
        &metadata.language_info.name,
        &metadata.kernelspec.language,
        &metadata.kernelspec.name,
    ];
    match named.into_iter().find(|name| !name.is_empty()) {
        Some(name) if !name.to_lowercase().starts_with("rust") => {
            Err(ReadError::Language(name.clone()))
        }
        _ => Ok(()),
    }
}

fn parse_cell(
    text: &str,
    raw_cell: &RawValue,
    index: usize,
    heading: Option<&str>,
    number: &mut u32,
) -> Result<Cell, ReadError> {
    let raw: RawCell<'_> = parse_object(text, raw_cell.get(), "a cell")?;
    let fail = |part: &str, reason: &str| ReadError::Shape {
        line: line_at(text, part),
        reason: reason.to_owned(),
    };
    let kind = match raw.cell_type.as_str() {
        "code" => CellKind::Code,
        "markdown" => CellKind::Markdown,
        "raw" => CellKind::Raw,
        other => {
            return Err(fail(
                raw_cell.get(),
                &format!("unknown cell type `{other}`"),
            ));
        }
    };
    let metadata: CellMetadata<'_> = parse_object(text, raw.metadata.get(), "`metadata`")?;
    let meta = metadata
        .nbrun
        .map(|nbrun| parse_object(text, nbrun.get(), "`nbrun`"))
        .transpose()?;
    let source: MultilineText = parse_part(text, raw.source.get()).map_err(|_| {
        fail(
            raw.source.get(),
            "`source` is neither a text nor a list of texts",
        )
    })?;

    let (mut outputs, mut execution_count, mut spans) = (Vec::new(), None, None);
    if kind == CellKind::Code {
        *number += 1;
        let raw_outputs = raw
            .outputs
            .ok_or_else(|| fail(raw_cell.get(), "missing field `outputs` of a code cell"))?;
        let raw_count = raw.execution_count.0.ok_or_else(|| {
            fail(
                raw_cell.get(),
                "missing field `execution_count` of a code cell",
            )
        })?;
        outputs = parse_values::<Vec<Output>>(text, raw_outputs.get())?;
        outputs.iter_mut().for_each(join_lines);
        execution_count = parse_part(text, raw_count.get())?;
        spans = Some(Spans {
            outputs: span_of(text, raw_outputs.get()),
            execution_count: span_of(text, raw_count.get()),
        });
    }
    Ok(Cell {
        kind,
        index,
        number: (kind == CellKind::Code).then_some(*number),
        id: raw.id,
        heading: heading.map(str::to_owned),
        line: line_at(text, raw.source.get()),
        source: source.into(),
        tags: metadata.tags,
        meta: meta.unwrap_or_default(),
        outputs,
        execution_count,
        spans,
    })
}

/// Texts in a MIME bundle may be lists of lines in the file; in memory they are one string.
fn join_lines(output: &mut Output) {
    let (Output::ExecuteResult { data, .. } | Output::DisplayData { data, .. }) = output else {
        return;
    };
    for (mime, content) in data.iter_mut() {
        if !is_json(mime)
            && content.is_array()
            && let Ok(text) = MultilineText::deserialize(&*content)
        {
            *content = String::from(text).into();
        }
    }
}

fn last_heading(markdown: &str) -> Option<String> {
    let mut fenced = false;
    let mut last = None;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let text = line.trim_start_matches('#');
        if !fenced && text.len() < line.len() && text.starts_with(' ') {
            last = Some(text.trim().to_owned());
        }
    }
    last
}
