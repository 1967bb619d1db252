//! An exercise that was sung into a file, note by note.

use super::course::name_of;
use super::file::{ExerciseOptions, PracticeError};
use crate::practice::lesson::{COUNT_IN_BEATS, Lesson, LessonSettings, NoteMark, Outcome, Score, SungNote};
use crate::practice::{Judged, Names, Subject};
use crate::session::listen::rounded;
use crate::theory::raga::{Confidence, Exercise, ExerciseError, Raga, RagaBook, Script, Tala, Tradition, tables};
use serde_json::{Value, json};

/// Tempos that an exercise is sung in, beats a minute.
const BPM: std::ops::RangeInclusive<f64> = 10.0..=400.0;

/// An exercise in a raga that waits to be sung.
pub(super) struct Recital {
    exercise: Exercise,
    tala: Option<&'static Tala>,
    names: Names,
    settings: LessonSettings,
}

/// What became of an exercise.
#[derive(Clone, Debug, PartialEq)]
pub struct Recited {
    /// Its figures, and those of its lines, for the summary.
    pub json: Value,
    /// Each of its notes.
    pub notes: Vec<Value>,
    /// The same for people.
    pub text: String,
}

/// The exercise of that id, or of that name; letters' case does not matter.
pub(super) fn find<'a>(wish: &str, exercises: &'a [Exercise]) -> Result<&'a Exercise, PracticeError> {
    let is_it = |name: &str| name.eq_ignore_ascii_case(wish.trim());
    let found = exercises.iter().find(|exercise| is_it(&exercise.id) || is_it(&name_of(exercise)));
    found.ok_or_else(|| PracticeError::NoExercise(wish.to_owned()))
}

/// The raga that an exercise is written in.
pub(super) fn raga_of<'a>(exercise: &Exercise, ragas: &'a RagaBook) -> Result<&'a Raga, PracticeError> {
    Ok(ragas.find(&exercise.raga, Some(exercise.tradition))?)
}

impl Recital {
    /// The exercise in a raga.
    pub fn new(options: &ExerciseOptions, exercises: &[Exercise], raga: &Raga) -> Result<Self, PracticeError> {
        let written = find(&options.id, exercises)?;
        let name = name_of(written);
        let exercise = written.in_raga(raga).map_err(|error| ExerciseError { exercise: name.clone(), ..error })?;
        let first = exercise.speeds.first().copied().unwrap_or(1);
        let speed = options.speed.unwrap_or(first);
        if !exercise.speeds.contains(&speed) {
            let speeds: Vec<String> = exercise.speeds.iter().map(u8::to_string).collect();
            return Err(PracticeError::NoSpeed { name, speed, speeds: speeds.join(", ") });
        }
        let bpm = options.bpm.unwrap_or(LessonSettings::default().bpm);
        if !BPM.contains(&bpm) {
            return Err(PracticeError::NoTempo(bpm));
        }
        let is_lenient = raga.confidence == Confidence::C || exercise.confidence == Confidence::C;
        let tala = tables().talas.iter().find(|tala| Some(&tala.id) == exercise.tala.as_ref());
        let names = Names::new(&Subject::from(raga.clone()), Script::Latin);
        let settings = LessonSettings { speed, bpm, is_lenient, ..LessonSettings::default() };
        Ok(Self { exercise, tala, names, settings })
    }

    /// What was sung of it: it begins with the first note that was sung.
    pub fn judge(&self, sung: &[Judged]) -> Recited {
        let begin_secs = sung.first().map_or(0.0, |first| first.figure.begin_secs);
        let mut lesson = Lesson::new(&self.exercise, self.tala, self.settings);
        let beat = |secs: f64| (secs - begin_secs) * self.settings.bpm / 60.0;
        let (_, count_in_beats) = lesson.start(None);
        lesson.begin(-f64::from(count_in_beats));
        for (id, judged) in (0..).zip(sung) {
            let end_beats = beat(judged.figure.end_secs);
            lesson.sing(SungNote {
                id,
                begin_beats: beat(judged.figure.begin_secs),
                end_beats,
                semitones: judged.judgement.place.semitones,
                verdict: judged.judgement.verdict,
            });
            lesson.pass(end_beats);
        }
        lesson.pass(lesson.timeline().beats() + f64::from(COUNT_IN_BEATS) * self.settings.bpm);
        self.told(&lesson, begin_secs)
    }

