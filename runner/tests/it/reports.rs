//! What the reporters write of [`super::sample`]; JUnit has a place of its own, [`super::junit`].

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use nbrun::report::{Github, Html, Json, Terminal};
use nbrun::verdict::{FailureKind, Verdict};
use serde_json::Value;

use crate::project::{Project, Run, code};
use crate::sample::{plan, tell};

fn json() -> Value {
    let mut out = Vec::new();
    tell(&mut Json::new(&mut out));
    serde_json::from_slice(&out).expect("JSON")
}

fn html() -> String {
    let mut out = Vec::new();
    tell(&mut Html::new(&mut out));
    String::from_utf8(out).expect("UTF-8")
}

fn github() -> (String, String) {
    let (mut annotations, mut summary) = (Vec::new(), Vec::new());
    tell(&mut Github::new(&mut annotations, &mut summary));
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(annotations), text(summary))
}

/// The names in the first column of the tables of the document, by the heading above.
fn documented() -> Vec<(String, BTreeSet<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/report.md");
    let text = fs::read_to_string(path).expect("the document");
    let mut tables = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            tables.push((heading.to_owned(), BTreeSet::new()));
        }
        let name = line
            .strip_prefix("| `")
            .and_then(|rest| rest.split('`').next());
        if let (Some((_, names)), Some(name)) = (tables.last_mut(), name) {
            names.insert(name.to_owned());
        }
    }
    tables
}

/// All keys of some objects.
fn keys<'a>(objects: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    let objects = objects
        .into_iter()
        .map(|object| object.as_object().expect("an object"));
    objects.flat_map(|object| object.keys().cloned()).collect()
}

#[test]
fn json_has_the_documented_fields_and_no_others() {
    let document = json();
    let notebooks = document["notebooks"].as_array().expect("a list");
    let cells: Vec<&Value> = notebooks
        .iter()
        .flat_map(|notebook| notebook["cells"].as_array().expect("a list"))
        .collect();
    let expected = [
        ("The document", keys([&document])),
        ("`summary`", keys([&document["summary"]])),
        ("`notebooks`", keys(notebooks)),
        ("`cells`", keys(cells.iter().copied())),
        (
            "`seconds` of a cell",
            keys(cells.iter().map(|cell| &cell["seconds"])),
        ),
    ];
    let documented = documented();
    for (heading, keys) in expected {
        let described = documented.iter().find(|(name, _)| name == heading);
        let (_, names) = described.unwrap_or_else(|| panic!("no heading `{heading}`"));
        assert_eq!(*names, keys, "{heading}");
    }
    assert_eq!(document["version"], 1);
    let verdicts = |of: &[&Value]| -> Vec<String> {
        of.iter()
            .map(|entry| entry["verdict"].as_str().expect("a text").to_owned())
            .collect()
    };
    let notebooks: Vec<&Value> = notebooks.iter().collect();
    assert_eq!(
        verdicts(&notebooks),
        [
            "passed",
            "failed",
            "passed",
            "broken",
            "broken",
            "unchanged"
        ]
        .map(str::to_owned),
        "{document:#}"
    );
}

#[test]
fn every_verdict_is_documented() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/report.md"));
    let text = text.expect("the document");
    let kinds = [
        FailureKind::CompileError,
        FailureKind::Panic,
        FailureKind::Error,
        FailureKind::Stderr,
        FailureKind::Died,
        FailureKind::Timeout,
        FailureKind::OutputLimit,
        FailureKind::Memory,
        FailureKind::LateOutput,
        FailureKind::Mismatch,
        FailureKind::UnexpectedSuccess,
        FailureKind::WrongFailure,
        FailureKind::Exercise,
        FailureKind::Engine,
    ];
    let cause = String::new();
    let others = [Verdict::Passed, Verdict::Skipped, Verdict::NotRun { cause }];
    let names = kinds
        .iter()
        .map(|kind| kind.name())
        .chain(others.iter().map(Verdict::name));
    for name in names {
        assert!(text.contains(&format!("`{name}`")), "`{name}` is missing");
    }
}

