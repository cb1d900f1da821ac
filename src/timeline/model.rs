//! A timeline as plain values: lanes with spans and marks, measured from a common start.

use std::fmt;
use std::time::Duration;

use super::{picture, text};
use crate::show;

/// What the threads did, measured from the start of the recording; shows itself as a chart.
///
/// [`record`](super::record) makes one from a run.
/// One can also be made by hand, for a picture that is the same every time.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadlab::timeline::{Lane, Timeline};
///
/// let ms = Duration::from_millis;
/// let kitchen = Timeline::new(ms(40))
///     .lane(
///         Lane::new("chef")
///             .span("take orders", ms(0), ms(10))
///             .waiting("join", ms(10), ms(30))
///             .mark("serve", ms(32)),
///     )
///     .lane(Lane::new("helper").span("chop", ms(2), ms(30)))
///     .lane(Lane::new("radio").open_span("play", ms(1)));
///
/// let drawing = kitchen.to_string();
/// assert!(drawing.starts_with("timeline of 40.0 ms, 3 threads"));
/// assert!(drawing.contains("A take orders, B chop, C play"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Timeline {
    duration: Duration,
    lanes: Vec<Lane>,
}

impl Timeline {
    /// A timeline of this length, without lanes.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let empty = threadlab::timeline::Timeline::new(Duration::from_secs(1));
    /// assert!(empty.lanes().is_empty());
    /// ```
    pub fn new(duration: Duration) -> Self {
        Self {
            duration,
            lanes: Vec::new(),
        }
    }

    /// Adds a lane below the others.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timeline::{Lane, Timeline};
    ///
    /// let timeline = Timeline::new(Duration::from_secs(1)).lane(Lane::new("main"));
    /// assert_eq!(timeline.lanes().len(), 1);
    /// ```
    #[must_use]
    pub fn lane(mut self, lane: Lane) -> Self {
        self.lanes.push(lane);
        self
    }

    /// From the start to the end of what was recorded.
    ///
    /// # Examples
    ///
    /// ```
    /// let recorded = threadlab::timeline::record(|| ());
    /// println!("{:?}", recorded.duration());
    /// ```
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// A lane for each thread that did something, that of the recording thread first.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timeline;
    ///
    /// let recorded = timeline::record(|| timeline::mark("here"));
    /// assert_eq!(recorded.lanes().len(), 1);
    /// ```
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// The picture alone, as an SVG document.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(threadlab::timeline::record(|| ()).to_svg().starts_with("<svg"));
    /// ```
    pub fn to_svg(&self) -> String {
        picture::svg(self)
    }

    /// What the picture shows, in a few sentences.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::timeline;
    ///
    /// let recorded = timeline::record(|| timeline::span("count", || ()));
    /// assert!(recorded.description().contains("count from"));
    /// ```
    pub fn description(&self) -> String {
        text::description(self)
    }

    /// Shows the timeline as the result of a cell: a picture and its text.
    ///
    /// # Examples
    ///
    /// ```
    /// threadlab::timeline::record(|| ()).evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        show::picture(&self.to_svg(), &self.description(), &self.to_string());
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::drawing(self))
    }
}

/// What one thread did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Lane {
    name: String,
    spans: Vec<Span>,
    marks: Vec<Mark>,
}

/// A stretch of time in which a thread worked or waited.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Span {
    /// What the thread did.
    pub label: String,
    /// Whether it worked or waited.
    pub kind: Kind,
    /// When it began.
    pub start: Duration,
    /// When it ended; `None` when it had not ended at the end of the recording.
    pub end: Option<Duration>,
    /// In how many other spans it lies.
    pub depth: usize,
    /// Whether it was left by a panic.
    pub panicked: bool,
}

/// Whether a thread had something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Kind {
    /// It worked.
    Working,
    /// It waited, for example for a join, a lock or a channel.
    Waiting,
}

/// A moment of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Mark {
    /// What happened.
    pub label: String,
    /// When.
    pub at: Duration,
}

