//! One who listens and plays along: what the ear hears goes to the band, on the transport's beats, and the transport
//! goes with the player.

use super::follow::Follow;
use super::singer::{Singer, Sung, tuning as singing};
use crate::band::form::Cue;
use crate::band::harmony::Guess;
use crate::band::{Band, ModeId, Note, Order, Part, Playing, RagaSetting, Settings};
use crate::base::{BandMessage, Beats, Midi, Place, cc};
use crate::ear::beat::{BeatEvent, TempoState};
use crate::ear::playing::PhraseState;
use crate::ear::{Heard, Listener, Observation};
use crate::theory::Chord;
use crate::theory::gm::DRUM_CHANNEL;

mod tuning {
    /// The band joins after so many beats that were followed, where the bar is known.
    pub const JOIN_BEATS: u32 = 4;
    /// And after so many where it is not.
    pub const JOIN_BLIND_BEATS: u32 = 8;
    /// The bar is known from this share of the belief on.
    pub const DOWNBEAT_SURE: f32 = 0.5;
    /// A transport that stands elsewhere than its tempo says has jumped, in beats.
    pub const JUMP_BEATS: f64 = 0.02;
    /// The bar is moved when the player's has lain elsewhere for so many beats, always at the same distance.
    pub const APART_BEATS: u32 = 8;
    /// The player counts the transport's beats when the tempi differ by less than this factor.
    pub const SAME_TEMPO: f64 = 1.2;
    /// The engine moves the transport within this time, or not at all.
    pub const MOVING_SECS: f64 = 0.1;
    /// A chord that is told so long after the last keys was not struck but made out in hindsight, and is no answer.
    pub const HINDSIGHT_SECS: f64 = 0.5;
    /// Models that play nothing for a chord within this time do not play these parts.
    pub const MODELS_SECS: f64 = 2.0;
    /// Keys within this time of each other are one chord.
    pub const CHORD_SECS: f64 = 0.06;
}

/// When the band begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// With the transport.
    #[default]
    WithTransport,
    /// At the bar line that follows once the player's beat is known.
    WhenHeard,
}

/// How fast a chord of the player was answered, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Adapted {
    /// When its first key was struck.
    pub struck_secs: f64,
    /// From then until the ear knew it.
    pub hear_secs: f64,
    /// From then until the first note that follows it, as planned.
    pub wait_secs: f64,
}

/// The ear and the band. Allocates in `new` alone, but for a chart that is given.
pub struct BandMate {
    /// The ear.
    pub listener: Listener,
    /// The band.
    pub band: Band,
    follow: Follow,
    start: Start,
    lock_bpm: Option<f64>,
    place: Option<Place>,
    place_secs: f64,
    /// Beats that were followed on end, but for those in rubato.
    followed: u32,
    /// How many beats the player's bar lies ahead of the transport's, and for how many beats it has.
    apart: (u32, u32),
    /// Until when the engine may take to move the transport to the player's bar.
    moving_until_secs: Option<f64>,
    struck_secs: f64,
    chord: Option<Chord>,
    adapted: Option<Adapted>,
    /// When the chord was struck that the models have yet to answer, and how long they took for the last, in seconds.
    by_models: (Option<f64>, Option<f64>),
    /// One who sings, where the band answers in a raga.
    singer: Singer,
}

impl BandMate {
    /// A mate that has heard nothing; the same seed plays the same. Allocates.
    #[must_use]
    pub fn new(seed: u64, settings: Settings) -> Self {
        Self {
            listener: Listener::new(),
            band: Band::new(seed, settings),
            follow: Follow::default(),
            start: Start::default(),
            lock_bpm: None,
            place: None,
            place_secs: 0.0,
            followed: 0,
            apart: (0, 0),
            moving_until_secs: None,
            struck_secs: f64::NEG_INFINITY,
            chord: None,
            adapted: None,
            by_models: (None, None),
            singer: Singer::new(&RagaSetting::default()),
        }
    }

    /// What is wished of the band.
    pub fn set(&mut self, settings: Settings) {
        self.band.set(settings);
        self.hold_tempo();
    }

    /// In which raga the band plays, where its mode is one of ragas. Allocates.
    pub fn set_raga(&mut self, setting: &RagaSetting) {
        self.band.set_raga(setting);
        self.singer.set_raga(setting);
    }

    /// Whether what is sung is answered: in ragas alone.
    #[must_use]
    pub fn answers_singers(&self) -> bool {
        self.band.settings().mode == ModeId::Raga
    }

    /// When the band begins.
    pub fn set_start(&mut self, start: Start) {
        self.start = start;
    }

