//! The learner's own ragas and exercises, in a file beside the settings.

use crate::theory::raga::{Exercise, UserTables, tables};
use std::io::ErrorKind;
use std::path::Path;

/// The name of the file.
pub const OWN_TABLES: &str = "ragas.toml";

/// What the learner's own file in this folder holds; without a file, nothing. A sentence for each row that cannot be used.
#[must_use]
pub fn own_tables(folder: &Path) -> (UserTables, Vec<String>) {
    let path = folder.join(OWN_TABLES);
    let said = |what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Default::default(),
        Err(error) => return (UserTables::default(), vec![said(&format_args!("cannot be read: {error}"))]),
    };
    let (own, faults) = UserTables::parse(&text);
    let remedy = match own == UserTables::default() {
        true => "mend it, nothing of the file is used",
        false => "mend it or take it out, the rest is used",
    };
    let troubles = faults.iter().map(|fault| said(&format_args!("{fault}; {remedy}"))).collect();
    (own, troubles)
}

/// The exercises that everybody has, and then the learner's own. Allocates.
#[must_use]
pub fn with_own(own: Vec<Exercise>) -> Vec<Exercise> {
    tables().exercises.iter().cloned().chain(own).collect()
}
