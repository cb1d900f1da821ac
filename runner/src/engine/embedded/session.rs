//! A session: an evcxr context for the cells of one notebook after the other, and the tap on its
//! child.
//!
//! The only file that executes through evcxr.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use evcxr::{CommandContext, Error, EvalContext, EvalOutputs};
use serde_json::{Value, json};

use super::child::{self, TAP_VARIABLE};
use super::diagnostics::{describe, describe_message};
use super::processes::{kill_descendants, memory_of_tree};
use super::protocol::WORKER_VARIABLE;
use super::tap::{Audience, Collected, CutOff, Tap};
use crate::engine::{CellRun, End, Phase, Times};
use crate::notebook::json::with_finite_numbers;
use crate::notebook::{MimeBundle, Output, Stream};
use crate::source::{has_word, split_commands, type_definitions};
use crate::source_map;

/// An evcxr context and the tap on its child.
pub(super) struct Session {
    // Before the tap, so that the child is gone when the tap ends.
    context: CommandContext,
    tap: Tap,
    /// The types that cells have defined, and how.
    types: BTreeMap<String, String>,
}

impl Session {
    /// Makes ready for a notebook, reusing what an earlier one warmed up.
    pub(super) fn open(
        old: Option<Session>,
        dir: &Path,
        notebook: &Path,
    ) -> Result<Session, String> {
        let explain = |error: &dyn std::fmt::Display| format!("evcxr does not start: {error}");
        std::env::set_current_dir(notebook)
            .map_err(|error| format!("cannot enter `{}`: {error}", notebook.display()))?;
        let mut session = match old {
            Some(mut session) => {
                // What the notebook before started and left running, and the child itself, which
                // `:clear` would end anyway.
                kill_descendants(None);
                session
                    .context
                    .execute(":clear")
                    .map_err(|error| explain(&error))?;
                session.context.reset_config();
                session
            }
            None => {
                let tap = Tap::start(dir, Audience::Worker).map_err(|error| explain(&error))?;
                let program = std::env::current_exe().map_err(|error| explain(&error))?;
                let mut command = Command::new(program);
                command
                    .env(TAP_VARIABLE, Tap::socket_in(dir))
                    .envs(child::environment())
                    .env_remove(WORKER_VARIABLE);
                let (context, outputs) = EvalContext::with_subprocess_command(command)
                    .map_err(|error| explain(&error))?;
                // Nothing comes there: the tap has it all.
                drop(outputs);
                Session {
                    context: CommandContext::with_eval_context(context),
                    tap,
                    types: BTreeMap::new(),
                }
            }
        };
        session
            .context
            .execute(":load_config --quiet")
            .map_err(|error| explain(&error))?;
        session.tap.collect();
        session.types.clear();
        Ok(session)
    }

    /// Executes a cell, which may have errors, panic, or end the process.
    pub(super) fn execute(&mut self, source: &str, count: u32, limits: Limits) -> CellRun {
        let began = Instant::now();
        let types = type_definitions(split_commands(source).1);
        if let Err(reason) = self.check_types(&types) {
            return self.report(
                source,
                count,
                Err(reason.into()),
                self.tap.collect(),
                began.elapsed(),
            );
        }
        self.tap.limit_output(limits.output);
        let context = &mut self.context;
        let tap = &self.tap;
        let (result, cut_off) = thread::scope(|scope| {
            let (done, ended) = mpsc::channel::<()>();
            let watchdog = thread::Builder::new()
                .name("watchdog".to_owned())
                .spawn_scoped(scope, move || watch(tap, &ended, limits));
            let result = match &watchdog {
                Ok(_) => context.execute(source),
                Err(error) => Err(Error::from(format!("no thread for the limits: {error}"))),
            };
            drop(done);
            let cut_off = watchdog.ok().and_then(|watchdog| watchdog.join().ok());
            (result, cut_off.flatten())
        });
        let mut collected = self.tap.collect();
        collected.cut_off = cut_off.or(collected.cut_off);
        if result.is_ok() {
            self.types.extend(types);
        }
        self.report(source, count, result, collected, began.elapsed())
    }

    /// Refuses to define a type anew while a variable holds a value of the old one: evcxr would take
    /// its memory for a value of the new type.
    fn check_types(&self, new: &BTreeMap<String, String>) -> Result<(), String> {
        for (name, definition) in new {
            let changed = self.types.get(name).is_some_and(|old| old != definition);
            let holder = self
                .context
                .variables_and_types()
                .find(|(_, held)| has_word(held, name));
            if let (true, Some((variable, _))) = (changed, holder) {
                return Err(format!(
                    "The type `{name}` is defined anew while the variable `{variable}` holds a value \
                     of the old one, whose memory the kernel would take for the new one.\n\
                     Give the new type another name, or keep the variable inside of a block."
                ));
            }
        }
        Ok(())
    }

