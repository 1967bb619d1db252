use super::*;
use crate::base::Rng;
use crate::ear::OnsetSource;

fn key(at_secs: f64, key: u8, loudness: f32) -> Onset {
    Onset { at_secs, loudness, source: OnsetSource::Key(key) }
}

/// Bass and chord in turn on the beats, a note between them, for `beats` beats from `from_secs` on.
fn play(tracker: &mut BeatTracker, from_secs: f64, period_secs: f64, beats: usize) {
    for beat in 0..beats {
        let at = from_secs + beat as f64 * period_secs;
        let keys: &[u8] = if beat % 2 == 0 { &[36, 60] } else { &[60, 64, 67] };
        for note in keys {
            tracker.hear(&key(at, *note, if beat % 4 == 0 { 0.75 } else { 0.6 }));
        }
        tracker.hear(&key(at + 0.5 * period_secs, 72, 0.5));
    }
}

fn drain(tracker: &mut BeatTracker) -> Vec<BeatEvent> {
    std::iter::from_fn(|| tracker.poll()).collect()
}

#[test]
fn a_steady_beat_is_found_and_foreseen() {
    let mut tracker = BeatTracker::new();
    let period = 60.0 / 84.0;
    let mut events = Vec::new();
    for beat in 0..24 {
        play(&mut tracker, 2.0 + f64::from(beat) * period, period, 1);
        events.extend(drain(&mut tracker));
    }
    assert_eq!(tracker.view().state, TempoState::Following);
    let bpm = tracker.view().bpm.expect("a tempo");
    assert!((bpm - 84.0).abs() < 1.0, "{bpm}");
    for event in &events[events.len() - 8..] {
        for at in [event.at_secs, event.foreseen_secs] {
            let off = ((at - 2.0) / period - ((at - 2.0) / period).round()) * period;
            assert!(off.abs() < 0.03, "{event:?} is off by {off}");
        }
    }
    let mut next = [0.0; 4];
    assert_eq!(tracker.upcoming(&mut next), 4);
    assert!(next.windows(2).all(|w| (w[1] - w[0] - period).abs() < 0.02), "{next:?}");
}

#[test]
fn no_beat_is_more_than_a_twentieth_longer_or_shorter_than_the_one_before_it() {
    let mut tracker = BeatTracker::new();
    let mut at = 1.0;
    let mut events = Vec::new();
    for beat in 0..60 {
        // The tempo wanders by a fifth and the player stumbles.
        let period = 0.7 * (1.0 + 0.2 * (f64::from(beat) / 12.0).sin()) + 0.03 * f64::from(beat % 3);
        play(&mut tracker, at, period, 1);
        at += period;
        while let Some(event) = tracker.poll() {
            events.push((event, tracker.view().state));
        }
    }
    assert!(events.len() > 10, "{} beats", events.len());
    let mut followed = 0;
    for three in events.windows(3) {
        let (before, now) = (three[1].0.at_secs - three[0].0.at_secs, three[2].0.at_secs - three[1].0.at_secs);
        // A beat found anew is a new beat: it was not foreseen from the one before. In rubato there is no limit.
        let is_one_run = [1, 2].iter().all(|&n| (three[n].0.foreseen_secs - three[n - 1].0.next_secs).abs() < 1.0e-9);
        if is_one_run && three.iter().all(|(_, state)| *state == TempoState::Following) {
            followed += 1;
            assert!((0.949..=1.051).contains(&(now / before)), "{before} and then {now}");
        }
    }
    assert!(followed > 5, "{followed}");
}

#[test]
fn silence_ends_the_beat_and_playing_brings_it_back() {
    let mut tracker = BeatTracker::new();
    play(&mut tracker, 0.0, 0.7, 20);
    assert_eq!(tracker.view().state, TempoState::Following);
    tracker.advance(13.65 + COAST_SECS + 0.1);
    assert_eq!(tracker.view().state, TempoState::Lost);
    assert_eq!(tracker.view().bpm, None);
    assert_eq!(tracker.upcoming(&mut [0.0; 2]), 0);
    tracker.advance(13.65 + SILENCE_SECS + 0.1);
    assert_eq!(tracker.view().state, TempoState::Silent);
    drain(&mut tracker);
    play(&mut tracker, 30.0, 0.7, 10);
    let first = drain(&mut tracker).first().copied().expect("a beat");
    assert!(first.at_secs < 34.0, "{first:?}");
    assert!((tracker.view().period_secs.expect("a period") - 0.7).abs() < 0.03);
}

