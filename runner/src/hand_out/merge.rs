//! Three versions of a notebook made into one: what was handed out last, what somebody made of it,
//! and the new original.
//!
//! Cells are told apart by their ids. The new original gives the order and all but this:
//! * A cell whose source was changed by its owner keeps the source and the outputs.
//! * A cell that its owner added stands behind the one that it stood behind.
//! * A cell that its owner deleted is gone, unless the new original changed it.

use std::collections::BTreeMap;

use crate::format::canonical;
use crate::notebook::json::{Level, level};
use crate::notebook::{Cell, Notebook, ReadError};

/// The longest id that nbformat allows.
const LONGEST_ID: usize = 64;

/// A notebook made of three.
#[derive(Debug)]
pub(super) struct Merged {
    /// The text of the file.
    pub(super) text: String,
    /// How many cells are its owner's: changed or added.
    pub(super) kept: usize,
    /// The ids of cells that stay as their owner changed them, and have a newer original.
    pub(super) outdated: Vec<String>,
}

/// Whether two notebooks say the same: as many cells of the same kinds with the same sources.
/// Running changes only what else stands in the file.
pub(super) fn same_sources(one: &Notebook, other: &Notebook) -> bool {
    one.cells.len() == other.cells.len()
        && one.cells.iter().zip(&other.cells).all(|(a, b)| same(a, b))
}

/// Brings what is new in `new` into `own`, which was made of `last`.
///
/// `None` where cells cannot be told apart: those of nbformat 4.4 have no ids.
///
/// # Errors
/// When one of them is no notebook.
pub(super) fn merge(
    last: &Notebook,
    own: &Notebook,
    new: &Notebook,
) -> Result<Option<Merged>, ReadError> {
    let (Some(last_cells), Some(new_cells)) = (by_unique_id(last), by_unique_id(new)) else {
        return Ok(None);
    };
    let Some(own_cells) = by_id(own) else {
        return Ok(None);
    };
    let own_texts = cell_texts(own.text())?;

    let mut kept = 0;
    let mut outdated = Vec::new();
    let mut pieces = Pieces::default();
    for (cell, text) in new.cells.iter().zip(cell_texts(new.text())?) {
        let id = id_of(cell);
        match (last_cells.get(id), own_cells.get(id)) {
            // Deleted, and nothing new about it.
            (Some(before), None) if same(before, cell) => {}
            (Some(before), Some(mine)) if !same(mine, before) && !same(mine, cell) => {
                kept += 1;
                if !same(before, cell) {
                    outdated.push(id.to_owned());
                }
                pieces.push(id, with_work(text, own_texts[mine.index], mine, cell)?);
            }
            _ => pieces.push(id, text.to_owned()),
        }
    }

    let mut previous: Option<String> = None;
    for (cell, text) in own.cells.iter().zip(&own_texts) {
        let id = id_of(cell);
        // A second cell of the same id is one that was added.
        let first = own_cells[id].index == cell.index;
        let before = last_cells.get(id).filter(|_| first);
        let original = new_cells.get(id).filter(|_| first);
        let stands = match (before, original) {
            (Some(_), Some(_)) => true,
            (None, Some(original)) => same(cell, original),
            _ => false,
        };
        if stands {
            previous = Some(id.to_owned());
        } else if !before.is_some_and(|before| same(cell, before)) {
            kept += 1;
            let free = pieces.free_id(id, &new_cells);
            let text = match free == id {
                true => (*text).to_owned(),
                false => with_value(text, "id", &format!("\"{free}\""))?,
            };
            pieces.insert_behind(previous.as_deref(), &free, text);
            previous = Some(free);
        }
    }
    Ok(Some(Merged {
        text: canonical(&with_cells(new.text(), &pieces.texts())?, &[])?,
        kept,
        outdated,
    }))
}

/// The cells of the notebook to be, by their ids.
#[derive(Default)]
struct Pieces(Vec<(String, String)>);

impl Pieces {
    fn push(&mut self, id: &str, text: String) {
        self.0.push((id.to_owned(), text));
    }

    fn insert_behind(&mut self, previous: Option<&str>, id: &str, text: String) {
        let place = previous
            .and_then(|previous| self.0.iter().position(|(id, _)| id == previous))
            .map_or(0, |place| place + 1);
        self.0.insert(place, (id.to_owned(), text));
    }

    /// This id, or where it is taken, one like it.
    fn free_id(&self, id: &str, reserved: &BTreeMap<&str, &Cell>) -> String {
        let taken =
            |id: &str| reserved.contains_key(id) || self.0.iter().any(|(taken, _)| taken == id);
        let stem: String = id.chars().take(LONGEST_ID - 6).collect();
        std::iter::once(id.to_owned())
            .chain((2..).map(|number| format!("{stem}-{number}")))
            .find(|id| !taken(id))
            .expect("numbers do not run out")
    }

    fn texts(&self) -> Vec<&str> {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }
}

fn same(one: &Cell, other: &Cell) -> bool {
    one.kind == other.kind && one.source == other.source
}

fn id_of(cell: &Cell) -> &str {
    cell.id.as_deref().unwrap_or_default()
}

