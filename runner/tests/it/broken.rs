//! Files that are no notebooks: each command names them with the place, and leaves them as they are.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::files::hidden_files;
use crate::project::Project;

/// A notebook with one cell that prints, in lines whose numbers the tests name.
pub(crate) const GOOD: &str = r#"{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "only",
   "metadata": {},
   "outputs": [],
   "source": ["print fine"]
  }
 ],
 "metadata": {"kernelspec": {"language": "rust"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
"#;

/// [`GOOD`] with a part replaced.
#[track_caller]
fn with(part: &str, replacement: &str) -> Vec<u8> {
    assert!(GOOD.contains(part), "no `{part}` to replace");
    GOOD.replacen(part, replacement, 1).into_bytes()
}

/// Each way to be broken: its name, the file, and what is said of it.
fn broken_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let outputs = |outputs: &str| with("\"outputs\": []", &format!("\"outputs\": {outputs}"));
    let metadata = |cell: &str| with("\"metadata\": {},", &format!("\"metadata\": {cell},"));
    let deep = format!("{{\"a\":\n{}{}}}", "[".repeat(200), "]".repeat(200));
    vec![
        ("empty", Vec::new(), "the file is empty"),
        ("blank", b" \n\t\n".to_vec(), "the file is empty"),
        (
            "truncated",
            GOOD.as_bytes()[..GOOD.find("[\"print").unwrap() + 4].to_vec(),
            "line 9: EOF while parsing",
        ),
        (
            "trailing",
            [GOOD, "}"].concat().into(),
            "line 16: trailing characters",
        ),
        (
            "no-comma",
            with("null,", "null"),
            "line 6: expected `,` or `}`",
        ),
        (
            "not-a-number",
            with("null", "NaN"),
            "line 5: expected value",
        ),
        (
            "byte-order-mark",
            [b"\xef\xbb\xbf", GOOD.as_bytes()].concat(),
            "line 1: expected value",
        ),
        (
            "not-utf-8",
            [
                &GOOD.as_bytes()[..GOOD.find("only").unwrap()],
                b"\xff",
                GOOD.as_bytes(),
            ]
            .concat(),
            "line 6: the file is not UTF-8",
        ),
        (
            "list",
            b"[]".to_vec(),
            "line 1: the notebook is not an object",
        ),
        (
            "no-cells",
            with("\"cells\"", "\"worksheets\""),
            "line 1: missing field `cells`",
        ),
        (
            "cells-object",
            with("[\n  {", "{\n  \"a\":{").to_vec(),
            "line 2: invalid type: map, expected a sequence",
        ),
        (
            "cell-number",
            with("[\n", "[\n7,"),
            "line 3: a cell is not an object",
        ),
        (
            "cell-type",
            with("\"code\"", "\"coda\""),
            "line 3: unknown cell type `coda`",
        ),
        (
            "no-outputs",
            with("\"outputs\"", "\"results\""),
            "line 3: missing field `outputs`",
        ),
        (
            "no-count",
            with("\"execution_count\"", "\"prompt_number\""),
            "line 3: missing field `execution_count`",
        ),
        (
            "count-text",
            with("null", "\"1\""),
            "line 5: invalid type: string \"1\"",
        ),
        (
            "count-big",
            with("null", "99999999999"),
            "line 5: invalid value: integer",
        ),
        (
            "source-number",
            with("[\"print fine\"]", "[7]"),
            "line 9: `source` is neither a text nor a list of texts",
        ),
        (
            "tags-text",
            metadata("{\"tags\": \"skip-execution\"}"),
            "line 7: invalid type: string",
        ),
        (
            "value-unknown",
            metadata("{\"nbrun\": {\"time\": 1}}"),
            "line 7: unknown field `time`",
        ),
        (
            "value-type",
            metadata("{\"nbrun\":\n{\"timeout\": \"1\"}}"),
            "line 8: invalid type",
        ),
        (
            "values-list",
            metadata("{\"nbrun\":\n[\"x\"]}"),
            "line 8: `nbrun` is not an object",
        ),
        ("output-object", outputs("{}"), "line 8: invalid type: map"),
        (
            "output-kind",
            outputs("[\n{\"output_type\": \"pyout\"}]"),
            "line 9: unknown variant `pyout`",
        ),
        (
            "metadata-null",
            with("{\"kernelspec\": {\"language\": \"rust\"}}", "null"),
            "line 12: `metadata` is not an object",
        ),
        (
            "nbformat-text",
            with("4,", "\"4\","),
            "line 13: invalid type: string \"4\"",
        ),
        (
            "nbformat-3",
            br#"{"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": []}"#.to_vec(),
            "nbformat 3 is not supported: open the notebook in Jupyter",
        ),
        (
            "nbformat-5",
            with("4,", "5,"),
            "nbformat 5 is not supported",
        ),
        (
            "python",
            with("\"rust\"", "\"python\""),
            "the kernel is for `python`, not for Rust",
        ),
        (
            "twice",
            with("\"id\"", "\"outputs\": [],\n\"id\""),
            "line 9: duplicate field `outputs`",
        ),
        (
            "twice-cells",
            with("\"nbformat\"", "\"cells\": [],\n\"nbformat\""),
            "line 13: duplicate field",
        ),
        (
            "twice-unknown",
            metadata("{\"editor\": {\"a\": 1,\n\"b\": 2,\n\"a\": 3}}"),
            "line 9: the key `a` stands twice",
        ),
        (
            "twice-top",
            with("\"nbformat\"", "\"mine\": 1,\n\"mine\": 1,\n\"nbformat\""),
            "line 14: the key `mine` stands twice",
        ),
        (
            "twice-escaped",
            metadata("{\"a\": 1, \"\\u0061\": 2}"),
            "line 7: the key `a` stands twice",
        ),
        (
            "twice-in-output",
            outputs(
                "[{\"output_type\": \"display_data\", \"metadata\": {},\n\"data\": \
                 {\"application/json\": [{\"x\": 1,\n\"x\": 2}]}}]",
            ),
            "line 10: the key `x` stands twice",
        ),
        (
            "deep",
            metadata(&deep),
            "line 8: lists and objects stand more than 128 deep in each other",
        ),
    ]
}

#[test]
fn a_broken_file_is_named_with_its_place_by_every_command_and_stays_as_it_is() {
    let project = Project::new();
    project.file("notebooks/good.ipynb", GOOD);
    for (name, bytes, _) in broken_files() {
        fs::write(project.path(format!("notebooks/{name}.ipynb")), bytes).unwrap();
    }
    symlink("nowhere", project.path("notebooks/dangling.ipynb")).unwrap();
    let number = broken_files().len() + 1;
    let summary = format!("1 passed, {number} broken");
    let commands: [(&[&str], &str); 5] = [
        (&["test", "--engine", "scripted"], "\n  "),
        (&["update", "--engine", "scripted"], "\n  "),
        (&["list"], "  broken: "),
        (&["lint"], ": "),
        (&["fmt"], ": "),
    ];
    for (command, separator) in commands {
        let mut run = project.nbrun(command).exits(2);
        for (name, _, reason) in broken_files() {
            run = run.says(&format!("notebooks/{name}.ipynb{separator}{reason}"));
        }
        run = run.says(&format!("notebooks/dangling.ipynb{separator}No such file"));
        if separator == "\n  " {
            run.says(&summary);
        }
    }
    for (name, bytes, _) in broken_files() {
        let now = fs::read(project.path(format!("notebooks/{name}.ipynb"))).unwrap();
        assert_eq!(now, bytes, "{name}");
    }
    assert!(project.read("notebooks/good.ipynb").contains("fine\\n"));
    assert_eq!(
        hidden_files(&project.path("notebooks")),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn what_is_not_there_cannot_be_run_and_nothing_is_not_a_success() {
    let project = Project::new();
    project.file("notebooks/deeper/notes.txt", "no notebook");
    project.file("notebooks/.ipynb_checkpoints/old.ipynb", GOOD);
    for command in ["test", "update"] {
        let run = project.scripted(&[command]).exits(4);
        run.says("nothing was selected");
    }
    for (command, said) in [
        ("list", "nothing was selected"),
        ("fmt", "nothing was selected"),
        ("lint", "0 notebooks"),
    ] {
        project.nbrun(&[command]).exits(4).says(said);
    }
    let run = project.scripted(&["test", "elsewhere"]).exits(2);
    run.says("cannot read `elsewhere`: No such file");
}
