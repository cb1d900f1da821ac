//! Copies to work in: nothing that their owner wrote is lost, and everything else is new.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::project::{Project, Run};

/// A code cell with an id.
pub(crate) fn cell(id: &str, source: &str) -> Value {
    json!({
        "cell_type": "code", "execution_count": 1, "id": id, "metadata": {"tags": ["original"]},
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["from the author\n"]}],
        "source": source,
    })
}

/// The cell after somebody ran it.
pub(crate) fn ran(mut cell: Value) -> Value {
    cell["execution_count"] = json!(17);
    cell["outputs"] =
        json!([{"output_type": "stream", "name": "stdout", "text": ["from the learner\n"]}]);
    cell
}

fn without_id(mut cell: Value) -> Value {
    cell.as_object_mut().expect("an object").remove("id");
    cell
}

/// A notebook as Jupyter writes it.
fn notebook(cells: &[Value]) -> String {
    let notebook = json!({
        "cells": cells,
        "metadata": {"kernelspec": {"display_name": "Rust", "language": "rust", "name": "rust"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    nbrun::format::canonical(&notebook.to_string(), &[]).expect("a notebook")
}

/// Writes the original of `notebooks/01_orders.ipynb`.
pub(crate) fn original(project: &Project, cells: &[Value]) {
    project.file("notebooks/01_orders.ipynb", &notebook(cells));
}

/// Writes what the learner made of it.
pub(crate) fn learner(project: &Project, cells: &[Value]) {
    project.file("mine/01_orders.ipynb", &notebook(cells));
}

#[track_caller]
pub(crate) fn hand_out(project: &Project, more: &[&str]) -> Run {
    project.nbrun(&[&["hand-out", "notebooks", "--into", "mine"], more].concat())
}

/// The cells of the learner's copy, as ids and sources, a line each.
#[track_caller]
pub(crate) fn copy(project: &Project) -> String {
    let copy = project.json("mine/01_orders.ipynb");
    let text = project.read("mine/01_orders.ipynb");
    let form = nbrun::format::canonical(&text, &[]).expect("a notebook");
    assert_eq!(text, form, "the file is not as Jupyter writes it");
    let cells = copy["cells"].as_array().expect("cells");
    cells
        .iter()
        .map(|cell| {
            let source = match &cell["source"] {
                Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
                source => source.as_str().expect("a text").to_owned(),
            };
            let text = cell["outputs"][0]["text"][0].as_str().unwrap_or("-");
            let id = cell["id"].as_str().unwrap_or("-");
            format!("{id}: {source} ({})\n", text.trim())
        })
        .collect()
}

/// All files below a directory.
fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            let below = files(&entry.path()).into_iter();
            found.extend(below.map(|file| format!("{name}/{file}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[test]
fn notebooks_and_what_stands_beside_them_are_copied_once() {
    let project = Project::new();
    original(&project, &[cell("a", "1")]);
    project.file("notebooks/evcxr.toml", "[evcxr]\n");
    project.file("notebooks/pictures/soup.svg", "<svg/>");
    project.file("notebooks/.ipynb_checkpoints/old.ipynb", "{}");
    let locked = project.path("notebooks/evcxr.toml");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o444)).unwrap();
    hand_out(&project, &[]).exits(0).says("mine: 3 new files\n");
    let handed_out = [
        ".handed-out/01_orders.ipynb",
        ".handed-out/evcxr.toml",
        ".handed-out/pictures/soup.svg",
        "01_orders.ipynb",
        "evcxr.toml",
        "pictures/soup.svg",
    ];
    assert_eq!(files(&project.path("mine")), handed_out);
    assert_eq!(
        project.read("mine/01_orders.ipynb"),
        project.read("notebooks/01_orders.ipynb")
    );
    let mode = fs::metadata(project.path("mine/evcxr.toml")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o644, "nobody may write");

    learner(&project, &[ran(cell("a", "mine"))]);
    let before = project.read("mine/01_orders.ipynb");
    let run = hand_out(&project, &[]).exits(0);
    assert_eq!(run.text(), "", "nothing is new");
    assert_eq!(project.read("mine/01_orders.ipynb"), before);
    project
        .nbrun(&["list", "mine"])
        .exits(0)
        .says("mine/01_orders.ipynb  1 code cells");
    project.nbrun(&["lint", "mine"]).says("1 notebooks");
}

#[test]
fn a_copy_that_was_only_run_becomes_the_new_original() {
    let project = Project::new();
    original(&project, &[cell("a", "1"), cell("b", "2")]);
    hand_out(&project, &[]).exits(0);
    learner(&project, &[ran(cell("a", "1")), ran(cell("b", "2"))]);
    original(
        &project,
        &[cell("a", "1"), cell("b", "two"), cell("c", "3")],
    );
    hand_out(&project, &[])
        .exits(0)
        .says("mine/01_orders.ipynb: updated\n");
    let new = project.read("notebooks/01_orders.ipynb");
    assert_eq!(project.read("mine/01_orders.ipynb"), new);
    assert_eq!(hand_out(&project, &[]).exits(0).text(), "");
}

#[test]
fn a_copy_that_cannot_be_read_stays_until_it_can() {
    let project = Project::new();
    original(&project, &[cell("a", "1"), cell("b", "2")]);
    hand_out(&project, &[]).exits(0);
    let broken = notebook(&[cell("a", "mine"), cell("b", "2")]).replacen('{', "{<<<<<<<", 1);
    project.file("mine/01_orders.ipynb", &broken);
    original(&project, &[cell("a", "1"), cell("b", "two")]);
    for _ in 0..2 {
        hand_out(&project, &[])
            .exits(0)
            .says("warning: mine/01_orders.ipynb stays as it is: it cannot be read: line 1: ")
            .says("; the new version is mine/01_orders.new.ipynb\n");
    }
    assert_eq!(project.read("mine/01_orders.ipynb"), broken);
    let new = project.read("notebooks/01_orders.ipynb");
    assert_eq!(project.read("mine/01_orders.new.ipynb"), new);
    assert_eq!(files(&project.path("mine")).len(), 3);

    learner(&project, &[cell("a", "mine"), cell("b", "2")]);
    hand_out(&project, &[]).exits(0).says("with your 1 cell");
    let merged = "a: mine (from the author)\nb: two (from the author)\n";
    assert_eq!(copy(&project), merged);
}

#[test]
fn an_original_that_cannot_be_read_changes_no_answer() {
    let project = Project::new();
    original(&project, &[cell("a", "1")]);
    hand_out(&project, &[]).exits(0);
    learner(&project, &[cell("a", "mine")]);
    project.file("notebooks/01_orders.ipynb", "{}");
    hand_out(&project, &[])
        .exits(0)
        .says("stays as it is: the new version cannot be read: ");
    assert_eq!(copy(&project), "a: mine (from the author)\n");
}

#[test]
fn cells_without_ids_are_one_whole() {
    let project = Project::new();
    let [a, b] = [("a", "1"), ("b", "2")].map(|(id, source)| without_id(cell(id, source)));
    original(&project, std::slice::from_ref(&a));
    hand_out(&project, &[]).exits(0);
    learner(&project, &[ran(a.clone())]);
    original(&project, &[a.clone(), b]);
    hand_out(&project, &[]).exits(0).says("updated\n");

    learner(&project, &[without_id(cell("a", "mine"))]);
    original(&project, &[a]);
    hand_out(&project, &[])
        .exits(0)
        .says("stays as it is: it was changed, and its cells have no ids; the new version is ");
    assert_eq!(copy(&project), "-: mine (from the author)\n");
    let new = project.read("notebooks/01_orders.ipynb");
    assert_eq!(project.read("mine/01_orders.new.ipynb"), new);
    assert_eq!(hand_out(&project, &[]).exits(0).text(), "");
}

#[test]
fn a_file_of_the_learners_own_is_not_replaced() {
    let project = Project::new();
    original(&project, &[cell("a", "1")]);
    project.file("notebooks/evcxr.toml", "level = 0\n");
    learner(&project, &[cell("a", "before the course")]);
    project.file("mine/notes.ipynb", "not even JSON");
    hand_out(&project, &[])
        .exits(0)
        .says("warning: mine/01_orders.ipynb stays as it is: it was not handed out; the new version is mine/01_orders.new.ipynb\n");
    assert_eq!(copy(&project), "a: before the course (from the author)\n");
    assert_eq!(project.read("mine/notes.ipynb"), "not even JSON");

    project.file("mine/evcxr.toml", "level = 3\n");
    project.file("notebooks/evcxr.toml", "level = 1\n");
    hand_out(&project, &[]).exits(0).says(
        "mine/evcxr.toml stays as it is: it was changed; the new version is mine/evcxr.new.toml\n",
    );
    assert_eq!(project.read("mine/evcxr.toml"), "level = 3\n");
    assert_eq!(project.read("mine/evcxr.new.toml"), "level = 1\n");
}

#[test]
fn what_is_gone_from_the_course_stays_and_what_was_deleted_comes_back() {
    let project = Project::new();
    original(&project, &[cell("a", "1")]);
    project.file("notebooks/02_gone.ipynb", &notebook(&[cell("a", "1")]));
    hand_out(&project, &[]).exits(0);
    fs::remove_file(project.path("notebooks/02_gone.ipynb")).unwrap();
    fs::remove_file(project.path("mine/01_orders.ipynb")).unwrap();
    hand_out(&project, &[]).exits(0).says("mine: 1 new file\n");
    assert!(project.path("mine/02_gone.ipynb").exists());
    assert!(project.path("mine/01_orders.ipynb").exists());
}

#[test]
fn a_reset_restores_one_notebook_and_keeps_a_backup() {
    let project = Project::new();
    original(&project, &[cell("a", "1")]);
    project.file("notebooks/02_more.ipynb", &notebook(&[cell("a", "1")]));
    hand_out(&project, &[]).exits(0);
    let other = notebook(&[cell("a", "my other")]);
    project.file("mine/02_more.ipynb", &other);
    let new = project.read("notebooks/01_orders.ipynb");
    for (name, answer, backup) in [
        ("orders", "first", "01_orders.before-reset.ipynb"),
        ("1", "second", "01_orders.before-reset-2.ipynb"),
        (
            "mine/01_orders.ipynb",
            "third",
            "01_orders.before-reset-3.ipynb",
        ),
    ] {
        learner(&project, &[cell("a", answer)]);
        let answered = project.read("mine/01_orders.ipynb");
        hand_out(&project, &["--reset", name])
            .exits(0)
            .says(&format!(
                "mine/01_orders.ipynb: restored; it was mine/{backup}\n"
            ));
        assert_eq!(project.read("mine/01_orders.ipynb"), new);
        assert_eq!(project.read(&format!("mine/{backup}")), answered);
    }
    assert_eq!(project.read("mine/02_more.ipynb"), other);

    hand_out(&project, &["--reset", "01_orders"])
        .exits(0)
        .says("mine/01_orders.ipynb: restored\n");
    hand_out(&project, &["--reset", "soup"])
        .exits(2)
        .says("error: there is no notebook `soup`; there are `01_orders`, `02_more`\n");
    let names = files(&project.path("mine"));
    assert_eq!(names.len(), 4 + 3, "{names:?}");
}

#[test]
fn a_reset_of_a_broken_copy_keeps_it_as_well() {
    let project = Project::new();
    original(&project, &[cell("a", "1")]);
    hand_out(&project, &[]).exits(0);
    project.file("mine/01_orders.ipynb", "broken");
    hand_out(&project, &["--reset", "1"]).exits(0);
    assert_eq!(copy(&project), "a: 1 (from the author)\n");
    let backup = project.read("mine/01_orders.before-reset.ipynb");
    assert_eq!(backup, "broken");
}

#[test]
fn originals_and_copies_are_never_the_same_files() {
    let project = Project::new();
    original(&project, &[cell("a", "1")]);
    for into in ["notebooks", "notebooks/mine", ".", "notebooks/../notebooks"] {
        project
            .nbrun(&["hand-out", "notebooks", "--into", into])
            .exits(2)
            .says("cannot hold the copies");
    }
    assert_eq!(files(&project.path("notebooks")), ["01_orders.ipynb"]);
    project
        .nbrun(&["hand-out", "nowhere", "--into", "mine"])
        .exits(2)
        .says("error: `nowhere`: No such file or directory");
    assert!(!project.path("mine").exists());
}

#[test]
fn a_write_that_fails_leaves_the_copy_and_can_be_repeated() {
    let project = Project::new();
    original(&project, &[cell("a", "1")]);
    hand_out(&project, &[]).exits(0);
    let before = project.read("mine/01_orders.ipynb");
    original(&project, &[cell("a", "one")]);
    let path = project.path("mine/01_orders.ipynb");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    hand_out(&project, &[])
        .exits(2)
        .says("error: `mine/01_orders.ipynb`: the file is read-only");
    assert_eq!(project.read("mine/01_orders.ipynb"), before);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    hand_out(&project, &[]).exits(0).says("updated\n");
}
