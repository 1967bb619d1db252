//! The `sangat-ear` thread: hears what the engine passes on, lets the band answer, and shows what it makes of it. It
//! may block; nothing waits for it but the band's notes, and those are planned ahead.

#[cfg(test)]
mod tests;
mod voice;

use super::band::{BandOrder, BandView, picture};
use super::heard::{BeatMark, ChordMark, Guess, HISTORY_SECS, HeardView, NoteMark, PhraseState};
use super::practice::{RoomView, TeachOrder};
use crate::band::patterns::PatternFile;
use crate::band::{Musicians, RagaSetting, Settings};
use crate::base::{BandMessage, Bus, Frames, Midi, Place, cc, keep_newest};
use crate::ear::beat::{BeatEvent, TempoState};
use crate::ear::harmony::ChordEvent;
use crate::ear::{Heard, Observation};
use crate::engine::{EarEvent, EarFeed, Heard as Fed};
use crate::rt::{Histogram, Sender as RtSender};
use crate::theory::{Chart, Chord, Family};
use crate::worker::{Adapted, BandMate, Start};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver as Orders, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use voice::Voice;

/// The band's first seed; "Surprise me" leads away from it.
const SEED: u64 = 1;
/// The rate before the first engine is known.
const RATE_FIRST_HZ: u32 = 48_000;
/// How often it listens. A chord is heard this much later at most, and by half of it on average.
const POLL: Duration = Duration::from_millis(4);
/// Beats that are foreseen.
const UPCOMING: usize = 16;
/// Notes, chords and beats that are kept, at most.
const MARKS_MAX: usize = 1024;
/// How often the picture is drawn; while somebody practises, with every listening.
const SHOW: Duration = Duration::from_millis(12);

/// What the control side asks of the ear.
pub enum EarOrder {
    /// Another engine plays from now on.
    Engine {
        /// What is heard of it.
        feed: EarFeed,
        /// Where the band's notes go.
        band: RtSender<BandMessage>,
    },
    /// Who plays beside the rules from now on.
    Musicians(Box<dyn Musicians>),
    /// The library of patterns that is at hand from now on.
    Patterns(PatternFile),
    /// What is wished of the band.
    Band(Box<Settings>),
    /// In which raga and tala the band plays, where its mode is one of ragas.
    Raga(Box<RagaSetting>),
    /// When the band begins.
    Start(Start),
    /// What the band is asked to do.
    Order(BandOrder),
    /// The chords to play by; `None` plays by ear.
    Chart(Option<Arc<Chart>>),
    /// The player tapped a beat.
    Tap(Instant),
    /// Hold this tempo, or none.
    Lock(Option<f64>),
    /// What is asked of the teacher.
    Teach(TeachOrder),
}

/// What the thread shows.
#[derive(Clone, Default)]
pub struct Shown {
    /// What is heard.
    pub heard: Arc<HeardView>,
    /// What the band plans.
    pub band: Arc<BandView>,
    /// What the teacher thinks.
    pub room: Arc<RoomView>,
}

/// How fast the band answers; written by the ear's thread but where it says otherwise.
#[derive(Default)]
pub struct BandMeters {
    /// From the first key of a chord that nobody foresaw to the first note that follows it.
    pub answer: Histogram,
    /// Of it, until the ear knew the chord.
    pub hear: Histogram,
    /// What a step took in which something was planned.
    pub plan: Histogram,
    /// From then on until that note, for what is settled is played first.
    pub commit: Histogram,
    /// A bar of a part by the models; written by their thread.
    pub model_bar: Histogram,
    /// From the question to the models until their answer was ready; written by their thread.
    pub model_answer: Histogram,
}

impl BandMeters {
    /// Forgets all.
    pub fn reset(&self) {
        let of_band = [&self.answer, &self.hear, &self.plan, &self.commit];
        of_band.into_iter().chain([&self.model_bar, &self.model_answer]).for_each(Histogram::reset);
    }

    fn note(&self, adapted: &Adapted) {
        let nanos = |secs: f64| (secs.max(0.0) * 1.0e9) as u64;
        self.answer.record(nanos(adapted.hear_secs + adapted.wait_secs));
        self.hear.record(nanos(adapted.hear_secs));
        self.commit.record(nanos(adapted.wait_secs));
    }
}

/// The control side's end.
pub struct EarThread {
    orders: Option<Sender<EarOrder>>,
    shown: Arc<Mutex<Shown>>,
    meters: Arc<BandMeters>,
    thread: Option<JoinHandle<()>>,
}

