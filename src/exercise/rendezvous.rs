//! A meeting that nobody can leave before all have come.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::patience;

/// A meeting of several threads: the first ones wait until the last one has come.
///
/// A sequential program cannot pass it, because its first call waits for a second one that it would
/// have to make itself.
/// After the patience of one thread is over the meeting is called off, and nobody waits any more.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use threadlab::exercise::Rendezvous;
///
/// let meeting = Rendezvous::of(3);
/// thread::scope(|scope| {
///     for _ in 0..3 {
///         scope.spawn(|| assert!(meeting.meet()));
///     }
/// });
/// assert!(meeting.was_met());
/// ```
#[derive(Debug)]
pub struct Rendezvous {
    size: usize,
    patience: Duration,
    state: Mutex<State>,
    change: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// How many are inside and wait.
    present: usize,
    met: bool,
    called_off: bool,
}

impl Rendezvous {
    /// A meeting of this many threads, each of which waits 2 seconds at most.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::exercise::Rendezvous;
    ///
    /// assert!(Rendezvous::of(1).meet()); // nobody to wait for
    /// ```
    pub fn of(size: usize) -> Self {
        Self {
            size,
            patience: Duration::from_secs(2),
            state: Mutex::default(),
            change: Condvar::new(),
        }
    }

    /// Sets how long a thread waits for the others, at least: on a busy computer it is longer.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::exercise::Rendezvous;
    ///
    /// let meeting = Rendezvous::of(2).patience(Duration::ZERO);
    /// assert!(!meeting.meet()); // nobody else is there
    /// assert!(!meeting.meet()); // called off
    /// ```
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Waits for the others; returns whether all came.
    ///
    /// It returns at once when they have met before, or when the meeting was called off.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::thread;
    /// use threadlab::exercise::Rendezvous;
    ///
    /// let meeting = Rendezvous::of(2);
    /// thread::scope(|scope| {
    ///     scope.spawn(|| meeting.meet());
    ///     assert!(meeting.meet());
    /// });
    /// ```
    pub fn meet(&self) -> bool {
        let mut state = self.lock();
        if state.met || state.called_off {
            return state.met;
        }
        state.present += 1;
        if state.present >= self.size {
            state.met = true;
            self.change.notify_all();
            return true;
        }
        let waits = |state: &State| !state.met && !state.called_off;
        let mut state = patience::wait(&self.change, state, self.patience, &waits);
        if !state.met {
            state.called_off = true;
            self.change.notify_all();
        }
        state.met
    }

    /// Whether all have come.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!threadlab::exercise::Rendezvous::of(2).was_met());
    /// ```
    pub fn was_met(&self) -> bool {
        self.lock().met
    }

    /// Lets everybody go who still waits.
    pub(super) fn call_off(&self) {
        self.lock().called_off = true;
        self.change.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::Rendezvous;

    #[test]
    fn later_guests_pass_a_meeting_that_took_place() {
        let meeting = Rendezvous::of(2).patience(Duration::MAX);
        thread::scope(|scope| {
            scope.spawn(|| assert!(meeting.meet()));
            assert!(meeting.meet());
        });
        assert!(meeting.meet());
    }

    #[test]
    fn one_thread_alone_cannot_meet_itself() {
        let meeting = Rendezvous::of(2).patience(Duration::from_millis(1));
        assert!(!meeting.meet());
        assert!(!meeting.meet());
        assert!(!meeting.was_met());
    }

    #[test]
    fn whoever_waits_is_let_go_when_it_is_called_off() {
        let meeting = Rendezvous::of(2).patience(Duration::MAX);
        thread::scope(|scope| {
            let guest = scope.spawn(|| meeting.meet());
            meeting.call_off();
            assert!(!guest.join().unwrap());
        });
    }
}
