//! How well the ears hear: always on material made here, and on annotated music where it is at hand. The full table
//! is `make accuracy`; here a few pieces of each kind hold the ears to a little less than was measured.

mod beats;
mod harmony;
mod pitch;

#[path = "../../../benches/accuracy/comping.rs"]
mod comping;
#[path = "../../../benches/accuracy/listening.rs"]
mod listening;
#[allow(dead_code, reason = "the bench reads more of the data than the suite")]
#[path = "../../../benches/accuracy/material.rs"]
mod material;
#[allow(dead_code, reason = "the bench plays more kinds of performance than the suite")]
#[path = "../../../benches/accuracy/performances.rs"]
mod performances;
#[allow(dead_code, reason = "the bench reads more of the data than the suite")]
#[path = "../../../benches/accuracy/piece.rs"]
mod piece;
#[path = "../../../benches/accuracy/pop909.rs"]
mod pop909;
#[allow(dead_code, reason = "the bench sings in more ways than the suite")]
#[path = "../../../benches/accuracy/voices.rs"]
mod voices;

use crate::common::root;
use std::io::Write;
use std::path::PathBuf;

/// The annotated data, beside the repository or where `SANGAT_DATA` says; a line tells when there is none.
pub fn data(what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SANGAT_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    // Not by a macro: the harness keeps those of tests that pass to itself.
    let said = format!("SKIPPED: {what} was not measured, for there is no annotated data in {}\n", folder.display());
    std::io::stderr().write_all(said.as_bytes()).expect("standard error");
    None
}
