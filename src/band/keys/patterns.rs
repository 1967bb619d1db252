//! The comping of each style: rhythm, and what kind of chord is struck.
//!
//! Signs: `X` a hard stroke, `x` a plain one, `o` a soft one; `1` to `5` one voice of the chord alone, the lowest
//! first.

use crate::band::StyleId;
use crate::band::comping::pattern::Pattern;

/// What of a chord is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tones {
    /// From the root up: triads and sevenths.
    Rooted,
    /// The root is the bass player's: third, seventh and tensions.
    Rootless,
    /// Third and seventh first, and little else.
    Shell,
}

/// A way of comping.
#[derive(Debug)]
pub struct Comp {
    /// The styles that have it.
    pub styles: &'static [StyleId],
    /// Its rhythm.
    pub pattern: Pattern,
    /// What is played.
    pub tones: Tones,
    /// Voices while little happens, 3 to 5; one or two more when much does.
    pub voices: usize,
    /// Whether the voices lie apart.
    pub is_spread: bool,
    /// Whether single voices ring on until the chord ends, as with the pedal held.
    pub is_ringing: bool,
    /// How much of its length a stroke sounds, 0 to 1.
    pub gate: f32,
    /// How far behind the beat it is played, in seconds.
    pub laid_back_secs: f64,
    /// The middle of the chords, in keys above or below that of the part's range.
    pub register: i32,
}

const PLAIN: Comp = Comp {
    styles: &[],
    pattern: Pattern { cells: "", needs: "" },
    tones: Tones::Rooted,
    voices: 3,
    is_spread: false,
    is_ringing: false,
    gate: 0.9,
    laid_back_secs: 0.0,
    register: -2,
};

const fn comp(styles: &'static [StyleId], like: Comp, cells: &'static str, needs: &'static str) -> Comp {
    Comp { styles, pattern: Pattern { cells, needs }, ..like }
}

const PAD: Comp = Comp { voices: 4, is_spread: true, gate: 0.98, laid_back_secs: 0.004, ..PLAIN };
const STABS: Comp = Comp { tones: Tones::Rootless, voices: 4, gate: 0.55, register: 1, ..PLAIN };
const GOSPEL: Comp = Comp { voices: 4, gate: 0.75, laid_back_secs: 0.006, ..PLAIN };
const DUSTY: Comp = Comp { tones: Tones::Rootless, voices: 4, laid_back_secs: 0.012, ..PLAIN };
const OFF_BEATS: Comp = Comp { voices: 4, gate: 0.5, register: 2, ..PLAIN };
const NYLON: Comp = Comp { tones: Tones::Rootless, voices: 4, gate: 0.7, ..PLAIN };
const JAZZ: Comp = Comp { tones: Tones::Rootless, voices: 4, gate: 0.75, ..PLAIN };
const SHELLS: Comp = Comp { tones: Tones::Shell, gate: 0.7, ..PLAIN };
const LATE_NIGHT: Comp = Comp { tones: Tones::Rootless, voices: 4, gate: 0.96, laid_back_secs: 0.008, ..PLAIN };
const SKANK: Comp = Comp { gate: 0.6, laid_back_secs: 0.008, register: 3, ..PLAIN };
const FIGURE: Comp = Comp { tones: Tones::Rootless, gate: 0.5, register: 2, ..PLAIN };
const BROKEN: Comp = Comp { voices: 4, is_spread: true, is_ringing: true, gate: 0.98, ..PLAIN };

use StyleId::*;

