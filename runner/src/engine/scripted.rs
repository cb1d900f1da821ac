//! A fake engine: the cell's source says what happens.
//!
//! Each line of a cell is one step, so that a test reads as what it does:
//! `print TEXT`, `eprint TEXT`, `late TEXT`, `show TEXT`, `error CODE MESSAGE`, `panic MESSAGE`,
//! `return MESSAGE` (an early `?`), `exit CODE`, `signal NUMBER`, `hang`, `flood`, `bloat`, `break REASON`
//! (the engine itself fails). Other lines do nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::{CellRun, Diagnostic, End, Engine, EngineError, Phase, Request, Times};
use crate::notebook::{Output, Stream};

/// The fake engine.
#[derive(Debug, Default)]
pub struct Scripted {
    /// The directories of the notebooks that were opened.
    pub opened: Vec<PathBuf>,
    /// How many cells were executed.
    pub executed: usize,
}

impl Engine for Scripted {
    fn open(&mut self, dir: &Path) -> Result<(), EngineError> {
        self.opened.push(dir.to_owned());
        Ok(())
    }

    fn execute(&mut self, request: &Request<'_>) -> Result<CellRun, EngineError> {
        self.executed += 1;
        let mut run = CellRun {
            end: End::Completed,
            outputs: Vec::new(),
            late: String::new(),
            times: Times {
                waiting: Duration::ZERO,
                compiling: Duration::from_millis(20),
                running: Duration::from_millis(10),
            },
        };
        for (index, line) in request.source.lines().enumerate() {
            let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
            match verb {
                "print" => write(&mut run, Stream::Stdout, rest),
                "eprint" => write(&mut run, Stream::Stderr, rest),
                "late" => run.late.push_str(&format!("{rest}\n")),
                "show" => run.outputs.push(Output::ExecuteResult {
                    data: [("text/plain".to_owned(), rest.into())].into(),
                    execution_count: Some(request.count),
                    metadata: json!({}),
                }),
                "error" => fail(&mut run, index + 1, rest),
                "panic" => {
                    write(&mut run, Stream::Stderr, rest);
                    run.end = End::Panicked {
                        line: Some(index + 1),
                    };
                }
                "return" => {
                    write(&mut run, Stream::Stderr, rest);
                    run.end = End::LeftEarly;
                }
                "exit" => run.end = End::Exited(rest.parse().expect("`exit CODE`")),
                "signal" => run.end = End::Signaled(rest.parse().expect("`signal NUMBER`")),
                "hang" => run.end = End::TimedOut(Phase::Running),
                "flood" => run.end = End::OutputLimit,
                "bloat" => run.end = End::MemoryLimit,
                "break" => return Err(EngineError(rest.to_owned())),
                _ => {}
            }
        }
        Ok(run)
    }
}

fn write(run: &mut CellRun, stream: Stream, line: &str) {
    if let Some(Output::Stream { name, text }) = run.outputs.last_mut()
        && *name == stream
    {
        text.push_str(&format!("{line}\n"));
        return;
    }
    run.outputs.push(Output::Stream {
        name: stream,
        text: format!("{line}\n"),
    });
}

fn fail(run: &mut CellRun, line: usize, rest: &str) {
    let (code, message) = rest.split_once(' ').unwrap_or((rest, ""));
    let diagnostic = Diagnostic {
        code: (code != "-").then(|| code.to_owned()),
        message: message.to_owned(),
        line: Some(line),
        report: rest.to_owned(),
    };
    run.outputs.push(Output::Error {
        ename: "Error".to_owned(),
        evalue: message.to_owned(),
        traceback: vec![rest.to_owned()],
    });
    match &mut run.end {
        End::NotCompiled(diagnostics) => diagnostics.push(diagnostic),
        end => *end = End::NotCompiled(vec![diagnostic]),
    }
}