    fn report(
        &self,
        source: &str,
        count: u32,
        result: Result<EvalOutputs, Error>,
        collected: Collected,
        took: Duration,
    ) -> CellRun {
        let transcript = collected.transcript;
        let mut outputs = Vec::new();
        push_stream(&mut outputs, Stream::Stdout, &transcript.stdout);
        push_stream(&mut outputs, Stream::Stderr, &transcript.stderr);
        let end = match result {
            Err(error) if collected.cut_off.is_some() => {
                outputs.extend(describe_message(&error.to_string()).0);
                let phase = match collected.ran {
                    Duration::ZERO => Phase::Compiling,
                    _ => Phase::Running,
                };
                match collected.cut_off {
                    Some(CutOff::Output) => End::OutputLimit,
                    Some(CutOff::Memory) => End::MemoryLimit,
                    Some(CutOff::Time) | None => End::TimedOut(phase),
                }
            }
            Ok(shown) => {
                push_bundle(&mut outputs, shown, transcript.bundle, count);
                if transcript.panicked {
                    let stderr = String::from_utf8_lossy(&transcript.stderr);
                    let line =
                        self.context.last_source().ok().and_then(|generated| {
                            source_map::panic_line(&stderr, &generated, source)
                        });
                    End::Panicked { line }
                } else if transcript.left_early {
                    End::LeftEarly
                } else {
                    End::Completed
                }
            }
            Err(Error::CompilationErrors(errors)) => {
                let (errors, diagnostics) = describe(&errors, source, count);
                outputs.extend(errors);
                End::NotCompiled(diagnostics)
            }
            Err(Error::SubprocessTerminated(message)) => {
                outputs.extend(describe_message(&message).0);
                end_of_process(&message)
            }
            Err(error) => {
                let (errors, diagnostics) = describe_message(&error.to_string());
                outputs.extend(errors);
                End::NotCompiled(diagnostics)
            }
        };
        CellRun {
            end,
            outputs,
            late: String::from_utf8_lossy(&collected.late).into_owned(),
            times: Times {
                waiting: Duration::ZERO,
                compiling: took.saturating_sub(collected.ran),
                running: collected.ran,
            },
        }
    }
}

/// What a cell may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) time: Duration,
    /// In bytes.
    pub(super) memory: u64,
    /// In bytes.
    pub(super) output: u64,
}

/// How often memory is looked at. A process that touches new memory as fast as it can gets a few
/// hundred megabytes further meanwhile.
const LOOK: Duration = Duration::from_millis(150);

/// Ends what takes too long or too much: the child where the cell's code runs, compilers where it
/// is still being compiled. Returns why.
fn watch(tap: &Tap, ended: &Receiver<()>, limits: Limits) -> Option<CutOff> {
    let deadline = Instant::now() + limits.time;
    let mut why = None;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let wait = if left.is_zero() { LOOK } else { left.min(LOOK) };
        if ended.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
            return why;
        }
        if memory_of_tree() > limits.memory {
            why = Some(CutOff::Memory);
        } else if Instant::now() >= deadline {
            why = why.or(Some(CutOff::Time));
        }
        let Some(why) = why else { continue };
        // evcxr starts a new child at once, which has done nothing wrong: this is the last kill.
        if tap.cut_off_running_cell(why) {
            return Some(why);
        }
        if let Some(child) = tap.child() {
            kill_descendants(Some(child));
        }
    }
}

/// Reads the status out of evcxr's message, which is the only place where it stands.
fn end_of_process(message: &str) -> End {
    let status = message.rsplit("status: ").next().unwrap_or_default();
    let number = |prefix| -> Option<i32> {
        status
            .strip_prefix(prefix)?
            .split(' ')
            .next()?
            .trim()
            .parse()
            .ok()
    };
    // The prefix of a status, `exit status: 1`, ends like the one before it.
    match (message.contains("exit status: "), number("signal: ")) {
        (true, _) => End::Exited(status.trim().parse().unwrap_or(-1)),
        (false, Some(signal)) => End::Signaled(signal),
        (false, None) => End::Exited(-1),
    }
}

fn push_stream(outputs: &mut Vec<Output>, name: Stream, bytes: &[u8]) {
    if !bytes.is_empty() {
        let text = String::from_utf8_lossy(bytes).into_owned();
        outputs.push(Output::Stream { name, text });
    }
}

/// The value of the cell, from evcxr's own commands and from what the cell printed as content.
fn push_bundle(
    outputs: &mut Vec<Output>,
    shown: EvalOutputs,
    printed: impl IntoIterator<Item = (String, String)>,
    count: u32,
) {
    let data: MimeBundle = shown
        .content_by_mime_type
        .into_iter()
        .chain(printed)
        .map(|(mime, content)| {
            let value = match mime.contains("json") {
                true => serde_json::from_str(&with_finite_numbers(&content))
                    .unwrap_or_else(|_| Value::from(content.as_str())),
                false => Value::from(content),
            };
            (mime, value)
        })
        .collect();
    if !data.is_empty() {
        outputs.push(Output::ExecuteResult {
            data,
            execution_count: Some(count),
            metadata: json!({}),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::end_of_process;
    use crate::engine::End;

    #[test]
    fn the_status_is_read_from_the_message() {
        let table = [
            (
                "Subprocess terminated with status: exit status: 7",
                End::Exited(7),
            ),
            (
                "Subprocess terminated with status: exit status: 0",
                End::Exited(0),
            ),
            (
                "Subprocess terminated with status: signal: 6 (SIGABRT) (core dumped)",
                End::Signaled(6),
            ),
            (
                "Subprocess terminated with status: signal: 11 (SIGSEGV)",
                End::Signaled(11),
            ),
        ];
        for (message, end) in table {
            assert_eq!(end_of_process(message), end, "{message}");
        }
    }
}
