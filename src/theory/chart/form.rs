//! The form of a piece as it is written, with repeats, endings and jumps, and how it is played.

use super::{BARS_MAX, ChartBar, ChartError};

/// Times that a repeat is played, at most; what asks for more is played so often.
pub const TIMES_MAX: u32 = 64;

/// The highest number of an ending; a higher one counts as it.
pub const ENDING_MAX: u32 = 15;

/// Steps from bar to bar, played or skipped, until a form is taken for endless.
const STEPS_MAX: usize = 20 * BARS_MAX;

/// A bar as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WrittenBar {
    /// What is in it.
    pub bar: ChartBar,
    /// Whether a repeat begins with it.
    pub is_repeat_begin: bool,
    /// How often a repeat that ends with it is played in all, at least; the number of its endings may ask for more.
    pub repeat_times: Option<u32>,
    /// The endings that it belongs to: bit n is ending n ([`ending`]); 0 is none.
    pub endings: u16,
    /// Whether a jump to the sign arrives here.
    pub is_segno: bool,
    /// Whether the coda begins here.
    pub is_coda: bool,
    /// Where the way to the coda leaves.
    pub to_coda: Option<Edge>,
    /// Whether the piece ends after it on the way back.
    pub is_fine: bool,
    /// Where to go on after it.
    pub jump: Option<Jump>,
}

/// One of the two ends of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Edge {
    Begin,
    End,
}

/// A jump back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// Whether it goes to the sign (D.S.) and not to the beginning (D.C.).
    pub is_to_segno: bool,
    /// How far the music then goes.
    pub until: Until,
}

/// How far the music goes after a jump back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// To the word "Fine", or to the jump where there is none.
    Fine,
    /// To the way to the coda, and on with the coda; as [`Self::Fine`] where there is none.
    Coda,
    /// To the end of that ending.
    Ending(u32),
}

/// What words over a bar say about the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// "D.C. al Fine", "D.S. al Coda", "D.C. al 2nd End."
    Jump(Jump),
    /// "Fine".
    Fine,
    /// "To Coda".
    ToCoda,
    /// "Coda".
    Coda,
    /// "3x": how often the repeat around it is played.
    Times(u32),
}

/// The bit of an ending in [`WrittenBar::endings`].
#[must_use]
pub fn ending(number: u32) -> u16 {
    1 << number.clamp(1, ENDING_MAX)
}

/// What words say about the form; `None` where they say something else.
#[must_use]
pub fn read_words(text: &str) -> Option<Words> {
    let lower = text.trim().to_lowercase();
    let letters: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let is_to_segno = says(&["d.s", "dal segno"]) || letters.starts_with("dsal") || letters == "ds";
    let is_to_begin = says(&["d.c", "da capo"]) || letters.starts_with("dcal") || letters == "dc";
    if is_to_segno || is_to_begin {
        let until = match &letters {
            l if l.contains("coda") => Until::Coda,
            l if l.contains("1st") => Until::Ending(1),
            l if l.contains("2nd") => Until::Ending(2),
            l if l.contains("3rd") => Until::Ending(3),
            _ => Until::Fine,
        };
        return Some(Words::Jump(Jump { is_to_segno, until }));
    }
    let times =
        letters.strip_suffix('x').or_else(|| letters.strip_suffix("times")).or_else(|| letters.strip_prefix('x'));
    match letters.as_str() {
        "fine" => Some(Words::Fine),
        "tocoda" => Some(Words::ToCoda),
        "coda" => Some(Words::Coda),
        _ => times?.parse().ok().filter(|times| (1..=TIMES_MAX).contains(times)).map(Words::Times),
    }
}

/// Where no bar is said to be the coda, the last of several coda signs is where it begins; the others lead there.
pub fn place_codas(bars: &mut [WrittenBar]) {
    if bars.iter().any(|bar| bar.is_coda) {
        return;
    }
    if let Some(last) = bars.iter_mut().rfind(|bar| bar.to_coda.is_some()) {
        (last.is_coda, last.to_coda) = (true, None);
    }
}

