//! `--changed`: what is run again, and what is not, with the scripted engine.

use std::fs;

use crate::project::{Project, Run, code, markdown};

/// Runs `nbrun test --changed` with a memory of its own.
#[track_caller]
fn changed(project: &Project, arguments: &[&str]) -> Run {
    let mut command = project.command(&["test", "--engine", "scripted", "--changed"]);
    command
        .args(arguments)
        .env("XDG_CACHE_HOME", project.path("cache"));
    Run::of(command)
}

#[test]
fn only_what_changed_since_it_passed_is_run_again() {
    let project = Project::new();
    let helper = ":dep helper = { path = \"../helper\" }";
    let notebook = |source: &str, tags: &[&str], said: &str, prose: &str| {
        let cells = [
            code(helper),
            code(source).tags(tags).printed(said),
            markdown(prose),
        ];
        project.notebook("only", &cells);
    };
    notebook("print a", &[], "a\n", "prose");
    project.file("helper/Cargo.toml", "[package]\nname = \"helper\"");
    project.file("helper/src/lib.rs", "");
    changed(&project, &[]).exits(0).says("1 passed (2 cells)");
    changed(&project, &[])
        .exits(0)
        .says("notebooks/only.ipynb  passed before, unchanged")
        .says("0 passed, 1 unchanged (0 cells)");

    let steps: [(&str, &dyn Fn(), bool); 18] = [
        (
            "prose",
            &|| notebook("print a", &[], "a\n", "more prose"),
            false,
        ),
        ("a source", &|| notebook("print a\n", &[], "a\n", ""), true),
        (
            "a tag",
            &|| notebook("print a\n", &["unordered-output"], "a\n", ""),
            true,
        ),
        (
            "an output",
            &|| notebook("print b\nprint a", &["unordered-output"], "a\nb\n", ""),
            true,
        ),
        (
            "a file of the helper",
            &|| drop(project.file("helper/src/lib.rs", "// new")),
            true,
        ),
        (
            "a new file of the helper",
            &|| drop(project.file("helper/src/a/b.rs", "")),
            true,
        ),
        (
            "a file's name",
            &|| fs::rename(project.path("helper/src/a"), project.path("helper/src/b")).unwrap(),
            true,
        ),
        (
            "the helper's manifest",
            &|| drop(project.file("helper/Cargo.toml", "[package]")),
            true,
        ),
        (
            "the helper's lock file",
            &|| drop(project.file("helper/Cargo.lock", "version = 4")),
            true,
        ),
        (
            "the packages that the helper takes from a path",
            &|| {
                let used = "[dependencies]\nused = { path = \"../used\" }";
                project.file("helper/Cargo.toml", used);
                let using = "[dependencies.deep]\npath = '../deep'\n#path = \"gone\"";
                project.file("used/Cargo.toml", using);
                project.file("used/src/lib.rs", "");
                // They may name each other.
                project.file("deep/Cargo.toml", used);
                project.file("deep/src/lib.rs", "");
            },
            true,
        ),
        (
            "a file of a package that the helper takes from a path",
            &|| drop(project.file("used/src/lib.rs", "// new")),
            true,
        ),
        (
            "a file of a package that this one takes from a path",
            &|| drop(project.file("deep/src/lib.rs", "// new")),
            true,
        ),
        (
            "a target that stands elsewhere",
            &|| {
                let lib = "[lib]\npath = \"code.rs\"";
                project.file("deep/Cargo.toml", lib);
            },
            true,
        ),
        (
            "its source",
            &|| drop(project.file("deep/code.rs", "")),
            true,
        ),
        (
            "the configuration",
            &|| drop(project.file("notebooks/evcxr.toml", "opt_level = \"0\"")),
            true,
        ),
        (
            "the packages that the configuration names",
            &|| {
                project.file("other/Cargo.toml", "[package]");
                let config = "[dependencies]\nother = { path = \"../other\" }";
                project.file("notebooks/evcxr.toml", config);
            },
            true,
        ),
        (
            "a file of a package that the configuration names",
            &|| drop(project.file("other/src/lib.rs", "// new")),
            true,
        ),
        ("nothing", &|| {}, false),
    ];
    for (name, change, again) in steps {
        change();
        let expected = if again {
            "1 passed"
        } else {
            "0 passed, 1 unchanged"
        };
        let run = changed(&project, &[]);
        assert!(
            run.text().contains(expected),
            "after a change of {name}\n{run}"
        );
        run.exits(0);
    }
    changed(&project, &["--cell-timeout", "9"])
        .exits(0)
        .says("1 passed");
}

#[test]
fn what_failed_once_is_not_remembered_as_passed() {
    let project = Project::new();
    project.notebook("only", &[code("panic no")]);
    for _ in 0..2 {
        changed(&project, &[]).exits(1).says("1 failed");
    }
    project.notebook("only", &[code("print yes"), code("print more")]);
    // A part of a notebook is not the notebook.
    changed(&project, &["notebooks/only.ipynb::1"])
        .exits(0)
        .says("1 passed");
    changed(&project, &["--repeat", "2"])
        .exits(0)
        .says("2 passed");
    changed(&project, &["--repeat", "2"])
        .exits(0)
        .says("1 unchanged");
    // What it depends on cannot be read: it is run, and never remembered.
    project.notebook("only", &[code(":dep gone = { path = \"../gone\" }")]);
    for _ in 0..2 {
        changed(&project, &[]).exits(0).says("1 passed");
    }
}
