//! Output of all threads is captured, and the real output comes back, whatever happens.

use std::io::{self, Write as _};
use std::panic;
use std::process::Command;
use std::sync::mpsc;
use std::thread;

use threadlab::capture::{self, CaptureError, Stream};

use crate::isolated;

isolated! {
    fn lines_of_all_threads_are_captured() {
        let seen = capture::output(|| {
            println!("before");
            thread::scope(|scope| {
                for name in ["one", "two", "three"] {
                    scope.spawn(move || println!("in {name}"));
                }
            });
            println!("after");
            7
        });
        assert_eq!(seen.value, 7);
        seen.assert_lines_in_any_order(["before", "in one", "in two", "in three", "after"]);
        seen.assert_in_order(["before", "in two", "after"]);
    }

    fn both_streams_are_captured_and_told_apart() {
        let seen = capture::output(|| {
            println!("to the one");
            let other = "other";
            eprintln!("to the {other}");
        });
        seen.stdout().assert_lines(["to the one"]);
        seen.stderr().assert_lines(["to the other"]);
        assert_eq!(seen.stderr().lines()[0].stream, Stream::Stderr);
    }

    fn lines_come_in_the_order_of_their_times() {
        let seen = capture::output(|| {
            for number in 0..2000 {
                println!("out {number}");
                eprintln!("err {number}");
            }
        });
        assert!(seen.lines().is_sorted_by_key(|line| line.at));
        let numbered = |name| (0..2000).map(move |number| format!("{name} {number}"));
        seen.stdout().assert_lines(numbered("out"));
        seen.stderr().assert_lines(numbered("err"));
    }

    fn more_than_a_pipe_holds_does_not_block() {
        let long = "x".repeat(3 << 20);
        let seen = capture::output(|| {
            println!("{long}");
            for number in 0..20_000 {
                println!("line {number}");
            }
            eprintln!("{long}");
        });
        assert_eq!(seen.lines().len(), 20_002);
        assert_eq!(seen.stdout().lines()[0].bytes, long.as_bytes());
        assert_eq!(seen.stderr().texts(), [long]);
    }

    fn bytes_that_are_not_utf8_are_kept() {
        let seen = capture::output(|| {
            io::stdout().write_all(b"caf\xe9\n").unwrap();
            println!("next");
        });
        assert_eq!(seen.lines()[0].bytes, b"caf\xe9");
        seen.assert_lines(["caf\u{fffd}", "next"]);
    }

    fn a_last_line_without_an_end_is_a_line() {
        let seen = capture::output(|| {
            println!("whole");
            print!("half");
        });
        seen.assert_lines(["whole", "half"]);
        capture::output(|| ()).assert_lines(Vec::<&str>::new());
    }

    fn nested_captures_are_an_error_that_says_so() {
        let seen = capture::output(|| {
            let inner = thread::spawn(|| capture::try_output(|| println!("too deep")));
            let error = inner.join().unwrap().unwrap_err();
            assert!(matches!(error, CaptureError::Nested));
            println!("{error}");
        });
        seen.assert_lines([
            "output is being captured already, and a process has only one standard output",
        ]);
        capture::output(|| println!("works again")).assert_lines(["works again"]);
    }

    fn one_capture_after_the_other_works() {
        for round in 0..200 {
            let seen = capture::output(|| println!("round {round}"));
            seen.assert_lines([format!("round {round}")]);
        }
    }

    fn what_a_program_prints_is_captured() {
        let seen = capture::output(|| {
            assert!(Command::new("echo").arg("from outside").status().unwrap().success());
        });
        seen.assert_lines(["from outside"]);
    }

    fn a_program_that_outlives_the_capture_does_not_hold_it_up() {
        // It ends when its input does, which is after the capture.
        let mut child = None;
        let seen = capture::output(|| {
            let mut cat = Command::new("cat");
            child = Some(cat.stdin(std::process::Stdio::piped()).spawn().unwrap());
            println!("captured");
        });
        seen.assert_lines(["captured"]);
        let mut child = child.unwrap();
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
    }

    fn a_thread_that_goes_on_prints_to_the_real_output() {
        let (go_on, wait) = mpsc::channel::<()>();
        let (printed, has_printed) = mpsc::channel();
        let mut thread = None;
        let seen = capture::output(|| {
            thread = Some(thread::spawn(move || {
                println!("during");
                printed.send(()).unwrap();
                wait.recv().unwrap_err();
                println!("afterwards");
            }));
            has_printed.recv().unwrap();
        });
        drop(go_on);
        thread.unwrap().join().unwrap();
        seen.assert_lines(["during"]);
    }
}

#[test]
fn the_output_is_restored_and_nothing_is_lost_on_a_panic() {
    let name = "the_output_is_restored_and_nothing_is_lost_on_a_panic";
    let Some(output) = isolated::outside(module_path!(), name) else {
        let ended = panic::catch_unwind(|| {
            capture::output(|| {
                println!("printed before the panic");
                panic!("on purpose");
            })
        });
        assert!(ended.is_err());
        println!("printed after the panic");
        capture::output(|| println!("captured")).assert_lines(["captured"]);
        return;
    };
    isolated::assert_passed(&output);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = stdout
        .lines()
        .filter(|line| line.starts_with("printed"))
        .collect();
    assert_eq!(
        lines,
        ["printed before the panic", "printed after the panic"]
    );
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("on purpose")
    );
}
