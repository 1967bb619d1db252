//! Writes what the rules play, as pieces for `models/train/players/measure.py --rules`, which counts their statistics.
//!
//! `cargo bench --no-default-features --bench rules_pieces -- FILE`: for every style in four or three, common progressions
//! in several keys, sixteen bars each, at four energies. The lead trades two bars with short tunes, which are not written.

use sangat::band::mode::MODES;
use sangat::band::{
    Ask, BAR_NOTES_MAX, Bar, Chords, Context, Feel, Note, Origin, Part, Role, STYLES, Style, Taste, Turn,
};
use sangat::theory::Chord;
use serde_json::{Value, json};

const BARS: i64 = 16;
const KEYS: [u8; 4] = [0, 3, 7, 10];
const ENERGIES: [f32; 4] = [0.2, 0.4, 0.6, 0.85];
const PROGRESSIONS: [[&str; 4]; 4] =
    [["C", "Am", "F", "G"], ["Dm7", "G7", "Cmaj7", "A7"], ["Am", "F", "C", "G"], ["Cm7", "Fm7", "Bb7", "Ebmaj7"]];
/// The bars of a turn when player and lead trade.
const TURN_BARS: i64 = 2;
/// The tunes that the lead answers: places in eighths of a beat from the begin of the turn, and keys above the root.
const TUNES: [&[(u8, u8)]; 4] = [
    &[(0, 12), (4, 14), (8, 16), (16, 19), (24, 16)],
    &[(4, 19), (8, 17), (12, 16), (16, 14), (20, 12), (32, 14)],
    &[(0, 24), (12, 23), (16, 19), (28, 21), (32, 19), (40, 16)],
    &[(2, 12), (6, 15), (10, 17), (14, 18), (18, 19), (22, 22), (26, 24)],
];
/// General MIDI's drum keys by the nine drums of `represent.py`.
const DRUMS: [&[u8]; 9] =
    [&[35, 36], &[37, 38, 39, 40], &[42, 44], &[46], &[41, 43], &[45, 47], &[48, 50], &[49, 52, 55, 57], &[51, 53, 59]];

fn main() -> std::io::Result<()> {
    let Some(file) = std::env::args().skip(1).find(|arg| arg != "--bench") else {
        eprintln!("Name the file to write.");
        return Ok(());
    };
    let mut pieces: Vec<Value> = Vec::new();
    for style in STYLES.iter().filter(|style| style.steps_per_beat == 4) {
        for (at, (progression, energy)) in PROGRESSIONS.iter().zip(ENERGIES).enumerate() {
            for key in KEYS {
                pieces.push(piece(style, progression, key, energy, (at as u64) << 8 | u64::from(key)));
            }
        }
    }
    std::fs::write(file, Value::Array(pieces).to_string())
}

