//! A notebook's JSON as Jupyter writes it: keys in alphabetical order, one space of indentation,
//! long texts as lists of lines, a newline at the end. Saving it in Jupyter then changes nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::notebook::ReadError;

/// A JSON value in which numbers keep the digits that they are written with.
#[derive(Debug)]
enum Node {
    Object(BTreeMap<String, Node>),
    List(Vec<Node>),
    Text(String),
    /// A number, `true`, `false` or `null`.
    Word(String),
}

/// The canonical form of a notebook's text, with new sources for some cells, by position.
///
/// # Errors
/// When the text is not JSON, or a key stands twice in an object.
pub fn canonical(text: &str, sources: &[(usize, String)]) -> Result<String, ReadError> {
    let mut root: Node = serde_json::from_str(text).map_err(|error| ReadError::Shape {
        line: error.line(),
        reason: error.to_string(),
    })?;
    let mut sources: BTreeMap<usize, &String> = sources
        .iter()
        .map(|(index, source)| (*index, source))
        .collect();
    if let Some(Node::List(cells)) = root.get_mut("cells") {
        for (index, cell) in cells.iter_mut().enumerate() {
            if let Some(source) = sources.remove(&index)
                && let Node::Object(cell) = cell
            {
                cell.insert("source".to_owned(), Node::Text(source.clone()));
            }
            split_texts(cell);
        }
    }
    let mut printed = String::with_capacity(text.len());
    root.print(&mut printed, 0);
    printed.push('\n');
    Ok(printed)
}

/// Brings the long texts of a cell into lists of lines.
fn split_texts(cell: &mut Node) {
    if let Some(source) = cell.get_mut("source") {
        source.split_lines();
    }
    let Some(Node::List(outputs)) = cell.get_mut("outputs") else {
        return;
    };
    for output in outputs {
        if let Some(text) = output.get_mut("text") {
            text.split_lines();
        }
        if let Some(Node::Object(data)) = output.get_mut("data") {
            for (mime, content) in data {
                if !mime.contains("json") {
                    content.split_lines();
                }
            }
        }
    }
}

impl Node {
    fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        match self {
            Node::Object(entries) => entries.get_mut(key),
            _ => None,
        }
    }

    fn split_lines(&mut self) {
        let text = match self {
            Node::Text(text) => std::mem::take(text),
            Node::List(lines) if lines.iter().all(|line| matches!(line, Node::Text(_))) => lines
                .iter()
                .map(|line| match line {
                    Node::Text(text) => text.as_str(),
                    _ => "",
                })
                .collect(),
            _ => return,
        };
        let lines = text
            .split_inclusive('\n')
            .map(|line| Node::Text(line.to_owned()));
        *self = Node::List(lines.collect());
    }

    fn print(&self, out: &mut String, depth: usize) {
        match self {
            Node::Object(entries) => {
                print_all(out, depth, ['{', '}'], entries, |out, (key, value)| {
                    out.push_str(&quoted(key));
                    out.push_str(": ");
                    value.print(out, depth + 1);
                })
            }
            Node::List(items) => print_all(out, depth, ['[', ']'], items, |out, item| {
                item.print(out, depth + 1);
            }),
            Node::Text(text) => out.push_str(&quoted(text)),
            Node::Word(word) => out.push_str(word),
        }
    }
}

fn print_all<I: IntoIterator>(
    out: &mut String,
    depth: usize,
    [open, close]: [char; 2],
    items: I,
    mut print: impl FnMut(&mut String, I::Item),
) {
    out.push(open);
    let mut empty = true;
    for item in items {
        out.push_str(if empty { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(depth + 1));
        print(out, item);
        empty = false;
    }
    if !empty {
        out.push('\n');
        out.push_str(&" ".repeat(depth));
    }
    out.push(close);
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is plain data")
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        raw.get().parse().map_err(de::Error::custom)
    }
}

impl FromStr for Node {
    type Err = serde_json::Error;

    fn from_str(raw: &str) -> Result<Node, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(raw);
        match raw.as_bytes().first() {
            Some(b'{') => deserializer.deserialize_map(Entries),
            Some(b'[') => deserializer.deserialize_seq(Items),
            Some(b'"') => String::deserialize(&mut deserializer).map(Node::Text),
            _ => Ok(Node::Word(raw.to_owned())),
        }
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, Node>()? {
            if entries.contains_key(&key) {
                return Err(de::Error::custom(format!("the key `{key}` stands twice")));
            }
            entries.insert(key, value);
        }
        Ok(Node::Object(entries))
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn keys_are_sorted_texts_split_and_numbers_kept() {
        let text = r#"{"nbformat":4,"big":123456789012345678901234567890,"x":1.50,"cells":
            [{"source":"a\nb","cell_type":"code","metadata":{},"outputs":[]}]}"#;
        let expected = "{\n \"big\": 123456789012345678901234567890,\n \"cells\": [\n  {\n   \
                        \"cell_type\": \"code\",\n   \"metadata\": {},\n   \"outputs\": [],\n   \
                        \"source\": [\n    \"a\\n\",\n    \"b\"\n   ]\n  }\n ],\n \
                        \"nbformat\": 4,\n \"x\": 1.50\n}\n";
        assert_eq!(canonical(text, &[]).unwrap(), expected);
        assert_eq!(canonical(expected, &[]).unwrap(), expected);
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        let error = canonical(r#"{"a":{"b":1,"b":2}}"#, &[]).unwrap_err();
        assert!(error.to_string().contains("`b` stands twice"), "{error}");
    }
}
