//! What the compiler says, read from its JSON, one diagnostic in each line.
//!
//! The few fields that are needed are read by hand: a JSON crate would cost every notebook.

use std::fmt;

use crate::show;

/// One error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CompileError {
    /// The code, such as `E0373`, or the name of a lint; `None` where the compiler gives none.
    pub code: Option<String>,
    /// What is wrong, in one line.
    pub message: String,
    /// The whole diagnostic, as `rustc` prints it.
    pub rendered: String,
}

/// All errors of a program, in the order of the compiler; shows itself as `rustc` would.
///
/// # Examples
///
/// ```
/// use threadlab::program::Program;
///
/// let twice = Program::new(
///     r#"
///     fn main() {
///         let orders = vec![1, 2, 3];
///         drop(orders);
///         drop(orders);
///     }
///     "#,
/// );
/// let errors = twice.compile_errors().unwrap();
/// assert_eq!(errors.codes(), ["E0382"]);
/// assert!(errors.to_string().contains("use of moved value: `orders`"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CompileErrors {
    errors: Vec<CompileError>,
}

impl CompileErrors {
    /// The errors one by one.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// let errors = Program::new("fn main() { missing() }").compile_errors().unwrap();
    /// assert_eq!(errors.errors()[0].code.as_deref(), Some("E0425"));
    /// ```
    pub fn errors(&self) -> &[CompileError] {
        &self.errors
    }

    /// The codes, each one once, in alphabetical order.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// let errors = Program::new("fn main() { one(); two(); }").compile_errors().unwrap();
    /// assert_eq!(errors.codes(), ["E0425"]);
    /// ```
    pub fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = Vec::new();
        for code in self.errors.iter().filter_map(|error| error.code.as_deref()) {
            if let Err(at) = codes.binary_search(&code) {
                codes.insert(at, code);
            }
        }
        codes
    }

    /// Whether there are none, so that the program compiles.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// assert!(Program::new("fn main() {}").compile_errors().unwrap().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Shows the errors as the result of a cell.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// Program::new("fn main() {").compile_errors().unwrap().evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        show::text(&self.to_string());
    }

    /// Reads the errors among the lines of `--error-format=json`.
    ///
    /// `directory` is left out of what is shown.
    pub(super) fn read(stderr: &str, directory: &str) -> Self {
        let errors = stderr.lines().filter_map(|line| read(line, directory));
        Self {
            errors: errors.collect(),
        }
    }

    /// What the compiler said when none of it could be read as an error.
    pub(super) fn unread(stderr: &str) -> Self {
        Self {
            errors: vec![CompileError {
                code: None,
                message: stderr.lines().next().unwrap_or("no message").to_owned(),
                rendered: stderr.to_owned(),
            }],
        }
    }
}

impl fmt::Display for CompileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.errors.is_empty() {
            return f.write_str("it compiles");
        }
        let rendered: Vec<&str> = self
            .errors
            .iter()
            .map(|error| error.rendered.trim_end())
            .collect();
        f.write_str(&rendered.join("\n\n"))
    }
}

fn read(line: &str, directory: &str) -> Option<CompileError> {
    let mut error = CompileError {
        code: None,
        message: String::new(),
        rendered: String::new(),
    };
    let mut is_error = false;
    let mut reader = Reader { rest: line };
    reader.object(&mut |key, reader| {
        match key {
            "level" => is_error = reader.string()? == "error",
            "message" => error.message = reader.string()?,
            "rendered" if reader.rest.starts_with('"') => {
                error.rendered = reader.string()?.replace(directory, "");
            }
            "code" if reader.rest.starts_with('{') => {
                reader.object(&mut |key, reader| {
                    if key == "code" {
                        error.code = Some(reader.string()?);
                        Some(())
                    } else {
                        reader.skip()
                    }
                })?;
            }
            _ => reader.skip()?,
        }
        Some(())
    })?;
    // The count at the end is no error of the program.
    (is_error && !error.message.starts_with("aborting due to")).then_some(error)
}

/// Reads JSON without spaces, as the compiler writes it; `None` where it is something else.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, sign: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(sign)?;
        Some(())
    }

    /// Reads an object; `value` has to read the value of every key.
    fn object(&mut self, value: &mut dyn FnMut(&str, &mut Self) -> Option<()>) -> Option<()> {
        self.eat('{')?;
        if self.eat('}').is_some() {
            return Some(());
        }
        loop {
            let key = self.string()?;
            self.eat(':')?;
            value(&key, self)?;
            if self.eat(',').is_none() {
                return self.eat('}');
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.eat('"')?;
        let mut text = String::new();
        loop {
            let plain = self.rest.find(['"', '\\'])?;
            text.push_str(&self.rest[..plain]);
            self.rest = &self.rest[plain..];
            if self.eat('"').is_some() {
                return Some(text);
            }
            self.eat('\\')?;
            let sign = self.rest.chars().next()?;
            self.eat(sign)?;
            text.push(match sign {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'u' => self.unicode()?,
                // Form feed and backspace do not occur; the others stand for themselves.
                other => other,
            });
        }
    }

    /// The four digits of an escape; halves of a pair, which rustc does not write, are lost.
    fn unicode(&mut self) -> Option<char> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        let code = u32::from_str_radix(digits, 16).ok()?;
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn skip(&mut self) -> Option<()> {
        match self.rest.chars().next()? {
            '"' => self.string().map(drop),
            '{' => self.object(&mut |_, reader| reader.skip()),
            '[' => {
                self.eat('[')?;
                while self.eat(']').is_none() {
                    self.skip()?;
                    // A comma, or the end comes next.
                    let _ = self.eat(',');
                }
                Some(())
            }
            _ => {
                let end = self.rest.find([',', '}', ']'])?;
                self.rest = &self.rest[end..];
                Some(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CompileErrors, read};

    #[test]
    fn an_error_is_read_and_the_directory_left_out() {
        let line = r#"{"$message_type":"diagnostic","message":"use of \"x\"","code":{"code":"E0382","explanation":"a\nb"},"level":"error","spans":[{"line":1,"deep":[1,{"a":null}]},{}],"children":[{"message":"inner","code":null,"level":"note","rendered":null}],"rendered":"error \u2026 /tmp/d/main.rs\n"}"#;
        let error = read(line, "/tmp/d/").unwrap();
        assert_eq!(error.code.as_deref(), Some("E0382"));
        assert_eq!(error.message, "use of \"x\"");
        assert_eq!(error.rendered, "error \u{2026} main.rs\n");
    }

    #[test]
    fn warnings_the_count_and_other_lines_are_no_errors() {
        let lines = [
            r#"{"message":"unused","code":{"code":"unused_variables","explanation":null},"level":"warning","rendered":"w"}"#,
            r#"{"message":"aborting due to 1 previous error","code":null,"level":"error","rendered":"e"}"#,
            r#"{"message":"For more information","code":null,"level":"failure-note","rendered":"f"}"#,
            "error: the compiler was killed",
            r#"{"message":"cut o"#,
            "{}",
            "",
        ];
        for line in lines {
            assert_eq!(read(line, "/"), None, "of {line:?}");
        }
        assert!(CompileErrors::read(&lines.join("\n"), "/").is_empty());
    }
}
