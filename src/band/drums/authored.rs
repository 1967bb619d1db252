//! Grooves and fills that were written, for the styles of which too few were recorded.
//!
//! One character is a sixteenth: `X` an accent, `x` a stroke, `o` a soft one, `g` a ghost note. A row of one bar is
//! played twice. Sources are common knowledge of the styles: the one drop, the rockers and the steppers of reggae; the
//! clave of the bossa on the rim over the surdo of the foot; the tamborim line of the samba; the ride of swing with the
//! foot on two and four.

use super::groove::{Fill, Groove, Shelf, Stroke, UNITS};
use super::kit::Drum::{self, Bell, Hat, High, Kick, Low, Mid, Open, Pedal, Ride, Snare, Stick};
use crate::band::style::{Style, StyleId};

type Rows = &'static [(Drum, &'static str)];

/// The grooves.
const GROOVES: &[(StyleId, Rows)] = &[
    // As plain as can be.
    (
        StyleId::PopBallad,
        &[(Kick, "X.......x.......X.......x.o....."), (Snare, "....x.......x..."), (Hat, "x.o.x.o.x.o.x.o.")],
    ),
    // The verse of a ballad: rim and eighths.
    (
        StyleId::PopBallad,
        &[(Kick, "X.......o.....o.X.....o.X......."), (Stick, "....x.......x..."), (Hat, "x.o.x.o.x.o.x.o.")],
    ),
    // The chorus: the ride over half time.
    (
        StyleId::PopBallad,
        &[
            (Kick, "X.....o...x...o."),
            (Snare, "....X.......X..."),
            (Ride, "x.o.x.o.x.o.x.o."),
            (Pedal, "....o.......o..."),
        ],
    ),
    // Four on the floor, hats between the beats.
    (
        StyleId::Disco,
        &[
            (Kick, "X...X...X...X..."),
            (Snare, "....X.......X..."),
            (Hat, "o...o...o...o..."),
            (Open, "..x...x...x...x."),
        ],
    ),
    // The same with sixteenths of two hands.
    (
        StyleId::Disco,
        &[
            (Kick, "X...X...X...X..."),
            (Snare, "....X.......X.......X.......X..g"),
            (Hat, "xgogxgogxgogxgogxgogxgogxgogxg.."),
            (Open, "..............................x."),
        ],
    ),
    // Surdo on the foot, clave on the rim, eighths on the hat.
    (
        StyleId::Bossa,
        &[
            (Kick, "x.....o.x.....o."),
            (Stick, "x.....x.....x.......x.....x....."),
            (Hat, "x.o.x.o.x.o.x.o."),
            (Pedal, "....o.......o..."),
        ],
    ),
    // The clave the other way round, eighths on the ride.
    (
        StyleId::Bossa,
        &[
            (Kick, "x.....o.x.....o."),
            (Stick, "....x.....x.....x.....x.....x..."),
            (Ride, "x.o.x.o.x.o.x.o."),
            (Pedal, "....x.......x..."),
        ],
    ),
    // The tamborim line on the rim, the foot between the beats, the second surdo on the low tom.
    (
        StyleId::Samba,
        &[
            (Kick, "o..ox..oo..ox..o"),
            (Stick, "x.xgxx.x.xgx.xxg"),
            (Pedal, "..x...x...x...x."),
            (Low, "............x..."),
        ],
    ),
    // The snare with the accents of the caixa.
    (
        StyleId::Samba,
        &[(Kick, "o..ox..oo..ox..o"), (Snare, "XgggxggxgxggxggXgxggxggxggxgXggx"), (Pedal, "..x...x...x...x.")],
    ),
    // The ride, the foot on two and four, the bass drum felt rather than heard.
    (
        StyleId::Swing,
        &[
            (Kick, "g...g...g...g..."),
            (Snare, "......g.......g...............g."),
            (Ride, "o...x.o.o...x.o."),
            (Pedal, "....x.......x..."),
        ],
    ),
    // The snare answers.
    (
        StyleId::Swing,
        &[
            (Kick, "g...g...g...g.o.g...g.o.g...g..."),
            (Snare, "..g...o...g.......o.......g...o."),
            (Ride, "x...X.o.x...X.o.x...X.o.x.o.X.o."),
            (Pedal, "....x.......x..."),
        ],
    ),
    // Time alone.
    (
        StyleId::SwingUp,
        &[
            (Kick, "........................o......."),
            (Ride, "x...X...x...X.o.x...X.o.x...X..."),
            (Pedal, "....x.......x..."),
        ],
    ),
    // Comping on the snare, and bombs.
    (
        StyleId::SwingUp,
        &[
            (Kick, "..............x...........o....."),
            (Snare, "......g...............o.......g."),
            (Ride, "x...X.o.x...X.o.x...X.o.x...X.o."),
            (Pedal, "....x.......x..."),
        ],
    ),
    (
        StyleId::SwingUp,
        &[
            (Kick, "......o...............x...o....."),
            (Snare, "..o...........g...o...g.......o."),
            (Ride, "x...X.o.x...X.o.x.o.X.o.x...X.o."),
            (Pedal, "....x.......x..."),
        ],
    ),
    // The left hand sweeps quarters, the right taps the ride's line on the skin.
    (StyleId::Brushes, &[(Kick, "g.......g......."), (Snare, "g...o...g...o..."), (Pedal, "....o.......o...")]),
    (StyleId::Brushes, &[(Kick, "g...g...g...g..."), (Snare, "g...o.g.g...o.g."), (Pedal, "....x.......x...")]),
    (
        StyleId::Brushes,
        &[
            (Kick, "g.......g.....g.g.....g.g......."),
            (Snare, "g...o.g.g...o.g.g.g.o.g.g...o.o."),
            (Ride, "o...............o..............."),
            (Pedal, "....x.......x..."),
        ],
    ),
    // Sticks of rods: the ride comes in.
    (
        StyleId::Brushes,
        &[
            (Kick, "g...g...g...g.o.g...g...g.o.g..."),
            (Snare, "g.....g.g...o.g.g.g...g.g...o.g."),
            (Ride, "o...x.o.o...x.o."),
            (Pedal, "....x.......x..."),
        ],
    ),
    // The one drop.
    (
        StyleId::Reggae,
        &[
            (Kick, "....X.......X..."),
            (Stick, "....x.......x..............x..x."),
            (Hat, "o.x.o.x.o.x.o.x.o.xgo.x.o.x.o.xg"),
        ],
    ),
    // Rockers.
    (
        StyleId::Reggae,
        &[
            (Kick, "X.......X.......X.......X.....o."),
            (Snare, "....X.......X..."),
            (Hat, "x.ogx.o.x.ogx.o.x.ogx.o.x.o.x..."),
            (Open, "..............................x."),
        ],
    ),
    // Steppers.
    (
        StyleId::Reggae,
        &[(Kick, "X...X...X...X..."), (Stick, "....x.......x......x..x.....x..."), (Hat, "xgogxgogxgogxgog")],
    ),
    // A jazz waltz: the foot on two.
    (
        StyleId::Waltz,
        &[(Kick, "o...........o..........."), (Ride, "x...x...o...x...x.o.o..."), (Pedal, "....x...........x...o...")],
    ),
    (
        StyleId::Waltz,
        &[
            (Kick, "x.........o.x..........."),
            (Snare, "......g...............g."),
            (Ride, "x...x.o.o...x...x.o.o..."),
            (Pedal, "....x...o..."),
        ],
    ),
    (
        StyleId::Waltz,
        &[
            (Kick, "x.....o.....x.........o."),
            (Snare, "..g.......o.......o...g."),
            (Ride, "x...x.o.x.o.x...x.o.x.o."),
            (Pedal, "....x...o..."),
        ],
    ),
    // Six eighths: the second beat struck.
    (StyleId::SixEight, &[(Kick, "X...........X.........o."), (Stick, "......x....."), (Hat, "x.o.o.x.o.o.")]),
    (StyleId::SixEight, &[(Kick, "X.......o...X...o......."), (Snare, "......X....."), (Hat, "x.o.o.x.o.o.")]),
    (
        StyleId::SixEight,
        &[
            (Kick, "X...o...o...X.....o...o."),
            (Snare, "......X...........X..g.."),
            (Ride, "x.o.o.x.o.o."),
            (Pedal, "......o....."),
        ],
    ),
    (
        StyleId::SixEight,
        &[
            (Kick, "X...o.o.x...X..oo.....o."),
            (Snare, "...g..X..g.....g..X..g.g"),
            (Bell, "x.....x....."),
            (Ride, "..o.o...o.o."),
            (Pedal, "......o....."),
        ],
    ),
];

