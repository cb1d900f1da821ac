//! Sees the calls of the functions that an exercise gives to the learner.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use super::{Rendezvous, patience};

/// What is being watched; `None` when no answer runs.
static CURRENT: Mutex<Option<Arc<Watched>>> = Mutex::new(None);

/// How long the last call is held back for an answer that does not wait for it.
const HELD_BACK: Duration = Duration::from_millis(300);

/// Lets a check see a call of a function that an exercise gives to the learner.
///
/// Put it around the body of that function, under the name by which the check asks for it.
/// Outside of a check it only runs `call`.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use threadlab::exercise;
///
/// // Given by the exercise:
/// fn brew(order: &str) -> String {
///     exercise::watch("brew", || format!("one {order}"))
/// }
///
/// // The learner's answer:
/// fn brew_all(orders: Vec<&'static str>) -> Vec<String> {
///     let baristas: Vec<_> = orders
///         .into_iter()
///         .map(|order| thread::spawn(move || brew(order)))
///         .collect();
///     baristas.into_iter().map(|barista| barista.join().unwrap()).collect()
/// }
///
/// let report = exercise::check("ex-brew", |check| {
///     let Some(cups) = check
///         .calls("brew", 2)
///         .at_the_same_time(2)
///         .none_left_running()
///         .run(|| brew_all(vec!["latte", "mocha"]))
///     else {
///         return;
///     };
///     check.equal("the cups are right", cups, ["one latte", "one mocha"]);
/// });
/// assert!(report.is_solved());
/// ```
pub fn watch<T>(name: &str, call: impl FnOnce() -> T) -> T {
    let call_seen = Call::begin(name);
    let value = call();
    if let Some(call) = &call_seen {
        call.hold_back();
    }
    value
}

/// What a check wants to know of the calls of one function.
#[derive(Debug, Default)]
pub(super) struct Wish {
    pub(super) name: String,
    pub(super) calls: usize,
    pub(super) threads: Option<usize>,
    pub(super) off_the_caller: bool,
    pub(super) together: Option<usize>,
    /// Another function that should be called at the same time.
    pub(super) partner: Option<String>,
    pub(super) none_left_running: bool,
}

/// The functions that are watched while one answer runs.
pub(super) struct Watched {
    functions: Vec<Function>,
    state: Mutex<State>,
    change: Condvar,
}

/// One function that is watched.
pub(super) struct Function {
    pub(super) wish: Wish,
    /// Where several of its calls meet.
    pub(super) rendezvous: Option<Rendezvous>,
    /// Where its first call meets the first one of its partner.
    pub(super) with_partner: Option<Rendezvous>,
}

#[derive(Default)]
struct State {
    returned: bool,
    seen: Vec<Seen>,
}

/// What was seen of one function.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) started: usize,
    pub(super) ended: usize,
    /// How many calls had ended when the answer returned.
    pub(super) ended_in_time: usize,
    /// The thread of each call.
    pub(super) threads: Vec<ThreadId>,
}

impl Watched {
    /// Starts to watch; [`Watched::end`] has to follow.
    pub(super) fn start(wishes: Vec<Wish>) -> Arc<Self> {
        let functions: Vec<Function> = wishes
            .into_iter()
            .map(|wish| Function {
                rendezvous: wish.together.map(Rendezvous::of),
                with_partner: wish.partner.as_ref().map(|_| Rendezvous::of(2)),
                wish,
            })
            .collect();
        let seen = vec![Seen::default(); functions.len()];
        let watched = Arc::new(Self {
            functions,
            state: Mutex::new(State {
                returned: false,
                seen,
            }),
            change: Condvar::new(),
        });
        *current() = Some(Arc::clone(&watched));
        watched
    }

    /// Says that the answer has returned: what has not ended by now is left running.
    pub(super) fn answer_returned(&self) {
        let mut state = self.lock();
        if !state.returned {
            state.returned = true;
            for seen in &mut state.seen {
                seen.ended_in_time = seen.ended;
            }
        }
        drop(state);
        self.change.notify_all();
        let meetings = self
            .functions
            .iter()
            .flat_map(|function| [&function.rendezvous, &function.with_partner]);
        meetings.flatten().for_each(Rendezvous::call_off);
    }

    /// Waits until the answer has returned; tells whether it did so within this time.
    pub(super) fn returns_within(&self, limit: Duration) -> bool {
        let runs = |state: &State| !state.returned;
        patience::wait(&self.change, self.lock(), limit, &runs).returned
    }

    /// Ends the watching, and gives calls that are still running the time to end.
    pub(super) fn end(&self) -> Vec<Seen> {
        self.answer_returned();
        let is_outstanding = |(seen, function): (&Seen, &Function)| {
            seen.ended < seen.started.max(function.wish.calls)
        };
        let outstanding = |state: &State| {
            let mut each = state.seen.iter().zip(&self.functions);
            each.any(is_outstanding)
        };
        let state = self.lock();
        let runs = state
            .seen
            .iter()
            .any(|seen| seen.started > seen.ended_in_time);
        // A call that is under way ends soon, one that is missing has probably been forgotten.
        let patience = Duration::from_millis(if runs { 1000 } else { 100 });
        let state = patience::wait(&self.change, state, patience, &outstanding);
        *current() = None;
        state.seen.clone()
    }

    pub(super) fn functions(&self) -> &[Function] {
        &self.functions
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn current() -> MutexGuard<'static, Option<Arc<Watched>>> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One call of a function that is watched; dropping it ends the call, also by a panic.
struct Call {
    watched: Arc<Watched>,
    /// Which function is called.
    place: usize,
    /// How many calls had started with this one.
    number: usize,
}

impl Call {
    fn begin(name: &str) -> Option<Self> {
        let watched = current().clone()?;
        let place = watched
            .functions
            .iter()
            .position(|function| function.wish.name == name)?;
        let mut state = watched.lock();
        let seen = &mut state.seen[place];
        seen.started += 1;
        seen.threads.push(thread::current().id());
        let number = seen.started;
        drop(state);
        let call = Self {
            watched,
            place,
            number,
        };
        call.meet();
        Some(call)
    }

    /// Waits for the other calls that should be inside at the same time.
    fn meet(&self) {
        let function = &self.watched.functions[self.place];
        if let Some(rendezvous) = &function.rendezvous {
            rendezvous.meet();
        }
        if self.number > 1 {
            return;
        }
        for other in &self.watched.functions {
            let is_partner = other.wish.partner.as_ref() == Some(&function.wish.name);
            if is_partner || other.wish.name == function.wish.name {
                // Whether they met is asked when the answer has returned.
                let _ = other.with_partner.as_ref().is_some_and(Rendezvous::meet);
            }
        }
    }

    /// Keeps the last call from ending for a while, if the answer should wait for it.
    ///
    /// An answer that waits for all calls is held back with it and passes.
    /// One that does not wait returns meanwhile, and is seen to.
    fn hold_back(&self) {
        let wish = &self.watched.functions[self.place].wish;
        if wish.none_left_running && self.number == wish.calls {
            let waits = |state: &State| !state.returned;
            let state = self.watched.lock();
            // Whichever way the wait ends, the call ends now.
            drop(patience::wait(
                &self.watched.change,
                state,
                HELD_BACK,
                &waits,
            ));
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.watched.lock().seen[self.place].ended += 1;
        self.watched.change.notify_all();
    }
}
