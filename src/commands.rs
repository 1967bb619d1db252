//! What each command does: builds the session's pieces and prints.

use crate::cli::{AudioArgs, BandArgs, Cli, Command, FormatArgs, PracticeArgs, WindowArgs};
use sangat::band::{ModeId, Rung, STYLES, Settings, StyleId};
use sangat::base::limits::{TEMPO_BPM_MAX, TEMPO_BPM_MIN};
use sangat::practice::Marking;
use sangat::session::control::{Control, ControlOptions};
use sangat::session::files::Folders;
use sangat::session::jam::{JamOptions, JamOutputs, RagaJam, RagaNames, jam_file};
use sangat::session::listen::ListenOptions;
use sangat::session::models::{self, models_folder};
use sangat::session::practice::{self, ExerciseOptions, PracticeOptions};
use sangat::session::render::{RenderReport, render_file, replay_file};
use sangat::session::wav::WavForm;
use sangat::session::{AudioWish, InputWish, bench, chart_file, doctor, live, report, sessions};
use sangat::theory::raga::{Exercise, RagaBook, Tradition, tables};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs one command.
///
/// # Errors
/// One sentence that names what failed and what to do.
pub fn run(cli: Cli) -> Result<(), String> {
    match cli.command {
        None => window(&cli.window),
        Some(Command::Render { input, out, format, json }) => render(&input, &out, format, json),
        Some(Command::Jam { input, out, midi, report, band, track, format, json }) => {
            let outputs = JamOutputs { wav: &out, midi: midi.as_deref(), report: report.as_deref() };
            jam(&input, outputs, &jam_options(&band, track, format)?, json)
        }
        Some(Command::Practice(args)) => practice(args),
        Some(Command::Listen { input, json, truth, track, zone, sa }) => {
            listen(&input, &ListenOptions { track, zone, tonic_hz: sa.map(hz_of).transpose()?, truth }, json)
        }
        Some(Command::Replay { journal, out, bits, until_damage, json }) => {
            let report = replay_file(&journal, &out, bits, until_damage).map_err(|e| e.to_string())?;
            print_render(&report, json)
        }
        Some(Command::Live { audio, seconds, record, json }) => {
            let options = live::LiveOptions { seconds, record, json };
            play_live(&audio, &options)
        }
        Some(Command::Devices { json }) => {
            let devices = doctor::devices();
            say(&if json { pretty(&devices.json()) } else { devices.text() })
        }
        Some(Command::Bench { json, markdown, sessions: false }) => measure(json, markdown),
        Some(Command::Bench { json, markdown, sessions: true }) => measure_sessions(json, markdown),
        Some(Command::Doctor { json }) => {
            let report = doctor::examine(&Folders::of_user());
            say(&if json { pretty(&report.json()) } else { report.text() })
        }
    }
}

fn render(input: &Path, out: &Path, format: FormatArgs, json: bool) -> Result<(), String> {
    let form = WavForm::new(format.rate, format.bits).map_err(|e| e.to_string())?;
    let report = render_file(input, out, form).map_err(|e| e.to_string())?;
    print_render(&report, json)
}

fn jam(input: &Path, outputs: JamOutputs<'_>, options: &JamOptions, json: bool) -> Result<(), String> {
    let report = jam_file(input, outputs, options).map_err(|e| e.to_string())?;
    say(&if json { pretty(report.json()) } else { report.text().to_owned() })
}