impl Lane {
    /// The lane of a thread that has done nothing yet.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(threadlab::timeline::Lane::new("chef").name(), "chef");
    /// ```
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            spans: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Adds work from `start` to `end`; what lies inside an earlier span is drawn below it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timeline::Lane;
    ///
    /// let [a, b, c] = [1, 2, 3].map(Duration::from_secs);
    /// let lane = Lane::new("chef").span("cook", a, c).span("stir", b, c);
    /// assert_eq!(lane.spans()[1].depth, 1);
    /// ```
    #[must_use]
    pub fn span(self, label: impl Into<String>, start: Duration, end: Duration) -> Self {
        self.add(Kind::Working, label.into(), start, Some(end), false)
    }

    /// Adds waiting from `start` to `end`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timeline::{Kind, Lane};
    ///
    /// let lane = Lane::new("chef").waiting("oven", Duration::ZERO, Duration::from_secs(1));
    /// assert_eq!(lane.spans()[0].kind, Kind::Waiting);
    /// ```
    #[must_use]
    pub fn waiting(self, label: impl Into<String>, start: Duration, end: Duration) -> Self {
        self.add(Kind::Waiting, label.into(), start, Some(end), false)
    }

    /// Adds work that had not ended at the end of the recording, as that of a detached thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timeline::Lane;
    ///
    /// let lane = Lane::new("radio").open_span("play", Duration::ZERO);
    /// assert_eq!(lane.spans()[0].end, None);
    /// ```
    #[must_use]
    pub fn open_span(self, label: impl Into<String>, start: Duration) -> Self {
        self.add(Kind::Working, label.into(), start, None, false)
    }

    /// Adds work from `start` to `end` that a panic ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timeline::Lane;
    ///
    /// let lane = Lane::new("oven").panicked_span("bake", Duration::ZERO, Duration::from_secs(1));
    /// assert!(lane.spans()[0].panicked);
    /// ```
    #[must_use]
    pub fn panicked_span(self, label: impl Into<String>, start: Duration, end: Duration) -> Self {
        self.add(Kind::Working, label.into(), start, Some(end), true)
    }

    /// Adds a moment.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::timeline::Lane;
    ///
    /// let lane = Lane::new("chef").mark("serve", Duration::from_secs(1));
    /// assert_eq!(lane.marks()[0].label, "serve");
    /// ```
    #[must_use]
    pub fn mark(mut self, label: impl Into<String>, at: Duration) -> Self {
        let label = label.into();
        self.marks.push(Mark { label, at });
        self
    }

    /// The name of the thread.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(threadlab::timeline::Lane::new("helper").name(), "helper");
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its spans in the order in which they began.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(threadlab::timeline::Lane::new("idle").spans().is_empty());
    /// ```
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Its marks.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(threadlab::timeline::Lane::new("idle").marks().is_empty());
    /// ```
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Adds a span inside those of the earlier ones that contain it.
    fn add(
        mut self,
        kind: Kind,
        label: String,
        start: Duration,
        end: Option<Duration>,
        panicked: bool,
    ) -> Self {
        let last = |end: Option<Duration>| end.unwrap_or(Duration::MAX);
        let contains = |outer: &&Span| outer.start <= start && last(outer.end) >= last(end);
        let depth = self.spans.iter().filter(contains).count();
        self.spans.push(Span {
            label,
            kind,
            start,
            end,
            depth,
            panicked,
        });
        self
    }

    /// Opens a span inside this many others and returns its place in the lane.
    pub(super) fn open(&mut self, kind: Kind, label: &str, start: Duration, depth: usize) -> usize {
        self.spans.push(Span {
            label: label.to_owned(),
            kind,
            start,
            end: None,
            depth,
            panicked: false,
        });
        self.spans.len() - 1
    }

    /// Ends the span at this place.
    pub(super) fn close(&mut self, place: usize, end: Duration, panicked: bool) {
        self.spans[place].end = Some(end);
        self.spans[place].panicked = panicked;
    }
}
