//! Cells that mean harm, or look as if they did. Each gets the right verdict within its limits, the
//! notebooks after it are unaffected, and nothing is left behind.

use std::collections::BTreeMap;

use serde_json::json;

use crate::project::{Cell, Project, code};

/// The name of a notebook, the verdict, and the cells.
fn cases() -> Vec<(&'static str, &'static str, Vec<Cell>)> {
    let limited = |source: &str, seconds: u32| code(source).meta(json!({"timeout": seconds}));
    let write = "use std::io::Write;";
    let bytes = |bytes: &str| format!("{write}\nstd::io::stdout().write_all({bytes}).unwrap();");
    let forged = |line: &str| code(&format!("println!(\"{line}\");\nprintln!(\"after\");"));
    let wrong = "assert_eq!(1, 2);";
    vec![
        (
            "endless_line",
            "output-limit",
            vec![code("loop { print!(\"x\"); }")],
        ),
        (
            "gigabyte",
            "output-limit",
            vec![code(
                "let line = \"x\".repeat(1023);\nfor _ in 0..1 << 20 { println!(\"{line}\"); }",
            )],
        ),
        (
            "not_utf8",
            "passed",
            vec![
                code(&bytes("b\"a\\xff\\xfeb\\n\"")),
                code("println!(\"next\");"),
            ],
        ),
        (
            "not_utf8_stderr",
            "stderr",
            vec![code(&format!(
                "{write}\nstd::io::stderr().write_all(b\"\\xff\\n\").unwrap();"
            ))],
        ),
        (
            "not_utf8_then_panic",
            "panic",
            vec![
                code(&bytes("b\"\\xff\\n\"")),
                code("eprintln!(\"\"); panic!();"),
            ],
        ),
        (
            "forged_complete",
            "panic",
            vec![forged("EVCXR_EXECUTION_COMPLETE"), code(wrong)],
        ),
        (
            "forged_complete_then_panic",
            "panic",
            vec![code(&format!(
                "println!(\"EVCXR_EXECUTION_COMPLETE\");\n{wrong}"
            ))],
        ),
        (
            "forged_panic",
            "passed",
            vec![
                forged("EVCXR_PANIC_NOTIFICATION"),
                code("println!(\"on\");"),
            ],
        ),
        (
            "forged_panic_where_one_is_meant",
            "unexpected-success",
            vec![forged("EVCXR_PANIC_NOTIFICATION").tags(&["should_panic"])],
        ),
        (
            "forged_return",
            "passed",
            vec![
                code("let kept = 7;"),
                forged("EVCXR_ERROR_OCCURRED"),
                code("println!(\"{kept}\");"),
            ],
        ),
        (
            "forged_type",
            "passed",
            vec![
                code("let kept = 7;"),
                forged("EVCXR_VARIABLE_CHANGED_TYPE:kept"),
                code("println!(\"{kept}\");"),
            ],
        ),
        (
            "forged_question",
            "passed",
            vec![
                forged("EVCXR_INPUT_REQUEST:name?"),
                code("println!(\"on\");"),
                code("println!(\"on\");"),
            ],
        ),
        (
            "forged_content",
            "passed",
            vec![
                forged("EVCXR_BEGIN_CONTENT text/html"),
                code("println!(\"on\");"),
            ],
        ),
        (
            "forged_content_then_panic",
            "panic",
            vec![code(&format!(
                "println!(\"EVCXR_BEGIN_CONTENT text/html\");\n{wrong}"
            ))],
        ),
        (
            "panic_inside_content",
            "passed",
            vec![code(
                "println!(\"EVCXR_BEGIN_CONTENT text/html\\nEVCXR_PANIC_NOTIFICATION\\nEVCXR_END_CONTENT\");",
            )],
        ),
        (
            "closed_stdout",
            "panic",
            vec![
                code(
                    "use std::os::fd::FromRawFd;\ndrop(unsafe { std::fs::File::from_raw_fd(1) });\nprintln!(\"nowhere\");",
                ),
                code("1 + 1;"),
                code(wrong),
            ],
        ),
        (
            "closed_streams",
            "panic",
            vec![
                code(
                    "use std::os::fd::FromRawFd;\nfor fd in [1, 2] { drop(unsafe { std::fs::File::from_raw_fd(fd) }); }",
                ),
                code(wrong),
            ],
        ),
        (
            "redirected_stdout",
            "panic",
            vec![
                code(
                    "use std::os::fd::FromRawFd;\ndrop(unsafe { std::fs::File::from_raw_fd(1) });\nlet file = std::fs::File::create(\"/dev/null\").unwrap();\nprintln!(\"into the file\");",
                ),
                code(wrong),
            ],
        ),
        (
            "child_left",
            "passed",
            vec![code(
                "std::process::Command::new(\"sleep\").arg(\"600\").spawn().unwrap();",
            )],
        ),
        (
            "child_left_in_its_own_session",
            "passed",
            vec![code(
                "std::process::Command::new(\"setsid\").args([\"sleep\", \"600\"]).spawn().unwrap();",
            )],
        ),
        (
            "thousand_threads",
            "passed",
            vec![code(
                "let threads: Vec<_> = (0..1000).map(|n| std::thread::spawn(move || n)).collect();\nprintln!(\"{}\", threads.into_iter().map(|thread| thread.join().unwrap()).sum::<i32>());",
            )],
        ),
        (
            "eight_gigabytes",
            "memory",
            vec![code(
                "let mut all = Vec::new();\nfor _ in 0..1 << 13 { all.push(vec![1u8; 1 << 20]); }",
            )],
        ),
        (
            "endless_constant",
            "timeout",
            vec![limited(
                "const fn count() -> u64 { let mut n = 0; while n < u64::MAX { n += 1; } n }\n#[allow(long_running_const_eval)]\nconst N: u64 = count();\nprintln!(\"{N}\");",
                5,
            )],
        ),
        (
            "endless_macro",
            "compile-error",
            vec![limited(
                "macro_rules! again { ($($t:tt)*) => { again!($($t)* x) } }\nagain!();",
                30,
            )],
        ),
        (
            "redefined_struct_with_a_value",
            "compile-error",
            vec![
                code("pub struct Order { id: u32 }\nlet order = Order { id: 1 };"),
                code("pub struct Order { id: String }\nprintln!(\"{}\", order.id);"),
            ],
        ),
        (
            "redefined_struct_without_a_value",
            "passed",
            vec![
                code("pub struct Order { id: u32 }\nprintln!(\"{}\", Order { id: 1 }.id);"),
                code(
                    "pub struct Order { id: String }\nprintln!(\"{}\", Order { id: String::from(\"tea\") }.id);",
                ),
            ],
        ),
        (
            "panic_in_drop",
            "panic",
            vec![code(
                "struct Loud;\nimpl Drop for Loud { fn drop(&mut self) { panic!(\"in drop\"); } }\ndrop(Loud);",
            )],
        ),
        (
            "panic_while_panicking",
            "died",
            vec![code(
                "struct Loud;\nimpl Drop for Loud { fn drop(&mut self) { panic!(\"in drop\"); } }\nlet _loud = Loud;\npanic!(\"first\");",
            )],
        ),
        (
            "printing_while_showing",
            "passed",
            vec![code(
                "let printer = std::thread::spawn(|| for n in 0..200 { println!(\"line {n}\"); });\nfor _ in 0..50 { println!(\"EVCXR_BEGIN_CONTENT text/html\\n<b>bold</b>\\nEVCXR_END_CONTENT\"); }\nprinter.join().unwrap();",
            )],
        ),
        (
            "kills_its_parent",
            "died",
            vec![code(
                "let parent = std::os::unix::process::parent_id().to_string();\nstd::process::Command::new(\"kill\").args([\"-9\", &parent]).status().unwrap();\nstd::thread::sleep(std::time::Duration::from_secs(60));",
            )],
        ),
        (
            "prints_after_its_end",
            "late-output",
            vec![
                code(
                    "let late = std::thread::spawn(|| {\nwhile !std::path::Path::new(\"go\").exists() { std::thread::yield_now(); }\nprintln!(\"late\");\nstd::fs::write(\"printed\", \"\").unwrap();\n});",
                ),
                // Shell lines are executed before the cell is compiled.
                code("!touch go; until [ -e printed ]; do sleep 0.01; done\nprintln!(\"after\");"),
            ],
        ),
    ]
}

