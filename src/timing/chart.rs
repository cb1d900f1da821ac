//! Draws a comparison: bars beside the ideal, and the same in text.

use std::fmt::Write as _;

use super::{Comparison, Measured, pretty};
use crate::show::{one_line, shorten};
use crate::svg::{BARS, Drawing, FAINT, GRID, INK};

/// Where the bars start, after the names, in pixels.
const LEFT: f64 = 160.0;
/// How long the longest bar or frame is, in pixels.
const LENGTH: f64 = 260.0;
/// Where the durations start, after the longest bar and its ratio, in pixels.
const DETAIL: f64 = LEFT + LENGTH + 60.0;
/// From one bar to the next, in pixels.
const ROW: f64 = 34.0;
/// The longest bar of the text drawing, in characters.
const COLUMNS: f64 = 40.0;

pub(super) fn svg(comparison: &Comparison) -> String {
    let ways = comparison.ways();
    let scale = LENGTH / longest(comparison);
    let bottom = 44.0 + ROW * ways.len() as f64;
    let mut drawing = Drawing::new(DETAIL + 320.0);
    drawing.text((14.0, 24.0), "start", 14.0, INK, &title(comparison));
    let mut at = 0.0;
    while at <= longest(comparison) {
        let x = LEFT + at * scale;
        drawing.line((x, 36.0), (x, bottom), GRID, "");
        drawing.text((x, bottom + 15.0), "middle", 11.0, FAINT, &format!("{at}x"));
        at += tick(longest(comparison));
    }
    for (row, way) in ways.iter().enumerate() {
        let y = 42.0 + ROW * row as f64;
        let (ratio, ideal) = (comparison.ratio(way.median()), comparison.ideal_of(way));
        let name = shorten(way.name(), 22);
        drawing.text((LEFT - 10.0, y + 17.0), "end", 13.0, INK, &name);
        drawing.rect(
            (LEFT, y + 1.0),
            (ideal * scale, 24.0),
            "none",
            "stroke=\"#1a1a1a\" stroke-dasharray=\"4 3\"",
        );
        drawing.rect((LEFT, y + 4.0), (ratio * scale, 18.0), BARS[0].0, "");
        let (slow, fast) = ratios_of_spread(comparison, way);
        let (from, to) = (LEFT + slow * scale, LEFT + fast * scale);
        drawing.line(
            (from, y + 13.0),
            (to, y + 13.0),
            BARS[1].0,
            "stroke-width=\"3\"",
        );
        let x = LEFT + ratio.max(ideal).max(fast) * scale + 8.0;
        drawing.text((x, y + 17.0), "start", 13.0, INK, &format!("{ratio:.2}x"));
        let detail = detail(comparison, way);
        drawing.text((DETAIL, y + 17.0), "start", 11.0, FAINT, &detail);
    }
    let legend = "bar: speedup by the median, line: slowest to fastest run, dashed: ideal";
    drawing.text((14.0, bottom + 36.0), "start", 11.0, FAINT, legend);
    drawing.finish(bottom + 48.0, &title(comparison), &description(comparison))
}

pub(super) fn text(comparison: &Comparison) -> String {
    let ways = comparison.ways();
    if ways.is_empty() {
        return "nothing was compared".to_owned();
    }
    let mut text = title(comparison) + "\n";
    let wide = ways.iter().map(|way| way.name().chars().count());
    let wide = wide.max().unwrap_or_default();
    let scale = COLUMNS / longest(comparison);
    let columns = |ratio: f64| (ratio * scale).round().max(1.0) as usize;
    for way in ways {
        let (ratio, ideal) = (comparison.ratio(way.median()), comparison.ideal_of(way));
        let bar = "#".repeat(columns(ratio));
        let missing = ".".repeat(columns(ideal).saturating_sub(columns(ratio)));
        let bar = bar + &missing;
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "{:<wide$}  {bar:<40}  {ratio:.2}x of {ideal:.2}x  {}",
            one_line(way.name()),
            detail(comparison, way)
        );
    }
    text.push_str("# speedup by the median, . up to the ideal");
    text
}

/// What the picture shows, in words.
pub(super) fn description(comparison: &Comparison) -> String {
    let mut words = title(comparison);
    for way in comparison.ways() {
        let (ratio, ideal) = (comparison.ratio(way.median()), comparison.ideal_of(way));
        let _ = write!(
            words,
            "; {}: {ratio:.2} times as fast, ideal {ideal:.2}, {}",
            one_line(way.name()),
            detail(comparison, way)
        );
    }
    words
}

fn title(comparison: &Comparison) -> String {
    let base = comparison.ways().first().map_or("nothing", Measured::name);
    let (cores, ending) = match comparison.cores() {
        1 => (1, ""),
        cores => (cores, "s"),
    };
    format!(
        "speedup over \"{}\", with {cores} core{ending}",
        shorten(&one_line(base), 40)
    )
}

fn detail(comparison: &Comparison, way: &Measured) -> String {
    let (shortest, longest) = way.spread();
    let mut detail = format!(
        "{} ({} to {})",
        pretty(way.median()),
        pretty(shortest),
        pretty(longest)
    );
    if let Some(throughput) = comparison.throughput(way) {
        let _ = write!(detail, ", {throughput}");
    }
    detail
}

fn ratios_of_spread(comparison: &Comparison, way: &Measured) -> (f64, f64) {
    let (shortest, longest) = way.spread();
    (comparison.ratio(longest), comparison.ratio(shortest))
}

/// The largest ratio that is drawn.
fn longest(comparison: &Comparison) -> f64 {
    let ratios = comparison.ways().iter().map(|way| {
        let (_, fast) = ratios_of_spread(comparison, way);
        fast.max(comparison.ideal_of(way))
    });
    ratios.fold(1.0, f64::max)
}

/// From one line of the grid to the next, so that there are at most ten.
fn tick(longest: f64) -> f64 {
    let mut tick = 0.5;
    let mut factors = [2.0, 2.5, 2.0].into_iter().cycle();
    while longest / tick > 10.0 {
        tick *= factors.next().unwrap_or(2.0);
    }
    tick
}

#[cfg(test)]
mod tests {
    use super::tick;

    #[test]
    fn the_grid_has_at_most_ten_steps() {
        for (longest, expected) in [
            (1.0, 0.5),
            (5.0, 0.5),
            (8.0, 1.0),
            (16.0, 2.5),
            (64.0, 10.0),
        ] {
            assert_eq!(tick(longest), expected, "up to {longest}");
        }
    }
}
