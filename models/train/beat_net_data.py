"""The music that the beat net is trained on, and live playing made of it.

A piece is `(notes, downs, lengths)`: notes as rows of (place in beats, source 0 key or 1 drum, key, loudness), whether
each beat begins a bar, and the length of each beat in seconds.
"""

import csv
import gzip
import os
import struct

import numpy as np

import beat_net_made_up


def midi_notes(path, wants=lambda name: True):
    """Note-ons as rows of (seconds, source, key, loudness)."""
    raw = open(path, "rb").read()
    per_quarter = struct.unpack(">H", raw[12:14])[0]
    at, tempi, notes = 14, [], []
    while at + 8 <= len(raw):
        size = struct.unpack(">I", raw[at + 4:at + 8])[0]
        track(raw, at + 8, at + 8 + size, (tempi, notes, wants))
        at += 8 + size
    tempi = sorted(tempi) or [(0, 500000)]
    if tempi[0][0] > 0:
        tempi.insert(0, (0, 500000))
    ticks, micros = np.array(tempi, float).T
    secs = np.concatenate([[0], np.cumsum(np.diff(ticks) * micros[:-1])]) / per_quarter * 1e-6
    notes = np.array(sorted(notes), float).reshape(-1, 4)
    of = np.searchsorted(ticks, notes[:, 0], side="right") - 1
    notes[:, 0] = secs[of] + (notes[:, 0] - ticks[of]) * micros[of] / per_quarter * 1e-6
    return notes


def track(raw, at, end, found):
    tempi, notes, wants = found
    tick, status, is_wanted = 0, 0, wants("")
    while at < end:
        delta = 0
        while True:
            byte = raw[at]
            at += 1
            delta = delta << 7 | byte & 127
            if byte < 128:
                break
        tick += delta
        if raw[at] >= 128:
            status = raw[at]
            at += 1
        if status in (0xFF, 0xF0, 0xF7):
            kind = raw[at] if status == 0xFF else None
            at += status == 0xFF
            size = 0
            while True:
                byte = raw[at]
                at += 1
                size = size << 7 | byte & 127
                if byte < 128:
                    break
            if kind == 0x51:
                tempi.append((tick, int.from_bytes(raw[at:at + 3], "big")))
            elif kind == 3:
                is_wanted = wants(raw[at:at + size].decode("latin1"))
            at += size
        else:
            if status >> 4 == 9 and raw[at + 1] > 0 and is_wanted:
                notes.append((tick, float(status & 15 == 9), raw[at], raw[at + 1] / 127))
            at += 1 if status >> 4 in (12, 13) else 2


def in_beats(notes, beats):
    """Notes with their times as places among the beats; those outside are left out."""
    notes = notes[(notes[:, 0] >= beats[0] - 0.03) & (notes[:, 0] < beats[-1])]
    places = np.interp(notes[:, 0], beats, np.arange(len(beats)))
    return np.column_stack([places, notes[:, 1:]])


def pop909(folder, songs, wants):
    pieces = []
    for song in songs:
        path = f"{folder}/pop909/{song:03}"
        if not os.path.exists(f"{path}/beat_midi.txt"):
            continue
        rows = np.loadtxt(f"{path}/beat_midi.txt", ndmin=2)
        notes = in_beats(midi_notes(f"{path}/{song:03}.mid", wants), rows[:, 0])
        if len(notes) > 50:
            pieces.append((notes, rows[:-1, 2] > 0, np.diff(rows[:, 0])))
    return pieces


def groove(folder, wants):
    pieces = []
    for row in csv.DictReader(open(f"{folder}/groove/info.csv")):
        beats, unit = (int(part) for part in row["time_signature"].split("-"))
        is_known = (beats, unit) in ((4, 4), (3, 4), (6, 8))
        if row["split"] != "train" or not is_known or not wants(row["drummer"]) or float(row["duration"]) < 5:
            continue
        notes = midi_notes(f"{folder}/groove/{row['midi_filename']}")
        length = 60 / float(row["bpm"])
        count = int(notes[-1, 0] / length) + 2
        notes[:, 0] /= length
        notes[:, 1] = 1
        pieces.append((notes, np.arange(count) % (3 if unit == 8 else beats) == 0, np.full(count, length)))
    return pieces


def weimar(folder, wants):
    beats = {}
    with gzip.open(f"{folder}/weimar/wjd_annotated_beat_tracks.csv.gz", "rt") as f:
        for row in csv.DictReader(f):
            beats.setdefault(row["id"], []).append((float(row["onset"]), row["beat"] == "1", row["signature"]))
    pieces = []
    for solo, rows in beats.items():
        name = solo.removesuffix(".sv")
        path = f"{folder}/weimar/melody/{name}.csv.gz"
        times = np.array([row[0] for row in rows])
        gaps = np.diff(times)
        is_even = len(gaps) > 40 and gaps.max() < 1.6 * np.median(gaps) and gaps.min() > 0.6 * np.median(gaps)
        if not is_even or np.median(gaps) < 0.28 or not os.path.exists(path) or not wants(name.split("_")[0]):
            continue
        with gzip.open(path, "rt") as f:
            notes = [(float(r["onset"]), 0, float(r["pitch"]), level(r.get("loud_median"))) for r in csv.DictReader(f)]
        pieces.append((in_beats(np.array(notes), times), np.array([row[1] for row in rows[:-1]]), gaps))
    return pieces