#[test]
fn nothing_heard_is_silence() {
    let mut tracker = BeatTracker::new();
    assert_eq!(tracker.view().state, TempoState::Silent);
    tracker.advance(100.0);
    assert_eq!(tracker.view().state, TempoState::Silent);
    assert_eq!(tracker.poll(), None);
    tracker.hear(&key(100.5, 60, 0.5));
    tracker.advance(100.6);
    assert_eq!(tracker.view().state, TempoState::Finding);
}

#[test]
fn taps_a_clock_and_a_fixed_tempo_go_before_the_playing() {
    let mut tracker = BeatTracker::new();
    play(&mut tracker, 0.0, 0.7, 12);
    tracker.set_fixed(Some(100.0), 9.0);
    drain(&mut tracker);
    tracker.advance(12.3);
    assert_eq!(tracker.view().state, TempoState::Given(TempoGiver::Fixed));
    let last = drain(&mut tracker).last().copied().expect("a beat");
    assert!((last.at_secs - 12.0).abs() < 1.0e-6 && (last.next_secs - 12.6).abs() < 1.0e-6, "{last:?}");
    tracker.set_fixed(None, 0.0);

    for tick in 0..49 {
        tracker.clock_tick(13.0 + f64::from(tick) / 48.0);
    }
    assert_eq!(tracker.view().state, TempoState::Given(TempoGiver::Clock));
    assert!((tracker.view().bpm.expect("a tempo") - 120.0).abs() < 0.5);
    tracker.clock_stop();

    for tap in [15.0, 15.5, 16.0, 16.5] {
        tracker.tap(tap);
    }
    tracker.advance(16.7);
    assert_eq!(tracker.view().state, TempoState::Given(TempoGiver::Tap));
    assert!((tracker.view().next_beat_secs.expect("a beat") - 17.0).abs() < 1.0e-6);
    tracker.advance(21.0);
    assert_ne!(tracker.view().state, TempoState::Given(TempoGiver::Tap));
}

#[test]
fn the_playing_takes_over_from_taps_at_their_tempo() {
    let mut tracker = BeatTracker::new();
    for tap in 0..4 {
        tracker.tap(f64::from(tap) * 0.8);
    }
    let mut at = 3.2;
    while at < 20.0 {
        play(&mut tracker, at, 0.8, 1);
        at += 0.8;
    }
    assert_eq!(tracker.view().state, TempoState::Following);
    assert!((tracker.view().period_secs.expect("a period") - 0.8).abs() < 0.03, "{:?}", tracker.view());
}

#[test]
fn no_time_and_no_loudness_can_upset_it() {
    let mut tracker = BeatTracker::new();
    play(&mut tracker, 0.0, 0.7, 8);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0e300, 2.0] {
        tracker.hear(&key(bad, 60, 0.5));
        tracker.advance(bad);
        tracker.tap(bad);
        tracker.clock_tick(bad);
        tracker.set_fixed(Some(bad), bad);
        tracker.set_fixed(None, bad);
    }
    tracker.hear(&key(6.0, 60, f32::NAN));
    tracker.hear(&key(6.0, 255, f32::INFINITY));
    tracker.set_fixed(Some(0.0), 0.0);
    tracker.advance(6.5);
    // A time far ahead is one silence, not millions of frames.
    tracker.advance(1.0e12);
    let view = tracker.view();
    assert_eq!(view.state, TempoState::Silent);
    assert!(view.confidence.is_finite());
    tracker.hear(&key(1.0e12 + 1.0, 60, 0.5));
    tracker.advance(1.0e12 + 3.0);
}

#[test]
fn three_hundred_notes_a_second_and_all_keys_at_once_leave_it_bounded() {
    let mut tracker = BeatTracker::new();
    let mut rng = Rng::new(5);
    let mut beats = 0;
    for n in 0..6000 {
        let at = f64::from(n) / 300.0;
        tracker.hear(&key(at, rng.below(128) as u8, rng.unit()));
        beats += drain(&mut tracker).len();
    }
    for note in 0..128 {
        tracker.hear(&key(20.5, note, 1.0));
    }
    tracker.advance(22.0);
    let view = tracker.view();
    assert!((0.0..=1.0).contains(&view.confidence), "{view:?}");
    assert!(view.hypotheses.iter().all(|h| h.bpm.is_finite() && (0.0..=1.01).contains(&h.share)), "{view:?}");
    assert!(beats < 100, "{beats} beats in 20 seconds");
}

