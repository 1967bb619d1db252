//! The models: found, loaded and played on the thread `sangat-band`, and what is to be told of them.

use super::desk::desk;
use super::ear::{BandMeters, EarOrder};
use crate::band::patterns::PatternFile;
use crate::band::{Ensemble, Member};
use crate::host::run_below_normal;
use crate::rt::Mapped;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

/// Names the folder of the models, past every other.
pub const MODELS_VARIABLE: &str = "SANGAT_MODELS";
/// The pattern library's file.
pub const PATTERNS: &str = "patterns.bin";
/// A folder of models has this file.
const KNOWN_BY: &str = "drums_small.safetensors";
/// How far above the program's own folder they are looked for.
const ABOVE_MAX: usize = 4;

/// The models as they are shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelsView {
    /// Whether they are still being loaded.
    pub is_loading: bool,
    /// Where they were looked for; `None` where no folder has any.
    pub folder: Option<PathBuf>,
    /// Those that are used.
    pub rows: Vec<Member>,
    /// Bars in the pattern library.
    pub patterns: usize,
    /// Why others are not, a sentence each.
    pub problems: Vec<String>,
    /// How long loading took, in milliseconds.
    pub load_millis: f32,
}

impl ModelsView {
    /// Who plays, how it is stored, where it runs and how fast: a sentence.
    #[must_use]
    pub fn text(&self) -> String {
        let row = |row: &Member| {
            let [p50, p99] = row.step_micros;
            format!("{} ({}, {}, {p50:.0} / {p99:.0} \u{b5}s a step)", row.file, row.precision, row.device)
        };
        let rows: Vec<String> = self.rows.iter().map(row).collect();
        format!("{} and {} patterns play for the band.", rows.join(", "), self.patterns)
    }
}

/// The folder of the models: the one the environment names, or `models` beside the program or above it.
#[must_use]
pub fn models_folder() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(MODELS_VARIABLE).filter(|v| !v.is_empty()) {
        return Some(named.into());
    }
    let program = std::env::current_exe().ok()?;
    let below = |folder: &Path| ["models", "share/sangat/models", "Resources/models"].map(|name| folder.join(name));
    let mut places = program.ancestors().skip(1).take(ABOVE_MAX).flat_map(below);
    places.find(|folder| folder.join(KNOWN_BY).is_file())
}

/// The pattern library of a folder, mapped into memory.
///
/// # Errors
/// A sentence, where there is none that can be used.
pub fn patterns(folder: &Path) -> Result<PatternFile, String> {
    let told = |reason: &dyn std::fmt::Display| format!("{PATTERNS}: the pattern library cannot be used: {reason}.");
    let mapped = Mapped::open(&folder.join(PATTERNS)).map_err(|error| told(&error))?;
    PatternFile::new(Arc::new(mapped)).map_err(|error| told(&error))
}

/// Loads what a folder has; nobody where it has nothing that can be used. Takes a fraction of a second; on the thread
/// that will play.
#[must_use]
pub fn load(folder: Option<&Path>) -> (Option<Box<dyn Ensemble>>, ModelsView) {
    let begin = Instant::now();
    let Some(folder) = folder else {
        let problem = format!("No folder with models was found; {MODELS_VARIABLE} can name it.");
        return (None, ModelsView { problems: vec![problem], ..ModelsView::default() });
    };
    let (ensemble, mut view) = load_from(folder, false);
    view.folder = Some(folder.to_owned());
    view.load_millis = begin.elapsed().as_secs_f32() * 1000.0;
    (ensemble, view)
}

/// Loads what a folder has such that it plays the same on every machine, however long that takes.
#[must_use]
pub fn load_exact(folder: &Path) -> (Option<Box<dyn Ensemble>>, ModelsView) {
    load_from(folder, true)
}

#[cfg(feature = "neural")]
fn load_from(folder: &Path, is_exact: bool) -> (Option<Box<dyn Ensemble>>, ModelsView) {
    use crate::neural::{Models, NeuralBand};
    let (models, problems) = if is_exact { Models::load_exact(folder) } else { Models::load(folder) };
    let problems = problems.iter().map(ToString::to_string).collect();
    let band = (!models.is_empty()).then(|| Box::new(NeuralBand::new(&models)) as Box<dyn Ensemble>);
    let rows = band.as_ref().map_or_else(Vec::new, |band| band.members());
    (band, ModelsView { rows, problems, ..ModelsView::default() })
}

#[cfg(not(feature = "neural"))]
fn load_from(_: &Path, _: bool) -> (Option<Box<dyn Ensemble>>, ModelsView) {
    let problem = "This program was built without models; the band plays by rules.".to_owned();
    (None, ModelsView { problems: vec![problem], ..ModelsView::default() })
}

/// The thread that loads and plays the models.
pub struct ModelsThread {
    shown: Arc<Mutex<ModelsView>>,
    thread: Option<JoinHandle<()>>,
}

impl ModelsThread {
    /// Begins to load, from `folder` or from where they are found; once they are there the models are handed to the ear's
    /// thread, and play until that ends.
    ///
    /// # Errors
    /// The system's own, when no thread can be started.
    pub fn start(folder: Option<PathBuf>, ear: Sender<EarOrder>, meters: &Arc<BandMeters>) -> std::io::Result<Self> {
        let shown = Arc::new(Mutex::new(ModelsView { is_loading: true, ..ModelsView::default() }));
        let (to_show, meters) = (Arc::clone(&shown), Arc::clone(meters));
        let run = move || {
            run_below_normal();
            on_one_thread(move || {
                let folder = folder.or_else(models_folder);
                let (ensemble, mut view) = load(folder.as_deref());
                match folder.as_deref().map(patterns) {
                    Some(Ok(patterns)) => {
                        view.patterns = patterns.len();
                        ear.send(EarOrder::Patterns(patterns)).ok();
                    }
                    Some(Err(problem)) => view.problems.push(problem),
                    None => {}
                }
                *to_show.lock().unwrap_or_else(PoisonError::into_inner) = view;
                let Some(ensemble) = ensemble else { return };
                let (desk, hands) = desk(ensemble, meters, move |sentence, members| {
                    let mut view = to_show.lock().unwrap_or_else(PoisonError::into_inner);
                    view.problems.insert(0, sentence);
                    view.rows = members;
                });
                // Without an ear there is nobody to play for.
                ear.send(EarOrder::Musicians(Box::new(desk))).ok();
                drop(ear);
                hands.run();
            });
        };
        let thread = std::thread::Builder::new().name("sangat-band".to_owned()).spawn(run)?;
        Ok(Self { shown, thread: Some(thread) })
    }

    /// What is to be told of them.
    #[must_use]
    pub fn shown(&self) -> ModelsView {
        let mut view = self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let has_ended = self.thread.as_ref().is_none_or(JoinHandle::is_finished);
        if has_ended && (view.is_loading || !view.rows.is_empty()) {
            // A panic there has been shown already by the hook.
            view.problems.insert(0, "The models failed; the band plays by rules until the next start.".to_owned());
            view.rows.clear();
            view.is_loading = false;
        }
        view
    }
}

impl Drop for ModelsThread {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Runs something with the models such that they use this thread alone.
#[cfg(feature = "neural")]
pub fn on_one_thread<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    crate::neural::on_one_thread(run)
}

/// Runs something with the models such that they use this thread alone.
#[cfg(not(feature = "neural"))]
pub fn on_one_thread<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    run()
}
