//! A learner before a microphone: the own drone is taken out of what is heard, the pitch of the rest is followed, and the
//! teacher is told. The same for a live microphone and for a file.

#[cfg(test)]
mod tests;

use super::guide::{self, Pitch};
use super::order::Late;
use super::study::{Plan, Study};
use super::view::MicrophoneView;
use crate::base::{BandMessage, Place, keep_newest};
use crate::ear::drone::{DroneCanceller, DroneConfig, DroneState, RATE_HZ};
use crate::ear::pitch::{PitchConfig, PitchFrame, PitchTracker};
use crate::ear::tonic::{TonicFinder, TonicState};
use crate::practice::contour::Shape;
use crate::practice::hint::{HeldPitch, RagaHint};
use crate::practice::history::{SessionRow, SwaraDay};
use crate::practice::lesson::LessonView;
use crate::practice::view::SwaraView;
use crate::practice::{Hearing, Judged, Marking, Subject, Teacher, TeacherConfig, TeacherView, Verdict};
use crate::theory::raga::{RagaBook, Script, tables};
use crate::worker::Sung;
use std::collections::VecDeque;

mod tuning {
    /// Without any sound for so long the microphone is dead; a live one has noise. Seconds.
    pub const DEAD_SECS: f64 = 1.0;
    /// What is no more than this is no sound at all.
    pub const DEAD_PEAK: f32 = 1.0e-6;
    /// A sample of so much is cut off.
    pub const HOT_PEAK: f32 = 0.999;
    /// So many of them within [`HOT_SECS`] are too many: less is a knock.
    pub const HOT_SAMPLES: u32 = 24;
    pub const HOT_SECS: f64 = 0.5;
    /// What is played and below this, dB of full scale, is silence to the room.
    pub const PLAYED_DB: f32 = -60.0;
    /// A voice that stands out by so little for so long is under the drone: dB, seconds.
    pub const UNDER_DB: f32 = 2.0;
    pub const UNDER_SECS: f64 = 0.4;
    /// The level is shown over so long, seconds.
    pub const LEVEL_SECS: f64 = 0.1;
    /// The drone must have played for so long before it is learned, seconds.
    pub const SETTLED_SECS: f64 = 0.5;
    /// Time that is missing between two blocks is a gap from here on; less is rounding.
    pub const GAP_SECS: f64 = 0.005;
    /// Who is answered stands so far over what is left of the band, dB: now and then a string of the tanpura stands out by
    /// 11 dB, and an answer to nobody is worse than none.
    pub const APART_DB: f32 = 15.0;
    /// What is kept for the band at most: it is taken with every block.
    pub const SUNG_MAX: usize = 1024;
}

/// What is practised, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// Sa, Hz.
    pub sa_hz: f32,
    /// What the instruments' A is tuned to, Hz.
    pub a4_hz: f32,
    /// The raga or scale.
    pub subject: Subject,
    /// How strictly is judged.
    pub marking: Marking,
    /// The script of the syllables.
    pub script: Script,
}

/// The raga that learners begin with, South and North.
const FIRST_RAGA: &str = "Mayamalavagowla";

impl Default for Setup {
    fn default() -> Self {
        let ragas = &tables().ragas;
        let first = ragas.find(FIRST_RAGA, None).unwrap_or(&ragas.ragas()[0]);
        let (marking, script) = Default::default();
        Self { sa_hz: 138.6, a4_hz: 440.0, subject: first.clone().into(), marking, script }
    }
}

/// What the samples themselves tell.
#[derive(Clone, Copy, Debug, Default)]
struct Levels {
    /// Mean squares of what is heard and of what is played.
    heard: f32,
    played: f32,
    dead_secs: f64,
    hot_samples: u32,
    hot_secs: f64,
    is_hot: bool,
    under_secs: f64,
    playing_secs: f64,
}

