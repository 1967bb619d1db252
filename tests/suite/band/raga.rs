//! Raga jams through the engine: where strokes fall, how notes are tuned, and that nothing sticks.

use super::rig::{BLOCK, RATE_HZ, Rig};
use sangat::band::{ModeId, Note, Ornament, Part, PartMode, RagaSetting, Settings, Taste, Tuned};
use sangat::base::{BandMessage, BandNote, Beats, Bus, Midi};
use sangat::ear::pitch::{PitchConfig, PitchFrame, PitchTracker};
use sangat::engine::Command;
use sangat::engine::params::ParamId;
use sangat::instrument::PatchId;
use sangat::session::raga;
use sangat::theory::raga::{Grammar, Tala, just_cents, tables};

/// What a band is told of a raga over D, and of a tala.
fn setting(name: &str, tala: Option<&str>) -> RagaSetting {
    let found = tables().ragas.find(name, None).expect(name);
    raga::setting(found, tala.map(|tala| Tala::find(tala).expect(tala)), 146.8, 440.0)
}

fn rig(setting: &RagaSetting, bpm: f32) -> Rig {
    let settings = Settings { mode: ModeId::Raga, yields: false, ..Settings::default() };
    let mut rig = Rig::new(settings, bpm);
    rig.mate.set_raga(setting);
    rig.send(Command::SetPatch { bus: Bus::Drums, patch: PatchId::SKINS });
    rig.send(Command::SetPatch { bus: Bus::Lead, patch: PatchId::BANSURI });
    rig.send(Command::SetParam { id: ParamId::TanpuraSa, value: 146.8 });
    // What is wished is planned before the music begins.
    rig.run(&[], BLOCK);
    rig
}

/// Plays keys one after another, each for a time, and rests.
fn play(rig: &mut Rig, keys: &[u8], secs: f64, rest_secs: f64) {
    for key in keys {
        rig.run(&[Midi::NoteOn { channel: 0, key: *key, velocity: 90 }], BLOCK);
        rig.run_secs(secs);
        rig.run(&[Midi::NoteOff { channel: 0, key: *key, velocity: 64 }], BLOCK);
    }
    rig.run_secs(rest_secs);
}

/// A phrase in the raga: up its first notes and back.
fn phrase(setting: &RagaSetting) -> Vec<u8> {
    let sa = i16::from(setting.sa_key().0);
    let up = setting.raga.arohana.iter().take(4).chain(setting.raga.avarohana.iter().rev().take(3).rev());
    up.map(|note| (sa + note.semitones()) as u8).collect()
}

#[test]
fn strokes_fall_on_their_matras_within_a_sample_and_between_them_where_the_theka_says() {
    for (tala, bpm) in [("Teental", 96.0), ("Rupaka", 120.0), ("Jhumra", 70.0)] {
        let setting = setting("Yaman", Some(tala));
        let tala = Tala::find(tala).expect(tala);
        let mut rig = rig(&setting, bpm);
        let mut settings = *rig.mate.band.settings();
        settings.tastes[Part::Drums as usize].complexity = 0.0;
        settings.fill_every = 0;
        rig.mate.set(settings);
        rig.run(&[], BLOCK);
        rig.send(Command::Play);
        let begin = rig.engine.frame().0 as f64;
        rig.run_to_beat(tala.beats.len() as f64 + 0.9);
        let matra_frames = f64::from(RATE_HZ) * 60.0 / f64::from(bpm);
        let strokes: Vec<f64> = rig
            .notes
            .iter()
            .filter(|n| n.1 == Bus::Drums && n.3)
            .map(|n| (n.0 as f64 - begin) / matra_frames)
            .collect();
        let parts = |at: f64| (at * 12.0 - (at * 12.0).round()).abs() / 12.0 * matra_frames;
        assert!(strokes.iter().all(|at| parts(*at) <= 1.0), "{}: {strokes:?}", tala.name);
        for matra in 0..=tala.beats.len() {
            // "-" is silent, and so is the begin of "-Dha".
            let bol = &tala.beats[matra % tala.beats.len()].bol;
            let is_struck = strokes.iter().any(|at| (at - matra as f64).abs() * matra_frames <= 1.0);
            assert_eq!(is_struck, !bol.starts_with('-'), "{} {matra} {bol}", tala.name);
        }
        let halves = strokes.iter().filter(|at| (at.fract() - 0.5).abs() < 0.01).count();
        assert!((tala.name == "Teental") == (halves == 0), "{}: {halves}", tala.name);
    }
}

