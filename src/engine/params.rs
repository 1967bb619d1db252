//! Every parameter of the engine, in one table: settings, MIDI learn, the window, the documentation and
//! the tests all read it.

use crate::base::Bus;
use crate::base::limits::{BUSES, EQ_BANDS, MACROS, TEMPO_BPM_MAX, TEMPO_BPM_MIN};
use crate::instrument::PatchId;

/// What a value is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A bare number.
    None,
    /// Decibels.
    Db,
    /// Hertz.
    Hz,
    /// Seconds.
    Secs,
    /// Beats per minute.
    Bpm,
    /// A share, shown in per cent; the value runs from 0 to 1.
    Percent,
    /// Left (-1) to right (1).
    Pan,
    /// Sixteenth notes.
    Sixteenths,
    /// Beats.
    Beats,
    /// Quarters of a beat.
    QuarterBeats,
    /// Bars.
    Bars,
    /// Off (0) or on (1).
    Switch,
    /// One of a few named choices, by index.
    Choice(&'static [&'static str]),
}

/// How a control moves through the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taper {
    /// In equal steps.
    Linear,
    /// In equal ratios; the minimum is above zero.
    Log,
    /// Whole numbers only.
    Steps,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamSpec {
    /// Which parameter.
    pub id: ParamId,
    /// The stable name, as in settings and journals.
    pub key: &'static str,
    /// What people read.
    pub label: &'static str,
    /// What the value is measured in.
    pub unit: Unit,
    /// The smallest value.
    pub min: f32,
    /// The largest value.
    pub max: f32,
    /// How a control moves through the range.
    pub taper: Taper,
    /// The value of a fresh engine.
    pub default: f32,
}

macro_rules! params {
    ($($id:ident $key:literal $label:literal $unit:expr, $taper:ident, $min:expr, $max:expr, $default:expr;)*) => {
        /// The name of a parameter; its number is its row in [`PARAMS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        #[allow(missing_docs, reason = "the table below says what each one is")]
        pub enum ParamId { $($id,)* }

        /// How many parameters there are.
        pub const PARAM_COUNT: usize = [$($key,)*].len();

        /// All parameters, in the order of [`ParamId`].
        pub static PARAMS: [ParamSpec; PARAM_COUNT] = [$(ParamSpec {
            id: ParamId::$id, key: $key, label: $label, unit: $unit, min: $min, max: $max,
            taper: Taper::$taper, default: $default,
        },)*];
    };
}

const BAND_MODES: &[&str] = &["Groove", "Trade", "Drift", "Raga"];
const BAND_STYLES: &[&str] = &[
    "Rock",
    "Pop ballad",
    "Funk",
    "Soul",
    "Hip-hop",
    "Disco",
    "Bossa nova",
    "Samba",
    "Swing",
    "Swing, up",
    "Ballad with brushes",
    "Reggae",
    "Afrobeat",
    "Jazz waltz",
    "6/8",
];
const BAND_STARTS: &[&str] = &["With Play", "With my first note", "When it hears my beat"];
const BAND_FILLS: &[&str] = &["No fills", "Every 2 bars", "Every 4 bars", "Every 8 bars", "Every 16 bars"];
const BAND_PLAYERS: &[&str] = &["Rules", "Patterns", "Models"];
const BAND_TRADES: &[&str] = &["By hand", "1 bar", "2 bars", "4 bars", "8 bars"];
const TANPURA_FIRST: &[&str] = &["P", "M", "N", "n", "D"];
const PART_MODES: &[&str] = &["Auto", "Follow me", "Off"];
const VELOCITY_CURVES: &[&str] = &["Soft", "As played", "Hard", "Fixed"];

