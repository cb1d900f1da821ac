//! When a cell is compiled without cargo, and what of that a cell can notice.

use crate::project::{Project, code};

/// Prints when cargo last compiled a cell: it touches a file then.
const WHEN: &str = r#"{
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let library = maps.split_whitespace().find(|path| path.contains("/libcode_")).unwrap();
    let (target, _) = library.rsplit_once("/debug/").unwrap();
    let prints = std::fs::read_dir(format!("{target}/debug/.fingerprint")).unwrap();
    let of_cells = prints.flatten().find(|print| print.file_name().to_string_lossy().starts_with("ctx-"));
    let touched = of_cells.unwrap().path().join("invoked.timestamp").metadata().unwrap().modified();
    println!("{:?}", touched.unwrap());
}"#;

/// Runs a notebook; returns what its cells printed.
#[track_caller]
fn printed(project: &Project, cells: &[&str]) -> Vec<String> {
    let cells: Vec<_> = cells.iter().map(|source| code(source)).collect();
    project.notebook("cells", &cells);
    project.nbrun(&["test", "--save", "out"]).exits(0);
    let notebook = project.json("out/notebooks/cells.ipynb");
    let cells = notebook["cells"].as_array().expect("a list").iter();
    cells
        .map(|cell| {
            let lines = cell["outputs"][0]["text"].as_array();
            let lines = lines.into_iter().flatten().filter_map(|line| line.as_str());
            lines.collect::<String>()
        })
        .collect()
}

#[test]
fn cargo_is_asked_only_where_something_has_changed() {
    let project = Project::new();
    project.file("helper/src/lib.rs", "pub fn number() -> u8 { 1 }");
    let manifest = "[package]\nname = \"helper\"\nedition = \"2024\"\n";
    project.file("helper/Cargo.toml", manifest);
    let number = "println!(\"{}\", helper::number());";
    let change = |file: &str, text: &str| format!("std::fs::write({file:?}, {text:?}).unwrap();");
    let printed = printed(
        &project,
        &[
            ":dep helper = { path = \"../helper\" }",
            number,
            WHEN,
            WHEN,
            &change("../helper/src/lib.rs", "pub fn number() -> u8 { 2 }"),
            number,
            WHEN,
            WHEN,
            &change(
                "../helper/Cargo.toml",
                &format!("{manifest}version = \"2.0.0\"\n"),
            ),
            WHEN,
            ":env SOMETHING=else",
            WHEN,
        ],
    );
    assert_eq!([&printed[1], &printed[5]], ["1\n", "2\n"]);
    let [first, again, edited, edited_again, manifest, environment] =
        [2, 3, 6, 7, 9, 11].map(|cell| &printed[cell]);
    assert_eq!(first, again, "nothing has changed");
    assert_ne!(again, edited, "a source of the helper has changed");
    assert_eq!(edited, edited_again, "nothing has changed");
    assert_ne!(edited_again, manifest, "the helper's manifest has changed");
    assert_ne!(manifest, environment, "the environment has changed");
    project.assert_nothing_left();
}

#[test]
fn a_dependency_with_a_build_script_is_left_to_cargo() {
    let project = Project::new();
    project.file(
        "helper/Cargo.toml",
        "[package]\nname = \"helper\"\nedition = \"2024\"\n",
    );
    project.file(
        "helper/src/lib.rs",
        "pub const NUMBER: &str = env!(\"NUMBER\");",
    );
    project.file(
        "helper/build.rs",
        "fn main() { println!(\"cargo::rustc-env=NUMBER={}\", std::fs::read_to_string(\"number\").unwrap()) }",
    );
    project.file("helper/number", "1");
    let number = "println!(\"{}\", helper::NUMBER);";
    let printed = printed(
        &project,
        &[
            ":dep helper = { path = \"../helper\" }",
            number,
            number,
            "std::fs::write(\"../helper/number\", \"2\").unwrap();",
            number,
        ],
    );
    assert_eq!(
        [&printed[1], &printed[2], &printed[4]],
        ["1\n", "1\n", "2\n"]
    );
}

#[test]
fn dependencies_that_are_linked_dynamically_are_found_again() {
    let project = Project::new();
    // A static of its own in each cell would be the sign of a copy in each cell.
    project.file(
        "helper/Cargo.toml",
        "[package]\nname = \"helper\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"lib\", \"dylib\"]\n",
    );
    project.file(
        "helper/src/lib.rs",
        "use core::sync::atomic::{AtomicU8, Ordering};\nstatic NEXT: AtomicU8 = AtomicU8::new(1);\n\
         pub fn next() -> u8 { NEXT.fetch_add(1, Ordering::Relaxed) }",
    );
    let next = "println!(\"{}\", helper::next());";
    let printed = printed(
        &project,
        &[
            ":allow_static_linking 0\n:dep helper = { path = \"../helper\" }",
            next,
            next,
            next,
        ],
    );
    assert_eq!(printed[1..], ["1\n", "2\n", "3\n"]);
}

#[test]
fn a_cell_sees_the_environment_of_the_user() {
    let project = Project::new();
    let path = std::env::var("PATH").expect("a path in UTF-8");
    let printed = printed(
        &project,
        &[
            "println!(\"{}\", std::env::var(\"PATH\").unwrap());",
            "for (name, _) in std::env::vars() { if name.starts_with(\"NBRUN\") { println!(\"{name}\"); } };",
        ],
    );
    assert_eq!(
        printed,
        [format!("{path}\n"), "NBRUN_TEST_MARK\n".to_owned()]
    );
}
