//! `sangat practice`: the teacher on a file, as it judges live.

use super::recital::{Recital, Recited, find, raga_of};
use super::room::{Room, Setup};
use crate::ear::tonic::TonicGuess;
use crate::practice::contour::Shape;
use crate::practice::summary::HintSummary;
use crate::practice::{Judged, Marking, Reason, Summary, Verdict};
use crate::session::listen::{Sound, SoundError, rounded};
use crate::theory::raga::{Exercise, ExerciseError, Raga, RagaBook, RagaNotFound, Swara, Tradition};
use serde_json::{Value, json};
use std::path::Path;

/// Samples that are heard at once.
const BLOCK: usize = 1024;
/// Remarks on the order of notes that people are told, at most.
const REMARKS_SHOWN: usize = 5;

/// How a file is practised with.
#[derive(Clone, Debug)]
pub struct PracticeOptions {
    /// Sa, Hz; `None` finds it.
    pub sa_hz: Option<f32>,
    /// Name or id of the raga; without one, the exercise's own.
    pub raga: Option<String>,
    /// Whose, where both traditions have it.
    pub tradition: Option<Tradition>,
    /// How strictly is judged.
    pub marking: Marking,
    /// All ragas that may be named.
    pub ragas: RagaBook,
    /// All exercises that may be named.
    pub exercises: Vec<Exercise>,
    /// The exercise that is sung; `None` sings freely.
    pub exercise: Option<ExerciseOptions>,
}

/// Which exercise, and how it is sung.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExerciseOptions {
    /// Its id, or its name.
    pub id: String,
    /// Units to a beat; its first speed without.
    pub speed: Option<u8>,
    /// Beats a minute, 10 to 400; the first tempo without.
    pub bpm: Option<f64>,
}

/// A file in figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Practised {
    /// What was sung.
    pub summary: Summary,
    /// The exercise, where one was to be sung.
    pub exercise: Option<Recited>,
}

/// Why a file cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// The file is no good.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// There is no such raga.
    #[error("{0}")]
    Raga(#[from] RagaNotFound),
    /// There is no such exercise.
    #[error("there is no exercise '{0}'; sangat practice --list-exercises lists them")]
    NoExercise(String),
    /// The exercise does not go with the raga.
    #[error("{0}; leave --raga out to sing it in its own")]
    Exercise(#[from] ExerciseError),
    /// The exercise is not sung with so many notes to a beat.
    #[error("{name} is not sung with {speed} notes to a beat; give one of {speeds}")]
    NoSpeed {
        /// The exercise.
        name: String,
        /// What was wished.
        speed: u8,
        /// What can be.
        speeds: String,
    },
    /// The tempo is none.
    #[error("{0} is no tempo to sing in; give one from 10 to 400 beats a minute")]
    NoTempo(f64),
    /// Neither a raga nor an exercise is named.
    #[error("name the raga with --raga, or an exercise with --exercise")]
    NoRaga,
    /// Sa was to be found and was not.
    #[error("Sa was not found in {0}; give it in Hz with --sa")]
    NoSa(String),
    /// Nobody takes what is said.
    #[error("{0}")]
    Say(String),
}

/// Judges what is sung in a WAV file and gives every figure to `say`, as one JSON value each, and then each note of the
/// exercise, where there is one; then the summary.
///
/// # Errors
/// [`PracticeError`], in one sentence.
pub fn practice(
    input: &Path,
    options: &PracticeOptions,
    say: &mut dyn FnMut(Value) -> Result<(), String>,
) -> Result<Practised, PracticeError> {
    let raga = match (&options.raga, &options.exercise) {
        (Some(raga), _) => options.ragas.find(raga, options.tradition)?,
        (None, Some(exercise)) => raga_of(find(&exercise.id, &options.exercises)?, &options.ragas)?,
        (None, None) => return Err(PracticeError::NoRaga),
    };
    let recital = options.exercise.as_ref();
    let recital = recital.map(|exercise| Recital::new(exercise, &options.exercises, raga)).transpose()?;
    let sa_hz = match options.sa_hz {
        Some(sa_hz) => sa_hz,
        None => sa_of(input)?.ok_or_else(|| PracticeError::NoSa(input.display().to_string()))?,
    };
    let mut sound = Sound::open(input)?;
    let rate_hz = sound.rate_hz();
    let setup = Setup { sa_hz, subject: raga.clone().into(), marking: options.marking, ..Setup::default() };
    let mut room = Room::new(rate_hz, setup, &options.ragas);
    let (mut block, silence, mut frames, mut said) = ([0.0; BLOCK], [0.0; BLOCK], 0_u64, Ok(()));
    let mut sung = Vec::new();
    let mut tell = |judged: &Judged| {
        if recital.is_some() && judged.is_note() {
            sung.push(*judged);
        }
        if said.is_ok() {
            said = say(figure_json(judged, raga));
        }
    };
    loop {
        let got = sound.read(&mut block)?;
        if got == 0 {
            break;
        }
        frames += got as u64;
        room.hear(&block[..got], &silence[..got], frames as f64 / f64::from(rate_hz), &mut tell);
    }
    room.finish(&mut tell);
    let exercise = recital.map(|recital| recital.judge(&sung));
    for note in exercise.iter().flat_map(|exercise| &exercise.notes) {
        said = said.and_then(|()| say(note.clone()));
    }
    said.map_err(PracticeError::Say)?;
    let hint = room.hint().candidates.into_iter().map(|candidate| HintSummary {
        raga: candidate.name,
        probability: candidate.probability,
        evidence: candidate.evidence.join("; "),
    });
    Ok(Practised { summary: Summary { raga_hint: hint.collect(), ..room.teacher.summary() }, exercise })
}

/// The summary as the last line.
#[must_use]
pub fn summary_json(practised: &Practised) -> Value {
    let mut summary = json!(practised.summary);
    if let (Value::Object(summary), Some(exercise)) = (&mut summary, &practised.exercise) {
        summary.insert("lesson".into(), exercise.json.clone());
    }
    json!({ "summary": summary })
}

/// The summary for people. Allocates.
#[must_use]
pub fn summary_text(practised: &Practised) -> String {
    let summary = &practised.summary;
    let mut lines = vec![format!("Sa {:.1} Hz, {}", summary.sa_hz, summary.raga)];
    if !summary.hearing.is_clear() {
        lines.push(summary.hearing.sentence().to_owned());
    }
    for row in &summary.swaras {
        let marks = if row.octave >= 0 { "'".repeat(row.octave as usize) } else { ",".repeat(-row.octave as usize) };
        lines.push(format!(
            "{:>5}  {:+5.0} cents, spread {:3.0}, {:3.0} % of the time, {}",
            format!("{}{marks}", row.swara),
            row.median_cents,
            row.spread_cents,
            100.0 * row.share,
            verdict_word(row.verdict),
        ));
    }
    let counts = summary
        .phrases
        .iter()
        .fold([0; 2], |[good, all], phrase| [good + phrase.in_tune, all + phrase.in_tune + phrase.near + phrase.off]);
    lines.push(format!("{} of {} notes in tune over {} breaths", counts[0], counts[1], summary.phrases.len()));
    lines.extend(
        summary.remarks.iter().take(REMARKS_SHOWN).map(|remark| format!("{} ({}x)", remark.sentence, remark.count)),
    );
    let guesses = summary.raga_hint.iter().map(|guess| format!("{} {:.0} %", guess.raga, 100.0 * guess.probability));
    let guesses: Vec<String> = guesses.collect();
    if !guesses.is_empty() {
        lines.push(format!("It may be {}", guesses.join(", ")));
    }
    lines.extend(practised.exercise.iter().map(|exercise| exercise.text.clone()));
    lines.join("\n")
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unjudged => "not judged",
        Verdict::True => "in tune",
        Verdict::Near => "near",
        Verdict::Off => "off",
    }
}

