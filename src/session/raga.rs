//! What a raga jam needs beside the symbols: how a drum plays what a tala says, and which sounds play.

use crate::band::{ModeId, RagaSetting, Settings, Tap, Taps, Theka};
use crate::base::Bus;
use crate::engine::params::ParamId;
use crate::instrument::skins::{Pattern, Stroke};
use crate::instrument::{PatchId, SKIN_KEY};
use crate::theory::raga::{Cue, Raga, Tala, Tradition};

/// Bars have so many beats, so that some of them fit on a page.
const BAR_BEATS: std::ops::RangeInclusive<usize> = 3..=8;
/// Those of a cycle that no such bar divides and that is itself too long for one.
const UNEVEN_BEATS: usize = 4;

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

/// Beats of the bars in which a tala is drawn and counted in: the whole cycle, or an even part of it. Sam is counted from
/// the begin of the transport whatever they are.
#[must_use]
pub fn bar_beats(tala: &Tala) -> usize {
    let matras = tala.beats.len();
    let even = BAR_BEATS.rev().find(|beats| matras.is_multiple_of(*beats));
    let whole = || Some(matras).filter(|beats| *beats <= ParamId::BeatsPerBar.spec().max as usize);
    even.or_else(whole).unwrap_or(UNEVEN_BEATS)
}

/// What a key of tabla and mridangam strikes, and whether it is on the left head; `None` for other keys.
#[must_use]
pub fn stroke(key: u8) -> Option<(&'static str, bool)> {
    let stroke = *Stroke::ALL.get(usize::from(key.checked_sub(SKIN_KEY)?))?;
    Some(match stroke {
        Stroke::Na => ("Na", false),
        Stroke::Tin => ("Tin", false),
        Stroke::Tun => ("Tun", false),
        Stroke::Te => ("Te", false),
        Stroke::Re => ("Re", false),
        Stroke::Ge | Stroke::GeUp => ("Ge", true),
        Stroke::Ka => ("Ka", true),
        Stroke::Nam => ("Nam", false),
        Stroke::Dhin => ("Dhin", false),
        Stroke::Cha => ("Cha", false),
        Stroke::Ta => ("Ta", false),
        Stroke::Thom => ("Thom", true),
        Stroke::Tha => ("Tha", true),
        Stroke::Gumki => ("Gumki", true),
    })
}

/// The sound of a part of the band.
#[must_use]
pub fn patch(bus: Bus, settings: &Settings) -> PatchId {
    match (settings.mode, bus) {
        (ModeId::Raga, Bus::Drums) => PatchId::SKINS,
        // What is struck has died away before a meend has come to its end.
        (ModeId::Raga, Bus::Lead) => PatchId::BANSURI,
        _ => PatchId::default_for(bus),
    }
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
            assert!(theka.strokes().all(|key| stroke(key).is_some()), "{}", tala.name);
        }
        let of = |id: &str| bar_beats(Tala::find(id).expect(id));
        assert_eq!(["H01", "H04", "S22", "H03", "S01", "S05"].map(of), [8, 7, 8, 6, 11, 4]);
    }
}
