"""Reads POP909, the Weimar Jazz Database and OpenEWLD into songs counted in beats."""

import csv
import dataclasses
import gzip
import os
import pathlib
import struct
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib

import numpy as np

from data_drums import BALLAD, BOSSA, BRUSHES, FUNK, ROCK, SOUL, SWING, SWING_UP, WALTZ

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
KINDS = {"maj": (0, 4, 7), "min": (0, 3, 7), "dim": (0, 3, 6), "aug": (0, 4, 8), "sus4": (0, 5, 7), "sus2": (0, 2, 7),
         "7": (0, 4, 7, 10), "maj7": (0, 4, 7, 11), "min7": (0, 3, 7, 10), "minmaj7": (0, 3, 7, 11),
         "hdim7": (0, 3, 6, 10), "dim7": (0, 3, 6, 9), "7sus": (0, 5, 7, 10), "aug7": (0, 4, 8, 10),
         "maj6": (0, 4, 7, 9), "min6": (0, 3, 7, 9), "5": (0, 7)}
# The names of MusicXML, by how they begin; the first that fits.
XML_KINDS = [("major-seventh", "maj7"), ("major-ninth", "maj7"), ("major-minor", "minmaj7"), ("major-sixth", "maj6"),
             ("major", "maj"), ("maj69", "maj6"), ("minor-major", "minmaj7"), ("minor-sixth", "min6"),
             ("minor-", "min7"), ("minor", "min"), ("diminished-seventh", "dim7"), ("diminished", "dim"),
             ("half-diminished", "hdim7"), ("augmented-", "aug7"), ("augmented", "aug"), ("dominant", "7"),
             ("suspended-fourth", "sus4"), ("suspended-second", "sus2"), ("power", "5")]
# Whole performers, about a tenth of the solos.
HELD_OUT_PERFORMERS = ("ArtPepper", "MilesDavis", "CliffordBrown", "ZootSims")
SLOW_POP, FAST_SWING, SLOW_SWING = 96, 176, 80


@dataclasses.dataclass
class Song:
    """`bars` are the beats of each bar, `chords` rows of (begin, root or -1, bits above the root), each track of
    `notes` rows of (onset, length, key, velocity) in order. `phrases` are the beats at which phrases begin."""

    name: str
    source: str
    split: str
    style: float
    bpm: float
    bars: np.ndarray
    chords: np.ndarray
    notes: dict
    phrases: np.ndarray = None


def fraction(name, parts):
    """Whether a name falls into one of so many parts, the same each time."""
    return zlib.crc32(name.lower().encode()) % parts == 0


def mask_of(kind):
    return sum(1 << degree for degree in KINDS[kind])


def root_of(symbol):
    root, at = LETTERS[symbol[0]], 1
    while symbol[at:at + 1] in ("#", "b"):
        root += 1 if symbol[at] == "#" else -1
        at += 1
    return root % 12, symbol[at:]


def harte(symbol):
    """(root, bits) of a POP909 chord."""
    if symbol[0] not in LETTERS:
        return -1, 0
    root, kind = root_of(symbol)
    kind = kind.lstrip(":").split("/")[0]
    kind = {"sus4(b7)": "7sus", "min9": "min7", "maj9": "maj7", "9": "7"}.get(kind, kind)
    return root, mask_of(kind if kind in KINDS else "maj")


def jazz(symbol):
    """(root, bits) of a Weimar chord ("C-7", "Fj7", "Go7", "Am7b5", "D7alt")."""
    if symbol[:1] not in LETTERS:
        return -1, 0
    root, kind = root_of(symbol)
    kind = kind.split("/")[0]
    ways = [("m7b5", "hdim7"), ("-7b5", "hdim7"), ("o7", "dim7"), ("o", "dim"), ("-j", "minmaj7"), ("-7", "min7"),
            ("-9", "min7"), ("-6", "min6"), ("-", "min"), ("j", "maj7"), ("sus7", "7sus"), ("sus", "sus4"),
            ("+j", "aug"), ("+7", "aug7"), ("+", "aug"), ("7", "7"), ("6", "maj6")]
    return root, mask_of(next((name for begin, name in ways if kind.startswith(begin)), "maj"))


def merged(rows):
    """Rows of chords without those that repeat the one before."""
    out = []
    for row in rows:
        if not out or tuple(out[-1][1:]) != tuple(row[1:]):
            out.append(row)
    return np.array(out, float).reshape(-1, 3)


def number(raw, at):
    """A MIDI number of variable length and where it ends."""
    value = 0
    while True:
        value, at = value << 7 | raw[at] & 127, at + 1
        if raw[at - 1] < 128:
            return value, at


