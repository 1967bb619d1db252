//! Running the program as people do.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program without a display, with everything it keeps below `home`.
pub fn sangat(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sangat"))
        .args(arguments)
        .env("SANGAT_HOME", home)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("the program starts")
}

/// Bad input: status 2, one sentence on standard error that has all of `words`, nothing on standard output.
pub fn refused(home: &Path, arguments: &[&str], words: &[&str]) {
    let output = sangat(home, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(said.trim_end().lines().count(), 1, "{arguments:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{arguments:?}: {said} lacks {word}");
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}
