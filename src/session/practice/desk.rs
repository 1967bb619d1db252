//! The control side of practice: what is chosen, what the teacher is told of it, and what is kept.

#[cfg(test)]
mod tests;

use super::course::Course;
use super::order::{Late, PracticeOrder, TeachOrder, TransportWish};
use super::own::own_tables;
use super::past;
use super::room::Setup;
use super::store::Store;
use super::view::{DayView, PastView, PracticeView, RoomView};
use crate::band::{ModeId, Part, PartMode, Settings as BandSettings, Taste};
use crate::ear::tonic::TonicState;
use crate::engine::params::{ParamId, ParamValues};
use crate::instrument::{Category, PatchId};
use crate::practice::history::SessionRow;
use crate::practice::lesson::Progress;
use crate::practice::{Marking, Subject};
use crate::session::settings::PracticeSettings;
use crate::theory::raga::{Raga, RagaBook, Script, Tala, Tradition, UserTables, tables};
use crate::theory::{Key, Mode};
use std::path::Path;
use std::sync::Arc;

/// The history, in the folder of the settings.
const HISTORY: &str = "practice.redb";
/// What the guide sings with first, by its key: of all sounds the one that is there at once and holds longest (3 dB less
/// after half a second); the pads need a third of a second to be heard.
const GUIDE: &str = "glass-keys";
/// Ways of sound that differ by less are the same, seconds: a tenth of what a take may be from the tala, and less.
const LATE_SECS: f64 = 0.004;
/// Less singing than this is no session, seconds.
const SESSION_SECS: f32 = 5.0;

/// What the control side knows of practice.
pub struct PracticeDesk {
    ragas: RagaBook,
    own_ragas: Arc<Vec<Raga>>,
    own_trouble: Option<String>,
    raga: Arc<Raga>,
    /// The scale that is practised in its place.
    scale: Option<Mode>,
    tala: Option<Arc<Tala>>,
    has_theka: bool,
    tradition: Tradition,
    script: Script,
    marking: Marking,
    told: Option<Setup>,
    is_open: bool,
    was_open: bool,
    is_finding: bool,
    store: Result<Store, String>,
    rows: Vec<SessionRow>,
    history: Arc<Vec<DayView>>,
    past: Arc<PastView>,
    /// The raga whose last weeks are shown, by its name; all without.
    past_raga: Option<String>,
    row: SessionRow,
    course: Course,
    guide: PatchId,
    late_told: Late,
}

/// What the ear showed that the control side has to act on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeskNews {
    /// Sa, where it was just found, Hz.
    pub found_sa_hz: Option<f32>,
    /// The lesson is over: the transport is to stop.
    pub is_over: bool,
    /// What a take opened, a sentence.
    pub opened: Option<String>,
}

impl PracticeDesk {
    /// As the settings have it, with the learner's own ragas and history from `folder`. Allocates, reads files.
    #[must_use]
    pub fn new(settings: &PracticeSettings, folder: &Path) -> Self {
        let (UserTables { ragas: own, exercises }, troubles) = own_tables(folder);
        let ragas = tables().ragas.with(own.clone());
        let first = Setup::default().subject;
        let found = settings.raga.as_ref().and_then(|id| ragas.ragas().iter().find(|raga| raga.id == *id)).cloned();
        let raga = found.unwrap_or_else(|| match first {
            Subject::Raga(raga) => *raga,
            Subject::Scale(_) => ragas.ragas()[0].clone(),
        });
        let by_name = |name: &String, script: &Script| script.name().eq_ignore_ascii_case(name);
        let script = settings.script.as_ref().and_then(|name| Script::ALL.into_iter().find(|s| by_name(name, s)));
        let tradition = settings.tradition.as_deref().and_then(Tradition::parse).unwrap_or(raga.tradition);
        let store = Store::open(&folder.join(HISTORY)).and_then(|store| Ok((store.progress()?, store)));
        let (progress, store) = match store {
            Ok((progress, store)) => (progress, Ok(store)),
            Err(error) => (Progress::default(), Err(error.to_string())),
        };
        let mut course = Course::new(exercises, progress, settings);
        course.fit(&raga);
        let mut desk = Self {
            ragas,
            own_ragas: Arc::new(own),
            own_trouble: (!troubles.is_empty()).then(|| troubles.join("\n")),
            raga: Arc::new(raga),
            scale: Mode::ALL.into_iter().find(|mode| settings.scale.as_deref() == Some(mode.name())),
            tala: settings.tala.as_deref().and_then(tala),
            has_theka: settings.has_theka.unwrap_or(true),
            tradition,
            script: script.unwrap_or_default(),
            marking: if settings.is_strict { Marking::True } else { Marking::Gentle },
            told: None,
            is_open: false,
            was_open: false,
            is_finding: false,
            store,
            rows: Vec::new(),
            history: Arc::default(),
            past: Arc::default(),
            past_raga: None,
            row: SessionRow::default(),
            course,
            guide: settings.guide.as_deref().and_then(guide).or_else(|| guide(GUIDE)).unwrap_or_default(),
            late_told: Late::default(),
        };
        desk.read_history();
        desk
    }

