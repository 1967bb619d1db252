//! The control side of practice: what is chosen, what the teacher is told of it, and what is kept.

use super::order::{PracticeOrder, TeachOrder};
use super::room::Setup;
use super::store::Store;
use super::view::{DayView, PracticeView, RoomView};
use crate::band::{ModeId, Part, PartMode, Settings as BandSettings, Taste};
use crate::ear::tonic::TonicState;
use crate::engine::params::{ParamId, ParamValues};
use crate::instrument::PatchId;
use crate::practice::Marking;
use crate::practice::history::{SessionRow, days_in_tune};
use crate::session::settings::PracticeSettings;
use crate::theory::raga::{Raga, RagaBook, Script, Tala, Tradition, UserTables, tables};
use std::path::Path;
use std::sync::Arc;

/// The learner's own ragas, in the folder of the settings.
const OWN_RAGAS: &str = "ragas.toml";
/// The history, beside them.
const HISTORY: &str = "practice.redb";
/// Days that are shown.
const DAYS: u16 = 14;
/// Less singing than this is no session, seconds.
const SESSION_SECS: f32 = 5.0;

/// What the control side knows of practice.
pub struct PracticeDesk {
    ragas: RagaBook,
    own_ragas: Arc<Vec<Raga>>,
    own_trouble: Option<String>,
    raga: Arc<Raga>,
    tala: Option<Arc<Tala>>,
    has_theka: bool,
    tradition: Tradition,
    script: Script,
    marking: Marking,
    told: Option<Setup>,
    is_open: bool,
    is_finding: bool,
    store: Result<Store, String>,
    history: Arc<Vec<DayView>>,
    row: SessionRow,
}

impl PracticeDesk {
    /// As the settings have it, with the learner's own ragas and history from `folder`. Allocates, reads files.
    #[must_use]
    pub fn new(settings: &PracticeSettings, folder: &Path) -> Self {
        let (own, own_trouble) = own_ragas(&folder.join(OWN_RAGAS));
        let ragas = tables().ragas.with(own.clone());
        let first = Setup::default().subject;
        let found = settings.raga.as_ref().and_then(|id| ragas.ragas().iter().find(|raga| raga.id == *id)).cloned();
        let raga = found.unwrap_or_else(|| match first {
            crate::practice::Subject::Raga(raga) => *raga,
            crate::practice::Subject::Scale(_) => ragas.ragas()[0].clone(),
        });
        let by_name = |name: &String, script: &Script| script.name().eq_ignore_ascii_case(name);
        let script = settings.script.as_ref().and_then(|name| Script::ALL.into_iter().find(|s| by_name(name, s)));
        let tradition = settings.tradition.as_deref().and_then(Tradition::parse).unwrap_or(raga.tradition);
        let mut desk = Self {
            ragas,
            own_ragas: Arc::new(own),
            own_trouble,
            raga: Arc::new(raga),
            tala: settings.tala.as_deref().and_then(tala),
            has_theka: settings.has_theka.unwrap_or(true),
            tradition,
            script: script.unwrap_or_default(),
            marking: if settings.is_strict { Marking::True } else { Marking::Gentle },
            told: None,
            is_open: false,
            is_finding: false,
            store: Store::open(&folder.join(HISTORY)).map_err(|error| error.to_string()),
            history: Arc::default(),
            row: SessionRow::default(),
        };
        desk.read_history();
        desk
    }

    /// What the settings keep of it.
    #[must_use]
    pub fn settings(&self) -> PracticeSettings {
        PracticeSettings {
            raga: Some(self.raga.id.clone()),
            tala: self.tala.as_ref().map(|tala| tala.id.clone()),
            has_theka: (!self.has_theka).then_some(false),
            tradition: Some(self.tradition.name().to_lowercase()),
            script: Some(self.script.name().to_lowercase()),
            is_strict: self.marking == Marking::True,
        }
    }

