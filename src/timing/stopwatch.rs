//! A stopwatch with named laps.

use std::fmt;
use std::time::{Duration, Instant};

use super::pretty;
use crate::show;

/// A running stopwatch.
///
/// # Examples
///
/// ```
/// use threadlab::timing::Stopwatch;
///
/// let mut watch = Stopwatch::start();
/// let log = "INFO started\nERROR no paper\n".repeat(100);
/// watch.lap("written");
/// let errors = log.lines().filter(|line| line.starts_with("ERROR")).count();
/// watch.lap("counted");
///
/// assert_eq!(errors, 100);
/// assert_eq!(watch.laps().len(), 2);
/// println!("{watch}"); // the laps as a table
/// ```
#[derive(Debug, Clone)]
pub struct Stopwatch {
    start: Instant,
    last: Instant,
    laps: Vec<Lap>,
}

/// One part of what a [`Stopwatch`] measured.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Lap {
    /// What ended with this lap.
    pub label: String,
    /// How long it took since the lap before.
    pub duration: Duration,
}

impl Stopwatch {
    /// Starts a stopwatch.
    ///
    /// # Examples
    ///
    /// ```
    /// let watch = threadlab::timing::Stopwatch::start();
    /// assert!(watch.laps().is_empty());
    /// ```
    pub fn start() -> Self {
        Self::started_at(Instant::now())
    }

    fn started_at(start: Instant) -> Self {
        Self {
            start,
            last: start,
            laps: Vec::new(),
        }
    }

    /// The time since the start.
    ///
    /// # Examples
    ///
    /// ```
    /// let watch = threadlab::timing::Stopwatch::start();
    /// let first = watch.elapsed();
    /// assert!(watch.elapsed() >= first);
    /// ```
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Ends a lap, gives it a name, and returns how long it took.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut watch = threadlab::timing::Stopwatch::start();
    /// let reading = watch.lap("read the file");
    /// assert_eq!(watch.laps()[0].duration, reading);
    /// ```
    pub fn lap(&mut self, label: &str) -> Duration {
        self.lap_at(label, Instant::now())
    }

    fn lap_at(&mut self, label: &str, now: Instant) -> Duration {
        let duration = now.duration_since(self.last);
        self.last = now;
        self.laps.push(Lap {
            label: label.to_owned(),
            duration,
        });
        duration
    }

    /// The laps so far, in the order in which they ended.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut watch = threadlab::timing::Stopwatch::start();
    /// watch.lap("parse");
    /// assert_eq!(watch.laps()[0].label, "parse");
    /// ```
    pub fn laps(&self) -> &[Lap] {
        &self.laps
    }

    /// Shows the laps as the result of a cell.
    ///
    /// # Examples
    ///
    /// ```
    /// threadlab::timing::Stopwatch::start().evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        show::text(&self.to_string());
    }
}

impl fmt::Display for Stopwatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.laps.is_empty() {
            return write!(f, "no laps yet");
        }
        let wide = self.laps.iter().map(|lap| lap.label.chars().count());
        let wide = wide.max().unwrap_or_default();
        for (at, lap) in self.laps.iter().enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{:<wide$}  {:>8}", lap.label, pretty(lap.duration))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Stopwatch;

    #[test]
    fn a_lap_is_the_time_since_the_lap_before() {
        let start = Instant::now();
        let mut watch = Stopwatch::started_at(start);
        let read = watch.lap_at("read", start + Duration::from_millis(3));
        let count = watch.lap_at("count the lines", start + Duration::from_millis(15));
        assert_eq!(
            (read, count),
            (Duration::from_millis(3), Duration::from_millis(12))
        );
        assert_eq!(
            watch.to_string(),
            "read              3.00 ms\ncount the lines   12.0 ms"
        );
    }
}
