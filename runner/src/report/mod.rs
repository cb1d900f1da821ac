//! Telling about a run. Reporters hear events; nothing else prints.

mod failure;
mod terminal;

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