#[test]
fn the_shares_of_tempi_metre_and_place_are_shares() {
    let mut tracker = BeatTracker::new();
    play(&mut tracker, 0.0, 0.65, 24);
    let view = tracker.view();
    let total: f32 = view.hypotheses.iter().map(|h| h.share).sum();
    assert!(total > 0.5 && total <= 1.01, "{view:?}");
    assert!(view.hypotheses[0].share >= view.hypotheses[1].share);
    assert_eq!(view.metre.map(|metre| metre.to_string()).as_deref(), Some("4/4"));
    assert!((0.0..=1.01).contains(&view.metre_confidence) && (0.0..=1.01).contains(&view.downbeat_confidence));
    assert!(view.next_bar_position.is_some_and(|place| place < 4));
}

#[test]
fn after_a_reset_it_is_as_new() {
    let mut used = BeatTracker::new();
    play(&mut used, 0.0, 0.5, 16);
    used.tap(9.0);
    used.reset();
    let mut new = BeatTracker::new();
    play(&mut used, 1.0, 0.8, 10);
    play(&mut new, 1.0, 0.8, 10);
    assert_eq!(drain(&mut used), drain(&mut new));
    assert_eq!(used.view(), new.view());
}

#[test]
fn drums_are_told_by_what_is_struck() {
    let mut grouper = Grouper::default();
    let drum = |at_secs: f64, key: u8| Onset { at_secs, loudness: 0.8, source: OnsetSource::Drum(key) };
    assert_eq!(grouper.hear(&drum(0.0, 36)), None);
    assert_eq!(grouper.hear(&drum(0.02, 42)), None);
    let kick = grouper.hear(&drum(0.5, 38)).expect("a group");
    assert!((kick.at_secs - 0.01).abs() < 1.0e-9, "{kick:?}");
    let snare = grouper.close(1.0).expect("a group");
    assert_ne!(kick.class, snare.class);
    assert_eq!(grouper.close(2.0), None);
}

#[test]
fn six_eight_is_named_by_its_notes() {
    let names = Metre::ALL.map(|metre| metre.to_string());
    assert_eq!(names, ["4/4", "3/4", "6/8"]);
}

#[test]
fn a_steady_tempo_is_told_to_a_five_hundredth_after_twenty_beats() {
    for bpm in [72.0, 90.0, 104.0, 127.0] {
        let mut tracker = BeatTracker::new();
        play(&mut tracker, 1.0, 60.0 / bpm, 20);
        let heard = tracker.view().bpm.expect("a tempo");
        assert!((heard / bpm - 1.0).abs() < 0.002, "{bpm} is told as {heard}");
    }
}

#[test]
fn one_chord_is_no_beat() {
    let mut tracker = BeatTracker::new();
    for (n, pitch) in [53, 57, 60, 64, 67].into_iter().enumerate() {
        tracker.hear(&key(1.0 + n as f64 * 0.004, pitch, 0.7));
    }
    for tenth in 10..40 {
        tracker.advance(f64::from(tenth) * 0.1);
        assert_ne!(tracker.view().state, TempoState::Following, "after {tenth} tenths of a second");
    }
}

#[test]
fn a_shower_of_random_notes_is_not_followed() {
    let mut tracker = BeatTracker::new();
    let mut rng = Rng::new(11);
    let mut followed = 0;
    for n in 0..3000 {
        tracker.hear(&key(f64::from(n) / 300.0 + f64::from(rng.unit()) / 300.0, rng.below(128) as u8, rng.unit()));
        followed += u32::from(tracker.upcoming(&mut [0.0]) > 0);
    }
    assert!(followed < 300, "followed for {followed} of 3000 notes");
}

#[test]
fn free_playing_is_rubato_and_steady_playing_is_followed_again() {
    let mut tracker = BeatTracker::new();
    let mut at = 1.0;
    let mut states = Vec::new();
    let mut play_on = |tracker: &mut BeatTracker, beats: u32, freedom: f64| {
        states.clear();
        for beat in 0..beats {
            let period = 0.7 * (1.0 + freedom * (f64::from(beat) * 1.3).sin());
            play(tracker, at, period, 1);
            at += period;
            states.push(tracker.view().state);
        }
        states.iter().filter(|state| **state == TempoState::Rubato).count()
    };
    assert_eq!(play_on(&mut tracker, 20, 0.0), 0);
    drain(&mut tracker);
    assert!(play_on(&mut tracker, 40, 0.3) > 8);
    let beats = drain(&mut tracker).len();
    assert!((28..50).contains(&beats), "{beats} beats announced where 40 were played");
    play_on(&mut tracker, 40, 0.0);
    assert_eq!(tracker.view().state, TempoState::Following);
}
