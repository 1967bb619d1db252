//! The control side: keeps the desired state, carries out intents, folds what comes back into the view.

mod chart;
mod fold;
mod practising;
mod raga;

use super::audio_wish::{merge, microphone_of, settings_of, wish_of};
use super::disk::{Disk, DiskOrder};
use super::ear::{EarOrder, EarThread};
use super::files::{Folders, clock_text};
use super::health;
use super::history::{Change, Desired, History};
use super::intent::{Intent, Page};
use super::levels::Meter;
use super::models::ModelsThread;
use super::performance::{Measured, PerformanceFold};
use super::practice::PracticeDesk;
use super::settings::Settings;
use super::tap_tempo::TapTempo;
use super::view::{NoticeView, View};
use crate::base::limits::{BUSES, MACROS};
use crate::base::{Beats, Bus, Midi};
use crate::dsp::spectrum::Spectrum;
use crate::engine::params::ParamId;
use crate::engine::{Command, Counters, EngineConfig, EngineLink, build};
use crate::host::{AudioWish, InputWish, Meters, MidiInputs, Renderer, Supervisor, now_nanos};
use crate::instrument::{PATCHES, PatchId};
use crate::rt::{MidiSender, TimedMidi, midi_queue};
use crate::worker::Start;
use raga::Told;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

const SPECTRUM_SIZE: usize = 4096;
/// Intents that wait for a full command queue, at most; a person cannot make more in that time.
const PENDING_MAX: usize = 4096;
const REVERT_SECS: f64 = 10.0;
const SAVE_AFTER_SECS: f64 = 1.0;
/// How long after a failed attempt the settings are saved again.
const SAVE_AGAIN_SECS: f64 = 30.0;

/// What a control side is started with.
#[derive(Clone, Debug)]
pub struct ControlOptions {
    /// Where everything is kept.
    pub folders: Folders,
    /// The device for this start; what is `None` comes from the settings.
    pub wish: AudioWish,
    /// The folder of the models; `None` looks for it ([`super::models::models_folder`]).
    pub models: Option<PathBuf>,
}

/// A built engine on its way to the control side.
struct Arrival {
    config: EngineConfig,
    link: EngineLink,
}

/// Owns everything but the engine, which lives with the host.
pub struct Control {
    view: View,
    started_nanos: u64,
    folders: Folders,
    settings: Settings,
    settings_dirty_since: Option<f64>,
    desired: Desired,
    shared: Arc<Mutex<EngineConfig>>,
    history: History,
    arrivals: Receiver<Arrival>,
    link: Option<EngineLink>,
    pending: VecDeque<Command>,
    /// What the supervisor was asked for last.
    wish: AudioWish,
    hands: MidiSender,
    supervisor: Supervisor,
    meters_of_host: Arc<Meters>,
    midi: MidiInputs,
    disk: Disk,
    ear: EarThread,
    /// It ends when the ear does.
    models: Option<ModelsThread>,
    meters: [Meter; BUSES],
    master: Meter,
    spectrum: Spectrum,
    taps: TapTempo,
    performance: PerformanceFold,
    audio_before: Option<(AudioWish, f64)>,
    notices: u64,
    is_recording: bool,
    /// Counts the recordings, so that reports of an earlier one are known.
    take: u32,
    /// What engines before this one counted.
    carried: Counters,
    /// Frames of the recording that this engine lost and that were told of.
    record_lost: u64,
    has_settings_fault: bool,
    marked_device: Option<String>,
    practice: PracticeDesk,
    /// When the newest pitch that was shown was known.
    pitch_known: Option<Instant>,
    /// When that pitch sounded, until it is on the screen.
    pitch_shown: Option<Instant>,
    /// What band and engine were told of the band last.
    told: Told,
    poisoned_count: u32,
}

