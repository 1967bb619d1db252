//! Why a chart cannot be read.

use std::fmt;

/// Why a chart cannot be read: one sentence that says where, what and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartError {
    /// There is no bar with a chord in it.
    NoChords,
    /// It would be longer than [`BARS_MAX`](super::BARS_MAX) bars.
    TooLong,
    /// A word among the chords means nothing.
    NotAChord {
        /// The bar as written, from 1.
        bar: usize,
        /// The word.
        word: String,
    },
    /// Something else in a bar means nothing.
    InBar {
        /// The bar as written, from 1.
        bar: usize,
        /// What is wrong and what to write instead.
        why: &'static str,
    },
    /// A line such as "key:" says nothing that is known.
    InHeader {
        /// The line's name: "key".
        name: &'static str,
        /// What it says.
        value: String,
        /// What to write instead.
        instead: &'static str,
    },
    /// There is no link of iReal Pro.
    NoLink,
    /// There is a link but no song of that name or number.
    NoSuchSong {
        /// What was asked for.
        wish: String,
        /// The songs that there are, as one text.
        songs: String,
    },
}

/// Characters of a quoted word that are shown, at most.
const QUOTE_CHARS_MAX: usize = 40;

fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTE_CHARS_MAX).filter(|c| !c.is_control()).collect();
    if text.chars().nth(QUOTE_CHARS_MAX).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

impl fmt::Display for ChartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChords => write!(f, "there is no chord in it; write bars such as | Dm7 G7 | Cmaj7 |"),
            Self::TooLong => write!(
                f,
                "it is longer than {} bars with its repeats; take some repeats out, the chart can loop",
                super::BARS_MAX
            ),
            Self::NotAChord { bar, word } => write!(
                f,
                "bar {bar}: {} is not a chord; write for instance Cm7, F#maj7, Bb7/D, N.C. for no chord or % for the bar \
                 before again",
                quoted(word)
            ),
            Self::InBar { bar, why } => write!(f, "bar {bar}: {why}"),
            Self::InHeader { name, value, instead } => {
                write!(f, "the line \"{name}:\" says {}; write {instead}", quoted(value))
            }
            Self::NoLink => write!(f, "there is no link irealb:// or irealbook:// in it; export the song again"),
            Self::NoSuchSong { wish, songs } => {
                write!(f, "there is no song {} in it; choose one by its name or number: {songs}", quoted(wish))
            }
        }
    }
}

impl std::error::Error for ChartError {}