#[test]
fn hostile_cells_get_their_verdict_and_leave_nothing_behind() {
    let project = Project::new();
    let mut expected = BTreeMap::new();
    for (name, verdict, cells) in cases() {
        project.notebook(name, &cells);
        expected.insert(name.to_owned(), verdict.to_owned());
    }
    let limits = ["--memory", "3G", "--output-limit", "4M"];
    assert_eq!(project.verdicts(&limits), expected);
    project.assert_nothing_left();
}

#[test]
fn a_child_that_ends_again_and_again_leaves_no_open_file() {
    let project = Project::new();
    let count = code(
        "let files = std::fs::read_dir(format!(\"/proc/{}/fd\", std::os::unix::process::parent_id()));\n\
         println!(\"{} files\", files.unwrap().count());",
    );
    let exit = code("std::process::exit(0);").tags(&["should_exit"]);
    // The first end of a child is not counted: from then on everything has been open once.
    let mut cells = vec![exit.clone(), count.clone()];
    cells.extend(vec![exit; 20]);
    cells.push(count);
    project.notebook("ends", &cells);
    project.nbrun(&["update"]).exits(0);
    let saved = project.json("notebooks/ends.ipynb");
    let printed = |cell: usize| saved["cells"][cell]["outputs"][0]["text"].clone();
    assert!(printed(1).to_string().contains("files"), "{saved}");
    assert_eq!(printed(1), printed(22));
    project.assert_nothing_left();
}
