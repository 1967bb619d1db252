//! A chord of MusicXML as a symbol, which is then read as any other.

use crate::theory::Chord;
use roxmltree::Node;

/// The kinds of chord (MusicXML 4.0, `kind-value`, and a few that programs write beside it) as on a lead sheet.
const KINDS: [(&str, &str); 37] = [
    ("major", ""),
    ("minor", "m"),
    ("augmented", "aug"),
    ("diminished", "dim"),
    ("dominant", "7"),
    ("dominant-seventh", "7"),
    ("major-seventh", "maj7"),
    ("minor-seventh", "m7"),
    ("diminished-seventh", "dim7"),
    ("augmented-seventh", "7#5"),
    ("half-diminished", "m7b5"),
    ("major-minor", "m(maj7)"),
    ("minor-major", "m(maj7)"),
    ("major-sixth", "6"),
    ("minor-sixth", "m6"),
    ("maj69", "6/9"),
    ("dominant-ninth", "9"),
    ("major-ninth", "maj9"),
    ("minor-ninth", "m9"),
    ("augmented-ninth", "9#5"),
    ("dominant-11th", "11"),
    ("major-11th", "maj11"),
    ("minor-11th", "m11"),
    ("dominant-13th", "13"),
    ("major-13th", "maj13"),
    ("minor-13th", "m13"),
    ("suspended-second", "sus2"),
    ("suspended-fourth", "sus4"),
    ("suspended-fourth-seventh", "7sus4"),
    ("power", "5"),
    ("pedal", "5"),
    ("Neapolitan", ""),
    ("Italian", "7"),
    ("French", "7b5"),
    ("German", "7"),
    ("Tristan", "m7b5"),
    ("altered", "7alt"),
];

/// The chord of a `harmony` element: `Some(None)` says that there is none, `None` that it is not understood.
pub(super) fn chord(harmony: Node<'_, '_>) -> Option<Option<Chord>> {
    let kind = child(harmony, "kind");
    let value = kind.and_then(|kind| kind.text()).map_or("", str::trim);
    if value == "none" {
        return Some(None);
    }
    let root = note(child(harmony, "root")?, "root")?;
    let named = KINDS.iter().find(|(name, _)| *name == value).map(|(_, suffix)| *suffix);
    let written = || kind.and_then(|kind| kind.attribute("text"));
    let mut symbol = format!("{root}{}", named.or_else(written).unwrap_or_default());
    push_degrees(harmony, &mut symbol);
    let bass = child(harmony, "bass").and_then(|bass| note(bass, "bass"));
    let bass = bass.and_then(|name| Chord::parse(&name));
    Chord::parse(&symbol).map(|chord| Some(bass.map_or(chord, |bass| chord.over(bass.root))))
}

/// Tones added, altered or left out, in brackets, so that an accidental is not taken for the root's.
fn push_degrees(harmony: Node<'_, '_>, symbol: &mut String) {
    let degrees = || harmony.children().filter(|node| node.has_tag_name("degree"));
    let parts = |degree: Node<'_, '_>| {
        let number = |name| child(degree, name).and_then(|node| node.text()?.trim().parse::<i32>().ok());
        let is_left_out = child(degree, "degree-type").and_then(|node| node.text()).map(str::trim) == Some("subtract");
        Some((number("degree-value")?, number("degree-alter").unwrap_or(0), is_left_out))
    };
    let has_no_third = degrees().filter_map(parts).any(|(value, _, is_left_out)| value == 3 && is_left_out);
    // A chord has no more tones than there are keys in an octave.
    for (value, alter, is_left_out) in degrees().filter_map(parts).take(12) {
        let accidental = match alter {
            ..0 => "b",
            0 => "",
            1.. => "#",
        };
        match (value, is_left_out) {
            (4 | 11, false) if has_no_third && alter == 0 => symbol.push_str("sus4"),
            (2 | 9, false) if has_no_third && alter == 0 => symbol.push_str("sus2"),
            (3, true) if symbol.contains("sus") || degrees().count() > 1 => {}
            (_, true) => symbol.push_str(&format!("(no{value})")),
            (2 | 4 | 9 | 11 | 13, false) if alter == 0 => symbol.push_str(&format!("(add{value})")),
            (2 | 5 | 6 | 7 | 9 | 11 | 13, false) => symbol.push_str(&format!("({accidental}{value})")),
            _ => {}
        }
    }
}