fn jam_options(band: &BandArgs, track: Option<String>, format: FormatArgs) -> Result<JamOptions, String> {
    let styles = || STYLES.iter().map(|style| style.key).collect::<Vec<_>>().join(", ");
    let style = band.style.as_deref().map(|key| {
        StyleId::from_key(key).ok_or_else(|| format!("there is no style called {key}; choose one of {}", styles()))
    });
    let mode = ModeId::from_key(&band.mode)
        .ok_or_else(|| format!("there is no mode called {}; choose groove, trade, drift or raga", band.mode))?;
    let tempo_bpm = band.tempo.map(|bpm| {
        let is_tempo = (TEMPO_BPM_MIN..=TEMPO_BPM_MAX).contains(&bpm);
        is_tempo.then_some(bpm).ok_or_else(|| format!("{bpm} is no tempo; give one from 20 to 400 BPM"))
    });
    let chart =
        band.chart.as_deref().map(|path| chart_file::read(path, band.song.as_deref()).map_err(|e| e.to_string()));
    let mut settings = Settings { mode, yields: false, ..Settings::default() };
    settings.commit_beats = band.commit.unwrap_or(settings.commit_beats);
    settings.best = match band.players.as_str() {
        "rules" => Rung::Rules,
        "cached" => Rung::Cached,
        "neural" => Rung::Large,
        other => return Err(format!("there are no players called {other}; choose rules, cached or neural")),
    };
    Ok(JamOptions {
        track,
        raga: raga_of(band, mode)?,
        settings,
        style: style.transpose()?,
        tempo_bpm: tempo_bpm.transpose()?,
        chart: chart.transpose()?.map(Arc::new),
        models: models_folder().filter(|_| settings.best != Rung::Rules),
        seed: band.seed,
        form: WavForm::new(format.rate, format.bits).map_err(|e| e.to_string())?,
    })
}

/// What a raga jam is played in; nothing of it goes with another mode, and no chart with it.
fn raga_of(band: &BandArgs, mode: ModeId) -> Result<Option<RagaJam>, String> {
    match (mode, &band.raga, &band.chart) {
        (ModeId::Raga, _, None) => {}
        (ModeId::Raga, _, Some(_)) => return Err("a raga has no chords: leave --chart out, or the mode".to_owned()),
        (_, Some(_), _) => return Err("--raga is for raga jams: give --mode raga as well".to_owned()),
        _ => return Ok(None),
    }
    let tradition = band.tradition.as_deref().map(tradition_of).transpose()?;
    let names = RagaNames { raga: band.raga.as_deref(), tradition, tala: band.tala.as_deref(), sa_hz: band.sa };
    RagaJam::of(names, &known_tables().0).map(Some).map_err(|e| e.to_string())
}

/// All ragas and exercises, the learner's own among them; what of their file cannot be used is told beside.
fn known_tables() -> (RagaBook, Vec<Exercise>) {
    let (own, troubles) = practice::own_tables(&Folders::of_user().config);
    troubles.iter().for_each(|trouble| eprintln!("sangat: {trouble}"));
    (tables().ragas.with(own.ragas), practice::with_own(own.exercises))
}

fn tradition_of(name: &str) -> Result<Tradition, String> {
    Tradition::parse(name).ok_or_else(|| format!("there is no tradition '{name}'; use carnatic or hindustani"))
}

/// Takes a line of JSON.
type SayLine<'a> = &'a mut dyn FnMut(serde_json::Value) -> Result<(), String>;

/// Reads something and prints each line that it tells, where JSON is wanted. Where the reader went away (as `head`
/// does), which is no error, there is nothing more to say.
fn told<T, E: std::fmt::Display>(
    json: bool,
    read: impl FnOnce(SayLine<'_>) -> Result<T, E>,
) -> Result<Option<T>, String> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut is_unread = false;
    let found = read(&mut |line| {
        if !json {
            return Ok(());
        }
        writeln!(out, "{line}").map_err(|error| {
            is_unread = error.kind() == std::io::ErrorKind::BrokenPipe;
            format!("cannot print: {error}")
        })
    });
    if is_unread { Ok(None) } else { found.map(Some).map_err(|error| error.to_string()) }
}

fn listen(input: &Path, options: &ListenOptions, json: bool) -> Result<(), String> {
    let Some(summary) = told(json, |say| sangat::session::listen::listen(input, options, say))? else { return Ok(()) };
    say(&if json { summary.json().to_string() } else { summary.text() })
}

fn practice_options(args: PracticeArgs) -> Result<PracticeOptions, String> {
    let PracticeArgs { sa, raga, tradition, gentle, exercise, speed, bpm, .. } = args;
    if exercise.is_none() && (speed.is_some() || bpm.is_some()) {
        return Err("--speed and --bpm are of an exercise; name it with --exercise".to_owned());
    }
    let sa_hz = match sa.as_str() {
        "auto" => None,
        hz => Some(hz_of(hz.parse().map_err(|_| format!("Sa cannot be '{hz}'; give it in Hz, or auto"))?)?),
    };
    let tradition = tradition.as_deref().map(tradition_of).transpose()?;
    let marking = if gentle { Marking::Gentle } else { Marking::True };
    let exercise = exercise.map(|id| ExerciseOptions { id, speed, bpm });
    let (ragas, exercises) = known_tables();
    Ok(PracticeOptions { sa_hz, raga, tradition, marking, ragas, exercises, exercise })
}

