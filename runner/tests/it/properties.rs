//! What must hold for every notebook: thousands of generated ones, with unknown keys and odd
//! formatting.

use std::path::Path;
use std::time::Duration;

use nbrun::engine::scripted::Scripted;
use nbrun::format::{canonical, format_code};
use nbrun::notebook::{Notebook, Recording, Stream, splice};
use nbrun::partition::Partition;
use nbrun::plan::{Options, Plan};
use nbrun::run::{Config, Gate, NotebookReport, run};
use nbrun::update::updated;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config as Cases;

use crate::generate::{notebook, text};
use crate::odd_json::{Printed, meaning, parse};

const CONFIG: Config = Config {
    cell_timeout: Duration::from_secs(60),
    notebook_timeout: Duration::from_secs(60),
    output_limit: 1 << 20,
    memory_limit: 1 << 30,
    compare: false,
    solutions: false,
    fail_fast: false,
};

/// So many notebooks for each property. What fails becomes a test of its own.
fn cases(number: u32) -> Cases {
    Cases {
        failure_persistence: None,
        ..Cases::with_cases(number)
    }
}

fn read(text: &str) -> Notebook {
    Notebook::parse(Path::new("generated.ipynb"), text.as_bytes().to_vec()).expect("a notebook")
}

/// Runs a notebook, and gives its new text where something changed.
fn update(text: &str, refresh: bool) -> Option<String> {
    let plan = Plan::new(read(text), None, &Options::default()).expect("a plan");
    let report = scripted(&plan);
    updated(&plan, &report, refresh).map(|(text, _)| text)
}

fn scripted(plan: &Plan) -> NotebookReport {
    let mut engine = Scripted::default();
    run(plan, &mut engine, &CONFIG, &Gate::default(), &mut |_| {})
}

/// Fails unless the texts are the same but for the values that a run records.
#[track_caller]
fn assert_same_elsewhere(old: &Printed, new: &str) {
    let mut rest = new;
    let mut end = 0;
    for recorded in &old.recorded {
        let kept = &old.text[end..recorded.start];
        rest = rest.strip_prefix(kept).unwrap_or_else(|| {
            panic!("something else changed, from `{kept}`\nto `{rest}`");
        });
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        values.next().expect("a value").expect("JSON");
        rest = &rest[values.byte_offset()..];
        end = recorded.end;
    }
    assert_eq!(rest, &old.text[end..], "something else changed at the end");
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn an_update_with_nothing_to_change_changes_no_byte(spec in notebook(true)) {
        let printed = spec.print();
        prop_assert_eq!(update(&printed.text, false), None);
        prop_assert_eq!(update(&printed.text, true), None);
        let notebook = read(&printed.text);
        let same: Vec<Recording> = notebook
            .code_cells()
            .map(|cell| Recording {
                index: cell.index,
                outputs: Some(cell.outputs.clone()),
                execution_count: cell.execution_count.expect("it was run"),
            })
            .collect();
        prop_assert_eq!(splice(&notebook, &same), printed.text);
    }

    #[test]
    fn an_update_changes_outputs_and_counts_only_and_only_once(spec in notebook(false)) {
        let printed = spec.print();
        let before = read(&printed.text);
        let Some(after) = update(&printed.text, false) else {
            prop_assert!(before.code_cells().all(|cell| cell.execution_count == cell.number));
            return Ok(());
        };
        assert_same_elsewhere(&printed, &after);
        prop_assert_eq!(update(&after, false), None);
        // What matches without being the same, such as a stream without text, goes here.
        let fresh = update(&after, true).unwrap_or(after.clone());
        assert_same_elsewhere(&printed, &fresh);
        prop_assert_eq!(update(&fresh, true), None);
        for (new, old) in read(&after).cells.iter().zip(&before.cells) {
            prop_assert_eq!(&new.source, &old.source);
            prop_assert_eq!(new.execution_count, new.number);
        }
    }

    #[test]
    fn what_is_spliced_can_be_read_again(spec in notebook(false), said in text()) {
        let printed = spec.print();
        let before = read(&printed.text);
        let outputs = vec![nbrun::notebook::Output::Stream { name: Stream::Stdout, text: said }];
        let recordings: Vec<Recording> = before
            .code_cells()
            .map(|cell| Recording {
                index: cell.index,
                outputs: Some(outputs.clone()),
                execution_count: 7,
            })
            .collect();
        let spliced = splice(&before, &recordings);
        assert_same_elsewhere(&printed, &spliced);
        for cell in read(&spliced).code_cells() {
            prop_assert_eq!(&cell.outputs, &outputs);
            prop_assert_eq!(cell.execution_count, Some(7));
        }
    }

    #[test]
    fn formatting_loses_nothing_and_is_done_once(spec in notebook(false)) {
        let formatted = canonical(&spec.print().text, &[]).expect("JSON");
        prop_assert_eq!(meaning(parse(&formatted)), meaning(spec.json()));
        prop_assert_eq!(canonical(&formatted, &[]).expect("JSON"), formatted.clone());
        prop_assert_eq!(formatted.lines().last(), Some("}"));
    }

    #[test]
    fn the_parts_of_a_partition_are_everything_each_once(
        items in prop::collection::vec(any::<u16>(), 0..40),
        count in 1..12_usize,
    ) {
        let parts = (1..=count).map(|number| -> Partition {
            format!("{number}/{count}").parse().expect("a part")
        });
        let mut together: Vec<u16> = parts.flat_map(|part| part.select(items.clone())).collect();
        let mut items = items;
        together.sort_unstable();
        items.sort_unstable();
        prop_assert_eq!(together, items);
    }
}

