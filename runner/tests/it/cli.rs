//! Arguments, exit codes and files, with the scripted engine.

use crate::project::{Project, code, markdown};

#[test]
fn exit_codes_are_the_documented_ones() {
    let table: [(&str, &[&str], i32); 6] = [
        ("all right", &["print fine"], 0),
        ("one wrong", &["panic no"], 1),
        ("engine fails", &["break it is gone"], 1),
        ("nothing selected", &[], 4),
        ("usage", &["print fine"], 2),
        ("missing", &["print fine"], 2),
    ];
    for (name, cells, exit_code) in table {
        let project = Project::new();
        if !cells.is_empty() {
            let cells: Vec<_> = cells.iter().map(|source| code(source)).collect();
            project.notebook("only", &cells);
        }
        let arguments: &[&str] = match name {
            "usage" => &["test", "--no-such-option"],
            "missing" => &["test", "elsewhere.ipynb"],
            _ => &["test"],
        };
        let run = project.scripted(arguments);
        assert_eq!(run.output.status.code(), Some(exit_code), "{name}\n{run}");
    }
}

#[test]
fn a_broken_notebook_is_named_and_does_not_stop_the_others() {
    let project = Project::new();
    project.notebook("good", &[code("print fine")]);
    project.file("notebooks/bad.ipynb", "{\n  \"cells\": [\n    {]\n}");
    project
        .scripted(&["test"])
        .exits(2)
        .says("BROKEN           notebooks/bad.ipynb")
        .says("line 3: ")
        .says("1 passed, 1 broken");
}

#[test]
fn after_a_failure_the_rest_is_not_run() {
    let project = Project::new();
    project.notebook(
        "orders",
        &[
            code("print a"),
            code("panic no"),
            code("print b"),
            code("print c"),
        ],
    );
    project
        .scripted(&["test"])
        .exits(1)
        .says("panic in `cell-2`, 2 of 4 cells not run");
}

#[test]
fn a_cell_behind_two_colons_is_the_last_one_to_run() {
    let project = Project::new();
    project.notebook("orders", &[code("print a"), code("panic no")]);
    project
        .scripted(&["test", "notebooks/orders.ipynb::cell-1"])
        .exits(0)
        .says("(1 cells)");
    project
        .scripted(&["test", "notebooks/orders.ipynb::elsewhere"])
        .exits(2)
        .says("there is no code cell with the id or number `elsewhere`");
}

#[test]
fn update_writes_outputs_once_and_only_for_good_notebooks() {
    let project = Project::new();
    project.notebook("good", &[markdown("# Title"), code("print fine\nshow 7")]);
    project.notebook("wrong", &[code("print fine"), code("panic no")]);
    let wrong = project.read("notebooks/wrong.ipynb");
    project
        .scripted(&["update"])
        .exits(1)
        .says("1 cell changed");
    let once = project.read("notebooks/good.ipynb");
    assert!(once.contains("\"fine\\n\""), "{once}");
    assert_eq!(project.read("notebooks/wrong.ipynb"), wrong);
    project
        .scripted(&["update"])
        .exits(1)
        .does_not_say("changed");
    assert_eq!(project.read("notebooks/good.ipynb"), once);
    project
        .scripted(&["update", "--solutions"])
        .exits(2)
        .says("would save the outputs of solutions");
}

#[test]
fn tags_that_contradict_each_other_are_errors_with_file_and_cell() {
    let table: [(&[&str], &str); 6] = [
        (
            &["E0373"],
            "a code of an error needs the tag `compile_fail`",
        ),
        (
            &["compile_fail", "E0373"],
            "`compile_fail` needs `raises-exception`",
        ),
        (
            &["raises-exception", "compile_fail", "E373"],
            "`E373` is no code of an error",
        ),
        (
            &["should-panic"],
            "unknown tag `should-panic`; is it `should_panic`?",
        ),
        (&["should_panic", "should_exit"], "in one way only"),
        (&["hint"], "`hint` belongs to a Markdown cell"),
    ];
    for (tags, reason) in table {
        let project = Project::new();
        project.notebook("tags", &[code("print a"), code("print b").tags(tags)]);
        project
            .scripted(&["test"])
            .exits(2)
            .says("notebooks/tags.ipynb")
            .says("cell `cell-2`")
            .says(reason);
    }
}

#[test]
fn parts_of_exercises_and_predictions_belong_together() {
    let id = |id: &str| serde_json::json!({"id": id});
    let stub = code("print stub").tags(&["exercise"]).meta(id("sum"));
    let hint = markdown("A hint").tags(&["hint"]).meta(id("sum"));
    let solution = markdown("```rust\nprint exercise sum: solved\n```")
        .tags(&["solution"])
        .meta(id("sum"));
    let check = |said: &str| {
        code(&format!("print exercise sum: {said}"))
            .tags(&["check"])
            .meta(id("sum"))
    };
    let whole = |said: &str| vec![stub.clone(), hint.clone(), solution.clone(), check(said)];
    let question = markdown("What?").tags(&["prediction"]).meta(id("guess"));
    let proof = code("print x").tags(&["proof"]).meta(id("guess"));
    let table = [
        (
            whole("not solved yet"),
            &["test"][..],
            0,
            "1 exercises as shipped",
        ),
        (whole("solved"), &["test"], 1, "the check accepts the stub"),
        (
            whole("not there yet"),
            &["test"],
            1,
            "does not say `not solved yet`",
        ),
        (
            whole("solved"),
            &["test", "--solutions"],
            0,
            "(2 cells, 1 exercises solved)",
        ),
        (
            [whole("solved"), vec![code("print more")]].concat(),
            &["test", "--solutions", "notebooks/exercise.ipynb::cell-4"],
            0,
            "(2 cells, 1 exercises solved)",
        ),
        (
            whole("not solved yet"),
            &["test", "notebooks/exercise.ipynb::cell-1"],
            0,
            "(1 cells)",
        ),
        (
            whole("not solved yet"),
            &["test", "--solutions"],
            1,
            "refuses the solution",
        ),
        (
            vec![stub.clone(), hint.clone(), check("solved")],
            &["test"],
            2,
            "`sum` has no cell with the tag `solution`",
        ),
        (
            vec![stub.clone(), solution.clone(), check("solved")],
            &["test"],
            2,
            "`sum` has no `hint`",
        ),
        (
            vec![stub, hint.clone(), solution],
            &["test"],
            2,
            "`sum` has no `check`",
        ),
        (
            vec![markdown("x").tags(&["hint"])],
            &["test"],
            2,
            "`hint` needs `nbrun.id`",
        ),
        (
            vec![question.clone(), proof.clone()],
            &["test"],
            2,
            "`guess` has no `answer`",
        ),
        (
            vec![proof, question.tags(&["prediction", "answer"])],
            &["test"],
            2,
            "stands before its question",
        ),
    ];
    for (cells, arguments, exit_code, text) in table {
        let project = Project::new();
        project.notebook("exercise", &cells);
        project.scripted(arguments).exits(exit_code).says(text);
    }
}
