//! The band itself: it hears, plans ahead, takes back what is still open, and sends the notes on their way.

use super::chords::Chords;
use super::context::{Context, Playing};
use super::form::{Cue, Form, FormRules, Side};
use super::harmony::{Guess, Harmony};
use super::mode::{MODES, Players};
use super::part::{Part, PartMode};
use super::phrase::{Ask, BAR_NOTES_MAX, Bar, Feel, Note, Role, Rung};
use super::plan::{Mark, Plan, PlannedBar};
use super::punch::PunchIn;
use super::settings::Settings;
use crate::base::{BandMessage, BandNote, Beats, Place, Rng};
use crate::theory::chart::Chart;
use crate::theory::{Chord, Key};
use std::sync::Arc;

mod tuning {
    /// A step of the commit: a sixteenth.
    pub const STEP_BEATS: f64 = 0.25;
    /// What is sent reaches the engine within this time, the period of a large device and a poll among it.
    pub const MARGIN_SECS: f64 = 0.012;
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
    /// After the last stroke it rings for so many beats.
    pub const RING_BEATS: f64 = 4.0;
}

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
    bar_notes: [Vec<Note>; Part::COUNT],
    scratch: Vec<Note>,
    messages: Vec<BandMessage>,
    cycle_bar: i64,
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
            place: Place::default(),
            place_secs: 0.0,
            origin_beats: 0.0,
            beats_per_bar: 4,
            committed_beats: f64::NEG_INFINITY,
            stale: Stale::Nothing,
            energy: 0.5,
            surprises: 0,
            bar_notes: std::array::from_fn(|_| Vec::with_capacity(4 * BAR_NOTES_MAX)),
            scratch: Vec::with_capacity(BAR_NOTES_MAX),
            messages: Vec::with_capacity(2048),
            cycle_bar: i64::MIN,
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

    /// The player strikes a key.
    pub fn strike(&mut self, at_beats: f64, key: u8, velocity: u8, is_drum: bool) {
        if !is_drum {
            self.context.strike(at_beats, key, velocity);
        }
        if self.punch.strike(at_beats, key, is_drum) && self.settings.yields {
            self.stale = Stale::All;
        }
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
        self.harmony.hear(now_beats, chord, confidence);
    }

    /// What the ear expects next.
    pub fn expect(&mut self, guess: Option<Guess>) {
        self.harmony.expect(guess);
    }

    /// Another key was heard.
    pub fn hear_key(&mut self, key: Option<Key>) {
        self.harmony.set_key(key);
    }

    /// How the player plays.
    pub fn hear_playing(&mut self, playing: Playing) {
        self.context.playing = playing;
    }

    /// Carries out what the player asks.
    pub fn order(&mut self, order: Order) {
        let open = self.open_beats();
        match order {
            Order::Form(cue) => self.cue(cue),
            Order::StopOnBeat => self.stop_at(open.ceil()),
            Order::Again => self.again(open),
            Order::Forget => {
                self.harmony.forget();
                self.context.forget();
                self.stale = Stale::All;
            }
            Order::Surprise => {
                self.surprises = self.surprises.wrapping_add(1);
                self.salt_open(|_| true);
                self.stale = Stale::All;
            }
            Order::Veto(part, id) => self.mark(part, id, Mark::Vetoed),
            Order::Pin(part, id) => self.mark(part, id, Mark::Pinned),
            Order::Swap(part, id) => self.swap(part, id),
            Order::Chord(at_beats, chord) => self.harmony.ask(at_beats.max(open), chord),
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
        self.find_cycle();
        self.look_at_chords();
        self.replan();
        self.plan_ahead();
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
        self.form = Form::default();
        let last = self.harmony.heard().spans().last().copied();
        self.harmony.forget();
        if let Some(last) = last {
            self.harmony.hear(self.origin_beats, last.chord, last.confidence);
        }
        self.cycle_bar = i64::MIN;
        self.stale = Stale::Nothing;
        self.messages.clear();
        for part in Part::ALL {
            self.messages.push(BandMessage::Replace { bus: part.bus(), from: Beats(f64::NEG_INFINITY) });
        }
    }

    /// From where notes are open, in beats: a step of the grid, once the music moves.
    fn open_beats(&self) -> f64 {
        if !self.place.is_playing {
            return f64::NEG_INFINITY;
        }
        let soon = self.place.beat.0 + tuning::MARGIN_SECS * self.place.tempo_bpm / 60.0;
        let step = (soon / tuning::STEP_BEATS).floor() * tuning::STEP_BEATS;
        (step + self.settings.commit_beats).max(self.committed_beats)
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
        self.committed_beats = open;
    }

    fn find_cycle(&mut self) {
        let bar = ((self.place.beat.0 - self.origin_beats) / f64::from(self.beats_per_bar)).floor() as i64;
        if self.place.is_playing && bar != self.cycle_bar {
            self.cycle_bar = bar;
            self.harmony.find_cycle(self.place.beat.0, self.beats_per_bar);
        }
    }

    /// Whether the chords of the plan are still those that are known.
    fn look_at_chords(&mut self) {
        let Some(end) = self.plan.end_beats() else { return };
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
        if !self.settings.mode.mode().has_own_chords {
            self.harmony.foresee(now, until_beats, &mut self.fresh);
        }
    }

    fn replan(&mut self) {
        let stale = std::mem::take(&mut self.stale);
        let Some(end) = self.plan.end_beats().filter(|_| stale != Stale::Nothing) else { return };
        let from = self.open_beats().max(self.origin_beats - tuning::EARLY_BEATS);
        self.foresee(end + f64::from(self.beats_per_bar));
        self.chords.clone_from(&self.fresh);
        for part in Part::ALL.into_iter().filter(|part| stale == Stale::All || *part != Part::Drums) {
            self.plan.remove(part, from, i64::MIN..=i64::MAX);
        }
        for index in 0..self.plan.bars().len() {
            if self.plan.bars()[index].bar.end_beats() > from {
                self.plan.bars_mut()[index].revisions += 1;
                self.plan_bar(index, from, stale);
            }
        }
        for part in Part::ALL.into_iter().filter(|part| stale == Stale::All || *part != Part::Drums) {
            self.let_go(part, from);
            self.send(part, from, 0);
        }
    }

    /// What sounds beyond `from` against the chord there ends with it, musically: as the new note begins.
    fn let_go(&mut self, part: Part, from: f64) {
        let Some(span) = self.chords.at(from).filter(|_| part != Part::Drums) else { return };
        let sounding = self.context.part(part).rev().take(8).filter(|note| note.end_beats() > from);
        let clashes = sounding.into_iter().any(|note| !span.chord.has(note.key));
        if clashes {
            self.plan.trim(part, from);
            self.messages.push(BandMessage::Trim { bus: part.bus(), at: Beats(from) });
        }
    }

    fn plan_ahead(&mut self) {
        let now = self.place.beat.0.max(self.origin_beats);
        for _ in 0..tuning::BARS_AT_ONCE {
            let begin_beats = self.plan.end_beats().unwrap_or(self.origin_beats);
            if begin_beats >= now + self.settings.horizon_beats {
                return;
            }
            let Some(planned) = self.next_bar(begin_beats) else { return };
            let newest = self.plan.newest();
            self.plan.push_bar(planned);
            self.foresee(planned.bar.end_beats() + f64::from(self.beats_per_bar));
            self.chords.clone_from(&self.fresh);
            let from = (begin_beats - tuning::EARLY_BEATS).max(self.open_beats());
            self.plan_bar(self.plan.bars().len() - 1, from, Stale::All);
            for part in Part::ALL {
                self.send(part, from, newest);
            }
            if planned.bar.role == Role::Ending {
                let stop = Beats(planned.bar.end_beats() + tuning::RING_BEATS);
                self.messages.push(BandMessage::StopAt(stop));
            }
        }
    }

    fn next_bar(&mut self, begin_beats: f64) -> Option<PlannedBar> {
        let form = self.form;
        let takes_turns = self.settings.mode.mode().takes_turns;
        let trade_bars = if takes_turns { self.settings.trade_bars } else { 0 };
        let form_bar = self.form.next(FormRules { fill_every: self.settings.fill_every, trade_bars })?;
        let bar = Bar {
            index: ((begin_beats - self.origin_beats) / f64::from(self.beats_per_bar)).round() as i64,
            begin_beats,
            beats: self.beats_per_bar,
            role: form_bar.role,
            variation: form_bar.variation,
            in_section: form_bar.in_section,
        };
        Some(PlannedBar {
            bar,
            form_bar,
            form,
            rungs: [None; Part::COUNT],
            salts: [self.surprises; Part::COUNT],
            feel: self.feel(),
            revisions: 0,
            planned_beats: self.place.beat.0,
            slack_beats: None,
        })
    }

    fn feel(&mut self) -> Feel {
        let playing = &self.context.playing;
        if playing.is_playing {
            let density = (playing.notes_per_beat / tuning::BUSY_NOTES).min(1.0);
            let wanted = 0.5 * density + 0.5 * (playing.loudness * 1.25).min(1.0);
            self.energy += tuning::ENERGY_SHARE * (wanted - self.energy);
        }
        let own = self.settings.style.style().swing;
        let measured = playing.swing.filter(|(_, sure)| *sure >= tuning::SWING_SURE && own != 0.5);
        let swing = measured.map_or(own, |(swing, sure)| own + 0.5 * sure * (swing - own));
        Feel {
            swing: self.settings.swing.unwrap_or(swing).clamp(0.5, 0.75),
            fills: self.settings.fills,
            energy: self.energy,
            bpm: self.place.tempo_bpm,
        }
    }

    /// Asks the players for a bar from `from` on; the drums only where all is asked for.
    fn plan_bar(&mut self, index: usize, from: f64, stale: Stale) {
        let planned = self.plan.bars()[index];
        for part in Part::ALL {
            self.bar_notes[part as usize].clear();
            if stale == Stale::All || part != Part::Drums {
                self.ask(part, &planned, from);
            }
            let notes = self.plan.notes(part).iter();
            let of_bar = notes.filter(|n| n.bar == planned.bar.index && n.mark != Mark::Vetoed);
            self.bar_notes[part as usize].extend(of_bar.map(|n| n.note).take(2 * BAR_NOTES_MAX));
        }
        self.plan.bars_mut()[index].planned_beats = self.place.beat.0;
    }

    fn ask(&mut self, part: Part, planned: &PlannedBar, from: f64) {
        let rests = self.rests(part, planned);
        if let Some(bar) = self.plan.bars_mut().iter_mut().find(|bar| bar.bar.index == planned.bar.index) {
            bar.rungs[part as usize] = (!rests).then_some(Rung::Rules);
        }
        if rests {
            return;
        }
        let ask = Ask {
            part,
            bar: planned.bar,
            from_beats: from.max(planned.bar.begin_beats - tuning::EARLY_BEATS),
            style: self.settings.style.style(),
            taste: self.settings.tastes[part as usize],
            feel: planned.feel,
            chords: &self.chords,
            key: self.harmony.key(),
            context: &self.context,
            band: &self.bar_notes,
            seed: self.seed_of(part, planned),
        };
        self.scratch.clear();
        self.players[self.settings.mode as usize][part as usize].play(&ask, &mut self.scratch);
        self.scratch.truncate(BAR_NOTES_MAX);
        self.plan.add(part, planned.bar.index, &self.scratch);
    }

    fn seed_of(&self, part: Part, planned: &PlannedBar) -> u64 {
        let salt = u64::from(planned.salts[part as usize]) << 32 | part as u64;
        let mut rng = Rng::new(self.seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        u64::from(rng.next_u32()) << 32 | u64::from(rng.next_u32())
    }

    fn rests(&self, part: Part, planned: &PlannedBar) -> bool {
        let is_off = self.settings.tastes[part as usize].mode == PartMode::Off || self.is_players(part);
        let is_players_turn = self.settings.mode.mode().takes_turns && planned.form_bar.side == Side::Player;
        is_off || (part == Part::Lead && is_players_turn)
    }

    /// Sends the notes of a part from `from` on that are newer than `newest`; 0 sends all in the place of what was sent.
    fn send(&mut self, part: Part, from: f64, newest: u32) {
        let bus = part.bus();
        if newest == 0 {
            self.messages.push(BandMessage::Replace { bus, from: Beats(from) });
        }
        let now = self.place.beat.0;
        for planned in self.plan.notes(part) {
            let note = planned.note;
            if planned.mark == Mark::Vetoed || note.begin_beats < from || (newest > 0 && planned.id <= newest) {
                continue;
            }
            self.messages.push(BandMessage::Note(BandNote {
                bus,
                key: note.key,
                velocity: note.velocity,
                begin: Beats(note.begin_beats),
                end: Beats(note.end_beats()),
            }));
        }
        if self.place.is_playing {
            for bar in self.plan.bars_mut().iter_mut().filter(|bar| bar.bar.end_beats() > from) {
                let begin = bar.bar.begin_beats.max(from);
                bar.slack_beats = Some(bar.slack_beats.map_or(begin - now, |slack| slack.min(begin - now)));
            }
        }
    }

    /// Open bars are taken back to the form before them, which hears `cue` and goes on from there.
    fn cue(&mut self, cue: Cue) {
        if let Some(first) = self.plan.take_back(self.open_beats()) {
            self.form = first.form;
            self.drop_from(first.bar.begin_beats - tuning::EARLY_BEATS, first.bar.index);
            self.messages.push(BandMessage::StopAt(Beats(f64::INFINITY)));
        }
        self.form.cue(cue);
    }

    /// The notes of `bar` and later ones that begin at `from` or later are not played.
    fn drop_from(&mut self, from: f64, bar: i64) {
        let from = from.max(self.open_beats());
        for part in Part::ALL {
            self.plan.remove(part, from, bar..=i64::MAX);
            self.send(part, from, 0);
        }
    }

    fn stop_at(&mut self, beats: f64) {
        if self.place.is_playing {
            self.drop_from(beats, i64::MIN);
            self.messages.push(BandMessage::StopAt(Beats(beats)));
        }
    }

    /// The seeds of the open bars become those of the bars before them.
    fn again(&mut self, open: f64) {
        let bars = self.plan.bars_mut();
        let Some(first) = bars.iter().position(|planned| planned.bar.begin_beats >= open) else { return };
        for index in first..bars.len() {
            if let Some(before) = index.checked_sub(bars.len() - first) {
                bars[index].salts = bars[before].salts;
            }
        }
        self.stale = Stale::All;
    }

    fn salt_open(&mut self, is_meant: impl Fn(Part) -> bool) {
        let open = self.open_beats();
        for planned in self.plan.bars_mut().iter_mut().filter(|planned| planned.bar.end_beats() > open) {
            for part in Part::ALL.into_iter().filter(|part| is_meant(*part)) {
                planned.salts[part as usize] = planned.salts[part as usize].wrapping_add(1);
            }
        }
    }

    fn mark(&mut self, part: Part, id: u32, mark: Mark) {
        let open = self.open_beats();
        if self.plan.mark(part, id, open, mark).is_some() {
            self.send(part, open, 0);
        }
    }

    /// The bar that the note belongs to gets other notes, as far as it is open.
    fn swap(&mut self, part: Part, id: u32) {
        let open = self.open_beats();
        let Some(note) = self.plan.notes(part).iter().find(|n| n.id == id).copied() else { return };
        let Some(planned) = self.plan.bars_mut().iter_mut().find(|planned| planned.bar.index == note.bar) else {
            return;
        };
        planned.salts[part as usize] = planned.salts[part as usize].wrapping_add(1);
        let planned = *planned;
        self.plan.unmark(part, note.note.begin_beats);
        self.plan.remove(part, open, note.bar..=note.bar);
        self.ask(part, &planned, open);
        self.send(part, open, 0);
    }
}
