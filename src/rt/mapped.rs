//! Files that the system brings into memory page by page, as they are read.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::path::Path;

/// A file as bytes. It must not be shortened while it is mapped: what belongs to an installed program is replaced by
/// renaming.
#[derive(Debug)]
pub struct Mapped(memmap2::Mmap);

impl Mapped {
    /// Maps a file to be read.
    ///
    /// # Errors
    /// The system's own, when it cannot be opened or mapped.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: the map is only read, and the files it is used for are the program's own, which nobody writes into.
        unsafe { memmap2::Mmap::map(&file) }.map(Self)
    }
}

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_file_reads_as_it_was_written_and_a_missing_one_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, b"seven, eight").expect("written");
        assert_eq!(Mapped::open(&path).expect("mapped").as_ref(), b"seven, eight");
        assert!(Mapped::open(&folder.path().join("none")).is_err());
    }
}
