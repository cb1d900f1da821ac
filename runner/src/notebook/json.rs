//! JSON in its text, taken apart level by level: what each part is, and where it stands.
//!
//! Nothing is interpreted, so that numbers keep their digits. A key that stands twice in an object
//! is refused, since programs disagree on which of the two counts.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ReadError;

/// How deep lists and objects may stand in each other, as for most readers of JSON.
const DEEPEST: usize = 128;

/// A value of which one level is taken apart; the parts are slices of the text.
#[derive(Debug)]
pub(crate) enum Level<'a> {
    Object(Vec<(String, &'a str)>),
    List(Vec<&'a str>),
    /// A text with its quotes and escapes.
    Text(&'a str),
    /// A number, `true`, `false` or `null`.
    Word(&'a str),
}

/// Takes one level of `part` apart, a value in `text` that stands in `depth` others.
pub(crate) fn level<'a>(text: &str, part: &'a str, depth: usize) -> Result<Level<'a>, ReadError> {
    let part = part.trim();
    match part.as_bytes().first() {
        Some(b'{' | b'[') if depth == DEEPEST => Err(ReadError::Shape {
            line: line_at(text, part),
            reason: format!("lists and objects stand more than {DEEPEST} deep in each other"),
        }),
        Some(b'{') => {
            let Entries(entries) = parse_part(text, part)?;
            let mut seen = BTreeSet::new();
            for (key, value) in &entries {
                if !seen.insert(key) {
                    return Err(ReadError::Shape {
                        line: line_at(text, value),
                        reason: format!("the key `{}` stands twice", key.escape_debug()),
                    });
                }
            }
            Ok(Level::Object(entries))
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = parse_part(text, part)?;
            Ok(Level::List(items.into_iter().map(RawValue::get).collect()))
        }
        Some(b'"') => Ok(Level::Text(part)),
        _ => Ok(Level::Word(part)),
    }
}

/// Refuses a text with a key that stands twice, or with more levels than can be read.
pub(super) fn check(text: &str, part: &str, depth: usize) -> Result<(), ReadError> {
    match level(text, part, depth)? {
        Level::Object(entries) => entries
            .into_iter()
            .try_for_each(|(_, value)| check(text, value, depth + 1)),
        Level::List(items) => items
            .into_iter()
            .try_for_each(|item| check(text, item, depth + 1)),
        Level::Text(_) | Level::Word(_) => Ok(()),
    }
}

/// JSON with numbers that no `f64` holds, such as `1e400`, as texts, so that it can be read as a
/// value.
pub(crate) fn with_finite_numbers(json: &str) -> Cow<'_, str> {
    let mut result = String::new();
    let mut end = 0;
    let mut rest = json.char_indices();
    let (mut in_text, mut number) = (false, None);
    while let Some((index, character)) = rest.next() {
        let continues = matches!(character, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
        match number {
            None if !in_text && matches!(character, '0'..='9' | '-') => number = Some(index),
            Some(start) if !continues => {
                number = None;
                let digits = &json[start..index];
                if digits.parse::<f64>().is_ok_and(f64::is_infinite) {
                    result.push_str(&format!("{}\"{digits}\"", &json[end..start]));
                    end = index;
                }
            }
            _ => {}
        }
        match character {
            '"' => in_text = !in_text,
            '\\' if in_text => drop(rest.next()),
            _ => {}
        }
    }
    match end {
        0 => Cow::Borrowed(json),
        _ => Cow::Owned(result + &json[end..]),
    }
}

/// Parses `part`, a slice of `text`; an error names the line in `text`.
/// Numbers that are too large for a value are texts in it.
pub(super) fn parse_values<T: DeserializeOwned>(text: &str, part: &str) -> Result<T, ReadError> {
    // Quotes add no line.
    serde_json::from_str(&with_finite_numbers(part)).map_err(|error| shape(text, part, &error))
}

/// Parses `part`, a slice of `text`; an error names the line in `text`.
pub(crate) fn parse_part<'a, T: Deserialize<'a>>(
    text: &str,
    part: &'a str,
) -> Result<T, ReadError> {
    serde_json::from_str(part).map_err(|error| shape(text, part, &error))
}

fn shape(text: &str, part: &str, error: &serde_json::Error) -> ReadError {
    ReadError::Shape {
        line: line_at(text, part) + error.line().saturating_sub(1),
        reason: reason_of(error),
    }
}

/// As [`parse_part`], for what must be an object: derived readers take lists as well.
pub(super) fn parse_object<'a, T: Deserialize<'a>>(
    text: &str,
    part: &'a str,
    name: &str,
) -> Result<T, ReadError> {
    match part.trim_start().as_bytes().first() {
        Some(b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => Err(ReadError::Shape {
            line: line_at(text, part),
            reason: format!("{name} is not an object"),
        }),
        _ => parse_part(text, part),
    }
}

/// The message of a JSON error without its position, which counts from the part's start.
fn reason_of(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_owned(),
        None => message,
    }
}

/// Where `part`, a slice of `text`, stands in it.
pub(super) fn span_of(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// The line, from 1, on which `part`, a slice of `text`, starts.
pub(super) fn line_at(text: &str, part: &str) -> usize {
    line_of(text.as_bytes(), span_of(text, part).start)
}

/// The line, from 1, of a place in a text.
pub(super) fn line_of(text: &[u8], offset: usize) -> usize {
    text[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The entries of an object in their order, also those whose keys are the same.
struct Entries<'a>(Vec<(String, &'a str)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries<'a>, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Entries<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
            entries.push((key, value.get()));
        }
        Ok(Entries(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::with_finite_numbers;

    #[test]
    fn numbers_that_no_value_holds_become_texts() {
        let table = [
            ("1", "1"),
            ("{\"a\": 1e400}", "{\"a\": \"1e400\"}"),
            ("[-1E+999,\n1e4]", "[\"-1E+999\",\n1e4]"),
            ("[1e-400, 1.5, 1e400, 2]", "[1e-400, 1.5, \"1e400\", 2]"),
            (
                "[\"1e400\", \"\\\"1e400 \", 1e400]",
                "[\"1e400\", \"\\\"1e400 \", \"1e400\"]",
            ),
            ("[\"\u{e9}\\\\\", 1e400]", "[\"\u{e9}\\\\\", \"1e400\"]"),
        ];
        for (json, expected) in table {
            assert_eq!(with_finite_numbers(json), expected);
        }
    }
}
