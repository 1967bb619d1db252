use super::super::verdict::Verdict;
use super::*;
use crate::base::Rng;
use crate::theory::raga::tables;

fn lesson(id: &str, settings: LessonSettings) -> Lesson {
    let exercise = tables().exercises.iter().find(|exercise| exercise.id == id).expect(id);
    let tala = exercise.tala.as_ref().and_then(|id| tables().talas.iter().find(|tala| tala.id == *id));
    Lesson::new(exercise, tala, settings)
}

/// A singer of the exercise: what is sung when, in beats of the transport, from where its first pass begins.
fn sung(lesson: &Lesson, begin_beats: f64, late_beats: f64) -> Vec<SungNote> {
    let note = |(id, due): (usize, &take::Due)| SungNote {
        id: id as u64,
        begin_beats: begin_beats + due.item.begin_beats + late_beats,
        end_beats: begin_beats + due.item.end_beats + late_beats - 0.05,
        semitones: due.item.semitones,
        verdict: Verdict::True,
    };
    lesson.course.dues.iter().enumerate().map(note).collect()
}

/// Lets the time go on in steps, and tells each note a fifth of a second after its end.
fn sing(lesson: &mut Lesson, notes: &[SungNote], (from, to): (f64, f64)) {
    let told_beats = 0.2 * lesson.tempo_bpm() / 60.0;
    let mut told = 0;
    let steps = ((to - from) / 0.05).ceil() as usize;
    for step in 0..=steps {
        let now = from + step as f64 * 0.05;
        while notes.get(told).is_some_and(|note| note.end_beats + told_beats <= now) {
            lesson.sing(notes[told]);
            told += 1;
        }
        lesson.pass(now);
    }
}

#[test]
fn a_take_is_counted_in_sung_and_done() {
    let mut lesson = lesson("CAR-SARALI-01", LessonSettings::default());
    assert_eq!(lesson.phase(), Phase::Ready);
    lesson.begin(2.3);
    assert_eq!(lesson.phase(), Phase::CountIn(5));
    lesson.pass(3.0);
    assert_eq!((lesson.phase(), lesson.cycle_place_beats()), (Phase::CountIn(4), 4.0));
    lesson.pass(7.0);
    assert_eq!((lesson.phase(), lesson.cursor(), lesson.cycle_place_beats()), (Phase::Singing, Some(0), 0.0));
    let notes = sung(&lesson, 7.0, 0.03);
    sing(&mut lesson, &notes, (7.0, 23.2));
    assert_eq!((lesson.phase(), lesson.last_take()), (Phase::Singing, None), "the last note is still being told");
    lesson.pass(24.0);
    assert_eq!((lesson.phase(), lesson.takes_done()), (Phase::Done, 1));
    let score = lesson.last_take().expect("a take");
    assert_eq!((score.notes, score.in_tune, score.missed, score.extra), (16, 16, 0, 0));
    assert!((score.tala_offset_ms.expect("a tala") - 30.0).abs() < 1.0);
    assert!(score.is_passed() && lesson.is_counted());
    assert_eq!(lesson.mark(3).outcome, Outcome::Sung);
    assert_eq!(lesson.score(Some(1)).in_tune, 8, "the second line");
}

#[test]
fn mistakes_are_found_where_they_are() {
    let mut lesson = lesson("CAR-SARALI-02", LessonSettings { speed: 2, bpm: 80.0, ..LessonSettings::default() });
    lesson.begin(0.0);
    let mut notes = sung(&lesson, 4.0, 0.02);
    notes[5].semitones += 1;
    notes[9].verdict = Verdict::Near;
    notes.remove(12);
    let count = notes.len();
    sing(&mut lesson, &notes, (0.0, 60.0));
    let score = lesson.last_take().expect("a take");
    assert_eq!((score.notes as usize, score.off, score.near, score.missed), (count + 1, 1, 1, 1));
    assert_eq!(lesson.mark(5).outcome, Outcome::Wrong);
    assert_eq!(lesson.mark(9).verdict, Verdict::Near);
    assert_eq!(lesson.mark(12).outcome, Outcome::Missed);
    assert_eq!(lesson.mark(13).outcome, Outcome::Sung);
}