#[test]
fn sam_stays_sam_when_the_tempo_moves() {
    let mut rig = rig(&setting("Bhupali", Some("Rupak")), 120.0);
    rig.send(Command::Play);
    rig.run_to_beat(9.3);
    rig.send(Command::SetParam { id: ParamId::Tempo, value: 171.0 });
    rig.run_to_beat(20.6);
    rig.send(Command::SetParam { id: ParamId::Tempo, value: 66.0 });
    let from = rig.notes.len();
    rig.run_to_beat(30.0);
    // Rupak begins with Tin: the right hand alone, on 21 and 28 as on 22; Dhi has both.
    let now = (rig.engine.frame().0 as f64, rig.beat());
    let frames = f64::from(RATE_HZ) * 60.0 / 66.0;
    let at = |beat: f64| now.0 - (now.1 - beat) * frames;
    let keys = |beat: f64| {
        let strokes = rig.notes[from..].iter().filter(|n| n.1 == Bus::Drums && n.3);
        strokes.filter(|n| (n.0 as f64 - at(beat)).abs() <= 2.0).map(|n| n.2).collect::<Vec<_>>()
    };
    assert_eq!(keys(21.0), keys(28.0));
    assert_eq!(keys(21.0).len(), 1, "Tin");
    assert_eq!(keys(24.0).len(), 2, "Dhi");
}

#[test]
fn bass_and_keys_are_silent_and_the_lead_answers_with_legal_steps() {
    let names = [
        "Yaman",
        "Bhupali",
        "Bhairav",
        "Malkauns",
        "Todi (Miyan ki)",
        "Hamsadhwani Carnatic",
        "Mohanam",
        "Kalyani",
        "Mayamalavagowla",
        "Kedar",
    ];
    let (mut phrases, mut steps) = (0, 0);
    for name in names {
        let setting = setting(name, Some("Rupak"));
        let mut rig = rig(&setting, 170.0);
        rig.send(Command::Play);
        for _ in 0..5 {
            play(&mut rig, &phrase(&setting), 0.3, 9.0);
        }
        let (grammar, sa) = (Grammar::of(&setting.raga), i16::from(setting.sa_key().0));
        let lead: Vec<(u64, u8, bool)> =
            rig.notes.iter().filter(|n| n.1 == Bus::Lead).map(|n| (n.0, n.2, n.3)).collect();
        let begins: Vec<(u64, u8)> = lead.iter().filter(|n| n.2).map(|n| (n.0, n.1)).collect();
        assert!(begins.len() >= 20, "{name}: {}", begins.len());
        for pair in begins.windows(2) {
            let ended = lead.iter().filter(|n| !n.2 && n.0 > pair[0].0 && n.1 == pair[0].1).map(|n| n.0).next();
            if pair[1].0 as f64 - ended.unwrap_or(pair[1].0) as f64 > 0.35 * f64::from(RATE_HZ) {
                phrases += 1;
                continue;
            }
            let [from, to] = [pair[0].1, pair[1].1].map(|key| i16::from(key) - sa);
            assert!(grammar.grade(from, to).is_allowed(), "{name}: {from} to {to}");
            steps += 1;
        }
        assert!(rig.notes.iter().all(|n| n.1 != Bus::Bass && n.1 != Bus::Keys), "{name}");
        assert_eq!((rig.snapshot.counters.band_late, rig.snapshot.counters.band_overflow), (0, 0), "{name}");
        rig.send(Command::Stop);
        rig.run_secs(0.2);
        assert_eq!(rig.hanging(), 0, "{name}");
    }
    assert!(phrases >= 50 && steps > 150, "{phrases} phrases, {steps} steps");
}

