//! Signals by name and number.

use rustix::process::Signal;

use crate::notebook::SignalName;

const NAMED: [(&str, Signal); 13] = [
    ("SIGABRT", Signal::ABORT),
    ("SIGALRM", Signal::ALARM),
    ("SIGBUS", Signal::BUS),
    ("SIGFPE", Signal::FPE),
    ("SIGHUP", Signal::HUP),
    ("SIGILL", Signal::ILL),
    ("SIGINT", Signal::INT),
    ("SIGKILL", Signal::KILL),
    ("SIGPIPE", Signal::PIPE),
    ("SIGQUIT", Signal::QUIT),
    ("SIGSEGV", Signal::SEGV),
    ("SIGTERM", Signal::TERM),
    ("SIGTRAP", Signal::TRAP),
];

/// The number of a signal that a notebook names; `None` if there is no such signal.
pub fn number(named: &SignalName) -> Option<i32> {
    match named {
        SignalName::Number(number) => (1..=64).contains(number).then_some(*number),
        SignalName::Name(name) => NAMED
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, signal)| signal.as_raw()),
    }
}

/// The name of a signal, `SIGABRT`, or its number where it has none here.
pub fn name(number: i32) -> String {
    NAMED
        .iter()
        .find(|(_, signal)| signal.as_raw() == number)
        .map_or_else(
            || format!("signal {number}"),
            |(name, _)| (*name).to_owned(),
        )
}