def level(decibels):
    try:
        return float(np.clip((float(decibels) - 40) / 40, 0.1, 1))
    except (TypeError, ValueError):
        return 0.6


HELD_OUT_PERFORMERS = ("ArtPepper", "ChetBaker", "SonnyRollins", "MilesDavis")


def load(folder):
    """The sets to train on, each with its share of the crops, and those held out."""
    piano, band = lambda name: name == "PIANO", lambda name: name in ("PIANO", "MELODY", "BRIDGE")
    sets = {
        "piano": pop909(folder, range(1, 681), piano),
        "band": pop909(folder, range(1, 681, 4), band),
        "drums": groove(folder, lambda drummer: drummer != "drummer7"),
        "solo": weimar(folder, lambda performer: performer not in HELD_OUT_PERFORMERS),
        "made-up": beat_net_made_up.pieces(np.random.default_rng(3), 500),
    }
    held_out = {
        "piano": pop909(folder, range(681, 721), piano),
        "drums": groove(folder, lambda drummer: drummer == "drummer7"),
        "solo": weimar(folder, lambda performer: performer in HELD_OUT_PERFORMERS),
        "made-up": beat_net_made_up.pieces(np.random.default_rng(4), 30),
    }
    print({name: len(pieces) for name, pieces in sets.items()}, {n: len(p) for n, p in held_out.items()}, flush=True)
    return sets, held_out


SHARES = {"piano": 0.36, "band": 0.06, "drums": 0.22, "solo": 0.07, "made-up": 0.26, "noise": 0.03}


def crop(rng, sets, secs):
    """A crop of live playing: its onsets, and its beats with whether each begins a bar."""
    names = list(sets) + (["noise"] if len(sets) > 1 else [])
    shares = np.array([SHARES[name] for name in names])
    name = names[rng.choice(len(names), p=shares / shares.sum())]
    if name == "noise":
        return noise(rng, secs), (np.zeros(0), np.zeros(0, bool))
    notes, downs, lengths = sets[name][rng.integers(len(sets[name]))]
    if name in ("piano", "band", "drums") and rng.random() < 0.1:
        notes, downs, lengths = without_a_beat(rng, (notes, downs, lengths))
    first = rng.integers(0, max(1, len(lengths) - 12)) if rng.random() < 0.8 else 0
    stretch = np.clip(np.exp(rng.normal(0, 0.12 if name == "drums" else 0.2)), 0.6, 1.6)
    lengths = lengths[first:first + int(secs / 0.25)] * stretch
    style = rng.random()
    if name == "drums":
        style *= 0.75
    lengths = np.clip(bend(rng, lengths, style), 0.28, 1.6)
    beats = np.concatenate([[0], np.cumsum(lengths)])
    inside = (notes[:, 0] >= first - 0.05) & (notes[:, 0] < first + len(lengths))
    notes = notes[inside].copy()
    notes[:, 0] -= first
    if len(notes) < 8:
        return noise(rng, secs), (np.zeros(0), np.zeros(0, bool))
    notes = played(rng, notes, (beats, style, name))
    # The tracker's frames begin with its first onset.
    begin = notes[:, 0].min() - rng.random() * 0.001
    notes[:, 0] -= begin
    return notes, (beats - begin, downs[first:first + len(beats)] if len(downs) >= first + len(beats)
                   else np.concatenate([downs[first:], np.zeros(first + len(beats) - len(downs), bool)]))


def without_a_beat(rng, piece):
    """3/4 made of 4/4: one beat of every bar is cut out and the gap closed."""
    notes, downs, lengths = piece
    place = np.zeros(len(lengths), int)
    for n in range(1, len(lengths)):
        place[n] = 0 if downs[n] else place[n - 1] + 1
    kept = place != rng.integers(1, 4)
    of = np.clip(np.floor(notes[:, 0] + 0.02).astype(int), 0, len(lengths) - 1)
    moved = np.cumsum(kept) - 1
    notes = notes[kept[of]].copy()
    of = of[kept[of]]
    notes[:, 0] += moved[of] - of
    return notes, downs[kept], lengths[kept]


def walk(rng, count, width, beats):
    """A slow random walk back to 0, of this standard deviation, that forgets after so many beats."""
    keep = np.exp(-1 / beats)
    steps = rng.normal(0, width * np.sqrt(1 - keep * keep), count)
    out, value = np.empty(count), rng.normal(0, width)
    for n in range(count):
        value = value * keep + steps[n]
        out[n] = value
    return out


