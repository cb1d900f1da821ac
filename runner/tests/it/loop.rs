//! The run loop as a program, with the scripted engine: repeats, parts, and what is written.

use serde_json::{Value, json};

use crate::project::{Cell, Project, code};

/// Five notebooks of different lengths.
fn five(project: &Project) {
    for number in 1..=5 {
        project.notebook(&format!("n{number}"), &vec![code("print fine"); number]);
    }
}

/// The notebooks of the last report, in order.
fn reported(project: &Project) -> Vec<(String, String)> {
    let document = project.json("report.json");
    let notebooks = document["notebooks"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut reported: Vec<_> = notebooks
        .iter()
        .map(|notebook| (text(&notebook["path"]), text(&notebook["verdict"])))
        .collect();
    reported.sort();
    reported
}

#[test]
fn repeats_run_everything_so_often() {
    let project = Project::new();
    five(&project);
    project
        .scripted(&["test", "--repeat", "3", "--json", "report.json"])
        .exits(0)
        .says("15 passed (45 cells)");
    assert_eq!(reported(&project).len(), 15);
}

#[test]
fn the_parts_of_a_partition_are_everything_each_once() {
    for count in [1, 2, 3, 5, 7] {
        let project = Project::new();
        five(&project);
        let mut together = Vec::new();
        for number in 1..=count {
            let part = format!("{number}/{count}");
            let run = project.scripted(&["test", "--partition", &part, "--json", "report.json"]);
            let run = run.exits(0);
            let notebooks = reported(&project);
            if notebooks.is_empty() {
                run.says("nothing to run: this part of the partition is empty");
            }
            together.extend(notebooks.into_iter().map(|(path, _)| path));
        }
        together.sort();
        let all: Vec<_> = (1..=5)
            .map(|number| format!("notebooks/n{number}.ipynb"))
            .collect();
        assert_eq!(together, all, "{count} parts");
        project
            .scripted(&["test", "--partition", "1/2", "--filter", "elsewhere"])
            .exits(4)
            .says("nothing was selected");
    }
}

#[test]
fn fail_fast_starts_nothing_after_a_failure() {
    let project = Project::new();
    five(&project);
    // The longest is the first.
    project.notebook(
        "n5",
        &[code("panic no"), code(""), code(""), code(""), code("")],
    );
    project
        .scripted(&["test", "--jobs", "1"])
        .exits(1)
        .says("4 passed, 1 failed (11 cells)");
    project
        .scripted(&["test", "--jobs", "1", "--fail-fast"])
        .exits(1)
        .says("0 passed, 1 failed, 4 not run (1 cells)");
}

#[test]
fn executed_copies_are_saved_of_failed_notebooks_too() {
    let project = Project::new();
    project.notebook("good", &[code("print fine")]);
    project.notebook(
        "deeper/wrong",
        &[code("print before\npanic no"), code("print after")],
    );
    let before = project.read("notebooks/good.ipynb");
    project.scripted(&["test", "--save", "out/copies"]).exits(1);
    assert_eq!(project.read("notebooks/good.ipynb"), before);
    let good = project.json("out/copies/notebooks/good.ipynb");
    assert_eq!(good["cells"][0]["outputs"][0]["text"], json!(["fine\n"]));
    assert_eq!(good["cells"][0]["execution_count"], json!(1));
    let wrong = project.json("out/copies/notebooks/deeper/wrong.ipynb");
    let outputs = &wrong["cells"][0]["outputs"];
    assert_eq!(outputs[0]["text"], json!(["before\n"]));
    assert_eq!(outputs[1]["text"], json!(["no\n"]));
    assert_eq!(
        wrong["cells"][1]["execution_count"],
        Value::Null,
        "it was not run"
    );
}

#[test]
fn an_update_fills_in_an_output_that_is_not_compared_and_not_there() {
    let project = Project::new();
    let volatile = code("print now").tags(&["nbval-ignore-output"]);
    project.notebook("volatile", &[volatile.counted(1)]);
    project
        .scripted(&["update"])
        .exits(0)
        .says("1 cell changed");
    assert!(project.read("notebooks/volatile.ipynb").contains("now\\n"));
}

/// Cells whose saved outputs match those of a run without being the same.
fn matching() -> Vec<Cell> {
    let saved = |cell: Cell, text: &str| cell.printed(text);
    vec![
        saved(
            code("print a\nprint b").tags(&["unordered-output"]),
            "b\na\n",
        ),
        saved(
            code("print 25 ms").meta(json!({"redact": ["durations"]})),
            "1.5 s\n",
        ),
        saved(code("print now").tags(&["nbval-ignore-output"]), "then\n"),
    ]
}

#[test]
fn an_update_keeps_outputs_that_match_unless_all_are_to_be_fresh() {
    let project = Project::new();
    project.notebook("matching", &matching());
    let text = |number: usize| {
        let notebook = project.json("notebooks/matching.ipynb");
        notebook["cells"][number]["outputs"][0]["text"].clone()
    };
    // The counts of the second and the third cell.
    project
        .scripted(&["update"])
        .exits(0)
        .says("2 cells changed");
    let once = project.read("notebooks/matching.ipynb");
    project
        .scripted(&["update"])
        .exits(0)
        .does_not_say("changed");
    assert_eq!(project.read("notebooks/matching.ipynb"), once);
    assert_eq!(
        [text(0), text(1), text(2)],
        [json!("b\na\n"), json!("1.5 s\n"), json!("then\n")]
    );
    project.scripted(&["test"]).exits(0);

    project
        .scripted(&["update", "--refresh"])
        .exits(0)
        .says("3 cells changed");
    assert_eq!(
        [text(0), text(1), text(2)],
        [json!(["a\n", "b\n"]), json!(["25 ms\n"]), json!(["now\n"])]
    );
    project
        .scripted(&["update", "--refresh"])
        .exits(0)
        .does_not_say("changed");
    project.scripted(&["test"]).exits(0);
}

#[test]
fn an_update_sets_the_count_right_in_an_output_that_it_keeps() {
    let project = Project::new();
    let shown = |count: &str, inside: &str| {
        format!(
            r#"{{"cells": [{{"cell_type": "code", "execution_count": {count}, "id": "only",
 "metadata": {{}}, "outputs": [{{"output_type": "execute_result",
  "data": {{"text/plain":  "7"}}, "execution_count": {inside}, "metadata": {{"big": 12345678901234567890123}} }}],
 "source": "show 7"}}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}"#
        )
    };
    for (count, inside) in [("12", "12"), ("1", "12"), ("null", "2")] {
        project.file("notebooks/shown.ipynb", &shown(count, inside));
        project
            .scripted(&["update"])
            .exits(0)
            .says("1 cell changed");
        assert_eq!(project.read("notebooks/shown.ipynb"), shown("1", "1"));
        let again = project.scripted(&["update"]).exits(0);
        again.does_not_say("changed");
    }
    project.file("notebooks/shown.ipynb", &shown("1", "null"));
    let run = project.scripted(&["update"]).exits(0);
    run.does_not_say("changed");
}

