use super::performances::{Performance, Played};
use super::{data, material};
use sangat::ear::Onset;
use sangat::ear::accuracy::beats::{score, trimmed};
use sangat::ear::beat::BeatTracker;

/// The beats that are announced, and the tempo at the end.
fn heard(onsets: &[Onset]) -> (Vec<f64>, Option<f64>) {
    let mut tracker = BeatTracker::new();
    let mut beats = Vec::new();
    let mut drain = |tracker: &mut BeatTracker| {
        while let Some(beat) = tracker.poll() {
            beats.push(beat.at_secs);
        }
    };
    for onset in onsets {
        tracker.advance(onset.at_secs);
        drain(&mut tracker);
        tracker.hear(onset);
    }
    let bpm = tracker.view().bpm;
    tracker.advance(onsets.last().map_or(0.0, |onset| onset.at_secs) + 1.0);
    drain(&mut tracker);
    (beats, bpm)
}

fn f_measure(played: &Played) -> f64 {
    score(trimmed(&played.beats), trimmed(&heard(&played.onsets).0)).f_measure
}

#[test]
fn the_beat_of_performances_made_here_is_followed() {
    let kinds = [
        ("steady", Performance::default()),
        ("drifting", Performance { drift: 0.03, ..Performance::default() }),
        ("slowing down", Performance { slows_to: 1.6, slows_from_bar: 12, ..Performance::default() }),
        ("with gaps", Performance { missing: 0.3, ..Performance::default() }),
        ("with wrong notes", Performance { wrong: 0.3, ..Performance::default() }),
        ("in three", Performance { beats_per_bar: 3, ..Performance::default() }),
        ("after a pause", Performance { pause: Some((10, 4.0)), ..Performance::default() }),
    ];
    for (name, performance) in kinds {
        let f = f_measure(&performance.play());
        assert!(f > 0.9, "{name}: F {f:.3}");
    }
}

#[test]
fn a_steady_tempo_is_told_exactly() {
    for bpm in [72.0, 96.0, 104.0, 132.0] {
        let played = Performance { bpm, jitter_secs: 0.0, ..Performance::default() }.play();
        let (_, told) = heard(&played.onsets);
        let told = told.expect("a tempo");
        assert!((told / bpm - 1.0).abs() < 0.003, "{bpm} told as {told}");
    }
}

#[test]
fn the_beat_of_annotated_songs_is_followed() {
    let Some(data) = data("the beats of POP909") else { return };
    let mut sum = 0.0;
    let songs: Vec<_> = (721..733).filter_map(|number| material::pop909(&data, number)).collect();
    assert!(!songs.is_empty(), "no song of POP909 in {}", data.display());
    for song in &songs {
        sum += score(trimmed(&song.beats), trimmed(&heard(&song.onsets).0)).f_measure;
    }
    let f = sum / songs.len() as f64;
    assert!(f > 0.8, "F {f:.3}");
}