impl Control {
    /// Starts every thread and opens the device. Without one the engine's own clock drives.
    ///
    /// # Errors
    /// The system's own, when no thread can be started.
    pub fn start(options: &ControlOptions) -> std::io::Result<Self> {
        let folders = options.folders.clone();
        let (settings, said) = Settings::load(&folders.config.join("settings.toml"));
        let patch = settings.sound.patch.as_deref().and_then(PatchId::from_key);
        let mut config = EngineConfig::new(48_000);
        let patch = patch.unwrap_or(config.patches[Bus::You as usize]);
        let desired = Desired { values: settings.values(patch), patch };
        config.values = desired.values;
        config.patches[Bus::You as usize] = desired.patch;
        let shared = Arc::new(Mutex::new(config));
        let (arrival, arrivals) = channel();
        let wish = merge(&options.wish, &settings);
        let disk = Disk::start(&folders.journal, &folders.recordings)?;
        let supervisor = Supervisor::start(wish.clone(), Box::new(source(Arc::clone(&shared), arrival)))?;
        let (hands, keys) = midi_queue();
        // The first source of all finds a place.
        supervisor.add_midi(keys).ok();
        let midi = MidiInputs::start(supervisor.midi(), settings.midi.disabled.clone())?;
        let ear = EarThread::start()?;
        let practice = PracticeDesk::new(&settings.practice, &folders.config);
        let mut control = Self {
            practice,
            pitch_known: None,
            pitch_shown: None,
            view: View::default(),
            started_nanos: now_nanos(),
            folders,
            settings,
            settings_dirty_since: None,
            desired,
            shared,
            history: History::default(),
            arrivals,
            link: None,
            pending: VecDeque::new(),
            wish,
            hands,
            meters_of_host: supervisor.meters(),
            supervisor,
            midi,
            disk,
            models: ear.orders().map(|to| ModelsThread::start(options.models.clone(), to, ear.meters())).transpose()?,
            ear,
            meters: [Meter::default(); BUSES],
            master: Meter::default(),
            spectrum: Spectrum::new(48_000, SPECTRUM_SIZE),
            taps: TapTempo::default(),
            performance: PerformanceFold::default(),
            audio_before: None,
            notices: 0,
            is_recording: false,
            take: 0,
            carried: Counters::default(),
            record_lost: 0,
            has_settings_fault: false,
            marked_device: None,
            told: Told::default(),
            poisoned_count: 0,
        };
        control.apply_window_settings();
        if control.settings.window.page == Page::Practice {
            control.send(Intent::ShowPage(Page::Practice));
        }
        control.restore_chart();
        control.mirror();
        if let Some(said) = said {
            control.notice(said, true);
        }
        Ok(control)
    }

    /// Takes in everything that happened since the last call and returns the picture of it. Call it at
    /// least four times a second.
    pub fn poll(&mut self) -> &View {
        self.view.now_secs = self.now_secs();
        while let Ok(arrival) = self.arrivals.try_recv() {
            self.welcome(arrival);
        }
        self.send_pending();
        self.fold_snapshots();
        self.fold_spectrum();
        self.fold_disk();
        let shown = self.ear.shown();
        (self.view.heard, self.view.band) = (shown.heard, shown.band);
        self.fold_practice(&shown.room);
        let status = self.supervisor.status();
        self.tell_of_poisoned(status.poisoned_count);
        health::fold_host(&status, &self.meters_of_host, now_nanos(), &mut self.view);
        health::fold_midi(&self.midi.status(), now_nanos(), &mut self.view);
        if let Some(models) = &self.models {
            health::fold_models(models.shown(), &mut self.view);
        }
        self.fold_performance();
        self.expire();
        &self.view
    }

    /// The picture as it was at the last poll.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Notes how long the window took to draw a frame.
    pub fn note_ui_frame(&mut self, nanos: u64) {
        self.performance.ui_frame.record(nanos);
        self.note_pitch_shown();
    }

