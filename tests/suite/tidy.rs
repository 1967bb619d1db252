//! The house rules that a machine can see: layers, sizes, words.

use crate::common::root;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 700;
const FUNCTION_LINES_MAX: usize = 70;

fn sources(folders: &[&str]) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut stack: Vec<PathBuf> = folders.iter().map(|f| root().join(f)).collect();
    while let Some(path) = stack.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a readable folder");
            stack.extend(entries.map(|e| e.expect("an entry").path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("a readable file");
            files.insert(path.strip_prefix(root()).expect("below the root").to_path_buf(), text);
        }
    }
    files
}

fn layer_of(path: &Path) -> Option<String> {
    let part = path.components().nth(1)?.as_os_str().to_str()?;
    Some(part.trim_end_matches(".rs").to_owned())
}

/// What each layer may import from the crate, as in ARCHITECTURE.
fn allowed(layer: &str) -> &'static [&'static str] {
    match layer {
        "base" => &[],
        "theory" | "dsp" | "rt" => &["base"],
        "band" => &["base", "theory"],
        "ear" | "instrument" => &["base", "theory", "dsp"],
        "practice" => &["base", "theory", "ear"],
        "worker" => &["base", "theory", "ear", "band", "rt"],
        "neural" => &["base", "theory", "band", "ear"],
        "engine" => &["base", "theory", "dsp", "instrument", "rt"],
        "host" => &["base", "engine", "rt"],
        "session" => &[
            "base",
            "theory",
            "dsp",
            "rt",
            "ear",
            "practice",
            "instrument",
            "engine",
            "host",
            "band",
            "worker",
            "neural",
        ],
        "ui" => &["base", "theory", "session", "engine::params"],
        other => panic!("the layer {other} is not in the table of layers"),
    }
}

#[test]
fn imports_point_down_only() {
    for (path, text) in sources(&["src"]) {
        let Some(layer) = layer_of(&path).filter(|layer| !["lib", "main", "cli", "commands"].contains(&layer.as_str()))
        else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for (at, _) in line.match_indices("crate::") {
                let name = &line[at + "crate::".len()..];
                let is_own = name.starts_with(&layer) || name.starts_with("lib");
                let is_allowed = allowed(&layer).iter().any(|a| name.starts_with(a));
                assert!(is_own || is_allowed, "{}:{}: {}", path.display(), number + 1, line.trim());
            }
        }
    }
}

#[test]
fn every_crate_with_a_home_is_named_only_there() {
    let homes = [
        ("cpal", "host"),
        ("midir", "host"),
        ("jack", "host"),
        ("thread_priority", "host"),
        ("egui", "ui"),
        ("eframe", "ui"),
        ("ringbuf", "rt"),
        ("realfft", "dsp"),
        ("rubato", "ear"),
        ("candle_core", "neural"),
        ("safetensors", "neural"),
        ("rayon", "neural"),
        ("roxmltree", "session"),
        ("flate2", "session"),
    ];
    for (path, text) in sources(&["src"]) {
        let layer = layer_of(&path).unwrap_or_default();
        for (name, home) in homes {
            let is_named = text.contains(&format!("use {name}::")) || text.contains(&format!(" {name}::"));
            assert!(!is_named || layer == home, "{} names {name}, whose home is {home}", path.display());
        }
    }
}

#[test]
fn formats_of_files_are_named_in_theory_by_the_tables_of_raga_alone() {
    for (path, text) in sources(&["src/theory"]) {
        let is_named = ["serde", "serde_json", "toml"].iter().any(|name| text.contains(&format!("{name}::")));
        assert!(!is_named || path.starts_with("src/theory/raga"), "{}", path.display());
    }
}

#[test]
fn pure_layers_read_no_clock_and_do_no_io() {
    let words = ["Instant", "SystemTime", "std::fs", "std::thread", "println!", "eprintln!", "std::net", "std::env"];
    let impure = ["rt", "host", "session", "neural", "ui", "main", "cli", "commands", "lib"];
    for (path, text) in sources(&["src"]) {
        let layer = layer_of(&path).unwrap_or_default();
        if impure.contains(&layer.as_str()) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in words {
            assert!(!code.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn unsafe_code_stays_in_rt_and_in_kernels_of_dsp() {
    for (path, text) in sources(&["src"]) {
        let is_home = path.starts_with("src/rt") || path.starts_with("src/dsp");
        assert!(is_home || !text.contains("allow(unsafe_code)"), "{}", path.display());
    }
}

#[test]
fn files_and_functions_keep_their_size() {
    for (path, text) in sources(&["src", "tests", "benches"]) {
        let lines = text.lines().count();
        assert!(lines <= FILE_LINES_MAX, "{} has {lines} lines", path.display());
        let mut begin: Option<(usize, usize, String)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let is_function = ["fn ", "pub fn ", "pub(super) fn ", "pub(crate) fn ", "const fn ", "pub const fn "]
                .iter()
                .any(|start| line.trim_start().starts_with(start));
            if is_function && begin.is_none() && !line.trim_end().ends_with(['}', ';']) {
                begin = Some((number, indent, line.trim().to_owned()));
            } else if let Some((from, depth, name)) = &begin
                && indent == *depth
                && line.trim() == "}"
            {
                let length = number - from + 1;
                assert!(length <= FUNCTION_LINES_MAX, "{}: {name} has {length} lines", path.display());
                begin = None;
            }
        }
    }
}

#[test]
fn nothing_is_left_unfinished_and_no_word_is_out_of_place() {
    // Written in two halves, so that this file does not find itself.
    let banned = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("todo", "!("),
        concat!("unimple", "mented!("),
        concat!("assert!(tr", "ue)"),
        concat!("dbg", "!("),
    ];
    for (path, text) in sources(&["src", "tests", "benches"]) {
        for word in banned {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
        // A scenario that needs a server of its own is a process of its own; nothing else may be switched off.
        for (at, _) in text.match_indices(concat!("#[ig", "nore")) {
            assert!(text[at..].starts_with(concat!("#[ig", "nore = \"started by")), "{}", path.display());
        }
    }
}

#[test]
fn numbers_in_the_words_are_those_of_the_limits() {
    use sangat::base::limits::{CONTROL_TICK_FRAMES, SAMPLE_RATE_MAX, SAMPLE_RATE_MIN, VOICES_MAX};
    let rates = format!("{SAMPLE_RATE_MIN} to {SAMPLE_RATE_MAX}");
    let cases = [
        ("src/lib.rs", format!("multiples of {CONTROL_TICK_FRAMES} frames")),
        ("src/cli.rs", rates.clone()),
        ("src/session/wav.rs", rates),
        ("CHANGELOG.md", format!("{VOICES_MAX} voices")),
    ];
    for (file, words) in cases {
        let text = std::fs::read_to_string(root().join(file)).expect("a readable file");
        assert!(text.contains(&words), "{file} does not say \"{words}\"");
    }
}