params! {
    MasterGain "master.gain" "Output" Unit::Db, Linear, -60.0, 6.0, 0.0;
    TuningHz "tuning.a4" "A4" Unit::Hz, Linear, 400.0, 480.0, 440.0;
    VelocityCurve "keys.velocity" "Velocity" Unit::Choice(VELOCITY_CURVES), Steps, 0.0, 3.0, 1.0;
    Tempo "transport.tempo" "Tempo" Unit::Bpm, Linear, TEMPO_BPM_MIN as f32, TEMPO_BPM_MAX as f32, 120.0;
    BeatsPerBar "transport.beats" "Beats in a bar" Unit::None, Steps, 1.0, 16.0, 4.0;
    CountInBars "transport.count_in" "Count-in" Unit::Bars, Steps, 0.0, 4.0, 0.0;
    ClickOn "click.on" "Metronome" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    Macro1 "macro.1" "Macro 1" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    Macro2 "macro.2" "Macro 2" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    Macro3 "macro.3" "Macro 3" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    Macro4 "macro.4" "Macro 4" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    Macro5 "macro.5" "Macro 5" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    Macro6 "macro.6" "Macro 6" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    Eq1Freq "eq.1.freq" "Band 1 frequency" Unit::Hz, Log, 20.0, 20_000.0, 60.0;
    Eq1Gain "eq.1.gain" "Band 1 gain" Unit::Db, Linear, -18.0, 18.0, 0.0;
    Eq1Q "eq.1.q" "Band 1 Q" Unit::None, Log, 0.1, 10.0, 0.7;
    Eq2Freq "eq.2.freq" "Band 2 frequency" Unit::Hz, Log, 20.0, 20_000.0, 320.0;
    Eq2Gain "eq.2.gain" "Band 2 gain" Unit::Db, Linear, -18.0, 18.0, 0.0;
    Eq2Q "eq.2.q" "Band 2 Q" Unit::None, Log, 0.1, 10.0, 1.0;
    Eq3Freq "eq.3.freq" "Band 3 frequency" Unit::Hz, Log, 20.0, 20_000.0, 1_800.0;
    Eq3Gain "eq.3.gain" "Band 3 gain" Unit::Db, Linear, -18.0, 18.0, 0.0;
    Eq3Q "eq.3.q" "Band 3 Q" Unit::None, Log, 0.1, 10.0, 1.0;
    Eq4Freq "eq.4.freq" "Band 4 frequency" Unit::Hz, Log, 20.0, 20_000.0, 9_500.0;
    Eq4Gain "eq.4.gain" "Band 4 gain" Unit::Db, Linear, -18.0, 18.0, 0.0;
    Eq4Q "eq.4.q" "Band 4 Q" Unit::None, Log, 0.1, 10.0, 0.7;
    ReverbOn "reverb.on" "Reverb" Unit::Switch, Steps, 0.0, 1.0, 1.0;
    ReverbSize "reverb.size" "Size" Unit::Secs, Log, 0.3, 8.0, 1.6;
    ReverbDamp "reverb.damp" "Damp" Unit::Hz, Log, 500.0, 16_000.0, 5_200.0;
    ReverbMix "reverb.mix" "Mix" Unit::Percent, Linear, 0.0, 1.0, 0.18;
    DelayOn "delay.on" "Delay" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    DelayTime "delay.time" "Time" Unit::Sixteenths, Steps, 1.0, 16.0, 3.0;
    DelayRepeats "delay.repeats" "Repeats" Unit::Percent, Linear, 0.0, 0.95, 0.28;
    DelayMix "delay.mix" "Mix" Unit::Percent, Linear, 0.0, 1.0, 0.14;
    ChorusOn "chorus.on" "Chorus" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    ChorusRate "chorus.rate" "Rate" Unit::Hz, Log, 0.05, 8.0, 0.6;
    ChorusDepth "chorus.depth" "Depth" Unit::Percent, Linear, 0.0, 1.0, 0.3;
    ChorusMix "chorus.mix" "Mix" Unit::Percent, Linear, 0.0, 1.0, 0.35;
    TanpuraOn "tanpura.on" "Tanpura" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    TanpuraSa "tanpura.sa" "Sa" Unit::Hz, Log, 60.0, 480.0, 138.6;
    TanpuraFirst "tanpura.first" "First string" Unit::Choice(TANPURA_FIRST), Steps, 0.0, 4.0, 0.0;
    TanpuraPace "tanpura.pace" "Strings a minute" Unit::None, Steps, 20.0, 80.0, 48.0;
    TanpuraJawari "tanpura.jawari" "Jawari" Unit::Percent, Linear, 0.0, 1.0, 0.6;
    BandOn "band.on" "Band" Unit::Switch, Steps, 0.0, 1.0, 1.0;
    BandMode "band.mode" "Mode" Unit::Choice(BAND_MODES), Steps, 0.0, 3.0, 0.0;
    BandStyle "band.style" "Style" Unit::Choice(BAND_STYLES), Steps, 0.0, 14.0, 0.0;
    BandStart "band.start" "Begins" Unit::Choice(BAND_STARTS), Steps, 0.0, 2.0, 0.0;
    BandSwingOwn "band.swing_own" "Swing of the style" Unit::Switch, Steps, 0.0, 1.0, 1.0;
    BandSwing "band.swing" "Swing" Unit::Percent, Linear, 0.5, 0.75, 0.54;
    BandFills "band.fills" "Fills" Unit::Percent, Linear, 0.0, 1.0, 0.4;
    BandFillEvery "band.fill_every" "Fill" Unit::Choice(BAND_FILLS), Steps, 0.0, 4.0, 3.0;
    BandCommit "band.commit" "Commit" Unit::QuarterBeats, Steps, 1.0, 16.0, 4.0;
    BandHorizon "band.horizon" "Look ahead" Unit::Beats, Steps, 4.0, 32.0, 8.0;
    BandTrade "band.trade" "Trade" Unit::Choice(BAND_TRADES), Steps, 0.0, 4.0, 3.0;
    BandYields "band.yields" "Leave me my part" Unit::Switch, Steps, 0.0, 1.0, 1.0;
    BandPlayers "band.players" "Players" Unit::Choice(BAND_PLAYERS), Steps, 0.0, 2.0, 2.0;
    BandTemperature "band.boldness" "Boldness" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    DrumsMode "band.drums.mode" "Drums" Unit::Choice(PART_MODES), Steps, 0.0, 2.0, 0.0;
    DrumsComplexity "band.drums.complexity" "Complexity" Unit::Percent, Linear, 0.0, 1.0, 0.4;
    DrumsIntensity "band.drums.intensity" "Intensity" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    DrumsLow "band.drums.low" "Lowest key" Unit::None, Steps, 0.0, 115.0, 35.0;
    DrumsHigh "band.drums.high" "Highest key" Unit::None, Steps, 12.0, 127.0, 81.0;
    BassMode "band.bass.mode" "Bass" Unit::Choice(PART_MODES), Steps, 0.0, 2.0, 0.0;
    BassComplexity "band.bass.complexity" "Complexity" Unit::Percent, Linear, 0.0, 1.0, 0.35;
    BassIntensity "band.bass.intensity" "Intensity" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    BassLow "band.bass.low" "Lowest key" Unit::None, Steps, 0.0, 115.0, 28.0;
    BassHigh "band.bass.high" "Highest key" Unit::None, Steps, 12.0, 127.0, 52.0;
    KeysMode "band.keys.mode" "Keys" Unit::Choice(PART_MODES), Steps, 0.0, 2.0, 0.0;
    KeysComplexity "band.keys.complexity" "Complexity" Unit::Percent, Linear, 0.0, 1.0, 0.45;
    KeysIntensity "band.keys.intensity" "Intensity" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    KeysLow "band.keys.low" "Lowest key" Unit::None, Steps, 0.0, 115.0, 48.0;
    KeysHigh "band.keys.high" "Highest key" Unit::None, Steps, 12.0, 127.0, 79.0;
    LeadMode "band.lead.mode" "Lead" Unit::Choice(PART_MODES), Steps, 0.0, 2.0, 0.0;
    LeadComplexity "band.lead.complexity" "Complexity" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    LeadIntensity "band.lead.intensity" "Intensity" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    LeadLow "band.lead.low" "Lowest key" Unit::None, Steps, 0.0, 115.0, 60.0;
    LeadHigh "band.lead.high" "Highest key" Unit::None, Steps, 12.0, 127.0, 91.0;
    YouGain "bus.you.gain" "Volume" Unit::Db, Linear, -60.0, 12.0, 0.0;
    YouPan "bus.you.pan" "Pan" Unit::Pan, Linear, -1.0, 1.0, 0.0;
    YouMute "bus.you.mute" "Mute" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    YouSolo "bus.you.solo" "Solo" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    YouReverb "bus.you.reverb" "To reverb" Unit::Percent, Linear, 0.0, 1.0, 1.0;
    DrumsGain "bus.drums.gain" "Volume" Unit::Db, Linear, -60.0, 12.0, -4.0;
    DrumsPan "bus.drums.pan" "Pan" Unit::Pan, Linear, -1.0, 1.0, 0.0;
    DrumsMute "bus.drums.mute" "Mute" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    DrumsSolo "bus.drums.solo" "Solo" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    DrumsReverb "bus.drums.reverb" "To reverb" Unit::Percent, Linear, 0.0, 1.0, 0.35;
    BassGain "bus.bass.gain" "Volume" Unit::Db, Linear, -60.0, 12.0, -3.0;
    BassPan "bus.bass.pan" "Pan" Unit::Pan, Linear, -1.0, 1.0, 0.0;
    BassMute "bus.bass.mute" "Mute" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    BassSolo "bus.bass.solo" "Solo" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    BassReverb "bus.bass.reverb" "To reverb" Unit::Percent, Linear, 0.0, 1.0, 0.1;
    KeysGain "bus.keys.gain" "Volume" Unit::Db, Linear, -60.0, 12.0, -6.0;
    KeysPan "bus.keys.pan" "Pan" Unit::Pan, Linear, -1.0, 1.0, 0.0;
    KeysMute "bus.keys.mute" "Mute" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    KeysSolo "bus.keys.solo" "Solo" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    KeysReverb "bus.keys.reverb" "To reverb" Unit::Percent, Linear, 0.0, 1.0, 0.7;
    LeadGain "bus.lead.gain" "Volume" Unit::Db, Linear, -60.0, 12.0, -5.0;
    LeadPan "bus.lead.pan" "Pan" Unit::Pan, Linear, -1.0, 1.0, 0.0;
    LeadMute "bus.lead.mute" "Mute" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    LeadSolo "bus.lead.solo" "Solo" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    LeadReverb "bus.lead.reverb" "To reverb" Unit::Percent, Linear, 0.0, 1.0, 0.8;
    DroneGain "bus.drone.gain" "Volume" Unit::Db, Linear, -60.0, 12.0, -9.0;
    DronePan "bus.drone.pan" "Pan" Unit::Pan, Linear, -1.0, 1.0, 0.0;
    DroneMute "bus.drone.mute" "Mute" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    DroneSolo "bus.drone.solo" "Solo" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    DroneReverb "bus.drone.reverb" "To reverb" Unit::Percent, Linear, 0.0, 1.0, 0.5;
    ClickGain "bus.click.gain" "Volume" Unit::Db, Linear, -60.0, 12.0, 0.0;
    ClickPan "bus.click.pan" "Pan" Unit::Pan, Linear, -1.0, 1.0, 0.0;
    ClickMute "bus.click.mute" "Mute" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    ClickSolo "bus.click.solo" "Solo" Unit::Switch, Steps, 0.0, 1.0, 0.0;
    ClickReverb "bus.click.reverb" "To reverb" Unit::Percent, Linear, 0.0, 1.0, 0.0;
}