fn practice(mut args: PracticeArgs) -> Result<(), String> {
    let json = args.json;
    let input = match (args.input.take(), args.list_exercises) {
        (None, true) => return say(&practice::exercise_list(&known_tables().1, json)),
        (Some(_), true) => return Err("--list-exercises takes no file; leave one of the two out".to_owned()),
        (None, false) => {
            return Err("name the WAV file that is sung, or list the exercises with --list-exercises".to_owned());
        }
        (Some(input), false) => input,
    };
    let options = practice_options(args)?;
    let Some(summary) = told(json, |say| practice::practice(&input, &options, say))? else { return Ok(()) };
    say(&if json { practice::summary_json(&summary).to_string() } else { practice::summary_text(&summary) })
}

fn hz_of(hz: f32) -> Result<f32, String> {
    if (40.0..=1000.0).contains(&hz) {
        Ok(hz)
    } else {
        Err(format!("Sa cannot be {hz} Hz; give it from 40 to 1000 Hz"))
    }
}

fn print_render(report: &RenderReport, json: bool) -> Result<(), String> {
    say(&if json { pretty(&report.json()) } else { report.text() })
}

fn measure(json: bool, markdown: bool) -> Result<(), String> {
    let report = with_progress(|progress| bench::run(progress));
    say(&match (json, markdown) {
        (true, _) => pretty(&value_of(&report)?),
        (_, true) => report.markdown(),
        _ => report.text(),
    })
}

fn measure_sessions(json: bool, markdown: bool) -> Result<(), String> {
    let report = with_progress(|progress| models::on_one_thread(|| sessions::run(progress)))?;
    say(&if json { pretty(&value_of(&report)?) } else { report.text(markdown) })
}

fn value_of(report: &impl serde::Serialize) -> Result<serde_json::Value, String> {
    serde_json::to_value(report).map_err(|e| e.to_string())
}

/// Measures, and says how far it is where somebody watches.
fn with_progress<T>(measure: impl FnOnce(&mut (dyn FnMut(f32) + Send)) -> T) -> T {
    let is_watched = std::io::stderr().is_terminal();
    let measured = measure(&mut |share| {
        if is_watched {
            eprint!("\rmeasuring {:3.0} %", share * 100.0);
        }
    });
    if is_watched {
        eprint!("\r                \r");
    }
    measured
}

fn play_live(audio: &AudioArgs, options: &live::LiveOptions) -> Result<(), String> {
    let mut control = start(audio)?;
    let is_over = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&is_over);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|e| format!("cannot watch for Ctrl-C: {e}"))?;
    live::run(&mut control, options, &is_over, &mut |line| say(line)).map_err(|e| e.to_string())?;
    if options.json { say(&report::performance_json(control.view()).to_string()) } else { Ok(()) }
}

fn start(audio: &AudioArgs) -> Result<Control, String> {
    let wish = AudioWish {
        host: audio.host.clone(),
        output_id: audio.device.clone(),
        rate_hz: audio.rate,
        period_frames: audio.period,
        input: audio.microphone.as_deref().map_or(InputWish::Off, |id| match id {
            "" => InputWish::System,
            id => InputWish::Id(id.to_owned()),
        }),
    };
    Control::start(&ControlOptions { folders: Folders::of_user(), wish, models: None })
        .map_err(|e| format!("cannot start the threads of the program: {e}; close other programs and try again"))
}

#[cfg(feature = "gui")]
fn window(args: &WindowArgs) -> Result<(), String> {
    use sangat::ui::WindowOptions;
    let options = WindowOptions {
        title: "Sangat".to_owned(),
        page: args.page.as_deref().map(page_of).transpose()?,
        size: args.size.as_deref().map(size_of).transpose()?,
        screenshot: args.screenshot.clone(),
    };
    let mut control = start(&args.audio)?;
    if args.screenshot.is_some() {
        pose(&mut control, options.page);
    }
    sangat::ui::run(control, options)
}

