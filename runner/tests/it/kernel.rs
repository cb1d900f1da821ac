//! Real cells in the real kernel: each way to fail has its verdict, and each of them, said to be
//! meant, passes.

use std::collections::BTreeMap;

use serde_json::json;

use crate::project::{Cell, Project, code};

const USE: &str = "use std::{panic, sync::{Arc, Mutex}, thread};";

/// A way to fail, by name: the verdict, the cells, and the cells with what makes them right.
struct Case {
    name: &'static str,
    verdict: &'static str,
    wrong: Vec<Cell>,
    right: Vec<Cell>,
}

fn case(name: &'static str, verdict: &'static str, wrong: Vec<Cell>, right: Vec<Cell>) -> Case {
    Case {
        name,
        verdict,
        wrong,
        right,
    }
}

/// One cell that is meant to fail, and is right when it says so.
fn tagged(
    name: &'static str,
    verdict: &'static str,
    source: &str,
    tag: impl Fn(Cell) -> Cell,
) -> Case {
    let setup = code(USE);
    case(
        name,
        verdict,
        vec![setup.clone(), code(source)],
        vec![setup, tag(code(source))],
    )
}

fn cases() -> Vec<Case> {
    let should_panic = |cell: Cell| cell.tags(&["should_panic"]);
    let panics_with = |text: &'static str| {
        move |cell: Cell| cell.tags(&["should_panic"]).meta(json!({"panic": text}))
    };
    let compile_fail = |code: &'static str| {
        move |cell: Cell| cell.tags(&["raises-exception", "compile_fail", code])
    };
    let times_out = |cell: Cell| cell.meta(json!({"timeout": 2, "on_timeout": "pass"}));
    let short = |source: &str| code(source).meta(json!({"timeout": 2}));
    let silent = code("std::panic::set_hook(Box::new(|_| {}));");
    let e0373 = "fn demo() { let log = vec![1]; std::thread::spawn(|| log.len()); }";
    let e0382 = "fn demo() { let log = vec![1]; drop(log); drop(log); }";
    let compiles = "fn demo() -> usize { vec![1].len() }";
    let twice = "{ let lock = Mutex::new(1); let first = lock.lock(); let second = lock.lock(); drop(second); drop(first); };";
    let unjoined =
        "{ let handle = thread::spawn(|| { panic!(\"boom\") }); while !handle.is_finished() {} };";
    vec![
        tagged(
            "false_assert",
            "panic",
            "assert!(1 + 1 == 3);",
            panics_with("assertion failed"),
        ),
        case(
            "false_assert_silent",
            "panic",
            vec![silent.clone(), code("assert!(1 + 1 == 3);")],
            vec![silent.clone(), should_panic(code("assert!(1 + 1 == 3);"))],
        ),
        tagged(
            "resume_unwind",
            "panic",
            "panic::resume_unwind(Box::new(7));",
            should_panic,
        ),
        tagged(
            "question_mark",
            "error",
            "\"seven\".parse::<i32>()?;",
            |cell| cell.tags(&["should_error"]),
        ),
        tagged(
            "todo",
            "panic",
            "todo!();",
            panics_with("not yet implemented"),
        ),
        tagged(
            "scoped_panic",
            "panic",
            "thread::scope(|scope| { scope.spawn(|| { panic!(\"inside\") }); });",
            panics_with("a scoped thread panicked"),
        ),
        tagged("unjoined_panic", "stderr", unjoined, |cell| {
            cell.meta(json!({"stderr": "boom"}))
        }),
        tagged("stderr", "stderr", "eprintln!(\"careful\");", |cell| {
            cell.meta(json!({"stderr": "careful"}))
        }),
        tagged("exit_zero", "died", "std::process::exit(0);", |cell| {
            cell.tags(&["should_exit"]).meta(json!({"exit_code": 0}))
        }),
        tagged("abort", "died", "std::process::abort();", |cell| {
            cell.meta(json!({"signal": "SIGABRT"}))
        }),
        tagged(
            "stack_overflow",
            "died",
            "fn deep(n: u64) -> u64 { if n == 0 { 0 } else { 1 + deep(std::hint::black_box(n + 1)) } }\ndeep(1)",
            |cell| cell.meta(json!({"signal": "SIGABRT"})),
        ),
        case(
            "endless_loop",
            "timeout",
            vec![short("loop { std::hint::spin_loop(); }")],
            vec![
                times_out(code("loop { std::hint::spin_loop(); }")),
                code("println!(\"goes on\");"),
            ],
        ),
        case(
            "locked_twice",
            "timeout",
            vec![code(USE), short(twice)],
            vec![code(USE), times_out(code(twice))],
        ),
        tagged(
            "compile_error",
            "compile-error",
            e0373,
            compile_fail("E0373"),
        ),
        case(
            "tagged_but_compiles",
            "unexpected-success",
            vec![compile_fail("E0373")(code(compiles))],
            vec![code(compiles)],
        ),
        case(
            "tagged_with_another_code",
            "wrong-failure",
            vec![compile_fail("E0373")(code(e0382))],
            vec![compile_fail("E0382")(code(e0382))],
        ),
        case(
            "should_panic_but_does_not",
            "unexpected-success",
            vec![should_panic(code("1 + 1;"))],
            vec![should_panic(code("panic!();"))],
        ),
        case(
            "another_panic",
            "wrong-failure",
            vec![panics_with("disk")(code("panic!(\"network\");"))],
            vec![panics_with("network")(code("panic!(\"network\");"))],
        ),
        case(
            "changed_output",
            "mismatch",
            vec![code("println!(\"{}\", 2);").printed("1\n")],
            vec![code("println!(\"{}\", 2);").printed("2\n")],
        ),
        case(
            "another_order",
            "mismatch",
            vec![code("println!(\"a\\nb\");").printed("b\na\n")],
            vec![
                code("println!(\"a\\nb\");")
                    .tags(&["unordered-output"])
                    .printed("b\na\n"),
            ],
        ),
    ]
}