    /// What the settings keep of it.
    #[must_use]
    pub fn settings(&self) -> PracticeSettings {
        let mut settings = PracticeSettings {
            raga: Some(self.raga.id.clone()),
            scale: self.scale.map(|mode| mode.name().to_owned()),
            tala: self.tala.as_ref().map(|tala| tala.id.clone()),
            has_theka: (!self.has_theka).then_some(false),
            tradition: Some(self.tradition.name().to_lowercase()),
            script: Some(self.script.name().to_lowercase()),
            is_strict: self.marking == Marking::True,
            guide: Some(self.guide.info().key.to_owned()),
            ..PracticeSettings::default()
        };
        self.course.write_settings(&mut settings);
        settings
    }

    /// What the lead is to sound with: the guide while the page is shown, what the band has for it otherwise.
    #[must_use]
    pub fn lead_patch(&self, of_band: PatchId) -> PatchId {
        if self.is_open { self.guide } else { of_band }
    }

    /// Notes how long sound is on its way; whether the teacher is to be told.
    pub fn note_late(&mut self, late: Late) -> bool {
        let apart = [late.out_secs - self.late_told.out_secs, late.in_secs - self.late_told.in_secs];
        let is_news = apart.iter().any(|secs| secs.abs() > LATE_SECS);
        if is_news {
            self.late_told = late;
        }
        is_news
    }

    /// The page is shown, or another: `tell` gets what the teacher is to be told. What the transport is to do for it.
    pub fn open(&mut self, is_open: bool, tell: &mut dyn FnMut(TeachOrder)) -> Option<TransportWish> {
        if self.is_open == is_open {
            return None;
        }
        self.is_open = is_open;
        if is_open && !self.was_open {
            self.was_open = true;
            if !self.own_ragas.is_empty() {
                tell(TeachOrder::Ragas(Box::new(self.ragas.clone())));
            }
            self.tell_tala(tell);
        }
        if is_open {
            self.tell_lesson(tell);
        }
        if !is_open {
            self.keep(tell);
        }
        tell(TeachOrder::Teach(is_open));
        (!is_open && self.course.end()).then_some(TransportWish::Stop)
    }

    /// Carries out a wish; what the transport is to do for it.
    pub fn send(&mut self, order: PracticeOrder, tell: &mut dyn FnMut(TeachOrder)) -> Option<TransportWish> {
        let was_under_way = self.course.is_under_way();
        match order {
            PracticeOrder::SetRaga(id) => {
                let raga = self.ragas.ragas().iter().find(|raga| raga.id == id).cloned()?;
                self.scale = None;
                self.set_raga(raga, tell);
            }
            PracticeOrder::SetScale(mode) => {
                // Exercises are sung in ragas.
                self.set_exercise(None, tell);
                self.scale = Some(mode);
            }
            PracticeOrder::SetTradition(tradition) => self.tradition = tradition,
            PracticeOrder::SetScript(script) => {
                self.script = script;
                self.look_back();
            }
            PracticeOrder::SetMarking(marking) => self.marking = marking,
            PracticeOrder::SetShade { position, is_higher } => tell(TeachOrder::Shade { position, is_higher }),
            PracticeOrder::SetTala(id) => self.set_tala(id.as_deref(), tell),
            PracticeOrder::SetTheka(has_theka) => self.has_theka = has_theka,
            PracticeOrder::FindSa(is_sought) => {
                self.is_finding = is_sought;
                tell(TeachOrder::FindSa(is_sought));
            }
            PracticeOrder::Calibrate => tell(TeachOrder::Calibrate),
            PracticeOrder::Reset => self.keep(tell),
            PracticeOrder::SetExercise(id) => self.set_exercise(id.as_deref(), tell),
            PracticeOrder::OpenExercise(id) => {
                if self.course.open(&id) {
                    self.keep_progress();
                    self.course.fit(&self.raga);
                }
            }
            PracticeOrder::Lesson(wish) => {
                self.course.wish(wish);
                self.course.fit(&self.raga);
                self.tell_lesson(tell);
                // Who practises goes on, from the begin.
                return if was_under_way && !self.course.is_under_way() { self.begin(None, tell) } else { None };
            }
            PracticeOrder::Begin(from) => return self.begin(from, tell),
            PracticeOrder::Stop => {
                self.course.end();
                tell(TeachOrder::Stop);
                return Some(TransportWish::Stop);
            }
            PracticeOrder::Sound(semitones) => tell(TeachOrder::Sound(semitones)),
            PracticeOrder::SetGuide(patch) => {
                self.guide = guide(patch.info().key).unwrap_or(self.guide);
            }
            PracticeOrder::ShowPast(raga) => {
                self.past_raga = raga;
                self.look_back();
            }
        }
        (was_under_way && !self.course.is_under_way()).then_some(TransportWish::Stop)
    }

