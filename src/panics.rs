//! Panics in one readable line, and the message that a panicked thread leaves behind.
//!
//! The place in the cell is left to the runner: the process knows only generated file names.

use std::any::Any;
use std::cell::Cell;
use std::io::{self, Write as _};
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

/// Makes every panic print one short line instead of a backtrace.
///
/// Call it once, in the first cell of a notebook.
/// From then on a panic of any thread prints a line on standard output, with the name of the thread
/// and the message: `thread 'writer' panicked: the disk is full`.
/// The lines of a longer message are joined with `; `.
/// A thread without a name is `<unnamed>`; the thread that called `short` is `main`, as in a program.
///
/// The panic itself goes on as usual: `join` returns `Err`, and so on.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use threadlab::{capture, panics};
///
/// panics::short();
/// let seen = capture::output(|| {
///     let writer = thread::Builder::new().name("writer".into());
///     let writer = writer.spawn(|| panic!("the disk is full")).unwrap();
///     assert!(writer.join().is_err());
/// });
/// seen.assert_lines(["thread 'writer' panicked: the disk is full"]);
/// ```
pub fn short() {
    let main = thread::current().id();
    panic::set_hook(Box::new(move |info| {
        let thread = thread::current();
        let name = match thread.name() {
            Some(name) => name,
            None if thread.id() == main => "main",
            None => "<unnamed>",
        };
        let message = message(info.payload());
        // One write, and none of the panics of `println!`: a panic inside the hook would abort.
        let line = format!("thread '{name}' panicked: {}\n", on_one_line(&message));
        let _ = io::stdout().lock().write_all(line.as_bytes());
    }));
}

/// The message of a panic, from the payload that `join` returns in its `Err`.
///
/// A payload is a `&str` when the message is a plain literal, and a `String` when it was formatted.
/// Both give their text; for anything else the answer is `a payload that is not text`.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use threadlab::panics;
///
/// let worker = thread::spawn(|| panic!("{} orders are lost", 3));
/// match worker.join() {
///     Ok(()) => println!("all is well"),
///     Err(payload) => assert_eq!(panics::message(&payload), "3 orders are lost"),
/// }
/// ```
pub fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else if let Some(inner) = payload.downcast_ref::<Box<dyn Any + Send>>() {
        // `&payload` of a box makes the box itself the payload; what was meant is inside.
        message(&**inner)
    } else {
        "a payload that is not text".to_owned()
    }
}

/// Joins the lines of a message with semicolons, but what a colon announces only with a space.
fn on_one_line(message: &str) -> String {
    let mut joined = String::with_capacity(message.len());
    for line in message.lines().map(str::trim) {
        match joined.chars().last() {
            None => {}
            Some(':') => joined.push(' '),
            Some(_) => joined.push_str("; "),
        }
        joined.push_str(line);
    }
    joined
}

/// Whether this is the message of a `todo!()`.
pub(crate) fn is_todo(message: &str) -> bool {
    message.starts_with("not yet implemented")
}

/// Set by the hook of [`Quiet`] when any thread ran into a `todo!()`.
static SAW_TODO: AtomicBool = AtomicBool::new(false);

thread_local! {
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

/// What the standard library calls for a panic.
type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// While it lives, a `todo!()` of any thread and every panic of a silenced thread print nothing.
///
/// Only one may live at a time, which `exercise` sees to.
pub(crate) struct Quiet {
    /// The hook from before, which is there until it is put back.
    before: Arc<RwLock<Option<Hook>>>,
}

impl Quiet {
    pub(crate) fn new() -> Self {
        SAW_TODO.store(false, Ordering::Relaxed);
        let before = Arc::new(RwLock::new(Some(panic::take_hook())));
        let inner = Arc::clone(&before);
        panic::set_hook(Box::new(move |info| {
            if is_todo(&message(info.payload())) {
                SAW_TODO.store(true, Ordering::Relaxed);
            } else if !SILENT.get()
                && let Some(hook) = &*inner.read().unwrap_or_else(PoisonError::into_inner)
            {
                hook(info);
            }
        }));
        Self { before }
    }

    /// Silences the thread that calls it, for good.
    pub(crate) fn silence_this_thread() {
        SILENT.set(true);
    }

    /// Whether any thread ran into a `todo!()` since the last question.
    pub(crate) fn saw_todo() -> bool {
        SAW_TODO.swap(false, Ordering::Relaxed)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let before = self
            .before
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(hook) = before {
            panic::set_hook(hook);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::any::Any;

    use super::{message, on_one_line};

    #[test]
    fn a_message_of_several_lines_becomes_one() {
        let table = [
            ("", ""),
            ("plain", "plain"),
            (
                "\nfailed\n  left: 1\n right: 2\n",
                "failed; left: 1; right: 2",
            ),
            ("expected:\n    a\ngot:\n    b", "expected: a; got: b"),
        ];
        for (message, line) in table {
            assert_eq!(on_one_line(message), line, "of {message:?}");
        }
    }

    #[test]
    fn a_payload_of_any_kind_has_a_message() {
        let table: [(Box<dyn Any + Send>, &str); 4] = [
            (Box::new("a literal"), "a literal"),
            (Box::new(String::from("formatted")), "formatted"),
            (Box::new(7_i32), "a payload that is not text"),
            (
                Box::new(Box::new("boxed twice") as Box<dyn Any + Send>),
                "boxed twice",
            ),
        ];
        for (payload, expected) in table {
            assert_eq!(message(&*payload), expected);
            assert_eq!(message(&payload), expected, "through the box");
        }
    }
}
