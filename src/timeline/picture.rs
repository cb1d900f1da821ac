//! Draws a timeline as SVG: a lane for each thread, time from left to right.

use std::time::Duration;

use super::labels::Labels;
use super::{Kind, Lane, Span, Timeline, text};
use crate::show::{one_line, shorten};
use crate::svg::{ALARM, BARS, Drawing, FAINT, GRID, INK, width_of};
use crate::timing::pretty;

/// Where time zero lies, after the names, in pixels.
const LEFT: f64 = 130.0;
/// How long the time axis is, in pixels.
const LENGTH: f64 = 620.0;
/// The narrowest bar, in pixels, so that the shortest span can be seen.
const NARROWEST: f64 = 2.0;
/// How many levels of nested spans have a row of their own.
const LEVELS: usize = 4;
/// The height of the strip for marks above a lane, in pixels.
const MARKS: f64 = 14.0;
/// How many bars are drawn at most, so that a saved notebook stays small.
const BARS_AT_MOST: usize = 3000;
/// How many kinds of work the legend names.
const NAMES: usize = 12;

pub(super) fn svg(timeline: &Timeline) -> String {
    let mut chart = Chart {
        drawing: Drawing::new(LEFT + LENGTH + 40.0),
        per_nano: LENGTH / timeline.duration().as_nanos().max(1) as f64,
        row: row_height(timeline.lanes().len()),
        labels: text::labels(timeline, Kind::Working),
        bars_left: BARS_AT_MOST,
    };
    let title = text::title(timeline);
    chart.drawing.text((14.0, 24.0), "start", 14.0, INK, &title);
    let top = 36.0;
    let heights = timeline.lanes().iter().map(|lane| chart.height_of(lane));
    let bottom = top + heights.sum::<f64>() + 4.0;
    chart.axis(timeline.duration(), top, bottom);
    let mut y = top + 4.0;
    for lane in timeline.lanes() {
        chart.lane(lane, y);
        y += chart.height_of(lane);
    }
    let bottom = chart.legend(timeline, bottom + 38.0);
    chart
        .drawing
        .finish(bottom, &title, &text::description(timeline))
}

struct Chart<'a> {
    drawing: Drawing,
    per_nano: f64,
    /// The height of one row of bars, in pixels.
    row: f64,
    labels: Labels<'a>,
    bars_left: usize,
}

impl<'a> Chart<'a> {
    fn x(&self, at: Duration) -> f64 {
        LEFT + (at.as_nanos() as f64 * self.per_nano).min(LENGTH)
    }

    fn height_of(&self, lane: &Lane) -> f64 {
        let marks = if lane.marks().is_empty() { 0.0 } else { MARKS };
        marks + self.row * levels(lane) as f64 + (self.row / 4.0).max(3.0)
    }

    fn axis(&mut self, duration: Duration, top: f64, bottom: f64) {
        let step = tick(duration);
        let mut at = Duration::ZERO;
        while at <= duration {
            let x = self.x(at);
            self.drawing.line((x, top), (x, bottom), GRID, "");
            let label = if at.is_zero() {
                "0".to_owned()
            } else {
                pretty(at)
            };
            self.drawing
                .text((x, bottom + 14.0), "middle", 11.0, FAINT, &label);
            at += step;
        }
    }