/// The learner's ear, drone and teacher. `new` allocates; so do views.
pub struct Room {
    rate_hz: u32,
    canceller: DroneCanceller,
    tracker: PitchTracker,
    /// The teacher.
    pub teacher: Teacher,
    hint: RagaHint,
    a4_hz: f32,
    late: Late,
    /// The lesson; none sings freely.
    study: Option<Study>,
    /// What the guide sends to the engine.
    messages: Vec<BandMessage>,
    finder: Option<TonicFinder>,
    is_teaching: bool,
    /// Seconds of notes that were judged, and of them of those that were true.
    sung_secs: [f32; 2],
    levels: Levels,
    /// The clock at the first sample since the ears were last begun.
    begin_secs: Option<f64>,
    heard_secs: f64,
    clean: Vec<f32>,
    newest: Option<PitchFrame>,
    /// What is sung, for a band that answers it; none without.
    sung: Option<VecDeque<Sung>>,
}

impl Room {
    /// A room for sound at `rate_hz`, with ragas that it may be. Allocates.
    #[must_use]
    pub fn new(rate_hz: u32, setup: Setup, ragas: &RagaBook) -> Self {
        let Setup { sa_hz, a4_hz, subject, marking, script } = setup;
        Self {
            rate_hz,
            canceller: canceller(rate_hz),
            tracker: tracker(sa_hz),
            teacher: Teacher::new(TeacherConfig { sa_hz, subject, marking, script }),
            hint: RagaHint::new(ragas),
            a4_hz,
            late: Late::default(),
            study: None,
            messages: Vec::new(),
            finder: None,
            is_teaching: true,
            sung_secs: [0.0; 2],
            levels: Levels::default(),
            begin_secs: None,
            heard_secs: 0.0,
            clean: Vec::new(),
            newest: None,
            sung: None,
        }
    }

    /// Keeps what is sung for a band that answers it, or no more; it is answered where nothing else sounds in the
    /// microphone, or what sounds is taken out.
    pub fn keep_sung(&mut self, is_kept: bool) {
        if self.sung.is_some() != is_kept {
            self.sung = is_kept.then(|| VecDeque::with_capacity(tuning::SUNG_MAX));
        }
    }

    /// The next of what was sung and kept.
    pub fn poll_sung(&mut self) -> Option<Sung> {
        self.sung.as_mut()?.pop_front()
    }

    /// Another device, of another rate perhaps: what was learned of the room is void, what was sung stays. Allocates.
    pub fn set_device(&mut self, rate_hz: u32) {
        self.rate_hz = rate_hz;
        self.canceller = canceller(rate_hz);
        self.begin_anew();
        self.begin_secs = None;
        self.levels = Levels::default();
    }

    /// Whether what is heard is judged.
    #[must_use]
    pub fn is_teaching(&self) -> bool {
        self.is_teaching
    }

    /// Judges what is heard, or only follows its pitch.
    pub fn teach(&mut self, is_teaching: bool) {
        if self.is_teaching && !is_teaching {
            self.teacher.finish();
            self.stop_lesson();
        }
        self.is_teaching = is_teaching;
    }

    /// Other ragas that it may be: the learner's own among them. Allocates.
    pub fn set_ragas(&mut self, ragas: &RagaBook) {
        self.hint = RagaHint::new(ragas);
    }

    /// Another Sa, raga, marking or script; what is as it was goes on. Allocates.
    pub fn set_up(&mut self, setup: Setup) {
        let now = self.teacher.config();
        if setup.subject != now.subject {
            self.teacher.set_subject(setup.subject);
        }
        let now = self.teacher.config();
        if setup.script != now.script {
            self.teacher.set_script(setup.script);
        }
        if let Some(study) = &mut self.study {
            study.set_names(self.teacher.names());
        }
        self.a4_hz = setup.a4_hz;
        self.teacher.set_marking(setup.marking);
        if setup.sa_hz != self.teacher.config().sa_hz {
            self.teacher.set_sa(setup.sa_hz);
            self.tracker.set_tonic(Some(setup.sa_hz));
            self.hint.reset();
        }
    }

    /// Another lesson, or none; what the one before sang ends. Allocates.
    pub fn set_lesson(&mut self, plan: Option<&Plan>) {
        self.stop_lesson();
        self.study = plan.map(|plan| Study::new(plan, self.teacher.names()));
    }

    /// Begins the lesson as soon as the transport is at `begin_beats`, where its count-in begins; from a note, by its
    /// place in the timeline, or from its begin.
    pub fn begin_lesson(&mut self, begin_beats: f64, from: Option<usize>) {
        if let Some(study) = &mut self.study {
            study.begin(begin_beats, from);
        }
    }

