//! What was practised, kept from day to day in a file of the learner's own. Nothing of it leaves the machine.

use crate::practice::history::SessionRow;
use crate::practice::lesson::Progress;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::path::{Path, PathBuf};

/// Sessions by the order in which they were kept, as JSON: a row outlives the program that wrote it.
const SESSIONS: TableDefinition<'_, u64, &str> = TableDefinition::new("sessions");

/// The progress with the exercises, as JSON under one key.
const PROGRESS: TableDefinition<'_, &str, &str> = TableDefinition::new("progress");
const PROGRESS_KEY: &str = "progress";

/// Why the history cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the history of practice {path} cannot be used: {reason}; what you sing is judged but not kept")]
pub struct StoreError {
    /// Which file.
    pub path: String,
    /// The library's words.
    pub reason: String,
}

/// The history. Opening, adding and reading block for some milliseconds: not for the audio thread.
pub struct Store {
    database: Database,
    path: PathBuf,
}

impl Store {
    /// Opens the file, or begins one, making its folder.
    ///
    /// # Errors
    /// [`StoreError`]; a file that cannot be read stays as it is.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let told = |reason: String| StoreError { path: path.display().to_string(), reason };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| told(error.to_string()))?;
        }
        let database = Database::create(path).map_err(|error| told(error.to_string()))?;
        Ok(Self { database, path: path.to_owned() })
    }

    /// Keeps a session.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub fn add(&self, row: &SessionRow) -> Result<(), StoreError> {
        let write = || -> Result<(), Box<dyn std::error::Error>> {
            let text = serde_json::to_string(row)?;
            let change = self.database.begin_write()?;
            {
                let mut table = change.open_table(SESSIONS)?;
                let next = table.last()?.map_or(0, |(key, _)| key.value() + 1);
                table.insert(next, text.as_str())?;
            }
            change.commit()?;
            Ok(())
        };
        write().map_err(|error| self.told(&*error))
    }

    /// Keeps the progress in the place of what was kept of it.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub fn set_progress(&self, progress: &Progress) -> Result<(), StoreError> {
        let write = || -> Result<(), Box<dyn std::error::Error>> {
            let text = serde_json::to_string(progress)?;
            let change = self.database.begin_write()?;
            change.open_table(PROGRESS)?.insert(PROGRESS_KEY, text.as_str())?;
            change.commit()?;
            Ok(())
        };
        write().map_err(|error| self.told(&*error))
    }

    /// The progress; none was made where none was kept.
    ///
    /// # Errors
    /// [`StoreError`], also where it cannot be understood: it is not to be written over.
    pub fn progress(&self) -> Result<Progress, StoreError> {
        let read = || -> Result<Progress, Box<dyn std::error::Error>> {
            let table = match self.database.begin_read()?.open_table(PROGRESS) {
                Ok(table) => table,
                Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Progress::default()),
                Err(error) => return Err(error.into()),
            };
            let Some(text) = table.get(PROGRESS_KEY)? else { return Ok(Progress::default()) };
            Ok(serde_json::from_str(text.value())?)
        };
        read().map_err(|error| self.told(&*error))
    }

    /// All sessions, the oldest first. A row that cannot be read is passed over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn rows(&self) -> Result<Vec<SessionRow>, StoreError> {
        let read = || -> Result<Vec<SessionRow>, Box<dyn std::error::Error>> {
            let read = self.database.begin_read()?;
            let table = match read.open_table(SESSIONS) {
                Ok(table) => table,
                Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
                Err(error) => return Err(error.into()),
            };
            let mut rows = Vec::new();
            for entry in table.iter()? {
                let (_, text) = entry?;
                rows.extend(serde_json::from_str(text.value()).ok());
            }
            Ok(rows)
        };
        read().map_err(|error| self.told(&*error))
    }

    fn told(&self, error: &dyn std::error::Error) -> StoreError {
        StoreError { path: self.path.display().to_string(), reason: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_come_back_in_their_order_after_the_file_was_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("of/practice.redb");
        let row = |day: i32| SessionRow { day, raga: "Yaman".into(), true_share: 0.5, ..SessionRow::default() };
        {
            let store = Store::open(&path).expect("a new file");
            assert_eq!(store.rows().expect("none").len(), 0);
            (1..=3).for_each(|day| store.add(&row(day)).expect("room"));
        }
        let store = Store::open(&path).expect("the same file");
        store.add(&row(9)).expect("room");
        let days: Vec<i32> = store.rows().expect("four").iter().map(|row| row.day).collect();
        assert_eq!(days, [1, 2, 3, 9]);
    }

    #[test]
    fn progress_comes_back_after_the_file_was_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("practice.redb");
        let progress = Progress { opened: vec!["CAR-JANTA-01".into()], ..Progress::default() };
        {
            let store = Store::open(&path).expect("a new file");
            assert_eq!(store.progress().expect("none"), Progress::default());
            store.set_progress(&Progress::default()).expect("room");
            store.set_progress(&progress).expect("room");
        }
        assert_eq!(Store::open(&path).expect("the same file").progress().expect("some"), progress);
    }

    #[test]
    fn a_file_that_is_no_history_is_told_and_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("practice.redb");
        std::fs::write(&path, b"something else entirely, and not short of a page either").expect("a file");
        let error = Store::open(&path).err().expect("no history").to_string();
        assert!(error.contains("practice.redb") && error.contains("not kept"), "{error}");
        assert!(std::fs::read(&path).expect("still there").starts_with(b"something"));
    }
}
