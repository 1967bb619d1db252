//! Figures as people read them. What is not known is a dash, never a zero.

/// What stands for an unknown number.
pub const DASH: &str = "\u{2014}";
/// The sign of what is below zero.
pub const MINUS: char = '\u{2212}';

/// A number with the right minus and so many decimals.
#[must_use]
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().any(|c| ('1'..='9').contains(&c)) => format!("{MINUS}{rest}"),
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// Milliseconds with three figures, without the unit: 0.46, 10.0, 141.
#[must_use]
pub fn millis(nanos: u64) -> String {
    let value = nanos as f64 / 1e6;
    let decimals = match value {
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    number(value, decimals)
}

/// Milliseconds with one decimal and the unit: 5.7 ms.
#[must_use]
pub fn millis_short(nanos: u64) -> String {
    format!("{} ms", number(nanos as f64 / 1e6, 1))
}

/// Minutes and seconds, with hours from the first on: 12:31, 1:02:03.
#[must_use]
pub fn clock(secs: f64) -> String {
    let total = secs.max(0.0) as u64;
    let (hours, minutes, secs) = (total / 3600, total / 60 % 60, total % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{secs:02}") } else { format!("{minutes}:{secs:02}") }
}

/// A span in words: "0.2 s", "42 s", "4 min", "2 h".
#[must_use]
pub fn span(secs: f64) -> String {
    match secs.max(0.0) {
        s if s < 10.0 => format!("{} s", number(s, 1)),
        s if s < 60.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", s / 3600.0),
    }
}

/// A whole number with thin spaces between the thousands.
#[must_use]
pub fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// A level in dB with one decimal; below -100 there is nothing.
#[must_use]
pub fn level(db: f32) -> String {
    if db <= -100.0 { DASH.to_owned() } else { number(f64::from(db), 1) }
}

/// Bytes in MB.
#[must_use]
pub fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

/// A key by name and octave, middle C is C4: "C4", "F♯3" where the sharp can be drawn.
#[must_use]
pub fn key_name(key: u8) -> String {
    format!("{}{}", pitch_class(key), number(f64::from(i32::from(key) / 12 - 1), 0))
}

/// A pitch by the nearest key and the cents from it, A4 at 440 Hz: "A4 −12 cents".
#[must_use]
pub fn pitch(hz: f32) -> String {
    let key = 69.0 + 12.0 * (f64::from(hz.max(1.0)) / 440.0).log2();
    let nearest = key.round().clamp(0.0, 127.0);
    let cents = ((key - nearest) * 100.0).round();
    let sign = if cents > 0.0 { "+" } else { "" };
    format!("{} {sign}{} cents", key_name(nearest as u8), number(cents, 0))
}

/// A key by name alone.
#[must_use]
pub fn pitch_class(key: u8) -> &'static str {
    const NAMES: [&str; 12] = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];
    NAMES[usize::from(key % 12)]
}

/// A share of 1 in per cent: "94 %".
#[must_use]
pub fn percent(share: f32) -> String {
    format!("{:.0} %", f64::from(share.clamp(0.0, 1.0)) * 100.0)
}

/// The name of a chord or key with real accidentals: "F♯m7♭5", "A7♭13/E♭".
#[must_use]
pub fn chord(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let spelled = letters.iter().enumerate().map(|(at, letter)| {
        let before = at.checked_sub(1).map(|n| letters[n]);
        let is_note = before.is_some_and(|c| ('A'..='G').contains(&c));
        let is_degree = letters.get(at + 1).is_some_and(char::is_ascii_digit);
        match letter {
            '#' => '\u{266f}',
            'b' if is_note || is_degree => '\u{266d}',
            other => *other,
        }
    });
    spelled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accidentals_are_real_ones() {
        for (plain, spelled) in [
            ("Bb", "B♭"),
            ("F#m7b5", "F♯m7♭5"),
            ("A7b13/Eb", "A7♭13/E♭"),
            ("C7#9", "C7♯9"),
            ("Bb major", "B♭ major"),
            ("Absus4", "A♭sus4"),
        ] {
            assert_eq!(chord(plain), spelled);
        }
        assert_eq!(percent(0.944), "94 %");
        assert_eq!([440.0, 436.96, 262.53].map(pitch), ["A4 0 cents", "A4 \u{2212}12 cents", "C4 +6 cents"]);
    }

    #[test]
    fn figures_keep_three_places_and_the_right_minus() {
        for (nanos, text) in [(456_000, "0.46"), (9_994_000, "9.99"), (9_996_000, "10.0"), (141_000_000, "141")] {
            assert_eq!(millis(nanos), text);
        }
        assert_eq!(number(-8.24, 1), "\u{2212}8.2");
        assert_eq!(number(-0.01, 1), "0.0");
        assert_eq!(level(-120.0), DASH);
        assert_eq!(thousands(281_622), "281\u{2009}622");
        assert_eq!(thousands(7), "7");
        assert_eq!((clock(751.9), clock(3723.0)), ("12:31".to_owned(), "1:02:03".to_owned()));
        assert_eq!([0.2, 42.0, 240.0, 7200.0].map(span), ["0.2 s", "42 s", "4 min", "2 h"].map(str::to_owned));
        assert_eq!(
            [60, 36, 66, 0].map(key_name),
            ["C4", "C2", "F\u{266f}4", "\u{2212}1C"].map(|n| n.replace("\u{2212}1C", "C\u{2212}1"))
        );
    }
}