#[test]
fn the_guide_sings_each_line_first() {
    let settings = LessonSettings { is_sung_first: true, ..LessonSettings::default() };
    let mut lesson = lesson("CAR-SARALI-01", settings);
    lesson.begin(0.0);
    let mut guide = Vec::new();
    lesson.guide_notes(0.0, 100.0, &mut guide);
    assert_eq!((guide.len(), guide[0].begin_beats, guide[8].begin_beats), (16, 4.0, 20.0));
    assert_eq!((guide[7].note.semitones(), guide[8].note.semitones()), (12, 12));
    lesson.pass(5.0);
    assert_eq!((lesson.phase(), lesson.cursor()), (Phase::Listening, Some(1)));
    let early = SungNote { id: 900, begin_beats: 4.0, end_beats: 4.9, semitones: 0, verdict: Verdict::True };
    lesson.sing(early);
    lesson.pass(12.5);
    assert_eq!((lesson.phase(), lesson.cursor()), (Phase::Singing, Some(0)));
    assert_eq!(lesson.mark(0).outcome, Outcome::Coming, "who sings along with the guide is not judged");
    let notes = sung(&lesson, 4.0, 0.0);
    sing(&mut lesson, &notes, (12.5, 40.0));
    assert_eq!(lesson.last_take().map(|score| (score.in_tune, score.extra)), Some((16, 0)));
}

#[test]
fn the_time_stands_until_the_note_is_held_true() {
    let mut lesson = lesson("CAR-SARALI-01", LessonSettings { waits: true, ..LessonSettings::default() });
    lesson.begin(0.0);
    for at in 0..=100 {
        lesson.pass(0.1 * f64::from(at));
    }
    assert_eq!((lesson.phase(), lesson.cursor()), (Phase::Waiting, Some(0)));
    assert_eq!(lesson.waited_for().map(Note::semitones), Some(0));
    let mut guide = Vec::new();
    lesson.guide_notes(0.0, 1e9, &mut guide);
    assert_eq!(guide, []);
    let note = |id, semitones, verdict| SungNote { id, begin_beats: 9.0, end_beats: 9.8, semitones, verdict };
    lesson.sing(note(1, 0, Verdict::Near));
    lesson.sing(note(2, 1, Verdict::True));
    lesson.pass(10.1);
    assert_eq!(lesson.phase(), Phase::Waiting, "near is not true, and another note is another note");
    lesson.sing(note(1, 0, Verdict::True));
    lesson.pass(10.2);
    assert_eq!((lesson.phase(), lesson.cursor()), (Phase::Singing, Some(1)));
    lesson.pass(11.5);
    assert_eq!((lesson.phase(), lesson.waited_for().map(Note::semitones)), (Phase::Waiting, Some(1)));
    assert!(!lesson.is_counted());
}

#[test]
fn who_sings_in_time_is_not_kept_waiting() {
    let mut lesson = lesson("CAR-JANTA-01", LessonSettings { waits: true, ..LessonSettings::default() });
    lesson.begin(0.0);
    // Each pair of notes is one long note, told as it sounds.
    let dues = lesson.course.dues.clone();
    let mut stood = 0;
    for step in 0..400 {
        let now = 0.1 * f64::from(step);
        lesson.pass(now);
        stood += usize::from(lesson.phase() == Phase::Waiting);
        let at = ((now - 4.0).max(0.0) as usize).min(dues.len() - 1) / 2 * 2;
        let begin_beats = 4.0 + dues[at].item.begin_beats;
        if now > begin_beats + 0.3 && lesson.phase() != Phase::Done {
            let semitones = dues[at].item.semitones;
            lesson.sing(SungNote { id: at as u64, begin_beats, end_beats: now, semitones, verdict: Verdict::True });
        }
    }
    assert_eq!((stood, lesson.phase()), (0, Phase::Done));
    assert_eq!(lesson.last_take().map(|score| score.missed), Some(0));
}

