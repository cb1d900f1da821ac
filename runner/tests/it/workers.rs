//! Which notebooks share a worker: real kernels that say which process started them.

use crate::project::{Project, code};

/// So many bytes are never given back: glibc keeps what was once in the environment.
const LEAKED: usize = 200 * LONGEST;
/// A longer variable could not be handed to another process.
const LONGEST: usize = 100_000;

/// Runs a notebook that makes its worker leak, and another one after it; returns the processes of
/// the workers that ran them.
#[track_caller]
fn workers(project: &Project, arguments: &[&str]) -> [String; 2] {
    let leak: Vec<String> = (0..LEAKED / LONGEST)
        .map(|number| format!(":env LEAK={}", format!("{number:03}").repeat(LONGEST / 3)))
        .collect();
    let said = code("println!(\"{}\", std::os::unix::process::parent_id());");
    // The longest is the first.
    project.notebook("leaking", &[said.clone(), code(&leak.join("\n"))]);
    project.notebook("after", &[said]);
    let test = ["test", "--jobs", "1", "--save", "out"];
    project.nbrun(&[&test[..], arguments].concat()).exits(0);
    ["leaking", "after"].map(|name| {
        let notebook = project.json(&format!("out/notebooks/{name}.ipynb"));
        let printed = &notebook["cells"][0]["outputs"][0]["text"][0];
        printed.as_str().expect("a number was printed").to_owned()
    })
}

#[test]
fn a_worker_is_kept_until_it_has_grown_too_much() {
    let project = Project::new();
    let [before, after] = workers(&project, &[]);
    assert_eq!(before, after, "it has not grown by 512 MB");
    let [before, after] = workers(&project, &["--worker-growth", "4M"]);
    assert_ne!(before, after, "it has leaked {LEAKED} bytes");
    project.assert_nothing_left();
}
