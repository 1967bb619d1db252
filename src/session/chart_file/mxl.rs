//! The score in a compressed MusicXML file: a ZIP archive of a few entries, stored or deflated. Two entries are read, so
//! the few fields that this needs (PKWARE, APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16) are read here.

use super::{ChartFileFault, FILE_BYTES_MAX};
use flate2::read::DeflateDecoder;
use std::io::Read;

const END_RECORD: &[u8] = b"PK\x05\x06";
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";
const LOCAL_HEADER: &[u8] = b"PK\x03\x04";

/// Bytes of the record at the end and of the longest comment after it.
const END_BYTES_MAX: usize = 22 + 0xffff;

const BROKEN: ChartFileFault = ChartFileFault::Archive("the archive is broken or cut off");

/// One file in the archive.
#[derive(Clone, Copy)]
struct Entry<'a> {
    name: &'a [u8],
    is_encrypted: bool,
    method: u16,
    packed_bytes: usize,
    header_at: usize,
}

/// The bytes of the score that the archive names as its main document.
pub(super) fn document(archive: &[u8]) -> Result<Vec<u8>, ChartFileFault> {
    let entries = entries(archive).ok_or(BROKEN)?;
    let by_name = |name: &[u8]| entries.iter().find(|entry| entry.name == name);
    let main = by_name(b"META-INF/container.xml").and_then(|entry| {
        let container = String::from_utf8(unpacked(archive, entry).ok()?).ok()?;
        let container = roxmltree::Document::parse(&container).ok()?;
        let main = container.descendants().find(|node| node.tag_name().name() == "rootfile")?;
        by_name(main.attribute("full-path")?.as_bytes())
    });
    let is_score = |entry: &&Entry<'_>| !entry.name.starts_with(b"META-INF/") && (entry.name.ends_with(b"xml"));
    let main = main.or_else(|| entries.iter().find(is_score));
    unpacked(archive, main.ok_or(ChartFileFault::Archive("there is no score in the archive"))?)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

fn usize_at(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes) as usize)
}

/// The directory at the end of the archive; `None` where it is broken.
fn entries(archive: &[u8]) -> Option<Vec<Entry<'_>>> {
    let tail = archive.len().saturating_sub(END_BYTES_MAX);
    let end = tail + archive[tail..].windows(END_RECORD.len()).rposition(|bytes| bytes == END_RECORD)?;
    let count = u16_at(archive, end + 10)?;
    let mut at = usize_at(archive, end + 16)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let entry = archive.get(at..).filter(|entry| entry.starts_with(DIRECTORY_ENTRY))?;
        let name_bytes = usize::from(u16_at(entry, 28)?);
        entries.push(Entry {
            name: entry.get(46..46 + name_bytes)?,
            is_encrypted: u16_at(entry, 8)? & 1 != 0,
            method: u16_at(entry, 10)?,
            packed_bytes: usize_at(entry, 20)?,
            header_at: usize_at(entry, 42)?,
        });
        at += 46 + name_bytes + usize::from(u16_at(entry, 30)?) + usize::from(u16_at(entry, 32)?);
    }
    Some(entries)
}

fn unpacked(archive: &[u8], entry: &Entry<'_>) -> Result<Vec<u8>, ChartFileFault> {
    if entry.is_encrypted {
        return Err(ChartFileFault::Archive("the archive is locked with a password"));
    }
    let packed = packed(archive, entry).ok_or(BROKEN)?;
    let mut bytes = Vec::new();
    let limit = FILE_BYTES_MAX + 1;
    let read = match entry.method {
        0 => packed.take(limit).read_to_end(&mut bytes),
        8 => DeflateDecoder::new(packed).take(limit).read_to_end(&mut bytes),
        _ => return Err(ChartFileFault::Archive("the archive is packed in a way that MusicXML does not know")),
    };
    match read {
        Err(_) => Err(BROKEN),
        Ok(_) if bytes.len() as u64 >= limit => Err(ChartFileFault::TooLarge),
        Ok(_) => Ok(bytes),
    }
}

fn packed<'a>(archive: &'a [u8], entry: &Entry<'_>) -> Option<&'a [u8]> {
    let header = archive.get(entry.header_at..).filter(|header| header.starts_with(LOCAL_HEADER))?;
    let begin = 30 + usize::from(u16_at(header, 26)?) + usize::from(u16_at(header, 28)?);
    header.get(begin..begin.checked_add(entry.packed_bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// An archive of files, deflated where that is asked for.
    fn archive(files: &[(&str, &[u8], bool)]) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (name, bytes, is_deflated) in files {
            let mut packed = bytes.to_vec();
            if *is_deflated {
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(bytes).unwrap();
                packed = encoder.finish().unwrap();
            }
            let method = if *is_deflated { 8_u16 } else { 0 };
            let at = out.len() as u32;
            let sizes = [[0; 4], (packed.len() as u32).to_le_bytes(), (bytes.len() as u32).to_le_bytes()].concat();
            let shared = [&[20, 0, 0, 0], &method.to_le_bytes()[..], &[0; 4], &sizes].concat();
            let name_bytes = (name.len() as u16).to_le_bytes();
            out.extend([LOCAL_HEADER, &shared, &name_bytes, &[0, 0], name.as_bytes(), &packed].concat());
            let fields = [DIRECTORY_ENTRY, &[20, 0], &shared, &name_bytes, &[0; 12], &at.to_le_bytes()].concat();
            directory.extend([&fields, name.as_bytes()].concat());
        }
        let at = (out.len() as u32).to_le_bytes();
        let count = (files.len() as u16).to_le_bytes();
        let length = (directory.len() as u32).to_le_bytes();
        out.extend(directory);
        out.extend([END_RECORD, &[0; 4], &count, &count, &length, &at, &[0, 0]].concat());
        out
    }

    const CONTAINER: &[u8] = b"<container><rootfiles><rootfile full-path='b.xml'/></rootfiles></container>";

    #[test]
    fn the_named_score_is_unpacked() {
        let files =
            [("META-INF/container.xml", CONTAINER, false), ("a.xml", b"first", true), ("b.xml", b"second", true)];
        assert_eq!(document(&archive(&files)).unwrap(), b"second");
        assert_eq!(document(&archive(&files[1..])).unwrap(), b"first");
    }

    #[test]
    fn archives_without_a_score_are_refused() {
        for (bytes, word) in [
            (archive(&[("a.png", b"", false)]), "no score"),
            (archive(&[]), "no score"),
            (b"PK".to_vec(), "cut off"),
            (archive(&[("a.xml", &vec![b' '; 40 << 20], true)]), "larger than"),
        ] {
            let error = document(&bytes).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn no_broken_archive_makes_the_reader_panic() {
        let whole = archive(&[("META-INF/container.xml", CONTAINER, true), ("b.xml", b"a score, a score", true)]);
        let mut rng = crate::base::Rng::new(4);
        for _ in 0..3_000 {
            let mut bytes = whole.clone();
            for _ in 0..=rng.below(4) {
                let at = rng.below(bytes.len() as u32) as usize;
                bytes[at] = rng.next_u32() as u8;
            }
            bytes.truncate(whole.len() - rng.below(20) as usize);
            if let Ok(score) = document(&bytes) {
                assert!(score.len() as u64 <= FILE_BYTES_MAX);
            }
        }
    }
}