    /// Carries out what a person asked for.
    pub fn send(&mut self, intent: Intent) {
        match intent {
            Intent::NoteOn { key, velocity } => self.strike(key, velocity),
            Intent::NoteOff { key } => self.play(Midi::NoteOff { channel: 0, key: key.min(127), velocity: 64 }),
            Intent::Panic => self.panic(),
            Intent::Band(order) => self.ear.order(EarOrder::Order(order)),
            Intent::Practice(order) => self.practise(order),
            Intent::SetChart(text) => self.set_chart(text.as_deref()),
            Intent::OpenChart(path) => self.open_chart(&path),
            Intent::PlayOrStop => self.play_or_stop(),
            Intent::RecordOrStop => self.record_or_stop(),
            Intent::Tap => self.tap(),
            Intent::FollowTempo => self.lock_tempo(None),
            Intent::LockTempo(bpm) => {
                let bpm = ParamId::Tempo.spec().clamp(bpm as f32);
                self.move_param(ParamId::Tempo, bpm);
                self.lock_tempo(Some(f64::from(bpm)));
            }
            Intent::Keep => self.disk.order(DiskOrder::Keep(self.view.transport.tempo_bpm)),
            Intent::SetParam(ParamId::BandMode, value) => self.set_mode(value),
            Intent::SetParam(id, value) => self.set_param(id, value),
            Intent::SetPatch(patch) => self.set_patch(patch),
            Intent::ToggleFavourite(patch) => self.toggle_favourite(patch),
            Intent::Undo => self.travel(History::undo),
            Intent::Redo => self.travel(History::redo),
            Intent::Learn(id) => self.view.learning = id,
            Intent::Unlearn(id) => {
                self.settings.learn.remove(id.spec().key);
                self.settings_changed();
            }
            Intent::TestTone => self.command(Command::TestTone),
            Intent::ResetMeters => self.reset_meters(),
            Intent::ExportPerformance => self.export(),
            Intent::DismissNotice(id) => self.view.notices.retain(|n| n.id != id),
            other => self.send_setting(other),
        }
        self.mirror();
    }

    fn send_setting(&mut self, intent: Intent) {
        let wish_before = self.wish.clone();
        // What the command line asked for holds for this start; only what is touched goes into the settings.
        let (audio, wish) = (&mut self.settings.audio, &mut self.wish);
        match intent {
            Intent::SetHost(host) => {
                // Whether to listen is asked of any host; which microphone is the host's own.
                let input = if wish.input == InputWish::Off { InputWish::Off } else { InputWish::System };
                *audio = settings_of(&AudioWish { host: Some(host), input, ..AudioWish::default() });
                *wish = wish_of(audio);
            }
            Intent::SetOutput(output) => {
                audio.output.clone_from(&output);
                wish.output_id = output;
            }
            Intent::SetRate(rate_hz) => (audio.rate_hz, wish.rate_hz) = (rate_hz, rate_hz),
            Intent::SetPeriod(frames) => (audio.period_frames, wish.period_frames) = (frames, frames),
            Intent::SetInput(input) => {
                audio.microphone = microphone_of(&input);
                wish.input = input;
            }
            Intent::RevertAudio => return self.revert_audio(),
            Intent::RescanDevices => {
                self.midi.rescan();
                return self.supervisor.rescan();
            }
            Intent::SetMidiEnabled { name, enabled } => {
                self.midi.set_enabled(&name, enabled);
                self.settings.midi.disabled.retain(|n| *n != name);
                if !enabled {
                    self.settings.midi.disabled.push(name);
                }
            }
            Intent::SetZoom(zoom) => self.settings.window.zoom = zoom.clamp(0.75, 2.0),
            Intent::SetMotion(motion) => self.settings.window.motion = motion,
            Intent::SetHighContrast(on) => self.settings.window.is_high_contrast = on,
            Intent::ShowPage(page) => {
                self.settings.window.page = page;
                self.open_practice(page == Page::Practice);
            }
            _ => return,
        }
        if self.wish != wish_before {
            self.audio_before = Some((wish_before, self.now_secs()));
            self.supervisor.apply(self.wish.clone());
        }
        self.settings_changed();
        self.apply_window_settings();
    }

    fn now_secs(&self) -> f64 {
        now_nanos().saturating_sub(self.started_nanos) as f64 * 1.0e-9
    }

