//! The bass lines of each style.
//!
//! Signs: `R` the chord's bass, `3` its third, `5` the fifth above, `d` the fifth below, `7` the seventh or sixth (the
//! fifth where there is none), `8` the octave above, `w` the next note of a walk, `a` an approach to the coming chord,
//! `x` a ghost note. The player adds `p`, a note in passing that does not approach yet.

use crate::band::StyleId;
use crate::band::comping::pattern::Pattern;

/// A bass line and how it is played.
#[derive(Debug)]
pub struct Line {
    /// The styles that have it.
    pub styles: &'static [StyleId],
    /// Its notes.
    pub pattern: Pattern,
    /// How much of its length a note sounds, 0 to 1.
    pub gate: f32,
    /// How far behind the beat it is played, in seconds.
    pub laid_back_secs: f64,
    /// Whether it plays with the kick drum.
    pub is_locked_to_kick: bool,
    /// From which density on the part walks instead, 0 to 1; above 1 never.
    pub walks_from: f32,
    /// Whether a hard note may be slid into.
    pub is_slid: bool,
}

const PLAIN: Line = Line {
    styles: &[],
    pattern: Pattern { cells: "", needs: "" },
    gate: 0.92,
    laid_back_secs: 0.0,
    is_locked_to_kick: false,
    walks_from: 2.0,
    is_slid: false,
};

const fn line(styles: &'static [StyleId], cells: &'static str, needs: &'static str) -> Line {
    Line { styles, pattern: Pattern { cells, needs }, ..PLAIN }
}

const fn locked(styles: &'static [StyleId], cells: &'static str, needs: &'static str) -> Line {
    Line { is_locked_to_kick: true, is_slid: true, ..line(styles, cells, needs) }
}

const fn late(laid_back_ms: f64, line: Line) -> Line {
    Line { laid_back_secs: laid_back_ms / 1000.0, ..line }
}

const fn gated(gate: f32, line: Line) -> Line {
    Line { gate, ..line }
}

use StyleId::*;