/// A note's name: "F#" from `root-step` and `root-alter`.
fn note(node: Node<'_, '_>, prefix: &str) -> Option<String> {
    let text = |what: &str| child(node, &format!("{prefix}-{what}"))?.text().map(str::trim);
    let step = text("step").filter(|step| matches!(*step, "A" | "B" | "C" | "D" | "E" | "F" | "G"))?;
    let alter = text("alter").and_then(|alter| alter.parse::<f64>().ok()).unwrap_or(0.0);
    let accidental = if alter < 0.0 { "b" } else { "#" };
    Some(format!("{step}{}", accidental.repeat(alter.abs().round().min(2.0) as usize)))
}

/// The first child of that name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(inside: &str) -> Option<String> {
        let text = format!("<harmony>{inside}</harmony>");
        let document = roxmltree::Document::parse(&text).expect(inside);
        chord(document.root_element()).map(|chord| chord.map_or("N.C.".to_owned(), |chord| chord.to_string()))
    }

    #[test]
    fn kinds_and_degrees_become_symbols() {
        const C: &str = "<root><root-step>C</root-step></root>";
        let degree = |value: i32, alter: i32, kind: &str| {
            format!(
                "<degree><degree-value>{value}</degree-value><degree-alter>{alter}</degree-alter>\
                 <degree-type>{kind}</degree-type></degree>"
            )
        };
        #[rustfmt::skip]
        let table = [
            ("dominant", String::new(), "C7"), ("minor-seventh", String::new(), "Cm7"), ("half-diminished", String::new(), "Cm7b5"),
            ("major-minor", String::new(), "Cm(maj7)"), ("augmented-seventh", String::new(), "C7#5"), ("suspended-fourth", String::new(), "Csus4"),
            ("dominant", degree(9, -1, "add"), "C7b9"), ("dominant", degree(9, 1, "add"), "C7#9"), ("dominant", degree(5, -1, "alter"), "C7b5"),
            ("dominant", degree(11, 1, "add"), "C7#11"), ("major", degree(9, 0, "add"), "Cadd9"), ("minor", degree(9, 0, "add"), "Cm(add9)"),
            ("minor", degree(7, 0, "add"), "Cm7"), ("diminished", degree(7, 0, "add"), "Cdim7"), ("minor-seventh", degree(5, -1, "alter"), "Cm7b5"),
            ("suspended-fourth", degree(7, 0, "add"), "C7sus4"), ("major", degree(5, 1, "alter"), "Caug"),
            ("major", degree(3, 0, "subtract"), "C5"), ("major", degree(4, 0, "add") + &degree(3, 0, "subtract"), "Csus4"),
            ("major-sixth", degree(9, 0, "add"), "C6/9"), ("none", String::new(), "N.C."), ("new-kind", String::new(), "C"),
        ];
        for (kind, degrees, wanted) in table {
            assert_eq!(
                symbol(&format!("{C}<kind>{kind}</kind>{degrees}")).as_deref(),
                Some(wanted),
                "{kind} {degrees}"
            );
        }
        let over = "<root><root-step>B</root-step><root-alter>-1</root-alter></root><kind>minor</kind>\
                    <bass><bass-step>D</bass-step><bass-alter>-1</bass-alter></bass>";
        assert_eq!(symbol(over).as_deref(), Some("Bbm/Db"));
        assert_eq!(symbol(&format!("{C}<kind text='7alt'>other</kind>")).as_deref(), Some("C7alt"));
        assert_eq!(symbol("<function>V</function><kind>major</kind>"), None);
        assert_eq!(symbol("<root><root-step>H</root-step></root>"), None);
    }

    #[test]
    fn every_kind_is_understood_as_a_whole() {
        for (kind, suffix) in KINDS {
            assert!(Chord::parse_strictly(&format!("C{suffix}")).is_some(), "{kind}");
        }
    }
}
