//! Writing files: what stood there stands there still where that does not succeed, and nothing else
//! is changed where it does.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use nbrun::notebook::Notebook;
use nbrun::update;

use crate::broken::GOOD;
use crate::project::{Project, code};

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
    let old = File::open(&target).unwrap();
    project
        .scripted(&["update"])
        .exits(0)
        .says("1 cell changed");
    assert_eq!(
        io::read_to_string(old).unwrap(),
        GOOD,
        "the file was written, not replaced"
    );
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
pub(crate) fn hidden_files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("a directory").flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .collect()
}
