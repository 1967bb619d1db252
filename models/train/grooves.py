"""Chooses the human grooves and fills that the drummer plays, and counts how exactly humans play.

    python3 models/train/grooves.py ../shared/data models/grooves.bin

With `-v` it prints every groove. numpy only, nothing drawn at random. Reads the `train` split of the Groove MIDI
Dataset. Places are twelfths of a beat on the unswung grid: multiples of 3 are sixteenths (the player swings them
again), 4 and 8 triplets. A groove is two bars in up to four takes of one performance; a fill is one bar. What is left
between the grid and the stroke, less the drummer's own lead over the click, is kept in milliseconds.
"""

import collections
import csv
import struct
import sys

import numpy as np

from beat_net_data import midi_notes

# The drums in the order of `Drum` in src/band/drums/kit.rs, by the keys of the TD-11 (heads, rims and edges).
DRUMS = [(36, 35), (38, 40), (37,), (42, 22), (46, 26), (44,), (51, 59), (53,), (49, 55, 57, 52), (48, 50), (45, 47),
         (43, 58, 41)]
KICK, SNARE, STICK, HAT, OPEN, PEDAL, RIDE, BELL, CRASH, HIGH, MID, LOW = range(12)
DRUM_OF = {key: drum for drum, keys in enumerate(DRUMS) for key in keys}
UNITS = 12
TAKES, GROOVES, FILLS = 4, 12, 8

# By `StyleId`: what the list calls it, the tempi, whether it is felt in threes (None: as it comes), the time signature.
ROCK = ("rock", "rock/indie", "rock/folk", "rock/prog")
JAZZ = ("jazz", "jazz/swing", "jazz/mediumfast", "jazz/fast")
FOUR, THREE, SIX = "4-4", "3-4", "6-8"
STYLES = [
    ("rock", ROCK, (85, 160), False, FOUR),
    ("pop-ballad", ("pop", "pop/soft", "rock/halftime", "rock"), (50, 96), False, FOUR),
    ("funk", ("funk", "funk/rock", "funk/fast", "jazz/funk"), (80, 130), False, FOUR),
    ("soul", ("soul", "soul/motown", "gospel"), (60, 140), False, FOUR),
    ("hip-hop", ("hiphop",), (60, 115), False, FOUR),
    ("disco", ("dance/disco",), (100, 140), False, FOUR),
    ("bossa", ("latin/brazilian-bossa",), (80, 180), False, FOUR),
    ("samba", ("latin/brazilian-samba",), (70, 150), False, FOUR),
    ("swing", JAZZ, (80, 180), True, FOUR),
    ("swing-up", JAZZ, (165, 320), True, FOUR),
    ("brushes", (), (0, 0), True, FOUR),
    ("reggae", ("reggae", "reggae/slow"), (60, 130), False, FOUR),
    ("afrobeat", ("afrobeat", "highlife"), (80, 140), False, FOUR),
    ("waltz", ("jazz",), (80, 210), True, THREE),
    ("six-eight", ("rock",), (50, 90), False, SIX),
]
FILL_STYLES = {
    "rock": ROCK + ("punk", "funk/rock"),
    "pop-ballad": ("pop", "pop/soft", "rock/halftime"),
    "funk": ("funk", "funk/fast", "jazz/funk"),
    "soul": ("soul", "soul/motown", "gospel"),
    "hip-hop": ("hiphop", "funk"),
    "disco": ("soul/motown", "pop", "funk"),
    "bossa": ("latin/brazilian-baiao", "latin/samba"),
    "samba": ("latin/samba", "latin/brazilian-baiao"),
    "swing": ("jazz",),
    "swing-up": ("jazz",),
    "reggae": ("reggae",),
    "afrobeat": ("afrocuban/rhumba", "neworleans/funk"),
}

# Grooves that begin with a kick; those where snare and kick answer freely; those of which there is little.
BACKBEAT = ("rock", "pop-ballad", "funk", "soul", "hip-hop", "disco", "afrobeat")
FREE = ("swing", "swing-up", "waltz")
RARE = FREE + ("soul", "bossa", "samba", "reggae", "six-eight")

Stroke = collections.namedtuple("Stroke", "unit drum velocity millis")


def swung(beats, swing):
    whole = np.floor(beats)
    part = beats - whole
    return whole + np.where(part < 0.5, part * 2 * swing, swing + (part - 0.5) * 2 * (1 - swing))


def read(folder, row):
    """Places in beats (dotted quarters in 6/8), drums, velocities."""
    notes = midi_notes(f"{folder}/groove/{row['midi_filename']}")
    notes = notes[np.isin(notes[:, 2], list(DRUM_OF))]
    bpm = float(row["bpm"]) / (1.5 if row["time_signature"] == SIX else 1)
    drums = np.array([DRUM_OF[int(key)] for key in notes[:, 2]], int)
    return notes[:, 0] * bpm / 60, drums, np.rint(notes[:, 3] * 127).astype(int), bpm