    /// Ends the lesson; what was sung stays.
    pub fn stop_lesson(&mut self) {
        if let Some(study) = &mut self.study {
            study.stop(&mut self.messages);
        }
    }

    /// The guide sings the swara so many semitones above middle Sa, while the lead is theirs.
    pub fn sound(&mut self, semitones: i16) {
        if self.is_teaching {
            self.messages.push(guide::sound(tuned(&self.teacher, self.a4_hz, semitones)));
        }
    }

    /// The lesson as it is shown. Allocates.
    #[must_use]
    pub fn lesson(&self) -> Option<LessonView> {
        self.study.as_ref().map(Study::view)
    }

    /// Notes to a beat: those of the lesson, or one.
    #[must_use]
    pub fn parts(&self) -> u8 {
        self.study.as_ref().map_or(1, Study::parts)
    }

    /// How long sound is on its way from now on.
    pub fn set_late(&mut self, late: Late) {
        self.late = late;
    }

    /// How long after its beat what is sung (or, without a microphone, played) on it is heard, seconds.
    #[must_use]
    pub fn late_secs(&self) -> f64 {
        self.late.out_secs + self.begin_secs.map_or(0.0, |_| self.late.in_secs)
    }

    /// What the guide sends to the engine, to be taken.
    pub fn messages(&mut self) -> &mut Vec<BandMessage> {
        &mut self.messages
    }

    /// A block is over at `now_secs`, with the transport at `place`.
    pub fn pass(&mut self, now_secs: f64, place: Place) {
        if let Some(study) = &mut self.study {
            let tuned = |semitones: i16| tuned(&self.teacher, self.a4_hz, semitones);
            study.pass(now_secs, place, tuned, &mut self.messages);
        }
        // Without a microphone time passes by this clock alone, and what keys play is told here.
        if self.begin_secs.is_none() && self.is_teaching {
            self.teacher.pass(now_secs);
            self.tell(&mut |_| {});
        }
    }

    /// Learns the sound of the own drone; the learner is silent meanwhile.
    pub fn calibrate(&mut self) {
        self.canceller.calibrate();
    }

    /// Begins to take Sa from the voice, or stops.
    pub fn find_sa(&mut self, is_sought: bool) {
        self.finder = is_sought.then(TonicFinder::new);
    }

    /// How the search for Sa stands.
    #[must_use]
    pub fn finding_sa(&self) -> Option<TonicState> {
        self.finder.as_ref().map(TonicFinder::state)
    }

    /// What raga it may be. Allocates.
    #[must_use]
    pub fn hint(&self) -> crate::practice::hint::Hint {
        self.hint.answer()
    }

    /// Forgets what was sung.
    pub fn reset(&mut self) {
        self.teacher.reset();
        self.hint.reset();
        self.sung_secs = [0.0; 2];
    }

    /// What was sung since the last reset, for the history; the day is another's to say. Allocates.
    #[must_use]
    pub fn row(&self, view: &TeacherView) -> SessionRow {
        let [seconds, in_tune] = self.sung_secs;
        let swara = |swara: &SwaraView| SwaraDay {
            semitones: swara.row.semitones,
            median_cents: swara.row.median_cents,
            spread_cents: swara.row.spread_cents,
            held_secs: swara.row.share * seconds,
        };
        SessionRow {
            day: 0,
            raga: self.teacher.config().subject.name(),
            exercise: self.study.as_ref().map(|study| study.exercise_id().to_owned()),
            seconds,
            true_share: if seconds > 0.0 { in_tune / seconds } else { 0.0 },
            swaras: view.swaras.iter().map(swara).collect(),
        }
    }

    /// The newest voiced frame, as it was known live, on the clock of [`hear`](Self::hear).
    #[must_use]
    pub fn newest(&self) -> Option<PitchFrame> {
        self.newest
    }

    /// The pitch line without a gap, or after one: what ears count is samples, and what they remember is over.
    fn begin_anew(&mut self) {
        self.tracker.reset();
        self.newest = None;
    }

