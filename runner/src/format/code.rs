//! rustfmt for a cell, which is not a file: statements at the top level, commands before them.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::source::{lines_in_literals, split_commands};

/// Why something was not formatted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// rustfmt cannot be started.
    #[error("cannot run rustfmt (try `rustup component add rustfmt`): {0}")]
    Rustfmt(String),
    /// rustfmt cannot parse the cell.
    #[error("rustfmt cannot parse it: {0}")]
    Parse(String),
    /// The notebook has no canonical form.
    #[error("{0}")]
    Notebook(String),
}

/// The statements of a cell are formatted as the body of a function.
const BEFORE: &str = "fn cell() {\n";
const AFTER: &str = "\n}\n";
const INDENT: &str = "    ";

/// Formats the source of a code cell. Lines with commands stay as they are.
///
/// # Errors
/// When rustfmt cannot be started or cannot parse the cell.
pub fn format_code(source: &str) -> Result<String, FormatError> {
    let (commands, code) = split_commands(source);
    if code.trim().is_empty() {
        return Ok(source.trim_end().to_owned());
    }
    let formatted = rustfmt(&format!("{BEFORE}{code}{AFTER}"))?;
    let body = formatted
        .strip_prefix(BEFORE)
        .and_then(|body| body.strip_suffix(AFTER))
        .ok_or_else(|| FormatError::Parse("its braces do not match".to_owned()))?;
    // Literals are found in the whole, the lines of the body begin one later.
    let verbatim = lines_in_literals(&formatted);
    let lines: Vec<&str> = body
        .lines()
        .enumerate()
        .map(|(index, line)| match verbatim.contains(&(index + 1)) {
            true => line,
            false => line.strip_prefix(INDENT).unwrap_or(line),
        })
        .collect();
    let code = lines.join("\n");
    let separator = match commands {
        "" => "",
        commands if commands.ends_with('\n') => "",
        _ => "\n",
    };
    Ok(format!("{commands}{separator}{code}"))
}

fn rustfmt(source: &str) -> Result<String, FormatError> {
    let failed = |error: std::io::Error| FormatError::Rustfmt(error.to_string());
    let mut process = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--quiet"])
        // Neither the user's settings nor a repository's: a notebook has one form everywhere.
        .args(["--config-path", "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // A cell fits into a pipe, or rustfmt reads it to its end before it writes.
    let mut stdin = process.stdin.take().expect("stdin is piped");
    let written = stdin.write_all(source.as_bytes());
    drop(stdin);
    let output = process.wait_with_output().map_err(failed)?;
    if output.status.success() {
        written.map_err(failed)?;
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let reason = message.lines().next().unwrap_or("no reason given");
    Err(FormatError::Parse(
        reason.trim_start_matches("error: ").to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::{FormatError, format_code};

    #[test]
    fn statements_items_and_commands_are_formatted() {
        let table = [
            ("let  a=1;", "let a = 1;"),
            ("a", "a"),
            (
                ":dep x = \"1\"\nuse  std::thread ;",
                ":dep x = \"1\"\nuse std::thread;",
            ),
            (":dep x = \"1\"", ":dep x = \"1\""),
            ("", ""),
            ("fn f(){g()}\n\n\n\nf( );", "fn f() {\n    g()\n}\n\nf();"),
            ("let a = \"x\n    y\";", "let a = \"x\n    y\";"),
            ("{ f() };", "{\n    f()\n};"),
        ];
        for (source, formatted) in table {
            assert_eq!(format_code(source).as_deref(), Ok(formatted), "{source}");
            assert_eq!(format_code(formatted).as_deref(), Ok(formatted), "{source}");
        }
    }

    #[test]
    fn what_is_not_rust_is_said_to_be_so() {
        for source in ["let a = ;", "}", "fn f() {"] {
            let result = format_code(source);
            assert!(
                matches!(result, Err(FormatError::Parse(_))),
                "{source}: {result:?}"
            );
        }
    }
}