/// Something to see for a picture: on the Jam page a few bars were played with the band, on the Practice page the
/// tanpura plays, elsewhere a chord is held.
#[cfg(feature = "gui")]
fn pose(control: &mut Control, page: Option<sangat::session::Page>) {
    use sangat::session::{Intent, Page};
    match page {
        Some(Page::Jam) => return play_along(control),
        Some(Page::Practice) => return practise(control),
        _ => {}
    }
    for (key, velocity) in [(53, 92), (57, 80), (60, 84), (64, 88), (67, 96)] {
        control.send(Intent::NoteOn { key, velocity });
    }
}

/// A raga and a cycle over the tanpura, as a learner begins.
#[cfg(feature = "gui")]
fn practise(control: &mut Control) {
    use sangat::engine::params::ParamId;
    use sangat::session::Intent;
    use sangat::session::practice::PracticeOrder;
    control.send(Intent::SetParam(ParamId::TanpuraOn, 1.0));
    control.send(Intent::Practice(PracticeOrder::SetRaga("H001".to_owned())));
    control.send(Intent::Practice(PracticeOrder::SetTala(Some("H01".to_owned()))));
    control.send(Intent::PlayOrStop);
}

/// Starts the transport and plays three bars; the last chord stays held.
#[cfg(feature = "gui")]
fn play_along(control: &mut Control) {
    use sangat::session::Intent;
    use std::time::{Duration, Instant};
    /// Keys with the beats at which they are struck and let go.
    const TUNE: [(f64, f64, &[u8]); 13] = [
        (0.0, 1.5, &[50, 53, 60, 64]),
        (0.5, 0.9, &[69]),
        (1.0, 1.9, &[72]),
        (2.5, 3.5, &[50, 53, 60, 64]),
        (2.5, 2.9, &[77]),
        (3.0, 3.4, &[76]),
        (3.5, 3.9, &[72]),
        (4.0, 5.5, &[43, 53, 59, 64]),
        (4.5, 5.4, &[71]),
        (6.0, 7.5, &[43, 53, 59, 64]),
        (6.0, 6.4, &[74]),
        (6.5, 7.4, &[77]),
        (8.0, f64::INFINITY, &[48, 52, 59, 67]),
    ];
    const PATIENCE: Duration = Duration::from_secs(20);
    let begin = Instant::now();
    let place = |control: &mut Control| {
        std::thread::sleep(Duration::from_millis(2));
        let transport = &control.poll().transport;
        if transport.is_playing { transport.beat.0 } else { f64::NEG_INFINITY }
    };
    control.send(Intent::PlayOrStop);
    let (mut before, mut now) = (f64::NEG_INFINITY, place(control));
    while now < TUNE[TUNE.len() - 1].0 + 0.5 && begin.elapsed() < PATIENCE {
        let is_due = |beat: f64| before < beat && beat <= now;
        for (_, _, keys) in TUNE.iter().filter(|(_, end, _)| is_due(*end)) {
            keys.iter().for_each(|key| control.send(Intent::NoteOff { key: *key }));
        }
        for (_, _, keys) in TUNE.iter().filter(|(at, ..)| is_due(*at)) {
            keys.iter().for_each(|key| control.send(Intent::NoteOn { key: *key, velocity: 88 }));
        }
        (before, now) = (now, place(control));
    }
}

#[cfg(not(feature = "gui"))]
fn window(_: &WindowArgs) -> Result<(), String> {
    Err("this build has no window; use `sangat live`, or build with the feature gui".to_owned())
}

#[cfg(feature = "gui")]
fn page_of(name: &str) -> Result<sangat::session::Page, String> {
    sangat::session::Page::from_key(name)
        .ok_or_else(|| format!("there is no page called {name}; choose play, jam, practice, performance or settings"))
}

#[cfg(feature = "gui")]
fn size_of(text: &str) -> Result<[f32; 2], String> {
    let parts = text.split_once('x').and_then(|(w, h)| Some((w.parse::<u16>().ok()?, h.parse::<u16>().ok()?)));
    parts
        .filter(|(w, h)| (320..=8192).contains(w) && (240..=8192).contains(h))
        .map(|(w, h)| [f32::from(w), f32::from(h)])
        .ok_or_else(|| format!("{text} is no size; write it as 1280x800, from 320x240 to 8192x8192"))
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

/// Prints a line; a reader that went away (as `head` does) is no error.
fn say(text: &str) -> Result<(), String> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("cannot print: {error}")),
        _ => Ok(()),
    }
}