#[test]
fn a_part_is_repeated_and_each_time_is_a_take() {
    let settings = LessonSettings { part: Some((4.0, 8.0)), pace: 0.5, is_guided: true, ..LessonSettings::default() };
    let mut lesson = lesson("CAR-SARALI-01", settings);
    assert!((lesson.tempo_bpm() - 30.0).abs() < 1e-9);
    lesson.begin(0.0);
    let mut guide = Vec::new();
    lesson.guide_notes(4.0, 12.0, &mut guide);
    assert_eq!(guide.iter().map(|note| note.note.semitones()).collect::<Vec<_>>(), [7, 8, 11, 12, 7, 8, 11, 12]);
    let once = sung(&lesson, 4.0, 0.0);
    let notes: Vec<SungNote> = (0..6_u64)
        .flat_map(|round| {
            let by = 4.0 * round as f64;
            once.iter().map(move |note| SungNote {
                id: note.id + 100 * round,
                begin_beats: note.begin_beats + by - 0.02,
                end_beats: note.end_beats + by,
                ..*note
            })
        })
        .collect();
    sing(&mut lesson, &notes, (0.0, 21.0));
    assert_eq!((lesson.phase(), lesson.takes_done(), lesson.cursor()), (Phase::Singing, 4, Some(5)));
    let score = lesson.last_take().expect("a take");
    assert_eq!((score.notes, score.in_tune, score.extra), (4, 4, 0));
    assert_eq!((lesson.place_beats(), lesson.cycle_place_beats()), (5.0, 5.0));
    lesson.stop();
    assert_eq!(lesson.phase(), Phase::Done);
}

#[test]
fn it_begins_again_from_a_note() {
    let mut lesson = lesson("CAR-SARALI-01", LessonSettings::default());
    lesson.begin_from(0.0, 12);
    lesson.pass(4.0);
    assert_eq!((lesson.phase(), lesson.cursor(), lesson.cycle_place_beats()), (Phase::Singing, Some(12), 4.0));
    let mut notes = sung(&lesson, -8.0, 0.0);
    notes.drain(..12);
    sing(&mut lesson, &notes, (4.0, 9.0));
    let score = lesson.last_take().expect("a take");
    assert_eq!((score.in_tune, score.missed), (4, 0), "what was not asked for is not missed");
    assert!(!lesson.is_counted());
}

#[test]
fn free_exercises_have_no_time_to_be_late_for() {
    let mut lesson = lesson("CAR-KARVAI-1", LessonSettings::default());
    lesson.begin(0.0);
    let notes = sung(&lesson, 4.0, 0.25);
    sing(&mut lesson, &notes, (0.0, 200.0));
    let score = lesson.last_take().expect("a take");
    assert_eq!((score.tala_error_ms, score.missed), (None, 0));
    assert!(score.is_passed());
}

