"""The drummers' performances (Groove MIDI Dataset) as sequences of sixteenths.

A performance is cut at its bars. Windows to train on begin at a bar drawn at random; what is shorter is followed by
another performance of its style, as one section follows another.
"""

import csv
import pathlib
import sys
import zlib

import numpy as np

import represent as rep

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from beat_net_data import midi_notes  # noqa: E402

# The nine drums by the keys of the TD-11: kick, snare, closed hat, open hat, low, mid and high tom, crash, ride.
KEYS = [(36, 35), (38, 40, 37), (42, 22, 44), (46, 26), (43, 58, 41), (45, 47), (48, 50), (49, 55, 57, 52),
        (51, 59, 53)]
DRUM_OF = {key: drum for drum, keys in enumerate(KEYS) for key in keys}
TOMS = (4, 5, 6)

# What the data set calls a style, by how it begins, and the number of ours; the first that fits.
ROCK, BALLAD, FUNK, SOUL, HIPHOP, DISCO, BOSSA, SAMBA, SWING, SWING_UP, BRUSHES, REGGAE, AFRO, WALTZ, SIX = range(15)
STYLES = [("rock/halftime", BALLAD), ("rock", ROCK), ("punk", ROCK), ("country", ROCK), ("blues", ROCK),
          ("pop", BALLAD), ("funk", FUNK), ("jazz/funk", FUNK), ("neworleans/funk", FUNK), ("soul", SOUL),
          ("gospel", SOUL), ("hiphop", HIPHOP), ("dance/disco", DISCO), ("latin/brazilian-bossa", BOSSA),
          ("latin/brazilian", SAMBA), ("latin/samba", SAMBA), ("jazz/fusion", FUNK), ("jazz", SWING),
          ("reggae", REGGAE), ("afro", AFRO), ("highlife", AFRO)]
SLOW_ROCK, FAST_SWING = 85, 176
TOM_SHARE = 0.25  # of a bar's strokes, from which on it is a fill


def style_of(row):
    bpm, beats = float(row["bpm"]), int(row["time_signature"][0])
    style = next((number for name, number in STYLES if row["style"].startswith(name)), np.nan)
    if style == ROCK and bpm < SLOW_ROCK:
        return BALLAD
    if style == SWING:
        return WALTZ if beats == 3 else SWING_UP if bpm > FAST_SWING else SWING
    return style if beats == 4 else np.nan


def performance(folder, row):
    notes = midi_notes(f"{folder}/groove/{row['midi_filename']}")
    notes = notes[np.isin(notes[:, 2], list(DRUM_OF))]
    beats, bpm = int(row["time_signature"][0]), float(row["bpm"])
    places = notes[:, 0] * bpm / 60
    drums = np.array([DRUM_OF[int(key)] for key in notes[:, 2]], int)
    bars = int(np.floor(places.max() / beats + 1 / 16)) + 1 if len(places) else 0
    taken = rep.strokes(places, drums, np.rint(notes[:, 3] * 127), bars * beats * rep.STEPS)
    hits = taken[0].reshape(bars, -1, rep.DRUMS).sum(1)
    is_fill = np.full(bars, row["beat_type"] == "fill") | (hits[:, TOMS].sum(1) > TOM_SHARE * hits.sum(1))
    return {"name": row["id"], "taken": taken, "beats": beats, "bars": bars, "bpm": bpm, "style": style_of(row),
            "fill": is_fill.astype(float)}


def performances(folder, split):
    rows = csv.DictReader(pathlib.Path(f"{folder}/groove/info.csv").read_text().splitlines())
    rows = [row for row in rows if row["split"] == split and row["time_signature"] in ("4-4", "3-4")]
    found = [performance(folder, row) for row in rows]
    return [one for one in found if one["bars"] > 0]


def energy(hit, velocity, steps):
    """How full and how loud each bar is, 0 to 1. `steps` are the sizes of the bars."""
    bar = np.repeat(np.arange(len(steps)), steps)
    hits = np.bincount(bar, hit.sum(1), len(steps))
    loud = np.bincount(bar, velocity.sum(1), len(steps)) / np.maximum(hits, 1)
    return 0.6 * loud / 127 + 0.4 * np.minimum(hits / steps / 1.5, 1)


