//! The source of a code cell: evcxr commands first, Rust code after them.

use std::collections::BTreeSet;

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
    use super::{has_word, lines_in_literals, split_commands};

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
    fn a_word_in_a_comment_is_not_code() {
        assert!(has_word("unsafe { f() }", "unsafe"));
        assert!(!has_word(
            "// unsafe\nlet a = \"unsafe\"; let not_unsafe = 1;",
            "unsafe"
        ));
    }
}
