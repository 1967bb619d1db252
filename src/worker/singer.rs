//! One who sings, or plays an instrument into the microphone: what the band is told of it where it answers in a raga.
//!
//! Whether somebody sings is known at once, from the line of the pitch; which notes, some tenths of a second later, and as
//! swaras of the raga. What the band's own lead may have sounded is nobody's: it comes back through the microphone.

use crate::band::{Note, Playing, RagaSetting};
use crate::base::keep_newest;
use crate::ear::pitch::{PitchFrame, SungNote};
use crate::theory::raga::{Grammar, just_cents};
use std::collections::VecDeque;

/// Every threshold, with its reason.
pub(super) mod tuning {
    /// A pitch belongs to the swara that it is nearest to, within so many cents: more is on the way between two.
    pub const SWARA_CENTS: f64 = 60.0;
    /// A note that swings wider than this, in cents, is known by what it swings around, and belongs to the nearest swara of
    /// the raga that its swing reaches.
    pub const SWING_CENTS: f64 = 100.0;
    /// Notes shorter than this, in seconds, are the voice on its way.
    pub const LEAST_SECS: f64 = 0.08;
    /// Of the frames of a note, so many must be somebody's for it to be theirs.
    pub const SHARE: f32 = 0.5;
    /// Somebody sings who has sung for so long without a pause, seconds: shorter sounds are strokes and knocks.
    pub const BEGIN_SECS: f64 = 0.1;
    /// A pause up to this is a consonant, seconds.
    pub const HOLD_SECS: f64 = 0.08;
    /// A pause of so long ends a phrase, seconds: what keys played at a common pace are given, and longer than what the last
    /// note takes to be known.
    pub const REST_SECS: f64 = 0.5;
    /// A line that has not come for so long is over, seconds: the microphone went away.
    pub const LOST_SECS: f64 = 1.0;
    /// What was sung tells how full and how loud it is for so long, seconds.
    pub const PRESENT_SECS: f64 = 4.0;
    /// Frames of the line that are kept: five seconds, a long note.
    pub const FRAMES: usize = 1024;
    /// Notes that are kept to count them.
    pub const NOTES: usize = 64;
    /// Semitones over Sa that are sung: lower Sa to the Pa over the upper Sa. What begins beyond is moved by octaves.
    pub const RANGE: (i16, i16) = (-12, 19);
    /// The velocity of a note of mean level, what a dB more adds to it, and between what it stays.
    pub const VELOCITY: f32 = 80.0;
    pub const VELOCITY_PER_DB: f32 = 2.5;
    pub const VELOCITIES: (f32, f32) = (40.0, 115.0);
    /// How fast the mean level follows, a note.
    pub const LEVEL_SHARE: f32 = 0.1;
    /// What is so many dB weaker than what was sung is what the room gives back, and no more after some time, by so many dB
    /// a second: a singer may step back.
    pub const FAINT_DB: f32 = 20.0;
    pub const FORGET_DB: f64 = 0.25;
    /// The lead's sound and what is sung are apart from so many seconds on, before and after: rooms ring.
    pub const RING_SECS: f64 = 0.15;
    /// What is within so many cents of the lead, in any octave, may be the lead.
    pub const LEAD_CENTS: f64 = 60.0;
}

/// What was heard of a voice, in seconds of the mate's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sung {
    /// The pitch now, none where nobody sings.
    Frame(PitchFrame),
    /// A note that has ended.
    Note(SungNote),
}

impl Sung {
    /// The same so many seconds earlier.
    #[must_use]
    pub fn earlier(self, secs: f64) -> Self {
        match self {
            Self::Frame(frame) => Self::Frame(PitchFrame { at_secs: frame.at_secs - secs, ..frame }),
            Self::Note(note) => {
                Self::Note(SungNote { begin_secs: note.begin_secs - secs, end_secs: note.end_secs - secs, ..note })
            }
        }
    }
}