    fn lane(&mut self, lane: &Lane, y: f64) {
        let marks = if lane.marks().is_empty() { 0.0 } else { MARKS };
        let y = y + marks;
        let name = shorten(&one_line(lane.name()), 16);
        let size = (self.row - 2.0).min(13.0);
        let base = y + self.row / 2.0 + size * 0.36;
        self.drawing
            .text((LEFT - 10.0, base), "end", size, INK, &name);
        // How far the bars that are too narrow to tell apart have filled each row.
        let mut filled = [0.0; LEVELS];
        for span in lane.spans() {
            self.span(span, levels(lane), y, &mut filled);
        }
        // How far labels, and the signs of marks, have filled the strip above the lane.
        let (mut free, mut signs) = (LEFT, LEFT);
        for (index, mark) in lane.marks().iter().enumerate() {
            let x = self.x(mark.at);
            let tip = y - 1.0;
            let diamond = [
                (x, tip),
                (x - 4.0, tip - 5.0),
                (x, tip - 10.0),
                (x + 4.0, tip - 5.0),
            ];
            self.drawing.polygon(&diamond, INK);
            self.drawing
                .line((x, tip), (x, y + self.row * levels(lane) as f64), INK, "");
            let label = shorten(&one_line(&mark.label), 30);
            let width = width_of(&label, 11.0);
            let next = lane.marks().get(index + 1);
            let room = next.map_or(LEFT + LENGTH + 36.0, |next| self.x(next.at) - 5.0);
            if x + 7.0 + width <= room && x >= free {
                self.drawing
                    .text((x + 7.0, tip - 2.0), "start", 11.0, INK, &label);
                free = x + 14.0 + width;
            } else if x - 7.0 - width >= free.max(signs) {
                self.drawing
                    .text((x - 7.0, tip - 2.0), "end", 11.0, INK, &label);
                free = x + 7.0;
            }
            signs = x + 5.0;
        }
    }

    fn span(&mut self, span: &Span, levels: usize, y: f64, filled: &mut [f64; LEVELS]) {
        let level = span.depth.min(levels - 1);
        let from = self.x(span.start);
        let to = span.end.map_or(LEFT + LENGTH, |end| self.x(end));
        let from = from.min(LEFT + LENGTH - NARROWEST);
        let width = (to - from).max(NARROWEST);
        if width <= NARROWEST && !span.panicked && span.end.is_some() {
            if from < filled[level] {
                return;
            }
            filled[level] = from + width;
        }
        if self.bars_left == 0 {
            return;
        }
        self.bars_left -= 1;
        let inner = self.row - 2.0;
        let (top, height, fill, ink) = match span.kind {
            // Who waits does not work on what is around either: cover it.
            Kind::Waiting => (y, self.row * level as f64 + inner, "url(#hatch)", INK),
            Kind::Working => {
                let (fill, ink) = self.color(&span.label);
                (y + self.row * level as f64, inner, fill, ink)
            }
        };
        let edge = if width > 4.0 {
            "stroke=\"#1a1a1a\" stroke-width=\"0.6\""
        } else {
            ""
        };
        self.drawing.rect((from, top), (width, height), fill, edge);
        let middle = top + height - inner / 2.0;
        let label = one_line(&span.label);
        let words = width_of(&label, 11.0);
        if inner >= 12.0 && words + 8.0 <= width {
            if span.kind == Kind::Waiting {
                let plate = (from + 3.0, middle - 6.5);
                self.drawing.rect(plate, (words + 4.0, 13.0), "#ffffff", "");
            }
            self.drawing
                .text((from + 5.0, middle + 4.0), "start", 11.0, ink, &label);
        }
        let end = from + width;
        if span.end.is_none() {
            self.arrow(end, middle, inner);
        } else if span.panicked {
            self.cross(end, middle);
        }
    }

    /// The open end of what is still running.
    fn arrow(&mut self, x: f64, y: f64, height: f64) {
        let half = height / 2.0;
        self.drawing
            .polygon(&[(x, y - half), (x + 14.0, y), (x, y + half)], INK);
    }

    /// The end of what a panic ended.
    fn cross(&mut self, x: f64, y: f64) {
        for (color, width) in [("#ffffff", 7), (ALARM, 4)] {
            for slope in [5.0, -5.0] {
                let (from, to) = ((x - 5.0, y - slope), (x + 5.0, y + slope));
                let width = format!("stroke-width=\"{width}\"");
                self.drawing.line(from, to, color, &width);
            }
        }
    }