/// The fills, one bar each.
const FILLS: &[(StyleId, Rows)] = &[
    (StyleId::SixEight, &[(Snare, "......x.x.x."), (Kick, "x....."), (Hat, "x.o.o.")]),
    (
        StyleId::SixEight,
        &[(Snare, "......xoo..."), (High, ".........x.."), (Low, "..........x."), (Kick, "x....."), (Hat, "x.o.o.")],
    ),
    (
        StyleId::SixEight,
        &[(Snare, "x.oox......."), (High, "......xo...."), (Mid, "........xo.."), (Low, "..........xo")],
    ),
    (
        StyleId::SixEight,
        &[
            (Snare, "xooxoo......"),
            (High, "......xo...."),
            (Mid, "........xo.."),
            (Low, "..........xx"),
            (Kick, "x.....x....."),
        ],
    ),
];

/// Adds what was written for a style to what was recorded.
pub fn add(style: &Style, shelf: &mut Shelf) {
    let beats = style.beats_per_bar as usize;
    for (_, rows) in GROOVES.iter().filter(|(id, _)| *id == style.id) {
        let take = strokes(style, rows, 2);
        let bpm = (style.bpm.0 + style.bpm.1) * 0.5;
        shelf.grooves.push(Groove { beats, bpm, is_written: true, takes: vec![take] });
    }
    for (_, rows) in FILLS.iter().filter(|(id, _)| *id == style.id) {
        shelf.fills.push(Fill { beats, strokes: strokes(style, rows, 1) });
    }
}