    /// A new engine plays: its link, its journal, and the transport as it was.
    fn welcome(&mut self, arrival: Arrival) {
        let Arrival { config, mut link } = arrival;
        let (_, no_journal) = crate::rt::spsc(1);
        let journal = std::mem::replace(&mut link.journal, no_journal);
        if let Some((feed, band)) = link.ear.take().zip(link.band.take()) {
            self.ear.order(EarOrder::Engine { feed, band });
        }
        if let Some(record) = link.record.take() {
            let at_secs = self.now_secs();
            self.disk.order(DiskOrder::Engine { config: Box::new(config), at_secs, journal, record });
        }
        self.spectrum = Spectrum::new(link.rate_hz, SPECTRUM_SIZE);
        if self.link.replace(link).is_some() {
            self.carried = self.view.counters;
            self.record_lost = 0;
            self.pending.clear();
        }
        // What moved while the engine was built, it does not know yet.
        if config.patches[Bus::You as usize] != self.desired.patch {
            self.send_patch();
        }
        self.told.patches = config.patches;
        self.send_band_patches();
        if config.values != self.desired.values {
            self.resend_values();
        }
        if self.view.transport.is_playing {
            self.go_on();
        }
        // The take so far is finished and named; the rest of it becomes another.
        if std::mem::take(&mut self.is_recording) {
            self.record_or_stop();
        }
    }

    /// Plays on from where the old engine stood, without counting in once more.
    fn go_on(&mut self) {
        let id = ParamId::CountInBars;
        self.command(Command::SetParam { id, value: 0.0 });
        self.command(Command::Play);
        self.command(Command::SetParam { id, value: self.desired.values.get(id) });
    }

    /// An engine that failed is replaced by a fresh one in the desired state; that is not passed over.
    fn tell_of_poisoned(&mut self, count: u32) {
        if count > self.poisoned_count {
            self.poisoned_count = count;
            let said = "The sound engine failed and a fresh one plays; please report it with the newest journal.";
            self.notice(said.to_owned(), true);
            self.performance.mark(self.now_secs(), "engine replaced");
        }
    }

    fn command(&mut self, command: Command) {
        if self.pending.len() < PENDING_MAX {
            self.pending.push_back(command);
        }
        self.send_pending();
    }

    fn send_pending(&mut self) {
        let Some(link) = &mut self.link else { return };
        link.collect();
        while link.vacant() > 0
            && let Some(command) = self.pending.pop_front()
        {
            // There is room, and nobody else sends.
            link.send(command).ok();
        }
    }

    fn strike(&mut self, key: u8, velocity: u8) {
        self.play(Midi::NoteOn { channel: 0, key: key.min(127), velocity: velocity.clamp(1, 127) });
        self.view.has_played = true;
    }

    /// The window's keys are one more MIDI source: stamped, measured and played like any other.
    fn play(&mut self, message: Midi) {
        self.hands.send(TimedMidi { at_nanos: now_nanos(), message });
    }

    /// First of all and past everything that waits.
    fn panic(&mut self) {
        self.pending.clear();
        self.command(Command::Panic);
        // The queue was cleared of wishes, so the whole desired state goes again.
        self.resend_values();
        self.view.learning = None;
    }

    fn resend_values(&mut self) {
        for spec in &crate::engine::params::PARAMS {
            self.command(Command::SetParam { id: spec.id, value: self.desired.values.get(spec.id) });
        }
    }

    fn play_or_stop(&mut self) {
        let start = self.desired.values.get(ParamId::BandStart) as u8;
        let transport = &mut self.view.transport;
        if transport.is_playing || transport.is_armed {
            (transport.is_playing, transport.is_armed) = (false, false);
            self.ear.order(EarOrder::Start(Start::WithTransport));
            self.command(Command::Stop);
            self.command(Command::Locate(Beats(0.0)));
            return;
        }
        // The band has its first bars ready for the place where the transport stands.
        (transport.is_playing, transport.is_armed) = (start == 0, start != 0);
        match start {
            0 => self.command(Command::Play),
            1 => self.command(Command::StartWithPlayer(true)),
            _ => self.ear.order(EarOrder::Start(Start::WhenHeard)),
        }
    }

