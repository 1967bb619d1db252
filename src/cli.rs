//! The command line: arguments in, a command out.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// An instrument with a band in it. Without a command it opens the window.
#[derive(Debug, Parser)]
#[command(name = "sangat", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub window: WindowArgs,
}

/// How the window opens.
#[derive(Debug, Default, Args)]
pub struct WindowArgs {
    /// Open on this page: play, jam, practice, performance or settings
    #[arg(long, value_name = "PAGE")]
    pub page: Option<String>,
    /// Size of the window in points, as in 1280x800
    #[arg(long, value_name = "WIDTHxHEIGHT")]
    pub size: Option<String>,
    /// Play something, write a picture of the window to this PNG file and close
    #[arg(long, value_name = "FILE")]
    pub screenshot: Option<PathBuf>,
    #[command(flatten)]
    pub audio: AudioArgs,
}

/// Which device, for this start only.
#[derive(Clone, Debug, Default, Args)]
pub struct AudioArgs {
    /// Host by its key, as `sangat devices` lists it; "none" plays by the engine's own clock
    #[arg(long)]
    pub host: Option<String>,
    /// Output by its id or a part of its name, as `sangat devices` lists it
    #[arg(long)]
    pub device: Option<String>,
    /// Rate in Hz
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// Period in frames
    #[arg(long, value_name = "FRAMES")]
    pub period: Option<u32>,
    /// Listen to a microphone: by its id, or without one to the system's own choice
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "")]
    pub microphone: Option<String>,
}

