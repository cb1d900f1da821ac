//! The source of a code cell: evcxr commands first, Rust code after them.

use std::collections::{BTreeMap, BTreeSet};

use ra_ap_rustc_lexer::{FrontmatterAllowed, Token, TokenKind, tokenize};

/// Splits a cell into the lines before its code (commands such as `:dep`, shell lines such as
/// `!ls`, comments, blank lines) and its code. evcxr knows no commands after the first line of code.
pub fn split_commands(source: &str) -> (&str, &str) {
    let mut commands = 0;
    let mut offset = 0;
    for line in source.split_inclusive('\n') {
        let text = line.trim();
        offset += line.len();
        if line.starts_with('!') || text.starts_with(':') && !text.starts_with("::") {
            commands = offset;
        } else if !text.is_empty() && !line.starts_with("//") {
            break;
        }
    }
    source.split_at(commands)
}

/// The numbers of the lines, from 0, that begin inside a literal, where white space is content.
pub fn lines_in_literals(code: &str) -> BTreeSet<usize> {
    let mut inside = BTreeSet::new();
    let mut line = 0;
    for (token, text) in tokens(code) {
        let newlines = text.bytes().filter(|byte| *byte == b'\n').count();
        if matches!(token.kind, TokenKind::Literal { .. }) {
            inside.extend(line + 1..=line + newlines);
        }
        line += newlines;
    }
    inside
}

/// Whether the code has this word as a keyword or name, and not only in a comment or a text.
pub fn has_word(code: &str, word: &str) -> bool {
    tokens(code).any(|(token, text)| token.kind == TokenKind::Ident && text == word)
}

/// The types that the code defines at its top level: their names, and the words and signs of their
/// definitions.
pub fn type_definitions(code: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut depth = 0_usize;
    let mut words = tokens(code)
        .filter(|(token, _)| {
            !matches!(
                token.kind,
                TokenKind::Whitespace
                    | TokenKind::LineComment { .. }
                    | TokenKind::BlockComment { .. }
            )
        })
        .peekable();
    // The name of the type that is being defined, and what was read of it.
    let mut definition: Option<(String, String)> = None;
    while let Some((token, text)) = words.next() {
        let defines = depth == 0 && definition.is_none() && token.kind == TokenKind::Ident;
        if defines && ["struct", "enum", "union"].contains(&text) {
            let name = words
                .peek()
                .filter(|(next, _)| next.kind == TokenKind::Ident);
            definition = name.map(|(_, name)| ((*name).to_owned(), String::new()));
        }
        match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenParen | TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseBrace | TokenKind::CloseParen | TokenKind::CloseBracket => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if let Some((name, mut body)) = definition.take() {
            body.push_str(text);
            body.push(' ');
            let ends = matches!(token.kind, TokenKind::CloseBrace | TokenKind::Semi);
            if depth == 0 && ends {
                found.insert(name, body);
            } else {
                definition = Some((name, body));
            }
        }
    }
    found
}

fn tokens(code: &str) -> impl Iterator<Item = (Token, &str)> {
    let mut offset = 0;
    tokenize(code, FrontmatterAllowed::No).map(move |token| {
        let start = offset;
        offset += token.len as usize;
        (token, &code[start..offset])
    })
}

#[cfg(test)]
mod tests {
    use super::{has_word, lines_in_literals, split_commands, type_definitions};

    #[test]
    fn commands_end_with_the_first_line_of_code() {
        let table = [
            (
                ":dep a = \"1\"\n:opt 0\nlet a = 1;",
                ":dep a = \"1\"\n:opt 0\n",
            ),
            (
                "// why\n:dep a = \"1\"\n\nlet a = 1;",
                "// why\n:dep a = \"1\"\n",
            ),
            ("!ls\nlet a = 1;", "!ls\n"),
            ("// only prose\nlet a = 1;\n:dep", ""),
            ("::std::mem::drop(1);", ""),
            ("", ""),
        ];
        for (source, commands) in table {
            assert_eq!(split_commands(source).0, commands, "{source}");
        }
    }

    #[test]
    fn lines_inside_a_text_are_known() {
        let code = "let a = \"x\n  y\n\";\nlet b = r#\"\n\"#; /* a\nb */";
        assert_eq!(
            lines_in_literals(code).into_iter().collect::<Vec<_>>(),
            [1, 2, 4]
        );
    }

    #[test]
    fn types_are_found_with_their_definitions() {
        let code = "pub struct A<T> { // why\n a: T }\nstruct B(u8, u8);\nfn f() { struct C; }\n\
                    enum D { X }\nlet a = A { a: 1 }; struct E;";
        let found = type_definitions(code);
        let names: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(names, ["A", "B", "D", "E"]);
        assert_eq!(found["A"], "struct A < T > { a : T } ");
        assert_eq!(found["A"], type_definitions("struct A<T> {a: T}")["A"]);
    }

    #[test]
    fn a_word_in_a_comment_is_not_code() {
        assert!(has_word("unsafe { f() }", "unsafe"));
        assert!(!has_word(
            "// unsafe\nlet a = \"unsafe\"; let not_unsafe = 1;",
            "unsafe"
        ));
    }
}
