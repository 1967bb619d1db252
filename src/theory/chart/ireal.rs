//! Songs in the links of the iReal Pro app. Its open form (`irealbook://`) is described by Technimo; how the other one
//! (`irealb://`) is scrambled is described by those who read it, among them `ireal-reader` and `Data::iRealPro`.

use super::ireal_bars;
use super::{Chart, ChartError, NAME_CHARS_MAX, form, key, tempo, tidy_name};

/// What stands before the bars of a scrambled song.
const SCRAMBLED: &str = "1r34LbKcu7";

/// Characters that are scrambled together.
const BLOCK: usize = 50;

/// Fields of a song in the open form: title, composer, style, key, "n", bars.
const OPEN_FIELDS: usize = 6;

/// Songs that an error names, at most.
const NAMED_MAX: usize = 12;

/// The fields of a song as they stand in the link.
#[derive(Clone, Copy, Debug, Default)]
struct Song<'a> {
    title: &'a str,
    composer: &'a str,
    style: &'a str,
    key: &'a str,
    bars: &'a str,
    tempo: &'a str,
    is_scrambled: bool,
}

/// Reads one song; see [`Chart::parse_ireal`].
pub(super) fn parse(text: &str, wish: Option<&str>) -> Result<Chart, ChartError> {
    let (link, is_scrambled) = find_link(text).ok_or(ChartError::NoLink)?;
    let link = decoded(&link);
    let fields: Vec<&str> = link.split('=').map(str::trim).collect();
    let songs = if is_scrambled { scrambled_songs(&fields) } else { open_songs(&fields) };
    let song = chosen(&songs, wish.map(str::trim).filter(|wish| !wish.is_empty()))?;
    let bars = if song.is_scrambled { unscrambled(song.bars) } else { song.bars.to_owned() };
    Ok(Chart {
        title: tidy_name(song.title, NAME_CHARS_MAX),
        composer: tidy_name(song.composer, NAME_CHARS_MAX),
        key: key(song.key),
        style: Some(tidy_name(song.style, NAME_CHARS_MAX)).filter(|style| !style.is_empty()),
        tempo_bpm: tempo(song.tempo),
        bars: form::unfold(&ireal_bars::read(&bars)?)?,
    })
}

/// The first link in the text without its scheme, and whether it is of the scrambled form. In a page it ends with the
/// quotation mark that it began after, elsewhere with the line.
fn find_link(text: &str) -> Option<(String, bool)> {
    let schemes = [("irealb://", true), ("irealbook://", false)];
    let found = schemes.iter().filter_map(|(scheme, is_scrambled)| {
        let at = text.to_ascii_lowercase().find(scheme)?;
        Some((at, at + scheme.len(), *is_scrambled))
    });
    let (at, from, is_scrambled) = found.min()?;
    let quote = text[..at].chars().next_back().filter(|before| matches!(before, '"' | '\''));
    let link = text[from..].split(|c| quote.map_or(matches!(c, '\n' | '\r'), |quote| c == quote)).next()?;
    let mut link = link.to_owned();
    if quote.is_some() {
        for (entity, meaning) in [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")] {
            link = link.replace(entity, meaning);
        }
    }
    Some((link, is_scrambled))
}

/// Percent signs and two hexadecimal digits made bytes again.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The songs of the scrambled form. Empty fields make the sign between songs ambiguous, so each song is found by its
/// bars, and its other fields by their places around them.
fn scrambled_songs<'a>(fields: &[&'a str]) -> Vec<Song<'a>> {
    let field =
        |at: usize, back: usize| at.checked_sub(back).and_then(|at| fields.get(at)).copied().unwrap_or_default();
    let songs = fields.iter().enumerate().filter_map(|(at, bars)| {
        let bars = bars.strip_prefix(SCRAMBLED)?;
        let style = field(at, 3);
        let style = if style.is_empty() { field(at + 1, 0) } else { style };
        let (title, composer, key, tempo) = (field(at, 6), field(at, 5), field(at, 2), field(at + 2, 0));
        Some(Song { title, composer, style, key, bars, tempo, is_scrambled: true })
    });
    songs.collect()
}

