//! A few strokes of SVG: the frame, boxes, lines and words that the pictures are made of.
//!
//! A picture in a notebook is an `<img>`, which cannot see whether the page is light or dark.
//! So every picture brings its own light panel, on which all contrasts hold.
//! The colors are those of Okabe and Ito, which color-blind readers tell apart.

use std::fmt::Write as _;

use crate::show::escape;

/// Words and axes.
pub(crate) const INK: &str = "#1a1a1a";
/// Words of less weight.
pub(crate) const FAINT: &str = "#555555";
/// Lines behind the drawing.
pub(crate) const GRID: &str = "#d9d9d9";
/// What went wrong; used for nothing else.
pub(crate) const ALARM: &str = "#d55e00";

/// The colors of bars, each with the color of words on it.
///
/// Two of the eight are left out: yellow is lost on a light panel, and vermilion means an alarm.
pub(crate) const BARS: [(&str, &str); 6] = [
    ("#0072b2", "#ffffff"),
    ("#e69f00", INK),
    ("#009e73", INK),
    ("#cc79a7", INK),
    ("#56b4e9", INK),
    (INK, "#ffffff"),
];

/// A picture that is being drawn; all measures are pixels.
#[derive(Debug)]
pub(crate) struct Drawing {
    width: f64,
    body: String,
}

impl Drawing {
    /// An empty picture of this width.
    pub(crate) fn new(width: f64) -> Self {
        Self {
            width,
            body: String::new(),
        }
    }

    /// A filled box; `more` is further attributes, such as `stroke="#000000"`.
    pub(crate) fn rect(&mut self, corner: (f64, f64), size: (f64, f64), fill: &str, more: &str) {
        let gap = if more.is_empty() { "" } else { " " };
        self.element(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"{gap}{more}/>",
            px(corner.0),
            px(corner.1),
            px(size.0),
            px(size.1),
        ));
    }

    /// A straight line.
    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, more: &str) {
        let gap = if more.is_empty() { "" } else { " " };
        self.element(format_args!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{stroke}\"{gap}{more}/>",
            px(from.0),
            px(from.1),
            px(to.0),
            px(to.1),
        ));
    }

    /// A closed shape through these points.
    pub(crate) fn polygon(&mut self, points: &[(f64, f64)], fill: &str) {
        let points: Vec<String> = points
            .iter()
            .map(|&(x, y)| format!("{},{}", px(x), px(y)))
            .collect();
        self.element(format_args!(
            "<polygon points=\"{}\" fill=\"{fill}\"/>",
            points.join(" ")
        ));
    }

    /// Words that start, center or end (`anchor`) at a point of their base line.
    pub(crate) fn text(
        &mut self,
        at: (f64, f64),
        anchor: &str,
        size: f64,
        fill: &str,
        words: &str,
    ) {
        let (x, y, size) = (px(at.0), px(at.1), px(size));
        self.element(format_args!(
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{fill}\">{}</text>",
            escape(words)
        ));
    }

    fn element(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.body, "{element}");
    }

    /// The whole document, with its panel and what a screen reader says of it.
    pub(crate) fn finish(self, height: f64, title: &str, description: &str) -> String {
        let (width, height, body) = (px(self.width), px(height), self.body);
        let (title, description) = (escape(title), escape(description));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\">\n\
             <title>{title}</title>\n\
             <desc>{description}</desc>\n\
             <defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#ffffff\"/>\
             <rect width=\"2\" height=\"6\" fill=\"#8c8c8c\"/></pattern></defs>\n\
             <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"#fcfcfa\" stroke=\"#8c8c8c\"/>\n\
             {body}</svg>\n",
            px(self.width - 1.0),
            px(height.parse::<f64>().unwrap_or_default() - 1.0),
        )
    }
}

/// About how wide these words are at this font size.
pub(crate) fn width_of(words: &str, size: f64) -> f64 {
    words.chars().count() as f64 * size * 0.57
}

/// A measure with at most one digit behind the point, so that a drawing is short and the same everywhere.
fn px(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // Adding zero turns the negative zero into the positive one.
    format!("{}", rounded + 0.0)
}
