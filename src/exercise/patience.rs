//! Waits that give a busy computer more time.

use std::sync::{Condvar, MutexGuard, PoisonError};
use std::time::Duration;

/// In how many short waits a long one is cut.
const SLICES: u32 = 100;

/// Waits until `waits` is false, or this much time is over.
///
/// The time is counted in short waits, and the thread has to wake up after each of them.
/// On a computer that is too busy to wake it, all of them together take longer, as does what is
/// waited for.
pub(super) fn wait<'a, T>(
    change: &Condvar,
    mut state: MutexGuard<'a, T>,
    patience: Duration,
    waits: &dyn Fn(&T) -> bool,
) -> MutexGuard<'a, T> {
    for _ in 0..SLICES {
        let slice = change.wait_timeout_while(state, patience / SLICES, |state| waits(state));
        let (now, timeout) = slice.unwrap_or_else(PoisonError::into_inner);
        state = now;
        if !timeout.timed_out() {
            break;
        }
    }
    state
}
