//! Reading a chord sheet from a file, whatever it is: plain text, a link or page of iReal Pro, MusicXML.

mod harmony;
mod musicxml;
mod mxl;

use crate::theory::chart::{Chart, ChartError};
use std::io::{self, Read};
use std::path::Path;

/// Bytes of a file, and of what is packed in it, at most: many times the longest lead sheet or list of songs.
pub const FILE_BYTES_MAX: u64 = 16 << 20;

/// Why a file is no chart, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the chart {path}: {why}")]
pub struct ChartFileError {
    /// Which file.
    pub path: String,
    /// What is wrong with it and what to do.
    pub why: ChartFileFault,
}

/// What is wrong with a file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ChartFileFault {
    /// The system does not give it.
    #[error("{0}; {hint}", hint = hint(.0))]
    Unreadable(io::Error),
    /// More than [`FILE_BYTES_MAX`].
    #[error("it is larger than {} MiB; a chart is a small file, so choose another one", FILE_BYTES_MAX >> 20)]
    TooLarge,
    /// Neither text nor an archive.
    #[error("it is neither text, a link of iReal Pro nor MusicXML; choose a .txt, .html, .musicxml or .mxl file")]
    NotText,
    /// The archive is broken.
    #[error("{0}; export it again, or as .musicxml")]
    Archive(&'static str),
    /// The XML is broken.
    #[error("its XML is broken ({0}); export it again")]
    Xml(#[from] roxmltree::Error),
    /// The score has nothing for a chart.
    #[error("{0}")]
    Score(&'static str),
    /// The chart is wrong.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "check the name and the folder",
        io::ErrorKind::PermissionDenied => "choose a file that you may read",
        io::ErrorKind::IsADirectory => "name a file, not a folder",
        _ => "choose another file",
    }
}

/// Reads a chart; what kind of file it is shows in its content, not in its name. `wish` chooses a song of an iReal Pro
/// list by its number from 1, its title or a part of it; other files hold one song.
///
/// # Errors
/// [`ChartFileError`] says which file, what is wrong and what to do.
pub fn read(path: &Path, wish: Option<&str>) -> Result<Chart, ChartFileError> {
    let chart = bytes_of(path).and_then(|bytes| parse(&bytes, wish));
    chart.map_err(|why| ChartFileError { path: path.display().to_string(), why })
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, ChartFileFault> {
    let file = std::fs::File::open(path).map_err(ChartFileFault::Unreadable)?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(ChartFileFault::Unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX { Err(ChartFileFault::TooLarge) } else { Ok(bytes) }
}

/// Reads a chart from a file's bytes; see [`read`].
///
/// # Errors
/// [`ChartFileFault`] says what is wrong and what to do.
pub fn parse(bytes: &[u8], wish: Option<&str>) -> Result<Chart, ChartFileFault> {
    if bytes.starts_with(b"PK") {
        return musicxml::parse(&text_of(&mxl::document(bytes)?)?);
    }
    let text = text_of(bytes)?;
    let lower = text.to_ascii_lowercase();
    if text.contains("<score-partwise") || text.contains("<score-timewise") {
        musicxml::parse(&text)
    } else if lower.trim_start().starts_with("<?xml") && !lower.contains("<html") {
        Err(ChartFileFault::Score("it is XML but no score; export it as MusicXML"))
    } else if lower.trim_start().starts_with('<') || ["irealb://", "irealbook://"].iter().any(|s| lower.contains(s)) {
        Ok(Chart::parse_ireal(&text, wish)?)
    } else {
        Ok(Chart::parse_text(&text)?)
    }
}

/// The text in UTF-8, in UTF-16 with its mark, or else in Latin-1.
fn text_of(bytes: &[u8]) -> Result<String, ChartFileFault> {
    let utf16 = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    let text: String = match bytes {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned),
    };
    let text = text.trim_start_matches('\u{feff}');
    if text.contains('\0') { Err(ChartFileFault::NotText) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_and_not_the_name_tells_what_a_file_is() {
        let folder = tempfile::tempdir().unwrap();
        let score = "<score-partwise><part><measure><harmony><root><root-step>C</root-step></root><kind>minor</kind>\
                     </harmony></measure></part></score-partwise>";
        let table = [
            ("a.xml", "| Cm |".as_bytes().to_vec()),
            ("a.txt", score.as_bytes().to_vec()),
            ("a.mid", b"<a href=\"irealbook://T=C=S=C=n=C-   Z\">T</a>".to_vec()),
            ("b.txt", b"irealbook://T=C=S=C=n=C-   Z".to_vec()),
            ("utf16.txt", [0xff, 0xfe].into_iter().chain("| Cm |".bytes().flat_map(|b| [b, 0])).collect()),
            ("latin.txt", b"title: caf\xe9\n| Cm |".to_vec()),
        ];
        for (name, bytes) in table {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let chart = read(&path, None).expect(name);
            assert_eq!(chart.chord_at(0.0, false).map(|chord| chord.to_string()).as_deref(), Some("Cm"), "{name}");
        }
    }

    #[test]
    fn a_file_that_is_no_chart_is_named_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let table: [(&str, &[u8], &str); 8] = [
            ("a.txt", b"| Dm7 | Hm7 |", "bar 2: \"Hm7\" is not a chord"),
            ("b.wav", b"RIFF\0\0\0\0WAVE", ".musicxml"),
            ("c.html", b"<html></html>", "export the song again"),
            ("d.mxl", b"PK\x03\x04 cut off", "export it again"),
            ("e.xml", b"<score-partwise><part>", "its XML is broken"),
            ("f.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><score-partwise>&b;</score-partwise>", "export it again"),
            ("h.mscx", b"<?xml version='1.0'?><museScore/>", "export it as MusicXML"),
            ("g.txt", b"", "there is no chord in it"),
        ];
        for (name, bytes, word) in table {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let error = read(&path, None).expect_err(name).to_string();
            assert!(error.contains(word) && error.contains(name), "{error}");
        }
        let error = read(&folder.path().join("none.txt"), None).unwrap_err().to_string();
        assert!(error.contains("none.txt") && error.contains("check the name"), "{error}");
        assert!(read(folder.path(), None).unwrap_err().to_string().contains("not a folder"));
    }

    #[test]
    fn a_huge_file_is_refused_without_being_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("huge.txt");
        std::fs::File::create(&path).unwrap().set_len(FILE_BYTES_MAX * 8).unwrap();
        let error = read(&path, None).unwrap_err().to_string();
        assert!(error.contains("larger than 16 MiB"), "{error}");
    }
}