/// All lines; a style has one or more, and a section keeps the one it began with.
#[rustfmt::skip]
pub static LINES: [Line; 28] = [
    // Driving eighths with the kick, and the country-like root and fifth.
    locked(&[Rock], "R-R- R-R- R-R- R-a-",
                    "0.2. 1.2. 0.2. 1.4."),
    locked(&[Rock], "R--R --R- R-R- R-5-",
                    "0..1 ..2. 0.4. 2.5."),
    gated(0.8, locked(&[Rock], "R--- 5-x- R--- 5-a-",
                               "0... 2.6. 0... 2.5.")),
    // A pedal that moves only to lead on.
    late(5.0, line(&[PopBallad], "R--- ---- R--- --5-",
                                 "0... .... 2... ..4.")),
    late(5.0, line(&[PopBallad], "R--- --R- 5--- --a-",
                                 "0... ..3. 3... ..5.")),
    late(5.0, line(&[PopBallad], "R--- ---- ---- 5-a- R--- --5- R--- --a-",
                                 "0... .... .... 4.6. 0... ..3. 2... ..5.")),
    // On the one, then between the beats.
    gated(0.8, locked(&[Funk], "R--. x.8. ..R. x.7a R-.x ..R. x.5. 7-8.",
                               "0... 4.2. ..1. 5.38 0..5 ..2. 6.3. 4.4.")),
    gated(0.8, locked(&[Funk], "R.R. ..xR .x5. ..7. R.R. ..xR .x8. 7.5a",
                               "0.2. ..41 .63. ..2. 0.2. ..41 .63. 4.38")),
    // Root, fifth and octave, pushed by a sixteenth.
    late(6.0, locked(&[Soul], "R--R --5- 8--5 --a-",
                              "0..2 ..3. 1..4 ..3.")),
    late(6.0, locked(&[Soul], "R--. R-3- 5--. x-7a R--. R-5- 8--7 5-a-",
                              "0... 2.3. 1... 6.48 0... 2.3. 1..6 4.5.")),
    // Low and sparse, behind the beat.
    late(14.0, locked(&[HipHop], "R--- ..R- ..R. ..a.",
                                 "0... ..2. ..3. ..6.")),
    late(14.0, locked(&[HipHop], "R--. ...R --R- ..5x R--- ..R- .8.. 7-5.",
                                 "0... ...2 ..2. ..48 0... ..2. .5.. 3.6.")),
    // Octaves.
    gated(0.75, line(&[Disco], "R.8. R.8. R.8. R.8.",
                               "0.0. 0.0. 0.0. 0.0.")),
    gated(0.75, line(&[Disco], "R.8. R.8x R.8. R.8a R.8. R.8x R.8. 5.7a",
                               "0.0. 0.05 0.0. 0.07 0.0. 0.05 0.0. 0.06")),
    // Root and fifth, with the next chord before its bar.
    line(&[Bossa], "R--- --d- d--- --R-",
                   "0... ..2. 0... ..3."),
    line(&[Bossa], "R--- --d- d--- --R>",
                   "0... ..2. 0... ..1."),
    line(&[Bossa], "R--- --5- 5-R- --R> R--- --5- 5--- 7-R>",
                   "0... ..1. 0.6. ..2. 0... ..1. 0... 5.2."),
    // The heavy second beat is the surdo's; in a bar of four there are two of its bars.
    gated(0.85, line(&[Samba], "R--5 d--R R--5 d--R",
                               "0..3 0..3 0..3 0..3")),
    gated(0.85, line(&[Samba], "R--R d--d R-5R d--R",
                               "0..2 0..3 0.72 0..4")),
    // Walking, and in two.
    Line { gate: 0.95, ..line(&[Swing, SwingUp], "w--- w--- w--- w---",
                                                 "0... 0... 0... 0...") },
    Line { walks_from: 0.6, ..late(8.0, line(&[Brushes], "R--- ---- 5--- --a-",
                                                         "0... .... 0... ..4.")) },
    Line { walks_from: 0.6, ..late(8.0, line(&[Brushes], "R--- ---- 5--- a---",
                                                         "0... .... 0... 3...")) },
    Line { walks_from: 0.55, ..line(&[Waltz], "R--- ---- 5---",
                                              "0... .... 3...") },
    Line { walks_from: 0.55, ..line(&[Waltz], "R--- --5- --a- R--- ---- 5---",
                                              "0... ..3. ..5. 0... .... 3...") },
    // Lines with holes in them; the second leaves the one to the silence.
    gated(0.7, late(10.0, line(&[Reggae], "R-.R --.. 5-.. 3-R. R-.R --.. 7-5. ..d.",
                                          "0..1 .... 1... 3.4. 0..1 .... 1.3. ..4."))),
    gated(0.7, late(10.0, line(&[Reggae], ".... R-R. 5--. 3-R. .... R-R. 8--7 5-..",
                                          ".... 0.2. 0... 3.4. .... 0.2. 0..5 3..."))),
    // One figure, again and again.
    gated(0.7, locked(&[Afrobeat], "R..R ..5. 7.8. ..5. R..R ..5. 8.7. 5.3.",
                                   "0..1 ..1. 2.2. ..5. 0..1 ..1. 2.2. 4.6.")),
    line(&[SixEight], "R-- R-5 R-- 5-a",
                      "0.. 1.4 0.. 1.5"),
];

/// What is played in every style while a chord is not sure: its bass alone.
pub static PEDAL: Line = line(&[], "R---", "0...");

/// The line that walks, for the styles that come to it.
pub static WALK: Line = Line { gate: 0.95, ..line(&[], "w---", "0...") };

/// The lines of a style; never empty.
pub fn of_style(style: StyleId) -> impl Iterator<Item = &'static Line> + Clone {
    LINES.iter().filter(move |line| line.styles.contains(&style))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::comping::pattern::check::is_well_formed;

    #[test]
    fn every_line_fits_its_styles_bar_and_says_when_each_note_is_played() {
        for line in &LINES {
            for style in line.styles.iter().map(|style| style.style()) {
                let (beats, steps) = (style.beats_per_bar as usize, style.steps_per_beat as usize);
                assert!(is_well_formed(&line.pattern, beats, steps, "R35d78wax"), "{line:?}");
            }
        }
        assert!(crate::band::STYLES.iter().all(|style| of_style(style.id).next().is_some()));
    }
}