    /// The band stopped at the end: the next start is from the top.
    pub(super) fn rewind(&mut self) {
        self.command(Command::Locate(Beats(0.0)));
    }

    fn record_or_stop(&mut self) {
        self.is_recording = !self.is_recording;
        if self.is_recording {
            self.take += 1;
            self.disk.order(DiskOrder::StartRecording(self.take));
            self.command(Command::Record(true));
        } else {
            self.command(Command::Record(false));
            self.disk.order(DiskOrder::StopRecording);
        }
    }

    fn tap(&mut self) {
        self.lock_tempo(None);
        self.ear.order(EarOrder::Tap(Instant::now()));
        if let Some(bpm) = self.taps.tap(self.now_secs()) {
            self.move_param(ParamId::Tempo, bpm as f32);
        }
    }

    /// Holds a tempo against what is played, or follows it again.
    fn lock_tempo(&mut self, bpm: Option<f64>) {
        self.view.transport.is_tempo_locked = bpm.is_some();
        self.ear.order(EarOrder::Lock(bpm));
    }

    /// A tempo that a person sets is meant: it holds against what is played.
    fn set_param(&mut self, id: ParamId, value: f32) {
        self.move_param(id, value);
        if id == ParamId::Tempo {
            self.lock_tempo(Some(f64::from(self.desired.values.get(id))));
        }
    }

    fn move_param(&mut self, id: ParamId, value: f32) {
        let value = id.spec().clamp(value);
        if self.desired.values.get(id) == value {
            return;
        }
        self.history.note(&self.desired, Change::Param(id), self.now_secs());
        self.desired.values.set(id, value);
        self.command(Command::SetParam { id, value });
        self.settings_changed();
    }

    fn set_patch(&mut self, patch: PatchId) {
        if usize::from(patch.0) >= PATCHES.len() || patch == self.desired.patch {
            return;
        }
        self.history.note(&self.desired, Change::Patch, self.now_secs());
        self.desired.patch = patch;
        self.desired.values.take_macros_of(patch);
        self.send_patch();
        self.performance.mark(self.now_secs(), format!("{} loaded", patch.info().name));
        self.settings_changed();
    }

    /// A new sound comes with fresh knobs, so they follow it.
    fn send_patch(&mut self) {
        self.command(Command::SetPatch { bus: Bus::You, patch: self.desired.patch });
        for id in (0..MACROS).map(ParamId::macro_knob) {
            self.command(Command::SetParam { id, value: self.desired.values.get(id) });
        }
    }

    fn travel(&mut self, step: fn(&mut History, &Desired) -> Option<Desired>) {
        let Some(state) = step(&mut self.history, &self.desired) else { return };
        let has_other_patch = state.patch != self.desired.patch;
        let tempo = state.values.get(ParamId::Tempo);
        let has_other_tempo = tempo != self.desired.values.get(ParamId::Tempo);
        self.desired = state;
        if has_other_tempo && self.view.transport.is_tempo_locked {
            self.lock_tempo(Some(f64::from(tempo)));
        }
        if has_other_patch {
            self.send_patch();
        }
        self.resend_values();
        self.settings_changed();
    }

    fn toggle_favourite(&mut self, patch: PatchId) {
        let Some(info) = PATCHES.get(usize::from(patch.0)) else { return };
        let favourites = &mut self.settings.sound.favourites;
        let before = favourites.len();
        favourites.retain(|key| key != info.key);
        if favourites.len() == before {
            favourites.push(info.key.to_owned());
        }
        self.settings_changed();
    }

    fn reset_meters(&mut self) {
        let measured = Measured {
            meters: &self.meters_of_host,
            band: self.ear.meters(),
            audio: &self.view.audio,
            counters: self.view.counters,
            now_secs: self.view.now_secs,
        };
        self.performance.reset(&measured);
    }

