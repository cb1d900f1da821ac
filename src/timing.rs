//! How long something takes: one measurement, a stopwatch, and comparisons that show ratios.
//!
//! `compare` runs and `comparison` is the result, which `chart` draws; nothing here decides whether
//! a time is good.

mod chart;
mod compare;
mod comparison;
mod stopwatch;
mod throughput;

use std::fmt;
use std::time::{Duration, Instant};

use crate::show;

pub use compare::{Contest, compare};
pub use comparison::{Comparison, Measured};
pub use stopwatch::{Lap, Stopwatch};
pub use throughput::{Amount, Throughput};

/// What a closure returned, and how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Timed<T> {
    /// What the closure returned.
    pub value: T,
    /// From just before the call to just after it.
    pub duration: Duration,
}

/// Runs `work` once and measures how long it takes.
///
/// # Examples
///
/// ```
/// use threadlab::timing;
///
/// let sum = timing::time(|| (1..=1000).sum::<u32>());
/// assert_eq!(sum.value, 500_500);
/// println!("{sum}"); // such as: took 1.25 µs
/// ```
pub fn time<T>(work: impl FnOnce() -> T) -> Timed<T> {
    let start = Instant::now();
    let value = work();
    let duration = start.elapsed();
    Timed { value, duration }
}

impl<T> Timed<T> {
    /// How fast it was, when the closure processed this many bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let text = "one line of a log\n".repeat(1000);
    /// let ends = timing::time(|| text.lines().count());
    /// println!("{}", ends.bytes_per_second(text.len() as u64)); // such as: 850 MB/s
    /// ```
    pub fn bytes_per_second(&self, bytes: u64) -> Throughput {
        Throughput::bytes(bytes, self.duration)
    }

    /// How fast it was, when the closure processed this many lines.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let counted = timing::time(|| "a\nb\n".lines().count());
    /// println!("{}", counted.lines_per_second(2)); // such as: 12.5 million lines/s
    /// ```
    pub fn lines_per_second(&self, lines: u64) -> Throughput {
        Throughput::lines(lines, self.duration)
    }

    /// How fast it was, when the closure processed this many items.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let sorted = timing::time(|| {
    ///     let mut orders = [3, 1, 2];
    ///     orders.sort();
    ///     orders
    /// });
    /// println!("{}", sorted.items_per_second(3)); // such as: 30.0 million items/s
    /// ```
    pub fn items_per_second(&self, items: u64) -> Throughput {
        Throughput::items(items, self.duration)
    }

    /// Shows the duration as the result of a cell.
    ///
    /// # Examples
    ///
    /// ```
    /// threadlab::timing::time(|| 6 * 7).evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        show::text(&self.to_string());
    }
}

impl<T> fmt::Display for Timed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "took {}", pretty(self.duration))
    }
}

/// A duration as people read it: three digits and a unit, from `ns` to `s`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadlab::timing::pretty;
///
/// assert_eq!(pretty(Duration::from_nanos(640)), "640 ns");
/// assert_eq!(pretty(Duration::from_micros(12_345)), "12.3 ms");
/// assert_eq!(pretty(Duration::from_secs(2)), "2.00 s");
/// ```
pub fn pretty(duration: Duration) -> String {
    let nanos = duration.as_nanos() as f64;
    if nanos < 1000.0 {
        return format!("{nanos} ns");
    }
    let seconds = nanos / 1e9;
    for (unit, of_a_second) in [("µs", 1e6), ("ms", 1e3)] {
        let value = seconds * of_a_second;
        // From here on three digits would round up to 1000: the next unit says it better.
        if value < 999.5 {
            return format!("{} {unit}", three_digits(value));
        }
    }
    format!("{} s", three_digits(seconds))
}

/// A number from 1 up with three digits, and with all of its digits above 1000.
pub(crate) fn three_digits(value: f64) -> String {
    if value < 9.995 {
        format!("{value:.2}")
    } else if value < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::pretty;

    #[test]
    fn a_duration_has_three_digits_and_the_unit_that_fits() {
        let table = [
            (0, "0 ns"),
            (1, "1 ns"),
            (999, "999 ns"),
            (1_000, "1.00 µs"),
            (9_994, "9.99 µs"),
            (9_996, "10.0 µs"),
            (99_960, "100 µs"),
            (999_499, "999 µs"),
            (999_500, "1.00 ms"),
            (12_345_678, "12.3 ms"),
            (999_500_000, "1.00 s"),
            (10_000_000_000, "10.0 s"),
            (3_600_000_000_000, "3600 s"),
        ];
        for (nanos, text) in table {
            assert_eq!(pretty(Duration::from_nanos(nanos)), text, "of {nanos} ns");
        }
    }
}
