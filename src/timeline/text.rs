//! Draws a timeline with letters, for terminals and for screen readers.

use std::fmt::Write as _;
use std::time::Duration;

use super::labels::Labels;
use super::{Kind, Lane, Span, Timeline};
use crate::show::{one_line, shorten};
use crate::timing::pretty;

/// How wide the drawing is between its two edges, in characters.
const COLUMNS: usize = 60;
/// How many lanes are drawn.
const LANES: usize = 64;
/// How many names a line of the legend lists.
const NAMES: usize = 12;
/// How many lanes, and how many entries of each, the description tells of.
const TOLD: usize = 8;

/// The drawing: a line for each lane, a letter for each kind of work, and what they mean.
pub(super) fn drawing(timeline: &Timeline) -> String {
    let lanes = timeline.lanes();
    let working = labels(timeline, Kind::Working);
    let names: Vec<String> = lanes
        .iter()
        .map(|lane| shorten(&one_line(lane.name()), 16))
        .collect();
    let wide = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or_default();
    let mut text = title(timeline) + "\n";
    let end = pretty(timeline.duration());
    let gap = COLUMNS - 4;
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "{:wide$} |0 ns{end:>gap$}|", "");
    for (lane, name) in lanes.iter().zip(&names).take(LANES) {
        let _ = writeln!(
            text,
            "{name:wide$} |{}|",
            row(lane, timeline.duration(), &working)
        );
    }
    if lanes.len() > LANES {
        let _ = writeln!(text, "and {} more threads", lanes.len() - LANES);
    }
    let letters = working
        .names()
        .iter()
        .enumerate()
        .map(|(at, label)| format!("{} {label}", letter(at)));
    legend(&mut text, &letters.collect::<Vec<_>>());
    legend(&mut text, &signs(timeline));
    text.trim_end().to_owned()
}

/// Everything in sentences, as far as a listener has the patience.
pub(super) fn description(timeline: &Timeline) -> String {
    let mut text = title(timeline);
    for lane in timeline.lanes().iter().take(TOLD) {
        let _ = write!(text, "; {}:", one_line(lane.name()));
        let (mut spans, mut marks) = (lane.spans(), lane.marks());
        for entry in 0..TOLD {
            let comma = if entry == 0 { " " } else { ", " };
            match (spans, marks) {
                ([span, rest @ ..], _)
                    if marks.first().is_none_or(|mark| span.start <= mark.at) =>
                {
                    let _ = write!(text, "{comma}{}", told(span));
                    spans = rest;
                }
                (_, [mark, rest @ ..]) => {
                    let _ = write!(
                        text,
                        "{comma}{} at {}",
                        one_line(&mark.label),
                        pretty(mark.at)
                    );
                    marks = rest;
                }
                (_, []) => break,
            }
        }
        let left = spans.len() + marks.len();
        if left > 0 {
            let _ = write!(text, ", and {left} more");
        }
    }
    if timeline.lanes().len() > TOLD {
        let _ = write!(text, "; and {} more threads", timeline.lanes().len() - TOLD);
    }
    text
}

/// How long it took and how many threads took part.
pub(super) fn title(timeline: &Timeline) -> String {
    let threads = timeline.lanes().len();
    let ending = if threads == 1 { "" } else { "s" };
    format!(
        "timeline of {}, {threads} thread{ending}",
        pretty(timeline.duration())
    )
}

/// The different labels of the spans of this kind.
pub(super) fn labels(timeline: &Timeline, kind: Kind) -> Labels<'_> {
    let spans = timeline.lanes().iter().flat_map(Lane::spans);
    let spans = spans.filter(|span| span.kind == kind);
    Labels::of(&mut spans.map(|span| span.label.as_str()))
}