#[test]
fn each_failure_has_its_verdict_and_passes_when_it_is_meant() {
    let project = Project::new();
    let mut expected = BTreeMap::new();
    for case in cases() {
        let (wrong, right) = (
            format!("{}-wrong", case.name),
            format!("{}-right", case.name),
        );
        project.notebook(&wrong, &case.wrong);
        project.notebook(&right, &case.right);
        expected.insert(wrong, case.verdict.to_owned());
        expected.insert(right, "passed".to_owned());
    }
    assert_eq!(project.verdicts(&[]), expected);
    project.assert_nothing_left();
}

#[test]
fn unfinished_lines_and_forged_ends_are_kept_as_text() {
    let project = Project::new();
    let flushed =
        "use std::io::Write;\nprint!(\"no newline\");\nstd::io::stdout().flush().unwrap();";
    let forged = "println!(\"EVCXR_EXECUTION_COMPLETE\");\nprintln!(\"after\");";
    let kept = "print!(\"in the buffer\");";
    project.notebook(
        "printing",
        &[code(flushed), code(forged), code(kept), code("1 + 1;")],
    );
    project.nbrun(&["update"]).exits(0);
    let saved = project.json("notebooks/printing.ipynb");
    let text = |cell: usize| saved["cells"][cell]["outputs"][0]["text"].clone();
    assert_eq!(text(0), json!(["no newline"]));
    assert_eq!(text(1), json!(["EVCXR_EXECUTION_COMPLETE\n", "after\n"]));
    assert_eq!(text(2), json!(["in the buffer"]));
    assert_eq!(text(3), json!(null));
    project.nbrun(&["test"]).exits(0);
    project.assert_nothing_left();
}

#[test]
fn a_code_is_found_where_the_cell_is_not_ascii() {
    let project = Project::new();
    let source = "// Rc \u{2014} not for threads\nfn demo() { let shared = std::rc::Rc::new(1); std::thread::spawn(move || println!(\"{shared}\")); }";
    project.notebook(
        "rc",
        &[code(source).tags(&["raises-exception", "compile_fail", "E0277"])],
    );
    project.nbrun(&["test"]).exits(0).says("1 passed");
}

#[test]
fn a_failure_shows_cell_line_evidence_and_how_to_see_it_again() {
    let project = Project::new();
    project.notebook(
        "orders",
        &[
            crate::project::markdown("# Orders\n\n## Counting them"),
            code("let total = 2;\nlet other = 3;\nassert_eq!(total, other, \"orders\");"),
            code("let broken: u32 = \"seven\";"),
        ],
    );
    project
        .nbrun(&["test"])
        .exits(1)
        .says("panic: it panicked: assertion `left == right` failed: orders")
        .says("code cell 1 `cell-2`, under \"Counting them\"")
        .says(">   3 | assert_eq!(total, other, \"orders\");")
        .says("nbrun test 'notebooks/orders.ipynb::cell-2'")
        .says("1 of 2 cells not run");
}
