//! The band as the window shows it, and as the parameters set it.

mod picture;

pub use crate::band::form::{Cue, Side};
pub use crate::band::plan::Mark;
pub use crate::band::{LadderFigures, Laya, Order as BandOrder, Origin, Part, PartMode, Role, Rung, STYLES, StyleId};
pub(super) use picture::picture;

use crate::band::{MODES, ModeId, Settings, Taste};
use crate::engine::params::{ParamId, ParamValues, PartParam};

/// Bars that are remembered for the account of where they came from.
pub const BAR_HISTORY: usize = 32;

/// Beats in a bar of a style, by its place in the choices of [`ParamId::BandStyle`].
#[must_use]
pub fn style_beats_per_bar(style: usize) -> u32 {
    STYLES.get(style).map_or(4, |style| style.beats_per_bar)
}

/// A bar of the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandBar {
    /// Counts from the band's first, from 0.
    pub index: i64,
    /// Where it begins, in beats of the transport.
    pub begin_beats: f64,
    /// Its beats.
    pub beats: u32,
    /// What it is.
    pub role: Role,
    /// The variation, 0 (A) to 3 (D).
    pub variation: u8,
    /// Whose turn it is, where turns are taken.
    pub side: Side,
    /// Where each part's notes came from; `None` where the part rests.
    pub rungs: [Option<Rung>; Part::COUNT],
}

/// A note of the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandNoteView {
    /// Names it in orders.
    pub id: u32,
    /// Where it begins, in beats of the transport.
    pub begin_beats: f64,
    /// How long it sounds, in beats.
    pub length_beats: f64,
    /// MIDI key.
    pub key: u8,
    /// 1 to 127.
    pub velocity: u8,
    /// What the player said of it.
    pub mark: Mark,
}

/// A chord of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct BandChord {
    /// From where, in beats of the transport.
    pub begin_beats: f64,
    /// Up to where; infinite for the last.
    pub end_beats: f64,
    /// "Dm7".
    pub name: String,
    /// How it is known.
    pub origin: Origin,
    /// 0 to 1.
    pub confidence: f32,
}

/// A chord that may come instead, to be asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternate {
    /// "Em7".
    pub name: String,
    /// 0 to 1.
    pub share: f32,
    /// What to ask for.
    pub order: BandOrder,
}

/// How a chord of the player was answered, in milliseconds: the last one's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AnswerView {
    /// From its first key until the ear knew it.
    pub hear_ms: f32,
    /// From then until the first note that follows it.
    pub commit_ms: f32,
}

/// The band, on the transport's beats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BandView {
    /// Where the transport stood when this was drawn; the snapshot's own place is newer.
    pub now_beats: f64,
    /// Beats in a bar.
    pub beats_per_bar: u32,
    /// A bar line.
    pub origin_beats: f64,
    /// Notes that begin before it can no longer be changed; minus infinity while the music stands.
    pub committed_beats: f64,
    /// The bars of the plan, at least [`BAR_HISTORY`] past ones among them where so many were played.
    pub bars: Vec<BandBar>,
    /// The notes of each part, by their begin, past ones among them.
    pub notes: [Vec<BandNoteView>; Part::COUNT],
    /// The MIDI key nearest to middle Sa, while a raga is played.
    pub sa_key: Option<u8>,
    /// What the player played: begin, length in beats (infinite while held), key and velocity.
    pub player: Vec<(f64, f64, u8, u8)>,
    /// The chords, past ones among them.
    pub chords: Vec<BandChord>,
    /// What may come instead of the next chord.
    pub alternates: Vec<Alternate>,
    /// Whether each part is the player's own at present.
    pub is_players: [bool; Part::COUNT],
    /// The variation that plays or comes next, 0 (A) to 3 (D).
    pub variation: u8,
    /// Whether the last bar is planned.
    pub is_ending: bool,
    /// Whether the band waits for the player's beat to join in.
    pub is_waiting: bool,
    /// How the last change of chord was answered.
    pub answer: Option<AnswerView>,
    /// How the models did.
    pub ladder: LadderFigures,
    /// How much the models are surprised by what the player plays, in nats a note; `None` where none listens.
    pub surprise: Option<f32>,
}

/// The band's settings as the parameters have them.
#[must_use]
pub fn settings_of(values: &ParamValues) -> Settings {
    let choice = |id: ParamId| values.get(id) as usize;
    let taste = |part: Part| {
        let value = |param| values.get(ParamId::part(part as usize, param));
        let mode = match value(PartParam::Mode) as u8 {
            _ if !values.is_on(ParamId::BandOn) => PartMode::Off,
            0 => PartMode::Auto,
            1 => PartMode::Follow,
            _ => PartMode::Off,
        };
        Taste {
            mode,
            complexity: value(PartParam::Complexity),
            intensity: value(PartParam::Intensity),
            range: (value(PartParam::Low) as u8, value(PartParam::High) as u8),
            temperature: values.get(ParamId::BandTemperature),
        }
    };
    let swing = values.get(ParamId::BandSwing);
    Settings {
        mode: MODES.get(choice(ParamId::BandMode)).map_or(ModeId::Groove, |mode| mode.id),
        style: STYLES.get(choice(ParamId::BandStyle)).map_or(StyleId::Rock, |style| style.id),
        tastes: Part::ALL.map(taste),
        swing: (!values.is_on(ParamId::BandSwingOwn)).then_some(swing),
        fills: values.get(ParamId::BandFills),
        fill_every: [0, 2, 4, 8, 16][choice(ParamId::BandFillEvery).min(4)],
        commit_beats: f64::from(values.get(ParamId::BandCommit)) / 4.0,
        horizon_beats: values.get(ParamId::BandHorizon).into(),
        trade_bars: [0, 1, 2, 4, 8][choice(ParamId::BandTrade).min(4)],
        yields: values.is_on(ParamId::BandYields),
        best: [Rung::Rules, Rung::Cached, Rung::Large][choice(ParamId::BandPlayers).min(2)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::params::Unit;

    #[test]
    fn fresh_parameters_are_the_bands_own_defaults_and_choices_carry_its_names() {
        let settings = settings_of(&ParamValues::default());
        assert_eq!(settings, settings.bounded());
        for part in Part::ALL {
            assert_eq!(settings.tastes[part as usize].range, part.range(), "{part:?}");
            assert_eq!(ParamId::part(part as usize, PartParam::Mode).spec().key, format!("band.{}.mode", part.key()));
        }
        let names = |id: ParamId| match id.spec().unit {
            Unit::Choice(names) => names.to_vec(),
            _ => Vec::new(),
        };
        assert_eq!(names(ParamId::BandStyle), STYLES.each_ref().map(|style| style.name));
        assert_eq!(names(ParamId::BandMode), MODES.each_ref().map(|mode| mode.name));
        for (id, count) in
            [(ParamId::BandFillEvery, 5), (ParamId::BandTrade, 5), (ParamId::BandStart, 3), (ParamId::BandPlayers, 3)]
        {
            assert_eq!(names(id).len(), count);
        }
    }

    #[test]
    fn a_band_that_is_off_rests_in_every_part() {
        let mut values = ParamValues::default();
        values.set(ParamId::BandOn, 0.0);
        assert!(settings_of(&values).tastes.iter().all(|taste| taste.mode == PartMode::Off));
        values.set(ParamId::BandOn, 1.0);
        values.set(ParamId::part(Part::Keys as usize, PartParam::Mode), 1.0);
        assert_eq!(settings_of(&values).tastes[Part::Keys as usize].mode, PartMode::Follow);
    }
}