    fn set_raga(&mut self, raga: Raga, tell: &mut dyn FnMut(TeachOrder)) {
        self.keep(tell);
        self.raga = Arc::new(raga);
        self.tradition = self.raga.tradition;
        self.course.fit(&self.raga);
        self.tell_lesson(tell);
        self.look_back();
    }

    fn set_tala(&mut self, id: Option<&str>, tell: &mut dyn FnMut(TeachOrder)) {
        self.tala = id.and_then(tala);
        self.tell_tala(tell);
        self.tell_lesson(tell);
    }

    fn tell_tala(&self, tell: &mut dyn FnMut(TeachOrder)) {
        tell(TeachOrder::Tala(self.tala.as_ref().map(|tala| tala.beats.len() as u32)));
    }

    /// Another exercise, in its own tala, and in its own raga where it does not go with the one that is practised.
    fn set_exercise(&mut self, id: Option<&str>, tell: &mut dyn FnMut(TeachOrder)) {
        self.keep(tell);
        self.scale = self.scale.filter(|_| id.is_none());
        let other = self.course.choose(id, &self.raga, &self.ragas).cloned();
        if let Some(tala) = self.course.exercise().map(|exercise| exercise.tala.clone()) {
            self.set_tala(tala.as_deref(), tell);
        }
        match other {
            Some(raga) => self.set_raga(raga, tell),
            None => self.course.fit(&self.raga),
        }
        self.tell_lesson(tell);
    }

    /// Tells the teacher of the lesson where it is another than before.
    fn tell_lesson(&mut self, tell: &mut dyn FnMut(TeachOrder)) {
        let plan = self.course.plan(&self.raga, self.tala.as_ref());
        if self.course.tell(plan.as_ref()) {
            tell(TeachOrder::Lesson(plan.map(Box::new)));
        }
    }

    /// Begins the lesson: the transport counts in to the beat of the cycle at which it begins.
    fn begin(&mut self, from: Option<usize>, tell: &mut dyn FnMut(TeachOrder)) -> Option<TransportWish> {
        self.tell_lesson(tell);
        let (at_beats, count_in_beats, bpm) = self.course.begin(from)?;
        tell(TeachOrder::Begin { begin_beats: at_beats - f64::from(count_in_beats), from });
        Some(TransportWish::Start { at_beats, count_in_beats, bpm })
    }

    /// The raga that is practised and the tala that is kept.
    #[must_use]
    pub fn subject(&self) -> (Arc<Raga>, Option<Arc<Tala>>) {
        (Arc::clone(&self.raga), self.tala.clone())
    }

    /// What is wished of the band: what the jam asks for, but while the page is open the drum alone, as plainly as a
    /// learner needs it.
    #[must_use]
    pub fn band(&self, settings: BandSettings) -> BandSettings {
        if !self.is_open {
            return settings;
        }
        let mut band = BandSettings { mode: ModeId::Raga, fills: 0.0, fill_every: 0, yields: false, ..settings };
        band.tastes.iter_mut().for_each(|taste| taste.mode = PartMode::Off);
        let mode = if self.has_theka && self.tala.is_some() { PartMode::Auto } else { PartMode::Off };
        let drums = &mut band.tastes[Part::Drums as usize];
        *drums = Taste { mode, complexity: 0.0, ..*drums };
        band
    }