    fn color(&self, label: &str) -> (&'static str, &'static str) {
        let place = self.labels.place(label);
        BARS[place.unwrap_or_default() % BARS.len()]
    }

    /// Draws what colors and signs mean and returns where the picture ends.
    fn legend(&mut self, timeline: &Timeline, y: f64) -> f64 {
        let mut at = (14.0, y);
        let names = self.labels.names().to_vec();
        for label in names.iter().take(NAMES) {
            let (fill, _) = self.color(label);
            let (x, y) = self.next(&mut at, label);
            self.drawing.rect(
                (x, y - 10.0),
                (12.0, 12.0),
                fill,
                "stroke=\"#1a1a1a\" stroke-width=\"0.6\"",
            );
        }
        if names.len() > NAMES {
            let more = format!("and {} more", names.len() - NAMES);
            self.next(&mut at, &more);
        }
        let spans = || timeline.lanes().iter().flat_map(Lane::spans);
        if spans().any(|span| span.kind == Kind::Waiting) {
            let (x, y) = self.next(&mut at, "waiting");
            self.drawing.rect(
                (x, y - 10.0),
                (12.0, 12.0),
                "url(#hatch)",
                "stroke=\"#1a1a1a\" stroke-width=\"0.6\"",
            );
        }
        if spans().any(|span| span.end.is_none()) {
            let (x, y) = self.next(&mut at, "still running at the end");
            self.arrow(x, y - 4.0, 12.0);
        }
        if spans().any(|span| span.panicked) {
            let (x, y) = self.next(&mut at, "panicked");
            self.cross(x + 6.0, y - 4.0);
        }
        if self.bars_left == 0 {
            self.next(&mut at, "not all spans are drawn");
        }
        at.1 + 12.0
    }

    /// Writes the next entry of the legend and returns where its sign belongs.
    fn next(&mut self, at: &mut (f64, f64), words: &str) -> (f64, f64) {
        let words = shorten(&one_line(words), 40);
        let width = 18.0 + width_of(&words, 11.0) + 16.0;
        if at.0 > 14.0 && at.0 + width > LEFT + LENGTH + 26.0 {
            *at = (14.0, at.1 + 18.0);
        }
        let place = *at;
        self.drawing
            .text((place.0 + 18.0, place.1), "start", 11.0, INK, &words);
        at.0 += width;
        place
    }
}

/// The more threads, the lower their rows, so that 64 of them still fit on a screen.
fn row_height(lanes: usize) -> f64 {
    match lanes {
        0..=16 => 24.0,
        17..=32 => 17.0,
        _ => 13.0,
    }
}

/// How many rows the bars of this lane need; waiting covers what is there anyway.
fn levels(lane: &Lane) -> usize {
    let working = lane
        .spans()
        .iter()
        .filter(|span| span.kind == Kind::Working);
    let deepest = working.map(|span| span.depth).max();
    deepest.map_or(1, |depth| (depth + 1).min(LEVELS))
}

/// From one line of the grid to the next: 1, 2 or 5 of a unit, at most six of them.
fn tick(duration: Duration) -> Duration {
    let nanos = duration.as_nanos().max(1);
    let mut step = 1_u128;
    let mut factors = [(2, 1), (5, 2), (2, 1)].into_iter().cycle();
    while nanos / step > 6 {
        let (up, down) = factors.next().unwrap_or((10, 1));
        step = step * up / down;
    }
    Duration::from_nanos(u64::try_from(step).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::tick;

    #[test]
    fn the_grid_has_round_steps_and_at_most_six() {
        let table = [
            (0, 1),
            (6, 1),
            (7, 2),
            (50, 10),
            (10_000, 2_000),
            (35_000, 10_000),
            (10_000_000_000, 2_000_000_000),
        ];
        for (nanos, step) in table {
            assert_eq!(
                tick(Duration::from_nanos(nanos)),
                Duration::from_nanos(step),
                "of {nanos} ns"
            );
        }
    }
}