/// The strokes of so many bars in the order of time; a row is repeated until it fills them, half-bar rows of fills are
/// not.
fn strokes(style: &Style, rows: Rows, bars: usize) -> Vec<Stroke> {
    let beats = style.beats_per_bar as usize;
    let unit = UNITS / if style.steps_per_beat == 3 { 6 } else { 4 };
    let steps = bars * beats * UNITS / unit;
    let mut out = Vec::new();
    for (drum, row) in rows {
        let repeats = if bars == 1 { 1 } else { steps / row.len().max(1) };
        for (step, sign) in row.chars().cycle().take(row.len() * repeats).enumerate() {
            let velocity = match sign {
                'X' => 108.0,
                'x' => 86.0,
                'o' => 58.0,
                'g' => 30.0,
                _ => continue,
            };
            out.push(Stroke { unit: (step * unit) as u16, drum: *drum, velocity, millis: 0.0 });
        }
    }
    out.sort_by_key(|stroke| (stroke.unit, stroke.drum));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole_bars_and_every_groove_marks_time() {
        for (id, rows) in GROOVES {
            let style = id.style();
            let steps = style.beats_per_bar as usize * if style.steps_per_beat == 3 { 6 } else { 4 };
            for (drum, row) in *rows {
                assert!(row.len() == steps || row.len() == 2 * steps, "{id:?} {drum:?} {row}");
                assert!(row.chars().all(|sign| "Xxog.".contains(sign)), "{row}");
            }
            let take = strokes(style, rows, 2);
            let is_time = |s: &&Stroke| s.drum.is_cymbal_of_time();
            assert!(take.iter().filter(is_time).count() >= 4, "{id:?}");
            assert!(
                take.iter()
                    .all(|s| s.drum != Drum::Crash && usize::from(s.unit) < 2 * style.beats_per_bar as usize * UNITS)
            );
        }
    }
}
