//! Whole programs: how they end, what they print, and what they leave behind.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;
use std::time::Duration;

use threadlab::program::{Ending, Program, ProgramError};

use crate::isolated;

#[test]
fn input_arguments_and_environment_reach_the_program() {
    let program = Program::new(
        r#"
        use std::{env, io};

        fn main() {
            let args: Vec<String> = env::args().skip(1).collect();
            println!("{args:?} {:?}", env::var("SHOP"));
            for line in io::stdin().lines() {
                println!("read {}", line.unwrap());
            }
            eprintln!("done");
        }
        "#,
    );
    let run = program
        .arg("a b")
        .arg("c")
        .env("SHOP", "corner")
        .stdin("1\n2\n")
        .run()
        .unwrap();
    assert_eq!(
        run.stdout,
        "[\"a b\", \"c\"] Ok(\"corner\")\nread 1\nread 2\n"
    );
    assert_eq!(run.stderr, "done\n");
    assert!(run.success());
}

#[test]
fn every_way_to_end_has_its_name() {
    let table = [
        ("", Ending::Code(0)),
        ("std::process::exit(7)", Ending::Code(7)),
        ("panic!()", Ending::Code(101)),
        ("std::process::abort()", Ending::Signal(6)),
        ("loop { std::thread::park() }", Ending::TimeLimit),
    ];
    for (body, ending) in table {
        let program = Program::new(&format!("fn main() {{ {body} }}"));
        let limit = match ending {
            Ending::TimeLimit => Duration::from_millis(200),
            _ => Duration::from_secs(60),
        };
        assert_eq!(
            program.time_limit(limit).run().unwrap().ending,
            ending,
            "of `{body}`"
        );
    }
}

#[test]
fn what_a_program_printed_before_it_was_killed_is_kept() {
    let program = Program::new("fn main() { println!(\"started\"); loop { std::thread::park() } }");
    let run = program
        .time_limit(Duration::from_millis(500))
        .run()
        .unwrap();
    assert_eq!(
        (run.stdout.as_str(), run.ending),
        ("started\n", Ending::TimeLimit)
    );
}

#[test]
fn endless_output_is_cut_and_ends_at_the_limit() {
    let program = Program::new("fn main() { loop { println!(\"{}\", \"x\".repeat(9999)) } }");
    let run = program
        .time_limit(Duration::from_millis(500))
        .run()
        .unwrap();
    assert_eq!(run.ending, Ending::TimeLimit);
    assert!(run.stdout.len() <= 16 << 20);
}

#[test]
fn what_a_program_has_started_ends_with_it() {
    let program = Program::new(
        r#"
        use std::process::Command;

        fn main() {
            let sleep = Command::new("sleep").arg("1000").spawn().unwrap();
            println!("{}", sleep.id());
        }
        "#,
    );
    let run = program.time_limit(Duration::from_secs(60)).run().unwrap();
    assert!(run.success(), "{run}");
    // The output ends when the last process that holds it has died; `Z` waits to be buried.
    let state = fs::read_to_string(format!("/proc/{}/stat", run.stdout.trim()));
    assert!(
        state.is_err() || state.is_ok_and(|state| state.contains(") Z ")),
        "it lives on"
    );
}

#[test]
fn the_environment_of_the_kernel_stays_outside() {
    let program =
        Program::new("fn main() { for (name, _) in std::env::vars() { println!(\"{name}\") } }");
    let run = program.env("SHOP", "corner").run().unwrap();
    let passed_on = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR",
    ];
    for name in run.stdout.lines() {
        assert!(
            name == "SHOP" || passed_on.contains(&name),
            "`{name}` reached the program"
        );
    }
    assert!(run.stdout.contains("PATH"));
}

#[test]
fn compile_errors_have_their_codes() {
    let body = "let n = 1; std::thread::spawn(|| println!(\"{n}\"));";
    let table = [
        (body.to_owned(), vec!["E0373"]),
        (
            "let m = std::sync::Mutex::new(1); let _ = m.lock();".to_owned(),
            vec!["let_underscore_lock"],
        ),
        (
            "let a: u8 = \"\"; missing();".to_owned(),
            vec!["E0308", "E0425"],
        ),
        ("let = 1;".to_owned(), vec![]),
        (String::new(), vec![]),
    ];
    for (body, codes) in table {
        let errors = Program::new(&format!("fn main() {{ {body} }}"))
            .compile_errors()
            .unwrap();
        assert_eq!(errors.codes(), codes, "of `{body}`");
        assert_eq!(errors.is_empty(), body.is_empty());
        let shown = errors.to_string();
        assert!(
            !shown.contains(&*env::temp_dir().to_string_lossy()),
            "{shown}"
        );
    }
}