/// What a part of the band has, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum PartParam {
    /// Auto, follow me or off.
    Mode,
    /// How much happens.
    Complexity,
    /// How hard it is played.
    Intensity,
    /// The lowest key.
    Low,
    /// The highest key.
    High,
}

/// What a bus has, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum BusParam {
    /// Volume in decibels.
    Gain,
    /// Place between left and right.
    Pan,
    /// Silence this bus.
    Mute,
    /// Silence all buses without a solo.
    Solo,
    /// Send level to the reverb.
    Reverb,
}

/// What a band of the equaliser has, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum EqParam {
    /// Corner or centre frequency in Hz.
    Freq,
    /// Gain in decibels.
    Gain,
    /// Quality.
    Q,
}

/// Parts of the band that have settings of their own.
const BAND_PARTS: usize = 4;
const PART_PARAMS: usize = 5;
const BUS_PARAMS: usize = 5;
const EQ_PARAMS: usize = 3;

impl ParamId {
    /// A parameter of a part of the band, by its place: drums, bass, keys, lead.
    #[must_use]
    pub fn part(part: usize, param: PartParam) -> Self {
        PARAMS[Self::DrumsMode as usize + part.min(BAND_PARTS - 1) * PART_PARAMS + param as usize].id
    }

    /// A parameter of a bus.
    #[must_use]
    pub fn bus(bus: Bus, param: BusParam) -> Self {
        PARAMS[Self::YouGain as usize + bus as usize * BUS_PARAMS + param as usize].id
    }

