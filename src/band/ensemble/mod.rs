//! The band itself: it hears, plans ahead, takes back what is still open, and sends the notes on their way.

use super::chords::{Chords, Origin};
use super::context::{Context, Playing};
use super::drift::DriftHarmony;
use super::form::{Cue, Form};
use super::harmony::{Guess, Harmony};
use super::ladder::{Ladder, LadderFigures, Musicians, VARIANTS_MAX};
use super::mode::{MODES, ModeId, Players};
use super::part::Part;
use super::patterns::PatternFile;
use super::phrase::{BAR_NOTES_MAX, BEFORE_NOTES_MAX, Note, Rung};
use super::plan::{Mark, Plan};
use super::players;
use super::punch::PunchIn;
use super::raga::{RagaSetting, Theka, Tuned};
use super::settings::Settings;
use super::style::{Style, StyleId};
use crate::base::{BandMessage, InlineVec, Place};
use crate::theory::chart::Chart;
use crate::theory::{Chord, Key};
use std::sync::Arc;

mod bending;
mod climb;
mod orders;
mod planning;

mod tuning {
    /// A step of the commit: a sixteenth.
    pub const STEP_BEATS: f64 = 0.25;
    /// What is sent reaches the engine within this time, the period of a large device and a poll among it.
    pub const MARGIN_SECS: f64 = 0.015;
    /// A note may begin so much before its bar: people do.
    pub const EARLY_BEATS: f64 = 0.12;
    /// The transport jumped when it stands so far from where it should, in beats.
    pub const JUMP_BEATS: f64 = 0.05;
    /// Bars that are planned at once, so that nobody waits for a long horizon.
    pub const BARS_AT_ONCE: usize = 2;
    /// How far back the plan is kept, in beats.
    pub const PAST_BEATS: f64 = 64.0;
    /// Share of the way that the energy goes to the player's in a bar.
    pub const ENERGY_SHARE: f32 = 0.4;
    /// Notes a beat that are full energy.
    pub const BUSY_NOTES: f32 = 4.0;
    /// Measured swing counts from this confidence on.
    pub const SWING_SURE: f32 = 0.5;
    /// The band's own chords lean to what the player played within so many beats, and are made so far ahead.
    pub const LEAN_BEATS: f64 = 16.0;
    /// After the last stroke it rings for so many beats.
    pub const RING_BEATS: f64 = 4.0;
}

/// Chords that are expected, at most.
pub const EXPECTED_MAX: usize = VARIANTS_MAX;

/// What the player asks of the band while it plays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// What the form is told.
    Form(Cue),
    /// Stop on the next beat.
    StopOnBeat,
    /// Play the last bars once more.
    Again,
    /// Forget what was heard.
    Forget,
    /// Play something else.
    Surprise,
    /// A note that is open must not sound, or may again.
    Veto(Part, u32),
    /// A note that is open must stay, or need not.
    Pin(Part, u32),
    /// Play something else instead of a note that is open.
    Swap(Part, u32),
    /// A chord from a beat on.
    Chord(f64, Chord),
}

/// What has to be planned anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Stale {
    #[default]
    Nothing,
    /// The parts that follow the chords.
    Harmony,
    /// Every part.
    All,
}

/// The band. After construction nothing allocates but a chart that is given.
pub struct Band {
    seed: u64,
    settings: Settings,
    context: Context,
    harmony: Harmony,
    punch: PunchIn,
    plan: Plan,
    form: Form,
    /// Players of every mode.
    players: Vec<Players>,
    /// The chords of the plan.
    chords: Chords,
    fresh: Chords,
    /// The chords that the band makes itself, and up to where they reach, in beats.
    own: (DriftHarmony, Chords, f64),
    place: Place,
    place_secs: f64,
    /// Where the plan begins.
    origin_beats: f64,
    beats_per_bar: u32,
    /// Up to where notes can no longer be changed.
    committed_beats: f64,
    stale: Stale,
    energy: f32,
    surprises: u32,
    /// How often each part was moved on because it was stuck.
    nudges: [u32; Part::COUNT],
    /// Matras of the tala that a raga is played in; `None` is free of one.
    matras: Option<usize>,
    /// What is sung in a raga is tuned by it.
    tuned: Tuned,
    /// Where the last note of each part begins that the engine may still have, in beats.
    sent_beats: [f64; Part::COUNT],
    /// Up to where the lead's bends were sent, in beats.
    bent_beats: f64,
    /// What plays better than the rules, when there is time.
    ladder: Ladder,
    /// What the ear expects, the likeliest first.
    expected: InlineVec<Guess, EXPECTED_MAX>,
    /// A chord was heard that was not planned with.
    is_surprised: bool,
    bar_notes: [Vec<Note>; Part::COUNT],
    before: Vec<Note>,
    scratch: Vec<Note>,
    /// What the rules answer until others take over.
    answer: Vec<Note>,
    messages: Vec<BandMessage>,
    /// The beat on which was looked for what comes again; none once a chord was heard.
    recalled_beat: i64,
}

