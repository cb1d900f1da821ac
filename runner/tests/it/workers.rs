//! Which notebooks share a worker: real kernels that say which process started them.

use crate::project::{Project, code};

/// Runs two notebooks, one after the other; returns the processes of the workers that ran them.
#[track_caller]
fn workers(project: &Project, first: &[&str], arguments: &[&str]) -> [String; 2] {
    let said = code("println!(\"{}\", std::os::unix::process::parent_id());");
    let cells: Vec<_> = first.iter().map(|source| code(source)).collect();
    // The longest is the first.
    project.notebook("first", &[vec![said.clone()], cells].concat());
    project.notebook("after", &[said]);
    let test = ["test", "--jobs", "1", "--save", "out"];
    project.nbrun(&[&test[..], arguments].concat()).exits(0);
    ["first", "after"].map(|name| {
        let notebook = project.json(&format!("out/notebooks/{name}.ipynb"));
        let printed = &notebook["cells"][0]["outputs"][0]["text"][0];
        printed.as_str().expect("a number was printed").to_owned()
    })
}

#[test]
fn a_worker_is_kept_until_it_has_grown_too_much() {
    let project = Project::new();
    // To know the type, rust-analyzer reads a good part of the standard library.
    let grows = ["let total = vec![1, 2].into_iter().map(|number| number * 2).sum::<i32>();"];
    let [before, after] = workers(&project, &grows, &[]);
    assert_eq!(before, after, "it has not grown by 512 MB");
    let [before, after] = workers(&project, &grows, &["--worker-growth", "4M"]);
    assert_ne!(before, after, "it has grown by more than 4 MB");
    project.assert_nothing_left();
}

#[test]
fn a_worker_whose_environment_was_changed_is_not_used_again() {
    let project = Project::new();
    let [before, after] = workers(&project, &[":env SOMETHING=else"], &[]);
    assert_ne!(before, after, "the next notebook would see it");
    project.assert_nothing_left();
}