fn piece(style: &'static Style, progression: &[&str; 4], key: u8, energy: f32, seed: u64) -> Value {
    let bpm = (style.bpm.0 * style.bpm.1).sqrt();
    let length = f64::from(style.beats_per_bar);
    let named = progression.iter().filter_map(|name| Chord::parse(name)).map(|chord| chord.transposed(key));
    let named: Vec<Chord> = named.collect();
    let mut chords = Chords::default();
    for bar in 0..=BARS {
        chords.push(bar as f64 * length, named[bar as usize % named.len()], Origin::Chart, 1.0);
    }
    let mut players = (MODES[0].players)();
    let mut notes: [Vec<Note>; Part::COUNT] = std::array::from_fn(|_| Vec::new());
    let mut context = Context::new();
    for index in 0..BARS {
        let mut band: [Vec<Note>; Part::COUNT] = std::array::from_fn(|_| Vec::with_capacity(BAR_NOTES_MAX));
        let begin_beats = index as f64 * length;
        context.now_beats = begin_beats;
        let is_answer = index / TURN_BARS % 2 == 1;
        if index % TURN_BARS == 0 && !is_answer {
            let tune = TUNES[(index / TURN_BARS / 2) as usize % TUNES.len()];
            tune.iter().for_each(|(place, above)| {
                let (key, at_beats) = (55 + key + above, begin_beats + f64::from(*place) / 8.0);
                context.strike(at_beats, key, 90);
                context.release(at_beats + 0.4, key);
            });
        }
        let turn_beats = (index - index % TURN_BARS) as f64 * length;
        let turn = is_answer.then_some(Turn {
            begin_beats: turn_beats,
            bars: TURN_BARS as u32,
            player_begin_beats: turn_beats - TURN_BARS as f64 * length,
            player_end_beats: turn_beats,
        });
        for part in [Part::Drums, Part::Bass, Part::Keys, Part::Lead]
            .into_iter()
            .filter(|part| is_answer || *part != Part::Lead)
        {
            let mut out = Vec::with_capacity(BAR_NOTES_MAX);
            players[part as usize].play(
                &Ask {
                    part,
                    bar: Bar {
                        index,
                        begin_beats,
                        beats: style.beats_per_bar,
                        role: if is_fill(index) { Role::Fill } else { Role::Groove },
                        in_section: index as u32,
                        ..Bar::default()
                    },
                    from_beats: begin_beats,
                    style,
                    taste: Taste::of(part),
                    feel: Feel { swing: style.swing, fills: 0.4, energy, bpm },
                    chords: &chords,
                    key: None,
                    context: &context,
                    before: &notes[part as usize],
                    band: &band,
                    turn: turn.filter(|_| part == Part::Lead),
                    seed,
                },
                &mut out,
            );
            out.iter().for_each(|note| context.commit(part, *note));
            notes[part as usize].extend_from_slice(&out);
            band[part as usize] = out;
        }
    }
    written(style, (&notes, &chords), bpm, energy)
}

fn is_fill(bar: i64) -> bool {
    bar % 8 == 7
}

fn written(style: &Style, (notes, chords): (&[Vec<Note>; Part::COUNT], &Chords), bpm: f64, energy: f32) -> Value {
    let each = |value: Value| Value::Array(vec![value; BARS as usize]);
    let by_bar = |of: fn(i64) -> i64| Value::Array((0..BARS).map(|bar| of(bar).into()).collect());
    let spans = chords.spans();
    let degrees = |chord: Chord| -> Vec<u8> { (0..12).filter(|n| chord.has(chord.root + n)).collect() };
    let over = json!({
        "begin": spans.iter().map(|span| span.begin_beats).collect::<Vec<_>>(),
        "root": spans.iter().map(|span| span.chord.root).collect::<Vec<_>>(),
        "mask": spans.iter().map(|span| degrees(span.chord)).collect::<Vec<_>>(),
    });
    let of_part = |part: Part| {
        let rows = notes[part as usize].iter();
        let rows = rows.map(|n| json!([n.begin_beats.max(0.0), n.length_beats, n.key, n.velocity, 1]));
        json!({ "piece": { "notes": rows.collect::<Vec<_>>(), "chords": over, "rhythm_steps": null } })
    };
    let drum = |key: u8| DRUMS.iter().position(|keys| keys.contains(&key));
    let strokes = notes[Part::Drums as usize].iter();
    let strokes = strokes.filter_map(|n| Some(json!([n.begin_beats.max(0.0), drum(n.key)?, n.velocity])));
    json!({
        "bars": {
            "beats": each(style.beats_per_bar.into()),
            "style": each((style.id as u8).into()),
            "bpm": each(bpm.into()),
            "phrase": by_bar(|bar| bar % 4),
            "energy": each(f64::from(energy).into()),
            "density": each(Value::Null),
            "player_key": each(Value::Null),
            "fill": by_bar(|bar| i64::from(is_fill(bar))),
        },
        "drums": { "piece": { "strokes": strokes.collect::<Vec<_>>(), "player_steps": null } },
        "bass": of_part(Part::Bass),
        "keys": of_part(Part::Keys),
        "lead": of_part(Part::Lead),
    })
}