/// The songs of the open form; what is left over after the last one is the name of the list.
fn open_songs<'a>(fields: &[&'a str]) -> Vec<Song<'a>> {
    let mut songs = Vec::new();
    let mut rest = fields;
    loop {
        let begin = rest.iter().position(|field| !field.is_empty()).unwrap_or(rest.len());
        let Some((song, after)) = rest[begin..].split_at_checked(OPEN_FIELDS) else { return songs };
        let (title, composer, style, key, bars) = (song[0], song[1], song[2], song[3], song[5]);
        songs.push(Song { title, composer, style, key, bars, tempo: "", is_scrambled: false });
        rest = after;
    }
}

/// The song that was wished for, by number from 1, by its title, or by a part of it.
fn chosen<'a>(songs: &[Song<'a>], wish: Option<&str>) -> Result<Song<'a>, ChartError> {
    let first = *songs.first().ok_or(ChartError::NoChords)?;
    let Some(wish) = wish else { return Ok(first) };
    let lower = wish.to_lowercase();
    let by_title = |fits: &dyn Fn(&str) -> bool| songs.iter().find(|song| fits(&song.title.to_lowercase())).copied();
    by_title(&|title| title == lower)
        .or_else(|| wish.parse::<usize>().ok().and_then(|number| songs.get(number.checked_sub(1)?).copied()))
        .or_else(|| by_title(&|title| title.contains(&lower)))
        .ok_or_else(|| ChartError::NoSuchSong { wish: wish.to_owned(), songs: listed(songs) })
}