#[test]
fn a_number_that_no_value_holds_makes_no_notebook_broken() {
    let project = Project::new();
    let text = r#"{"cells": [{"cell_type": "code", "execution_count": 1, "id": "only",
 "metadata": {"other": 1e400}, "outputs": [{"output_type": "display_data",
  "data": {"application/json": {"large": [1e400, -2E999]}}, "metadata": {"n": 1e400}}],
 "source": "print a"}], "metadata": {"mine": -1e400}, "nbformat": 4, "nbformat_minor": 5}"#;
    project.file("notebooks/large.ipynb", text);
    let run = project.scripted(&["test"]).exits(1);
    run.says("mismatch").says("1e400");
    let ignoring = text.replace(
        "\"other\"",
        "\"tags\": [\"nbval-ignore-output\"], \"other\"",
    );
    project.file("notebooks/large.ipynb", &ignoring);
    project.scripted(&["test"]).exits(0);
    project.scripted(&["update"]).exits(0);
    assert_eq!(project.read("notebooks/large.ipynb"), ignoring);
}

#[test]
fn the_worst_of_all_notebooks_decides_the_exit_code() {
    let project = Project::new();
    let exits =
        |code: i32, summary: &str| drop(project.scripted(&["test"]).exits(code).says(summary));
    project.notebook(
        "good",
        &[code("print fine"), code("never").tags(&["skip-execution"])],
    );
    exits(0, "1 passed (1 cells, 1 skipped)");
    project.notebook("wrong", &[code("eprint no")]);
    exits(1, "1 passed, 1 failed (2 cells, 1 skipped)");
    project.file("notebooks/broken.ipynb", "{");
    exits(2, "1 passed, 1 failed, 1 broken");
}
