//! Where things are kept, and writing them whole or not at all.

use etcetera::app_strategy::{AppStrategy, AppStrategyArgs, choose_native_strategy};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The environment variable that puts everything into one folder, as a portable installation wants it.
pub const HOME_VARIABLE: &str = "SANGAT_HOME";

/// The folders of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Settings.
    pub config: PathBuf,
    /// Journals.
    pub journal: PathBuf,
    /// Recordings, kept takes and exports.
    pub recordings: PathBuf,
}

impl Folders {
    /// The folders of this user on this system; nothing is created yet.
    #[must_use]
    pub fn of_user() -> Self {
        if let Some(home) = std::env::var_os(HOME_VARIABLE).filter(|v| !v.is_empty()) {
            return Self::below(Path::new(&home));
        }
        let args = AppStrategyArgs {
            top_level_domain: "app".to_owned(),
            author: "Sangat".to_owned(),
            app_name: "Sangat".to_owned(),
        };
        let Ok(strategy) = choose_native_strategy(args) else {
            // No home folder at all, as in some containers: stay beside the program's own place of work.
            return Self::below(Path::new("sangat-files"));
        };
        Self {
            config: strategy.config_dir(),
            journal: strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("journal"),
            recordings: music_folder(strategy.home_dir()).join("Sangat"),
        }
    }

    /// All folders below one.
    #[must_use]
    pub fn below(home: &Path) -> Self {
        Self { config: home.join("config"), journal: home.join("journal"), recordings: home.join("recordings") }
    }
}

/// The user's music folder: the one named in `user-dirs.dirs` on Linux, else `Music`.
fn music_folder(home: &Path) -> PathBuf {
    let config = std::env::var_os("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
    let named = std::fs::read_to_string(config.join("user-dirs.dirs")).ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix("XDG_MUSIC_DIR="))?;
        let value = line.trim_matches('"');
        Some(value.strip_prefix("$HOME/").map_or_else(|| PathBuf::from(value), |rest| home.join(rest)))
    });
    named.unwrap_or_else(|| home.join("Music"))
}

/// A name that sorts by time and is allowed everywhere: `2026-11-21 14-03-22 Take 96bpm.wav`. Never that of
/// a file that exists.
#[must_use]
pub fn dated_path(folder: &Path, what: &str, extension: &str) -> PathBuf {
    let stamp = chrono::Local::now().format("%Y-%m-%d %H-%M-%S");
    let path = |suffix: &str| folder.join(format!("{stamp} {what}{suffix}.{extension}"));
    let first = path("");
    if !first.exists() {
        return first;
    }
    (2..).map(|n| path(&format!(" {n}"))).find(|p| !p.exists()).unwrap_or(first)
}

/// The time of day, as people read it.
#[must_use]
pub fn clock_text() -> String {
    chrono::Local::now().format("%H:%M:%S").to_string()
}

/// Why a file was not written; what was there before is untouched.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source}; {}", remedy(source))]
pub struct WriteError {
    /// Which file.
    pub path: String,
    /// The system's words.
    pub source: io::Error,
}

/// What to do about a failed write.
#[must_use]
pub fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "free some space on that disk and try again"
        }
        io::ErrorKind::NotFound => "create the folder first, or choose another one",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "choose a folder that you may write to",
        io::ErrorKind::IsADirectory => "name a file, not a folder",
        _ => "choose another place",
    }
}

/// Writes a file whole or not at all: into a neighbour first, which then takes its name.
///
/// # Errors
/// [`WriteError`] when any step fails; the neighbour is removed and an older file of that name stays.
pub fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&mut std::fs::File>) -> io::Result<()>,
) -> Result<(), WriteError> {
    let attempt = || -> io::Result<()> {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".sangat-").suffix(".part").tempfile_in(folder)?;
        let mut writer = BufWriter::new(file.as_file_mut());
        fill(&mut writer)?;
        writer.flush()?;
        drop(writer);
        file.as_file().sync_all()?;
        readable_by_others(file.as_file());
        file.persist(path).map_err(|e| e.error)?;
        Ok(())
    };
    attempt().map_err(|source| WriteError { path: path.display().to_string(), source })
}

/// A temporary file is private; a finished one is as readable as any file the user makes.
fn readable_by_others(file: &std::fs::File) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A file system without permissions refuses; the file is then as readable as that system makes it.
        file.set_permissions(std::fs::Permissions::from_mode(0o644)).ok();
    }
    #[cfg(not(unix))]
    let _ = file;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_crumbs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write_whole(&path, |out| out.write_all(b"old")).unwrap();
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let error = write_whole(&path, |out| out.write_all(b"new").and(Err(full()))).unwrap_err().to_string();
        assert!(error.contains("a.txt") && error.contains("free some space"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn places_that_cannot_be_written_are_named_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        for (path, word) in [(folder.path().to_path_buf(), "not a folder"), (folder.path().join("no/a.txt"), "create")]
        {
            let error = write_whole(&path, |_| Ok(())).unwrap_err().to_string();
            assert!(error.contains(word) && error.contains(&path.display().to_string()), "{error}");
        }
    }

    #[test]
    fn dated_names_never_collide() {
        let folder = tempfile::tempdir().unwrap();
        let names: std::collections::HashSet<_> = (0..3)
            .map(|_| {
                let path = dated_path(folder.path(), "Take", "mid");
                std::fs::write(&path, b"").unwrap();
                path
            })
            .collect();
        assert_eq!(names.len(), 3);
    }
}
