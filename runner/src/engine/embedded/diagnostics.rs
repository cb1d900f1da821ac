//! Errors of the compiler as the kernel shows them, and as the verdict needs them.
//!
//! The kernel gives the code of an error only inside a colored report, and not at all where the
//! cell is not ASCII. Here the code comes from the compiler's own message.

use evcxr::{CompilationError, Theme};
use yansi::Paint;

use crate::engine::Diagnostic;
use crate::notebook::Output;
use crate::redact;

/// The outputs and the diagnostics for errors in the cell with this source and execution count.
///
/// Warnings that the compiler gives beside an error are outputs in the kernel, and so here, but no
/// diagnostics.
pub(super) fn describe(
    errors: &[CompilationError],
    source: &str,
    count: u32,
) -> (Vec<Output>, Vec<Diagnostic>) {
    let mut outputs = Vec::new();
    let mut diagnostics = Vec::new();
    for error in errors {
        let traceback = traceback(error, source, count);
        if error.level() == "error" {
            diagnostics.push(Diagnostic {
                code: error.code().map(str::to_owned),
                message: error.message(),
                line: error
                    .primary_spanned_message()
                    .and_then(|message| message.span)
                    .map(|span| span.start_line),
                report: redact::colors(&traceback.join("\n")),
            });
        }
        outputs.push(Output::Error {
            ename: "Error".to_owned(),
            evalue: error.message(),
            traceback,
        });
    }
    (outputs, diagnostics)
}

/// The output and the diagnostic for an error of the kernel itself.
pub(super) fn describe_message(message: &str) -> (Vec<Output>, Vec<Diagnostic>) {
    let output = Output::Error {
        ename: "Error".to_owned(),
        evalue: message.to_owned(),
        traceback: vec![message.to_owned()],
    };
    let diagnostic = Diagnostic {
        message: message.to_owned(),
        report: message.to_owned(),
        ..Diagnostic::default()
    };
    (vec![output], vec![diagnostic])
}

/// The report of one error, line by line, as `evcxr_jupyter` builds it.
fn traceback(error: &CompilationError, source: &str, count: u32) -> Vec<String> {
    if !error.is_from_user_code() {
        return vec![error.message().bright_red().to_string()];
    }
    let name = format!("command_{count}");
    match error.build_report(name.clone(), source.to_owned(), Theme::Light) {
        Some(report) => {
            let mut printed = Vec::new();
            report
                .write(ariadne::sources([(name, source)]), &mut printed)
                .expect("writing to memory does not fail");
            let printed = String::from_utf8_lossy(&printed);
            printed.lines().map(str::to_owned).collect()
        }
        None => plain_traceback(error),
    }
}

/// The kernel's form for cells that are not ASCII.
fn plain_traceback(error: &CompilationError) -> Vec<String> {
    let mut lines = Vec::new();
    for message in error.spanned_messages() {
        lines.extend(message.lines.iter().cloned());
        match &message.span {
            Some(span) => {
                let indent = " ".repeat(span.start_column.saturating_sub(1));
                let carets = "^".repeat(span.end_column.saturating_sub(span.start_column));
                lines.push(format!(
                    "{}{} {}",
                    indent.as_str(),
                    carets.bright_red(),
                    message.label.bright_blue()
                ));
            }
            None => lines.push(message.label.clone()),
        }
    }
    lines.push(error.message());
    for help in error.help() {
        lines.push(format!("{}: {help}", "help".bold()));
    }
    lines
}
