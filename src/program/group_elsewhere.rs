//! The same as `group` for systems without process groups: only the program itself is killed.

use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

pub(super) fn lead(_command: &mut Command) {}

/// Waits until the program has ended; returns whether it did so in time.
pub(super) fn wait(child: &mut Child, limit: Duration) -> bool {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return true;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}

/// Kills the program.
pub(super) fn kill(child: &mut Child) {
    // It fails when the program has ended.
    let _ = child.kill();
}

/// The signal that ended the program: this system has none.
pub(super) fn signal(_status: ExitStatus) -> Option<i32> {
    None
}