fn told(span: &Span) -> String {
    let waits = match span.kind {
        Kind::Working => "",
        Kind::Waiting => "waits for ",
    };
    let end = match (span.end, span.panicked) {
        (Some(end), false) => format!("to {}", pretty(end)),
        (Some(end), true) => format!("to its panic at {}", pretty(end)),
        (None, _) => "and is still running at the end".to_owned(),
    };
    format!(
        "{waits}{} from {} {end}",
        one_line(&span.label),
        pretty(span.start)
    )
}

fn row(lane: &Lane, duration: Duration, working: &Labels<'_>) -> String {
    let mut cells = [Cell::default(); COLUMNS];
    for span in lane.spans() {
        let first = column(span.start, duration).min(COLUMNS - 1);
        let end = span.end.map_or(COLUMNS, |end| column_after(end, duration));
        let last = end.clamp(first + 1, COLUMNS) - 1;
        let sign = match span.kind {
            Kind::Waiting => '.',
            Kind::Working => letter(working.place(&span.label).unwrap_or(usize::MAX)),
        };
        let length = span.end.unwrap_or(duration).saturating_sub(span.start);
        for (at, cell) in cells.iter_mut().enumerate().take(last + 1).skip(first) {
            // Inner spans lie on outer ones, and short ones on their longer neighbors.
            if (span.depth, cell.length) >= (cell.depth, length) {
                let sign = match span.end {
                    Some(_) if span.panicked && at == last => '!',
                    None if at == last => '>',
                    _ => sign,
                };
                *cell = Cell {
                    sign,
                    depth: span.depth,
                    length,
                };
            }
        }
    }
    for mark in lane.marks() {
        cells[column(mark.at, duration).min(COLUMNS - 1)].sign = '|';
    }
    cells.iter().map(|cell| cell.sign).collect()
}

/// One letter of the drawing, and of what span it tells.
#[derive(Clone, Copy)]
struct Cell {
    sign: char,
    depth: usize,
    length: Duration,
}

impl Default for Cell {
    fn default() -> Self {
        Self {
            sign: ' ',
            depth: 0,
            length: Duration::MAX,
        }
    }
}

/// The column in which this moment lies.
fn column(at: Duration, duration: Duration) -> usize {
    (at.as_nanos() * COLUMNS as u128 / duration.as_nanos().max(1)) as usize
}

/// The first column that lies wholly behind this moment.
fn column_after(at: Duration, duration: Duration) -> usize {
    (at.as_nanos() * COLUMNS as u128).div_ceil(duration.as_nanos().max(1)) as usize
}

fn letter(place: usize) -> char {
    match place {
        0..26 => char::from(b'A' + place as u8),
        _ => '*',
    }
}

/// What the other signs mean, as far as they appear.
fn signs(timeline: &Timeline) -> Vec<String> {
    let spans = || timeline.lanes().iter().flat_map(Lane::spans);
    let mut signs = Vec::new();
    let waiting = labels(timeline, Kind::Waiting);
    if !waiting.names().is_empty() {
        signs.push(format!(". waiting ({})", list(waiting.names())));
    }
    let marks = timeline.lanes().iter().flat_map(Lane::marks);
    let marks = Labels::of(&mut marks.map(|mark| mark.label.as_str()));
    if !marks.names().is_empty() {
        signs.push(format!("| mark ({})", list(marks.names())));
    }
    if spans().any(|span| span.end.is_none()) {
        signs.push("> still running at the end".to_owned());
    }
    if spans().any(|span| span.panicked) {
        signs.push("! panicked".to_owned());
    }
    signs
}

fn legend(text: &mut String, entries: &[String]) {
    if !entries.is_empty() {
        text.push_str(&list(entries));
        text.push('\n');
    }
}

fn list(names: &[impl AsRef<str>]) -> String {
    let mut list: Vec<String> = names
        .iter()
        .take(NAMES)
        .map(|name| shorten(&one_line(name.as_ref()), 60))
        .collect();
    if names.len() > NAMES {
        list.push(format!("and {} more", names.len() - NAMES));
    }
    list.join(", ")
}
