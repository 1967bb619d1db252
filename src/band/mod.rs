//! The band: it hears what the ear tells, plans ahead, and answers. Symbols only, and the same input and seed give the
//! same notes.
//!
//! Time is beats of the transport. Nothing here does I/O, reads a clock or fails after construction.

pub mod chords;
pub mod context;
pub mod part;
pub mod phrase;
pub mod style;

pub use chords::{Chords, Origin, Span};
pub use context::{Context, Playing};
pub use part::{Part, PartMode, Taste};
pub use phrase::{Ask, BAR_NOTES_MAX, Bar, Feel, Note, PhraseSource, Role, Rung};
pub use style::{STYLES, Style, StyleId};
