//! The real program in a real window: keys and clicks from outside, pictures and the journal as witnesses.
//! Xvfb is the screen, xdotool the hand, xwd the eye.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(40);
/// The middle of the foot of the key that the letter A plays, and of the Settings and Panic buttons, in a
/// window of 1280 x 800.
const KEY_A: (usize, usize) = (518, 752);
const SETTINGS: (usize, usize) = (307, 18);
const PANIC: (usize, usize) = (1199, 18);
/// A place that the Jam page paints as a panel and Play does not.
const PANEL_OF_JAM: (usize, usize) = (700, 776);
/// A place that only the Settings page paints as a panel: right of the middle, where Play has its well.
const PANEL_OF_SETTINGS: (usize, usize) = (1256, 300);

/// A process that ends with the test.
struct Owned(Child);

impl Drop for Owned {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

struct Stage {
    display: String,
    window: String,
    home: tempfile::TempDir,
    _program: Owned,
    _screen: Owned,
}

fn is_there(tool: &str) -> bool {
    Command::new("which").arg(tool).stdout(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// A screen with the program on it; `None`, said aloud, where the tools are missing.
fn stage() -> Option<Stage> {
    if let Some(missing) = ["Xvfb", "xdotool", "xwd"].into_iter().find(|tool| !is_there(tool)) {
        println!("skipped: {missing} is not installed; packaging/setup.sh test installs it");
        return None;
    }
    let mut screen = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb starts");
    let mut number = String::new();
    BufReader::new(screen.stdout.take().expect("a pipe")).read_line(&mut number).expect("a display");
    let screen = Owned(screen);
    let display = format!(":{}", number.trim());
    let home = tempfile::tempdir().expect("a folder");
    let program = Command::new(env!("CARGO_BIN_EXE_sangat"))
        .args(["--host", "none", "--size", "1280x800"])
        .env("DISPLAY", &display)
        .env_remove("WAYLAND_DISPLAY")
        .env("SANGAT_HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .spawn()
        .expect("the program starts");
    let mut stage = Stage { display, window: String::new(), home, _program: Owned(program), _screen: screen };
    let found =
        stage.wait("the window", |s| s.tool(&["search", "--name", "^Sangat$"]).lines().next().map(str::to_owned));
    stage.window = found;
    stage.tool(&["windowmove", &stage.window, "0", "0"]);
    // Only a window that is drawn can take the focus, and there is no window manager to give it.
    stage.wait_for_colour("the first picture", KEY_A, IN_REACH);
    stage.tool(&["windowfocus", "--sync", &stage.window]);
    Some(stage)
}

impl Stage {
    fn tool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool").args(arguments).env("DISPLAY", &self.display).output().expect("xdotool");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn wait<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let begin = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(begin.elapsed() < PATIENCE, "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn click(&self, (x, y): (usize, usize)) {
        self.tool(&["mousemove", "--window", &self.window, &x.to_string(), &y.to_string(), "click", "1"]);
    }

    /// The colour of a point of the screen, `[red, green, blue]`.
    fn colour(&self, (x, y): (usize, usize)) -> [u8; 3] {
        let output =
            Command::new("xwd").args(["-root", "-silent"]).env("DISPLAY", &self.display).output().expect("xwd");
        let bytes = output.stdout;
        // XWDFile.h: big-endian words, the header's size first; colour entries of 12 bytes follow the header.
        let word = |index: usize| -> usize {
            u32::from_be_bytes(bytes[index * 4..index * 4 + 4].try_into().expect("a header")) as usize
        };
        let (header, bits, line, colours) = (word(0), word(11), word(12), word(19));
        assert_eq!(bits, 32, "a screen of 32 bits a pixel");
        let at = header + colours * 12 + y * line + x * 4;
        [bytes[at + 2], bytes[at + 1], bytes[at]]
    }

    fn wait_for_colour(&self, what: &str, point: (usize, usize), wanted: [u8; 3]) {
        self.wait(what, |s| {
            let near = s.colour(point).iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 12);
            near.then_some(())
        });
    }

    /// Lines of the journal that hold `word`; it is written about once a second.
    fn journalled(&self, word: &str) -> usize {
        let folder = self.home.path().join("journal");
        let texts = files(&folder).into_iter().filter_map(|path| std::fs::read_to_string(path).ok());
        texts.map(|text| text.lines().filter(|line| line.contains(word)).count()).sum()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).map(|d| d.flatten().map(|e| e.path()).collect()).unwrap_or_default()
}

const YOU: [u8; 3] = [0xf5, 0xec, 0x85];
const PANEL: [u8; 3] = [0x1a, 0x1d, 0x20];
/// A key within reach before anything was played.
const IN_REACH: [u8; 3] = [0x8a, 0x93, 0x9c];

#[test]
fn the_real_window_plays_from_letters_and_mouse_and_lets_go_when_it_loses_the_focus() {
    let Some(stage) = stage() else { return };
    let on = "\"midi\":[\"you\",[144,60,";
    let off = "\"midi\":[\"you\",[128,60,";
    stage.tool(&["keydown", "a"]);
    stage.wait_for_colour("the lit key", KEY_A, YOU);
    stage.tool(&["keyup", "a"]);
    stage.wait("the journal", |s| (s.journalled(on) == 1 && s.journalled(off) == 1).then_some(()));

    stage.click(KEY_A);
    stage.wait("the mouse in the journal", |s| (s.journalled(on) == 2 && s.journalled(off) == 2).then_some(()));

    stage.tool(&["keydown", "a"]);
    stage.wait_for_colour("the lit key", KEY_A, YOU);
    // The focus goes to the root window while the key is held.
    stage.tool(&["windowfocus", stage.tool(&["search", "--maxdepth", "0", ".*"]).lines().next().unwrap_or("0")]);
    stage.wait("the release", |s| (s.journalled(off) == 3).then_some(()));
    stage.tool(&["keyup", "a"]);
    stage.tool(&["windowfocus", "--sync", &stage.window]);

    stage.click(PANIC);
    stage.wait("the panic", |s| (s.journalled("\"panic\"") == 1).then_some(()));
    stage.click(SETTINGS);
    stage.wait_for_colour("the Settings page", PANEL_OF_SETTINGS, PANEL);
}

#[test]
fn the_real_window_plays_with_the_band_and_the_band_takes_the_chord_that_is_held() {
    let Some(stage) = stage() else { return };
    stage.tool(&["key", "F2"]);
    stage.wait_for_colour("the Jam page's panel", PANEL_OF_JAM, PANEL);
    let hold = |way: &str, letters: [&str; 3]| letters.map(|letter| stage.tool(&[way, letter]));
    hold("keydown", ["a", "d", "g"]);
    stage.tool(&["key", "space"]);
    for part in ["drums", "bass", "keys"] {
        stage.wait(part, |s| (s.journalled(&format!("\"midi\":[\"{part}\",[")) >= 4).then_some(()));
    }
    hold("keyup", ["a", "d", "g"]);
    // C, E flat and G flat: nothing else leads the band there from C.
    hold("keydown", ["a", "e", "t"]);
    stage.wait("the chord in the band's keys", |s| {
        let struck = (39..90).filter(|key| key % 12 == 3 || key % 12 == 6);
        (struck.map(|key| s.journalled(&format!("\"midi\":[\"keys\",[144,{key},"))).sum::<usize>() >= 2).then_some(())
    });
    hold("keyup", ["a", "e", "t"]);
    stage.tool(&["key", "space"]);
    stage.wait("the stop", |s| (s.journalled("\"stop\"") >= 1).then_some(()));
}
