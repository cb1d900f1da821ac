//! A wrapper around rustc that makes a cell say how it ended where nobody else can.
//!
//! evcxr's generated code prints a line when a cell panicked, when a `?` left it early, and for each
//! variable that an earlier cell defined with another type.
//! A cell can print the same lines, and it can close its standard output before it panics.
//! So before rustc reads the generated code, the statements that print are replaced by ones that
//! write files in the worker's directory, whose path no cell knows.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use serde::{Deserialize, Serialize};

/// The environment variable that makes a process the wrapper; its value is the worker's directory.
const WRAPPER_VARIABLE: &str = "NBRUN_RUSTC";

/// What evcxr calls the generated code.
pub(super) const GENERATED: &str = "src/lib.rs";

/// Where the wrapper leaves its call, in the worker's directory.
const CALL: &str = "rustc.json";

/// Set where evcxr's own wrapper stands before rustc.
const EVCXR_WRAPS: &str = "EVCXR_RUSTC_WRAPPER";

/// A client of cargo's jobserver works only as long as cargo does.
const JOBSERVER: [&str; 3] = ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"];

/// The statements of evcxr 0.22.0 that print.
const SAYS_PANICKED: &str = "println!(\"EVCXR_PANIC_NOTIFICATION\");";
const SAYS_LEFT_EARLY: &str = "println!(\"{}\", evcxr_internal_runtime::USER_ERROR_OCCURRED);";
const SAYS_CHANGED: &str = "println!(\"{VARIABLE_CHANGED_TYPE}{name}\");";

/// Where evcxr's code asks whether a variable that an earlier cell left still has its type. In a
/// strict kernel a cell that fails may have moved the variable, of which evcxr learns nothing.
const CHECKS_VARIABLE: &str = "pub fn check_variable<T: 'static>(&mut self, name: &str) -> bool {";

/// The end of the generated function.
const RETURNS: &str = "evcxr_variable_store\n}";

/// Says what a `print!` without a newline has left in the buffer before the next cell begins.
const FLUSHES: &str = "let _ = ::std::io::Write::flush(&mut ::std::io::stdout()); ";

/// Where the code that evcxr generates for a cell begins, behind the items of all cells.
const OWN_CODE: [&str; 2] = [
    "struct EvcxrUserCodeError {}",
    "mod evcxr_internal_runtime {",
];

/// The start of the names of files that name variables.
const CHANGED: &str = "changed-";

/// The files in the worker's directory by which one process tells another.
#[derive(Clone, Debug)]
pub(super) struct Signs {
    dir: PathBuf,
}

/// What a sign means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// The code that runs next tells its end by signs.
    Rewritten,
    /// The cell panicked.
    Panicked,
    /// A `?` left the cell early.
    LeftEarly,
}

impl Signs {
    pub(super) fn in_directory(dir: &Path) -> Signs {
        Signs {
            dir: dir.to_owned(),
        }
    }

    /// Takes a sign away; says whether it was there.
    pub(super) fn take(&self, sign: Sign) -> bool {
        fs::remove_file(self.path(sign)).is_ok()
    }

    /// Takes away the names of the variables that had another type.
    pub(super) fn take_changed_variables(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.dir) else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name();
                let variable = name.to_str()?.strip_prefix(CHANGED)?.to_owned();
                fs::remove_file(entry.path()).ok()?;
                Some(variable)
            })
            .collect()
    }

    fn path(&self, sign: Sign) -> PathBuf {
        self.dir.join(match sign {
            Sign::Rewritten => "rewritten",
            Sign::Panicked => "panicked",
            Sign::LeftEarly => "left-early",
        })
    }

    /// The statement that names a variable.
    fn changed_statement(&self) -> String {
        let start = self.dir.join(CHANGED);
        format!("let _ = ::std::fs::write(::std::format!(\"{{}}{{name}}\", {start:?}), \"\");")
    }

    /// The beginning of the check of a variable: one that is gone has changed, too.
    fn variable_check(&self) -> String {
        let changed = self.changed_statement();
        format!(
            "{CHECKS_VARIABLE} if !self.variables.contains_key(name) {{ {changed} return false; }}"
        )
    }

    /// The statement that sets a sign.
    fn statement(&self, sign: Sign) -> String {
        format!("let _ = ::std::fs::write({:?}, \"\");", self.path(sign))
    }
}