    /// Tells the teacher what differs from what they were told last.
    pub fn tell(&mut self, values: &ParamValues, tell: &mut dyn FnMut(TeachOrder)) {
        let (sa_hz, a4_hz) = (values.get(ParamId::TanpuraSa), values.get(ParamId::TuningHz));
        let setup = Setup {
            sa_hz,
            a4_hz,
            subject: match self.scale {
                Some(mode) => Key::new(nearest_key(sa_hz, a4_hz), mode).into(),
                None => Raga::clone(&self.raga).into(),
            },
            marking: self.marking,
            script: self.script,
        };
        if self.told.as_ref() != Some(&setup) {
            self.told = Some(setup.clone());
            tell(TeachOrder::Setup(Box::new(setup)));
        }
    }

    /// Writes what the ear shows into the page's picture; what is to be done about it.
    pub fn fold(&mut self, room: &RoomView, view: &mut PracticeView) -> DeskNews {
        if self.is_open && room.row.seconds > 0.0 {
            self.row = room.row.clone();
        }
        let lesson = self.course.fold(room.lesson.as_deref(), &self.raga, today());
        if lesson.has_progress {
            self.keep_progress();
        }
        let found_sa_hz = match room.finding_sa {
            Some(TonicState::Found { hz, .. }) if self.is_finding => Some(hz),
            _ => None,
        };
        *view = PracticeView {
            teacher: Arc::clone(&room.teacher),
            raga: Some(Arc::clone(&self.raga)),
            scale: self.told.as_ref().and_then(|setup| match setup.subject {
                Subject::Scale(key) => Some(key),
                Subject::Raga(_) => None,
            }),
            own_ragas: Arc::clone(&self.own_ragas),
            own_trouble: self.own_trouble.clone().or_else(|| self.store.as_ref().err().cloned()),
            tradition: self.tradition,
            script: self.script,
            marking: self.marking,
            tala: self.tala.clone(),
            has_theka: self.has_theka,
            cycle_place: room.cycle_place,
            microphone: room.microphone.clone(),
            finding_sa: room.finding_sa.filter(|_| self.is_finding),
            strings_secs: view.strings_secs,
            hint: Arc::clone(&room.hint),
            history: Arc::clone(&self.history),
            past: Arc::clone(&self.past),
            course: Arc::clone(self.course.view()),
            lesson: room.lesson.clone(),
            guide: self.guide,
        };
        DeskNews { found_sa_hz, is_over: lesson.is_over, opened: lesson.opened }
    }

    fn keep_progress(&mut self) {
        let kept = self.store.as_ref().map(|store| store.set_progress(self.course.progress()));
        if let Ok(Err(error)) = kept {
            self.store = Err(error.to_string());
        }
    }

    /// Keeps what was sung so far as a session of its own, and begins another.
    pub fn keep(&mut self, tell: &mut dyn FnMut(TeachOrder)) {
        let row = std::mem::take(&mut self.row);
        if row.seconds >= SESSION_SECS
            && let Ok(store) = &self.store
        {
            let added = store.add(&SessionRow { day: today(), ..row });
            if let Err(error) = added {
                self.store = Err(error.to_string());
            }
            self.read_history();
        }
        tell(TeachOrder::Reset);
    }

    fn read_history(&mut self) {
        match self.store.as_ref().map(Store::rows) {
            Ok(Ok(rows)) => self.rows = rows,
            Ok(Err(error)) => self.store = Err(error.to_string()),
            Err(_) => {}
        }
        self.look_back();
    }

    /// Draws the last days and weeks anew.
    fn look_back(&mut self) {
        self.history = Arc::new(past::days(&self.rows, today()));
        let names = (&self.ragas, &*self.raga, self.script);
        self.past = Arc::new(past::weeks(&self.rows, today(), self.past_raga.as_deref(), names));
    }
}

/// The sound of that key, where it is one to sing with.
fn guide(key: &str) -> Option<PatchId> {
    PatchId::from_key(key).filter(|patch| patch.info().category != Category::Drums)
}

/// The MIDI key nearest to a pitch, Hz.
fn nearest_key(hz: f32, a4_hz: f32) -> u8 {
    (69.0 + 12.0 * (hz / a4_hz).log2()).round().clamp(0.0, 127.0) as u8
}

fn tala(id: &str) -> Option<Arc<Tala>> {
    tables().talas.iter().find(|tala| tala.id == id).cloned().map(Arc::new)
}

/// Days of this place's calendar since the first of the common era.
fn today() -> i32 {
    use chrono::Datelike;
    chrono::Local::now().date_naive().num_days_from_ce()
}