/// What can be done without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render a MIDI file through the instruments into a WAV file
    Render {
        /// The MIDI file
        input: PathBuf,
        /// The WAV file; an older one of that name is replaced only when the new one is whole
        #[arg(long, value_name = "WAV")]
        out: PathBuf,
        #[command(flatten)]
        format: FormatArgs,
        /// Print what was measured as JSON
        #[arg(long)]
        json: bool,
    },
    /// Let the band play along to a recorded performance: a MIDI file in (in a raga, or a WAV file of a voice), a WAV file out
    Jam {
        /// The MIDI file that is played; in a raga, or a WAV file of one who sings or plays alone
        input: PathBuf,
        /// The WAV file; an older one of that name is replaced only when the new one is whole
        #[arg(long, value_name = "WAV")]
        out: PathBuf,
        /// Write the notes of everybody to this MIDI file, on the band's beats
        #[arg(long, value_name = "MID")]
        midi: Option<PathBuf>,
        /// Write what was measured, bar by bar, to this JSON file
        #[arg(long, value_name = "JSON")]
        report: Option<PathBuf>,
        #[command(flatten)]
        band: Box<BandArgs>,
        /// Play along to one track of the file, by its number or a part of its name
        #[arg(long)]
        track: Option<String>,
        #[command(flatten)]
        format: FormatArgs,
        /// Print what was measured as JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell tempo, beats, key and chords of a MIDI file, or the pitch of a WAV file
    Listen {
        /// The MIDI or WAV file
        input: PathBuf,
        /// Print every observation as a line of JSON, and a summary as the last
        #[arg(long)]
        json: bool,
        /// Annotations to score against: beats, chords, a key or pitch; may be given several times
        #[arg(long, value_name = "FILE")]
        truth: Vec<PathBuf>,
        /// Listen to one track of a MIDI file, by its number or a part of its name
        #[arg(long)]
        track: Option<String>,
        /// Take chords from keys below this MIDI key alone: the left hand
        #[arg(long, value_name = "KEY", value_parser = clap::value_parser!(u8).range(1..=127))]
        zone: Option<u8>,
        /// Sa of what is sung in Hz, so that pitch is told in cents of it as well
        #[arg(long, value_name = "HZ")]
        sa: Option<f32>,
    },
    /// Judge what is sung in a WAV file against a raga, note by note and in cents of its Sa
    Practice(PracticeArgs),
    /// Render the journal of a live session again
    Replay {
        /// The journal, as found in the journal folder
        journal: PathBuf,
        /// The WAV file; an older one of that name is replaced only when the new one is whole
        #[arg(long, value_name = "WAV")]
        out: PathBuf,
        /// 16, 24 or 32 (float) bits a sample
        #[arg(long, default_value_t = 24)]
        bits: u16,
        /// Stop at the first damaged line instead of refusing the file
        #[arg(long)]
        until_damage: bool,
        /// Print what was measured as JSON
        #[arg(long)]
        json: bool,
    },
    /// Play on real devices without a window, until Ctrl-C
    Live {
        #[command(flatten)]
        audio: AudioArgs,
        /// Stop after this many seconds
        #[arg(long)]
        seconds: Option<f64>,
        /// Record the output to the recordings folder
        #[arg(long)]
        record: bool,
        /// Print a line of JSON every second and a summary at the end
        #[arg(long)]
        json: bool,
    },
    /// List hosts, outputs and MIDI inputs
    Devices {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Measure what a block costs on this machine
    Bench {
        /// Print JSON
        #[arg(long, conflicts_with = "markdown")]
        json: bool,
        /// Print tables of Markdown
        #[arg(long)]
        markdown: bool,
        /// Measure instead how many jams at once one core can play for, by the models
        #[arg(long)]
        sessions: bool,
    },
    /// Look at everything the program needs and say what to do
    Doctor {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// What is sung, and how it is judged.
#[derive(Clone, Debug, Default, Args)]
pub struct PracticeArgs {
    /// The WAV file
    pub input: Option<PathBuf>,
    /// Sa in Hz, or "auto" to find it
    #[arg(long, value_name = "HZ", default_value = "auto")]
    pub sa: String,
    /// The raga, by its name or id; without one, that of the exercise
    #[arg(long)]
    pub raga: Option<String>,
    /// Whose raga, where both have one of that name: carnatic or hindustani
    #[arg(long)]
    pub tradition: Option<String>,
    /// Mark as for beginners
    #[arg(long)]
    pub gentle: bool,
    /// Mark an exercise as well, by its id, note by note in its tala: it begins with the first note that is sung
    #[arg(long, value_name = "ID")]
    pub exercise: Option<String>,
    /// Notes of the exercise to a beat: 1, 2 or 4
    #[arg(long, value_name = "N")]
    pub speed: Option<u8>,
    /// Beats a minute that the exercise is sung in, 10 to 400; 60 without
    #[arg(long, value_name = "BPM")]
    pub bpm: Option<f64>,
    /// List the exercises: id, name, raga and tala
    #[arg(long)]
    pub list_exercises: bool,
    /// Print every figure as a line of JSON, and a summary as the last
    #[arg(long)]
    pub json: bool,
}

/// How the band plays.
#[derive(Clone, Debug, Args)]
pub struct BandArgs {
    /// Style, as `sangat jam --style list` lists them; without one, one of the file's metre
    #[arg(long)]
    pub style: Option<String>,
    /// Hold this tempo from the begin of the file on, in beats a minute; without one the band follows
    #[arg(long, value_name = "BPM")]
    pub tempo: Option<f64>,
    /// groove: the band accompanies; trade: it answers in turn; drift: it plays of itself; raga: it keeps a tala and answers
    /// in a raga
    #[arg(long, default_value = "groove")]
    pub mode: String,
    /// The raga, by its name or id; with --mode raga
    #[arg(long)]
    pub raga: Option<String>,
    /// Whose raga, where both have one of that name: carnatic or hindustani
    #[arg(long, requires = "raga")]
    pub tradition: Option<String>,
    /// The tala, by its name or id; without one it is an alap
    #[arg(long, requires = "raga")]
    pub tala: Option<String>,
    /// Sa in Hz
    #[arg(long, value_name = "HZ", requires = "raga")]
    pub sa: Option<f32>,
    /// Play by this chart instead of by ear: text (| Dm7 G7 | Cmaj7 |), a link or page of iReal Pro, or MusicXML
    #[arg(long, value_name = "FILE")]
    pub chart: Option<PathBuf>,
    /// Which song of an iReal Pro list, by its number or a part of its title
    #[arg(long, requires = "chart")]
    pub song: Option<String>,
    /// Who plays: rules; cached: patterns where there are any; neural: the models where they can
    #[arg(long, default_value = "neural")]
    pub players: String,
    /// The same seed plays the same
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Beats before its sound after which a note of the band can no longer change, 0.25 to 4
    #[arg(long, value_name = "BEATS")]
    pub commit: Option<f64>,
}

/// The form of a rendered file.
#[derive(Clone, Copy, Debug, Args)]
pub struct FormatArgs {
    /// Rate in Hz, 8000 to 384000
    #[arg(long, value_name = "HZ", default_value_t = 48_000)]
    pub rate: u32,
    /// 16, 24 or 32 (float) bits a sample
    #[arg(long, default_value_t = 24)]
    pub bits: u16,
}