    fn export(&mut self) {
        match super::report::export(&self.view, &self.folders.recordings) {
            Ok(path) => self.notice(format!("Measurements written to {}.", path.display()), false),
            Err(error) => self.notice(error.to_string(), true),
        }
    }

    fn revert_audio(&mut self) {
        if let Some((wish, _)) = self.audio_before.take() {
            self.settings.audio = settings_of(&wish);
            self.wish = wish;
            self.supervisor.apply(self.wish.clone());
            self.settings_changed();
            self.apply_window_settings();
        }
    }

    fn settings_changed(&mut self) {
        self.settings_dirty_since.get_or_insert(self.view.now_secs);
    }

    fn save_settings(&mut self) {
        self.settings.set_values(&self.desired.values, self.desired.patch);
        self.settings.sound.patch = PATCHES.get(usize::from(self.desired.patch.0)).map(|p| p.key.to_owned());
        match self.settings.save(&self.folders.config.join("settings.toml")) {
            Ok(()) => {
                self.settings_dirty_since = None;
                if std::mem::take(&mut self.has_settings_fault) {
                    health::disk_fine(&mut self.view, &self.folders.recordings);
                }
            }
            Err(error) => {
                // The change is kept and tried again.
                self.settings_dirty_since = Some(self.view.now_secs + SAVE_AGAIN_SECS);
                health::disk_fault(&mut self.view, &error.to_string(), "");
                if !std::mem::replace(&mut self.has_settings_fault, true) {
                    self.notice(error.to_string(), true);
                }
            }
        }
    }

    fn apply_window_settings(&mut self) {
        let window = &self.settings.window;
        self.view.zoom = window.zoom;
        self.view.motion = window.motion;
        self.view.is_high_contrast = window.is_high_contrast;
        self.view.first_page = window.page;
        self.view.audio.output_asked.clone_from(&self.wish.output_id);
        self.view.audio.input_asked.clone_from(&self.wish.input);
        self.view.audio.rate_asked_hz = self.wish.rate_hz;
        self.view.audio.period_asked_frames = self.wish.period_frames;
        self.view.recordings_folder = self.folders.recordings.display().to_string();
    }

    /// Copies the desired state to the view and to where the next engine is built from.
    fn mirror(&mut self) {
        self.view.params = self.desired.values;
        self.view.patch = self.desired.patch;
        (self.view.can_undo, self.view.can_redo) = self.history.can();
        self.view.favourites = self.settings.sound.favourites.iter().filter_map(|key| PatchId::from_key(key)).collect();
        let learnt = self.settings.learn.iter().filter_map(|(key, c)| Some((ParamId::from_key(key)?, *c)));
        self.view.learnt = learnt.collect();
        self.view.transport.beats_per_bar = self.desired.values.get(ParamId::BeatsPerBar) as u32;
        let mut config = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        config.values = self.desired.values;
        config.patches = self.patches();
        drop(config);
        self.tell_band();
        let ear = &self.ear;
        self.practice.tell(&self.desired.values, &mut |order| ear.order(EarOrder::Teach(order)));
    }

    fn notice(&mut self, text: String, is_fault: bool) {
        self.notices += 1;
        let text = if is_fault { format!("{}: {text}", clock_text()) } else { text };
        self.view.notices.push(NoticeView { id: self.notices, text, is_fault });
        if self.view.notices.len() > 8 {
            self.view.notices.remove(0);
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.practice.open(false, &mut |_| {});
        if self.settings_dirty_since.is_some() {
            self.save_settings();
        }
    }
}

/// Builds engines in the desired state and sends their links to the control side.
fn source(
    shared: Arc<Mutex<EngineConfig>>,
    arrival: Sender<Arrival>,
) -> impl FnMut(u32) -> Box<dyn Renderer> + Send + 'static {
    move |rate_hz| {
        let mut config = *shared.lock().unwrap_or_else(PoisonError::into_inner);
        config.rate_hz = rate_hz;
        let (engine, link) = build(&config);
        config.rate_hz = link.rate_hz;
        // At exit nobody listens any more.
        arrival.send(Arrival { config, link }).ok();
        Box::new(engine)
    }
}