    /// The page is shown, or another: `tell` gets what the teacher is to be told.
    pub fn open(&mut self, is_open: bool, tell: &mut dyn FnMut(TeachOrder)) {
        if self.is_open == is_open {
            return;
        }
        self.is_open = is_open;
        if is_open && self.told.is_none() && !self.own_ragas.is_empty() {
            tell(TeachOrder::Ragas(Box::new(self.ragas.clone())));
        }
        if !is_open {
            self.keep(tell);
        }
        tell(TeachOrder::Teach(is_open));
    }

    /// Carries out a wish.
    pub fn send(&mut self, order: PracticeOrder, tell: &mut dyn FnMut(TeachOrder)) {
        match order {
            PracticeOrder::SetRaga(id) => {
                if let Some(raga) = self.ragas.ragas().iter().find(|raga| raga.id == id) {
                    self.raga = Arc::new(raga.clone());
                    self.tradition = raga.tradition;
                    self.keep(tell);
                }
            }
            PracticeOrder::SetTradition(tradition) => self.tradition = tradition,
            PracticeOrder::SetScript(script) => self.script = script,
            PracticeOrder::SetMarking(marking) => self.marking = marking,
            PracticeOrder::SetShade { position, is_higher } => tell(TeachOrder::Shade { position, is_higher }),
            PracticeOrder::SetTala(id) => {
                self.tala = id.as_deref().and_then(tala);
                tell(TeachOrder::Tala(self.tala.as_ref().map(|tala| tala.beats.len() as u32)));
            }
            PracticeOrder::SetTheka(has_theka) => self.has_theka = has_theka,
            PracticeOrder::FindSa(is_sought) => {
                self.is_finding = is_sought;
                tell(TeachOrder::FindSa(is_sought));
            }
            PracticeOrder::Calibrate => tell(TeachOrder::Calibrate),
            PracticeOrder::Reset => self.keep(tell),
            _ => {}
        }
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
        let setup = Setup {
            sa_hz: values.get(ParamId::TanpuraSa),
            subject: Raga::clone(&self.raga).into(),
            marking: self.marking,
            script: self.script,
        };
        if self.told.as_ref() != Some(&setup) {
            self.told = Some(setup.clone());
            tell(TeachOrder::Setup(Box::new(setup)));
        }
    }

    /// Writes what the ear shows into the page's picture; Sa, where it was just found.
    pub fn fold(&mut self, room: &RoomView, view: &mut PracticeView) -> Option<f32> {
        if self.is_open && room.row.seconds > 0.0 {
            self.row = room.row.clone();
        }
        let found = match room.finding_sa {
            Some(TonicState::Found { hz, .. }) if self.is_finding => Some(hz),
            _ => None,
        };
        *view = PracticeView {
            teacher: Arc::clone(&room.teacher),
            raga: Some(Arc::clone(&self.raga)),
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
            past: Arc::default(),
            course: Arc::default(),
            lesson: room.lesson.clone(),
            guide: PatchId::default(),
        };
        found
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
        let rows = self.store.as_ref().map(Store::rows);
        let today = today();
        let days = match rows {
            Ok(Ok(rows)) => days_in_tune(&rows, today, DAYS),
            Ok(Err(error)) => {
                self.store = Err(error.to_string());
                Vec::new()
            }
            Err(_) => Vec::new(),
        };
        let shown = |bar: &crate::practice::history::DayBar| DayView {
            days_ago: (today - bar.day).max(0) as u32,
            true_share: bar.true_share,
            secs: bar.seconds,
        };
        self.history = Arc::new(days.iter().map(shown).collect());
    }
}

fn tala(id: &str) -> Option<Arc<Tala>> {
    tables().talas.iter().find(|tala| tala.id == id).cloned().map(Arc::new)
}

/// Days of this place's calendar since the first of the common era.
fn today() -> i32 {
    use chrono::Datelike;
    chrono::Local::now().date_naive().num_days_from_ce()
}