    /// Hears what the microphone gave and what was played meanwhile, as many samples of each, up to `end_secs`; `judged`
    /// gets what became final.
    pub fn hear(&mut self, heard: &[f32], played: &[f32], end_secs: f64, judged: &mut dyn FnMut(&Judged)) {
        let secs = heard.len() as f64 / f64::from(self.rate_hz);
        let begin_secs = *self.begin_secs.get_or_insert(end_secs - secs);
        if (end_secs - secs - begin_secs - self.heard_secs).abs() > tuning::GAP_SECS {
            self.begin_anew();
            self.canceller.reset();
            self.begin_secs = Some(end_secs - secs);
            self.heard_secs = 0.0;
        }
        self.heard_secs += secs;
        self.measure(heard, played, secs);
        self.clean.clear();
        let clean = &mut self.clean;
        self.canceller.process(heard, played, &mut |sample| clean.push(sample));
        self.tracker.process(&self.clean);
        self.teacher.set_hearing(self.hearing());
        self.listen(judged);
    }

    /// The input is over: what sounds becomes final.
    pub fn finish(&mut self, judged: &mut dyn FnMut(&Judged)) {
        self.tracker.finish();
        self.listen(&mut *judged);
        self.teacher.finish();
        self.tell(judged);
    }

    fn listen(&mut self, judged: &mut dyn FnMut(&Judged)) {
        let offset_secs = self.begin_secs.unwrap_or_default() + self.canceller.start_secs();
        // What is left of the drone is a tone as well: without a voice over it, it is no voice.
        let is_heard = self.canceller.levels().is_none_or(|levels| !self.removes() || levels.is_voice_heard());
        let placed = |frame: PitchFrame| {
            let frame = PitchFrame { at_secs: offset_secs + frame.at_secs, ..frame };
            if is_heard { frame } else { PitchFrame { hz: None, is_voiced: false, ..frame } }
        };
        while let Some(frame) = self.tracker.poll_live().map(placed) {
            if self.is_teaching {
                self.teacher.live(&frame);
            }
            if let Some(finder) = &mut self.finder {
                finder.hear(&frame);
            }
            if frame.hz.is_some() {
                self.newest = Some(frame);
            }
            let is_voice = self.is_told_apart();
            let sung = if is_voice { frame } else { PitchFrame { hz: None, is_voiced: false, ..frame } };
            keep(&mut self.sung, Sung::Frame(sung));
        }
        while let Some(frame) = self.tracker.poll_settled().map(placed) {
            if self.is_teaching {
                self.teacher.settled(&frame);
            }
        }
        while let Some(note) = self.tracker.poll_note() {
            keep(&mut self.sung, Sung::Note(note).earlier(-offset_secs));
        }
        self.tell(judged);
    }

    /// Whether what is heard can be told from what is played: nothing is, or it does not come to the microphone, or what is
    /// left of it is far weaker.
    fn is_told_apart(&self) -> bool {
        let stands_out = || self.canceller.levels().is_some_and(|l| l.voice_over_drone_db() >= tuning::APART_DB);
        match self.canceller.state() {
            DroneState::Ready { .. } => !self.removes() || stands_out(),
            _ => db(self.levels.played) <= tuning::PLAYED_DB,
        }
    }

    /// Passes on what became final, and to the lesson what may still change.
    fn tell(&mut self, judged: &mut dyn FnMut(&Judged)) {
        let late_secs = self.late_secs();
        while let Some(figure) = self.teacher.poll() {
            let secs = (figure.figure.end_secs - figure.figure.begin_secs) as f32;
            if figure.is_note() && figure.judgement.verdict != Verdict::Unjudged {
                self.sung_secs[0] += secs;
                self.sung_secs[1] += if figure.judgement.verdict == Verdict::True { secs } else { 0.0 };
            }
            if let Shape::Held(held) = figure.figure.shape {
                self.hint.hear(HeldPitch { at_secs: figure.figure.begin_secs, cents: held.cents, secs });
            }
            if let Some(study) = &mut self.study {
                study.sing(&figure, late_secs);
            }
            judged(&figure);
        }
        if let Some(study) = &mut self.study {
            study.hear(&self.teacher, late_secs);
        }
    }

    /// Whether something is taken out of the sound.
    fn removes(&self) -> bool {
        matches!(self.canceller.state(), DroneState::Ready { erle_db } if erle_db > 0.0)
    }

