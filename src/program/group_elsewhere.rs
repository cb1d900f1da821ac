//! The same as `group` for systems without process groups: only the program itself is killed.

use std::process::{Child, Command, ExitStatus};

pub(super) fn lead(_command: &mut Command) {}

/// Kills the program.
pub(super) fn kill(child: &mut Child) {
    // It fails when the program has ended.
    let _ = child.kill();
}

/// The signal that ended the program: this system has none.
pub(super) fn signal(_status: ExitStatus) -> Option<i32> {
    None
}
