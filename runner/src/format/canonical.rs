//! A notebook's JSON as Jupyter writes it: keys in alphabetical order, one space of indentation,
//! long texts as lists of lines, a newline at the end. Saving it in Jupyter then changes nothing.

use std::collections::BTreeMap;

use crate::notebook::json::{Level, level, parse_part};
use crate::notebook::{ReadError, is_json, lines_of};

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
/// When the text is not JSON, a key stands twice in an object, or a text in it cannot be encoded.
pub fn canonical(text: &str, sources: &[(usize, String)]) -> Result<String, ReadError> {
    let mut root = Node::parse(text, text, 0)?;
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
    if let Some(Node::Object(attachments)) = cell.get_mut("attachments") {
        attachments.values_mut().for_each(split_bundle);
    }
    let Some(Node::List(outputs)) = cell.get_mut("outputs") else {
        return;
    };
    for output in outputs {
        if let Some(text) = output.get_mut("text") {
            text.split_lines();
        }
        if let Some(data) = output.get_mut("data") {
            split_bundle(data);
        }
    }
}

fn split_bundle(bundle: &mut Node) {
    let Node::Object(data) = bundle else {
        return;
    };
    for (_, content) in data.iter_mut().filter(|(mime, _)| !is_json(mime)) {
        content.split_lines();
    }
}

impl Node {
    /// Parses `part`, a value in `text` that stands in `depth` others.
    fn parse(text: &str, part: &str, depth: usize) -> Result<Node, ReadError> {
        let inner = |part| Node::parse(text, part, depth + 1);
        Ok(match level(text, part, depth)? {
            Level::Object(entries) => Node::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| Ok((key, inner(value)?)))
                    .collect::<Result<_, ReadError>>()?,
            ),
            Level::List(items) => {
                Node::List(items.into_iter().map(inner).collect::<Result<_, _>>()?)
            }
            Level::Text(quoted) => Node::Text(parse_part(text, quoted)?),
            Level::Word(word) => Node::Word(word.to_owned()),
        })
    }

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
        let lines = lines_of(&text).map(|line| Node::Text(line.to_owned()));
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

#[cfg(test)]
mod tests {
    use serde_json::json;

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

    #[test]
    fn what_stands_too_deep_is_refused() {
        let text = "[".repeat(100_000) + &"]".repeat(100_000);
        let error = canonical(&text, &[]).unwrap_err();
        assert!(error.to_string().contains("128 deep"), "{error}");
    }

    #[test]
    fn texts_are_split_where_jupyter_splits_them() {
        let cell = r#"{"attachments":{"a.svg":{"image/svg+xml":"<a>\n</a>"}},"outputs":[{"data":
            {"application/geo+json":"a\nb","text/x-json":"a\nb"}}],"source":"a\rb"}"#;
        let printed = canonical(&format!("{{\"cells\":[{cell}]}}"), &[]).unwrap();
        let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let cell = &value["cells"][0];
        let data = &cell["outputs"][0]["data"];
        assert_eq!(cell["source"], json!(["a\r", "b"]));
        assert_eq!(
            cell["attachments"]["a.svg"]["image/svg+xml"],
            json!(["<a>\n", "</a>"])
        );
        assert_eq!(data["text/x-json"], json!(["a\n", "b"]));
        assert_eq!(data["application/geo+json"], json!("a\nb"));
    }
}
