//! Notebooks that nobody would write: any key, any order, any formatting. For [`super::properties`].

use proptest::prelude::*;
use proptest::sample::select;

use crate::odd_json::{Json, Printed, Style, parse, print, style};

/// A notebook to be written.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    cells: Vec<CellSpec>,
    metadata: Vec<(String, Json)>,
    unknown: Vec<(String, Json)>,
    turn: usize,
    style: Style,
}

#[derive(Clone, Debug)]
struct CellSpec {
    kind: Kind,
    /// Whether texts are lists of lines.
    listed: bool,
    metadata: Vec<(String, Json)>,
    unknown: Vec<(String, Json)>,
    /// By how much the keys are turned out of their order.
    turn: usize,
}

#[derive(Clone, Debug)]
enum Kind {
    Prose(&'static str, String),
    /// Lines for the scripted engine, and the outputs of another run, if it is not their own.
    Code(Vec<String>, Option<Vec<Json>>),
}

/// Any notebook for the scripted engine. With `own`, all saved outputs are those of its own run.
pub(crate) fn notebook(own: bool) -> impl Strategy<Value = Spec> {
    let cells = prop::collection::vec(cell(own), 0..6);
    let turn = 0..8_usize;
    (cells, entries(), entries(), turn, style()).prop_map(
        |(cells, metadata, unknown, turn, style)| Spec {
            cells,
            metadata,
            unknown,
            turn,
            style,
        },
    )
}

/// A text that is as odd as they come.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,12}",
        "([ -~]|[\n\r\t\u{0}\u{1b}\u{7f}\u{85}\u{e9}\u{2028}\u{1f600}\"\\\\]){0,12}",
        Just("# Heading\n```rust\n# none\n```\n".to_owned()),
    ]
}

fn cell(own: bool) -> impl Strategy<Value = CellSpec> {
    let prose = (select(vec!["markdown", "raw"]), text())
        .prop_map(|(kind, source)| Kind::Prose(kind, source));
    let said = "[ -~\u{e9}\u{1f600}]{0,10}";
    let line = prop_oneof![
        said.prop_map(|said| format!("print {said}")),
        said.prop_map(|said| format!("show {said}")),
        "// [a-z]{0,8}",
    ];
    let lines = prop::collection::vec(line, 0..4);
    let outputs = prop::option::of(prop::collection::vec(output(), 0..3));
    let code = (lines, outputs)
        .prop_map(move |(lines, outputs)| Kind::Code(lines, outputs.filter(|_| !own)));
    let kind = prop_oneof![1 => prose.boxed(), 2 => code.boxed()];
    (kind, any::<bool>(), entries(), entries(), 0..8_usize).prop_map(
        |(kind, listed, metadata, unknown, turn)| CellSpec {
            kind,
            listed,
            metadata,
            unknown,
            turn,
        },
    )
}

/// An output of some other run.
fn output() -> impl Strategy<Value = Json> {
    (any::<bool>(), text(), any::<bool>(), entries()).prop_map(|(stream, text, listed, unknown)| {
        let content = lines_or_text(&text, listed);
        let value = parse(r#"{"a": ["x\n", "y"]}"#);
        match stream {
            true => object([
                ("output_type", plain("stream")),
                ("text", content),
                ("name", plain("stderr")),
                ("unknown", Json::Object(unknown)),
            ]),
            false => object([
                (
                    "data",
                    object([("text/html", content), ("application/mine+json", value)]),
                ),
                ("metadata", Json::Object(unknown)),
                ("output_type", plain("display_data")),
            ]),
        }
    })
}

/// Entries that nbrun knows nothing about.
fn entries() -> impl Strategy<Value = Vec<(String, Json)>> {
    let number = select(vec![
        "0",
        "-0",
        "-0.0",
        "1.50",
        "1E5",
        "2e-3",
        "123456789012345678901234567890",
        "true",
        "null",
        "1e300",
    ]);
    let leaf = prop_oneof![
        text().prop_map(Json::Text),
        number.prop_map(|number| Json::Word(number.to_owned())),
    ];
    let value = leaf.prop_recursive(3, 12, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(Json::List);
        let object = prop::collection::btree_map(text(), inner, 0..4)
            .prop_map(|entries| Json::Object(entries.into_iter().rev().collect()));
        prop_oneof![list, object]
    });
    // No key of the format begins with a dot.
    let key = text().prop_map(|text| format!(".{text}"));
    prop::collection::btree_map(key, value, 0..3).prop_map(|map| map.into_iter().collect())
}

