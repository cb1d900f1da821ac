//! JSON as nobody writes it: values that keep their digits and their order of keys, printed in any
//! style. For [`super::generate`].

use std::collections::BTreeMap;
use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::value::RawValue;

/// A JSON value with its keys in order and its numbers as they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Object(Vec<(String, Json)>),
    List(Vec<Json>),
    Text(String),
    /// A number, `true`, `false` or `null`.
    Word(String),
}

/// How a document is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    newline: &'static str,
    indent: &'static str,
    colon: &'static str,
    escapes: Escapes,
    /// What stands behind the document.
    pub(crate) end: &'static str,
}

/// Which characters of a text are escaped.
#[derive(Clone, Copy, Debug)]
enum Escapes {
    Needed,
    NotAscii,
    All,
}

/// A notebook in its text.
#[derive(Clone, Debug)]
pub(crate) struct Printed {
    pub(crate) text: String,
    /// Where the values of `outputs` and `execution_count` of the code cells stand.
    pub(crate) recorded: Vec<Range<usize>>,
}

/// Any style.
pub(crate) fn style() -> impl Strategy<Value = Style> {
    (
        select(vec!["\n", "\r\n", "", " "]),
        select(vec!["", " ", "  ", "\t", "   "]),
        select(vec![":", ": ", "\t:\n  "]),
        select(vec![Escapes::Needed, Escapes::NotAscii, Escapes::All]),
        select(vec!["", "\n", "\r\n\r\n", " \t"]),
    )
        .prop_map(|(newline, indent, colon, escapes, end)| Style {
            newline,
            indent,
            colon,
            escapes,
            end,
        })
}

/// Prints a value that stands in `depth` others.
pub(crate) fn print(value: &Json, style: Style, depth: usize, out: &mut Printed) {
    let line = |out: &mut Printed, depth: usize| {
        out.text.push_str(style.newline);
        if style.newline.contains('\n') {
            out.text.push_str(&style.indent.repeat(depth));
        }
    };
    match value {
        Json::Word(word) => out.text.push_str(word),
        Json::Text(text) => out.text.push_str(&quoted(text, style.escapes)),
        Json::List(items) => {
            out.text.push('[');
            for (index, item) in items.iter().enumerate() {
                out.text.push_str(if index > 0 { "," } else { "" });
                line(out, depth + 1);
                print(item, style, depth + 1, out);
            }
            line(out, depth);
            out.text.push(']');
        }
        Json::Object(entries) => {
            // Cells stand two levels deep; nothing else there has these keys.
            let recorded = depth == 2;
            out.text.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.text.push_str(if index > 0 { "," } else { "" });
                line(out, depth + 1);
                out.text.push_str(&quoted(key, style.escapes));
                out.text.push_str(style.colon);
                let start = out.text.len();
                print(value, style, depth + 1, out);
                if recorded && (key == "outputs" || key == "execution_count") {
                    out.recorded.push(start..out.text.len());
                }
            }
            line(out, depth);
            out.text.push('}');
        }
    }
}

fn quoted(text: &str, escapes: Escapes) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        let escaped = match escapes {
            Escapes::All => true,
            Escapes::NotAscii => !char.is_ascii() || char < ' ',
            Escapes::Needed => char < ' ',
        };
        if escaped {
            let mut units = [0; 2];
            for unit in char.encode_utf16(&mut units) {
                quoted.push_str(&format!("\\u{unit:04X}"));
            }
        } else {
            quoted.push_str(if ['"', '\\'].contains(&char) {
                "\\"
            } else {
                ""
            });
            quoted.push(char);
        }
    }
    quoted.push('"');
    quoted
}

/// Reads a JSON text.
#[track_caller]
pub(crate) fn parse(text: &str) -> Json {
    let raw: &RawValue = serde_json::from_str(text).expect("JSON");
    let text = raw.get();
    match text.as_bytes()[0] {
        b'{' => {
            let entries: BTreeMap<String, &RawValue> = serde_json::from_str(text).expect("JSON");
            let entries = entries.into_iter();
            Json::Object(
                entries
                    .map(|(key, value)| (key, parse(value.get())))
                    .collect(),
            )
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).expect("JSON");
            Json::List(items.into_iter().map(|item| parse(item.get())).collect())
        }
        b'"' => Json::Text(serde_json::from_str(text).expect("JSON")),
        _ => Json::Word(text.to_owned()),
    }
}

/// What two notebooks have in common that say the same: keys in order, and one text where lines
/// make up a long one.
pub(crate) fn meaning(notebook: Json) -> Json {
    const LONG: [&str; 4] = ["source", "text", "text/plain", "text/html"];
    let inner = |key: &str, value: Json| match value {
        Json::List(lines) if LONG.contains(&key) => Json::Text(
            lines
                .into_iter()
                .map(|line| match line {
                    Json::Text(line) => line,
                    other => panic!("no line: {other:?}"),
                })
                .collect(),
        ),
        other => meaning(other),
    };
    match notebook {
        Json::Object(entries) => {
            let sorted: BTreeMap<String, Json> = entries
                .into_iter()
                .map(|(key, value)| (key.clone(), inner(&key, value)))
                .collect();
            Json::Object(sorted.into_iter().collect())
        }
        Json::List(items) => Json::List(items.into_iter().map(meaning).collect()),
        other => other,
    }
}