#[test]
fn github_gets_one_command_for_each_failure_and_none_from_a_notebook() {
    let (annotations, summary) = github();
    let lines: Vec<&str> = annotations.lines().collect();
    assert_eq!(lines.len(), 3, "{annotations}");
    assert_eq!(
        lines[0],
        "::error file=a/04_broken.ipynb,line=7,title=broken notebook::line 7: the key `a` stands twice"
    );
    // The second line of the second cell of code.
    let line = plan("a/02_l|cks.ipynb", 4).notebook.cells[2].line + 2;
    let begin = format!(
        "::error file=a/02_l|cks.ipynb,line={line},title=panic in c-2::it panicked: no & <none>%0A"
    );
    assert!(lines[1].starts_with(&begin), "{}\n{begin}", lines[1]);
    assert!(
        lines[1].contains("%250A"),
        "a percent sign is kept: {}",
        lines[1]
    );
    assert!(
        lines[2]
            .starts_with("::error file=a/03_atomics.ipynb,line=1,title=broken notebook::No space")
    );

    let rows: Vec<&str> = summary
        .lines()
        .filter(|line| line.starts_with("| a/"))
        .collect();
    assert_eq!(
        rows,
        [
            "| a/01_threads.ipynb | passed | 4 | 1.1 s |",
            "| a/02_l\\|cks.ipynb | **panic** in `c-2` | 4 | 0.5 s |",
            "| a/03_atomics.ipynb | **broken** |  | |",
            "| a/03_atomics.ipynb | passed | 3 | 1.0 s |",
            "| a/04_broken.ipynb | **broken** |  | |",
            "| a/05_same.ipynb | unchanged |  | |",
        ]
    );
}

#[test]
fn under_github_the_whole_log_has_our_commands_only() {
    let project = Project::new();
    project.notebook(
        "forging",
        &[code(
            "print a\neprint ::error::forged\neprint ##[error]forged",
        )],
    );
    project.file("notebooks/broken.ipynb", "{\"cells\": [{\"cell_type\": \"\\n::error::forged\", \"metadata\": {}, \"source\": \"\"}], \"metadata\": {}, \"nbformat\": 4}");
    let mut command = project.command(&["test", "--engine", "scripted"]);
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", project.path("summary.md"));
    let run = Run::of(command).exits(2);
    let commands: Vec<String> = run
        .text()
        .lines()
        .filter(|line| line.trim_start().starts_with("::") || line.trim_start().starts_with("##["))
        .map(|line| line.split(',').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        commands,
        [
            "::error file=notebooks/broken.ipynb",
            "::error file=notebooks/forging.ipynb"
        ],
        "{run}"
    );
    assert!(
        project
            .read("summary.md")
            .contains("| notebooks/forging.ipynb | **stderr** in `cell-1` | 1 |")
    );
}

#[test]
fn a_terminal_shows_what_is_no_text_as_escapes() {
    let mut out = Vec::new();
    tell(&mut Terminal::new(&mut out, false));
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(
        text.chars()
            .all(|char| !char.is_control() || "\n\t".contains(char)),
        "{text:?}"
    );
    assert!(
        text.contains("\\u{1b}[2Kred\n\\      ::error file=a::forged\n"),
        "{text}"
    );
}

#[test]
fn html_is_one_page_that_needs_nothing_else() {
    let page = html();
    // A hostile text is text, and nothing is loaded.
    assert!(
        page.contains("&lt;script src=&quot;http://x/&quot;&gt;"),
        "{page}"
    );
    let tags = page
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next());
    for tag in tags.filter(|tag| !tag.starts_with("style")) {
        let element = tag.split(' ').next().unwrap_or_default();
        let loads = ["script", "link", "img", "iframe", "object", "embed"].contains(&element);
        let refers = ["src=", "href=", "http", "url(/"]
            .iter()
            .any(|part| tag.contains(part));
        assert!(!loads && !refers, "`<{tag}>`");
    }
    assert!(!page.contains("@import") && !page.contains("url(h"));
    for said in [
        "01_threads",
        "Notebooks are not right",
        "the key `a` stands twice",
        "it panicked: no &amp; &lt;none&gt;",
        "nbrun test 'a/02_l|cks.ipynb::c-2'",
        "under \"Locks &amp; \"&lt;b&gt;\"\"",
        "&gt;   2 | assert!",
        "Schedule",
    ] {
        let said = said.replace('"', "&quot;");
        assert!(page.contains(&said), "no `{said}` in\n{page}");
    }
    // Three parts of each cell that ran, and a frame around the one that failed.
    assert_eq!(page.matches("<rect class=\"compiling\" x").count(), 8);
    assert_eq!(page.matches("<rect class=\"failed\"").count(), 1);
}

#[test]
fn reports_of_nothing_are_reports() {
    let project = Project::new();
    let options = [
        "test", "--json", "r.json", "--junit", "r.xml", "--html", "r.html",
    ];
    project.scripted(&options).exits(4);
    assert_eq!(project.json("r.json")["summary"]["exit_code"], 4);
    assert!(project.read("r.xml").contains("<testsuites"));
    assert!(project.read("r.html").contains("nothing was selected"));
}