#[test]
fn a_flag_that_rustc_does_not_know_is_an_error_with_its_message() {
    let errors = Program::new("fn main() {}")
        .flag("--no-such-flag")
        .compile_errors()
        .unwrap();
    assert!(errors.to_string().contains("no-such-flag"), "{errors}");
}

#[test]
fn editions_and_flags_matter() {
    let old = Program::new("fn main() { let dyn = 1; assert_eq!(dyn, 1); }");
    assert!(old.clone().edition("2015").run().unwrap().success());
    assert!(matches!(old.run(), Err(ProgramError::DoesNotCompile(_))));
    let strict = "fn main() { println!(\"{}\", cfg!(debug_assertions)) }";
    assert_eq!(Program::new(strict).run().unwrap().stdout, "true\n");
    assert_eq!(
        Program::new(strict).flag("-O").run().unwrap().stdout,
        "false\n"
    );
}

#[test]
fn two_at_once_do_not_disturb_each_other() {
    thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || {
                let source = format!(
                    "fn main() {{ std::fs::write(\"file\", \"{number}\").unwrap(); \
                     println!(\"{{}}\", std::fs::read_to_string(\"file\").unwrap()); }}"
                );
                for _ in 0..5 {
                    assert_eq!(
                        Program::new(&source).run().unwrap().stdout,
                        format!("{number}\n")
                    );
                }
            });
        }
    });
}

isolated! {
    fn no_directory_is_left_behind() {
        let own = format!("threadlab-{}-", std::process::id());
        let left = || {
            let entries = fs::read_dir(env::temp_dir()).unwrap();
            entries.filter(|entry| {
                entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(&own)
            }).count()
        };
        Program::new("fn main() {}").run().unwrap();
        Program::new("fn main() {").run().unwrap_err();
        Program::new("fn main() { panic!() }").run().unwrap();
        let endless = Program::new("fn main() { loop { std::thread::park() } }");
        endless.time_limit(Duration::from_millis(100)).run().unwrap();
        assert_eq!(left(), 0);
    }
}

#[test]
fn the_same_program_is_compiled_once_in_a_process() {
    // A compiler that notes each of its calls.
    let directory = tempfile::tempdir().unwrap();
    let compiler = directory.path().join("rustc");
    let calls = directory.path().join("calls");
    fs::write(
        &compiler,
        "#!/bin/sh\necho call >> \"$CALLS\"\nexec rustc \"$@\"\n",
    )
    .unwrap();
    fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755)).unwrap();
    let env = [
        ("RUSTC", compiler.as_os_str()),
        ("CALLS", calls.as_os_str()),
    ];
    let name = "the_same_program_is_compiled_once_in_a_process";
    let Some(output) = isolated::outside_with(module_path!(), name, &env) else {
        let program = Program::new("fn main() { println!(\"{:?}\", std::env::args().nth(1)) }");
        assert_eq!(program.run().unwrap().stdout, "None\n");
        assert_eq!(
            program.clone().arg("again").run().unwrap().stdout,
            "Some(\"again\")\n"
        );
        assert!(program.compile_errors().unwrap().is_empty());
        // Another edition or flag is another program.
        assert!(program.flag("-O").run().unwrap().success());
        return;
    };
    isolated::assert_passed(&output);
    assert_eq!(fs::read_to_string(calls).unwrap(), "call\ncall\n");
}

#[test]
fn a_missing_compiler_is_an_error_that_says_what_to_do() {
    let name = "a_missing_compiler_is_an_error_that_says_what_to_do";
    let env = [("RUSTC", OsStr::new("/nowhere/rustc"))];
    let Some(output) = isolated::outside_with(module_path!(), name, &env) else {
        let error = Program::new("fn main() {}").run().unwrap_err();
        assert!(matches!(error, ProgramError::NoRustc { .. }));
        assert!(
            error
                .to_string()
                .starts_with("cannot start `/nowhere/rustc`: "),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .ends_with("put its directory on the `PATH`"),
            "{error}"
        );
        return;
    };
    isolated::assert_passed(&output);
}