    /// A parameter of an equaliser band, `0..EQ_BANDS`.
    #[must_use]
    pub fn eq(band: usize, param: EqParam) -> Self {
        PARAMS[Self::Eq1Freq as usize + band.min(EQ_BANDS - 1) * EQ_PARAMS + param as usize].id
    }

    /// A macro knob of the player's patch, `0..MACROS`.
    #[must_use]
    pub fn macro_knob(index: usize) -> Self {
        PARAMS[Self::Macro1 as usize + index.min(MACROS - 1)].id
    }

    /// The parameter with this stable key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        PARAMS.iter().find(|spec| spec.key == key).map(|spec| spec.id)
    }

    /// Its row of the table.
    #[must_use]
    pub fn spec(self) -> &'static ParamSpec {
        &PARAMS[self as usize]
    }
}

impl ParamSpec {
    /// The nearest allowed value; the default when `value` is not a number.
    #[must_use]
    pub fn clamp(&self, value: f32) -> f32 {
        if value.is_nan() {
            return self.default;
        }
        let value = value.clamp(self.min, self.max);
        if self.taper == Taper::Steps { value.round() } else { value }
    }

    /// Where a value stands in its range, 0 to 1, along the taper.
    #[must_use]
    pub fn normalise(&self, value: f32) -> f32 {
        let value = self.clamp(value);
        match self.taper {
            Taper::Log => (value / self.min).ln() / (self.max / self.min).ln(),
            Taper::Linear | Taper::Steps => (value - self.min) / (self.max - self.min),
        }
    }

