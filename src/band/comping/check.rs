//! What the tests of the bass and the keys share: sessions, and how well notes fit chords.

use crate::band::{Ask, Bar, Chords, Context, Feel, Note, Origin, Part, PhraseSource, Role, Style, StyleId, Taste};
use crate::base::Rng;
use crate::theory::{Chord, Key, Quality, tensions};

/// A session that a part is asked in, bar after bar.
#[derive(Clone)]
pub struct Session {
    pub style: &'static Style,
    pub part: Part,
    pub taste: Taste,
    pub feel: Feel,
    pub chords: Chords,
    pub key: Option<Key>,
    pub context: Context,
    pub band: [Vec<Note>; Part::COUNT],
    pub seed: u64,
    pub role: Role,
    pub variation: u8,
    pub beats: u32,
}

impl Session {
    pub fn new(style: StyleId, part: Part) -> Self {
        let style = style.style();
        Self {
            style,
            part,
            taste: Taste::of(part),
            feel: Feel { swing: style.swing, fills: 0.5, energy: 0.5, bpm: 0.5 * (style.bpm.0 + style.bpm.1) },
            chords: Chords::default(),
            key: None,
            context: Context::new(),
            band: Default::default(),
            seed: 1,
            role: Role::Groove,
            variation: 0,
            beats: style.beats_per_bar,
        }
    }

    /// One chord a bar, beginning with the first.
    pub fn over(style: StyleId, part: Part, chords: &str) -> Self {
        let mut session = Self::new(style, part);
        for (bar, text) in chords.split_whitespace().enumerate() {
            let chord = Chord::parse(text).expect(text);
            session.chords.push(bar as f64 * f64::from(session.beats), chord, Origin::Chart, 1.0);
        }
        session
    }

    pub fn bar(&self, index: i64) -> Bar {
        Bar {
            index,
            begin_beats: index as f64 * f64::from(self.beats),
            beats: self.beats,
            role: self.role,
            variation: self.variation,
            in_section: index as u32,
        }
    }