impl EarThread {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's own, when no thread can be started.
    pub fn start() -> std::io::Result<Self> {
        let (orders, order_end) = channel();
        let shown = Arc::new(Mutex::new(Shown::default()));
        let meters = Arc::<BandMeters>::default();
        let worker = Worker::new(Arc::clone(&shown), Arc::clone(&meters));
        let thread = std::thread::Builder::new().name("sangat-ear".to_owned()).spawn(move || worker.run(&order_end))?;
        Ok(Self { orders: Some(orders), shown, meters, thread: Some(thread) })
    }

    /// Asks for something; carried out within a few milliseconds.
    pub fn order(&self, order: EarOrder) {
        if let Some(orders) = &self.orders {
            // The thread ends only after this end is dropped.
            orders.send(order).ok();
        }
    }

    /// Where others may ask for something; the thread lives as long as they hold it.
    #[must_use]
    pub fn orders(&self) -> Option<Sender<EarOrder>> {
        self.orders.clone()
    }

    /// How fast the band answers.
    #[must_use]
    pub fn meters(&self) -> &Arc<BandMeters> {
        &self.meters
    }

    /// What was heard and planned last; nothing any more when the thread has failed, rather than what was true once.
    #[must_use]
    pub fn shown(&self) -> Shown {
        if self.thread.as_ref().is_none_or(JoinHandle::is_finished) {
            return Shown::default();
        }
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for EarThread {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been shown already by the hook.
            thread.join().ok();
        }
    }
}

struct Worker {
    shown: Arc<Mutex<Shown>>,
    meters: Arc<BandMeters>,
    shown_at: Instant,
    mate: BandMate,
    feed: Option<EarFeed>,
    band: Option<RtSender<BandMessage>>,
    answer: Option<Adapted>,
    voice: Voice,
    /// When a key was played last.
    keys_secs: f64,
    /// What is added to the engine's own seconds, so that the ear's clock goes on over a new engine.
    offset_secs: f64,
    /// When the newest event was taken, to place what comes by the wall's clock.
    taken: Instant,
    transport: Option<Place>,
    /// The end of the last block.
    passed_secs: f64,
    notes: VecDeque<NoteMark>,
    chords: VecDeque<ChordMark>,
    beats: VecDeque<BeatMark>,
    bars: u32,
    /// Room for what a block brings.
    heard: Vec<Observation>,
    /// Root and family of the last chord.
    harmony: Option<(u8, Family)>,
}

impl Worker {
    fn new(shown: Arc<Mutex<Shown>>, meters: Arc<BandMeters>) -> Self {
        Self {
            shown,
            meters,
            shown_at: Instant::now(),
            mate: BandMate::new(SEED, Settings::default()),
            feed: None,
            band: None,
            answer: None,
            voice: Voice::new(RATE_FIRST_HZ),
            keys_secs: f64::NEG_INFINITY,
            offset_secs: 0.0,
            taken: Instant::now(),
            transport: None,
            passed_secs: 0.0,
            notes: VecDeque::with_capacity(MARKS_MAX),
            chords: VecDeque::with_capacity(MARKS_MAX),
            beats: VecDeque::with_capacity(MARKS_MAX),
            bars: 0,
            heard: Vec::new(),
            harmony: None,
        }
    }