    /// The value at a place of the range, 0 to 1, along the taper.
    #[must_use]
    pub fn denormalise(&self, place: f32) -> f32 {
        let place = place.clamp(0.0, 1.0);
        self.clamp(match self.taper {
            Taper::Log => self.min * (self.max / self.min).powf(place),
            Taper::Linear | Taper::Steps => self.min + (self.max - self.min) * place,
        })
    }

    /// The value with its unit, as people read it.
    #[must_use]
    pub fn text(&self, value: f32) -> String {
        let signed = |number: String, value: f32| {
            let number = number.replace('-', "\u{2212}");
            if value > 0.0 { format!("+{number}") } else { number }
        };
        match self.unit {
            Unit::None if self.taper == Taper::Steps => format!("{value:.0}"),
            Unit::None => format!("{value:.1}"),
            Unit::Db => format!("{} dB", signed(format!("{value:.1}"), value)),
            Unit::Hz if value >= 1000.0 => format!("{:.1} kHz", value / 1000.0),
            Unit::Hz if value >= 100.0 => format!("{value:.0} Hz"),
            Unit::Hz => format!("{value:.1} Hz"),
            Unit::Secs => format!("{value:.1} s"),
            Unit::Bpm => format!("{value:.1} BPM"),
            Unit::Percent => format!("{:.0} %", value * 100.0),
            Unit::Pan if value.abs() < 0.005 => "centre".to_owned(),
            Unit::Pan if value < 0.0 => format!("{:.0} L", -value * 100.0),
            Unit::Pan => format!("{:.0} R", value * 100.0),
            Unit::Sixteenths => format!("{value:.0}/16"),
            Unit::Beats if value == 1.0 => "1 beat".to_owned(),
            Unit::Beats => format!("{value:.0} beats"),
            Unit::QuarterBeats => {
                let (whole, part) = ((value / 4.0).floor(), ["", "\u{bc}", "\u{bd}", "\u{be}"][value as usize % 4]);
                let number = if whole < 1.0 { part.to_owned() } else { format!("{whole:.0}{part}") };
                format!("{number} beat{}", if value > 4.0 { "s" } else { "" })
            }
            Unit::Bars if value == 1.0 => "1 bar".to_owned(),
            Unit::Bars => format!("{value:.0} bars"),
            Unit::Switch => if value >= 0.5 { "on" } else { "off" }.to_owned(),
            Unit::Choice(names) => names.get(value as usize).copied().unwrap_or("?").to_owned(),
        }
    }
}