#[test]
fn an_answer_begins_whole_soon_after_the_phrase_and_makes_way_for_the_next() {
    let setting = setting("Yaman", None);
    let mut rig = rig(&setting, 60.0);
    rig.send(Command::Play);
    play(&mut rig, &phrase(&setting), 0.4, 0.0);
    let said = rig.secs();
    rig.run_secs(8.0);
    let begins = rig.begins(Bus::Lead);
    let first = begins.iter().find(|(at, _)| *at > said).expect("an answer");
    assert!((0.3..4.5).contains(&(first.0 - said)), "{:.2} s", first.0 - said);
    // What is planned when somebody plays is taken back, but for what is settled.
    let again = rig.secs();
    play(&mut rig, &phrase(&setting), 0.4, 0.0);
    let over = rig.begins(Bus::Lead).iter().filter(|(at, _)| *at > again + 2.2).count();
    assert_eq!(over, 0, "it goes on over the player");
}

#[test]
fn an_alap_goes_on_without_a_tala_and_leaves_no_note() {
    let mut rig = rig(&setting("Malkauns", None), 60.0);
    rig.send(Command::Play);
    rig.run_secs(60.0);
    let begins = rig.begins(Bus::Lead);
    assert!(begins.len() > 15 && begins.iter().any(|(at, _)| *at > 50.0), "{begins:?}");
    assert!(rig.begins(Bus::Drums).is_empty());
    let drums = |rig: &Rig| rig.mate.band.plan().bars().iter().filter_map(|b| b.rungs[Part::Drums as usize]).count();
    assert_eq!(drums(&rig), 0, "who has no tala to keep rests");
    let jazz = Settings { yields: false, ..Settings::default() };
    rig.mate.set(jazz);
    rig.run_secs(6.0);
    assert!(drums(&rig) > 0);
    rig.send(Command::Stop);
    rig.run_secs(0.2);
    assert_eq!(rig.hanging(), 0);
}

#[test]
fn a_raga_jam_is_the_same_for_the_same_seed() {
    let jam = || {
        let setting = setting("Bhairav", Some("Jhaptal"));
        let mut rig = rig(&setting, 110.0);
        rig.send(Command::Play);
        for _ in 0..3 {
            play(&mut rig, &phrase(&setting), 0.3, 5.0);
        }
        rig.notes
    };
    let notes = jam();
    assert!(notes.len() > 100 && notes == jam());
}

#[test]
fn the_drum_alone_plays_for_a_learner() {
    let mut settings = Settings { mode: ModeId::Raga, ..Settings::default() };
    for part in Part::ALL {
        settings.tastes[part as usize] = Taste { mode: PartMode::Off, ..Taste::of(part) };
    }
    settings.tastes[Part::Drums as usize].mode = PartMode::Auto;
    let mut rig = Rig::new(settings, 100.0);
    rig.mate.set_raga(&setting("Kalyani", Some("Adi")));
    rig.send(Command::Play);
    rig.run_secs(8.0);
    assert!(rig.begins(Bus::Drums).len() > 16);
    assert!(rig.notes.iter().all(|n| n.1 == Bus::Drums));
}

/// An alap on the lead alone and its pitch, frame by frame, with its notes in seconds.
fn alap(name: &str, secs: f64) -> (Vec<PitchFrame>, Vec<Note>, RagaSetting) {
    let setting = setting(name, None);
    let mut rig = rig(&setting, 60.0);
    rig.sound = Some(Vec::new());
    let begin = rig.engine.frame().0;
    rig.send(Command::Play);
    rig.run_secs(secs);
    let mut tracker = PitchTracker::new(PitchConfig { rate_hz: RATE_HZ, ..PitchConfig::default() });
    let mut frames = Vec::new();
    for block in rig.sound.as_deref().unwrap_or_default().chunks(1024) {
        tracker.process(block);
        frames.extend(std::iter::from_fn(|| tracker.poll_settled()));
    }
    let at = |frame: u64| (frame - begin) as f64 / f64::from(RATE_HZ);
    let lead: Vec<_> = rig.notes.iter().filter(|n| n.1 == Bus::Lead).collect();
    let mut notes = Vec::new();
    for (place, on) in lead.iter().enumerate().filter(|(_, n)| n.3) {
        if let Some(off) = lead[place..].iter().find(|n| !n.3 && n.2 == on.2) {
            notes.push(Note { begin_beats: at(on.0), length_beats: at(off.0) - at(on.0), key: on.2, velocity: 80 });
        }
    }
    (frames, notes, setting)
}

