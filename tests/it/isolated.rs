//! Runs a test in a process of its own, with the real standard output.
//!
//! The process is this test binary again, told to run just the one test without capturing.

use std::env;
use std::ffi::OsStr;
use std::process::{Command, Output};

/// Set in the process that runs the test itself.
const INSIDE: &str = "THREADLAB_TEST_INSIDE";

/// Defines tests that run in a process of their own and have to pass there.
macro_rules! isolated {
    ($(fn $name:ident() $body:block)+) => {$(
        #[test]
        fn $name() {
            if let Some(output) = crate::isolated::outside(module_path!(), stringify!($name)) {
                crate::isolated::assert_passed(&output);
            } else {
                $body
            }
        }
    )+};
}

/// Runs the test of this name in a process of its own and returns what it printed.
///
/// Inside of that process it returns `None`: the test has to do its work.
pub(crate) fn outside(module: &str, name: &str) -> Option<Output> {
    outside_with(module, name, &[])
}

/// Like [`outside`], with these variables in the environment of the process.
pub(crate) fn outside_with(module: &str, name: &str, env: &[(&str, &OsStr)]) -> Option<Output> {
    if env::var_os(INSIDE).is_some() {
        return None;
    }
    let module = module.split_once("::").map_or(module, |(_, path)| path);
    let this = env::current_exe().expect("the test binary has a path");
    let mut command = Command::new(this);
    command
        .args([&format!("{module}::{name}"), "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .envs(env.iter().copied())
        .env_remove("RUST_BACKTRACE");
    let output = command.output().expect("the test binary starts");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(
        stdout.contains("running 1 test"),
        "no test of this name ran\n{}",
        describe(&output)
    );
    Some(output)
}

/// Asserts that the test passed in its own process.
#[track_caller]
pub(crate) fn assert_passed(output: &Output) {
    assert!(output.status.success(), "{}", describe(output));
}

fn describe(output: &Output) -> String {
    format!(
        "status: {}\nstdout:\n{}\nstderr:\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