def own_swing(places, is_ternary):
    """Where this drummer puts the second of two eighths."""
    part = places % 1
    near = part[(part > 0.54) & (part < 0.76)] if is_ternary else part[(part > 0.42) & (part < 0.62)]
    return float(np.clip(np.median(near), 0.5, 0.75)) if len(near) > 8 else (2 / 3 if is_ternary else 0.5)


def is_in_threes(places):
    """Whether what is off the beat lies on triplets rather than on sixteenths."""
    part = places % 1
    part = part[(part > 0.15) & (part < 0.87)]
    if len(part) < 8:
        return False
    away = lambda grid: np.median(np.min(np.abs(part[:, None] - np.array(grid)[None]), axis=1))
    return away([1 / 3, 2 / 3]) < away([0.25, 0.5, 0.75])


def on_grid(places, units, swing):
    """The nearest allowed unit of each place, and what is left, in beats."""
    grid = np.array([u / UNITS if u % 3 else float(swung(np.array(u / UNITS), swing)) for u in units] + [1.0])
    whole = np.floor(places)
    index = np.argmin(np.abs((places - whole)[:, None] - grid[None]), axis=1)
    unit = whole.astype(int) * UNITS + np.array(list(units) + [UNITS])[index]
    return unit, places - whole - grid[index]


def strokes(unit, drums, velocities, millis):
    """Strokes in order of time; of two of one drum at one place the louder."""
    found = {}
    for stroke in map(Stroke, unit, drums, velocities, millis):
        key = stroke.unit, stroke.drum
        if key not in found or found[key].velocity < stroke.velocity:
            found[key] = stroke
    return sorted(found.values())


def windows(folder, row, is_ternary, beats):
    """All two-bar windows of a performance with their strokes; empty where it is not felt as asked for."""
    places, drums, velocities, bpm = read(folder, row)
    if beats != 2 and is_in_threes(places) != is_ternary:
        return []
    swing = 0.5 if beats == 2 else own_swing(places, is_ternary)
    units = (0, 2, 4, 6, 8, 10) if beats == 2 else (0, 4, 6) if is_ternary else (0, 3, 6, 9)
    lead = np.median(on_grid(places, units, swing)[1])
    unit, left = on_grid(places - lead, units, swing)
    millis = left * 60000 / bpm
    length, found = 2 * beats * UNITS, []
    for first in range(0, unit.max() - length + 2, length):
        inside = (unit >= first) & (unit < first + length)
        taken = strokes(unit[inside] - first, drums[inside], velocities[inside], millis[inside])
        found.append({"strokes": taken, "bpm": bpm, "swing": swing, "row": row["midi_filename"]})
    return found