    fn told(&self, lesson: &Lesson, begin_secs: f64) -> Recited {
        let timeline = lesson.timeline();
        let score = lesson.last_take().unwrap_or_default();
        let lines: Vec<Score> = (0..timeline.lines().len()).map(|line| lesson.score(Some(line))).collect();
        let secs = |beats: f64| rounded(begin_secs + beats * 60.0 / self.settings.bpm, 3);
        let note = |(at, asked): (usize, &crate::practice::lesson::Asked)| {
            let mark = lesson.mark(at);
            let name = self.names.name(asked.note.semitones());
            json!({
                "kind": "asked",
                "note": at + 1,
                "line": asked.line + 1,
                "at_secs": secs(asked.begin_beats),
                "end_secs": secs(asked.end_beats()),
                "swara": name.symbol,
                "octave": name.octave,
                "outcome": outcome(&mark),
                "verdict": mark.verdict,
                "offset_ms": mark.offset_ms.map(|ms| rounded(f64::from(ms), 1)),
                "sung": mark.sung_semitones.map(|semitones| self.names.symbol(semitones)),
            })
        };
        let mut json = figures(&score);
        let more = json!({
            "exercise": self.exercise.id,
            "name": name_of(&self.exercise),
            "raga": self.exercise.raga,
            "tala": self.tala.map(|tala| &tala.name),
            "speed": self.settings.speed,
            "bpm": self.settings.bpm,
            "begin_secs": rounded(begin_secs, 3),
            "passed": score.is_passed(),
            "lines": lines.iter().map(figures).collect::<Vec<_>>(),
        });
        if let (Value::Object(json), Value::Object(more)) = (&mut json, more) {
            json.extend(more);
        }
        Recited {
            json,
            notes: timeline.notes().iter().enumerate().map(note).collect(),
            text: self.text(&score, &lines),
        }
    }

    fn text(&self, score: &Score, lines: &[Score]) -> String {
        let tala = self.tala.map_or_else(|| "without a tala".to_owned(), |tala| format!("in {}", tala.name));
        let passed = if score.is_passed() { "it counts" } else { "it does not count yet" };
        let mut said = vec![
            format!("{} in {}, {tala}, {} a minute", name_of(&self.exercise), self.exercise.raga, self.settings.bpm),
            format!("{}, {:.0} % of the time; {passed}", score.headline(), 100.0 * score.true_share),
        ];
        if let (Some(late), Some(error)) = (score.tala_offset_ms, score.tala_error_ms) {
            let way = if late < 0.0 { "early" } else { "late" };
            said.push(format!("{:.0} ms {way} against the tala, {error:.0} ms from it", late.abs()));
        }
        said.extend(lines.iter().enumerate().map(|(at, line)| format!("line {}: {}", at + 1, line.headline())));
        said.join("\n")
    }
}

fn outcome(mark: &NoteMark) -> &'static str {
    match mark.outcome {
        Outcome::Coming => "coming",
        Outcome::Sung => "sung",
        Outcome::Wrong => "wrong",
        Outcome::Missed => "missed",
    }
}

fn figures(score: &Score) -> Value {
    let ms = |ms: Option<f32>| ms.map(|ms| rounded(f64::from(ms), 1));
    json!({
        "notes": score.notes,
        "in_tune": score.in_tune,
        "near": score.near,
        "off": score.off,
        "missed": score.missed,
        "extra": score.extra,
        "true_share": rounded(f64::from(score.true_share), 3),
        "tala_offset_ms": ms(score.tala_offset_ms),
        "tala_error_ms": ms(score.tala_error_ms),
    })
}

/// Exercises, one a line: id, name, raga and tala; as values or for people.
#[must_use]
pub fn exercise_list(exercises: &[Exercise], is_json: bool) -> String {
    let tala = |exercise: &Exercise| {
        let tala = tables().talas.iter().find(|tala| Some(&tala.id) == exercise.tala.as_ref());
        tala.map(|tala| tala.name.clone())
    };
    let line = |exercise: &Exercise| {
        let (name, tala) = (name_of(exercise), tala(exercise));
        if is_json {
            let tradition = if exercise.tradition == Tradition::Carnatic { "carnatic" } else { "hindustani" };
            return json!({ "id": exercise.id, "name": name, "tradition": tradition, "raga": exercise.raga, "tala": tala,
                "speeds": exercise.speeds })
            .to_string();
        }
        let tala = tala.unwrap_or_else(|| "no tala".to_owned());
        format!("{:<18} {name:<24} {:<16} {tala}", exercise.id, exercise.raga)
    };
    exercises.iter().map(line).collect::<Vec<_>>().join("\n")
}