#[test]
fn odd_times_and_notes_do_no_harm() {
    let mut rng = Rng::new(5);
    let odd = [f64::NAN, f64::INFINITY, -1e300, 1e12, 3.0];
    for round in 0..24_u8 {
        let part = (round & 1 == 0).then_some((f64::NAN, 2.0)).or(Some((99.0, -5.0))).filter(|_| round & 2 == 0);
        let settings = LessonSettings {
            speed: round,
            bpm: odd[usize::from(round) % 5],
            pace: odd[usize::from(round + 1) % 5],
            waits: round & 4 == 0,
            part: part.map(|(from, to)| if round == 8 { (f64::from(round), 3.0) } else { (from, to) }),
            is_sung_first: round & 8 == 0,
            ..LessonSettings::default()
        };
        let mut lesson = lesson("CAR-ALANK-04", settings);
        lesson.begin_from(odd[usize::from(round) % 5], usize::from(round) * 3);
        let mut now = lesson.now_beats;
        for id in 0..400 {
            now += f64::from(rng.unit());
            lesson.pass(if id % 7 == 0 { odd[id as usize % 3] } else { now });
            let begin_beats = if id % 11 == 0 { odd[id as usize % 5] } else { now - 0.5 };
            let semitones = rng.below(14) as i16;
            lesson.sing(SungNote { id, begin_beats, end_beats: now, semitones, verdict: Verdict::True });
            assert!(lesson.place_beats().is_finite() && lesson.cycle_place_beats() >= 0.0);
        }
        lesson.pass(1e15);
        let mut guide = Vec::new();
        lesson.guide_notes(now, now + 8.0, &mut guide);
        assert!(lesson.score(None).true_share.is_finite());
    }
}

/// How many notes of all exercises get the mark that they deserve from a singer of whom one note in twenty each is left
/// out, wrong or followed by an extra one, who is unsteady by 60 ms and late by 80, and who holds repeated notes through.
fn marks_of_an_unsteady_singer(speed: u8) -> (usize, usize) {
    let mut rng = Rng::new(u64::from(speed));
    let (mut right, mut all) = (0, 0);
    for exercise in tables().exercises.iter().filter(|exercise| exercise.speeds.contains(&speed)) {
        let mut lesson = lesson(&exercise.id, LessonSettings { speed, ..LessonSettings::default() });
        lesson.begin(0.0);
        let mut notes: Vec<SungNote> = Vec::new();
        let mut truth = Vec::new();
        let plain = sung(&lesson, 4.0f64.min(f64::from(lesson.timeline.cycle_beats())), 0.08);
        for (at, note) in plain.iter().enumerate() {
            let drawn = rng.below(20);
            let jitter_beats = 0.06 * f64::from(rng.bipolar() + rng.bipolar() + rng.bipolar()).clamp(-1.5, 1.5);
            let moved = SungNote { begin_beats: note.begin_beats + jitter_beats, ..*note };
            let is_again = at > 0 && plain[at - 1].semitones == note.semitones && truth.last() == Some(&Outcome::Sung);
            truth.push(match drawn {
                _ if is_again => Outcome::Sung,
                0 => Outcome::Missed,
                1 => Outcome::Wrong,
                _ => Outcome::Sung,
            });
            match (truth.last(), notes.last_mut()) {
                (_, Some(before)) if is_again && rng.below(2) == 0 => before.end_beats = note.end_beats,
                (Some(Outcome::Missed), _) => {}
                (Some(Outcome::Wrong), _) => {
                    notes.push(SungNote { semitones: note.semitones + 1 + rng.below(3) as i16, ..moved });
                }
                _ => notes.push(moved),
            }
            if drawn == 2 {
                let begin_beats = note.end_beats - 0.2 * (note.end_beats - note.begin_beats);
                let semitones = note.semitones + 2;
                notes.push(SungNote {
                    id: 100_000 + note.id,
                    begin_beats,
                    end_beats: note.end_beats,
                    semitones,
                    ..moved
                });
            }
        }
        let end_beats = lesson.course.beats + 6.0;
        sing(&mut lesson, &notes, (0.0, end_beats));
        all += truth.len();
        let dues = lesson.course.dues.iter().zip(&truth);
        right += dues.filter(|(due, truth)| lesson.mark(due.asked).outcome == **truth).count();
    }
    (right, all)
}

#[test]
fn an_unsteady_singer_gets_the_marks_that_he_deserves() {
    for (speed, wanted) in [(1, 0.97), (2, 0.96), (4, 0.9)] {
        let (right, all) = marks_of_an_unsteady_singer(speed);
        let share = right as f64 / all as f64;
        assert!(share >= wanted, "at speed {speed} {right} of {all}: {share:.3}");
    }
}
