//! A whole program, given as source text: compiled with `rustc`, run, and everything about it captured.
//!
//! Some things cannot be shown in a cell, because a notebook's `main` never returns
//! and because what ends a process ends the kernel with it.
//! They are shown with a program of their own.
//!
//! `compile` calls the compiler and keeps what it has compiled, `run` runs it,
//! `diagnostic` reads what the compiler says.

mod compile;
mod diagnostic;
mod directory;
#[cfg_attr(not(unix), path = "program/group_elsewhere.rs")]
mod group;
mod listener;
mod run;

use std::fmt;
use std::io;
use std::time::Duration;

pub use diagnostic::{CompileError, CompileErrors};
pub use run::{Ending, Finished};

/// A program to compile and run.
///
/// # Examples
///
/// ```
/// use threadlab::program::Program;
///
/// let run = Program::new(
///     r#"
///     use std::thread;
///
///     fn main() {
///         thread::spawn(|| loop {
///             thread::park();
///         });
///         println!("main returns");
///     }
///     "#,
/// )
/// .run()
/// .unwrap();
///
/// assert!(run.success()); // the thread did not keep the program alive
/// assert_eq!(run.stdout, "main returns\n");
/// ```
#[derive(Debug, Clone)]
pub struct Program {
    source: String,
    edition: String,
    flags: Vec<String>,
    args: Vec<String>,
    env: Vec<(String, String)>,
    stdin: Vec<u8>,
    time_limit: Duration,
}

impl Program {
    /// A program with this source: edition 2024, no arguments, no input, and 10 seconds to run.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// let hello = Program::new("fn main() { println!(\"hello\") }");
    /// assert_eq!(hello.run().unwrap().stdout, "hello\n");
    /// ```
    pub fn new(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            edition: "2024".to_owned(),
            flags: Vec::new(),
            args: Vec::new(),
            env: Vec::new(),
            stdin: Vec::new(),
            time_limit: Duration::from_secs(10),
        }
    }

    /// Sets the edition of the language, such as `"2021"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// // `async` is a keyword since edition 2018.
    /// let old = Program::new("fn main() { let async = 7; assert_eq!(async, 7); }").edition("2015");
    /// assert!(old.run().unwrap().success());
    /// ```
    #[must_use]
    pub fn edition(mut self, edition: &str) -> Self {
        edition.clone_into(&mut self.edition);
        self
    }

    /// Adds a flag for `rustc`, such as `"-O"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// let strict = Program::new("fn main() { let orders = 3; }").flag("-Dunused-variables");
    /// assert_eq!(strict.compile_errors().unwrap().codes(), ["unused_variables"]);
    /// ```
    #[must_use]
    pub fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// Adds an argument for the program.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// let last = Program::new("fn main() { println!(\"{}\", std::env::args().last().unwrap()) }");
    /// assert_eq!(last.arg("latte").run().unwrap().stdout, "latte\n");
    /// ```
    #[must_use]
    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    /// Sets a variable of the program's environment.
    ///
    /// Of the kernel's own environment the program sees only what programs usually need to run,
    /// such as `PATH` and `HOME`.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// let shop = Program::new("fn main() { println!(\"{}\", std::env::var(\"SHOP\").unwrap()) }");
    /// assert_eq!(shop.env("SHOP", "corner").run().unwrap().stdout, "corner\n");
    /// ```
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets what the program reads from its standard input.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// let count = Program::new("fn main() { println!(\"{}\", std::io::stdin().lines().count()) }");
    /// assert_eq!(count.stdin("latte\nmocha\n").run().unwrap().stdout, "2\n");
    /// ```
    #[must_use]
    pub fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.stdin = input.into();
        self
    }

    /// Sets how long the program may run; then it is killed with everything that it has started.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadlab::program::{Ending, Program};
    ///
    /// let endless = Program::new("fn main() { loop { std::thread::park() } }");
    /// let run = endless.time_limit(Duration::from_millis(100)).run().unwrap();
    /// assert_eq!(run.ending, Ending::TimeLimit);
    /// ```
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Compiles the program and runs it in an empty directory of its own.
    ///
    /// The same source with the same edition and flags is compiled once in a process;
    /// after that it runs at once.
    /// The directory is removed when the program has ended, and processes that it has started
    /// and left behind are killed.
    ///
    /// # Errors
    ///
    /// - [`ProgramError::DoesNotCompile`] with what the compiler says;
    /// - [`ProgramError::NoRustc`] when there is no compiler;
    /// - [`ProgramError::Io`] when the system refuses a directory or a process.
    ///
    /// A program that panics, exits with another code than 0, or runs too long is no error here:
    /// see [`Finished::ending`].
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::{Ending, Program};
    ///
    /// let run = Program::new("fn main() { panic!(\"out of milk\") }").run().unwrap();
    /// assert_eq!(run.ending, Ending::Code(101));
    /// assert!(run.stderr.contains("out of milk"));
    /// ```
    pub fn run(&self) -> Result<Finished, ProgramError> {
        let binary = compile::binary(self)?;
        Ok(run::run(self, &binary)?)
    }

    /// Compiles the program without running it and returns the errors, none if it compiles.
    ///
    /// # Errors
    ///
    /// Returns [`ProgramError::NoRustc`] and [`ProgramError::Io`] as [`Program::run`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// let borrow = Program::new(
    ///     r#"
    ///     fn main() {
    ///         let order = String::from("latte");
    ///         std::thread::spawn(|| println!("{order}")).join().unwrap();
    ///     }
    ///     "#,
    /// );
    /// assert_eq!(borrow.compile_errors().unwrap().codes(), ["E0373"]);
    /// ```
    pub fn compile_errors(&self) -> Result<CompileErrors, ProgramError> {
        match compile::binary(self) {
            Ok(_) => Ok(CompileErrors::default()),
            Err(ProgramError::DoesNotCompile(errors)) => Ok(errors),
            Err(error) => Err(error),
        }
    }
}

/// Why a program did not run.
///
/// # Examples
///
/// ```
/// use threadlab::program::{Program, ProgramError};
///
/// match Program::new("fn main() { missing() }").run() {
///     Err(ProgramError::DoesNotCompile(errors)) => assert_eq!(errors.codes(), ["E0425"]),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ProgramError {
    /// The compiler refused it.
    DoesNotCompile(CompileErrors),
    /// The compiler could not be started.
    NoRustc {
        /// The compiler: that of the environment variable `RUSTC`, or `rustc`.
        rustc: String,
        /// What the system said.
        error: io::Error,
    },
    /// The system refused a directory or a process.
    Io(io::Error),
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoesNotCompile(errors) => write!(f, "the program does not compile\n{errors}"),
            Self::NoRustc { rustc, error } => write!(
                f,
                "cannot start `{rustc}`: {error}; install Rust, or put its directory on the `PATH`"
            ),
            Self::Io(error) => write!(f, "the system refused: {error}"),
        }
    }
}

impl std::error::Error for ProgramError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoRustc { error, .. } | Self::Io(error) => Some(error),
            Self::DoesNotCompile(_) => None,
        }
    }
}

impl From<io::Error> for ProgramError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