/// How rustc is called for the generated code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
}

impl Call {
    /// Takes the call that the wrapper has left last.
    pub(super) fn take(dir: &Path) -> Option<Call> {
        let path = dir.join(CALL);
        let call = serde_json::from_slice(&fs::read(&path).ok()?).ok();
        let _ = fs::remove_file(path);
        call
    }

    /// Where rustc is to put the library.
    pub(super) fn out_directory(&self) -> Option<&Path> {
        let mut arguments = self.arguments.iter();
        arguments.find(|argument| *argument == "--out-dir")?;
        arguments.next().map(Path::new)
    }

    /// Leaves the call for [`take`](Call::take), if it makes a library.
    fn keep(&self, dir: &Path) {
        let emit = self
            .arguments
            .iter()
            .find_map(|argument| argument.to_str()?.strip_prefix("--emit="));
        if !emit.is_some_and(|emit| emit.split(',').any(|kind| kind == "link")) {
            return;
        }
        let mut lasting = self.clone();
        lasting
            .environment
            .retain(|(name, _)| JOBSERVER.iter().all(|jobs| name != jobs));
        if let Ok(call) = serde_json::to_vec(&lasting) {
            let _ = fs::write(dir.join(CALL), call);
        }
    }

    /// What cargo would call for the code that stands there now: a wrapper that the user has set, or
    /// else rustc.
    pub(super) fn repeat(mut self, dir: &Path) -> Command {
        let wrapper = std::env::var_os("RUSTC_WRAPPER").filter(|wrapper| !wrapper.is_empty());
        // What evcxr's own wrapper changes is changed already.
        if let (Some(wrapper), None) = (wrapper, std::env::var_os(EVCXR_WRAPS)) {
            self.arguments.insert(0, self.program);
            self.program = wrapper;
        }
        self.command(dir)
    }

    /// The call, for the code that stands there now.
    fn command(self, dir: &Path) -> Command {
        let signs = Signs::in_directory(dir);
        // Without the signs the lines that are printed still tell, if less surely.
        let _ = rewrite_file(Path::new(GENERATED), &signs);
        let mut command = Command::new(self.program);
        command
            .args(self.arguments)
            .env_clear()
            .envs(self.environment);
        command
    }
}