/// The cells by their ids, of several with the same the first; `None` if one has none.
fn by_id(notebook: &Notebook) -> Option<BTreeMap<&str, &Cell>> {
    let mut cells = BTreeMap::new();
    for cell in &notebook.cells {
        cells.entry(cell.id.as_deref()?).or_insert(cell);
    }
    Some(cells)
}

/// As [`by_id`]; `None` also if two cells have the same id.
fn by_unique_id(notebook: &Notebook) -> Option<BTreeMap<&str, &Cell>> {
    by_id(notebook).filter(|cells| cells.len() == notebook.cells.len())
}

/// A cell of the new original with its owner's work in it.
fn with_work(original: &str, own: &str, mine: &Cell, cell: &Cell) -> Result<String, ReadError> {
    if mine.kind != cell.kind {
        return Ok(own.to_owned());
    }
    let mut text = original.to_owned();
    for (key, value) in entries(own)? {
        if ["attachments", "execution_count", "outputs", "source"].contains(&key.as_str()) {
            text = with_value(&text, &key, value)?;
        }
    }
    Ok(text)
}

/// An object with another value for one of its keys, or with one more key.
fn with_value(object: &str, key: &str, value: &str) -> Result<String, ReadError> {
    let mut entries = entries(object)?;
    entries.retain(|(other, _)| other != key);
    entries.push((key.to_owned(), value));
    let entries: Vec<String> = entries
        .into_iter()
        .map(|(key, value)| format!("{}: {value}", serde_json::Value::from(key)))
        .collect();
    Ok(format!("{{{}}}", entries.join(", ")))
}

/// A notebook with other cells.
fn with_cells(notebook: &str, cells: &[&str]) -> Result<String, ReadError> {
    with_value(notebook, "cells", &format!("[{}]", cells.join(", ")))
}

/// The texts of the cells.
fn cell_texts(notebook: &str) -> Result<Vec<&str>, ReadError> {
    for (key, value) in entries(notebook)? {
        if key == "cells"
            && let Level::List(cells) = level(notebook, value, 1)?
        {
            return Ok(cells);
        }
    }
    Ok(Vec::new())
}

fn entries(object: &str) -> Result<Vec<(String, &str)>, ReadError> {
    match level(object, object, 0)? {
        Level::Object(entries) => Ok(entries),
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use proptest::prelude::*;
    use proptest::sample::subsequence;
    use proptest::test_runner::Config;
    use serde_json::json;

    use super::{Notebook, merge};

    /// Cells as somebody might leave them: of a few ids, each once, with one of a few sources.
    fn cells() -> impl Strategy<Value = Vec<(u8, u8)>> {
        let ids: Vec<u8> = (0..6).collect();
        subsequence(ids, 0..=6).prop_shuffle().prop_flat_map(|ids| {
            let sources = proptest::collection::vec(0..3_u8, ids.len());
            sources.prop_map(move |sources| ids.iter().copied().zip(sources).collect())
        })
    }

    fn notebook(cells: &[(u8, u8)], owner: &str) -> Notebook {
        let cells: Vec<_> = cells
            .iter()
            .map(|(id, source)| {
                // Now and then both write the same.
                let owner = if *source == 0 { "both" } else { owner };
                let source = format!("{owner} {source}");
                json!({"cell_type": "raw", "id": format!("{id}"), "metadata": {}, "source": source})
            })
            .collect();
        let notebook = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
        read(&notebook.to_string())
    }

    fn read(text: &str) -> Notebook {
        Notebook::parse(Path::new("generated.ipynb"), text.into()).expect("a notebook")
    }

    fn sources(notebook: &Notebook) -> BTreeMap<&str, &str> {
        let cells = notebook.cells.iter();
        cells
            .map(|cell| (cell.id.as_deref().expect("an id"), cell.source.as_str()))
            .collect()
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(1000) })]

        #[test]
        fn no_work_is_lost_and_nothing_new_is_missing(
            last in cells(), own in cells(), new in cells(),
        ) {
            let last = notebook(&last, "course");
            let own = notebook(&own, "learner");
            let new = notebook(&new, "new course");
            let merged = merge(&last, &own, &new).expect("notebooks").expect("ids");
            let merged = read(&merged.text);
            let [last, own, new, result] = [&last, &own, &new, &merged].map(sources);
            prop_assert_eq!(result.len(), merged.cells.len(), "an id stands twice");
            for (id, source) in &own {
                let theirs = last.get(id) != Some(source);
                let stands = result.values().any(|text| text == source);
                prop_assert!(!theirs || stands, "`{source}` of {id} is lost: {result:?}");
            }
            for (id, source) in &new {
                let untouched = own.get(id) == last.get(id);
                let unseen = !own.contains_key(id) && last.get(id) != Some(source);
                if untouched || unseen {
                    prop_assert_eq!(result.get(id), Some(source), "{} is not new", id);
                }
            }
            for (id, source) in &result {
                let known = [&own, &new].iter().any(|cells| cells.values().any(|text| text == source));
                prop_assert!(known, "{id} says what nobody wrote: `{source}`");
            }
        }
    }
}