/// Makes notes of the band's of what is sung. `new` allocates; nothing else does.
#[derive(Debug)]
pub struct Singer {
    raga: Grammar,
    sa_hz: f32,
    sa_key: u8,
    /// When each frame was and whether it is somebody's.
    frames: VecDeque<(f64, bool)>,
    /// The line up to its newest frame, when it was somebody's last, and since when without a pause.
    newest_secs: f64,
    last_secs: f64,
    since_secs: f64,
    /// When somebody sang last, for long enough to be somebody.
    sounded_secs: f64,
    is_singing: bool,
    /// When the last notes were known, and the loudness of each.
    notes: VecDeque<(f64, f32)>,
    mean_db: Option<f32>,
    ended_secs: f64,
    /// What the phrase is moved by, semitones.
    moved: i16,
}

impl Singer {
    /// One who sings in this raga, on this Sa.
    #[must_use]
    pub fn new(setting: &RagaSetting) -> Self {
        let long_ago = f64::NEG_INFINITY;
        Self {
            raga: Grammar::of(&setting.raga),
            sa_hz: setting.sa_hz.max(1.0),
            sa_key: setting.sa_key().0,
            frames: VecDeque::with_capacity(tuning::FRAMES),
            newest_secs: long_ago,
            last_secs: long_ago,
            since_secs: long_ago,
            sounded_secs: long_ago,
            is_singing: false,
            notes: VecDeque::with_capacity(tuning::NOTES),
            mean_db: None,
            ended_secs: long_ago,
            moved: 0,
        }
    }

    /// Another raga or Sa; who sings goes on. Allocates.
    pub fn set_raga(&mut self, setting: &RagaSetting) {
        (self.raga, self.sa_hz, self.sa_key) = (Grammar::of(&setting.raga), setting.sa_hz.max(1.0), setting.sa_key().0);
    }

    /// Nobody sings any more: somebody plays on keys instead.
    pub fn hush(&mut self) {
        self.frames.clear();
        self.notes.clear();
        self.is_singing = false;
        (self.last_secs, self.sounded_secs) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    }

    /// A pitch in cents over Sa.
    #[must_use]
    pub fn cents(&self, hz: f32) -> f64 {
        1200.0 * f64::from(hz.max(1.0) / self.sa_hz).log2()
    }

    /// The line goes on; `is_own` says that the frame may be the lead's.
    pub fn hear(&mut self, frame: &PitchFrame, is_own: bool) {
        let at_secs = frame.at_secs;
        let is_sung = frame.hz.is_some() && !is_own && !self.is_faint(at_secs, frame.level_db);
        keep_newest(&mut self.frames, tuning::FRAMES, (at_secs, is_sung));
        self.newest_secs = at_secs;
        if is_sung {
            if at_secs - self.last_secs > tuning::HOLD_SECS {
                self.since_secs = at_secs;
            }
            self.last_secs = at_secs;
            if at_secs - self.since_secs >= tuning::BEGIN_SECS {
                (self.sounded_secs, self.is_singing) = (at_secs, true);
            }
        } else if at_secs - self.sounded_secs >= tuning::REST_SECS {
            self.is_singing = false;
        }
    }

    /// The note that the band is told, its times in seconds; `None` for what is no note of the raga, or nobody's.
    pub fn note(&mut self, sung: &SungNote) -> Option<Note> {
        let span = sung.begin_secs..=sung.end_secs;
        let length_secs = sung.end_secs - sung.begin_secs;
        let frames = self.frames.iter().filter(|(at, _)| span.contains(at));
        let (count, own) = frames.fold((0, 0), |(all, own), (_, is)| (all + 1, own + u32::from(*is)));
        let is_faint = self.is_faint(sung.end_secs, sung.level_db);
        let is_somebodys = own > 0 && own as f32 >= tuning::SHARE * count as f32 && !is_faint;
        if sung.is_glide || length_secs < tuning::LEAST_SECS || !is_somebodys {
            return None;
        }
        let semitones = self.swara(self.cents(sung.median_hz), f64::from(sung.spread_cents))?;
        if sung.begin_secs - self.ended_secs >= tuning::REST_SECS {
            self.moved = octaves_into(semitones, tuning::RANGE);
        }
        self.ended_secs = sung.end_secs;
        let mean_db = *self.mean_db.get_or_insert(sung.level_db);
        self.mean_db = Some(mean_db + tuning::LEVEL_SHARE * (sung.level_db - mean_db));
        let velocity = tuning::VELOCITY + tuning::VELOCITY_PER_DB * (sung.level_db - mean_db);
        let velocity = velocity.clamp(tuning::VELOCITIES.0, tuning::VELOCITIES.1);
        keep_newest(&mut self.notes, tuning::NOTES, (sung.end_secs, velocity / 127.0));
        let key = (i16::from(self.sa_key) + semitones + self.moved).clamp(0, 127) as u8;
        Some(Note { begin_beats: sung.begin_secs, length_beats: length_secs, key, velocity: velocity as u8 })
    }

