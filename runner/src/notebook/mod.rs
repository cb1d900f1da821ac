//! A notebook as it stands in its file: cells with their tags and saved outputs.
//!
//! Reading keeps the byte spans of what the runner may replace ([`splice`] does the replacing),
//! so that everything else comes back byte for byte.
//! What tags *mean* is left to [`crate::expectation`].

mod cell;
pub(crate) mod json;
mod output;
mod read;
mod splice;

pub use cell::{Cell, CellKind, CellMeta, OnTimeout, SignalName};
pub use output::{MimeBundle, Output, Stream};
pub(crate) use output::{is_json, lines_of};
pub use read::{Notebook, ReadError};
pub use splice::{Recording, splice};