def joined(chunks):
    """(performance, first bar, end bar) one after another, as strokes and bars."""
    taken = [np.concatenate([one["taken"][n][first * one["beats"] * rep.STEPS:end * one["beats"] * rep.STEPS]
                             for one, first, end in chunks]) for n in range(3)]
    many = lambda name: np.concatenate([np.full(end - first, one[name]) for one, first, end in chunks])
    bars = rep.Bars(beats=many("beats"), style=many("style"), bpm=many("bpm"),
                    phrase=np.concatenate([np.arange(first, end) for _, first, end in chunks]), energy=None,
                    fill=np.concatenate([one["fill"][first:end] for one, first, end in chunks]))
    bars.energy = energy(taken[0], taken[1], rep.STEPS * bars.beats)
    return taken, bars


class Drummers:
    """The performances to train on, those to choose by (a sixteenth of the same split), and those held out."""

    def __init__(self, folder):
        found = performances(folder, "train")
        is_kept = lambda one: zlib.crc32(one["name"].encode()) % 16 != 0
        self.training = [one for one in found if is_kept(one)]
        self.choosing = [one for one in found if not is_kept(one)]
        self.held_out = performances(folder, "validation")
        self.share = np.array([one["bars"] * one["beats"] for one in self.training], float)
        self.share /= self.share.sum()
        same = lambda style: style if style == style else -1
        self.alike = {}
        for one in self.training:
            self.alike.setdefault((same(one["style"]), one["beats"]), []).append(one)
        self.key = lambda one: (same(one["style"]), one["beats"])

    def styles(self):
        return {int(one["style"]) for one in self.training if one["style"] == one["style"]}

    def whole(self, one):
        """A performance as it is, everything asked for known, the player unknown."""
        taken, bars = joined([(one, 0, one["bars"])])
        return rep.drum_elements(taken, bars)

    def window(self, rng, count):
        one = self.training[rng.choice(len(self.training), p=self.share)]
        chunks, steps = [], 0
        while steps < count:
            first = rng.integers(0, max(1, one["bars"] - 4)) if not chunks else 0
            chunks.append((one, first, one["bars"]))
            steps += (one["bars"] - first) * one["beats"] * rep.STEPS
            alike = self.alike[self.key(one)]
            one = alike[rng.integers(len(alike))]
        return cut(disturbed(rng, *joined(chunks)), count)


def disturbed(rng, taken, bars):
    """Elements of live playing: things asked for left out, tempi and loudness bent, strokes lost in what is heard, and
    in half of them a player who marks some of the drummer's places."""
    hit, velocity, offset = taken
    if rng.random() < 0.5:
        velocity = np.clip(velocity * rng.uniform(0.85, 1.15), hit, 127)
        bars.energy = energy(hit, velocity, rep.STEPS * bars.beats)
    count = len(bars.beats)
    bars.bpm = bars.bpm * 2 ** rng.uniform(-0.25, 0.25)
    bars.phrase = bars.phrase + (rng.integers(4) if rng.random() < 0.3 else 0)
    bars.style = np.where(rng.random() < 0.1, np.nan, bars.style)
    bars.energy = np.where(rng.random(count) < (1 if rng.random() < 0.15 else 0.05), np.nan, bars.energy)
    bars.fill = np.where(rng.random(count) < (1 if rng.random() < 0.15 else 0.05), np.nan, bars.fill)
    kept = (rng.random(hit.shape) >= rng.uniform(0, 0.05)).astype(np.float32)
    moved = np.clip(offset + rng.normal(0, 0.02, hit.shape), -0.5, 0.5).astype(np.float32) * hit
    player = None
    if rng.random() < 0.5:
        struck = hit.any(1)
        marks = np.where(struck, rng.uniform(0.2, 0.8), rng.uniform(0, 0.08))
        player = np.flatnonzero(rng.random(len(struck)) < marks)
    return rep.drum_elements((hit, velocity.astype(np.float32), offset), bars, player,
                             (hit * kept, velocity * kept, moved * kept))


def cut(elements, count):
    if isinstance(elements, dict):
        return {name: cut(values, count) for name, values in elements.items()}
    return elements[:count]