    fn measure(&mut self, heard: &[f32], played: &[f32], secs: f64) {
        let levels = &mut self.levels;
        let mean = |block: &[f32]| block.iter().map(|x| x * x).sum::<f32>() / block.len().max(1) as f32;
        let share = (secs / tuning::LEVEL_SECS).min(1.0) as f32;
        levels.heard += share * (mean(heard) - levels.heard);
        levels.played += share * (mean(played) - levels.played);
        let peak = heard.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
        levels.dead_secs = if peak <= tuning::DEAD_PEAK { levels.dead_secs + secs } else { 0.0 };
        levels.hot_samples += heard.iter().filter(|x| x.abs() >= tuning::HOT_PEAK).count() as u32;
        levels.hot_secs += secs;
        if levels.hot_secs >= tuning::HOT_SECS {
            levels.is_hot = levels.hot_samples >= tuning::HOT_SAMPLES;
            (levels.hot_samples, levels.hot_secs) = (0, 0.0);
        }
        let is_playing = db(levels.played) > tuning::PLAYED_DB;
        levels.playing_secs = if is_playing { levels.playing_secs + secs } else { 0.0 };
        let over_db = self.canceller.levels().map(|levels| levels.voice_over_drone_db());
        let is_under = is_playing
            && over_db.is_some_and(|db| db > tuning::UNDER_DB)
            && self.canceller.levels().is_some_and(|levels| !levels.is_voice_heard());
        self.levels.under_secs = if is_under { self.levels.under_secs + secs } else { 0.0 };
        // Who jams does not stop to calibrate: the next pause may do.
        let is_wanted = match self.canceller.state() {
            DroneState::NeedsCalibration => true,
            DroneState::Failing { .. } => self.sung.is_some(),
            _ => false,
        };
        if is_wanted && self.levels.playing_secs >= tuning::SETTLED_SECS && self.levels.dead_secs == 0.0 {
            self.canceller.calibrate();
        }
    }

    /// What the microphone and the drone make of what is heard.
    fn hearing(&self) -> Hearing {
        let is_played = db(self.levels.played) > tuning::PLAYED_DB;
        if self.levels.dead_secs >= tuning::DEAD_SECS {
            return Hearing::NoSignal;
        }
        if self.levels.is_hot {
            return Hearing::TooLoud;
        }
        match self.canceller.state() {
            DroneState::Calibrating { .. } => Hearing::Calibrating,
            DroneState::Failing { .. } if is_played => Hearing::UnderDrone,
            _ if self.levels.under_secs >= tuning::UNDER_SECS => Hearing::UnderDrone,
            _ => Hearing::Clear,
        }
    }

    /// What the microphone gives. How long it took is another's to say.
    #[must_use]
    pub fn microphone(&self) -> MicrophoneView {
        let is_played = db(self.levels.played) > tuning::PLAYED_DB;
        let is_calibrating = matches!(self.canceller.state(), DroneState::Calibrating { .. });
        let over = self.canceller.levels().map(|levels| levels.voice_over_drone_db());
        MicrophoneView {
            is_fed: self.begin_secs.is_some(),
            level_db: db(self.levels.heard),
            drone: (is_played || is_calibrating).then(|| self.canceller.state()),
            voice_over_drone_db: over.filter(|_| is_played && self.removes()),
            ..MicrophoneView::default()
        }
    }
}

/// Key and cents of a note so many semitones above middle Sa, as it is aimed at.
fn tuned(teacher: &Teacher, a4_hz: f32, semitones: i16) -> (u8, f32) {
    Pitch { sa_hz: teacher.config().sa_hz, a4_hz }.key(teacher.target_cents(semitones))
}

fn keep(kept: &mut Option<VecDeque<Sung>>, sung: Sung) {
    if let Some(kept) = kept {
        keep_newest(kept, tuning::SUNG_MAX, sung);
    }
}

fn canceller(rate_hz: u32) -> DroneCanceller {
    DroneCanceller::new(DroneConfig { microphone_hz: rate_hz, microphone_channels: 1, reference_hz: rate_hz })
}

fn tracker(sa_hz: f32) -> PitchTracker {
    let rate_hz = RATE_HZ as u32;
    PitchTracker::new(PitchConfig { rate_hz, channels: 1, tonic_hz: Some(sa_hz), ..PitchConfig::default() })
}

/// A mean square in dB of full scale, at least -120.
fn db(mean_square: f32) -> f32 {
    10.0 * mean_square.max(1.0e-12).log10()
}
