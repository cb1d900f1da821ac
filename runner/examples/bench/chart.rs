//! The medians as a picture: a bar for each tool, readable on light and dark pages.

use crate::table::{Row, Table, median};

const WIDTH: f64 = 720.0;
const LABELS: f64 = 120.0;
const NUMBERS: f64 = 210.0;
const LINE: f64 = 34.0;
const TOP: f64 = 40.0;

/// An SVG.
pub(crate) fn chart(table: &Table) -> String {
    let rows = table.rows();
    let longest = rows.iter().map(|row| row.wall).fold(0.0, f64::max);
    let height = TOP + LINE * rows.len() as f64 + 10.0;
    let bars: String = rows
        .iter()
        .enumerate()
        .map(|(index, row)| bar(row, index, longest))
        .collect();
    let title = format!(
        "Seconds for {} notebooks with {} cells, medians of {} rounds",
        table.notebooks,
        table.cells,
        table.rounds.len()
    );
    let said: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {:.1}", row.name(), row.wall))
        .collect();
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="14">
<title id="title">{title}</title>
<desc id="desc">{}</desc>
<style>
text {{ fill: #1f2328; }}
.bar {{ fill: #6e7781; }}
.own {{ fill: #0969da; }}
.floor {{ fill: none; stroke: #6e7781; stroke-width: 1.5; stroke-dasharray: 4 3; }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #e6edf3; }}
.bar {{ fill: #8b949e; }}
.own {{ fill: #4493f8; }}
.floor {{ stroke: #8b949e; }}
}}
</style>
<text x="0" y="18" font-weight="600">{title}</text>
{bars}</svg>
"#,
        said.join(", ")
    )
}

fn bar(row: &Row, index: usize, longest: f64) -> String {
    let class = match row.name() {
        "nbrun" => "own",
        "rustc alone" => "floor",
        _ => "bar",
    };
    let top = TOP + LINE * index as f64;
    let width = ((WIDTH - LABELS - NUMBERS) * row.wall / longest).max(1.0);
    let times = match row.name() {
        "nbrun" => String::new(),
        _ => format!(", {:.2} times nbrun", median(row.ratios.clone())),
    };
    format!(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
         <rect class=\"{class}\" x=\"{LABELS}\" y=\"{top}\" width=\"{width:.1}\" height=\"24\" rx=\"3\"/>\
         <text x=\"{:.1}\" y=\"{}\">{:.1} s{times}</text>\n",
        LABELS - 10.0,
        top + 17.0,
        row.name(),
        LABELS + width + 8.0,
        top + 17.0,
        row.wall,
    )
}