    /// Whether a level is too weak to be that of who sang last.
    fn is_faint(&self, at_secs: f64, level_db: f32) -> bool {
        let forgotten_db = (tuning::FORGET_DB * (at_secs - self.ended_secs).max(0.0)) as f32;
        self.mean_db.is_some_and(|mean_db| level_db < mean_db - tuning::FAINT_DB - forgotten_db)
    }

    /// The swara of the raga that a pitch is, in semitones over Sa.
    fn swara(&self, cents: f64, spread_cents: f64) -> Option<i16> {
        let semitones = |at: i16| (at, 1200.0 * f64::from(at.div_euclid(12)) + just_cents(at.rem_euclid(12) as u8));
        let near = (cents / 100.0).round() as i16;
        let nearest = |all: &mut dyn Iterator<Item = i16>| {
            let away = all.map(semitones).map(|(at, target)| (at, (target - cents).abs()));
            away.min_by(|a, b| a.1.total_cmp(&b.1))
        };
        let has = |at: &i16| self.raga.has(at.rem_euclid(12) as u8);
        if spread_cents > tuning::SWING_CENTS {
            let reach = spread_cents / 2.0;
            return nearest(&mut (near - 3..=near + 3).filter(has))
                .filter(|(_, away)| *away <= reach)
                .map(|(at, _)| at);
        }
        let nearest = nearest(&mut (near - 1..=near + 1)).filter(|(_, away)| *away <= tuning::SWARA_CENTS)?.0;
        has(&nearest).then_some(nearest)
    }

    /// How it is sung; `None` where nobody has sung lately.
    #[must_use]
    pub fn playing(&self, now_secs: f64, beats_per_sec: f64) -> Option<Playing> {
        let silent_secs = now_secs - self.sounded_secs;
        if silent_secs > tuning::PRESENT_SECS + tuning::REST_SECS {
            return None;
        }
        let lately = self.notes.iter().filter(|(at, _)| now_secs - at <= tuning::PRESENT_SECS);
        let (count, sum) = lately.fold((0.0, 0.0), |(count, sum), (_, loudness)| (count + 1.0, sum + loudness));
        let is_playing = self.is_singing && now_secs - self.newest_secs < tuning::LOST_SECS;
        Some(Playing {
            notes_per_beat: (f64::from(count) / tuning::PRESENT_SECS / beats_per_sec.max(0.1)) as f32,
            loudness: if count > 0.0 { sum / count } else { tuning::VELOCITY / 127.0 },
            is_playing,
            rest_beats: if is_playing { 0.0 } else { silent_secs.max(0.0) * beats_per_sec },
            ..Playing::default()
        })
    }
}