impl Band {
    /// A band that has heard nothing; the same seed plays the same. Allocates.
    #[must_use]
    pub fn new(seed: u64, settings: Settings) -> Self {
        Self {
            seed,
            settings: settings.bounded(),
            context: Context::new(),
            harmony: Harmony::default(),
            punch: PunchIn::default(),
            plan: Plan::new(),
            form: Form::default(),
            players: MODES.iter().map(|mode| (mode.players)()).collect(),
            chords: Chords::default(),
            fresh: Chords::default(),
            own: (DriftHarmony::new(seed), Chords::default(), 0.0),
            place: Place::default(),
            place_secs: 0.0,
            origin_beats: 0.0,
            beats_per_bar: 4,
            committed_beats: f64::NEG_INFINITY,
            stale: Stale::Nothing,
            energy: 0.5,
            surprises: 0,
            nudges: [0; Part::COUNT],
            matras: None,
            tuned: Tuned::new(&RagaSetting::default()),
            sent_beats: [f64::NEG_INFINITY; Part::COUNT],
            bent_beats: f64::NEG_INFINITY,
            ladder: Ladder::default(),
            expected: InlineVec::default(),
            is_surprised: false,
            before: Vec::with_capacity(BEFORE_NOTES_MAX),
            bar_notes: std::array::from_fn(|_| Vec::with_capacity(4 * BAR_NOTES_MAX)),
            scratch: Vec::with_capacity(2 * BAR_NOTES_MAX),
            answer: Vec::with_capacity(BAR_NOTES_MAX),
            messages: Vec::with_capacity(2048),
            recalled_beat: i64::MIN,
        }
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What was heard and played.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The chords of the plan.
    #[must_use]
    pub fn chords(&self) -> &Chords {
        &self.chords
    }

    /// What is known of the harmony.
    #[must_use]
    pub fn harmony(&self) -> &Harmony {
        &self.harmony
    }

    /// What is wished.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How often each part was moved on because it was stuck.
    #[must_use]
    pub fn nudges(&self) -> [u32; Part::COUNT] {
        self.nudges
    }

    /// Whether the player plays this part.
    #[must_use]
    pub fn is_players(&self, part: Part) -> bool {
        self.settings.yields && self.punch.is_players(part)
    }

    /// Up to where notes can no longer be changed, in beats.
    #[must_use]
    pub fn committed_beats(&self) -> f64 {
        self.committed_beats
    }

    /// Where the plan begins: a bar line, in beats.
    #[must_use]
    pub fn origin_beats(&self) -> f64 {
        self.origin_beats
    }

    /// The variation that plays or comes next, 0 to 3.
    #[must_use]
    pub fn variation(&self) -> u8 {
        self.form.variation()
    }

    /// What is to be sent to the engine, in order; the caller clears what it sent.
    pub fn messages(&mut self) -> &mut Vec<BandMessage> {
        &mut self.messages
    }

    /// Wishes other settings; open bars are planned anew.
    pub fn set(&mut self, settings: Settings) {
        let settings = settings.bounded();
        if settings != self.settings {
            self.stale = Stale::All;
            self.settings = settings;
        }
    }

    /// Plays by a chart from the plan's next bar on, or by ear again.
    pub fn set_chart(&mut self, chart: Option<Arc<Chart>>) {
        let open = self.open_beats();
        let bar = self.plan.bars().iter().find(|planned| planned.bar.begin_beats >= open);
        let begin_beats = bar.map_or(self.origin_beats, |planned| planned.bar.begin_beats);
        self.harmony.set_chart(chart, begin_beats);
        self.stale = self.stale.max(Stale::Harmony);
    }

    /// Plays in this raga from now on, where the mode is one of ragas. Allocates.
    pub fn set_raga(&mut self, setting: &RagaSetting) {
        self.players[ModeId::Raga as usize] = players::raga(setting);
        self.tuned = Tuned::new(setting);
        self.matras = setting.theka.as_ref().map(Theka::matras);
        if !self.settings.mode.mode().has_harmony {
            self.stale = Stale::All;
        }
    }

    /// The MIDI key nearest to middle Sa, while a raga is played.
    #[must_use]
    pub fn sa_key(&self) -> Option<u8> {
        (!self.settings.mode.mode().has_harmony).then_some(self.tuned.sa_key())
    }

    /// The player strikes a key.
    pub fn strike(&mut self, at_beats: f64, key: u8, velocity: u8, is_drum: bool) {
        if !is_drum {
            self.context.strike(at_beats, key, velocity);
        }
        if self.punch.strike(at_beats, key, is_drum) && self.settings.yields {
            self.stale = Stale::All;
        }
    }

    /// A note of the player's that is known only after it: nobody plays a part of the band's with it.
    pub fn hear_note(&mut self, note: Note) {
        self.context.strike(note.begin_beats, note.key, note.velocity);
        self.context.release(note.end_beats(), note.key);
    }

    /// The player lets a key go.
    pub fn release(&mut self, at_beats: f64, key: u8) {
        self.context.release(at_beats, key);
    }

    /// The player lets all keys go.
    pub fn release_all(&mut self, at_beats: f64) {
        self.context.release_all(at_beats);
    }

    /// The player plays another chord, as it is known now.
    pub fn hear_chord(&mut self, now_beats: f64, chord: Chord, confidence: f32) {
        self.meet(now_beats, chord);
        self.harmony.hear(now_beats, chord, confidence);
        self.recalled_beat = i64::MIN;
    }

    /// What the ear expects next, the likeliest first; those beyond [`EXPECTED_MAX`] are dropped.
    pub fn expect(&mut self, guesses: impl IntoIterator<Item = Guess>) {
        self.expected.clear();
        for guess in guesses.into_iter().take(EXPECTED_MAX) {
            // There is room for each of them.
            self.expected.push(guess).ok();
        }
        self.harmony.expect(self.expected.first().copied());
    }

    /// Who plays beside the rules; nobody at first.
    pub fn set_musicians(&mut self, musicians: Option<Box<dyn Musicians>>) {
        self.ladder.set_musicians(musicians);
        self.stale = Stale::All;
    }

    /// The library of patterns that is at hand; none at first.
    pub fn set_patterns(&mut self, patterns: Option<PatternFile>) {
        self.ladder.set_patterns(patterns);
        self.stale = Stale::All;
    }

    /// How much the models were surprised by what the player played last, in nats a note; `None` where none listens.
    #[must_use]
    pub fn surprise(&self) -> Option<f32> {
        self.ladder.surprise()
    }

    /// How the ladder did.
    #[must_use]
    pub fn ladder(&self) -> LadderFigures {
        self.ladder.figures()
    }

    /// Another key was heard.
    pub fn hear_key(&mut self, key: Option<Key>) {
        self.harmony.set_key(key);
    }

    /// How the player plays.
    pub fn hear_playing(&mut self, playing: Playing) {
        let has_changed = self.context.playing.is_playing != playing.is_playing;
        self.context.playing = playing;
        // Where no chords lead from bar to bar, the end of a phrase is what is answered, and its begin what is made way for.
        if has_changed && !self.settings.mode.mode().has_harmony {
            if !playing.is_playing {
                self.context.answer_beats = self.open_beats();
            }
            self.stale = self.stale.max(Stale::Harmony);
        }
    }

    /// Time passes: the transport stands at `place` at `now_secs` (any clock that does not run backwards).
    pub fn pass(&mut self, now_secs: f64, place: Place) {
        let foreseen = self.place.beat_in(now_secs - self.place_secs);
        let is_start = place.is_playing && !self.place.is_playing;
        let is_stop = !place.is_playing && self.place.is_playing;
        let is_jump = if is_start {
            place.beat.0 > self.origin_beats + 1.0
        } else {
            (place.beat.0 - foreseen).abs() > tuning::JUMP_BEATS
        };
        self.place = place;
        self.place_secs = now_secs;
        self.context.now_beats = place.beat.0;
        if is_stop || is_jump || place.beats_per_bar != self.beats_per_bar || self.plan.bars().is_empty() {
            self.begin(place);
        }
        self.commit();
        if self.punch.pass(place.beat.0) && self.settings.yields {
            self.stale = Stale::All;
        }
        self.recall();
        self.look_at_chords();
        self.replan();
        self.plan_ahead();
        self.bend();
        self.climb(now_secs);
        self.plan.forget(place.beat.0 - tuning::PAST_BEATS);
    }

    /// Begins a plan where the transport stands: at the bar line that comes next.
    fn begin(&mut self, place: Place) {
        self.beats_per_bar = place.beats_per_bar.max(1);
        let bar = f64::from(self.beats_per_bar);
        let beats = place.beat.0.max(0.0);
        self.origin_beats = if place.is_playing { (beats / bar).floor() * bar } else { (beats / bar).ceil() * bar };
        self.committed_beats = f64::NEG_INFINITY;
        self.plan.clear();
        self.context.forget();
        // Whoever moves while the music plays goes on in the same variation.
        if !place.is_playing {
            self.form = Form::default();
        }
        let last = self.harmony.heard().spans().last().copied();
        self.harmony.forget();
        self.harmony.begin_chart(self.origin_beats);
        if let Some(last) = last {
            self.harmony.hear(self.origin_beats, last.chord, last.confidence);
        }
        self.recalled_beat = i64::MIN;
        self.own.1.clear();
        self.own.2 = self.origin_beats;
        self.stale = Stale::Nothing;
        self.bent_beats = f64::NEG_INFINITY;
        self.ladder.cancel();
        self.messages.clear();
        for part in Part::ALL {
            self.take_back(part, f64::NEG_INFINITY);
        }
    }

    /// From where notes are open, in beats: a step of the grid, once the music moves.
    fn open_beats(&self) -> f64 {
        if !self.place.is_playing {
            return f64::NEG_INFINITY;
        }
        let soon = self.place.beat.0 + tuning::MARGIN_SECS * self.place.tempo_bpm / 60.0;
        // With the shortest commit a chord is caught half a step after it rather than a whole one: at 120 BPM that is
        // 60 ms and sounds with the player, where 125 ms would be an echo.
        let commit = self.settings.commit_beats;
        let step = if commit > tuning::STEP_BEATS { tuning::STEP_BEATS } else { tuning::STEP_BEATS / 2.0 };
        // A plan that has just begun has nothing settled.
        let is_fresh = self.committed_beats == f64::NEG_INFINITY;
        let reach = if !is_fresh && commit > tuning::STEP_BEATS { commit } else { step };
        ((soon / step).floor() * step + reach).max(self.committed_beats)
    }

    fn commit(&mut self) {
        let open = self.open_beats();
        if open <= self.committed_beats {
            return;
        }
        for part in Part::ALL {
            for planned in self.plan.notes(part) {
                let begin = planned.note.begin_beats;
                if begin >= self.committed_beats && begin < open && planned.mark != Mark::Vetoed {
                    self.context.commit(part, planned.note);
                }
            }
        }
        self.count_bars(open);
        self.committed_beats = open;
    }

    fn recall(&mut self) {
        let beat = self.place.beat.0.floor() as i64;
        if self.place.is_playing && beat != self.recalled_beat {
            self.recalled_beat = beat;
            self.harmony.recall(self.place.beat.0, self.beats_per_bar);
        }
    }

    /// Whether the chords of the plan are still those that are known.
    fn look_at_chords(&mut self) {
        let has_harmony = self.settings.mode.mode().has_harmony;
        let Some(end) = self.plan.end_beats().filter(|_| has_harmony) else { return };
        self.foresee(end + f64::from(self.beats_per_bar));
        let mut beats = self.open_beats().max(self.origin_beats);
        while beats < end {
            let name = |chords: &Chords| chords.at(beats).map(|span| span.chord);
            if name(&self.chords) != name(&self.fresh) {
                self.stale = self.stale.max(Stale::Harmony);
                break;
            }
            beats += 0.5;
        }
    }

    fn foresee(&mut self, until_beats: f64) {
        let now = self.place.beat.0;
        if !self.settings.mode.mode().has_own_chords || self.harmony.has_chart() {
            self.harmony.foresee(now, until_beats, &mut self.fresh);
            return;
        }
        let player = self.context.player_between(now - tuning::LEAN_BEATS, f64::INFINITY);
        let player = player.fold(0, |mask, note| mask | 1 << (note.key % 12));
        let (harmony, chords, reach_beats) = &mut self.own;
        // A chord more than is asked for: whoever begins one wants to know its end.
        while *reach_beats < until_beats + tuning::LEAN_BEATS {
            let (chord, beats) = harmony.next(self.beats_per_bar, player);
            chords.push(*reach_beats, chord, Origin::Own, 1.0);
            *reach_beats += f64::from(beats);
        }
        self.fresh.clone_from(chords);
    }

    /// Whether a bar that ends here may be the last: a tala ends on sam, where bars come out even with it.
    fn ends_cycle(&self, end_beats: f64) -> bool {
        let matras = self.matras.filter(|_| !self.settings.mode.mode().has_harmony);
        let bar = self.beats_per_bar as usize;
        matras.is_none_or(|matras| !matras.is_multiple_of(bar) || end_beats.rem_euclid(matras as f64) < 0.5)
    }

    /// The style that is played; where there is none, one that is straight and in quarters.
    fn style(&self) -> &'static Style {
        let has_style = self.settings.mode.mode().has_harmony;
        if has_style { self.settings.style.style() } else { StyleId::Rock.style() }
    }

    /// The best rung that may play.
    fn best(&self) -> Rung {
        if self.settings.mode.mode().has_models { self.settings.best } else { Rung::Rules }
    }

    /// The key that is played in.
    fn key(&self) -> Option<Key> {
        if self.settings.mode.mode().has_own_chords { Some(self.own.0.key()) } else { self.harmony.key() }
    }
}
