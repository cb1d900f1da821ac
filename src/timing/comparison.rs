//! What a comparison measured: durations, medians, and the ratios between them.

use std::fmt;
use std::time::Duration;

use super::{Amount, Throughput, chart};
use crate::show;

/// What was measured of one way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Measured {
    name: String,
    threads: usize,
    samples: Vec<Duration>,
}

impl Measured {
    /// The durations of all runs of one way, which uses this many threads at the same time.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::Measured;
    ///
    /// let way = Measured::new("two threads", 2, vec![Duration::from_millis(3)]);
    /// assert_eq!(way.median(), Duration::from_millis(3));
    /// ```
    pub fn new(name: &str, threads: usize, samples: Vec<Duration>) -> Self {
        let mut sorted = Vec::with_capacity(samples.len());
        for sample in samples {
            // There are few of them, and the sort of the standard library costs load time.
            let at = sorted.partition_point(|&other| other <= sample);
            sorted.insert(at, sample);
        }
        Self {
            name: name.to_owned(),
            threads,
            samples: sorted,
        }
    }

    /// The name of the way.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(threadlab::timing::Measured::new("sort", 1, vec![]).name(), "sort");
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The durations of its runs, shortest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::Measured;
    ///
    /// let [slow, fast] = [9, 4].map(Duration::from_millis);
    /// assert_eq!(Measured::new("sort", 1, vec![slow, fast]).samples(), [fast, slow]);
    /// ```
    pub fn samples(&self) -> &[Duration] {
        &self.samples
    }

    /// The duration in the middle: half of the runs took less, half took more.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::Measured;
    ///
    /// let samples = [4, 90, 6, 8].map(Duration::from_millis).to_vec();
    /// assert_eq!(Measured::new("sort", 1, samples).median(), Duration::from_millis(7));
    /// ```
    pub fn median(&self) -> Duration {
        match (self.samples.len() / 2, self.samples.len() % 2) {
            (0, 0) => Duration::ZERO,
            (middle, 0) => (self.samples[middle - 1] + self.samples[middle]) / 2,
            (middle, _) => self.samples[middle],
        }
    }

    /// The shortest and the longest duration.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::Measured;
    ///
    /// let [fast, middle, slow] = [4, 5, 9].map(Duration::from_millis);
    /// let way = Measured::new("sort", 1, vec![middle, slow, fast]);
    /// assert_eq!(way.spread(), (fast, slow));
    /// ```
    pub fn spread(&self) -> (Duration, Duration) {
        let first = self.samples.first().copied().unwrap_or_default();
        let last = self.samples.last().copied().unwrap_or_default();
        (first, last)
    }
}

/// What [`Contest::run`](super::Contest::run) measured; shows itself as bars.
///
/// Each bar is a ratio: how many times faster a way is than the first one.
/// The frame behind it is the ideal: what the threads could give on the cores that there are.
/// The thin line is the spread, from the slowest run to the fastest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Comparison {
    cores: usize,
    amount: Option<Amount>,
    ways: Vec<Measured>,
}

impl Comparison {
    /// A comparison of durations that were measured elsewhere, such as those of a saved run.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timing::{Comparison, Measured};
    ///
    /// let comparison = Comparison::new(
    ///     2,
    ///     None,
    ///     vec![
    ///         Measured::new("one thread", 1, vec![Duration::from_millis(30)]),
    ///         Measured::new("four threads", 4, vec![Duration::from_millis(20)]),
    ///     ],
    /// );
    /// assert_eq!(comparison.speedup("four threads"), Some(1.5));
    /// assert_eq!(comparison.ideal("four threads"), Some(2.0)); // there are two cores
    /// ```
    pub fn new(cores: usize, amount: Option<Amount>, ways: Vec<Measured>) -> Self {
        Self {
            cores: cores.max(1),
            amount,
            ways,
        }
    }

    /// The ways in the order in which they were named; the first is the base.
    ///
    /// # Examples
    ///
    /// ```
    /// let comparison = threadlab::timing::compare("add", || 2 + 2).run();
    /// assert_eq!(comparison.ways()[0].name(), "add");
    /// ```
    pub fn ways(&self) -> &[Measured] {
        &self.ways
    }

    /// How many threads of this computer can run at the same time, as far as it tells.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(threadlab::timing::compare("add", || 2 + 2).run().cores() >= 1);
    /// ```
    pub fn cores(&self) -> usize {
        self.cores
    }

    /// The median duration of a way, or `None` when no way has this name.
    ///
    /// # Examples
    ///
    /// ```
    /// let comparison = threadlab::timing::compare("add", || 2 + 2).run();
    /// assert!(comparison.median("add").is_some());
    /// assert_eq!(comparison.median("subtract"), None);
    /// ```
    pub fn median(&self, name: &str) -> Option<Duration> {
        self.way(name).map(Measured::median)
    }

    /// How many times faster than the first way this one is, by their medians.
    ///
    /// # Examples
    ///
    /// ```
    /// let comparison = threadlab::timing::compare("add", || 2 + 2).run();
    /// assert_eq!(comparison.speedup("add"), Some(1.0));
    /// ```
    pub fn speedup(&self, name: &str) -> Option<f64> {
        self.way(name).map(|way| self.ratio(way.median()))
    }

    /// The speedup that the threads of this way could give at best on the cores that there are.
    ///
    /// # Examples
    ///
    /// ```
    /// let comparison = threadlab::timing::compare("add", || 2 + 2).run();
    /// assert_eq!(comparison.ideal("add"), Some(1.0));
    /// ```
    pub fn ideal(&self, name: &str) -> Option<f64> {
        self.way(name).map(|way| self.ideal_of(way))
    }

    /// Shows the comparison as the result of a cell: a picture and its text.
    ///
    /// # Examples
    ///
    /// ```
    /// threadlab::timing::compare("add", || 2 + 2).run().evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        let alt = chart::description(self);
        show::picture(&chart::svg(self), &alt, &self.to_string());
    }

    /// The picture alone, as an SVG document.
    ///
    /// # Examples
    ///
    /// ```
    /// let comparison = threadlab::timing::compare("add", || 2 + 2).run();
    /// assert!(comparison.to_svg().starts_with("<svg"));
    /// ```
    pub fn to_svg(&self) -> String {
        chart::svg(self)
    }

    fn way(&self, name: &str) -> Option<&Measured> {
        self.ways.iter().find(|way| way.name == name)
    }

    pub(super) fn ideal_of(&self, way: &Measured) -> f64 {
        let usable = |threads: usize| threads.clamp(1, self.cores) as f64;
        let base = self.ways.first().map_or(1, |base| base.threads);
        usable(way.threads) / usable(base)
    }

    /// How many times this duration fits into the median of the first way.
    pub(super) fn ratio(&self, duration: Duration) -> f64 {
        let base = self.ways.first().map(Measured::median).unwrap_or_default();
        // A clock that saw no time pass still leaves a ratio that can be drawn.
        let nanos = |duration: Duration| duration.as_nanos().max(1) as f64;
        nanos(base) / nanos(duration)
    }

    pub(super) fn throughput(&self, way: &Measured) -> Option<Throughput> {
        self.amount
            .map(|amount| Throughput::of(amount, way.median()))
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&chart::text(self))
    }
}

#[cfg(test)]
mod tests {
    use super::Comparison;

    #[test]
    fn an_empty_comparison_can_be_drawn() {
        let empty = Comparison::new(0, None, Vec::new());
        assert_eq!(empty.speedup("any"), None);
        assert!(empty.to_svg().starts_with("<svg"));
        assert_eq!(empty.to_string(), "nothing was compared");
    }
}