def keeps_time(taken, beats, drums):
    """Whether these drums go through both bars alike and leave out no more than one beat."""
    units = np.array([s.unit for s in taken if s.drum in drums], int)
    bars = np.bincount(units // (beats * UNITS), minlength=2)
    return bars.min() >= 0.6 * bars.max() and len(set(units // UNITS)) >= 2 * beats - 1


def clean(window, beats, name):
    """Without the crash that ends a fill; None where it is no steady groove."""
    taken = window["strokes"]
    count = collections.Counter(s.drum for s in taken)
    keepers = (SNARE, STICK) if name == "samba" else (HAT, OPEN, RIDE, BELL)
    keeper = max(keepers, key=lambda drum: count[drum])
    toms = count[HIGH] + count[MID] + count[LOW]
    has_room = 2 * beats <= len(taken) <= 24 * beats
    if not has_room or toms > 0.12 * len(taken) or count[CRASH] > 2 or count[KICK] + count[SNARE] + count[STICK] < 3:
        return None
    if not keeps_time(taken, beats, keepers) or any(s.drum == CRASH and s.unit != 0 for s in taken):
        return None
    if np.mean([abs(s.millis) for s in taken]) > 24 or len({s.unit // UNITS for s in taken}) < 2 * beats:
        return None
    taken = [s._replace(drum=keeper, velocity=min(s.velocity, 100)) if s.drum == CRASH else s for s in taken]
    return {**window, "strokes": strokes(*zip(*taken))}


def begins_with_kick(window):
    """Whether the first beat is where the list says: a kick begins it and no backbeat."""
    first = {s.drum: s.velocity for s in window["strokes"] if s.unit == 0}
    return KICK in first and first.get(SNARE, 0) < 60


def picture(window, beats, is_free):
    """What is struck where, weighted by how much it says about the groove; in free styles the drums under the cymbal
    answer each other and say little."""
    weight = {drum: 0.3 for drum in (KICK, SNARE, STICK)} if is_free else {KICK: 1.5, SNARE: 1.5, STICK: 1.5}
    weight[PEDAL] = 0.5
    out = np.zeros((12, 2 * beats * UNITS))
    for s in window["strokes"]:
        drum = HAT if s.drum == OPEN else RIDE if s.drum == BELL else s.drum
        out[drum, s.unit] = weight.get(drum, 1.0) * (0.4 if s.velocity < 45 else 1.0)
    return out.ravel()


def away(a, b):
    """How unlike two pictures are, 0 to 1."""
    return np.abs(a - b).sum() / (a.sum() + b.sum())


def families(found, beats, name):
    """Grooves that come again in one performance: the window most like the others, and takes like it."""
    is_free, is_rare = name in FREE, name in RARE
    found = [w for w in (clean(window, beats, name) for window in found) if w]
    if name in BACKBEAT:
        found = [w for w in found if begins_with_kick(w)]
    least = 3 if is_rare else TAKES
    if len(found) < least:
        return []
    pictures = [picture(w, beats, is_free) for w in found]
    far = np.array([[away(a, b) for b in pictures] for a in pictures])
    free, out = np.ones(len(found), bool), []
    while free.sum() >= least and len(out) < 4:
        near = (far < (0.45 if is_free else 0.38 if is_rare else 0.3)) & free[None] & free[:, None]
        centre = int(np.argmax(near.sum(1) - far.mean(1)))
        if near[centre].sum() < least:
            break
        like = [n for n in np.argsort(far[centre], kind="stable") if near[centre][n]]
        # Takes from the nearer half, spread, so that they differ as a human's do.
        pool = like[:max(TAKES, len(like) // 2)]
        count = min(TAKES, len(pool))
        takes = [found[pool[n * (len(pool) - 1) // (count - 1)]] for n in range(count)]
        strict = [s for take in takes for s in take["strokes"]]
        out.append({"takes": takes, "support": int(near[centre].sum()), "picture": pictures[centre],
                    "density": np.mean([len(take["strokes"]) for take in takes]) / 2 / beats,
                    "untidy": np.mean([abs(s.millis) for s in strict])})
        free &= ~(far[centre] < 0.4)
    return out


def chosen(groups):
    """Up to so many, unlike each other, the same number from each quarter of the densities: those most like what the
    style plays on the whole, tidy, and come back to often."""
    groups = sorted(groups, key=lambda g: g["density"])
    usual = np.mean([g["picture"] for g in groups], axis=0) if groups else None
    out = []
    for quarter in np.array_split(np.arange(len(groups)), 4):
        wanted = sorted((groups[n] for n in quarter), key=lambda g: g["untidy"] - 3 * np.log(g["support"])
                        + 40 * away(g["picture"], usual))
        kept = []
        for group in wanted:
            if len(kept) < GROOVES // 4 and all(away(group["picture"], k["picture"]) > 0.2 for k in out + kept):
                kept.append(group)
        out += kept
    return sorted(out, key=lambda g: g["density"])


def fill(folder, row, is_ternary):
    """The fill as one bar; None where it is longer, shorter than a beat, or not clear."""
    places, drums, velocities, bpm = read(folder, row)
    if places[-1] > 4.3:
        return None
    taken, left = [], []
    lead = np.median(on_grid(places, (0, 2, 3, 4, 6, 8, 9, 10), 0.5)[1])
    places = places - lead
    for beat in range(5):
        here = np.floor(places + 0.06) == beat
        if not here.any():
            continue
        # A beat is in threes, in fours or in sixes, whichever is nearest; finer grids are nearer by chance.
        ways = [on_grid(places[here], units, 0.5) for units in ((0, 3, 6, 9), (0, 4, 8), (0, 2, 4, 6, 8, 10))]
        costs = np.array([np.abs(way[1]).mean() for way in ways]) * np.array([4, 3, 6]) * np.array([1, 1, 1.15])
        best = int(np.argmin(costs))
        unit, rest = ways[best]
        if is_ternary:
            unit = np.where(unit % UNITS == 8, unit - 2, unit)
        millis = rest * 60000 / bpm
        taken += list(strokes(unit, drums[here], velocities[here], millis))
        left += list(np.abs(millis))
    taken = [s for s in strokes(*zip(*taken)) if s.unit < 4 * UNITS]
    last = [s for s in taken if s.unit >= 3 * UNITS]
    is_clear = 4 <= len(taken) <= 26 and len(last) >= 1 and np.mean(left) < 20
    return {"strokes": taken, "untidy": np.mean(left)} if is_clear else None


def chosen_fills(found):
    """The tidiest of each size, from the smallest to the fullest."""
    found = sorted(found, key=lambda f: len(f["strokes"]))
    parts = [part for part in np.array_split(np.arange(len(found)), FILLS) if len(part)]
    return [min((found[n] for n in part), key=lambda f: f["untidy"]) for part in parts]


def human(windows_by_style):
    """By drum and sixteenth of the beat: mean and spread of the timing (ms), spread of the velocity about its own
    place's mean in that performance; and how much of the timing is shared by what is struck together."""
    by_place, pairs = collections.defaultdict(list), []
    for found in windows_by_style:
        places = collections.defaultdict(list)
        for window in found:
            together = collections.defaultdict(list)
            for s in window["strokes"]:
                places[s.drum, s.unit].append((s.millis, s.velocity))
                together[s.unit].append(s)
            means = {key: np.mean(values, axis=0) for key, values in places.items()}
            for here in together.values():
                away_from_mean = [s.millis - means[s.drum, s.unit][0] for s in here if s.drum != PEDAL]
                if len(away_from_mean) == 2:
                    pairs.append(away_from_mean)
        for (drum, unit), values in places.items():
            if len(values) >= 8:
                values = np.array(values, float)
                by_place[drum, unit % UNITS // 3].append((len(values), values[:, 0].mean(), values[:, 0].var(),
                                                          values[:, 1].var()))
    table = np.zeros((12, 4, 3))
    whole = np.concatenate([np.array(v) for v in by_place.values()])
    for drum in range(12):
        for phase in range(4):
            rows = np.array(by_place.get((drum, phase), []))
            if len(rows) == 0 or rows[:, 0].sum() < 50:
                rows = whole
            mean, timing, loudness = np.average(rows[:, 1:], axis=0, weights=rows[:, 0])
            table[drum, phase] = mean, np.sqrt(timing), np.sqrt(loudness)
    return table, np.corrcoef(np.array(pairs).T)[0, 1]


def packed(taken):
    for s in taken:
        millis = int(np.clip(round(s.millis), -60, 60))
        yield struct.pack("<BBBb", s.unit, s.drum, int(np.clip(s.velocity, 1, 127)), millis)


def main(data, path):
    rows = [row for row in csv.DictReader(open(f"{data}/groove/info.csv")) if row["split"] == "train"]
    out, steady = [], []
    for number, (name, styles, (low, high), is_ternary, signature) in enumerate(STYLES):
        beats = {FOUR: 4, THREE: 3, SIX: 2}[signature]
        groups, fills = [], []
        for row in rows:
            bpm, is_here = float(row["bpm"]), row["time_signature"] == signature
            if row["beat_type"] == "beat" and row["style"] in styles and is_here and low <= bpm <= high:
                found = windows(data, row, is_ternary, beats)
                families_found = families(found, beats, name)
                groups += families_found
                if families_found and not is_ternary and beats == 4:
                    steady.append([w for w in (clean(window, beats, name) for window in found) if w])
            if row["beat_type"] == "fill" and row["style"] in FILL_STYLES.get(name, ()) and signature == FOUR:
                fills.append(fill(data, row, is_ternary))
        grooves, fills = chosen(groups), chosen_fills([f for f in fills if f])
        files = {take["row"] for groove in grooves for take in groove["takes"]}
        print(f"{name}: {len(grooves)} grooves of {len(groups)} from {len(files)} performances, {len(fills)} fills")
        if "-v" in sys.argv:
            show(grooves)
        out.append(struct.pack("<BBBB", number, beats, len(grooves), len(fills)))
        for groove in grooves:
            first = groove["takes"][0]
            out.append(struct.pack("<HB", round(first["bpm"]), len(groove["takes"])))
            for take in groove["takes"]:
                out.append(struct.pack("<B", len(take["strokes"])))
                out += packed(take["strokes"])
        for one in fills:
            out.append(struct.pack("<B", len(one["strokes"])))
            out += packed(one["strokes"])
    table, shared = human(steady)
    head = b"GRV1" + struct.pack("<f", shared) + table.astype("<f4").tobytes()
    whole = head + b"".join(out)
    open(path, "wb").write(whole)
    print(f"{len(whole)} bytes; shared timing {shared:.2f}")
    print(np.round(table[:, :, 0], 1), np.round(table[:, :, 1], 1), np.round(table[:, :, 2], 1), sep="\n")


def show(grooves):
    names = ["kick", "snare", "stick", "hat", "open", "pedal", "ride", "bell", "crash", "high", "mid", "low"]
    for groove in grooves:
        take = groove["takes"][0]
        print(f"  {take['row']} x{groove['support']} {groove['density']:.2f} a beat, {groove['untidy']:.1f} ms, "
              f"swing {take['swing']:.2f}")
        for drum, name in enumerate(names):
            line = collections.defaultdict(lambda: ".", {s.unit: str(min(s.velocity // 13, 9)) for s in take["strokes"]
                                                         if s.drum == drum})
            if line:
                print(f"    {name:6}" + "".join(line[u] for u in range(len(groove["picture"]) // 12)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
