//! What a cell printed and showed, in the form of nbformat 4.

use std::collections::BTreeMap;
use std::iter;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// The two streams of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// One value in several forms, by MIME type.
pub type MimeBundle = BTreeMap<String, Value>;

/// One output of a cell.
///
/// Fields are in alphabetical order, as Jupyter writes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "output_type", rename_all = "snake_case")]
pub enum Output {
    /// Text of a stream.
    Stream {
        /// Which stream.
        name: Stream,
        /// What was written.
        #[serde(with = "lines")]
        text: String,
    },
    /// The value of the last expression.
    ExecuteResult {
        /// The value.
        data: MimeBundle,
        /// The count of the execution that gave it.
        execution_count: Option<u32>,
        /// About the value.
        metadata: Value,
    },
    /// Something shown on the way.
    DisplayData {
        /// The value.
        data: MimeBundle,
        /// About the value.
        metadata: Value,
    },
    /// An error, as the kernel reports it.
    Error {
        /// The kind; the Rust kernel always says `Error`.
        ename: String,
        /// The message.
        evalue: String,
        /// The report, line by line, with terminal colors.
        traceback: Vec<String>,
    },
}

impl Output {
    /// The output as a value with its keys in alphabetical order and long texts as lists of lines,
    /// which is how Jupyter writes it to a file.
    pub fn to_file_value(&self) -> Value {
        let mut value = serde_json::to_value(self).expect("outputs are plain data");
        if let Some(Value::Object(data)) = value.get_mut("data") {
            for (mime, content) in data.iter_mut() {
                if let Value::String(text) = content
                    && !is_json(mime)
                {
                    *content = split_lines(text);
                }
            }
        }
        value.sort_all_objects();
        value
    }
}

/// Multi-line text: a list of lines in the file, one string in memory.
mod lines {
    use super::{Deserialize, Deserializer, Serialize, Serializer, split_lines};

    pub(super) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        split_lines(text).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<String, D::Error> {
        super::MultilineText::deserialize(deserializer).map(String::from)
    }
}

/// A text as nbformat stores it: one string or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum MultilineText {
    One(String),
    Many(Vec<String>),
}

impl From<MultilineText> for String {
    fn from(text: MultilineText) -> String {
        match text {
            MultilineText::One(text) => text,
            MultilineText::Many(lines) => lines.concat(),
        }
    }
}

fn split_lines(text: &str) -> Value {
    lines_of(text).map(Value::from).collect()
}

/// Whether a MIME type is of values that are JSON themselves, which have no lines.
pub(crate) fn is_json(mime: &str) -> bool {
    mime == "application/json" || mime.starts_with("application/") && mime.ends_with("+json")
}

/// The lines of a text with their ends, as Jupyter splits them: also at a lone `\r` and at the
/// separators of Unicode. Together they are the text.
pub(crate) fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    const ENDS: [char; 10] = [
        '\n', '\r', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\u{85}', '\u{2028}', '\u{2029}',
    ];
    let mut rest = text;
    iter::from_fn(move || {
        let start = rest.find(ENDS).unwrap_or(rest.len());
        let end = match &rest[start..] {
            tail if tail.starts_with("\r\n") => start + 2,
            tail => start + tail.chars().next().map_or(0, char::len_utf8),
        };
        let line;
        (line, rest) = rest.split_at(end);
        (!line.is_empty()).then_some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::lines_of;

    #[test]
    fn lines_end_where_jupyter_ends_them() {
        let table: [(&str, &[&str]); 6] = [
            ("", &[]),
            ("a\nb", &["a\n", "b"]),
            ("a\n\n", &["a\n", "\n"]),
            ("10%\r20%\r\ndone\r", &["10%\r", "20%\r\n", "done\r"]),
            ("\u{2028}\u{e9}\u{85}x", &["\u{2028}", "\u{e9}\u{85}", "x"]),
            ("a\x0bb\x0cc\x1fd", &["a\x0b", "b\x0c", "c\x1fd"]),
        ];
        for (text, lines) in table {
            assert_eq!(lines_of(text).collect::<Vec<_>>(), lines, "{text:?}");
        }
    }
}
