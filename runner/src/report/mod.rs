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

/// Several reporters that hear the same.
impl Reporter for Vec<Box<dyn Reporter + '_>> {
    fn on_event(&mut self, event: &Event<'_>) -> io::Result<()> {
        self.iter_mut()
            .try_for_each(|reporter| reporter.on_event(event))
    }
}