    /// Whether the band waits for the player's beat.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.start == Start::WhenHeard && !self.place.is_some_and(|place| place.is_playing)
    }

    /// Holds a tempo, in beats a minute, whatever is played; or follows the player.
    pub fn lock(&mut self, bpm: Option<f64>) {
        self.lock_bpm = bpm;
        self.hold_tempo();
    }

    /// Where the transport stood at the end of the last block, and when that was, in seconds.
    #[must_use]
    pub fn place(&self) -> Option<(Place, f64)> {
        self.place.map(|place| (place, self.place_secs))
    }

    /// Another engine plays from now on, its time following on this one's.
    pub fn forget_place(&mut self) {
        self.listener.release_all(self.place_secs);
        self.band.release_all(self.beat_at(self.place_secs));
        self.follow.forget();
        self.place = None;
    }

    /// How the last change of chord was answered; told once.
    pub fn take_adapted(&mut self) -> Option<Adapted> {
        self.adapted.take()
    }

    /// From the last change of chord to the first note of the models that follows it, in seconds; told once.
    pub fn take_by_models(&mut self) -> Option<f64> {
        self.by_models.1.take()
    }

    /// The player's message.
    pub fn midi(&mut self, at_secs: f64, message: Midi) {
        self.listener.midi(at_secs, message);
        let at_beats = self.beat_at(at_secs);
        match message {
            Midi::NoteOn { channel, key, velocity } => {
                if at_secs - self.struck_secs > tuning::CHORD_SECS {
                    self.struck_secs = at_secs;
                }
                self.band.strike(at_beats, key, velocity, channel == DRUM_CHANNEL);
            }
            Midi::NoteOff { channel, key, .. } if channel != DRUM_CHANNEL => self.band.release(at_beats, key),
            Midi::Control { controller: cc::ALL_SOUND_OFF | cc::ALL_NOTES_OFF, .. } => self.band.release_all(at_beats),
            Midi::Control { controller: cc::SOFT, value: 64.., .. } => {
                self.band.order(Order::Form(Cue::HandOver));
            }
            _ => {}
        }
    }

    /// Something was sung, or played into a microphone, as heard without the time that sound takes. Real-time safe.
    pub fn sing(&mut self, sung: &Sung) {
        match sung {
            Sung::Frame(frame) => {
                let is_own = frame.hz.is_some_and(|hz| self.may_be_lead((frame.at_secs, frame.at_secs), hz));
                self.singer.hear(frame, is_own);
            }
            Sung::Note(sung) => {
                let span = (sung.begin_secs, sung.end_secs);
                let place = self.place.filter(|place| place.is_playing);
                if place.is_some()
                    && !self.may_be_lead(span, sung.median_hz)
                    && let Some(note) = self.singer.note(sung)
                {
                    let [begin_beats, end_beats] = [span.0, span.1].map(|secs| self.beat_at(secs));
                    self.band.hear_note(Note { begin_beats, length_beats: end_beats - begin_beats, ..note });
                }
            }
        }
    }

    /// Nobody sings any more, or somebody else leads.
    pub fn hush(&mut self) {
        self.singer.hush();
    }

    /// Whether the lead sounded at a pitch, in any octave, at some time of a span of seconds.
    fn may_be_lead(&self, (from_secs, to_secs): (f64, f64), hz: f32) -> bool {
        let from_beats = self.beat_at(from_secs - singing::RING_SECS);
        let to_beats = self.beat_at(to_secs + singing::RING_SECS);
        self.band.sings((from_beats, to_beats), self.singer.cents(hz), singing::LEAD_CENTS)
    }

    /// All keys are let go.
    pub fn release_all(&mut self, at_secs: f64) {
        self.listener.release_all(at_secs);
        self.band.release_all(self.beat_at(at_secs));
    }

    /// A block is over at `at_secs`, with the transport at `place`; what is heard is heard up to `heard_secs`. Every
    /// observation is shown to `see`.
    pub fn pass(&mut self, at_secs: f64, place: Place, heard_secs: f64, mut see: impl FnMut(&Self, &Observation)) {
        let is_steady = self.place.is_some_and(|before| {
            let foreseen = before.beat_in(at_secs - self.place_secs);
            before.is_playing == place.is_playing && (foreseen - place.beat.0).abs() < tuning::JUMP_BEATS
        });
        let has_other_tempo = self.place.is_none_or(|before| (before.tempo_bpm - place.tempo_bpm).abs() > 1e-6);
        self.place = Some(place);
        self.place_secs = at_secs;
        self.listener.advance(heard_secs);
        if !is_steady {
            self.follow.forget();
        }
        if !is_steady || (has_other_tempo && !self.follows(&place)) {
            self.hold_tempo();
        }
        while let Some(observation) = self.listener.poll() {
            self.hear(&observation, &place);
            see(self, &observation);
        }
        // While the transport is being moved, what is planned for where it stands would come too late.
        self.moving_until_secs = self.moving_until_secs.filter(|until| is_steady && at_secs < *until);
        if self.moving_until_secs.is_some() {
            return;
        }
        self.tell_band(&place);
        let has_new_chord = self.has_new_chord();
        self.band.pass(at_secs, place);
        if has_new_chord {
            self.note_adapted(&place);
        }
        self.note_models(&place);
    }

    /// Where the transport stands at `at_secs`, near the last block.
    #[must_use]
    pub fn beat_at(&self, at_secs: f64) -> f64 {
        self.place.map_or(0.0, |place| place.beat_in(at_secs - self.place_secs))
    }

    fn follows(&self, place: &Place) -> bool {
        let settings = self.band.settings();
        // Without a band the transport is a metronome, and that leads.
        let goes_along = settings.mode.mode().follows_tempo && !settings.is_resting();
        self.lock_bpm.is_none() && (!place.is_playing || goes_along)
    }

    /// A transport that does not follow gives the beat; a held tempo does while it stands.
    fn hold_tempo(&mut self) {
        let now_secs = self.place_secs;
        let place = self.place.filter(|place| place.is_playing && !self.follows(place) && place.tempo_bpm > 0.0);
        match (place, self.lock_bpm) {
            (Some(place), _) => {
                let to_beat = (place.beat.0.ceil() - place.beat.0) * 60.0 / place.tempo_bpm;
                self.listener.beat.set_fixed(Some(place.tempo_bpm), now_secs + to_beat);
            }
            (None, Some(bpm)) => {
                let beat_secs = self.listener.beat.view().next_beat_secs.unwrap_or(now_secs);
                self.listener.beat.set_fixed(Some(bpm), beat_secs);
            }
            (None, None) => self.listener.beat.set_fixed(None, now_secs),
        }
    }

    fn hear(&mut self, observation: &Observation, place: &Place) {
        match observation.heard {
            Heard::Beat(event) => {
                let is_free = self.listener.beat.view().state == TempoState::Rubato;
                self.followed += u32::from(!is_free);
                if place.is_playing && self.follows(place) {
                    if let Some(bpm) = self.follow.beat(&event, place, self.place_secs) {
                        self.band.messages().push(BandMessage::Pace(bpm as f32));
                    }
                    self.align(&event, place);
                } else if !place.is_playing && self.start == Start::WhenHeard && !is_free {
                    self.join(&event, place);
                }
            }
            Heard::Tempo(state) => {
                if !matches!(state, TempoState::Following | TempoState::Rubato) {
                    self.follow.forget();
                    self.followed = 0;
                }
            }
            Heard::Chord(event) => {
                self.band.hear_chord(self.beat_at(event.at_secs), event.chord, event.confidence);
            }
            Heard::Key(key, _) => self.band.hear_key(Some(key)),
            Heard::Metre(..) | Heard::Phrase(_) => {}
        }
    }

    /// Moves the transport to the player's bar where that has lain elsewhere for long, on the first beat of it. A chart
    /// is counted from its begin by both, and nothing moves.
    fn align(&mut self, event: &BeatEvent, place: &Place) {
        let view = self.listener.beat.view();
        let beats_per_bar = place.beats_per_bar.max(1);
        let has_bar = view.downbeat_confidence >= tuning::DOWNBEAT_SURE
            && view.metre.is_some_and(|metre| u32::from(metre.beats_per_bar) == beats_per_bar)
            && (event.bpm / place.tempo_bpm).max(place.tempo_bpm / event.bpm) < tuning::SAME_TEMPO;
        let Some(position) = event.bar_position.filter(|_| has_bar && !self.band.harmony().has_chart()) else {
            self.apart = (0, 0);
            return;
        };
        let beat = self.beat_at(event.at_secs).round() as i64;
        let ahead = (i64::from(position) - beat).rem_euclid(i64::from(beats_per_bar)) as u32;
        let beats = if self.apart.0 == ahead { self.apart.1 + 1 } else { 1 };
        self.apart = (ahead, beats);
        if ahead > 0 && beats >= tuning::APART_BEATS && position == 0 {
            self.apart = (0, 0);
            let messages = self.band.messages();
            messages.clear();
            let all = Part::ALL.map(|part| BandMessage::Replace { bus: part.bus(), from: Beats(f64::NEG_INFINITY) });
            messages.extend(all);
            let beat = Beats(place.beat.0 + f64::from(ahead));
            messages.push(BandMessage::Join { beat, bpm: place.tempo_bpm as f32 });
            self.moving_until_secs = Some(self.place_secs + tuning::MOVING_SECS);
        }
    }

    /// The transport begins so that the next bar of the player is the plan's first. Nobody who plays freely is joined.
    fn join(&mut self, event: &BeatEvent, place: &Place) {
        let is_sure = self.listener.beat.view().downbeat_confidence >= tuning::DOWNBEAT_SURE;
        let wanted = if is_sure { tuning::JOIN_BEATS } else { tuning::JOIN_BLIND_BEATS };
        if self.followed < wanted {
            return;
        }
        let beats = u32::from(event.bar_position.unwrap_or(0)) % place.beats_per_bar.max(1);
        let to_bar = f64::from(place.beats_per_bar.max(1) - beats);
        let since = (self.place_secs - event.at_secs) * event.bpm / 60.0;
        let beat = Beats(self.band.origin_beats() - to_bar + since);
        self.band.messages().push(BandMessage::Join { beat, bpm: event.bpm as f32 });
        self.start = Start::WithTransport;
    }

    fn tell_band(&mut self, place: &Place) {
        let playing = self.listener.playing.view();
        let beats_per_sec = place.tempo_bpm / 60.0;
        let is_playing = matches!(playing.phrase, PhraseState::Playing);
        let sung = self.singer.playing(self.place_secs, beats_per_sec).filter(|_| self.answers_singers());
        self.band.hear_playing(sung.unwrap_or(Playing {
            notes_per_beat: if playing.phrase == PhraseState::Silent {
                0.0
            } else {
                (f64::from(playing.notes_per_sec) / beats_per_sec.max(0.1)) as f32
            },
            loudness: playing.loudness,
            register_low: playing.register_low,
            register_high: playing.register_high,
            articulation: playing.articulation,
            swing: playing.swing.map(|ratio| (ratio / (1.0 + ratio), playing.swing_confidence)),
            is_playing,
            rest_beats: if is_playing { 0.0 } else { playing.phrase_secs * beats_per_sec },
        }));
        let harmony = self.listener.harmony.view();
        let now = place.beat.0;
        let at_beats = harmony.next_change_beats.map(|beats| (now + f64::from(beats)).round().max(now.floor() + 1.0));
        let guess =
            |at_beats| harmony.next.iter().map(move |(chord, share)| Guess { at_beats, chord: *chord, share: *share });
        self.band.expect(at_beats.into_iter().flat_map(guess));
    }

    /// Whether the chord that sounds is another than at the last call.
    fn has_new_chord(&mut self) -> bool {
        let chord = self.listener.harmony.view().chord;
        std::mem::replace(&mut self.chord, chord) != chord
    }

    /// How long it takes from the chord's first key to the first note that follows it.
    fn note_adapted(&mut self, place: &Place) {
        let hear_secs = self.place_secs - self.struck_secs;
        if !place.is_playing || hear_secs > tuning::HINDSIGHT_SECS {
            return;
        }
        let open = self.band.committed_beats();
        let begins = [Part::Bass, Part::Keys].into_iter().filter_map(|part| {
            let mut notes = self.band.plan().notes(part).iter();
            notes.find(|planned| planned.note.begin_beats >= open).map(|planned| planned.note.begin_beats)
        });
        if let Some(first) = begins.reduce(f64::min) {
            let wait = (first - place.beat.0) * 60.0 / place.tempo_bpm;
            self.adapted = Some(Adapted { struck_secs: self.struck_secs, hear_secs, wait_secs: wait });
            self.by_models.0 = Some(self.struck_secs);
        }
    }

    /// Once the models have played for a chord that came, how long it took to their first note.
    fn note_models(&mut self, place: &Place) {
        let Some(struck_secs) = self.by_models.0 else { return };
        let open = self.band.committed_beats();
        let first = [Part::Bass, Part::Keys].into_iter().filter_map(|part| self.band.first_by_models(part, open));
        if self.place_secs - struck_secs > tuning::MODELS_SECS {
            self.by_models.0 = None;
        } else if let Some(beats) = first.reduce(f64::min) {
            let wait = (beats - place.beat.0) * 60.0 / place.tempo_bpm;
            self.by_models = (None, Some(self.place_secs - struck_secs + wait));
        }
    }
}