/// All ways of comping; a style has one or more, and a section keeps the one it began with.
#[rustfmt::skip]
pub static COMPS: [Comp; 29] = [
    comp(&[Rock], PLAIN, "X--- x-x- X--- x-x-",
                         "0... 1.4. 0... 1.5."),
    comp(&[Rock], PLAIN, "X--. ..X- --x- x-x-",
                         "0... ..1. ..3. 2.5."),
    comp(&[PopBallad], PAD, "X--- ---- x--- --o-",
                            "0... .... 2... ..5."),
    comp(&[PopBallad], PAD, "X--- o--- x--- o---",
                            "0... 3... 1... 3..."),
    comp(&[PopBallad], PAD, "X--- ---- ---- o-o- X--- --o- x--- --o-",
                            "0... .... .... 3.5. 0... ..4. 2... ..5."),
    // Two-handed stabs around the beat.
    comp(&[Funk], STABS, "X... ..x. ...X ..x. ...o ..X. ..x. x..o",
                         "1... ..0. ...2 ..3. ...5 ..0. ..2. 3..6"),
    comp(&[Funk], STABS, "..x. .X.. ..x. .X.o ..x. .X.x ..o. .X..",
                         "..0. .2.. ..1. .2.6 ..0. .2.4 ..5. .1.."),
    comp(&[Soul], GOSPEL, "..x- X-.. ..x- X-x.",
                          "..2. 0... ..3. 0.4."),
    comp(&[Soul], GOSPEL, "X--. ..x- .... X-x. X--. ..x- .ox. X-..",
                          "0... ..2. .... 1.4. 0... ..2. .53. 1..."),
    comp(&[HipHop], DUSTY, "X--- ---- ..x- --o-",
                           "0... .... ..2. ..5."),
    comp(&[HipHop], DUSTY, "X--- ..x- .... ..o- X--- ---x -... ....",
                           "0... ..2. .... ..4. 0... ...1 .... ...."),
    comp(&[Disco], OFF_BEATS, "..X. ..X. ..X. ..Xo",
                              "..0. ..0. ..0. ..05"),
    comp(&[Disco], OFF_BEATS, "..X. .oX. ..X. .oXo",
                              "..0. .30. ..0. .405"),
    // The left hand's clave of the guitar: two bars, the second answers.
    comp(&[Bossa], NYLON, "X-.. ..X- ..o. X-.. ..o. X-.. ..X- ..x>",
                          "0... ..0. ..4. 1... ..3. 0... ..1. ..2."),
    comp(&[Bossa], NYLON, "X-.. x-o. ..x- ..X> ..o. x-.. o.x- ..X>",
                          "0... 2.4. ..0. ..1. ..3. 0... 5.1. ..1."),
    comp(&[Samba], NYLON, "x.x. .x.x .x.x .x.x",
                          "0.2. .1.3 .1.4 .0.2"),
    comp(&[Samba], NYLON, "..x. x.xx .x.x ..x> ..xx .x.x x.x. x.x>",
                          "..0. 3.24 .1.3 ..1. ..24 .1.3 1.3. 4.1."),
    // The Charleston and its answers, with the coming chord before the bar.
    comp(&[Swing, SwingUp], JAZZ, "X--. ..x. .... ..o. .... ..x. ..x- ..X>",
                                  "0... ..0. .... ..4. .... ..0. ..3. ..2."),
    comp(&[Swing, SwingUp], JAZZ, "..x. .... x-.. ..X> .... ..x- .... ..x>",
                                  "..0. .... 3... ..1. .... ..1. .... ..1."),
    comp(&[Swing, SwingUp], SHELLS, "..x. ..o. ..x. ..X> ..o. ..x. ..o. ..X>",
                                    "..1. ..3. ..0. ..2. ..3. ..0. ..4. ..1."),
    comp(&[Brushes], LATE_NIGHT, "X--- ---- x--- --o-",
                                 "0... .... 2... ..5."),
    comp(&[Brushes], LATE_NIGHT, "X--- --o- ---- ..o- X--- ---- --o- ----",
                                 "0... ..2. .... ..4. 0... .... ..3. ...."),
    comp(&[Reggae], SKANK, "..X. ..X. ..X. ..X.",
                           "..0. ..0. ..0. ..0."),
    // With the organ's bubble around the skank.
    comp(&[Reggae], SKANK, ".oXo .oXo .oXo .oXo",
                           ".305 .405 .305 .405"),
    comp(&[Afrobeat], FIGURE, "..x. X..x ..X. x... ..x. X..x .ox. X.o.",
                              "..0. 0..1 ..2. 3... ..0. 0..1 .42. 3.5."),
    comp(&[Waltz], JAZZ, "X--- --x- ..o. .... x--- --x-",
                         "0... ..1. ..4. .... 0... ..2."),
    comp(&[Waltz], JAZZ, ".... x--- o-.. .... x--- ..x>",
                         ".... 0... 3... .... 0... ..2."),
    comp(&[SixEight], BROKEN, "123 432",
                              "001 012"),
    comp(&[SixEight], BROKEN, "X-3 x-4",
                              "0.2 0.3"),
];

/// The ways of comping of a style; never empty.
pub fn of_style(style: StyleId) -> impl Iterator<Item = &'static Comp> + Clone {
    COMPS.iter().filter(move |comp| comp.styles.contains(&style))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::comping::pattern::check::is_well_formed;

    #[test]
    fn every_rhythm_fits_its_styles_bar_and_says_when_each_stroke_is_played() {
        for comp in &COMPS {
            for style in comp.styles.iter().map(|style| style.style()) {
                let (beats, steps) = (style.beats_per_bar as usize, style.steps_per_beat as usize);
                assert!(is_well_formed(&comp.pattern, beats, steps, "Xxo12345"), "{comp:?}");
            }
        }
        assert!(crate::band::STYLES.iter().all(|style| of_style(style.id).next().is_some()));
    }
}