def midi_track(raw, at, end):
    """(name, tempi, notes as (begin tick, end tick, key, velocity)) of one track."""
    tick, status, name, tempi, notes, held = 0, 0, "", [], [], {}
    while at < end:
        delta, at = number(raw, at)
        tick += delta
        if raw[at] >= 128:
            status, at = raw[at], at + 1
        if status in (0xFF, 0xF0, 0xF7):
            kind, at = (raw[at], at + 1) if status == 0xFF else (None, at)
            size, at = number(raw, at)
            if kind == 0x51:
                tempi.append((tick, int.from_bytes(raw[at:at + 3], "big")))
            elif kind == 3:
                name = raw[at:at + size].decode("latin1")
            at += size
            continue
        if status >> 4 in (8, 9):
            key, velocity = raw[at], raw[at + 1] if status >> 4 == 9 else 0
            if key in held:
                begin, loud = held.pop(key)
                notes.append((begin, tick, key, loud))
            if velocity:
                held[key] = tick, velocity
        at += 1 if status >> 4 in (12, 13) else 2
    return name, tempi, notes


def midi_tracks(path):
    """Tracks by name: rows of (begin, end) in seconds, key, velocity, in order."""
    with open(path, "rb") as f:
        raw = f.read()
    per_quarter, at = struct.unpack(">H", raw[12:14])[0], 14
    tempi, tracks = [(0, 500000)], {}
    while at + 8 <= len(raw):
        size = struct.unpack(">I", raw[at + 4:at + 8])[0]
        name, found, notes = midi_track(raw, at + 8, at + 8 + size)
        tempi += found
        tracks.setdefault(name, []).extend(notes)
        at += 8 + size
    tempi = sorted(dict(tempi).items())
    ticks, micros = np.array(tempi, float).T
    secs = np.concatenate([[0], np.cumsum(np.diff(ticks) * micros[:-1])]) / per_quarter * 1e-6

    def in_secs(places):
        of = np.searchsorted(ticks, places, side="right") - 1
        return secs[of] + (places - ticks[of]) * micros[of] / per_quarter * 1e-6

    out = {}
    for name, notes in tracks.items():
        notes = np.array(sorted(notes), float).reshape(-1, 4)
        out[name] = np.column_stack([in_secs(notes[:, 0]), in_secs(notes[:, 1]), notes[:, 2:]])
    return out


class Clock:
    """Seconds to beats from the first bar line on, by the times of the beats and which of them begin bars."""

    def __init__(self, times, downs):
        first, last = downs[0], downs[-1]
        self.times, self.places = times[first:], np.arange(len(times) - first)
        self.bars = np.diff(downs)
        self.end = last - first
        self.bpm = 60 / np.median(np.diff(self.times))

    def beats(self, secs):
        return np.interp(secs, self.times, self.places)

    def inside(self, secs):
        return (secs >= self.times[0] - 0.02) & (secs < self.times[self.end])

    def notes(self, rows):
        """Rows of (begin, end) in seconds, key, velocity as rows of a track."""
        rows = rows[self.inside(rows[:, 0])]
        begin = self.beats(rows[:, 0])
        length = np.maximum(self.beats(rows[:, 1]) - begin, 1 / 24)
        return np.column_stack([begin, length, rows[:, 2:4]])


def pop909(folder):
    for song in range(1, 801):
        path = f"{folder}/pop909/{song:03}"
        if not os.path.exists(f"{path}/beat_midi.txt"):
            continue
        rows = np.loadtxt(f"{path}/beat_midi.txt", ndmin=2)
        clock = Clock(rows[:, 0], np.flatnonzero(rows[:, 2] > 0))
        chords = []
        for line in pathlib.Path(f"{path}/chord_midi.txt").read_text().splitlines():
            begin, _, symbol = line.split()
            place = clock.beats(float(begin)) if float(begin) > clock.times[0] else 0
            chords.append((round(float(place) * 4) / 4, *harte(symbol)))
        fast = SOUL if fraction(f"{song}", 2) else ROCK
        notes = {name: clock.notes(track) for name, track in midi_tracks(f"{path}/{song:03}.mid").items()}
        style = WALTZ if np.median(clock.bars) == 3 else BALLAD if clock.bpm < SLOW_POP else fast
        split = "held out" if song > 720 else "choosing" if song > 696 else "training"
        yield Song(f"pop909 {song:03}", "pop909", split, style, clock.bpm, clock.bars, merged(chords), notes)


def level(decibels):
    """Velocity from the loudness of a recording."""
    try:
        return float(np.clip(127 * (float(decibels) - 40) / 40, 13, 127))
    except (TypeError, ValueError):
        return 76.0


def feel(row, bpm, beats):
    """The style of a solo."""
    words = row["rhythmfeel"]
    if beats == 3:
        return WALTZ
    if words.startswith(("LATIN", "A:LATIN")):
        return BOSSA
    if words.startswith("FUNK"):
        return FUNK
    if words == "BALLAD" or bpm < SLOW_SWING:
        return BRUSHES
    return SWING if bpm <= FAST_SWING else SWING_UP