/// The octaves, in semitones, that bring a note into a range of one octave at least.
fn octaves_into(semitones: i16, (low, high): (i16, i16)) -> i16 {
    let up = (low - semitones).max(0) + 11;
    let down = (semitones - high).max(0) + 11;
    up / 12 * 12 - down / 12 * 12
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::raga::tables;

    const SA_HZ: f32 = 146.8;
    const LEVEL_DB: f32 = -20.0;

    fn singer(raga: &str) -> Singer {
        let raga = tables().ragas.find(raga, None).expect(raga).clone();
        Singer::new(&RagaSetting { raga, sa_hz: SA_HZ, ..RagaSetting::default() })
    }

    /// Sings a pitch for a time and tells what is made of it.
    fn sing(singer: &mut Singer, begin_secs: f64, secs: f64, cents: f64, spread_cents: f32) -> Option<Note> {
        let hz = SA_HZ * (cents / 1200.0).exp2() as f32;
        for n in 0..(secs / 0.005) as u32 {
            let at_secs = begin_secs + 0.005 * f64::from(n);
            let frame =
                PitchFrame { at_secs, hz: Some(hz), is_voiced: true, level_db: LEVEL_DB, ..PitchFrame::default() };
            singer.hear(&frame, false);
        }
        let end_secs = begin_secs + secs;
        singer.note(&SungNote {
            begin_secs,
            end_secs,
            median_hz: hz,
            spread_cents,
            level_db: LEVEL_DB,
            ..SungNote::default()
        })
    }

    #[test]
    fn pitches_are_the_swaras_of_the_raga_and_others_are_left_out() {
        let mut yaman = singer("Yaman");
        let wanted = [
            (0.0, Some(62)),
            (45.0, Some(62)),
            (386.0, Some(66)),
            (590.0, Some(68)),
            (498.0, None),
            (112.0, None),
            (1200.0, Some(74)),
            (-112.0, Some(61)),
            (-702.0, None),
        ];
        for (at, (cents, key)) in wanted.into_iter().enumerate() {
            let note = sing(&mut yaman, at as f64, 0.4, cents, 15.0);
            assert_eq!(note.map(|note| note.key), key, "{cents}");
        }
        // A kampita of Ga around a place between two swaras.
        let mut todi = singer("Hanumatodi");
        assert_eq!(sing(&mut todi, 0.0, 0.6, 250.0, 20.0).map(|note| note.key), None);
        assert_eq!(sing(&mut todi, 2.0, 0.6, 250.0, 200.0).map(|note| note.key), Some(65));
    }

    #[test]
    fn a_phrase_is_sung_until_half_a_second_after_it_and_shorter_sounds_are_none() {
        let mut yaman = singer("Yaman");
        let is_playing = |singer: &Singer, at: f64| singer.playing(at, 1.0).map(|playing| playing.is_playing);
        assert_eq!(is_playing(&yaman, 0.0), None);
        assert_eq!(sing(&mut yaman, 1.0, 0.06, 0.0, 10.0), None);
        assert_eq!(is_playing(&yaman, 1.06), None, "a knock");
        assert!(sing(&mut yaman, 2.0, 1.0, 204.0, 10.0).is_some_and(|note| note.key == 64));
        let mut rest = |from: f64, secs: f64| {
            (0..(secs / 0.005) as u32).for_each(|n| {
                yaman.hear(&PitchFrame { at_secs: from + 0.005 * f64::from(n), ..PitchFrame::default() }, false);
            });
            is_playing(&yaman, from + secs)
        };
        assert_eq!((rest(3.0, 0.4), rest(3.4, 0.2)), (Some(true), Some(false)));
        assert_eq!(rest(3.6, 6.0), None);
    }

    #[test]
    fn what_the_lead_may_have_sounded_is_nobodys() {
        let mut yaman = singer("Yaman");
        for n in 0..200 {
            let at_secs = 0.005 * f64::from(n);
            yaman.hear(&PitchFrame { at_secs, hz: Some(SA_HZ), is_voiced: true, ..PitchFrame::default() }, true);
        }
        let note = SungNote { end_secs: 1.0, median_hz: SA_HZ, ..SungNote::default() };
        assert_eq!((yaman.note(&note), yaman.playing(1.0, 1.0)), (None, None));
    }

    #[test]
    fn what_is_far_weaker_than_the_singer_is_the_room() {
        let mut yaman = singer("Yaman");
        assert!(sing(&mut yaman, 0.0, 0.5, 0.0, 9.0).is_some());
        assert!(yaman.is_faint(1.0, LEVEL_DB - 22.0) && !yaman.is_faint(1.0, LEVEL_DB - 15.0));
        assert!(!yaman.is_faint(20.0, LEVEL_DB - 22.0), "a singer may step back");
    }

    #[test]
    fn who_plays_octaves_above_is_moved_by_whole_ones_for_a_whole_phrase() {
        let mut yaman = singer("Yaman");
        let keys = [2400.0, 2400.0 + 204.0, 2400.0 - 112.0];
        let keys: Vec<_> =
            keys.iter().enumerate().map(|(n, cents)| sing(&mut yaman, 0.5 * n as f64, 0.45, *cents, 9.0)).collect();
        assert_eq!(keys.iter().map(|note| note.map(|note| note.key)).collect::<Vec<_>>(), [74, 76, 73].map(Some));
        assert_eq!([-13, -12, 0, 19, 20, 33].map(|note| octaves_into(note, tuning::RANGE)), [12, 0, 0, 0, -12, -24]);
    }
}
