//! What a raga jam needs beside the symbols: how a drum plays what a tala says, and which sounds play.

use crate::band::{ModeId, RagaSetting, Settings, Tap, Taps, Theka};
use crate::base::Bus;
use crate::engine::params::ParamId;
use crate::instrument::skins::{Pattern, Stroke};
use crate::instrument::{PatchId, SKIN_KEY};
use crate::theory::raga::{Cue, Raga, Tala, Tradition};

/// Bars of a cycle that is longer than a bar can be have at least so many beats.
const BAR_BEATS_MIN: usize = 3;
/// Bars of a cycle that does not come out even.
const BAR_BEATS: usize = 4;

/// What is played in a raga, over a Sa and an A in Hz.
#[must_use]
pub fn setting(raga: &Raga, tala: Option<&Tala>, sa_hz: f32, a4_hz: f32) -> RagaSetting {
    RagaSetting { raga: raga.clone(), theka: tala.map(theka), sa_hz, a4_hz }
}

/// What the drum plays in a tala: tabla in the North, mridangam in the South.
#[must_use]
pub fn theka(tala: &Tala) -> Theka {
    let tradition = tala.tradition();
    let cycle = match tradition {
        Tradition::Hindustani => Pattern::of_theka(&words(tala, |beat| beat.bol.clone())),
        Tradition::Carnatic => Pattern::of_tala(&tala.id, &words(tala, |beat| beat.mark(false))),
    };
    let said = |text: &str| match tradition {
        Tradition::Hindustani => taps(&Pattern::of_theka(text)),
        Tradition::Carnatic => taps(&Pattern::of_solkattu(text)),
    };
    Theka::new(tradition, taps(&cycle), said)
}

/// One word a beat; in the North with the lines between the vibhags, which weigh the strokes.
fn words(tala: &Tala, word: impl Fn(&crate::theory::raga::Beat) -> String) -> String {
    let is_northern = tala.tradition() == Tradition::Hindustani;
    let words = tala.beats.iter().enumerate().map(|(at, beat)| {
        let line = if is_northern && at > 0 && beat.begins_part { "| " } else { "" };
        let said = if beat.cue == Cue::Rest && !is_northern { ".".to_owned() } else { word(beat) };
        format!("{line}{said}")
    });
    words.collect::<Vec<_>>().join(" ")
}

fn taps(pattern: &Pattern) -> Taps {
    let key = |stroke: Stroke| Stroke::ALL.iter().position(|other| *other == stroke).unwrap_or(0) as u8 + SKIN_KEY;
    let beat = |beat: &crate::instrument::skins::Beat| {
        beat.iter().map(|tap| Tap { key: key(tap.stroke), at: tap.at, velocity: tap.velocity }).collect()
    };
    pattern.beats().iter().map(beat).collect()
}

/// Beats of the bars in which a tala is drawn and counted in: the whole cycle where a bar holds as many, or an even part
/// of it. Sam is counted from the begin of the transport whatever they are.
#[must_use]
pub fn bar_beats(tala: &Tala) -> usize {
    let most = ParamId::BeatsPerBar.spec().max as usize;
    let matras = tala.beats.len();
    let even = (BAR_BEATS_MIN..=most).rev().find(|beats| matras.is_multiple_of(*beats));
    even.unwrap_or(BAR_BEATS)
}

/// The sound of a part of the band.
#[must_use]
pub fn patch(bus: Bus, settings: &Settings) -> PatchId {
    if settings.mode == ModeId::Raga && bus == Bus::Drums { PatchId::SKINS } else { PatchId::default_for(bus) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::raga::tables;

    #[test]
    fn every_tala_has_strokes_for_each_of_its_matras_and_begins_with_one() {
        for tala in &tables().talas {
            let theka = theka(tala);
            assert_eq!(theka.matras(), tala.beats.len(), "{}", tala.name);
            let bar = bar_beats(tala);
            assert!((3..=16).contains(&bar), "{}: {bar}", tala.name);
        }
        let of = |id: &str| bar_beats(Tala::find(id).expect(id));
        assert_eq!(["H01", "H04", "S22", "H03"].map(of), [16, 7, 8, 12]);
    }
}