def bend(rng, lengths, style):
    """Lengths of beats as someone plays them: steady, drifting, or freely."""
    count = len(lengths)
    if style < 0.3:
        return lengths * np.exp(walk(rng, count, 0.01, 16))
    if style < 0.6:
        return lengths * np.exp(walk(rng, count, 0.05, 12))
    freedom = rng.uniform(0.3, 1.2)
    out = walk(rng, count, 0.13 * freedom, 8) + rng.normal(0, 0.07 * freedom, count)
    phrase, begin = int(rng.choice([4, 6, 8, 12, 16])), int(rng.integers(0, 8))
    within = ((np.arange(count) + begin) % phrase + 0.5) / phrase
    out += freedom * rng.uniform(0, 0.15) * (2 * within - 1) ** 2
    out += (within > 1 - 1.2 / phrase) * rng.uniform(0, 0.4, count) * freedom
    for _ in range(rng.integers(0, 3)):
        out[rng.integers(0, count)] += rng.uniform(0.2, 0.8)
    if rng.random() < 0.2:
        at = rng.integers(0, count)
        out[at:] += rng.normal(0, 0.3)
    return lengths * np.exp(out)


def played(rng, notes, how):
    """Notes in seconds with what players do to them: scatter, spread, leave out, add, play louder or higher."""
    beats, style, name = how
    places = notes[:, 0].copy()
    notes[:, 0] = np.interp(places, np.arange(len(beats)), beats)
    count = len(notes)
    at = notes[:, 0] + rng.normal(0, rng.uniform(0, 0.02 if style >= 0.6 else 0.012), count)
    is_key = notes[:, 1] == 0
    if style >= 0.6 and is_key.any():
        if rng.random() < 0.5:
            at -= is_key * (notes[:, 2] > 66) * rng.uniform(0, 0.03)
        if rng.random() < 0.4:
            order = np.lexsort((notes[:, 2], np.round(places, 2)))
            same = np.concatenate([[False], np.abs(np.diff(places[order])) < 0.02])
            rank = np.arange(count) - np.maximum.accumulate(np.where(same, 0, np.arange(count)))
            is_spread = rng.random(count)[np.maximum.accumulate(np.where(same, 0, np.arange(count)))] < 0.4
            at[order] += np.where(is_spread, rank, 0) * rng.uniform(0.01, 0.04)
    notes[:, 0] = at
    if rng.random() < 0.3:
        notes = notes[rng.random(count) >= rng.uniform(0, 0.4)]
    if name != "drums":
        hand = rng.random()
        part = notes[notes[:, 2] >= 60] if hand < 0.04 else notes[notes[:, 2] < 60] if hand < 0.06 else notes
        notes = part if len(part) > 8 else notes
        notes[:, 2] = np.where(notes[:, 1] == 0, np.clip(notes[:, 2] + rng.integers(-9, 10), 21, 108), notes[:, 2])
    level = rng.random()
    if level < 0.15:
        notes[:, 3] = rng.uniform(0.4, 0.9)
    else:
        loud = notes[:, 3] ** rng.uniform(0.5, 1.5) * rng.uniform(0.6, 1.2)
        notes[:, 3] = np.clip(loud * np.exp(rng.normal(0, rng.uniform(0, 0.2), len(notes))), 0.02, 1)
    if rng.random() < 0.15 and len(notes):
        extra = notes[rng.random(len(notes)) < rng.uniform(0, 0.25)].copy()
        extra[:, 0] = rng.uniform(notes[:, 0].min(), notes[:, 0].max(), len(extra))
        extra[:, 2] = np.clip(extra[:, 2] + rng.integers(-5, 6, len(extra)), 0, 127)
        notes = np.concatenate([notes, extra])
    if rng.random() < 0.1:
        start = rng.uniform(0, max(0.1, notes[:, 0].max() - 3))
        notes = notes[(notes[:, 0] < start) | (notes[:, 0] > start + rng.uniform(0.5, 2.4))]
    if rng.random() < 0.06:
        notes = as_audio(notes)
    return notes if len(notes) else np.array([[0.0, 0, 60, 0.5]])


def as_audio(notes):
    """Onsets as an ear for audio finds them: no keys, and what begins together is one."""
    notes = notes[np.argsort(notes[:, 0])].copy()
    notes = notes[np.concatenate([[True], np.diff(notes[:, 0]) > 0.03])]
    notes[:, 1] = 2
    return notes


def noise(rng, secs):
    """Notes without a beat, from sparse to a shower."""
    rate = np.exp(rng.uniform(np.log(1.0), np.log(300.0)))
    count = max(4, rng.poisson(rate * secs))
    at = np.sort(rng.uniform(0, secs, count))
    if rng.random() < 0.4:
        at = np.cumsum(rng.lognormal(0, rng.uniform(0.5, 1.0), count)) / rate
    low, high = sorted(rng.integers(0, 128, 2))
    key = rng.integers(low, high + 1, count)
    source = float(rng.choice([0, 0, 1, 2]))
    loud = np.clip(rng.normal(0.6, rng.uniform(0, 0.3), count), 0.02, 1)
    return np.column_stack([at - at[0], np.full(count, source), key, loud])