/// The learner's own ragas; why their file is not used, in a sentence.
fn own_ragas(path: &Path) -> (Vec<Raga>, Option<String>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (Vec::new(), None),
        Err(error) => return (Vec::new(), Some(format!("{}: cannot be read: {error}", path.display()))),
    };
    match UserTables::parse(&text) {
        Ok(tables) => (tables.ragas, None),
        Err(error) => (Vec::new(), Some(format!("{}: {error}", path.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(folder: &Path) -> PracticeDesk {
        PracticeDesk::new(&PracticeSettings::default(), folder)
    }

    #[test]
    fn the_teacher_is_told_of_what_changes_and_of_nothing_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut desk = desk(folder.path());
        let mut values = ParamValues::default();
        let mut told = 0;
        desk.tell(&values, &mut |_| told += 1);
        desk.tell(&values, &mut |_| told += 1);
        assert_eq!(told, 1);
        values.set(ParamId::TanpuraSa, 220.0);
        let mut sa_hz = 0.0;
        desk.tell(&values, &mut |order| {
            if let TeachOrder::Setup(setup) = order {
                sa_hz = setup.sa_hz;
            }
        });
        assert_eq!(sa_hz, 220.0);
        desk.send(PracticeOrder::SetRaga("H001".into()), &mut |_| {});
        desk.send(PracticeOrder::SetTala(Some("S22".into())), &mut |_| {});
        let again = PracticeDesk::new(&desk.settings(), tempfile::tempdir().expect("a folder").path());
        assert_eq!((again.raga.id.as_str(), again.tala.as_ref().map(|tala| tala.id.as_str())), ("H001", Some("S22")));
    }

    #[test]
    fn on_the_page_the_band_is_the_drum_alone_and_only_where_it_is_wanted() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut desk = desk(folder.path());
        let wish = BandSettings::default();
        assert_eq!(desk.band(wish), wish, "the page is not open");
        desk.open(true, &mut |_| {});
        assert!(desk.band(wish).is_resting(), "no tala");
        desk.send(PracticeOrder::SetTala(Some("H01".into())), &mut |_| {});
        let modes = |desk: &PracticeDesk| desk.band(wish).tastes.map(|taste| taste.mode);
        assert_eq!(modes(&desk), [PartMode::Auto, PartMode::Off, PartMode::Off, PartMode::Off]);
        assert_eq!(desk.band(wish).mode, ModeId::Raga);
        desk.send(PracticeOrder::SetTheka(false), &mut |_| {});
        assert!(desk.band(wish).is_resting());
        let again = PracticeDesk::new(&desk.settings(), tempfile::tempdir().expect("a folder").path());
        assert!(!again.has_theka && desk.settings().has_theka == Some(false));
    }

    #[test]
    fn what_was_sung_is_kept_when_the_page_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut desk = desk(folder.path());
        let (mut view, mut orders) = (PracticeView::default(), Vec::new());
        desk.open(true, &mut |order| orders.push(order));
        let row = SessionRow { seconds: 60.0, true_share: 0.75, raga: "Yaman".into(), ..SessionRow::default() };
        desk.fold(&RoomView { row, ..RoomView::default() }, &mut view);
        assert!(view.history.iter().all(|day| day.true_share.is_none()) && view.history.len() == 14);
        desk.open(false, &mut |order| orders.push(order));
        desk.fold(&RoomView::default(), &mut view);
        assert_eq!(view.history.last().and_then(|day| day.true_share), Some(0.75));
        assert!(
            matches!(orders[..], [TeachOrder::Teach(true), TeachOrder::Reset, TeachOrder::Teach(false)]),
            "{orders:?}"
        );
    }

    #[test]
    fn a_raga_of_ones_own_is_there_and_a_broken_file_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(OWN_RAGAS);
        let own = "[[raga]]\nname = \"Mine\"\ntradition = \"carnatic\"\narohana = \"S R2 G3 P D2 S^\"\navarohana = \"S^ D2 P G3 R2 S\"\n";
        std::fs::write(&path, own).expect("a file");
        let mut first = desk(folder.path());
        first.send(PracticeOrder::SetRaga("U1".into()), &mut |_| {});
        assert_eq!(first.raga.name, "Mine");
        drop(first);
        std::fs::write(&path, "[[raga]]\nname = 7").expect("a file");
        let mut view = PracticeView::default();
        desk(folder.path()).fold(&RoomView::default(), &mut view);
        assert!(view.own_trouble.is_some_and(|said| said.contains("ragas.toml")));
    }
}
