//! Work for demos: some for the processor, some that waits, and a log to read.
//!
//! Everything here is the same in every run, except how long it takes.

use std::fmt::Write as _;
use std::hint::black_box;
use std::thread;
use std::time::Duration;

use crate::timing::time;

/// Keeps the processor busy for this many rounds and returns a number that depends on all of them.
///
/// The same number of rounds always gives the same result.
///
/// # Examples
///
/// ```
/// use threadlab::work;
///
/// assert_eq!(work::crunch(1000), work::crunch(1000));
/// assert_ne!(work::crunch(1000), work::crunch(1001));
/// ```
pub fn crunch(rounds: u64) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..rounds {
        state = next(black_box(state));
    }
    state
}

/// About how many rounds of [`crunch`] take this long on one thread of this computer.
///
/// It measures for some milliseconds, so the number differs from run to run.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadlab::work;
///
/// let rounds = work::rounds_for(Duration::from_millis(1));
/// work::crunch(rounds); // takes about a millisecond
/// ```
pub fn rounds_for(duration: Duration) -> u64 {
    scaled(duration, &mut |rounds| time(|| crunch(rounds)).duration)
}

fn scaled(duration: Duration, measure: &mut dyn FnMut(u64) -> Duration) -> u64 {
    // Long enough for the clock, short enough for the reader.
    let enough = Duration::from_millis(4);
    let mut rounds = 1000;
    let mut took = measure(rounds);
    while took < enough && rounds < 1 << 40 {
        rounds *= 2;
        took = measure(rounds);
    }
    let share = duration.as_secs_f64() / took.as_secs_f64().max(1e-9);
    ((rounds as f64 * share) as u64).max(1)
}

/// Stands for waiting on a disk or a network: the thread sleeps, and the processor is free.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadlab::work;
///
/// work::pretend_to_wait(Duration::from_millis(1));
/// ```
pub fn pretend_to_wait(duration: Duration) {
    thread::sleep(duration);
}

/// The log of a shop, the same text for the same number of lines.
///
/// A line has a time, a level (`INFO`, `WARN` or `ERROR`), a service, an order and how long it took,
/// with one space between them: `08:15:30.250 ERROR payment order=48213 took=37ms`.
///
/// # Examples
///
/// ```
/// use threadlab::work;
///
/// let log = work::shop_log(1000);
/// assert_eq!(log.lines().count(), 1000);
/// let errors = log.lines().filter(|line| line.split(' ').nth(1) == Some("ERROR"));
/// assert_eq!(errors.count(), 53);
/// ```
pub fn shop_log(lines: usize) -> String {
    const SERVICES: [&str; 5] = ["cart", "checkout", "payment", "search", "shipping"];
    let mut log = String::with_capacity(lines * 52);
    let mut state = 0x2545_f491_4f6c_dd1d;
    let mut millis = 8 * 3_600_000;
    for _ in 0..lines {
        state = next(state);
        let chance = |bits: u32, below: u64| (state >> bits) % below;
        millis = (millis + chance(8, 400)) % 86_400_000;
        let (minutes, rest) = (millis / 60_000, millis % 60_000);
        let level = match chance(20, 100) {
            0..5 => "ERROR",
            5..15 => "WARN",
            _ => "INFO",
        };
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            log,
            "{:02}:{:02}:{:02}.{:03} {level} {} order={} took={}ms",
            minutes / 60,
            minutes % 60,
            rest / 1000,
            rest % 1000,
            SERVICES[chance(28, 5) as usize],
            10_000 + chance(32, 90_000),
            1 + chance(50, 250),
        );
    }
    log
}

/// One step of a generator of numbers that look random (xorshift64).
fn next(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ (state << 17)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{scaled, shop_log};

    #[test]
    fn rounds_are_scaled_from_a_measurement_that_is_long_enough() {
        // A computer that does 10 rounds per microsecond.
        let mut measured = Vec::new();
        let rounds = scaled(Duration::from_secs(1), &mut |rounds| {
            measured.push(rounds);
            Duration::from_nanos(rounds * 100)
        });
        assert_eq!(rounds, 10_000_000);
        assert_eq!(measured.last(), Some(&64_000));
    }

    #[test]
    fn a_clock_that_stands_still_ends_the_scaling() {
        assert!(scaled(Duration::from_millis(1), &mut |_| Duration::ZERO) >= 1);
    }

    #[test]
    fn a_longer_log_starts_with_the_shorter_one() {
        assert!(shop_log(50).starts_with(&shop_log(20)));
        assert_eq!(shop_log(0), "");
    }
}
