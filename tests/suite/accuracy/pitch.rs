use super::voices::{self, Movement, Singer, TRUTH_SECS, Take};
use sangat::ear::accuracy::pitch::{Estimate, Scores, Truth, scores};
use sangat::ear::pitch::{PitchConfig, PitchTracker};

/// The settled line of a take, scored.
fn heard(take: &Take) -> Scores {
    let config = PitchConfig { rate_hz: 48_000, channels: 1, ..PitchConfig::default() };
    let mut tracker = PitchTracker::new(config);
    let mut estimates = Vec::new();
    let mut drain = |tracker: &mut PitchTracker| {
        while let Some(frame) = tracker.poll_settled() {
            let (at_secs, hz, is_voiced) = (frame.at_secs, frame.candidate_hz, frame.is_voiced);
            estimates.push(Estimate { at_secs, hz, is_voiced });
        }
    };
    for block in take.samples.chunks(480) {
        tracker.process(block);
        drain(&mut tracker);
    }
    tracker.finish();
    drain(&mut tracker);
    let truth = take.truth.iter().enumerate().map(|(n, hz)| Truth { at_secs: n as f64 * TRUTH_SECS, hz: *hz });
    scores(&truth.collect::<Vec<_>>(), &estimates, 0.0)
}

#[test]
fn a_voice_made_here_is_followed_to_a_few_cents() {
    for (tonic_hz, seed) in [(110.0, 31), (196.0, 32), (392.0, 33)] {
        let clean = heard(&Singer::sing(tonic_hz, seed, &voices::sargam(seed, None)));
        assert!(clean.raw_pitch[0] > 0.98 && clean.median_cents < 3.5, "Sa {tonic_hz}: {clean:?}");
        assert!(clean.octave_errors < 0.005 && clean.voicing_recall > 0.97, "Sa {tonic_hz}: {clean:?}");
    }
}

#[test]
fn noise_a_drone_and_gamakas_are_borne() {
    let mut noisy = Singer::sing(147.0, 41, &voices::sargam(41, None));
    voices::add_pink(&mut noisy, 10.0, 41);
    let noisy = heard(&noisy);
    assert!(noisy.raw_pitch[0] > 0.97, "{noisy:?}");
    let mut droned = Singer::sing(147.0, 42, &voices::sargam(42, None));
    voices::add_drone(&mut droned, 147.0, 12.0, 42);
    let droned = heard(&droned);
    assert!(droned.raw_pitch[0] > 0.9, "{droned:?}");
    let shaken = heard(&Singer::sing(147.0, 43, &voices::sargam(43, Some(Movement::Kampita(110.0)))));
    assert!(shaken.raw_pitch[1] > 0.9, "{shaken:?}");
}