/// The environment that makes cargo call this program in the place of rustc.
pub(super) fn environment(dir: &Path) -> io::Result<[(&'static str, OsString); 2]> {
    let program = std::env::current_exe()?;
    Ok([
        ("RUSTC_WORKSPACE_WRAPPER", program.into_os_string()),
        (WRAPPER_VARIABLE, dir.as_os_str().to_owned()),
    ])
}

/// Becomes rustc and does not return, if cargo called this process as its wrapper.
pub(super) fn become_rustc() {
    let Some(dir) = std::env::var_os(WRAPPER_VARIABLE) else {
        return;
    };
    let mut arguments = std::env::args_os().skip(1);
    // Where evcxr's own wrapper is around this one, it comes first.
    let Some(program) = arguments.next().filter(|program| is_rustc(program)) else {
        return;
    };
    let call = Call {
        program,
        arguments: arguments.collect(),
        environment: std::env::vars_os()
            .filter(|(name, _)| name != WRAPPER_VARIABLE)
            .collect(),
    };
    let program = call.program.clone();
    // Dependencies are kept from evcxr's wrapper, which hands each of them the standard library as
    // `core`: with Rust 1.95, those that name `core` do not compile so.
    let error = if call.arguments.iter().any(|argument| argument == GENERATED) {
        call.keep(Path::new(&dir));
        call.command(Path::new(&dir)).exec()
    } else {
        Command::new(&call.program)
            .args(call.arguments)
            .env_remove(WRAPPER_VARIABLE)
            .exec()
    };
    let _ = writeln!(io::stderr(), "cannot run `{}`: {error}", program.display());
    process::exit(101);
}

fn is_rustc(program: &OsStr) -> bool {
    let name = Path::new(program).file_stem();
    name.is_some_and(|name| name.to_string_lossy().contains("rustc"))
}

fn rewrite_file(file: &Path, signs: &Signs) -> io::Result<()> {
    if let Some(rewritten) = rewrite(&fs::read_to_string(file)?, signs) {
        fs::write(file, rewritten)?;
        fs::write(signs.path(Sign::Rewritten), "")?;
    }
    Ok(())
}

/// The generated code with signs in the place of lines; `None` if it is not code of a cell that is
/// to run. Lines keep their numbers.
fn rewrite(code: &str, signs: &Signs) -> Option<String> {
    // What the cell itself says stands before it: evcxr's own is the last.
    let panicked = code.rfind(SAYS_PANICKED)?;
    let (before, after) = code.split_at(panicked);
    let after = after.replacen(SAYS_PANICKED, &signs.statement(Sign::Panicked), 1);
    let own = OWN_CODE.iter().filter_map(|code| before.find(code)).min();
    let (items, own) = before.split_at(own.unwrap_or(before.len()));
    let own = own
        .replacen(SAYS_LEFT_EARLY, &signs.statement(Sign::LeftEarly), 1)
        .replacen(SAYS_CHANGED, &signs.changed_statement(), 1)
        .replacen(CHECKS_VARIABLE, &signs.variable_check(), 1);
    let after = match after.rfind(RETURNS) {
        Some(end) => format!("{}{FLUSHES}{}", &after[..end], &after[end..]),
        None => after,
    };
    Some(format!("{items}{own}{after}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{CHECKS_VARIABLE, FLUSHES, SAYS_LEFT_EARLY, SAYS_PANICKED, Signs, rewrite};

    #[test]
    fn evcxr_own_statements_are_replaced_and_the_cells_are_not() {
        let signs = Signs::in_directory(Path::new("/tmp/a \"b"));
        let code = format!(
            "fn f() {{ {SAYS_PANICKED} }}\nstruct EvcxrUserCodeError {{}}\n{SAYS_LEFT_EARLY}\n\
             {SAYS_LEFT_EARLY}\n{SAYS_PANICKED}\n{SAYS_PANICKED}\n}}"
        );
        let expected = format!(
            "fn f() {{ {SAYS_PANICKED} }}\nstruct EvcxrUserCodeError {{}}\n\
             let _ = ::std::fs::write(\"/tmp/a \\\"b/left-early\", \"\");\n{SAYS_LEFT_EARLY}\n\
             {SAYS_PANICKED}\nlet _ = ::std::fs::write(\"/tmp/a \\\"b/panicked\", \"\");\n}}"
        );
        assert_eq!(rewrite(&code, &signs), Some(expected));
        assert_eq!(rewrite("fn f() {}", &signs), None);
    }

    #[test]
    fn a_variable_that_is_gone_has_changed() {
        let signs = Signs::in_directory(Path::new("/tmp/a"));
        let code = format!(
            "mod evcxr_internal_runtime {{\n{CHECKS_VARIABLE}\ntrue }} }}\n{SAYS_PANICKED}"
        );
        let rewritten = rewrite(&code, &signs).expect("it is a cell");
        let check = format!("{CHECKS_VARIABLE} if !self.variables.contains_key(name) {{ let _ =");
        assert!(rewritten.contains(&check), "{rewritten}");
        assert_eq!(rewritten.lines().count(), code.lines().count());
    }

    #[test]
    fn what_is_printed_is_flushed_at_the_end_of_the_cell() {
        let signs = Signs::in_directory(Path::new("/tmp/a"));
        let code = format!("{SAYS_PANICKED}\nevcxr_variable_store\n}}");
        let rewritten = rewrite(&code, &signs).expect("it is a cell");
        let end = format!("\n{FLUSHES}evcxr_variable_store\n}}");
        assert!(rewritten.ends_with(&end), "{rewritten}");
    }
}