def weimar(folder):
    folder = f"{folder}/weimar"
    tracks = {}
    with gzip.open(f"{folder}/wjd_annotated_beat_tracks.csv.gz", "rt") as f:
        for row in csv.DictReader(f):
            tracks.setdefault(row["id"], []).append(row)
    with gzip.open(f"{folder}/wjd_meta.csv.gz", "rt") as f:
        about = {row["id"]: row for row in csv.DictReader(f)}
    for solo, rows in tracks.items():
        name = solo.removesuffix(".sv")
        times = np.array([float(row["onset"]) for row in rows])
        downs = np.flatnonzero([row["beat"] == "1" for row in rows])
        path = f"{folder}/melody/{name}.csv.gz"
        if len(downs) < 8 or rows[len(rows) // 2]["period"] not in ("3", "4") or not os.path.exists(path):
            continue
        clock = Clock(times, downs)
        rows = rows[downs[0]:]
        chords = merged([(place, *jazz(row["chord"])) for place, row in enumerate(rows)])
        walk = [(place, 1, float(row["bass"]), 80) for place, row in enumerate(rows[:clock.end]) if row["bass"]
                and row["bass"] != "NA"]
        with gzip.open(path, "rt") as f:
            melody = list(csv.DictReader(f))
        solo_notes = np.array([(float(r["onset"]), float(r["onset"]) + float(r["duration"]), float(r["pitch"]),
                                level(r.get("loud_median"))) for r in melody])
        starts = np.array([float(r["onset"]) for r in melody if r["phrase_begin"] in ("1", "True", "TRUE")])
        starts = clock.beats(starts[clock.inside(starts)])
        split = ("held out" if name.split("_")[0] in HELD_OUT_PERFORMERS else "choosing" if fraction(name, 16)
                 else "training")
        yield Song(name, "weimar", split, feel(about[solo], clock.bpm, np.median(clock.bars)), clock.bpm, clock.bars,
                   chords, {"SOLO": clock.notes(solo_notes), "BASS": np.array(walk, float).reshape(-1, 4)}, starts)


def xml_chord(harmony):
    root = LETTERS[harmony.findtext("root/root-step")] + int(harmony.findtext("root/root-alter") or 0)
    kind = (harmony.findtext("kind") or "major").strip()
    return root % 12, mask_of(next((name for begin, name in XML_KINDS if kind.startswith(begin)), "maj"))


def xml_measure(measure, at, state):
    """Reads one measure that begins at beat `at` into `state`; returns how long it is."""
    place = longest = 0.0
    for item in measure:
        if item.tag == "attributes":
            state["divisions"] = int(item.findtext("divisions") or state["divisions"])
        elif item.tag == "harmony" and item.find("root") is not None:
            state["chords"].append((at + place, *xml_chord(item)))
        elif item.tag in ("backup", "forward"):
            place += float(item.findtext("duration")) / state["divisions"] * (1 if item.tag == "forward" else -1)
        elif item.tag == "note" and item.find("grace") is None and item.find("chord") is None:
            length = float(item.findtext("duration")) / state["divisions"]
            pitch = item.find("pitch")
            if pitch is not None and (item.findtext("voice") or "1") == "1":
                key = (12 * (int(pitch.findtext("octave")) + 1) + LETTERS[pitch.findtext("step")]
                       + int(pitch.findtext("alter") or 0))
                last = state["notes"][-1] if state["notes"] else None
                if last and last[2] == key and any(tie.get("type") == "stop" for tie in item.findall("tie")):
                    last[1] += length
                else:
                    state["notes"].append([at + place, length, key, 0])
            place += length
        longest = max(longest, place)
    return longest


def openewld(folder):
    """Lead sheets in 4/4, 2/2 and 3/4. They have no tempo, loudness or style (but waltzes): the tempo is taken as 120,
    the loudness as what a bar's beats suggest."""
    for path in sorted(pathlib.Path(f"{folder}/openewld/dataset").glob("*/*/*.mxl")):
        archive = zipfile.ZipFile(path)
        name = next(n for n in archive.namelist() if n.endswith("xml") and not n.startswith("META"))
        sheet = ElementTree.fromstring(archive.read(name))
        times = {(t.findtext("beats"), t.findtext("beat-type")) for t in sheet.iter("time")}
        if times not in ({("4", "4")}, {("2", "2")}, {("3", "4")}):
            continue
        beats = 3 if times == {("3", "4")} else 4
        state, at = {"divisions": 1, "notes": [], "chords": []}, 0.0
        for count, measure in enumerate(sheet.find("part").findall("measure")):
            length = xml_measure(measure, at, state)
            if count == 0 and length < beats - 0.01:
                state["notes"], state["chords"] = [], []
                continue
            at += beats
        notes = np.array(state["notes"], float).reshape(-1, 4)
        if len(notes) < 16 or len(state["chords"]) < 4:
            continue
        rng = np.random.default_rng(zlib.crc32(path.stem.encode()))
        notes[:, 3] = np.clip(78 + 8 * (notes[:, 0] % beats == 0) + rng.normal(0, 6, len(notes)), 40, 120)
        split = "held out" if fraction(path.stem, 10) else "choosing" if fraction(path.stem + "2", 16) else "training"
        yield Song(path.stem, "openewld", split, WALTZ if beats == 3 else np.nan, 120.0,
                   np.full(int(at // beats), beats), merged(state["chords"]), {"MELODY": notes})
