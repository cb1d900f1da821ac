//! What is left of a run that is stopped: nothing.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::project::{Project, code};

/// How long something that must happen may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts a run and returns when its cell is running, with a process beside it.
#[track_caller]
fn start(project: &Project) -> Child {
    let endless = "std::process::Command::new(\"sleep\").arg(\"600\").spawn().unwrap();\n\
                   std::fs::write(\"running\", \"\").unwrap();\nloop { std::thread::park(); }";
    // The longer one runs first.
    project.notebook("good", &vec![code("1 + 1;"); 4]);
    project.notebook("endless", &[code("2 + 2;"), code(endless), code("3 + 3;")]);
    let child = project
        .command(&["test", "--jobs", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("nbrun starts");
    until("the cell runs", || {
        project.path("notebooks/running").exists()
    });
    child
}

#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(
            began.elapsed() < PATIENCE,
            "it never came to be that {what}"
        );
        thread::sleep(Duration::from_millis(5));
    }
}

#[track_caller]
fn stop(project: &Project, signal: Signal) -> (ExitStatus, String) {
    let child = start(project);
    kill_process(Pid::from_child(&child), signal).expect("nbrun is there");
    let output = child.wait_with_output().expect("nbrun ends");
    (
        output.status,
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[test]
fn an_interrupted_run_says_so_and_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM] {
        let project = Project::new();
        let (status, said) = stop(&project, signal);
        assert_eq!(status.code(), Some(130), "{signal:?}\n{said}");
        assert!(said.contains("interrupted: "), "{signal:?}\n{said}");
        assert!(said.contains("1 passed, 1 not run"), "{signal:?}\n{said}");
        project.assert_nothing_left();
    }
}

#[test]
fn a_killed_run_leaves_no_process_and_the_next_one_sweeps() {
    let project = Project::new();
    let (status, _) = stop(&project, Signal::KILL);
    assert_eq!(status.signal(), Some(Signal::KILL.as_raw()));
    until("no process is left", || project.processes().is_empty());
    let left = fs::read_dir(project.path("tmp"))
        .expect("it is there")
        .count();
    assert_eq!(left, 1, "the directory of the killed run");
    let good = project.path("notebooks/good.ipynb");
    project.nbrun(&["test".as_ref(), good.as_os_str()]).exits(0);
    project.assert_nothing_left();
}
