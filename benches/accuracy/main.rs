//! How well the ears hear and the band plays, measured on annotated data and on material made here.
//!
//! `cargo bench --no-default-features --bench accuracy -- [PART ...] [--data FOLDER] [--markdown]`
//! where a part is one of `beats`, `harmony`, `onset`, `pitch`, `drone`, `tonic`, `practice`, `playing`, `raga-hint`, `raga-jam`,
//! `band`, `drums`; all without one.
//! Only where they are named are measured: `drums-train`, which compares with what the drummer was made from; `models`,
//! which needs `--features neural`; `live` and, beside two busy loops, `live-loaded`, ten minutes each. The data folder is `../shared/data` when none is given; rows that need it are left out with a line that says so when it is not there.

mod band;
mod beats;
mod comping;
mod drone;
mod drums;
mod groove;
mod harmony;
mod irb;
mod listening;
mod live;
mod material;
mod onset;
mod performances;
mod piece;
mod pitch;
mod playing;
mod pop909;
mod practice;
mod raga_hint;
mod raga_jam;
mod recordings;
mod singers;
mod table;
mod tonic;
mod voices;
mod weimar;

use std::path::{Path, PathBuf};

fn main() {
    let mut parts: Vec<String> = Vec::new();
    let mut data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let mut is_markdown = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--bench" => {}
            "--markdown" => is_markdown = true,
            "--data" => data = args.next().map_or(data, PathBuf::from),
            _ => parts.push(arg),
        }
    }
    let data = data.is_dir().then_some(data);
    if data.is_none() {
        eprintln!(
            "The annotated data is not here, so only material made here is measured; give its folder with --data."
        );
    }
    type Measure = fn(Option<&Path>) -> Vec<table::Row>;
    let measures: [(&str, Measure); 16] = [
        ("beats", beats::rows),
        ("harmony", harmony::rows),
        ("pitch", pitch::rows),
        ("drone", drone::rows),
        ("tonic", tonic::rows),
        ("practice", practice::rows),
        ("onset", onset::rows),
        ("playing", playing::rows),
        ("raga-hint", raga_hint::rows),
        ("raga-jam", raga_jam::rows),
        ("band", band::rows),
        ("drums", drums::rows),
        ("drums-train", drums::rows_of_train),
        ("models", band::rows_of_models),
        ("live", live::rows),
        ("live-loaded", live::rows_when_loaded),
    ];
    let is_for_all = |part: &str| parts.is_empty() && !["drums-train", "models", "live", "live-loaded"].contains(&part);
    let wanted = measures.iter().filter(|(part, _)| is_for_all(part) || parts.iter().any(|p| p == part));
    let rows: Vec<table::Row> = wanted.flat_map(|(_, rows)| rows(data.as_deref())).collect();
    print!("{}", table::text(&rows, is_markdown));
}
