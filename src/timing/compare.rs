//! The same work done in several ways, measured in turns and compared by ratio.

use std::fmt;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

use super::{Amount, Comparison, Measured, time};

/// Starts a comparison with the way that all others are measured against.
///
/// Add the other ways with [`Contest::with`], then call [`Contest::run`].
/// What the closures return is kept from being optimized away and then dropped.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use threadlab::timing;
///
/// let sizes: Vec<u64> = (0..20_000).collect();
/// let (left, right) = sizes.split_at(10_000);
/// let comparison = timing::compare("one thread", || sizes.iter().sum::<u64>())
///     .with("two threads", || {
///         thread::scope(|scope| {
///             let left = scope.spawn(|| left.iter().sum::<u64>());
///             right.iter().sum::<u64>() + left.join().unwrap()
///         })
///     })
///     .threads(2)
///     .repeats(3)
///     .run();
///
/// assert_eq!(comparison.speedup("one thread"), Some(1.0));
/// println!("{comparison}"); // a bar for each way, beside what the cores allow
/// ```
pub fn compare<'a, T>(name: &str, work: impl FnMut() -> T + 'a) -> Contest<'a> {
    let contest = Contest {
        ways: Vec::new(),
        repeats: 5,
        warm_up: 1,
        amount: None,
    };
    contest.with(name, work).threads(1)
}

/// A comparison that has not run yet; [`compare`] starts one.
#[must_use = "nothing is measured until `run` is called"]
pub struct Contest<'a> {
    ways: Vec<Way<'a>>,
    repeats: usize,
    warm_up: usize,
    amount: Option<Amount>,
}

struct Way<'a> {
    name: String,
    threads: Option<usize>,
    work: Box<dyn FnMut() + 'a>,
}

impl<'a> Contest<'a> {
    /// Adds another way of doing the same work.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let comparison = timing::compare("sort", || [3, 1, 2].sort())
    ///     .with("sort_unstable", || [3, 1, 2].sort_unstable())
    ///     .run();
    /// assert_eq!(comparison.ways().len(), 2);
    /// ```
    pub fn with<T>(mut self, name: &str, mut work: impl FnMut() -> T + 'a) -> Self {
        self.ways.push(Way {
            name: name.to_owned(),
            threads: None,
            work: Box::new(move || {
                black_box(work());
            }),
        });
        self
    }

    /// Says how many threads the way that was named last uses at the same time.
    ///
    /// The ideal speedup of a way is this number, or the number of cores where that is smaller.
    /// Unless said, the first way counts as one thread, and each other one as using all cores.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let comparison = timing::compare("one", || 1).with("also one", || 2).threads(1).run();
    /// assert_eq!(comparison.ideal("also one"), Some(1.0));
    /// ```
    pub fn threads(mut self, threads: usize) -> Self {
        if let Some(way) = self.ways.last_mut() {
            way.threads = Some(threads);
        }
        self
    }

    /// Sets how often each way is measured, 5 times unless said, and at least once.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let comparison = timing::compare("empty", || ()).repeats(9).run();
    /// assert_eq!(comparison.ways()[0].samples().len(), 9);
    /// ```
    pub fn repeats(mut self, repeats: usize) -> Self {
        self.repeats = repeats.max(1);
        self
    }

    /// Sets how often each way runs before it is measured, once unless said.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let mut runs = 0;
    /// let comparison = timing::compare("count", || runs += 1).repeats(2).warm_up(3).run();
    /// drop(comparison);
    /// assert_eq!(runs, 5);
    /// ```
    pub fn warm_up(mut self, runs: usize) -> Self {
        self.warm_up = runs;
        self
    }

    /// Says how many bytes one run processes, so that the result shows a throughput too.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let comparison = timing::compare("copy", || vec![7_u8; 4096]).bytes(4096).run();
    /// assert!(comparison.to_string().contains("B/s"));
    /// ```
    pub fn bytes(mut self, bytes: u64) -> Self {
        self.amount = Some(Amount::Bytes(bytes));
        self
    }

    /// Says how many lines one run processes, so that the result shows a throughput too.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let comparison = timing::compare("count", || "a\nb\n".lines().count()).lines(2).run();
    /// assert!(comparison.to_string().contains("lines/s"));
    /// ```
    pub fn lines(mut self, lines: u64) -> Self {
        self.amount = Some(Amount::Lines(lines));
        self
    }

    /// Says how many items one run processes, so that the result shows a throughput too.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let comparison = timing::compare("sort", || [3, 1, 2].sort()).items(3).run();
    /// assert!(comparison.to_string().contains("items/s"));
    /// ```
    pub fn items(mut self, items: u64) -> Self {
        self.amount = Some(Amount::Items(items));
        self
    }

    /// Runs all ways and returns what was measured.
    ///
    /// The ways take turns, so that a slow moment of the computer hits all of them.
    ///
    /// # Panics
    ///
    /// Panics where one of the closures does.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timing;
    ///
    /// let comparison = timing::compare("add", || 2 + 2).run();
    /// assert!(comparison.median("add").is_some());
    /// ```
    pub fn run(self) -> Comparison {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.run_with(cores, &mut |work| time(work).duration)
    }

    fn run_with(
        mut self,
        cores: usize,
        measure: &mut dyn FnMut(&mut dyn FnMut()) -> Duration,
    ) -> Comparison {
        for _ in 0..self.warm_up {
            for way in &mut self.ways {
                (way.work)();
            }
        }
        let mut samples = vec![Vec::with_capacity(self.repeats); self.ways.len()];
        for _ in 0..self.repeats {
            for (way, samples) in self.ways.iter_mut().zip(&mut samples) {
                samples.push(measure(&mut way.work));
            }
        }
        let ways = self.ways.iter().zip(samples);
        let ways = ways
            .map(|(way, samples)| Measured::new(&way.name, way.threads.unwrap_or(cores), samples));
        Comparison::new(cores, self.amount, ways.collect())
    }
}

impl fmt::Debug for Contest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.ways.iter().map(|way| way.name.as_str()).collect();
        f.debug_struct("Contest")
            .field("ways", &names)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use super::compare;

    #[test]
    fn the_ways_take_turns_and_warm_ups_do_not_count() {
        let order = RefCell::new(String::new());
        let mut clock = [10, 30, 20, 40].map(Duration::from_millis).into_iter();
        let comparison = compare("a", || order.borrow_mut().push('a'))
            .with("b", || order.borrow_mut().push('b'))
            .repeats(2)
            .run_with(4, &mut |work| {
                work();
                clock.next().unwrap()
            });
        assert_eq!(order.into_inner(), "ababab");
        assert_eq!(comparison.median("a"), Some(Duration::from_millis(15)));
        assert_eq!(comparison.median("b"), Some(Duration::from_millis(35)));
        assert_eq!(comparison.ideal("b"), Some(4.0));
    }

    #[test]
    fn no_time_at_all_still_gives_a_ratio() {
        let comparison = compare("a", || ())
            .with("b", || ())
            .run_with(1, &mut |_| Duration::ZERO);
        assert_eq!(comparison.speedup("b"), Some(1.0));
    }
}
