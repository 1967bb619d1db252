//! The styles: what a groove is made of. The tables of each part are with that part.

/// A way of playing that all parts share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each name is the style's own")]
#[repr(u8)]
pub enum StyleId {
    #[default]
    Rock,
    PopBallad,
    Funk,
    Soul,
    HipHop,
    Disco,
    Bossa,
    Samba,
    Swing,
    SwingUp,
    Brushes,
    Reggae,
    Afrobeat,
    Waltz,
    SixEight,
}

/// What is known of a style.
#[derive(Debug, PartialEq)]
pub struct Style {
    /// Which.
    pub id: StyleId,
    /// The stable lower-case key: "pop-ballad".
    pub key: &'static str,
    /// The name for people: "Pop ballad".
    pub name: &'static str,
    /// Beats of a bar; 6/8 has two, dotted ones.
    pub beats_per_bar: u32,
    /// Equal parts of a beat on which it is felt: 4, or 3 where beats are dotted.
    pub steps_per_beat: u32,
    /// Where the second of two eighths falls: 0.5 straight, 0.67 a triplet.
    pub swing: f32,
    /// The tempi it is at home in, in beats a minute.
    pub bpm: (f64, f64),
}

/// All styles, in the order in which they are offered and in that of [`StyleId`].
pub static STYLES: [Style; 15] = [
    style(StyleId::Rock, "rock", "Rock", 4, 0.5, (90.0, 150.0)),
    style(StyleId::PopBallad, "pop-ballad", "Pop ballad", 4, 0.5, (56.0, 96.0)),
    style(StyleId::Funk, "funk", "Funk", 4, 0.52, (88.0, 120.0)),
    style(StyleId::Soul, "soul", "Soul", 4, 0.53, (70.0, 120.0)),
    style(StyleId::HipHop, "hip-hop", "Hip-hop", 4, 0.56, (72.0, 104.0)),
    style(StyleId::Disco, "disco", "Disco", 4, 0.5, (108.0, 132.0)),
    style(StyleId::Bossa, "bossa", "Bossa nova", 4, 0.5, (104.0, 160.0)),
    style(StyleId::Samba, "samba", "Samba", 4, 0.5, (84.0, 130.0)),
    style(StyleId::Swing, "swing", "Swing", 4, 0.65, (100.0, 176.0)),
    style(StyleId::SwingUp, "swing-up", "Swing, up", 4, 0.6, (176.0, 300.0)),
    style(StyleId::Brushes, "brushes", "Ballad with brushes", 4, 0.66, (48.0, 92.0)),
    style(StyleId::Reggae, "reggae", "Reggae", 4, 0.54, (66.0, 92.0)),
    style(StyleId::Afrobeat, "afrobeat", "Afrobeat", 4, 0.5, (92.0, 132.0)),
    style(StyleId::Waltz, "waltz", "Jazz waltz", 3, 0.62, (88.0, 190.0)),
    Style {
        id: StyleId::SixEight,
        key: "six-eight",
        name: "6/8",
        beats_per_bar: 2,
        steps_per_beat: 3,
        swing: 0.5,
        bpm: (42.0, 84.0),
    },
];

const fn style(
    id: StyleId,
    key: &'static str,
    name: &'static str,
    beats_per_bar: u32,
    swing: f32,
    bpm: (f64, f64),
) -> Style {
    Style { id, key, name, beats_per_bar, steps_per_beat: 4, swing, bpm }
}

impl StyleId {
    /// What is known of it.
    #[must_use]
    pub fn style(self) -> &'static Style {
        &STYLES[self as usize]
    }

    /// The style with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        STYLES.iter().find(|style| style.key == key).map(|style| style.id)
    }

    /// The style that a chart asks for in words ("Medium Up Swing", "Bossa Nova"), of those that have `beats_per_bar`
    /// beats; without words, or with others than are known, the first of that metre. `None` for a metre without one.
    #[must_use]
    pub fn from_words(words: Option<&str>, beats_per_bar: u32) -> Option<Self> {
        let words = words.unwrap_or_default().to_lowercase();
        let named = WORDS.iter().filter(|(word, _)| words.contains(word)).map(|(_, id)| *id);
        let of_metre = |id: &Self| id.style().beats_per_bar == beats_per_bar;
        named.chain(STYLES.iter().map(|style| style.id)).find(of_metre)
    }
}

/// Words of charts, the telling ones first: a "Slow Funk" is a funk, a "Slow Swing" no ballad.
const WORDS: [(&str, StyleId); 24] = [
    ("bossa", StyleId::Bossa),
    ("samba", StyleId::Samba),
    ("afro", StyleId::Afrobeat),
    ("reggae", StyleId::Reggae),
    ("disco", StyleId::Disco),
    ("hip", StyleId::HipHop),
    ("funk", StyleId::Funk),
    ("soul", StyleId::Soul),
    ("r&b", StyleId::Soul),
    ("rnb", StyleId::Soul),
    ("gospel", StyleId::Soul),
    ("brush", StyleId::Brushes),
    ("up swing", StyleId::Swing),
    ("up tempo", StyleId::SwingUp),
    ("fast", StyleId::SwingUp),
    ("bebop", StyleId::SwingUp),
    ("swing", StyleId::Swing),
    ("shuffle", StyleId::Swing),
    ("jazz", StyleId::Swing),
    ("pop", StyleId::PopBallad),
    ("ballad", StyleId::Brushes),
    ("latin", StyleId::Bossa),
    ("rock", StyleId::Rock),
    ("even", StyleId::Bossa),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_stands_at_its_own_place_and_is_found_by_its_key() {
        for (place, style) in STYLES.iter().enumerate() {
            assert_eq!(style.id as usize, place);
            assert_eq!(StyleId::from_key(style.key), Some(style.id));
            assert!(style.bpm.0 < style.bpm.1 && (0.5..=0.75).contains(&style.swing));
        }
    }

    #[test]
    fn a_chart_finds_its_style_by_words_and_metre() {
        let table = [
            (Some("Medium Swing"), 4, Some(StyleId::Swing)),
            (Some("Medium Up Swing"), 4, Some(StyleId::Swing)),
            (Some("Up Tempo Swing"), 4, Some(StyleId::SwingUp)),
            (Some("Bossa Nova"), 4, Some(StyleId::Bossa)),
            (Some("Pop Ballad"), 4, Some(StyleId::PopBallad)),
            (Some("Ballad"), 4, Some(StyleId::Brushes)),
            (Some("Slow Funk"), 4, Some(StyleId::Funk)),
            (Some("Jazz"), 3, Some(StyleId::Waltz)),
            (None, 2, Some(StyleId::SixEight)),
            (Some("Polka"), 4, Some(StyleId::Rock)),
            (None, 5, None),
        ];
        for (words, beats, wanted) in table {
            assert_eq!(StyleId::from_words(words, beats), wanted, "{words:?} in {beats}");
        }
    }
}
