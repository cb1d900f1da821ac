//! Telling about a run. Reporters hear events; nothing else prints.

mod failure;
mod github;
mod html;
mod json;
mod junit;
mod live;
mod terminal;

pub use github::Github;
pub use html::Html;
pub use json::Json;
pub use junit::Junit;
pub use terminal::Terminal;

use std::io;

use crate::event::Event;

/// Tells about a run in some form.
pub trait Reporter {
    /// Hears what happened.
    ///
    /// # Errors
    /// When the reporter cannot write.
    fn on_event(&mut self, event: &Event<'_>) -> io::Result<()>;
}

/// A text of somebody else on its way to a terminal or a log: what is no text is shown as an escape,
/// and no line is a command to GitHub, which takes them from anywhere in a log.
fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        if start.starts_with("::") || start.starts_with("##[") {
            shown.push('\\');
        }
        for char in line.chars() {
            match char {
                '\n' | '\t' => shown.push(char),
                _ if char.is_control() => shown.extend(char.escape_unicode()),
                _ => shown.push(char),
            }
        }
    }
    shown
}

/// Several reporters that hear the same.
impl Reporter for Vec<Box<dyn Reporter + '_>> {
    fn on_event(&mut self, event: &Event<'_>) -> io::Result<()> {
        self.iter_mut()
            .try_for_each(|reporter| reporter.on_event(event))
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_a_notebook_says_commands_nothing() {
        let table = [
            ("a\n\tb\u{e9}\n", "a\n\tb\u{e9}\n"),
            ("\u{1b}[2Apass\r", "\\u{1b}[2Apass\\u{d}"),
            ("a\n  ::error::b\n##[c]", "a\n\\  ::error::b\n\\##[c]"),
            ("a ::b", "a ::b"),
        ];
        for (text, shown) in table {
            assert_eq!(harmless(text), shown);
        }
    }
}