    fn run(mut self, orders: &Orders<EarOrder>) {
        loop {
            match orders.recv_timeout(POLL) {
                Ok(order) => self.obey(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.listen();
            if self.voice.is_teaching() || self.shown_at.elapsed() >= SHOW {
                self.show();
            }
        }
    }

    fn obey(&mut self, order: EarOrder) {
        match order {
            EarOrder::Engine { feed, band } => {
                let now_secs = self.passed_secs;
                self.mate.forget_place();
                self.end_notes(now_secs);
                self.offset_secs = now_secs;
                self.transport = None;
                self.voice.set_device(feed.rate_hz);
                self.feed = Some(feed);
                self.band = Some(band);
            }
            EarOrder::Musicians(musicians) => self.mate.band.set_musicians(Some(musicians)),
            EarOrder::Patterns(patterns) => self.mate.band.set_patterns(Some(patterns)),
            EarOrder::Band(settings) => self.mate.set(*settings),
            EarOrder::Raga(setting) => self.mate.set_raga(&setting),
            EarOrder::Start(start) => self.mate.set_start(start),
            EarOrder::Chart(chart) => self.mate.band.set_chart(chart),
            EarOrder::Order(order) => self.mate.band.order(order),
            EarOrder::Tap(at) => {
                let since = at.saturating_duration_since(self.taken).as_secs_f64();
                self.mate.listener.beat.tap(self.passed_secs + since.min(0.1));
            }
            EarOrder::Lock(bpm) => self.mate.lock(bpm),
            EarOrder::Teach(order) => self.voice.obey(order),
        }
    }

    fn listen(&mut self) {
        while let Some(EarEvent { frame, heard }) = self.feed.as_mut().and_then(|feed| feed.events.receive()) {
            let rate_hz = self.feed.as_ref().map_or(48_000, |feed| feed.rate_hz);
            let at_secs = self.offset_secs + Frames(frame.0).secs(rate_hz);
            match heard {
                Fed::Midi(message) => {
                    self.mate.midi(at_secs, message);
                    self.mark_note(at_secs, message);
                }
                Fed::Panic => {
                    self.mate.release_all(at_secs);
                    self.end_notes(at_secs);
                }
                Fed::Block { place, sound_frames } => self.pass(at_secs, place, sound_frames),
            }
            self.taken = Instant::now();
        }
        self.send();
        self.forget();
    }

    /// A batch that does not fit waits: the band's later wishes follow on it. Where the guide has the lead, the band has
    /// none.
    fn send(&mut self) {
        let of_band = self.mate.band.messages();
        if self.voice.has_lead() {
            of_band.retain(|message| message.bus() != Some(Bus::Lead));
        }
        for messages in [of_band, self.voice.messages()] {
            if let Some(band) = self.band.as_mut().filter(|band| band.vacant() >= messages.len()) {
                band.send_slice(messages);
                messages.clear();
            }
        }
    }

    fn mark(&mut self, observation: &Observation) {
        match observation.heard {
            Heard::Beat(beat) => self.mark_beat(&beat),
            Heard::Tempo(TempoState::Silent) => self.bars = 0,
            Heard::Chord(chord) => self.mark_chord(&chord),
            _ => {}
        }
    }

    /// A block is over: time passes, and the transport may have begun, ended or jumped.
    fn pass(&mut self, at_secs: f64, place: Place, sound_frames: u32) {
        let mut now_secs = at_secs;
        let voice = &mut self.voice;
        voice.pass(at_secs, place);
        if let Some(feed) = &mut self.feed
            && (sound_frames > 0 || voice.is_fed())
        {
            if sound_frames > 0 {
                let secs = f64::from(sound_frames) / f64::from(feed.rate_hz);
                voice.hear(&mut feed.sound, (sound_frames as usize, secs), at_secs);
            }
            voice.tell(&mut self.mate.listener, self.keys_secs);
            // An onset is known only after it: the beat is then asked for as late.
            if voice.leads(at_secs, self.keys_secs) {
                now_secs -= voice.latency_secs();
            }
        }
        voice.sing(&mut self.mate, (at_secs, self.keys_secs));
        self.passed_secs = at_secs;
        self.transport = Some(place);
        let mut heard = std::mem::take(&mut self.heard);
        let (begin, waiting) = (Instant::now(), self.mate.band.messages().len());
        self.mate.pass(at_secs, place, now_secs, |_, observation| heard.push(*observation));
        if self.mate.band.messages().len() > waiting {
            self.meters.plan.record(begin.elapsed().as_nanos() as u64);
        }
        heard.drain(..).for_each(|observation| self.mark(&observation));
        self.heard = heard;
        if let Some(adapted) = self.mate.take_adapted() {
            self.meters.note(&adapted);
            self.answer = Some(adapted);
        }
    }

    fn mark_note(&mut self, at_secs: f64, message: Midi) {
        match message {
            Midi::NoteOn { key, velocity, .. } => {
                self.keys_secs = at_secs;
                self.voice.key(at_secs, key, true);
                self.end_note(key, at_secs);
                let mark = NoteMark { key, velocity, begin_secs: at_secs, end_secs: None };
                keep_newest(&mut self.notes, MARKS_MAX, mark);
            }
            Midi::NoteOff { key, .. } => {
                self.voice.key(at_secs, key, false);
                self.end_note(key, at_secs);
            }
            Midi::Control { controller: cc::ALL_NOTES_OFF | cc::ALL_SOUND_OFF, .. } => self.end_notes(at_secs),
            _ => {}
        }
    }

    fn end_note(&mut self, key: u8, at_secs: f64) {
        if let Some(note) = self.notes.iter_mut().rev().find(|n| n.key == key && n.end_secs.is_none()) {
            note.end_secs = Some(at_secs);
        }
    }

    fn end_notes(&mut self, at_secs: f64) {
        for note in self.notes.iter_mut().filter(|n| n.end_secs.is_none()) {
            note.end_secs = Some(at_secs);
        }
    }

    fn mark_beat(&mut self, beat: &BeatEvent) {
        let bar_position = self.counted(beat.at_secs).or(beat.bar_position);
        self.bars += u32::from(bar_position == Some(0));
        keep_newest(&mut self.beats, MARKS_MAX, BeatMark { at_secs: beat.at_secs, bar_position });
    }

    /// The place in the bar that the moving transport counts at `at_secs`.
    fn counted(&self, at_secs: f64) -> Option<u8> {
        let place = self.transport.filter(|place| place.is_playing)?;
        let beat = place.beat.0 + (at_secs - self.passed_secs) * place.tempo_bpm / 60.0;
        Some((beat.round() as i64).rem_euclid(i64::from(place.beats_per_bar.max(1))) as u8)
    }

    fn mark_chord(&mut self, event: &ChordEvent) {
        let key = self.mate.listener.harmony.view().key;
        let name = event.chord.spelled(key).to_string();
        // Another colour of the same chord is no change of chord: melodies colour it with every note.
        let harmony = Some((event.chord.root, event.chord.quality.family()));
        if std::mem::replace(&mut self.harmony, harmony) == harmony
            && let Some(last) = self.chords.back_mut()
        {
            last.name = name;
            return;
        }
        let mark = ChordMark { begin_secs: event.at_secs, name, confidence: event.confidence };
        keep_newest(&mut self.chords, MARKS_MAX, mark);
    }

    fn forget(&mut self) {
        let before_secs = self.mate.listener.now_secs() - HISTORY_SECS;
        self.notes.retain(|note| note.end_secs.is_none_or(|end| end >= before_secs));
        while self.chords.get(1).is_some_and(|next| next.begin_secs < before_secs) {
            self.chords.pop_front();
        }
        while self.beats.front().is_some_and(|b| b.at_secs < before_secs) {
            self.beats.pop_front();
        }
    }

    fn show(&mut self) {
        self.shown_at = Instant::now();
        let room = Arc::new(self.voice.room_view(self.passed_secs));
        let shown = Shown { heard: Arc::new(self.view()), band: Arc::new(picture(&self.mate, self.answer)), room };
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = shown;
    }

    fn view(&mut self) -> HeardView {
        let beat = self.mate.listener.beat.view();
        let harmony = self.mate.listener.harmony.view();
        let mut times = [0.0; UPCOMING];
        let count = self.mate.listener.beat.upcoming(&mut times);
        let playing = self.mate.listener.playing.view();
        let is_silent = playing.phrase == PhraseState::Silent;
        let counted = self.transport.filter(|place| place.is_playing).map(|place| place.beats_per_bar.max(1) as u8);
        let beats_per_bar = counted.or(beat.metre.map(|metre| metre.beats_per_bar));
        let upcoming = times[..count].iter().enumerate().map(|(n, at_secs)| {
            let position = beat.next_bar_position.zip(beats_per_bar);
            let bar_position =
                position.map(|(next, beats)| ((usize::from(next) + n) % usize::from(beats.max(1))) as u8);
            BeatMark { at_secs: *at_secs, bar_position: self.counted(*at_secs).or(bar_position) }
        });
        let guess = |chord: Chord, confidence| Guess { name: chord.spelled(harmony.key).to_string(), confidence };
        let guesses = |all: &[(Chord, f32)]| all.iter().map(|(chord, share)| guess(*chord, *share)).collect::<Vec<_>>();
        HeardView {
            now_secs: self.passed_secs,
            tempo: beat.state,
            bpm: beat.bpm,
            tempo_confidence: beat.confidence,
            hypotheses: beat.hypotheses.iter().filter(|h| h.share > 0.0).map(|h| (h.bpm, h.share)).collect(),
            metre: beat
                .metre
                .filter(|_| counted.is_none())
                .map(|metre| Guess { name: metre.to_string(), confidence: beat.metre_confidence }),
            beats_per_bar,
            bars: self.bars,
            downbeat_confidence: beat.downbeat_confidence,
            beats: self.beats.iter().copied().collect(),
            upcoming: upcoming.collect(),
            key: harmony.key.map(|key| Guess { name: key.to_string(), confidence: harmony.key_confidence }),
            // The ear keeps the last chord for a band; people are told what sounds.
            chord: harmony.chord.filter(|_| !is_silent).map(|chord| guess(chord, harmony.confidence)),
            alternates: if is_silent { Vec::new() } else { guesses(&harmony.alternates) },
            next: if is_silent { Vec::new() } else { guesses(&harmony.next) },
            next_in_beats: harmony.next_change_beats.filter(|_| !is_silent),
            chords: self.chords.iter().cloned().collect(),
            notes: self.notes.iter().copied().collect(),
            playing,
            voice: self.voice.view(self.passed_secs),
        }
    }
}
