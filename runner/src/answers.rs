//! Wrong answers to exercises, which a check must refuse.
//!
//! They stand in `DIR/NOTEBOOK/EXERCISE/NAME.rs`. A file takes the place of the stub's source; its
//! first line, `// expect: TEXT`, says what the check must print.

use std::fs;
use std::io;
use std::path::Path;

/// How the line begins that says what the check must print.
const EXPECT: &str = "// expect: ";

/// A wrong answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongAnswer {
    /// The name of its file, without the ending.
    pub name: String,
    /// What takes the place of the stub's source.
    pub source: String,
    /// What the check must print of it.
    pub expect: String,
}

/// Reads the wrong answers to an exercise of a notebook, by name.
///
/// # Errors
/// When there is none, or a file does not say what to expect.
pub fn wrong_answers(dir: &Path, notebook: &Path, exercise: &str) -> io::Result<Vec<WrongAnswer>> {
    let dir = dir
        .join(notebook.file_stem().unwrap_or_default())
        .join(exercise);
    let none = || {
        let dir = dir.display();
        io::Error::other(format!("no wrong answers to `{exercise}` in `{dir}`"))
    };
    let mut answers = Vec::new();
    for entry in fs::read_dir(&dir).map_err(|_| none())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            answers.push(read(&path)?);
        }
    }
    if answers.is_empty() {
        return Err(none());
    }
    answers.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(answers)
}

fn read(path: &Path) -> io::Result<WrongAnswer> {
    let text = fs::read_to_string(path)?;
    let expect = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix(EXPECT))
        .ok_or_else(|| {
            let path = path.display();
            io::Error::other(format!("the first line of `{path}` is not `{EXPECT}TEXT`"))
        })?;
    Ok(WrongAnswer {
        name: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        expect: expect.trim().to_owned(),
        source: text,
    })
}
