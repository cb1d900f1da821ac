//! Who hears of a run, as the command line and the environment ask for.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::cli::RunArguments;
use crate::report::{Github, Html, Json, Junit, Reporter, Terminal};

/// All reporters. Files are opened now, so that a wrong path is said at once.
pub(super) fn reporters(arguments: &RunArguments) -> anyhow::Result<Vec<Box<dyn Reporter>>> {
    let live = io::stdout().is_terminal() && io::stderr().is_terminal();
    let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Terminal::new(io::stdout(), live))];
    if let Some(path) = &arguments.json {
        reporters.push(Box::new(Json::new(create(path)?)));
    }
    if let Some(path) = &arguments.junit {
        reporters.push(Box::new(Junit::new(create(path)?)));
    }
    if let Some(path) = &arguments.html {
        reporters.push(Box::new(Html::new(create(path)?)));
    }
    if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        let summary = std::env::var_os("GITHUB_STEP_SUMMARY").map_or_else(
            || Ok(Box::new(io::sink()) as Box<dyn Write>),
            |path| append(Path::new(&path)),
        )?;
        reporters.push(Box::new(Github::new(io::stdout(), summary)));
    }
    Ok(reporters)
}

/// A file of a report; what goes wrong with it names it.
#[derive(Debug)]
struct ReportFile {
    path: PathBuf,
    file: File,
}

impl Write for ReportFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map_err(|error| {
            let path = self.path.display();
            io::Error::new(error.kind(), format!("cannot write `{path}`: {error}"))
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn create(path: &Path) -> anyhow::Result<BufWriter<ReportFile>> {
    let file = File::create(path)
        .with_context(|| format!("cannot write the report `{}`", path.display()))?;
    Ok(BufWriter::new(ReportFile {
        path: path.to_owned(),
        file,
    }))
}

fn append(path: &Path) -> anyhow::Result<Box<dyn Write>> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .with_context(|| format!("cannot write the step summary `{}`", path.display()))?;
    Ok(Box::new(file))
}