/// Code that rustfmt has something to do with, a statement or item each.
fn statement() -> impl Strategy<Value = String> {
    let name = "[a-z]{1,8}".prop_filter("no keyword", |name| {
        ![
            "as", "do", "dyn", "fn", "if", "in", "let", "mod", "mut", "pub", "ref", "try", "use",
        ]
        .contains(&name.as_str())
    });
    let shape = select(vec![
        "let   A=1 ;",
        "let A  = \"two\n      lines\\\n   and \\\"more\\\"\";",
        "let A = r#\"raw\n  \"text\"\n\"#;",
        "fn A( x:u8 )->u8{x+1}",
        "fn A() { // why\n/* and\n  how */ loop{break} }",
        "// only  a comment, A",
        "let A = [1,2,3].iter().map(|x|x+1).filter(|x|x%2==0).collect::<Vec<i32>>().len()+1111111;",
        "{ let A=1; { println!( \"{A}\" ) } };",
        "struct A{x:u8,y:String}\n\n\n",
        "macro_rules! A { ($x:expr)=>{ $x }; }",
        "use std::{thread,sync::{Mutex,Arc}};",
        "match A{1=>2,_=>3};",
        "let A = b\"bytes\n\";",
        "#[derive(Debug)]\nenum A{B,C}",
        "std::thread::spawn(move||{println!(\"a\");A}).join().unwrap();",
    ]);
    (shape, name).prop_map(|(shape, name)| shape.replace('A', &name))
}

proptest! {
    // Each of these starts rustfmt twice.
    #![proptest_config(cases(16))]

    #[test]
    fn formatting_code_is_done_once(
        commands in select(vec!["", ":dep a = \"1\"\n", "// why\n:dep a = { path = \"..\" }\n\n!ls\n"]),
        statements in prop::collection::vec(statement(), 1..8),
        value in select(vec!["", "\nvalue", "\n;"]),
    ) {
        let source = format!("{commands}{}{value}", statements.join("\n"));
        let once = format_code(&source).expect("rustfmt can parse it");
        prop_assert!(once.starts_with(commands), "{once}");
        prop_assert_eq!(format_code(&once).expect("rustfmt can parse it"), once);
    }
}