/// The bars in the order in which they are played. After a jump back repeats are not played again and the last of the
/// endings is taken, as musicians do.
///
/// # Errors
/// [`ChartError::TooLong`] for more than [`BARS_MAX`] bars, [`ChartError::NoChords`] where there is no chord in any.
pub fn unfold(bars: &[WrittenBar]) -> Result<Vec<ChartBar>, ChartError> {
    let mut walk = Walk {
        bars,
        last_endings: last_endings(bars),
        at: 0,
        repeat_from: 0,
        pass: 1,
        jump: None,
        is_in_coda: false,
        are_jumped: vec![false; bars.len()],
        played: Vec::with_capacity(bars.len()),
    };
    let mut steps = 0;
    while let Some(bar) = bars.get(walk.at) {
        walk.step(bar);
        steps += 1;
        if walk.played.len() > BARS_MAX || steps > STEPS_MAX {
            return Err(ChartError::TooLong);
        }
    }
    let has_chords = walk.played.iter().any(|bar| bar.chords.iter().any(|(_, chord)| chord.is_some()));
    if has_chords { Ok(walk.played) } else { Err(ChartError::NoChords) }
}

/// For each bar in an ending, the highest number among the endings beside each other; 0 for all other bars.
fn last_endings(bars: &[WrittenBar]) -> Vec<u32> {
    let mut last = Vec::with_capacity(bars.len());
    for group in bars.chunk_by(|a, b| (a.endings == 0) == (b.endings == 0)) {
        let all = group.iter().fold(0, |all, bar| all | bar.endings);
        last.resize(last.len() + group.len(), all.checked_ilog2().unwrap_or(0));
    }
    last
}

/// Somebody who reads the sheet with a finger on the bar.
struct Walk<'a> {
    bars: &'a [WrittenBar],
    last_endings: Vec<u32>,
    at: usize,
    repeat_from: usize,
    /// The time that the repeat is being played, from 1.
    pass: u32,
    /// The jump that was taken last.
    jump: Option<Jump>,
    is_in_coda: bool,
    are_jumped: Vec<bool>,
    played: Vec<ChartBar>,
}

