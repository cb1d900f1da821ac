//! Files that are not as they should be, and writes that do not succeed: the place is named, the
//! exit code is the documented one, and what stood in the file still stands there.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use nbrun::notebook::Notebook;
use nbrun::update;

use crate::project::{Project, code};

/// A notebook with one cell that prints, in lines whose numbers the tests name.
const GOOD: &str = r#"{
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
                GOOD[..GOOD.find("only").unwrap()].as_bytes(),
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
    for command in ["list", "lint", "fmt"] {
        project.nbrun(&[command]).exits(4);
    }
    let run = project.scripted(&["test", "elsewhere"]).exits(2);
    run.says("cannot read `elsewhere`: No such file");
}

#[test]
fn a_read_only_file_is_not_written() {
    let project = Project::new();
    let path = project.file("notebooks/locked.ipynb", GOOD);
    project.notebook("open", &[code("print fine")]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    project
        .scripted(&["update"])
        .exits(2)
        .says("notebooks/locked.ipynb\n  cannot be written: the file is read-only")
        .says("1 cell changed")
        .says("1 passed, 1 broken (2 cells)");
    project
        .nbrun(&["fmt"])
        .exits(2)
        .says("notebooks/locked.ipynb: cannot be written: the file is read-only")
        .says("notebooks/open.ipynb: formatted");
    assert_eq!(project.read("notebooks/locked.ipynb"), GOOD);
}

#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    let project = Project::new();
    let target = project.file("elsewhere/target.ipynb", GOOD);
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    let link = project.path("notebooks/link.ipynb");
    symlink("../elsewhere/target.ipynb", &link).unwrap();
    project
        .scripted(&["update"])
        .exits(0)
        .says("1 cell changed");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(project.read("elsewhere/target.ipynb").contains("fine\\n"));
    let mode = fs::metadata(&target).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_somebody_saved_meanwhile_is_not_overwritten() {
    let project = Project::new();
    let path = project.file("notebooks/shared.ipynb", GOOD);
    let notebook = Notebook::read(&path).unwrap();
    let theirs = GOOD.replace("print fine", "print theirs");
    project.file("notebooks/shared.ipynb", &theirs);
    let error = update::write(&notebook, "ours").unwrap_err();
    assert_eq!(error.to_string(), "the file was changed since it was read");
    assert_eq!(project.read("notebooks/shared.ipynb"), theirs);
    assert_eq!(
        hidden_files(&project.path("notebooks")),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn executed_copies_never_take_the_place_of_the_notebooks() {
    let project = Project::new();
    project.file("notebooks/mine.ipynb", GOOD);
    project
        .scripted(&["test", "--save", "."])
        .exits(2)
        .says("cannot write `./notebooks/mine.ipynb`: it is the notebook itself");
    assert_eq!(project.read("notebooks/mine.ipynb"), GOOD);
}

#[test]
fn update_runs_each_notebook_once() {
    let project = Project::new();
    project.file("notebooks/mine.ipynb", GOOD);
    let run = project.scripted(&["update", "--repeat", "2"]).exits(2);
    run.says("`test --repeat`");
    assert_eq!(project.read("notebooks/mine.ipynb"), GOOD);
}

/// A notebook of some forty kilobytes.
fn large() -> String {
    let padding = "x".repeat(40_000);
    let text = GOOD.replacen(
        "\"nbformat\"",
        &format!("\"padding\": \"{padding}\",\n \"nbformat\""),
        1,
    );
    assert!(text.len() > 40_000);
    text
}

#[test]
fn a_full_disk_leaves_the_old_file() {
    let project = Project::new();
    let original = project.file("original.ipynb", &large());
    // The old file fits, the new one does not fit beside it.
    let script = r#"
        mount -t tmpfs -o size=64k tmpfs notebooks && cp original.ipynb notebooks/full.ipynb || exit 99
        "$1" update --engine scripted
        code=$?
        cmp original.ipynb notebooks/full.ipynb || exit 98
        ls -A notebooks
        exit $code"#;
    let run = in_own_mounts(&project, script);
    let text = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{text}");
    let reason = "notebooks/full.ipynb\n  cannot be written: No space left on device";
    assert!(text.contains(reason), "{text}");
    assert!(text.contains("0 passed, 1 broken (1 cells)"), "{text}");
    assert_eq!(
        text.lines().last(),
        Some("full.ipynb"),
        "something is left:\n{text}"
    );
    assert_eq!(fs::read_to_string(original).unwrap(), large());
}

/// Runs a shell script that may mount, with the path of `nbrun` as its argument.
#[track_caller]
fn in_own_mounts(project: &Project, script: &str) -> Output {
    let ways: [&[&str]; 3] = [
        &["unshare", "--mount"],
        &["unshare", "--map-root-user", "--mount"],
        &["sudo", "--non-interactive", "unshare", "--mount"],
    ];
    let probe = "mount -t tmpfs tmpfs notebooks";
    let shell = |way: &[&str], script: &str| {
        Command::new(way[0])
            .args(&way[1..])
            .args(["sh", "-c", script, "sh", env!("CARGO_BIN_EXE_nbrun")])
            .current_dir(project.path(""))
            .output()
    };
    let way = ways
        .into_iter()
        .find(|way| shell(way, probe).is_ok_and(|output| output.status.success()))
        .expect(
            "a full disk cannot be tested: nothing here may mount a small file system; run the \
             test as root, or allow user namespaces",
        );
    shell(way, script).expect("it ran a moment ago")
}

#[test]
fn a_report_on_a_full_disk_is_an_error_that_names_it() {
    let project = Project::new();
    project.file("notebooks/good.ipynb", GOOD);
    for option in ["--json", "--junit", "--html"] {
        project
            .scripted(&["test", option, "/dev/full"])
            .exits(2)
            .says("cannot write `/dev/full`: No space left on device");
    }
}

#[test]
fn a_crash_in_the_middle_of_a_write_leaves_the_old_file() {
    let project = Project::new();
    let path = project.file("notebooks/large.ipynb", &large());
    // The system kills a process that writes more to a file than this: 16 blocks of 512 bytes.
    let script = "ulimit -c 0 && ulimit -f 16 && exec \"$1\" update --engine scripted";
    let output = Command::new("sh")
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_nbrun")])
        .current_dir(project.path(""))
        .output()
        .expect("a shell");
    assert_eq!(
        output.status.signal(),
        Some(25),
        "not killed by SIGXFSZ: {output:?}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), large());
    let [half] = &hidden_files(&project.path("notebooks"))[..] else {
        panic!("the crash was not in the middle of a write");
    };
    let written = fs::metadata(half).unwrap().len();
    assert!(
        (1..large().len() as u64).contains(&written),
        "{written} bytes"
    );

    // What a crash left is no notebook, may belong to a run that still writes, and goes with time.
    project.nbrun(&["list"]).exits(0).does_not_say(".tmp");
    project.nbrun(&["fmt"]).exits(0);
    assert!(half.exists());
    let old = SystemTime::now() - Duration::from_secs(2 * 3600);
    File::options()
        .write(true)
        .open(half)
        .unwrap()
        .set_modified(old)
        .unwrap();
    project
        .scripted(&["update"])
        .exits(0)
        .says("1 cell changed");
    assert_eq!(
        hidden_files(&project.path("notebooks")),
        Vec::<PathBuf>::new()
    );
}

/// The files in a directory whose names begin with a dot.
fn hidden_files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("a directory").flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .collect()
}