impl Spec {
    pub(crate) fn print(&self) -> Printed {
        let mut printed = Printed {
            text: String::new(),
            recorded: Vec::new(),
        };
        print(&self.json(), self.style, 0, &mut printed);
        printed.text.push_str(self.style.end);
        printed
    }

    /// The notebook as a value.
    pub(crate) fn json(&self) -> Json {
        let mut number = 0;
        let mut cells = Vec::new();
        for cell in &self.cells {
            number += u32::from(matches!(cell.kind, Kind::Code(..)));
            cells.push(cell.json(number));
        }
        let language = ("language_info", parse(r#"{"name": "rust"}"#));
        let known = [
            ("cells", Json::List(cells)),
            ("metadata", with(object([language]), &self.metadata, 0)),
            ("nbformat", word("4")),
            ("nbformat_minor", word("5")),
        ];
        with(object(known), &self.unknown, self.turn)
    }
}

impl CellSpec {
    /// The cell as a value; `number` is its position among the code cells.
    fn json(&self, number: u32) -> Json {
        let metadata = with(object([]), &self.metadata, self.turn);
        let known = match &self.kind {
            Kind::Prose(kind, source) => object([
                ("cell_type", plain(kind)),
                ("metadata", metadata),
                ("source", lines_or_text(source, self.listed)),
            ]),
            Kind::Code(lines, other) => {
                let own = || own_outputs(lines, self.listed, number);
                let count = match other {
                    Some(_) => "null".to_owned(),
                    None => number.to_string(),
                };
                object([
                    ("cell_type", plain("code")),
                    ("execution_count", word(&count)),
                    ("metadata", metadata),
                    ("outputs", Json::List(other.clone().unwrap_or_else(own))),
                    ("source", lines_or_text(&lines.join("\n"), self.listed)),
                ])
            }
        };
        with(known, &self.unknown, self.turn)
    }
}

/// What the scripted engine brings back, as a file may hold it: what was printed, then values.
fn own_outputs(lines: &[String], listed: bool, number: u32) -> Vec<Json> {
    let said = |verb| lines.iter().filter_map(move |line| line.strip_prefix(verb));
    let printed: String = said("print ").map(|line| format!("{line}\n")).collect();
    let stream = (!printed.is_empty()).then(|| {
        object([
            ("text", lines_or_text(&printed, listed)),
            ("unknown", word("1e2")),
            ("output_type", plain("stream")),
            ("name", plain("stdout")),
        ])
    });
    let shown = said("show ").map(|text| {
        object([
            ("output_type", plain("execute_result")),
            ("metadata", object([])),
            ("execution_count", word(&number.to_string())),
            (
                "data",
                object([("text/plain", lines_or_text(text, listed))]),
            ),
        ])
    });
    stream.into_iter().chain(shown).collect()
}

fn object<const N: usize>(entries: [(&str, Json); N]) -> Json {
    Json::Object(entries.map(|(key, value)| (key.to_owned(), value)).into())
}

/// An object with further entries, and its keys turned.
fn with(object: Json, more: &[(String, Json)], turn: usize) -> Json {
    let Json::Object(mut entries) = object else {
        unreachable!("an object is extended");
    };
    entries.extend_from_slice(more);
    let turn = turn % entries.len().max(1);
    entries.rotate_left(turn);
    Json::Object(entries)
}

fn plain(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn word(word: &str) -> Json {
    Json::Word(word.to_owned())
}

fn lines_or_text(text: &str, listed: bool) -> Json {
    match listed {
        true => Json::List(text.split_inclusive('\n').map(plain).collect()),
        false => plain(text),
    }
}