impl Walk<'_> {
    fn step(&mut self, bar: &WrittenBar) {
        if bar.is_repeat_begin && self.repeat_from != self.at {
            self.begin_repeat(self.at);
        }
        if self.leaves(bar, Edge::Begin) {
            return self.go_to_coda();
        }
        if bar.endings != 0 && bar.endings & ending(self.wanted_ending()) == 0 {
            self.at += 1;
            return;
        }
        self.played.push(bar.bar.clone());
        if self.is_over(bar) {
            self.at = self.bars.len();
        } else if self.leaves(bar, Edge::End) {
            self.go_to_coda();
        } else if self.is_repeated(bar) {
            self.pass += 1;
            self.at = self.repeat_from;
        } else {
            let is_next_in_ending = self.bars.get(self.at + 1).is_some_and(|next| next.endings != 0);
            if bar.repeat_times.is_some() || (bar.endings != 0 && !is_next_in_ending) {
                self.begin_repeat(self.at + 1);
            }
            match bar.jump {
                Some(jump) => self.jump_back(jump),
                None => self.at += 1,
            }
        }
    }

    fn begin_repeat(&mut self, at: usize) {
        (self.repeat_from, self.pass) = (at, 1);
    }

    fn go_to(&mut self, at: usize) {
        self.begin_repeat(at);
        self.at = at;
    }

    fn wanted_ending(&self) -> u32 {
        match self.jump {
            Some(Jump { until: Until::Ending(number), .. }) => number,
            Some(_) => self.last_endings[self.at],
            None => self.pass,
        }
    }

    fn is_repeated(&self, bar: &WrittenBar) -> bool {
        let times = bar.repeat_times.map(|times| times.min(TIMES_MAX).max(self.last_endings[self.at]));
        self.jump.is_none() && times.is_some_and(|times| self.pass < times)
    }

    fn coda(&self) -> Option<usize> {
        self.bars.iter().rposition(|bar| bar.is_coda)
    }

    /// Whether the way to the coda leaves at that end of the bar.
    fn leaves(&self, bar: &WrittenBar, edge: Edge) -> bool {
        self.is_on_way_to_coda() && bar.to_coda == Some(edge)
    }

    fn is_on_way_to_coda(&self) -> bool {
        let is_wanted = self.jump.is_some_and(|jump| jump.until == Until::Coda);
        is_wanted && !self.is_in_coda && self.coda().is_some()
    }

    fn go_to_coda(&mut self) {
        self.is_in_coda = true;
        self.go_to(self.coda().unwrap_or(self.bars.len()));
    }

    /// Whether the piece ends after the bar.
    fn is_over(&self, bar: &WrittenBar) -> bool {
        let next = self.bars.get(self.at + 1);
        match self.jump.map(|jump| jump.until) {
            None => false,
            Some(Until::Ending(number)) => {
                let bit = ending(number);
                bar.endings & bit != 0 && next.is_none_or(|next| next.endings & bit == 0)
            }
            Some(Until::Fine) => bar.is_fine,
            Some(Until::Coda) => bar.is_fine && (self.is_in_coda || self.coda().is_none()),
        }
    }

    /// Takes a jump the first time; the second time the way back is at its end.
    fn jump_back(&mut self, jump: Jump) {
        if std::mem::replace(&mut self.are_jumped[self.at], true) {
            return if self.is_on_way_to_coda() { self.go_to_coda() } else { self.at = self.bars.len() };
        }
        let before = &self.bars[..=self.at];
        let sign = before.iter().rposition(|bar| bar.is_segno).or_else(|| self.bars.iter().position(|b| b.is_segno));
        self.jump = Some(jump);
        self.is_in_coda = false;
        self.go_to(sign.filter(|_| jump.is_to_segno).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::Chord;

    /// Bars from a short notation: a letter is a bar, and signs before or after it are its marks.
    fn written(text: &str) -> Vec<WrittenBar> {
        let mut bars: Vec<WrittenBar> = Vec::new();
        for word in text.split_whitespace() {
            let mut bar = WrittenBar::default();
            for mark in word.chars() {
                match mark {
                    '{' => bar.is_repeat_begin = true,
                    '}' => bar.repeat_times = Some(2),
                    '*' => bar.repeat_times = Some(3),
                    '1'..='9' => bar.endings |= ending(mark.to_digit(10).unwrap()),
                    '$' => bar.is_segno = true,
                    '<' => bar.to_coda = Some(Edge::Begin),
                    '>' => bar.to_coda = Some(Edge::End),
                    '@' => bar.is_coda = true,
                    '.' => bar.is_fine = true,
                    'x' | 'y' | 'z' | 'w' | 'v' => {
                        let until = match mark {
                            'x' | 'v' => Until::Coda,
                            'z' => Until::Ending(2),
                            _ => Until::Fine,
                        };
                        bar.jump = Some(Jump { is_to_segno: matches!(mark, 'v' | 'w'), until });
                    }
                    letter => {
                        bar.bar.section = Some(letter.to_string());
                        bar.bar.chords.push((0.0, Some(Chord::default())));
                    }
                }
            }
            bars.push(bar);
        }
        bars
    }

    #[test]
    fn forms_are_played_as_musicians_do() {
        let table = [
            ("A B C", "ABC"),
            ("{A B} C", "ABABC"),
            ("A B} C D}", "ABABCDCD"),
            ("A {B C* D", "ABCBCBCD"),
            ("{A 1B} 2C D", "ABACD"),
            ("{A 1B} 2C} 3D E", "ABACADE"),
            ("{A 12B} 3C", "ABABAC"),
            ("{A 1B} 2C D E}", "ABACDEDE"),
            ("A B. C y", "ABCAB"),
            ("A B. Cy", "ABCAB"),
            ("A $B C. Dw", "ABCDBC"),
            ("A B> C Dx @E F", "ABCDABEF"),
            ("A <B C Dx @E F", "ABCDAEF"),
            ("A $B C> Dv @E", "ABCDBCE"),
            ("{A 1B} 2C Dy", "ABACDACD"),
            ("{A B} C. Dy", "ABABCDABC"),
            ("{A 1B} 2C Dz", "ABACDAC"),
            ("A Bx @C", "ABABC"),
            ("A B y", "ABAB"),
            ("A> @B C", "ABC"),
            ("A> B Cx @D Ey", "ABCADEABC"),
        ];
        for (text, wanted) in table {
            // A jump that stands alone belongs to the bar before it.
            let bars = written(&text.replace(" y", "y"));
            let played = unfold(&bars).expect(text);
            let letters: String = played.into_iter().filter_map(|bar| bar.section).collect();
            assert_eq!(letters, wanted, "{text}");
        }
    }

    #[test]
    fn what_never_ends_is_refused() {
        let mut bars = written("{A");
        bars.resize(100, bars[0].clone());
        bars[0].is_repeat_begin = true;
        bars.iter_mut().skip(1).for_each(|bar| bar.is_repeat_begin = false);
        bars[99].repeat_times = Some(u32::MAX);
        assert_eq!(unfold(&bars), Err(ChartError::TooLong));
        // A long ending that is never played is passed by again and again.
        bars = vec![WrittenBar { endings: ending(9), ..WrittenBar::default() }; BARS_MAX];
        (bars[0], bars[BARS_MAX - 1]) = (written("{A").remove(0), written("A").remove(0));
        bars[BARS_MAX - 1].repeat_times = Some(TIMES_MAX);
        assert_eq!(unfold(&bars), Err(ChartError::TooLong));
        let jump = Some(Jump { is_to_segno: false, until: Until::Coda });
        let silent = vec![WrittenBar { jump, ..WrittenBar::default() }; BARS_MAX];
        assert_eq!(unfold(&silent), Err(ChartError::NoChords));
        assert_eq!(unfold(&[]), Err(ChartError::NoChords));
    }

    #[test]
    fn words_say_where_to_go() {
        let jump = |is_to_segno, until| Some(Words::Jump(Jump { is_to_segno, until }));
        let table = [
            ("D.C. al Fine", jump(false, Until::Fine)),
            ("D.C.alCoda", jump(false, Until::Coda)),
            ("D.S. al Coda", jump(true, Until::Coda)),
            ("d.c. al 2nd End.", jump(false, Until::Ending(2))),
            ("DS al Fine", jump(true, Until::Fine)),
            ("3 repeats then D.C.al fine", jump(false, Until::Fine)),
            ("Dal Segno", jump(true, Until::Fine)),
            ("(fine)", Some(Words::Fine)),
            ("To Coda", Some(Words::ToCoda)),
            ("Coda", Some(Words::Coda)),
            ("3x", Some(Words::Times(3))),
            ("x4", Some(Words::Times(4))),
            ("0x", None),
            ("and cold", None),
            ("Ads", None),
            ("Finely", None),
            ("", None),
        ];
        for (text, wanted) in table {
            assert_eq!(read_words(text), wanted, "{text}");
        }
    }

    #[test]
    fn no_form_is_without_an_end() {
        let marks = ["{", "}", "*", "1", "2", "3", "$", "<", ">", "@", ".", "x", "y", "z", "w", "v", " A", " B", " A"];
        let mut rng = crate::base::Rng::new(11);
        for _ in 0..2_000 {
            let text: String = (0..rng.below(60)).map(|_| marks[rng.below(marks.len() as u32) as usize]).collect();
            if let Ok(bars) = unfold(&written(&text)) {
                assert!(bars.len() <= BARS_MAX, "{text}");
            }
        }
    }
}
