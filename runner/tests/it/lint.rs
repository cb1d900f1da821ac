//! Each rule of `nbrun lint` finds what breaks it, and nothing in a notebook that keeps them all.

use serde_json::json;

use crate::project::{Cell, Project, code, markdown};

fn good() -> Vec<Cell> {
    vec![
        markdown("# Orders\n\n[here](#Orders)"),
        code("let orders = 3;"),
    ]
}

/// The good notebook with one cell more.
fn with(cell: Cell) -> Vec<Cell> {
    let mut cells = good();
    cells.push(cell);
    cells
}

/// Writes the notebook as `fmt` leaves it.
#[track_caller]
fn formatted(cells: &[Cell]) -> Project {
    let project = Project::new();
    project.notebook("orders", cells);
    project.nbrun(&["fmt"]);
    project
}

#[test]
fn a_notebook_that_keeps_the_rules_has_no_finding() {
    formatted(&good())
        .nbrun(&["lint"])
        .exits(0)
        .says("1 notebooks, 0 findings");
}

#[test]
fn each_rule_names_the_cell_that_breaks_it() {
    let fails = |cell: Cell| cell.tags(&["raises-exception", "compile_fail", "E0425"]);
    let table = [
        (
            "ascii",
            code("// Caf\u{e9}\n1 + 1;"),
            "cell `cell-3`: line 1 has `\u{e9}`",
        ),
        ("unsafe", code("unsafe {};"), "it uses `unsafe`"),
        (
            "tags",
            code("1 + 1;").tags(&["check-me"]),
            "unknown tag `check-me`",
        ),
        (
            "tags",
            code("panic!();").tags(&["should_panic"]),
            "without `raises-exception` other tools stop at it",
        ),
        (
            "tags",
            code("1 + 1;").tags(&["exercise"]),
            "`exercise` needs `nbrun.id`",
        ),
        ("format", code("let let = 1;"), "found keyword `let`"),
        (
            "outputs",
            code("1 + 1;").printed(&"x".repeat(600 << 10)),
            "its saved outputs take 600 KiB",
        ),
        (
            "count",
            code("1 + 1;").printed("2"),
            "cell `cell-2`: its saved count is not 1",
        ),
        ("links", markdown("[x](gone.ipynb)"), "leads to no file"),
        ("links", markdown("[x](#Gone)"), "leads to no heading"),
        (
            "outputs",
            fails(code("missing")).counted(2),
            "it is meant to fail, and no error is saved",
        ),
    ];
    for (rule, cell, reason) in table {
        formatted(&with(cell))
            .nbrun(&["lint"])
            .exits(1)
            .says("notebooks/orders.ipynb:")
            .says(&format!(" {rule}: "))
            .says(reason);
    }
}

#[test]
fn what_is_not_formatted_is_found() {
    let project = Project::new();
    project.notebook("orders", &with(code("1+1;")));
    project
        .nbrun(&["lint"])
        .exits(1)
        .says(" format: not as `nbrun fmt` writes it");
}

#[test]
fn ids_are_there_and_unique() {
    let project = formatted(&good());
    let text = project.read("notebooks/orders.ipynb");
    let table = [
        (
            text.replace("cell-2", "cell-1"),
            "another cell has the same id",
        ),
        (text.replace("   \"id\": \"cell-2\",\n", ""), "it has no id"),
    ];
    for (text, reason) in table {
        project.file("notebooks/orders.ipynb", &text);
        project.nbrun(&["lint"]).exits(1).says(" id: ").says(reason);
    }
}

#[test]
fn the_index_and_the_claims_are_checked() {
    let project = formatted(&good());
    let row = |notebook: &str, cell: &str| format!("| a claim | `{notebook}` | `{cell}` |\n");
    let table = [
        (
            "--listed-in",
            "none".to_owned(),
            "no link to `notebooks/orders.ipynb`",
        ),
        (
            "--listed-in",
            "[o](notebooks/orders.ipynb)".to_owned(),
            "0 findings",
        ),
        ("--claims", row("orders", "cell-2"), "0 findings"),
        ("--claims", row("orders", "cell-9"), "has no cell `cell-9`"),
        (
            "--claims",
            row("gone", "cell-1"),
            "there is no notebook `gone.ipynb`",
        ),
        ("--claims", "no table".to_owned(), "the table has no row"),
    ];
    for (option, text, said) in table {
        project.file("index.md", &text);
        let clean = said == "0 findings";
        project
            .nbrun(&["lint", option, "index.md"])
            .exits(i32::from(!clean))
            .says(said);
    }
}

#[test]
fn an_output_is_checked_where_a_cell_has_one() {
    let cell = code("1 + 1;")
        .meta(json!({"redact": ["numbers"]}))
        .counted(2);
    formatted(&[code("let a = 1;").counted(1), cell])
        .nbrun(&["lint"])
        .exits(0);
}
