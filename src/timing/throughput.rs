//! How much was processed in what time.

use std::fmt;
use std::time::Duration;

use super::three_digits;
use crate::show;

/// How much there is to process, in what unit.
///
/// # Examples
///
/// ```
/// use threadlab::timing::Amount;
///
/// assert_eq!(Amount::Lines(3).count(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Amount {
    /// Bytes, shown with decimal prefixes: 1 MB is a million bytes.
    Bytes(u64),
    /// Lines of a text.
    Lines(u64),
    /// Anything else that is counted.
    Items(u64),
}

impl Amount {
    /// The number without its unit.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(threadlab::timing::Amount::Bytes(512).count(), 512);
    /// ```
    pub fn count(self) -> u64 {
        match self {
            Self::Bytes(count) | Self::Lines(count) | Self::Items(count) => count,
        }
    }
}

/// An amount and the time that it took.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadlab::timing::Throughput;
///
/// let reading = Throughput::bytes(5_000_000, Duration::from_millis(4));
/// assert_eq!(reading.to_string(), "1.25 GB/s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Throughput {
    amount: Amount,
    duration: Duration,
}

impl Throughput {
    /// An amount that took this long.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::{Amount, Throughput};
    ///
    /// let parsing = Throughput::of(Amount::Lines(300), Duration::from_secs(2));
    /// assert_eq!(parsing.per_second(), 150.0);
    /// ```
    pub fn of(amount: Amount, duration: Duration) -> Self {
        Self { amount, duration }
    }

    /// Bytes that took this long.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::Throughput;
    ///
    /// let copying = Throughput::bytes(640_000, Duration::from_secs(1));
    /// assert_eq!(copying.to_string(), "640 kB/s");
    /// ```
    pub fn bytes(count: u64, duration: Duration) -> Self {
        Self::of(Amount::Bytes(count), duration)
    }

    /// Lines that took this long.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::Throughput;
    ///
    /// let parsing = Throughput::lines(3_400, Duration::from_millis(1));
    /// assert_eq!(parsing.to_string(), "3.40 million lines/s");
    /// ```
    pub fn lines(count: u64, duration: Duration) -> Self {
        Self::of(Amount::Lines(count), duration)
    }

    /// Items that took this long.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::Throughput;
    ///
    /// let orders = Throughput::items(90, Duration::from_secs(3));
    /// assert_eq!(orders.to_string(), "30.0 items/s");
    /// ```
    pub fn items(count: u64, duration: Duration) -> Self {
        Self::of(Amount::Items(count), duration)
    }

    /// The amount per second; infinite when the clock saw no time pass.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::Throughput;
    ///
    /// let orders = Throughput::items(90, Duration::from_secs(3));
    /// assert_eq!(orders.per_second(), 30.0);
    /// ```
    pub fn per_second(&self) -> f64 {
        self.amount.count() as f64 / self.duration.as_secs_f64()
    }

    /// Shows the throughput as the result of a cell.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// threadlab::timing::Throughput::bytes(1, Duration::from_secs(1)).evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        show::text(&self.to_string());
    }
}

impl fmt::Display for Throughput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (steps, unit) = match self.amount {
            Amount::Bytes(_) => (["", "k", "M", "G", "T"], "B/s"),
            Amount::Lines(_) => (WORDS, "lines/s"),
            Amount::Items(_) => (WORDS, "items/s"),
        };
        let rate = self.per_second();
        if !rate.is_finite() {
            return write!(f, "too fast to measure");
        }
        let mut value = rate;
        let mut step = 0;
        while value >= 999.5 && step + 1 < steps.len() {
            value /= 1000.0;
            step += 1;
        }
        write!(f, "{} {}{unit}", three_digits(value), steps[step])
    }
}

const WORDS: [&str; 5] = ["", "thousand ", "million ", "billion ", "trillion "];

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Throughput;

    #[test]
    fn a_throughput_has_the_prefix_that_fits() {
        let second = Duration::from_secs(1);
        let table = [
            (Throughput::bytes(0, second), "0.00 B/s"),
            (Throughput::bytes(999, second), "999 B/s"),
            (Throughput::bytes(999_600, second), "1.00 MB/s"),
            (Throughput::lines(12_340, second), "12.3 thousand lines/s"),
            (
                Throughput::items(5_000_000_000, second),
                "5.00 billion items/s",
            ),
            (
                Throughput::items(u64::MAX, second),
                "18446744 trillion items/s",
            ),
            (Throughput::items(5, Duration::ZERO), "too fast to measure"),
            (Throughput::items(0, Duration::ZERO), "too fast to measure"),
        ];
        for (throughput, text) in table {
            assert_eq!(throughput.to_string(), text);
        }
    }
}
