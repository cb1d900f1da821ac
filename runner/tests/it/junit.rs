//! JUnit's XML by the rules of its schema.

use nbrun::report::Junit;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event as Xml};

use crate::sample::tell;

fn junit() -> String {
    let mut out = Vec::new();
    tell(&mut Junit::new(&mut out));
    String::from_utf8(out).expect("UTF-8")
}

/// An element of a JUnit report, as the schema of Jenkins' xUnit plugin has it: the attributes that
/// it must have, those that it may have, and what may stand in it.
fn rules(element: &str) -> (&[&str], &[&str], &[&str]) {
    match element {
        "testsuites" => (
            &["name", "tests", "failures", "errors", "time"],
            &[],
            &["testsuite"],
        ),
        "testsuite" => (
            &["name", "tests", "failures", "errors", "skipped"],
            &["time"],
            &["testcase"],
        ),
        "testcase" => (
            &["name", "classname"],
            &["time"],
            &["failure", "error", "skipped"],
        ),
        "failure" | "error" => (&["type", "message"], &[], &["text"]),
        "skipped" => (&["message"], &[], &[]),
        other => panic!("`{other}` is no element of JUnit"),
    }
}

fn attributes(element: &BytesStart<'_>) -> Vec<(String, String)> {
    let attributes = element.attributes().map(|attribute| {
        let attribute = attribute.expect("an attribute");
        let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .expect("a value");
        (name, value.into_owned())
    });
    attributes.collect()
}

#[test]
fn junit_is_valid() {
    let text = junit();
    assert!(
        text.chars()
            .all(|char| char >= ' ' && char != '\u{fffe}' || "\n\t\r".contains(char)),
        "{text}"
    );
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<String> = Vec::new();
    let mut counted = Vec::new();
    loop {
        let event = reader.read_event().expect("well-formed XML");
        match &event {
            Xml::Start(element) | Xml::Empty(element) => {
                let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
                let attributes = attributes(element);
                let (needed, allowed, _) = rules(&name);
                for needed in needed {
                    let present = attributes.iter().any(|(name, _)| name == needed);
                    assert!(present, "`{name}` has no `{needed}`\n{text}");
                }
                for (attribute, value) in &attributes {
                    let known = needed.contains(&attribute.as_str())
                        || allowed.contains(&attribute.as_str());
                    assert!(known, "`{name}` has `{attribute}`\n{text}");
                    if attribute == "time" {
                        let (whole, part) = value.split_once('.').expect("a point");
                        assert!(whole.parse::<u32>().is_ok() && part.len() == 3, "{value} s");
                    }
                }
                match open.last() {
                    Some(outer) => assert!(
                        rules(outer).2.contains(&name.as_str()),
                        "`{name}` in `{outer}`"
                    ),
                    None => assert_eq!(name, "testsuites"),
                }
                counted.push((name.clone(), attributes));
                if matches!(event, Xml::Start(_)) {
                    open.push(name);
                }
            }
            Xml::End(_) => drop(open.pop()),
            Xml::Text(_) | Xml::CData(_) | Xml::GeneralRef(_) => {
                let inside = open.last().map_or("", String::as_str);
                let white =
                    matches!(&event, Xml::Text(text) if text.iter().all(u8::is_ascii_whitespace));
                assert!(
                    white || ["failure", "error"].contains(&inside),
                    "text in `{inside}`"
                );
            }
            Xml::Eof => break,
            _ => {}
        }
    }
    let number = |name: &str| {
        counted
            .iter()
            .filter(|(element, _)| element == name)
            .count()
            .to_string()
    };
    let (_, whole) = &counted[0];
    for (attribute, element) in [
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
    ] {
        let said = &whole
            .iter()
            .find(|(name, _)| name == attribute)
            .expect("it is needed")
            .1;
        assert_eq!(*said, number(element), "{attribute}");
    }
    assert_eq!(
        [number("testcase"), number("skipped"), number("error")],
        ["13", "3", "2"]
    );
}