/// The songs with their numbers, the first dozen of them.
fn listed(songs: &[Song<'_>]) -> String {
    let name = |(index, song): (usize, &Song<'_>)| format!("{} {}", index + 1, tidy_name(song.title, 60));
    let mut text = songs.iter().enumerate().take(NAMED_MAX).map(name).collect::<Vec<_>>().join(", ");
    if songs.len() > NAMED_MAX {
        text.push_str(&format!(" and {} more", songs.len() - NAMED_MAX));
    }
    text
}

/// The bars as written, from a scrambled song. In each full block of 50 characters with more than one after it, the
/// first five and those from the tenth to the twenty-third have changed places with their mirror images; three short
/// words stand for bar lines and spaces.
fn unscrambled(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    mirror(&mut letters);
    let text: String = letters.into_iter().collect();
    [("Kcl", "| x"), ("LZ", " |"), ("XyQ", "   ")]
        .iter()
        .fold(text, |text, (word, meaning)| text.replace(word, meaning))
}

/// Mirrors the blocks; doing it twice undoes it.
fn mirror(letters: &mut [char]) {
    let mut rest = letters;
    while rest.len() > BLOCK + 1 {
        let (block, after) = rest.split_at_mut(BLOCK);
        (0..5).chain(10..24).for_each(|at| block.swap(at, BLOCK - 1 - at));
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A link of the scrambled form, made as the app makes it.
    fn scrambled(songs: &[(&str, &str, &str)]) -> String {
        let song = |(title, tempo, bars): &(&str, &str, &str)| {
            let words = [("| x", "Kcl"), (" |", "LZ"), ("   ", "XyQ")];
            let bars = words.iter().fold((*bars).to_owned(), |text, (meaning, word)| text.replace(meaning, word));
            let mut letters: Vec<char> = bars.chars().collect();
            mirror(&mut letters);
            let bars: String = letters.into_iter().collect();
            format!("{title}=Last First==Bossa Nova=A-=={SCRAMBLED}{bars}=Latin-Bossa={tempo}=3")
        };
        let songs = songs.iter().map(song).collect::<Vec<_>>().join("===");
        let escape = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
        format!("irealb://{}", format!("{songs}===My List").bytes().map(escape).collect::<String>())
    }

    const BLUES: &str = "*A[T44C7   |F7   |C7   | x |F7   |F7   |C7   |A7   ]*B[D-7   |G7   |C7 A7 |D-7 G7 Z ";

    #[test]
    fn a_scrambled_song_is_read() {
        let link = scrambled(&[("Blues in C", "140", BLUES)]);
        assert!(!decoded(&link).contains("D-7   |G7"), "{link}");
        let chart = Chart::parse_ireal(&link, None).expect("a song");
        let written = Chart::parse_text(
            "title: Blues in C\ncomposer: Last First\nkey: A minor\nstyle: Bossa Nova\ntempo: 140\n\
             [A] | C7 | F7 | C7 | % | F7 | F7 | C7 | A7 |\n[B] | Dm7 | G7 | C7 A7 | Dm7 G7 |",
        );
        assert_eq!(Ok(chart), written);
    }

    #[test]
    fn an_open_song_is_read_and_so_is_a_page_around_it() {
        let link = "irealbook://Song%20Title=Last First=Swing=Ab=n=T44*A{C^7 |A-7 |D-9 |G7#5 }";
        let chart = Chart::parse_ireal(link, None).expect("a song");
        assert_eq!((chart.title.as_str(), chart.key), ("Song Title", key("Ab")));
        assert_eq!((chart.bars.len(), chart.tempo_bpm), (8, None));
        for page in [
            format!("<html><body><a href=\"{link}\">Song</a> irealb://no</body></html>"),
            format!("<a href='{link}'>Song</a>"),
            format!("\n  {link}\nand more"),
        ] {
            assert_eq!(Chart::parse_ireal(&page, None).as_ref(), Ok(&chart), "{page}");
        }
    }

    #[test]
    fn a_song_is_chosen_by_number_or_by_title() {
        let link = scrambled(&[("Foo", "0", BLUES), ("Bar Tune", "120", BLUES), ("1", "90", BLUES)]);
        let title = |wish| Chart::parse_ireal(&link, wish).map(|chart| chart.title);
        let table =
            [(None, "Foo"), (Some(" "), "Foo"), (Some("2"), "Bar Tune"), (Some("tune"), "Bar Tune"), (Some("1"), "1")];
        for (wish, wanted) in table {
            assert_eq!(title(wish).as_deref(), Ok(wanted), "{wish:?}");
        }
        for wish in ["9", "0", "Baz"] {
            let error = title(Some(wish)).expect_err(wish).to_string();
            assert!(error.contains(wish) && error.contains("1 Foo, 2 Bar Tune, 3 1"), "{error}");
        }
        assert_eq!(Chart::parse_ireal("no link", None), Err(ChartError::NoLink));
        assert_eq!(Chart::parse_ireal("irealb://nothing", None), Err(ChartError::NoChords));
    }

    #[test]
    fn fields_may_be_empty() {
        let bars = format!("{SCRAMBLED}C |F |Z");
        let link = format!("irealb://Foo===Swing=C=={bars}==0=0===Bar===Waltz=C=={bars}==0=0===List");
        assert_eq!(Chart::parse_ireal(&link, Some("2")).map(|chart| chart.style), Ok(Some("Waltz".to_owned())));
        let link = "irealbook://Foo==Swing=C=n=C |F Z=Bar==Waltz=C=n=C |F Z=List";
        assert_eq!(Chart::parse_ireal(link, Some("Bar")).map(|chart| chart.style), Ok(Some("Waltz".to_owned())));
    }

    #[test]
    fn no_link_makes_the_reader_panic() {
        let whole = scrambled(&[("Blues", "140", BLUES), ("Zwei", "90", "{T34C |N1W/E }|N2p   <D.C. al Fine> Z")]);
        let mut rng = crate::base::Rng::new(5);
        for _ in 0..1_000 {
            let mut bytes = whole.clone().into_bytes();
            for _ in 0..=rng.below(6) {
                let at = rng.below(bytes.len() as u32) as usize;
                match rng.below(3) {
                    0 => bytes[at] = b"=%{}|[]N1QSxrnpWT<>*(\"\xff"[rng.below(23) as usize],
                    1 => drop(bytes.remove(at)),
                    _ => bytes.truncate(at.max(20)),
                }
            }
            if let Ok(chart) = Chart::parse_ireal(&String::from_utf8_lossy(&bytes), None) {
                assert!(chart.bars.len() <= super::super::BARS_MAX);
            }
        }
    }
}