/// One value for every parameter, always within its range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamValues([f32; PARAM_COUNT]);

impl Default for ParamValues {
    fn default() -> Self {
        Self(std::array::from_fn(|row| PARAMS[row].default))
    }
}

impl ParamValues {
    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, id: ParamId) -> f32 {
        self.0[id as usize]
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, id: ParamId) -> bool {
        self.get(id) >= 0.5
    }

    /// Sets the macro knobs as a fresh `patch` has them.
    pub fn take_macros_of(&mut self, patch: PatchId) {
        for (index, knob) in patch.info().macros.iter().enumerate() {
            self.set(ParamId::macro_knob(index), knob.normalise(knob.default));
        }
    }

    /// Sets a parameter to the nearest allowed value, which is returned.
    pub fn set(&mut self, id: ParamId, value: f32) -> f32 {
        let value = id.spec().clamp(value);
        self.0[id as usize] = value;
        value
    }
}

const _: () = {
    assert!(ParamId::Eq1Freq as usize + EQ_BANDS * EQ_PARAMS == ParamId::ReverbOn as usize);
    assert!(ParamId::Macro1 as usize + MACROS == ParamId::Eq1Freq as usize);
    assert!(ParamId::DrumsMode as usize + BAND_PARTS * PART_PARAMS == ParamId::YouGain as usize);
    assert!(ParamId::YouGain as usize + BUSES * BUS_PARAMS == PARAM_COUNT);
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_table_is_in_order_with_unique_keys_and_defaults_in_range() {
        let keys: HashSet<_> = PARAMS.iter().map(|s| s.key).collect();
        assert_eq!(keys.len(), PARAM_COUNT);
        for (row, spec) in PARAMS.iter().enumerate() {
            assert_eq!(spec.id as usize, row);
            assert_eq!(ParamId::from_key(spec.key), Some(spec.id));
            assert!(spec.min < spec.max && spec.clamp(spec.default) == spec.default, "{}", spec.key);
            assert!(spec.taper != Taper::Log || spec.min > 0.0, "{}", spec.key);
            assert!(!spec.text(spec.default).is_empty());
        }
    }

    #[test]
    fn places_and_values_are_inverse_for_every_parameter() {
        for spec in &PARAMS {
            for place in [0.0, 0.25, 0.5, 1.0] {
                let value = spec.denormalise(place);
                let back = spec.denormalise(spec.normalise(value));
                assert!((back - value).abs() <= 1e-4 * spec.max.abs(), "{} {value} {back}", spec.key);
            }
            assert_eq!((spec.denormalise(0.0), spec.denormalise(1.0)), (spec.min, spec.max));
        }
    }

    #[test]
    fn buses_and_bands_find_their_rows() {
        for bus in Bus::ALL {
            assert_eq!(ParamId::bus(bus, BusParam::Solo).spec().key, format!("bus.{}.solo", bus.key()));
        }
        assert_eq!(ParamId::eq(2, EqParam::Gain), ParamId::Eq3Gain);
        assert_eq!(ParamId::macro_knob(5), ParamId::Macro6);
    }

    #[test]
    fn values_outside_are_brought_inside() {
        let mut values = ParamValues::default();
        assert_eq!(values.set(ParamId::Tempo, f32::NAN), 120.0);
        assert_eq!(values.set(ParamId::Tempo, 1e9), 400.0);
        assert_eq!(values.set(ParamId::BeatsPerBar, 3.4), 3.0);
    }
}