/// Cents over Sa = 146.8 Hz, an octave up, of the frames in a span of seconds.
fn cents(frames: &[PitchFrame], from_secs: f64, to_secs: f64) -> Vec<f64> {
    let within = frames.iter().filter(|frame| (from_secs..to_secs).contains(&frame.at_secs));
    within.filter_map(|frame| frame.hz).map(|hz| 1200.0 * (f64::from(hz) / 293.6).log2()).collect()
}

#[test]
fn held_notes_are_in_tune_with_the_raga_and_a_meend_goes_one_way() {
    let (mut held, mut glides) = (0, 0);
    for name in ["Yaman", "Malkauns", "Bhairav"] {
        let (frames, notes, setting) = alap(name, 50.0);
        let tuned = Tuned::new(&setting);
        for (at, note) in notes.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| &notes[at]);
            let semitones = i16::from(note.key) - i16::from(tuned.sa_key());
            let target = 1200.0 * f64::from(semitones.div_euclid(12)) + just_cents(semitones.rem_euclid(12) as u8);
            let (begin, end) = (note.begin_beats, note.end_beats());
            let ornament = tuned.ornament(note, before);
            if let Ornament::Glide { from_semitones, beats } = ornament {
                let way = cents(&frames, begin + 0.06, begin + beats);
                let sign = f64::from((semitones - from_semitones).signum());
                let back = way.windows(2).filter(|pair| (pair[1] - pair[0]) * sign < -8.0).count();
                assert!(way.len() > 5 && back == 0, "{name} {from_semitones} to {semitones}: {way:?}");
                glides += 1;
            }
            if note.length_beats < 1.5 {
                continue;
            }
            let mut rest = cents(&frames, f64::midpoint(begin, end), end - 0.05);
            rest.sort_by(f64::total_cmp);
            let off = rest[rest.len() / 2] - target;
            assert!(off.abs() < 5.0, "{name} {semitones} {ornament:?}: {off:.1} cents off");
            held += 1;
        }
    }
    assert!(held >= 10 && glides >= 3, "{held} held, {glides} glides");
}

#[test]
fn no_bend_is_left_over_in_another_mode() {
    let setting = setting("Todi (Miyan ki)", Some("Teental"));
    let mut rig = rig(&setting, 150.0);
    rig.send(Command::Play);
    for _ in 0..3 {
        play(&mut rig, &phrase(&setting), 0.3, 5.0);
    }
    let bends = |rig: &Rig| rig.lead.iter().filter(|(_, m)| matches!(m, Midi::PitchBend { .. })).count();
    assert!(bends(&rig) > 10);
    let is_plain = |message: &Midi| message.channel() == Some(0);
    assert!(rig.lead.iter().all(|(_, message)| !is_plain(message)), "what is tuned has channels of its own");
    let mut settings = Settings { yields: false, ..Settings::default() };
    settings.tastes[Part::Lead as usize].mode = PartMode::Follow;
    rig.mate.set(settings);
    rig.run_secs(2.0);
    let (from, before) = (rig.lead.len(), bends(&rig));
    for _ in 0..4 {
        play(&mut rig, &[60, 64, 67, 72], 0.4, 1.0);
    }
    assert_eq!(bends(&rig), before, "the glides are over");
    let on: Vec<_> = rig.lead[from..].iter().filter(|(_, m)| matches!(m, Midi::NoteOn { .. })).collect();
    assert!(!on.is_empty() && on.iter().all(|(_, message)| is_plain(message)), "{on:?}");
}

#[test]
fn a_part_that_rests_leaves_its_bus_to_others() {
    let mut settings = Settings { mode: ModeId::Raga, ..Settings::default() };
    settings.tastes[Part::Lead as usize].mode = PartMode::Off;
    let mut rig = Rig::new(settings, 90.0);
    rig.mate.set_raga(&setting("Kalyani", Some("Adi")));
    rig.send(Command::Play);
    rig.run_secs(0.5);
    // Somebody else has a note planned there, as a lesson has its guide tone.
    let note =
        BandNote { bus: Bus::Lead, key: 64, velocity: 80, begin: Beats(9.0), end: Beats(10.0), tune_cents: -13.7 };
    rig.mate.band.messages().push(BandMessage::Note(note));
    play(&mut rig, &[62, 64, 66], 0.3, 1.0);
    rig.run_to_beat(10.5);
    assert_eq!(rig.begins(Bus::Lead).len(), 1);
    assert!(rig.begins(Bus::Drums).len() > 8);
}