    /// Asks something of one bar from `from_beats` on.
    pub fn with_ask<T>(&self, index: i64, from_beats: f64, answer: impl FnOnce(&Ask<'_>) -> T) -> T {
        answer(&Ask {
            part: self.part,
            bar: self.bar(index),
            from_beats,
            style: self.style,
            taste: self.taste,
            feel: self.feel,
            chords: &self.chords,
            key: self.key,
            context: &self.context,
            before: &[],
            band: &self.band,
            turn: None,
            seed: self.seed,
        })
    }

    /// One bar's notes from `from_beats` on.
    pub fn ask(&self, player: &mut impl PhraseSource, index: i64, from_beats: f64) -> Vec<Note> {
        let mut out = Vec::with_capacity(crate::band::BAR_NOTES_MAX);
        self.with_ask(index, from_beats, |ask| player.play(ask, &mut out));
        assert!(out.len() < crate::band::BAR_NOTES_MAX && out.capacity() == crate::band::BAR_NOTES_MAX);
        out
    }

    /// So many bars, each played before the next is asked for.
    pub fn play(&mut self, player: &mut impl PhraseSource, bars: i64) -> Vec<Note> {
        let mut all = Vec::new();
        for index in 0..bars {
            let notes = self.ask(player, index, self.bar(index).begin_beats);
            notes.iter().for_each(|note| self.context.commit(self.part, *note));
            all.extend(notes);
        }
        all
    }

    /// The share of the notes' duration inside the chord that sounds, its bass and its tensions.
    pub fn share_inside(&self, notes: &[Note]) -> f64 {
        let (mut inside, mut all) = (0.0, 0.0);
        for note in notes {
            for span in self.chords.spans() {
                let both = note.end_beats().min(span.end_beats) - note.begin_beats.max(span.begin_beats);
                let allowed = span.chord.mask() | 1 << span.chord.bass | tensions(span.chord, self.key);
                if both > 0.0 {
                    all += both;
                    inside += if allowed & 1 << (note.key % 12) != 0 { both } else { 0.0 };
                }
            }
        }
        if all > 0.0 { inside / all } else { 1.0 }
    }

    /// Random chords that last one, two or four beats each, in one key, in any, or none.
    pub fn with_random_chords(mut self, seed: u64, bars: u32, quality: Option<Quality>) -> Self {
        let mut rng = Rng::new(seed);
        self.seed = seed;
        self.key = (rng.below(2) == 0).then(|| Key::new(rng.below(12) as u8, Default::default()));
        let (mut at, end) = (0, bars * self.beats);
        while at < end {
            let kind = quality.unwrap_or_else(|| Quality::at(rng.below(32) as usize));
            let mut chord = Chord::new(rng.below(12) as u8, kind);
            if rng.below(6) == 0 {
                let tones = kind.intervals();
                chord = chord.over(chord.root + tones[rng.below(tones.len() as u32) as usize]);
            }
            self.chords.push(f64::from(at), chord, Origin::Chart, 1.0);
            at += [self.beats, self.beats, self.beats, self.beats.div_ceil(2), 2 * self.beats][rng.below(5) as usize];
        }
        self
    }
}

/// What holds of every answer.
pub fn assert_sound(notes: &[Note], session: &Session) {
    for note in notes {
        assert!(note.length_beats > 0.0 && note.length_beats < 33.0, "{note:?}");
        assert!((1..=127).contains(&note.velocity), "{note:?}");
        assert!((session.taste.range.0..=session.taste.range.1).contains(&note.key), "{note:?}");
    }
    assert!(notes.windows(2).all(|pair| pair[0].begin_beats <= pair[1].begin_beats));
}

/// Asks again from every step of a bar, what came before it played already: the notes must be the same.
pub fn assert_stable(session: &Session, player: &mut impl PhraseSource, index: i64) {
    let bar = session.bar(index);
    let whole = session.ask(player, index, bar.begin_beats);
    assert_eq!(whole, session.ask(player, index, bar.begin_beats));
    for step in 1..=8 * bar.beats {
        let from = bar.begin_beats + f64::from(step) / 8.0;
        let mut later = session.clone();
        let (before, after): (Vec<Note>, Vec<Note>) = whole.iter().partition(|note| note.begin_beats < from);
        before.iter().for_each(|note| later.context.commit(session.part, *note));
        assert_eq!(later.ask(player, index, from), after, "{} from {from}", session.style.key);
    }
}

/// Asks from every step on after a chord came that was not foreseen, each time with all before it played: what is
/// planned at one step must be what is played at the next. At most one stroke may answer the chord off the pattern.
pub fn assert_settles(session: &Session, player: &mut impl PhraseSource, index: i64, from: f64) {
    let (mut session, end) = (session.clone(), session.bar(index).end_beats());
    let planned = session.ask(player, index, from);
    let step_beats = 1.0 / f64::from(session.style.steps_per_beat);
    let mut played = Vec::new();
    let mut at = from;
    while at < end {
        let notes = session.ask(player, index, at);
        at += step_beats;
        for note in notes.iter().filter(|note| note.begin_beats < at) {
            session.context.commit(session.part, *note);
            played.push((note.key, (note.begin_beats * 1e6).round()));
        }
    }
    let planned: Vec<_> = planned.iter().map(|note| (note.key, (note.begin_beats * 1e6).round())).collect();
    let of_bar: Vec<_> = planned.into_iter().filter(|(_, begin)| *begin < (end * 1e6).round()).collect();
    assert_eq!(played, of_bar, "{} from {from}", session.style.key);
}

/// A session in the middle of a bar in which a chord has just come that was not foreseen, with others to follow; and
/// that bar and where in it the part may play again.
pub fn surprised(style: StyleId, part: Part, player: &mut impl PhraseSource, seed: u64) -> (Session, i64, f64) {
    let mut rng = Rng::new(seed);
    let mut session = Session::new(style, part).with_random_chords(seed, 5, None);
    session.taste.complexity = rng.unit();
    session.play(player, 2);
    let (bar, steps) = (session.bar(2), session.style.steps_per_beat);
    let from = bar.begin_beats + f64::from(1 + rng.below(bar.beats * steps - 1)) / f64::from(steps);
    for note in session.ask(player, 2, bar.begin_beats).iter().filter(|note| note.begin_beats < from) {
        session.context.commit(part, *note);
    }
    let mut at = from - 0.6 * f64::from(rng.unit());
    let mut origin = Origin::Heard;
    while at < bar.end_beats() + 1.0 {
        let chord = Chord::new(rng.below(12) as u8, Quality::at(rng.below(32) as usize));
        session.chords.push(at, chord, origin, 1.0);
        (at, origin) = ((at + 0.5).ceil() + f64::from(rng.below(3)), Origin::Foreseen);
    }
    (session, 2, from)
}