/// Sa of a performance with its drone.
fn sa_of(input: &Path) -> Result<Option<f32>, PracticeError> {
    let mut sound = Sound::open(input)?;
    let mut guess = TonicGuess::new(sound.rate_hz(), 1);
    let mut block = [0.0; BLOCK];
    loop {
        let got = sound.read(&mut block)?;
        if got == 0 {
            break;
        }
        guess.process(&block[..got]);
    }
    Ok(guess.guess().map(|guess| guess.hz))
}

/// What a figure is, as a line of JSON.
fn figure_json(judged: &Judged, raga: &Raga) -> Value {
    let place = judged.judgement.place;
    let swaras = raga.swaras();
    let own = swaras.iter().copied().find(|swara| swara.position() == place.position());
    let swara = own.unwrap_or_else(|| Swara::of_hindustani(place.position()));
    let mut value = json!({
        "at_secs": rounded(judged.figure.begin_secs, 3),
        "end_secs": rounded(judged.figure.end_secs, 3),
        "swara": swara.symbol(raga.tradition),
        "octave": place.octave(),
        "verdict": judged.judgement.verdict,
    });
    let cents = |cents: f32| rounded(f64::from(cents), 1);
    let more = match judged.figure.shape {
        Shape::Held(held) => json!({ "kind": "held", "cents": cents(held.cents), "off_cents": cents(place.off_cents),
            "spread_cents": cents(held.spread_cents) }),
        Shape::Swing(swing) => json!({ "kind": "kampita", "low_cents": cents(swing.low_cents),
            "high_cents": cents(swing.high_cents), "rate_hz": rounded(f64::from(swing.rate_hz), 2) }),
        Shape::Glide(glide) => json!({ "kind": "glide", "from_cents": cents(glide.from_cents),
            "to_cents": cents(glide.to_cents) }),
        Shape::Touch(_) => json!({ "kind": "touch" }),
        Shape::Turn => json!({ "kind": "turn" }),
    };
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
        if let Reason::CameIn { from_cents, then_cents } = judged.judgement.reason {
            value.insert("came_in_cents".into(), json!([cents(from_cents), cents(then_cents)]));
        }
    }
    value
}
