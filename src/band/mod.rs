//! The band: it hears what the ear tells, plans ahead, and answers. Symbols only, and the same input and seed give the
//! same notes.
//!
//! Time is beats of the transport. Nothing here does I/O, reads a clock or fails after construction. [`Band`] asks its
//! players, one bar of one part at a time ([`Ask`]), keeps the answers in the [`plan`], and takes back what is still
//! open when something new is heard.

pub mod bass;
pub mod chance;
pub mod chords;
mod comping;
pub mod context;
pub mod drift;
pub mod drums;
mod ensemble;
pub mod form;
mod grid;
pub mod harmony;
pub mod keys;
pub mod ladder;
pub mod lead;
pub mod mode;
pub mod part;
pub mod patterns;
pub mod phrase;
pub mod plan;
mod players;
mod punch;
pub mod raga;
pub mod scale;
mod settings;
pub mod style;
pub mod watch;

pub use bass::BassPlayer;
pub use chords::{Chords, Origin, Span};
pub use context::{Context, Playing};
pub use drift::{DriftHarmony, DriftPlayer};
pub use drums::Drummer;
pub use ensemble::{Band, EXPECTED_MAX, Order};
pub use keys::KeysPlayer;
pub use ladder::{Brief, Ensemble, Ladder, LadderFigures, Member, Musicians, Reply};
pub use lead::LeadPlayer;
pub use mode::{MODES, ModeId};
pub use part::{Part, PartMode, Taste};
pub use phrase::{Ask, BAR_NOTES_MAX, Bar, Feel, Note, PhraseSource, Role, Rung, Turn};
pub use raga::{Laya, Ornament, RagaPlayer, RagaSetting, Tap, Taps, Theka, ThekaPlayer, Tuned};
pub use settings::Settings;
pub use style::{STYLES, Style, StyleId};
pub use watch::Verdict;
